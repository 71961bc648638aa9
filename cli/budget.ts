/** What a page loads before it can be used, against what a phone on a weak network can bear. */
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { App } from './vite.ts'

type Chunk = {
  readonly file: string
  readonly src?: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
}
type Manifest = Readonly<Record<string, Chunk>>

export type PageWeight = { readonly page: string; readonly bytes: number; readonly limit: number }

const limits: Readonly<Record<App, number>> = { worker: 110_000, desk: 280_000 }

/** Every script that `key` needs at once: itself and, through all levels, what it imports statically. */
function withImports(manifest: Manifest, key: string, found = new Set<string>()): Set<string> {
  if (found.has(key)) return found
  found.add(key)
  for (const each of manifest[key]?.imports ?? []) withImports(manifest, each, found)
  return found
}

/**
 * JavaScript in brotli up to the first use: for the worker, the entry with each page that it loads on demand; for the
 * desk, the entry with the page of its queue, where the first table stands.
 */
export function weigh(app: App, outDir: string): PageWeight[] {
  const manifest = JSON.parse(readFileSync(path.join(outDir, '.vite/manifest.json'), 'utf8')) as Manifest
  const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry)
  if (!entry) throw new Error(`the build of ${app} has no entry`)
  const ownPages = [...withImports(manifest, entry)].flatMap((key) => manifest[key]?.dynamicImports ?? [])
  const pages = app === 'desk' ? ownPages.filter((key) => /queue/i.test(manifest[key]?.src ?? key)) : ownPages
  if (ownPages.length > 0 && pages.length === 0)
    throw new Error(
      'the desk loads its pages on demand, but none of their files is named after the queue: nothing to weigh',
    )
  return (pages.length > 0 ? pages : [entry]).map((page) => {
    const loaded = withImports(manifest, page, withImports(manifest, entry))
    const files = new Set([...loaded].map((key) => manifest[key]!.file).filter((file) => file.endsWith('.js')))
    const bytes = [...files].reduce((sum, file) => sum + statSync(path.join(outDir, `${file}.br`)).size, 0)
    return { page: manifest[page]?.src ?? page, bytes, limit: limits[app] }
  })
}
