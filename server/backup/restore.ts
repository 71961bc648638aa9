/**
 * `npm run restore`: a backup becomes an installation again. Nothing is touched before the whole backup has been read and
 * found right; what stood there before is put aside, never deleted.
 */
import { randomUUID } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { verifyChains } from '../applications/actions.ts'
import { Altered, record, verifyAudit } from '../audit/audit.ts'
import type { Config } from '../config.ts'
import { holdDataDir, restoreMark } from '../dataDir.ts'
import { businessNow } from '../db/clock.ts'
import { migrate, requireKnown } from '../db/migrate.ts'
import { type ConnectionConfig, inScope, openDatabase } from '../db/open.ts'
import { databaseOsUser, letPass } from '../db/osUser.ts'
import { placeCluster } from '../db/place.ts'
import { clearPredecessor, startPostgres } from '../db/postgres.ts'
import { openFolderStore, syncFolder } from '../files/store.ts'
import { verifyLedger } from '../ledger/ledger.ts'
import type { Secrets } from '../secrets.ts'
import { verifyYears } from '../years/close.ts'
import {
  BackupRefused,
  inLanes,
  type Manifest,
  pagesFolder,
  readArchive,
  readPages,
  readPart,
  tableFile,
} from './archive.ts'
import type { Tell } from './backup.ts'
import {
  advanceTransactions,
  analyze,
  asOwner,
  countOthers,
  isUnused,
  markRestored,
  replaceRows,
  type Restoration,
  selectShapes,
} from './sql.ts'

export type Restored = {
  readonly manifest: Manifest
  /** Where the database and the files lie that stood there before; absent where there were none. */
  readonly aside?: string
  /** What the ledger or the audit log do not prove, first of each; it was so when the backup was made. */
  readonly bad: readonly string[]
}

type Ways = {
  readonly owner: ConnectionConfig
  readonly login?: ConnectionConfig
  readonly open: (role: 'app' | 'worker') => ReturnType<typeof openDatabase>
}
type Source = { readonly folder: string; readonly manifest: Manifest; readonly restoration: Restoration }

/**
 * Restores into a data folder that nothing works in, and where an outside database is configured, into one in which
 * nothing was ever done.
 * @param dataDir of `config`; its send log and its keys stay as they are
 * @throws BackupRefused, DataDirInUse, MigrationRefused where the backup is of a newer version
 */
export async function restoreBackup(config: Config, secrets: Secrets, folder: string, tell: Tell): Promise<Restored> {
  const { dataDir } = config
  const release = holdDataDir(dataDir)
  try {
    tell('reading the whole backup against its checksums')
    const manifest = await readArchive(folder, secrets)
    requireKnown(manifest.migrations)
    const restoration = { id: randomUUID(), restoredAt: Date.now(), backupMadeAt: manifest.madeAt }
    const source = { folder, manifest, restoration }
    const draft = path.join(dataDir, 'restoring')
    // of one that was killed
    await removeDraft(draft)
    letPass(databaseOsUser(), dataDir)
    mkdirSync(draft, { mode: 0o700 })
    const into = config.database ? intoOutside : intoEmbedded
    const found = await into(config, secrets, source, draft, tell).finally(() => removeDraft(draft))
    return { manifest, ...found }
  } finally {
    release()
  }
}

/** A cluster is made and filled beside the old one, and takes its place when it is whole. */
async function intoEmbedded(config: Config, secrets: Secrets, source: Source, draft: string, tell: Tell) {
  const { dataDir } = config
  await endOrphan(dataDir)
  const postgres = await startPostgres({ dataDir: draft })
  let bad: string[]
  try {
    const ways: Ways = {
      owner: postgres.connection('jiangsheng_owner'),
      open: (role) => openDatabase({ connection: postgres.connection(`jiangsheng_${role}`), statementTimeoutMs }),
    }
    await copyPages(source, draft, tell)
    await load(ways, source, async () => {}, tell)
    bad = await prove(config, secrets, ways, source, tell)
  } finally {
    await postgres.stop()
  }
  const aside = await swap(dataDir, draft, ['postgres', pagesFolder])
  return { bad, ...(aside && { aside }) }
}

async function intoOutside(config: Config, secrets: Secrets, source: Source, draft: string, tell: Tell) {
  const { url, adminUrl } = config.database!
  if (!adminUrl) throw new BackupRefused('a restore writes every row: name the owner in DATABASE_ADMIN_URL')
  const login = { connectionString: url }
  const ways: Ways = {
    owner: { connectionString: adminUrl },
    login,
    open: (role) => openDatabase({ connection: login, role: `jiangsheng_${role}`, statementTimeoutMs }),
  }
  await asOwner(ways.owner, async (owner) => {
    if (!(await isUnused(owner)))
      throw new BackupRefused('the database of DATABASE_ADMIN_URL is in use: make an empty one and name that')
    const others = await countOthers(owner)
    if (others > 0)
      throw new BackupRefused(`${others} others are connected to the database: stop the servers that use it`)
  })
  await copyPages(source, draft, tell)
  let aside: string | undefined
  const takePlace = async () => {
    aside = await swap(config.dataDir, draft, [pagesFolder])
  }
  await load(ways, source, takePlace, tell)
  const bad = await prove(config, secrets, ways, source, tell)
  return { bad, ...(aside && { aside }) }
}

