/** Pools, and transactions that name their scope. Without a scope no row is visible, so no other way in is offered. */
import type { Socket } from 'node:net'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresDialect,
  type QueryExecutor,
  type QueryResult,
  Transaction,
} from 'kysely'
import pg from 'pg'
import { copyOut } from './copy.ts'
import type { Tables } from './tables.ts'

/** Which rows a transaction reaches; the database's policies repeat it. Ids are uuids. */
export type Scope =
  /** A worker: what this account filed. */
  | { readonly kind: 'person'; readonly accountId: string }
  /** A union subtree, a unit, a filing point. */
  | { readonly kind: 'union'; readonly accountId: string; readonly organisationId: string }
  /** The service centre, the city federation, auditors. */
  | { readonly kind: 'city'; readonly accountId: string }
  /** A named job: `sign-in`, `seal-audit`, `public`, …; the account where one stands behind it. */
  | { readonly kind: 'job'; readonly job: string; readonly accountId?: string }

export type Trx = Transaction<Tables>

export type Db = {
  readonly pool: pg.Pool
  /** The base that every transaction is derived from; it has no connection of its own. */
  readonly base: Kysely<Tables>
  readonly dialect: PostgresDialect
  readonly driver: Driver
  /** Names of prepared statements by their text, the same for all connections of the pool. */
  readonly prepared: Map<string, string>
  close(): Promise<void>
}

/** The transaction was not committed although no statement answered with an error to its caller. */
export class NotCommitted extends Error {
  override name = 'NotCommitted'
}

export type ConnectionConfig = pg.ClientConfig

export type OpenOptions = {
  readonly connection: ConnectionConfig
  /** Connections kept at most. */
  readonly max?: number
  /** The role to act as, where the user that signs in is another (an outside database). */
  readonly role?: 'jiangsheng_app' | 'jiangsheng_worker'
  /** How long one statement may run. */
  readonly statementTimeoutMs?: number
  /** Told of connections that broke while idle; the pool replaces them by itself. */
  readonly onBroken?: (error: Error) => void
}

export function openDatabase(options: OpenOptions): Db {
  const { role } = options
  const pool = new pg.Pool({
    ...options.connection,
    max: options.max ?? 20,
    pipeline: true,
    types,
    application_name: 'jiangsheng',
    // A rush waits its turn, as long as a statement may run, before anybody is turned away.
    connectionTimeoutMillis: 30_000,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    idle_in_transaction_session_timeout: 30_000,
    ...(role && { onConnect: (client: pg.ClientBase) => client.query(`set role ${role}`).then(() => {}) }),
  } as pg.PoolConfig)
  pool.on('error', (error) => options.onBroken?.(error))
  // Between the pool's hands and whoever borrows it nobody listens to a connection; one that breaks just then says so to its
  // next statement.
  pool.on('connect', (client) => client.on('error', () => {}))
  const dialect = new PostgresDialect({ pool })
  const base = new Kysely<Tables>({ dialect })
  return { pool, base, dialect, driver: dialect.createDriver(), prepared: new Map(), close: () => pool.end() }
}

const textOf = {
  account: (scope: Scope) => ('accountId' in scope && scope.accountId) || '',
  organisation: (scope: Scope) => (scope.kind === 'union' ? scope.organisationId : ''),
  job: (scope: Scope) => (scope.kind === 'job' ? scope.job : ''),
}

const setScope = {
  name: 'scope',
  text: `select set_config('app.scope', $1, true), set_config('app.account_id', $2, true),
    set_config('app.organisation_id', $3, true), set_config('app.job', $4, true)`,
}

/**
 * Runs work in one transaction of that scope. Begin, scope and the first queries travel together; queries that the work
 * starts without waiting for each other do too, and what was kept by `atCommit` travels with the commit.
 * @throws what the work throws, after rolling back; what the database answers (see `refusalOf`); NotCommitted
 */
export async function inScope<T>(db: Db, scope: Scope, work: (trx: Trx) => Promise<T>): Promise<T> {
  return onConnection(db, async (client, broken) => {
    const began = begin(client, scope, broken)
    const { trx, finish } = transactionOn(db, client)
    try {
      const answer = await work(trx)
      await finish(began)
      return answer
    } catch (error) {
      // Answers come in order: once the rollback is answered, so is everything the work left running. Where the commit
      // was sent already, it has answered, and nothing is left to roll back.
      await client.query('rollback').catch(broken)
      throw error
    }
  })
}

/**
 * Reads in one round trip: begin, scope, the queries that the work starts at once, and the end of the transaction travel
 * together. A query that the work starts after an answer is refused.
 * @throws like `inScope`
 */
