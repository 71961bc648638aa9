/**
 * The PostgreSQL that comes with the packages, kept running beside the server: prepared once, started, started again
 * when it dies, stopped. It listens on a unix socket only, in a folder that only its user can enter, and lets in only the
 * operating system's user who started it (peer authentication: no password exists that could leak).
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync } from 'node:fs'
import { renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { DataDirInUse, holdDataDir, ownerOf, restoreMark, RestoreUnfinished } from '../dataDir.ts'
import { commandLine, processesIn, processIdentity } from '../processes.ts'
import { databaseOsUser, type OsUser } from './osUser.ts'
import { placeCluster } from './place.ts'
import { programsFor } from './programs.ts'

/** Roles of the database: `postgres` belongs to this supervisor alone, the owner only migrates. */
export type Role = 'postgres' | 'jiangsheng_owner' | 'jiangsheng_app' | 'jiangsheng_worker'

export const databaseName = 'jiangsheng'

export type Postgres = {
  /** The folder of the socket: the `host` of a connection. */
  readonly socketDir: string
  /** The folder of the cluster. */
  readonly folder: string
  readonly connection: (role: Role, database?: string) => { host: string; user: Role; database: string }
  /** Process id of the postmaster now; changes when it had to be started again. */
  readonly pid: () => number | undefined
  readonly stop: () => Promise<void>
}

export type PostgresOptions = {
  readonly dataDir: string
  /** Further settings of the server, such as `fsync: 'off'` for tests. */
  readonly settings?: Readonly<Record<string, string>>
  readonly log?: (line: string) => void
  /** Ends a start that has not succeeded yet: recovery after a crash can take minutes. */
  readonly signal?: AbortSignal
}

const socketName = '/.s.PGSQL.5432'
/** sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included. */
const longestSocketPath = process.platform === 'linux' ? 107 : 103

/**
 * Error texts of statements can carry what people typed, so the log takes only the server's own news: starts, stops,
 * crashes, recoveries.
 */
const settings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '200',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_timezone: 'UTC',
  timezone: 'UTC',
  jit: 'off',
}

const postmasterFile = (folder: string) => path.join(folder, 'postmaster.pid')

/** The lines of postmaster.pid: process id, folder, start, port, folder of the socket, … */
function readPostmaster(folder: string): { pid: number; socketDir: string } | undefined {
  try {
    const lines = readFileSync(postmasterFile(folder), 'utf8').split('\n')
    return { pid: Number(lines[0]), socketDir: lines[4] ?? '' }
  } catch {
    return undefined
  }
}

/**
 * Starts the database of a data folder: prepares it the first time, takes it over where its last owner died, and keeps
 * it running until `stop`.
 * @throws DataDirInUse where another live process owns the folder, which is left untouched; RestoreUnfinished
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const release = holdDataDir(options.dataDir)
  try {
    if (existsSync(restoreMark(options.dataDir))) throw new RestoreUnfinished(options.dataDir)
    return await superviseCluster(options, release)
  } catch (error) {
    release()
    throw error
  }
}

/** Connects to the database of a data folder whose server runs; otherwise starts it for as long as it is needed. */
export async function borrowPostgres(options: PostgresOptions): Promise<Postgres> {
  try {
    return await startPostgres(options)
  } catch (error) {
    if (!(error instanceof DataDirInUse)) throw error
    const folder = placeCluster(options.dataDir, databaseOsUser()).folder
    const running = readPostmaster(folder)
    if (!running || ownerOf(options.dataDir) === undefined) throw error
    return describe(
      folder,
      running.socketDir,
      () => running.pid,
      async () => {},
    )
  }
}

function describe(folder: string, socketDir: string, pid: Postgres['pid'], stop: Postgres['stop']): Postgres {
  return {
    folder,
    socketDir,
    connection: (user, database = databaseName) => ({ host: socketDir, user, database }),
    pid,
    stop,
  }
}