const statementTimeoutMs = 600_000

async function copyPages({ folder, manifest }: Source, draft: string, tell: Tell): Promise<void> {
  const store = openFolderStore(path.join(draft, pagesFolder))
  mkdirSync(path.join(draft, pagesFolder), { mode: 0o700 })
  await inLanes(readPages(folder), async ({ id, page }) => {
    await store.write(id, page, await readFile(path.join(folder, pagesFolder, id.slice(-2), `${id}.${page}`)))
  })
  tell(`${manifest.pages.count} pages of files`)
}

/** The schema as it was, the rows, and then what the program has added to the schema since. */
async function load(ways: Ways, source: Source, beforeCommit: () => Promise<void>, tell: Tell): Promise<void> {
  const { folder, manifest, restoration } = source
  const level = manifest.migrations.length
  await migrate(ways.owner, ways.login, undefined, level)
  await asOwner(ways.owner, async (owner) => {
    const columns = (shapes: readonly { table: string; columns: readonly string[] }[]) =>
      JSON.stringify(shapes.map((shape) => [shape.table, shape.columns]))
    if (columns(await selectShapes(owner)) !== columns(manifest.tables))
      throw new BackupRefused('the tables of the backup are not those that its migrations make')
    await advanceTransactions(owner, manifest.nextTransaction, (left) =>
      tell(`${left} transaction numbers have to be passed over`),
    )
    const marked = await replaceRows(
      owner,
      manifest,
      (table) => readPart(path.join(folder, tableFile(table))),
      restoration,
      beforeCommit,
    )
    tell(`${manifest.tables.length} tables, ${manifest.tables.reduce((sum, { rows }) => sum + rows, 0)} rows`)
    await migrate(ways.owner, ways.login)
    if (!marked) await markRestored(owner, restoration)
    await analyze(owner)
  })
}

/** Puts on record that it was restored, and holds the result against its own digests. */
async function prove(config: Config, secrets: Secrets, ways: Ways, source: Source, tell: Tell): Promise<string[]> {
  const [app, worker] = [ways.open('app'), ways.open('worker')]
  try {
    const at = await businessNow(config, app)
    const { manifest, restoration } = source
    await inScope(app, { kind: 'job', job: 'backup' }, (trx) =>
      record(trx, secrets, {
        kind: 'backup.restored',
        objectKind: 'backup',
        objectId: manifest.id,
        at,
        detail: { restoration: restoration.id, backupMadeAt: manifest.madeAt },
      }),
    )
    tell('verifying the ledger, the audit log and every application')
    const verify = { kind: 'job', job: 'verify' } as const
    const ledger = await inScope(worker, verify, (trx) => verifyLedger(trx, secrets))
    const years = await inScope(worker, verify, verifyYears)
    const chains = await verifyChains(worker, secrets)
    const audit = await inScope(worker, verify, (trx) => verifyAudit(trx, secrets)).catch((error: unknown) => {
      if (!(error instanceof Altered)) throw error
      return { bad: error.message }
    })
    return [ledger, years, chains, audit].flatMap((found) => ('bad' in found ? [found.bad] : []))
  } finally {
    await Promise.all([app.close(), worker.close()])
  }
}

/** A database whose server was killed may still run; it must not go on writing into what is put aside. */
async function endOrphan(dataDir: string): Promise<void> {
  if (existsSync(path.join(dataDir, 'postgres'))) await clearPredecessor(placeCluster(dataDir, databaseOsUser()).folder)
}

/** What an interrupted restore left, its database ended first. */
async function removeDraft(draft: string): Promise<void> {
  const cluster = path.join(draft, 'postgres')
  if (existsSync(cluster)) {
    const { folder } = placeCluster(draft, databaseOsUser())
    await clearPredecessor(folder)
    rmSync(folder, { recursive: true, force: true })
  }
  rmSync(draft, { recursive: true, force: true })
}

/**
 * Puts what has these names in the data folder aside and the draft's in their places. A mark stands meanwhile, so that no
 * server begins with half of it.
 * @returns where the old ones lie
 */
async function swap(dataDir: string, draft: string, names: readonly string[]): Promise<string | undefined> {
  const at = (folder: string, name: string) => path.join(folder, name)
  const old = names.filter((name) => lstatSync(at(dataDir, name), { throwIfNoEntry: false }))
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
  const aside = at(dataDir, `before-restore-${stamp}`)
  writeFileSync(restoreMark(dataDir), '', { mode: 0o600 })
  await syncFolder(dataDir)
  if (old.length > 0) mkdirSync(aside, { mode: 0o700 })
  const moves = old.map((name) => [at(dataDir, name), at(aside, name)] as const)
  moves.push(...names.map((name) => [at(draft, name), at(dataDir, name)] as const))
  const done: (readonly [string, string])[] = []
  try {
    for (const move of moves) {
      renameSync(...move)
      done.push(move)
    }
  } catch (error) {
    // such as a folder on a disk of its own, which cannot be renamed
    for (const [from, to] of done.toReversed()) renameSync(to, from)
    rmSync(restoreMark(dataDir))
    throw error
  }
  if (old.length > 0) await syncFolder(aside)
  await syncFolder(dataDir)
  rmSync(restoreMark(dataDir))
  await syncFolder(dataDir)
  return old.length > 0 ? aside : undefined
}
