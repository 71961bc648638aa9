/** `npm run backup`: one moment of the database, whoever writes meanwhile, and every page that it names. */
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { record } from '../audit/audit.ts'
import type { Config } from '../config.ts'
import { businessNow } from '../db/clock.ts'
import { type ConnectionConfig, inScope, openDatabase } from '../db/open.ts'
import { borrowPostgres } from '../db/postgres.ts'
import { openFolderStore } from '../files/store.ts'
import type { Secrets } from '../secrets.ts'
import {
  BackupRefused,
  digestOf,
  inLanes,
  keysOf,
  type Manifest,
  pagesFile,
  pagesFolder,
  type Part,
  readPart,
  sendLogFolder,
  tableFile,
  type TablePart,
  writeArchive,
  writePart,
} from './archive.ts'
import { asOwner, copyTableOut, inSnapshot, type Owner, selectErased, selectPages, selectState } from './sql.ts'

export type Tell = (line: string) => void

const { version: appVersion } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../package.json'), 'utf8'),
) as { version: string }

/**
 * Writes a backup of an installation, beside its running server or alone.
 * @param folder is made by this
 * @throws BackupRefused, DataDirInUse
 */
export async function makeBackup(config: Config, secrets: Secrets, folder: string, tell: Tell): Promise<Manifest> {
  if (config.database) {
    const { url, adminUrl } = config.database
    if (!adminUrl) throw new BackupRefused('a backup reads every row: name the owner in DATABASE_ADMIN_URL')
    const app = { connection: { connectionString: url }, role: 'jiangsheng_app' } as const
    return backUp(config, secrets, folder, tell, { owner: { connectionString: adminUrl }, app })
  }
  if (!existsSync(path.join(config.dataDir, 'postgres')))
    throw new BackupRefused(`${config.dataDir} holds no database: nothing was ever started there`)
  const postgres = await borrowPostgres({ dataDir: config.dataDir, log: tell })
  try {
    const app = { connection: postgres.connection('jiangsheng_app') }
    return await backUp(config, secrets, folder, tell, { owner: postgres.connection('jiangsheng_owner'), app })
  } finally {
    await postgres.stop()
  }
}

type Ways = { readonly owner: ConnectionConfig; readonly app: Parameters<typeof openDatabase>[0] }

async function backUp(config: Config, secrets: Secrets, folder: string, tell: Tell, ways: Ways): Promise<Manifest> {
  const id = randomUUID()
  return writeArchive(folder, secrets, async (draft) => {
    await recordBackup(config, secrets, ways, id)
    return asOwner(ways.owner, async (owner) => {
      const madeAt = Date.now()
      const snapshot = await inSnapshot(owner, async (shapes) => {
        const state = await selectState(owner)
        const tables: TablePart[] = []
        for (const shape of shapes) {
          const part = await writePart(path.join(draft, tableFile(shape.table)))
          const rows = await copyTableOut(owner, shape, (block) => part.write(block))
          tables.push({ ...shape, rows, ...(await part.finish()) })
        }
        return { ...state, madeAt, tables, named: await selectPages(owner) }
      })
      const { named, ...state } = snapshot
      tell(`${state.tables.length} tables, ${state.tables.reduce((sum, { rows }) => sum + rows, 0)} rows`)
      const pages = await copyPages(path.join(config.dataDir, pagesFolder), draft, named)
      tell(`${pages.pages.count} pages of files`)
      const { lostPages, erasedMeanwhile } = await whyMissing(owner, pages.missing, state.madeAt)
      const sendLog = await copySendLog(config.sendLog, path.join(draft, sendLogFolder))
      const keys = keysOf(secrets, id)
      return { format: 1, id, appVersion, ...state, pages: pages.pages, lostPages, erasedMeanwhile, sendLog, keys }
    })
  })
}

/** Who holds a backup holds everything but the keys, so that it was made is on record, and in it. */
async function recordBackup(config: Config, secrets: Secrets, { app }: Ways, id: string): Promise<void> {
  const db = openDatabase({ ...app, max: 1 })
  try {
    const at = await businessNow(config, db)
    await inScope(db, { kind: 'job', job: 'backup' }, (trx) =>
      record(trx, secrets, { kind: 'backup.made', objectKind: 'backup', objectId: id, at }),
    )
  } finally {
    await db.close()
  }
}

type PageName = { readonly id: string; readonly page: number }

/** Copies the pages that a snapshot names: they were stored before it, and a page never changes. */
async function copyPages(from: string, draft: string, named: readonly PageName[]) {
  const [store, copy] = [openFolderStore(from), openFolderStore(path.join(draft, pagesFolder))]
  const list = await writePart(path.join(draft, pagesFile))
  const missing: PageName[] = []
  let [count, contentBytes, lines] = [0, 0, '']
  await inLanes(named, async ({ id, page }) => {
    const content = await store.read(id, page).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return undefined
    })
    if (!content) {
      missing.push({ id, page })
      return
    }
    await copy.write(id, page, content)
    count++
    contentBytes += content.length
    lines += `${JSON.stringify({ id, page, bytes: content.length, sha256: digestOf(content) })}\n`
  })
  await list.write(Buffer.from(lines))
  return { pages: { count, contentBytes, ...(await list.finish()) }, missing }
}

/** A page that was not there any more was removed by its owner since the snapshot, or it is lost. */
async function whyMissing(owner: Owner, missing: readonly PageName[], madeAt: number) {
  const found = await selectErased(owner, [...new Set(missing.map(({ id }) => id))])
  const there = new Set(found.filter((row) => row.there).map(({ id }) => id))
  return {
    lostPages: missing.filter(({ id }) => there.has(id)).map(({ id, page }) => `${id}.${page}`),
    erasedMeanwhile: found
      .filter((row) => !row.there)
      .map(({ id, erased_at }) => ({ id, erasedAt: erased_at ?? madeAt })),
  }
}

async function copySendLog(from: string, to: string): Promise<(Part & { name: string })[]> {
  if (!existsSync(from)) return []
  const copied: (Part & { name: string })[] = []
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (!entry.isFile()) continue
    const part = await writePart(path.join(to, entry.name))
    for await (const block of readPart(path.join(from, entry.name))) await part.write(block)
    copied.push({ name: entry.name, ...(await part.finish()) })
  }
  return copied
}
