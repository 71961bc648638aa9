/** Which characters the Song font can write. Typst does not tell: what is missing it prints as an empty box. */
import { closeSync, openSync, readSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Holds one weight of the font and nothing else. */
export const songFolder = path.join(
  path.dirname(fileURLToPath(import.meta.resolve('@expo-google-fonts/noto-serif-sc/package.json'))),
  '400Regular',
)
const songFile = path.join(songFolder, 'NotoSerifSC_400Regular.ttf')

type Range = { readonly from: number; readonly to: number }

/** The character map of an OpenType font, format 12: sorted ranges of code points. */
function readCharacterMap(file: string): Range[] {
  const font = openSync(file, 'r')
  const read = (from: number, bytes: number) => {
    const part = Buffer.alloc(bytes)
    readSync(font, part, 0, bytes, from)
    return part
  }
  try {
    const tables = read(0, 12).readUInt16BE(4)
    const directory = read(12, 16 * tables)
    const entry = Array.from({ length: tables }, (_, place) => 16 * place).find(
      (at) => directory.toString('latin1', at, at + 4) === 'cmap',
    )
    const cmap =
      entry === undefined
        ? Buffer.alloc(4)
        : read(directory.readUInt32BE(entry + 8), directory.readUInt32BE(entry + 12))
    const start = Array.from({ length: cmap.readUInt16BE(2) }, (_, place) => cmap.readUInt32BE(4 + 8 * place + 4)).find(
      (at) => cmap.readUInt16BE(at) === 12,
    )
    if (start === undefined) throw new Error(`${file} has no character map of format 12`)
    return Array.from({ length: cmap.readUInt32BE(start + 12) }, (_, place) => ({
      from: cmap.readUInt32BE(start + 16 + 12 * place),
      to: cmap.readUInt32BE(start + 20 + 12 * place),
    }))
  } finally {
    closeSync(font)
  }
}

let song: readonly Range[] | undefined

function canWrite(character: string): boolean {
  song ??= readCharacterMap(songFile)
  const code = character.codePointAt(0)!
  let [low, high] = [0, song.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const { from, to } = song[middle]!
    if (code < from) high = middle - 1
    else if (code > to) low = middle + 1
    else return true
  }
  return false
}

/** 〓, the printers' sign for a character that is not in the case. */
export const missingSign = '〓'

/** U+2C386, by which a character is found that cannot be shown. */
export const codePoint = (character: string): string => `U+${character.codePointAt(0)!.toString(16).toUpperCase()}`

/** A text as it can be printed, and which characters it lost. */
export function writable(text: string): { readonly text: string; readonly missing: readonly string[] } {
  const missing: string[] = []
  const shown = text
    .replace(/\s+/g, ' ')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/./gu, (character) => {
      if (canWrite(character)) return character
      missing.push(character)
      return missingSign
    })
  return { text: shown, missing }
}