/** What it takes to start the cluster of a data folder, which stands prepared after this. */
function prepare({ dataDir, settings: further, log }: PostgresOptions) {
  const user = databaseOsUser()
  const { folder, outside } = placeCluster(dataDir, user)
  if (outside) log?.(`the database stands in ${folder}: its user nobody cannot enter ${dataDir}`)
  const programs = programsFor(folder, user)
  if (!existsSync(path.join(folder, 'PG_VERSION'))) initialise(programs, folder, user)
  writeAccess(folder, user)
  const socketDir = socketFolder(folder, user)
  const command = [
    ...['-D', folder, '-c', `unix_socket_directories="${socketDir}"`],
    ...Object.entries({ ...settings, ...further }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  const logFile = path.join(dataDir, 'postgres.log')
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > 10_000_000) truncateSync(logFile)
  return { user, folder, program: path.join(programs, 'bin/postgres'), command, socketDir, logFile }
}

async function superviseCluster(options: PostgresOptions, release: () => void): Promise<Postgres> {
  const log = options.log ?? (() => {})
  const { user, folder, program, command, socketDir, logFile } = prepare(options)
  let child: ChildProcess | undefined
  let stopping = false
  const launch = async () => {
    await clearPredecessor(folder)
    if (stopping) return
    const logFrom = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0
    const output = openSync(logFile, 'a', 0o600)
    // Its own group: Ctrl-C in a terminal reaches the server alone, which stops the database when it has no more use for it.
    const started = spawn(program, command, {
      ...user,
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
      cwd: '/',
      stdio: ['ignore', output, output],
      detached: true,
    })
    closeSync(output)
    child = started
    started.on('error', () => {})
    const giveUp = () => started.kill('SIGINT')
    options.signal?.addEventListener('abort', giveUp)
    await answers(started, socketDir, () => readFileSync(logFile, 'utf8').slice(logFrom))
    options.signal?.removeEventListener('abort', giveUp)
    if (started.exitCode !== null || started.signalCode !== null)
      throw new Error('PostgreSQL ended right after its start')
    started.on('exit', () => void relaunch())
  }
  const relaunch = async () => {
    if (stopping) return
    log('the database died; starting it again')
    for (let pause = 100; !stopping; pause = Math.min(pause * 2, 5000)) {
      try {
        await launch()
        log('the database is back')
        break
      } catch (error) {
        log(`the database does not start: ${(error as Error).message}`)
        await sleep(pause)
      }
    }
  }

  await launch()
  const postgres = describe(
    folder,
    socketDir,
    () => child?.pid,
    async () => {
      if (stopping) return
      stopping = true
      if (child) await endProcess(child)
      if (socketDir !== folder) rmSync(socketDir, { recursive: true, force: true })
      release()
    },
  )
  try {
    await ensureRoles(postgres)
  } catch (error) {
    await postgres.stop()
    throw error
  }
  return postgres
}

/** Fast shutdown; immediate where that hangs, which recovers at the next start. */
async function endProcess(child: ChildProcess): Promise<void> {
  const ended = () => child.exitCode !== null || child.signalCode !== null
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (ended()) return
    child.kill(signal)
    for (const until = Date.now() + 30_000; Date.now() < until && !ended();) await sleep(20)
  }
}

