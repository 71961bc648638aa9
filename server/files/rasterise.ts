/** Renders a PDF in a child process that may do nothing else. */
import { spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { fileLimits } from '../../contract/fileLimits.ts'

const rasterLimits = {
  pages: fileLimits.pdfPages,
  /** Longest side of a rendered page, in pixels; A4 at 200 dpi has 2,339. */
  side: 2400,
  dpi: 200,
  clockMs: 10_000,
  wasmMiB: 256,
  /** Size of the child's data segment, which holds the engine's memory and the JavaScript heap. */
  processMiB: 900,
}

/** One rendered page: width × height RGB bytes. */
export type Frame = { width: number; height: number; rgb: Buffer }

export type RasterRefusal =
  | { reason: 'encrypted' }
  | { reason: 'too-many-pages'; pages: number }
  /** Not a PDF, damaged, or it brought the engine down. */
  | { reason: 'broken' }
  /** Over the clock or the memory. */
  | { reason: 'too-heavy' }

const child = path.join(import.meta.dirname, 'rasterChild.ts')
const engine = path.dirname(fileURLToPath(import.meta.resolve('@hyzyla/pdfium')))

/**
 * Program and parameters that run a script with no rights but to read itself and the PDF engine: no other file, no
 * network, no process, no thread; memory and CPU seconds are bounded.
 */
export function confined(script: string, ...parameters: string[]): [string, string[]] {
  const node = [
    process.execPath,
    '--permission',
    `--allow-fs-read=${script}`,
    `--allow-fs-read=${path.dirname(engine)}/*`,
    `--wasm-max-mem-pages=${rasterLimits.wasmMiB * 16}`,
    '--max-old-space-size=256',
    '--no-warnings',
    script,
    ...parameters,
  ]
  if (process.platform !== 'linux') return [node[0]!, node.slice(1)]
  // CPU seconds end a child whose parent has died; the clock of the parent is the tighter one.
  const limits = `ulimit -c 0; ulimit -t 15; ulimit -d ${rasterLimits.processMiB * 1024} || exit 4; exec "$@"`
  return ['/bin/sh', ['-c', limits, 'sh', ...node]]
}

/** Cuts the child's output into frames as it arrives; a frame beyond the limits is an error. */
function frameReader(take: (frame: Frame) => void) {
  let held: Buffer[] = []
  let heldBytes = 0
  let need = 8
  let size: { width: number; height: number } | undefined
  let frames = 0
  return {
    push(bytes: Buffer) {
      held.push(bytes)
      heldBytes += bytes.length
      while (heldBytes >= need) {
        const all = held.length === 1 ? held[0]! : Buffer.concat(held)
        const part = all.subarray(0, need)
        held = [all.subarray(need)]
        heldBytes -= need
        if (size) {
          take({ ...size, rgb: part })
          size = undefined
          need = 8
        } else {
          size = { width: part.readUInt32BE(0), height: part.readUInt32BE(4) }
          need = size.width * size.height * 3
          if (!need || Math.max(size.width, size.height) > rasterLimits.side + 1 || ++frames > rasterLimits.pages)
            throw new Error('frame beyond the limits')
        }
      }
    },
    complete: () => frames > 0 && !size && heldBytes === 0,
  }
}

/**
 * Renders every page of a PDF. `take` gets each page as soon as it is there; where the promise gives a refusal, the
 * pages taken so far are void.
 */
export function rasterise(pdf: Buffer, take: (frame: Frame) => void): Promise<RasterRefusal | undefined> {
  return new Promise((resolve) => {
    const { pages, side, dpi } = rasterLimits
    const [program, parameters] = confined(child, ...[pages, side, dpi].map(String))
    const renderer = spawn(program, parameters, { stdio: 'pipe', env: {} })
    const reader = frameReader(take)
    let said = ''
    let stopped: RasterRefusal | undefined
    const stop = (refusal: RasterRefusal) => {
      stopped ??= refusal
      renderer.kill('SIGKILL')
    }
    const clock = setTimeout(stop, rasterLimits.clockMs, { reason: 'too-heavy' })
    renderer.stdout.on('data', (bytes: Buffer) => {
      if (stopped) return
      try {
        reader.push(bytes)
      } catch {
        stop({ reason: 'broken' })
      }
    })
    renderer.stderr.on('data', (bytes: Buffer) => {
      if (said.length < 4000) said += bytes.toString('latin1')
    })
    // A child that refuses early closes its end while the PDF is still being written.
    renderer.stdin.on('error', () => {})
    renderer.stdin.end(pdf)
    renderer.on('error', () => stop({ reason: 'broken' }))
    renderer.on('close', (code) => {
      clearTimeout(clock)
      const pages = /^too-many-pages (\d+)/.exec(said)?.[1]
      if (stopped) resolve(stopped)
      else if (code === 0 && reader.complete()) resolve(undefined)
      else if (code === 3 && said.startsWith('encrypted')) resolve({ reason: 'encrypted' })
      else if (code === 3 && pages) resolve({ reason: 'too-many-pages', pages: Number(pages) })
      else if (/memory/i.test(said)) resolve({ reason: 'too-heavy' })
      else resolve({ reason: 'broken' })
    })
  })
}
