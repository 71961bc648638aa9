/** `npm run build`: builds both webs into `dist/`, unless what stands there was built from the same sources. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { weigh } from './budget.ts'
import type { App } from './vite.ts'

const checkout = path.join(import.meta.dirname, '..')
const dist = path.join(checkout, 'dist')
const sources = ['web', 'contract', 'domain', 'package-lock.json', 'cli/build.ts', 'cli/budget.ts', 'cli/vite.ts']

function filesOf(name: string): string[] {
  const whole = path.join(checkout, name)
  if (!existsSync(whole)) return []
  if (name.includes('.')) return [name]
  return readdirSync(whole, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp'))
    .map((entry) => path.relative(checkout, path.join(entry.parentPath, entry.name)))
}

function hashSources(): string {
  const hash = createHash('sha256')
  for (const file of sources.flatMap(filesOf).toSorted())
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(checkout, file)))
      .update('\0')
  return hash.digest('hex')
}

const brotli = promisify(brotliCompress)
const zip = promisify(gzip)

/** Writes `.br` and `.gz` beside every text file, once, so that no request pays for compression. */
async function compress(folder: string): Promise<void> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(js|css|html|svg|json|webmanifest)$/.test(name),
  )
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }
  await Promise.all(
    files.map(async (name) => {
      const content = readFileSync(path.join(folder, name))
      writeFileSync(path.join(folder, `${name}.br`), await brotli(content, best))
      writeFileSync(path.join(folder, `${name}.gz`), await zip(content, { level: 9 }))
    }),
  )
}

async function buildApp(app: App): Promise<void> {
  const [{ build }, { webConfig }] = await Promise.all([import('vite'), import('./vite.ts')])
  // Built aside and renamed: a server that runs meanwhile never finds half of a web.
  const draft = path.join(dist, `${app}.${process.pid}.tmp`)
  try {
    await build(webConfig(app, draft))
    await compress(draft)
    for (const { page, bytes, limit } of weigh(app, draft)) {
      console.log(`${app}: ${page} loads ${(bytes / 1000).toFixed(1)} of ${limit / 1000} KB JavaScript (brotli)`)
      if (bytes > limit)
        throw new Error(`${app}: ${page} loads ${bytes} bytes of JavaScript, ${bytes - limit} too many`)
    }
    rmSync(path.join(dist, app), { recursive: true, force: true })
    renameSync(draft, path.join(dist, app))
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** @returns false where everything was up to date */
export async function buildWeb(): Promise<boolean> {
  const mark = path.join(dist, 'sources')
  const hash = hashSources()
  if (existsSync(mark) && readFileSync(mark, 'utf8') === hash) return false
  const apps = (['worker', 'desk'] as const).filter((app) => existsSync(path.join(checkout, 'web', app, 'index.html')))
  for (const app of apps) await buildApp(app)
  if (apps.length > 0) writeFileSync(mark, hash)
  return true
}

if (import.meta.main) {
  try {
    if (await buildWeb()) console.log('the web is built')
  } catch (error) {
    console.error((error as Error).message)
    process.exit(1)
  }
}
