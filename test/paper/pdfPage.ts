/**
 * What stands where on the pages of a PDF that Typst wrote: its glyphs with their boxes, its lines, its fonts. Reads the
 * page's own drawing operations, so that it depends on nothing that made them. Points, y downwards from the top edge.
 */
import { inflateSync } from 'node:zlib'

export type Box = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }
/** `box`: from 0.12 em below the baseline to 0.88 em above, as wide as the glyph's advance. */
export type Glyph = { readonly text: string; readonly size: number; readonly box: Box }
/** One stroked stretch of a path. */
export type Stroke = { readonly from: Point; readonly to: Point; readonly width: number }
type Point = { readonly x: number; readonly y: number }
export type Font = { readonly name: string; readonly embeddedBytes: number }
export type PdfPage = { readonly glyphs: Glyph[]; readonly strokes: Stroke[]; readonly fonts: Font[] }

type Objects = Map<number, { dictionary: string; stream?: Buffer }>

function readObjects(pdf: Buffer): Objects {
  const text = pdf.toString('latin1')
  const objects: Objects = new Map()
  for (const { 1: id, index } of text.matchAll(/^(\d+) 0 obj\n/gm)) {
    const rest = text.slice(index)
    const end = rest.indexOf('\nendobj')
    const begin = rest.indexOf('\nstream\n')
    const hasStream = begin !== -1 && begin < rest.indexOf('\nendobj', 0)
    const dictionary = rest.slice(rest.indexOf('\n') + 1, hasStream ? begin : end)
    if (!hasStream) {
      objects.set(Number(id), { dictionary })
      continue
    }
    const from = index + begin + 8
    const raw = pdf.subarray(from, from + Number(/\/Length (\d+)/.exec(dictionary)![1]))
    objects.set(Number(id), { dictionary, stream: /FlateDecode/.test(dictionary) ? inflateSync(raw) : raw })
  }
  return objects
}

const reference = (dictionary: string, key: string) =>
  Number(new RegExp(`/${key}\\s*\\[?\\s*(\\d+) 0 R`).exec(dictionary)![1])

type Writing = Font & { readonly unicode: Map<number, string>; readonly widths: Map<number, number> }

function readFont(objects: Objects, id: number): Writing {
  const { dictionary } = objects.get(id)!
  const descendant = objects.get(reference(dictionary, 'DescendantFonts'))!.dictionary
  const descriptor = objects.get(reference(descendant, 'FontDescriptor'))!.dictionary
  const unicode = new Map<number, string>()
  const map = objects.get(reference(dictionary, 'ToUnicode'))!.stream!.toString('latin1')
  for (const [, code, words] of map.matchAll(/^<([0-9A-F]{4})> <([0-9A-F]+)>$/gm))
    unicode.set(parseInt(code!, 16), Buffer.from(words!, 'hex').swap16().toString('utf16le'))
  const widths = new Map<number, number>()
  const ranges = /\/W \[([^\]]*)\]/.exec(descendant)![1]!.trim().split(/\s+/).map(Number)
  for (let at = 0; at < ranges.length; at += 3)
    for (let glyph = ranges[at]!; glyph <= ranges[at + 1]!; glyph++) widths.set(glyph, ranges[at + 2]! / 1000)
  return {
    name: /\/BaseFont \/(\S+)/.exec(dictionary)![1]!,
    embeddedBytes: objects.get(reference(descriptor, 'FontFile2'))?.stream?.length ?? 0,
    unicode,
    widths,
  }
}

type Matrix = readonly [number, number, number, number, number, number]
const times = (m: Matrix, n: Matrix): Matrix => [
  m[0] * n[0] + m[1] * n[2],
  m[0] * n[1] + m[1] * n[3],
  m[2] * n[0] + m[3] * n[2],
  m[2] * n[1] + m[3] * n[3],
  m[4] * n[0] + m[5] * n[2] + n[4],
  m[4] * n[1] + m[5] * n[3] + n[5],
]

type Token = string | number | Buffer

/** Numbers, names and operators as they are; strings as bytes; brackets left out. */
function* tokens(content: string): Generator<Token> {
  const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }
  const pattern = /\((?:\\[\s\S]|[^()\\]|\([^()]*\))*\)|<[0-9A-Fa-f]*>|\/\S+|[-+.\d]+|[A-Za-z'"*]+/g
  for (const [word] of content.matchAll(pattern)) {
    if (word.startsWith('('))
      yield Buffer.from(
        word
          .slice(1, -1)
          .replace(/\\(?:([0-7]{1,3})|([\s\S]))/g, (_, octal: string, letter: string) =>
            octal ? String.fromCharCode(parseInt(octal, 8)) : (escapes[letter] ?? letter),
          ),
        'latin1',
      )
    else if (word.startsWith('<')) yield Buffer.from(word.slice(1, -1), 'hex')
    else yield Number.isNaN(Number(word)) ? word : Number(word)
  }
}