export async function readInScope<T>(db: Db, scope: Scope, work: (trx: Trx) => Promise<T>): Promise<T> {
  return onConnection(db, async (client, broken) => {
    const began = begin(client, scope, broken, 'begin read only')
    const { trx, finish } = transactionOn(db, client)
    const [answer] = await inOrder([work(trx), finish(began)])
    return answer
  })
}

/**
 * Keeps a statement for the end of the transaction: for what is written and whose answer nobody needs. The database's
 * constraints judge it, and its refusal is the transaction's.
 * @param start starts one statement at once, and may turn its error into another; its answer comes after the commit
 */
export function atCommit(trx: Trx, start: () => Promise<unknown>): void {
  insideOf(trx).kept.push(start)
}

/** Sends one statement as it is, with the values of its parameters. */
export function send<Row>(trx: Trx, text: string, values: unknown[]): Promise<pg.QueryResult<Row & pg.QueryResultRow>> {
  return insideOf(trx).send<Row & pg.QueryResultRow>(text, values)
}

/** Runs `copy … to stdout` of this transaction: see `copyOut`. */
export const copyOutOf = (trx: Trx, text: string, take: (block: Buffer) => Promise<void>): Promise<number> =>
  insideOf(trx).copy(text, take)

type Inside = {
  readonly copy: (text: string, take: (block: Buffer) => Promise<void>) => Promise<number>
  readonly kept: (() => Promise<unknown>)[]
  readonly send: <Row extends pg.QueryResultRow>(text: string, values: unknown[]) => Promise<pg.QueryResult<Row>>
}
const insides = new WeakMap<Trx, Inside>()

function insideOf(trx: Trx): Inside {
  const inside = insides.get(trx)
  if (!inside) throw new Error('this transaction is not one of inScope')
  return inside
}

/** The answers of all, once all have answered. @throws the refusal of the first that failed, in the order given */
export async function inOrder<const A extends readonly unknown[]>(
  answers: A,
): Promise<{ -readonly [I in keyof A]: Awaited<A[I]> }> {
  const settled = await Promise.allSettled(answers)
  for (const each of settled) if (each.status === 'rejected') throw each.reason
  return Promise.all(answers)
}

/** Lends a connection of the pool; one that breaks meanwhile is not used again. */
async function onConnection<T>(db: Db, use: (client: pg.PoolClient, broken: () => void) => Promise<T>): Promise<T> {
  const client = await db.pool.connect()
  let usable = true
  const broken = () => {
    usable = false
  }
  client.on('error', broken)
  try {
    return await use(client, broken)
  } finally {
    client.off('error', broken)
    client.release(!usable)
  }
}

function begin(client: pg.PoolClient, scope: Scope, broken: () => void, how = 'begin'): Promise<unknown>[] {
  sendTogether(client)
  const values = [scope.kind, textOf.account(scope), textOf.organisation(scope), textOf.job(scope)]
  const began = [client.query(how), client.query({ ...setScope, values })]
  // Heard now, judged at the end: a connection that breaks refuses these before the work has answered.
  for (const each of began) each.catch(broken)
  return began
}

/** What is written to the connection until the program waits leaves in one packet. */
function sendTogether(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  if (stream.writableCorked > 0) return
  stream.cork()
  process.nextTick(() => stream.uncork())
}

/** Statements with a list of changing length never repeat: they are not worth a name each. */
const mostPrepared = 500

/** in_failed_sql_transaction: an earlier statement failed, and that one tells why */
const afterFailure = '25P02'

function transactionOn(db: Db, client: pg.PoolClient) {
  let over = false
  let failure: unknown
  async function send<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<pg.QueryResult<Row>> {
    if (over) throw new Error('a statement after the end of its transaction')
    sendTogether(client)
    try {
      return await ask<Row>(client, text, values, nameOf(db.prepared, text))
    } catch (error) {
      if (failure !== undefined && (error as { code?: unknown }).code === afterFailure) throw failure
      failure ??= error
      throw error
    }
  }
  const connection: DatabaseConnection = {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const { command, rowCount, rows } = await send(query.sql, query.parameters as unknown[])
      const changed = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE' || command === 'MERGE'
      return { rows: rows as R[], ...(changed && { numAffectedRows: BigInt(rowCount ?? 0) }) }
    },
    streamQuery() {
      throw new Error('a scoped transaction does not stream: page by key instead')
    },
  }
  const executor: QueryExecutor = db.base.getExecutor().withConnectionProvider({
    provideConnection: (consumer) => consumer(connection),
  })
  const { dialect, driver } = db
  const trx: Trx = new Transaction<Tables>({ config: { dialect }, dialect, driver, executor })
  const kept: (() => Promise<unknown>)[] = []
  insides.set(trx, { kept, send, copy: (text, take) => copyOut(client, text, take) })

  async function finish(began: readonly Promise<unknown>[]): Promise<void> {
    sendTogether(client)
    const last = kept.map((start) => start())
    over = true
    const commit = client.query('commit')
    await inOrder([...began, ...last, commit])
    // After a failed statement that nobody waited for, PostgreSQL answers COMMIT with ROLLBACK, and no error.
    if ((await commit).command !== 'COMMIT')
      throw new NotCommitted('a statement had failed unheard, so the transaction was rolled back')
  }
  return { trx, finish }
}