function initialise(programs: string, folder: string, user: OsUser): void {
  // Made elsewhere and renamed, so that a folder with this name is always a whole cluster.
  const draft = `${folder}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  if (user.uid !== undefined && user.gid !== undefined) chownSync(draft, user.uid, user.gid)
  const { status, stderr, error } = spawnSync(
    path.join(programs, 'bin/initdb'),
    [
      ...['-D', draft, '-U', 'postgres', '--auth=peer', '-E', 'UTF8', '--data-checksums', '--no-instructions'],
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
    ],
    { ...user, env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' }, cwd: '/', encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`the database could not be prepared in ${folder}: ${error?.message ?? stderr}`)
  rmSync(folder, { recursive: true, force: true })
  renameSync(draft, folder)
}

/** Who may connect: the user who runs this process, as any role of the database; nobody else. */
function writeAccess(folder: string, user: OsUser): void {
  const map = {
    'pg_hba.conf': 'local all all peer map=server\n',
    'pg_ident.conf': `server "${os.userInfo().username}" all\n`,
  }
  for (const [name, text] of Object.entries(map)) {
    const file = path.join(folder, name)
    writeFileSync(file, text, { mode: 0o600 })
    if (user.uid !== undefined && user.gid !== undefined) chownSync(file, user.uid, user.gid)
  }
}

function socketFolder(folder: string, user: OsUser): string {
  // the list that PostgreSQL reads is split at commas and quoted by "
  if (Buffer.byteLength(folder + socketName) <= longestSocketPath && !folder.includes('"')) return folder
  const shortest = [os.tmpdir(), '/tmp'].find(
    (place) => Buffer.byteLength(`${place}/jiangsheng-XXXXXX${socketName}`) <= longestSocketPath,
  )
  const made = mkdtempSync(`${shortest ?? '/tmp'}/jiangsheng-`)
  if (user.uid !== undefined && user.gid !== undefined) chownSync(made, user.uid, user.gid)
  return made
}

/**
 * Ends what a dead owner left behind: its postmaster, backends that outlived it, and the lock file of one that is dead
 * but not yet reaped, or whose number another process bears by now.
 */
export async function clearPredecessor(folder: string): Promise<void> {
  const left = readPostmaster(folder)
  if (!left) return
  // "postgres" stands in the line of a postmaster and of nothing else that names this folder
  const running = () => processIdentity(left.pid) !== undefined && /postgres.* -D /.test(commandLine(left.pid))
  const ours = () => running() && commandLine(left.pid).includes(` -D ${folder} `)
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!ours()) break
    process.kill(left.pid, signal)
    for (const until = Date.now() + 60_000; Date.now() < until && ours();) await sleep(20)
  }
  for (const until = Date.now() + 30_000; Date.now() < until && processesIn(folder).length > 0;) await sleep(20)
  if (processesIn(folder).length > 0) throw new Error(`processes of an earlier database still work in ${folder}`)
  for (const file of [postmasterFile(folder), left.socketDir + socketName, `${left.socketDir}${socketName}.lock`])
    rmSync(file, { force: true })
  if (left.socketDir !== folder && path.basename(left.socketDir).startsWith('jiangsheng-'))
    rmSync(left.socketDir, { recursive: true, force: true })
}

/** Waits until the database answers; recovery after a crash can take its time, so only its death ends the wait. */
async function answers(child: ChildProcess, socketDir: string, news: () => string): Promise<void> {
  for (let tries = 0; ;) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
      throw new Error(`PostgreSQL ended at its start:\n${news().trim().slice(-2000)}`)
    const client = new pg.Client({ host: socketDir, user: 'postgres', database: 'postgres' })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      // 57P03: starting up or recovering; without a code: the socket is not there yet
      const { code } = error as { code?: string }
      if (code !== undefined && !['57P03', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(code)) {
        await endProcess(child)
        throw error
      }
      // every refused try is a line in the log, and recovery may take minutes
      await sleep(Math.min(15 * ++tries, 250))
    }
  }
}

async function ensureRoles(postgres: Postgres): Promise<void> {
  const client = new pg.Client(postgres.connection('postgres', 'postgres'))
  client.on('error', () => {})
  await client.connect()
  try {
    const found = await client.query<{ roles: string[]; ready: boolean }>(
      `select array(select rolname::text from pg_roles where rolname like 'jiangsheng%') roles,
        exists(select from pg_database where datname = $1) ready`,
      [databaseName],
    )
    const { roles, ready } = found.rows[0]!
    for (const role of ['jiangsheng_owner', 'jiangsheng_app', 'jiangsheng_worker'] satisfies Role[])
      if (!roles.includes(role)) await client.query(`create role ${role} login nosuperuser nobypassrls`)
    if (!ready) {
      await client.query(`create database ${databaseName} owner jiangsheng_owner`)
      await client.query(`revoke all on database ${databaseName} from public`)
      await client.query(`grant connect on database ${databaseName} to jiangsheng_app, jiangsheng_worker`)
    }
  } finally {
    await client.end()
  }
}