type State = { matrix: Matrix; lineWidth: number; font: Writing | undefined; size: number }

function readPage(content: string, height: number, fonts: Map<string, Writing>): PdfPage {
  const glyphs: Glyph[] = []
  const strokes: Stroke[] = []
  let state: State = { matrix: [1, 0, 0, 1, 0, 0], lineWidth: 1, font: undefined, size: 0 }
  const kept: State[] = []
  let text: Matrix = [1, 0, 0, 1, 0, 0]
  let path: Point[][] = []
  let given: Token[] = []
  const place = (x: number, y: number, matrix = state.matrix): Point => ({
    x: matrix[0] * x + matrix[2] * y + matrix[4],
    y: height - (matrix[1] * x + matrix[3] * y + matrix[5]),
  })
  const show = (codes: Buffer) => {
    for (let at = 0; at < codes.length; at += 2) {
      const code = codes.readUInt16BE(at)
      const advance = state.font!.widths.get(code) ?? 0
      const onPage = times(text, state.matrix)
      const [low, high] = [place(0, -0.12 * state.size, onPage), place(advance * state.size, 0.88 * state.size, onPage)]
      const box = { left: low.x, right: high.x, top: Math.min(low.y, high.y), bottom: Math.max(low.y, high.y) }
      const written = state.font!.unicode.get(code)
      if (written === undefined) throw new Error(`glyph ${code} stands for no character`)
      glyphs.push({ text: written, size: box.bottom - box.top, box })
      text = times([1, 0, 0, 1, advance * state.size, 0], text)
    }
  }
  const numbers = () => given.filter((token) => typeof token === 'number')
  const operations: Record<string, () => void> = {
    q: () => kept.push({ ...state }),
    Q: () => (state = kept.pop()!),
    cm: () => (state.matrix = times(numbers() as unknown as Matrix, state.matrix)),
    w: () => (state.lineWidth = numbers()[0]!),
    Tf: () => {
      state.font = fonts.get(given.find((token) => typeof token === 'string')!.slice(1))
      state.size = numbers()[0]!
    },
    Tm: () => (text = numbers() as unknown as Matrix),
    TJ: () => {
      for (const part of given)
        if (typeof part === 'number') text = times([1, 0, 0, 1, (-part / 1000) * state.size, 0], text)
        else if (typeof part !== 'string') show(part)
    },
    Tj: () => given.forEach((part) => typeof part === 'object' && show(part)),
    m: () => path.push([place(...(numbers() as [number, number]))]),
    l: () => path.at(-1)!.push(place(...(numbers() as [number, number]))),
    re: () => {
      const [x, y, width, deep] = numbers() as [number, number, number, number]
      const corners = [place(x, y), place(x + width, y), place(x + width, y + deep), place(x, y + deep)]
      path.push([...corners, corners[0]!])
    },
    h: () => path.at(-1)!.push(path.at(-1)![0]!),
    S: () => {
      for (const points of path)
        for (let at = 1; at < points.length; at++)
          strokes.push({ from: points[at - 1]!, to: points[at]!, width: state.lineWidth })
      path = []
    },
    n: () => (path = []),
    f: () => (path = []),
  }
  for (const token of tokens(content)) {
    if (typeof token !== 'string' || token.startsWith('/')) {
      given.push(token)
      continue
    }
    operations[token]?.()
    given = []
  }
  return { glyphs, strokes, fonts: [...fonts.values()] }
}

export function readPdf(pdf: Buffer): PdfPage[] {
  const objects = readObjects(pdf)
  const pages = [...objects.values()].filter(({ dictionary }) => /\/Type \/Page\s/.test(dictionary))
  return pages.map(({ dictionary }) => {
    const resources = objects.get(reference(dictionary, 'Resources'))!.dictionary
    const named = /\/Font\s*<<([^>]*)>>/.exec(resources)![1]!
    const fonts = [...named.matchAll(/\/(\S+) (\d+) 0 R/g)].map(
      ([, name, id]) => [name!, readFont(objects, Number(id))] as const,
    )
    const height = Number(/\/MediaBox \[0 0 \S+ (\S+)\]/.exec(dictionary)![1])
    const content = objects.get(reference(dictionary, 'Contents'))!.stream!.toString('latin1')
    return readPage(content, height, new Map(fonts))
  })
}