/**
 * What `client.query({ text, name, values })` does, without the copy that it makes of its configuration: a request has
 * some thirty statements.
 */
function ask<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  text: string,
  values: unknown[],
  name: string | undefined,
): Promise<pg.QueryResult<Row>> {
  return new Promise((resolve, reject) => {
    const heard = (error: Error | undefined, result: pg.QueryResult<Row>) => (error ? reject(error) : resolve(result))
    const query = new pg.Query(text, values, heard as never)
    if (name) Object.assign(query, { name })
    client.query(query as never)
  })
}

function nameOf(prepared: Map<string, string>, text: string): string | undefined {
  const known = prepared.get(text)
  if (known || prepared.size >= mostPrepared) return known
  const name = `q${prepared.size}`
  prepared.set(text, name)
  return name
}

/** Refuses a user who could see past row-level security, or who may not act as the server's roles. @throws Error */
export async function requirePlainUser(connection: ConnectionConfig): Promise<void> {
  const client = new pg.Client(connection)
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client
    .query<{ name: string; unbound: boolean; member: boolean }>(
      `select session_user::text name,
        (select rolsuper or rolbypassrls from pg_roles where rolname = session_user)
          or exists (select from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
            and pg_has_role(session_user, relowner, 'usage')) unbound,
        (select bool_and(pg_has_role(session_user, oid, 'set')) from pg_roles
          where rolname in ('jiangsheng_app', 'jiangsheng_worker')) member`,
    )
    .finally(() => client.end())
  const { name, unbound, member } = rows[0]!
  if (unbound)
    throw new Error(`${name} of DATABASE_URL owns tables or passes row-level security: give the server a plain user`)
  if (!member)
    throw new Error(
      `${name} of DATABASE_URL is no member of jiangsheng_app and jiangsheng_worker: start once with DATABASE_ADMIN_URL`,
    )
}

export type RefusalKind =
  | 'unique'
  | 'check'
  | 'foreignKey'
  | 'notNull'
  | 'exclusion'
  | 'forbidden'
  | 'conflict'
  | 'raised'
/** Why the database refused a statement. `constraint` is the name given in a migration, or by `raise … using constraint`. */
export type Refusal = {
  readonly kind: RefusalKind
  readonly constraint?: string
  readonly table?: string
  readonly column?: string
}

const refusalKinds: Readonly<Record<string, RefusalKind>> = {
  '23505': 'unique',
  '23514': 'check',
  '23503': 'foreignKey',
  '23001': 'foreignKey',
  '23502': 'notNull',
  '23P01': 'exclusion',
  // insufficient_privilege: row-level security and missing rights alike
  '42501': 'forbidden',
  // serialization_failure and deadlock_detected: the caller may run the whole transaction again
  '40001': 'conflict',
  '40P01': 'conflict',
  P0001: 'raised',
}

/** The refusal behind an error, or undefined where it is something else. Never holds values of rows. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof pg.DatabaseError)) return undefined
  const kind = refusalKinds[error.code ?? '']
  if (!kind) return undefined
  const { constraint, table, column } = error
  return { kind, ...(constraint && { constraint }), ...(table && { table }), ...(column && { column }) }
}

/** Instants and amounts are bigint columns: past 2^53 they would be silently wrong, so that is an error. */
function safeInteger(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number)) throw new Error('a bigint of the database does not fit a number')
  return number
}

const { builtins } = pg.types
const dateArray = 1182
const bigintArray = 1016
const textArray = 1009

const types = new pg.TypeOverrides()
types.setTypeParser(builtins.INT8, safeInteger)
// A plain date stays the text it is: JavaScript's Date would move it by the machine's time zone.
types.setTypeParser(builtins.DATE, (text) => text)
// the types of pg list only scalar types by number
const parseTexts: (text: string) => (string | null)[] = pg.types.getTypeParser(textArray as never)
types.setTypeParser(dateArray, parseTexts)
types.setTypeParser(bigintArray, (text: string) =>
  parseTexts(text).map((each) => (each === null ? null : safeInteger(each))),
)

/** How values of the database arrive in JavaScript; for connections outside the pools. */
export { types as databaseTypes }
