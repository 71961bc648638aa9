import { sql } from 'kysely'
import type { Trx } from '../db/open.ts'
import { statement } from '../db/statement.ts'

export const selectActive = async (trx: Trx) => (await active(trx))[0]
const active = statement((trx) =>
  trx.selectFrom('policy_revision').select(['policy_id', 'revision', 'source_hash']).where('state', '=', 'active'),
)

export const selectBody = (trx: Trx, policyId: string, revision: number) =>
  trx
    .selectFrom('policy_revision')
    .select('body')
    .where('policy_id', '=', policyId)
    .where('revision', '=', revision)
    .executeTakeFirstOrThrow()

/** Serialises openings: two servers that start at once open one revision. */
export const lockOpening = (trx: Trx) => sql`select pg_advisory_xact_lock(hashtext('open policy'))`.execute(trx)

export async function insertRevision(
  trx: Trx,
  row: { policyId: string; revision: number; body: unknown; sourceHash: Buffer; at: number },
) {
  await trx.updateTable('policy_revision').set({ state: 'superseded' }).where('state', '=', 'active').execute()
  await trx
    .insertInto('policy_revision')
    .values({
      policy_id: row.policyId,
      revision: row.revision,
      state: 'active',
      body: JSON.stringify(row.body),
      source_hash: row.sourceHash,
      opened_at: row.at,
    })
    .execute()
}

export const highestRevision = async (trx: Trx, policyId: string): Promise<number> => {
  const row = await trx
    .selectFrom('policy_revision')
    .select((eb) => eb.fn.max('revision').as('highest'))
    .where('policy_id', '=', policyId)
    .executeTakeFirst()
  return row?.highest ?? 0
}
