/** Business time: machine time plus an offset that stands in the database, in a demonstration only. */
import { sql } from 'kysely'
import type { Instant } from '../../domain/dates.ts'
import type { Config } from '../config.ts'
import { type Db, inScope, type Trx } from './open.ts'
import { statement } from './statement.ts'

/** In milliseconds; 0 where no clock was ever started. */
export const clockOffset = async (trx: Trx): Promise<number> => (await offset(trx))[0]?.offset_ms ?? 0
const offset = statement((trx) => trx.selectFrom('business_clock').select('offset_ms'))

/** Business time now, for what runs without a request. */
export async function businessNow(config: Config, db: Db): Promise<Instant> {
  if (config.mode === 'production') return Date.now() as Instant
  return (Date.now() + (await inScope(db, { kind: 'job', job: 'clock' }, clockOffset))) as Instant
}

export async function clockStarted(trx: Trx): Promise<boolean> {
  return (await trx.selectFrom('business_clock').select('offset_ms').executeTakeFirst()) !== undefined
}

/** Of several servers that start one demonstration at once, the others wait to the end of this transaction. */
export const lockClock = (trx: Trx) => sql`select pg_advisory_xact_lock(hashtext('business clock'))`.execute(trx)

/** Starts the clock once; a clock that runs stays as it is. Answers whether this call started it. */
export async function startClock(trx: Trx, offsetMs: number): Promise<boolean> {
  const row = await trx
    .insertInto('business_clock')
    .values({ offset_ms: offsetMs })
    .onConflict((conflict) => conflict.doNothing())
    .returning('offset_ms')
    .executeTakeFirst()
  return row !== undefined
}

/** Moves the clock forward; false where that would be backward. */
export async function advanceClock(trx: Trx, offsetMs: number): Promise<boolean> {
  const row = await trx
    .updateTable('business_clock')
    .set({ offset_ms: offsetMs })
    .where('offset_ms', '<=', offsetMs)
    .returning(sql<number>`1`.as('moved'))
    .executeTakeFirst()
  return row !== undefined
}
