/** A city after ten years: a million applications, of which twenty thousand wait at one district's second review. */
import { randomUUID } from 'node:crypto'
import type { Form } from '../contract/form.ts'
import { normalisedForm } from '../contract/formCheck.ts'
import { instant, shanghaiDate } from '../domain/dates.ts'
import { sealSummary } from '../server/applications/forms.ts'
import { demoId } from '../server/demo/demo.ts'
import { filledForm } from '../test/applications/claim.ts'
import type { Request } from './drive.ts'
import type { House } from './house.ts'
import { plantWaiting, signIn } from './plant.ts'

const applicationCount = 1_000_000
const waitingCount = 20_000
const waits = `state = 'inReview' and step = 'secondReview'`
const season = instant('2026-06-16T09:00:00+08:00')!

/** The queue's pages: its first one, and one at each depth. */
export type Pages = { readonly first: Request; readonly deep: readonly Request[] }

/**
 * One application of each union, filed and passed on by the server's own functions, is what the others are copies of;
 * only ids, numbers, times and states differ. Those that the measured pages show have forms of their own.
 */
export async function plantMillion(house: House): Promise<Pages> {
  const { owner } = house
  await plantWaiting(house, 50)
  // written at once and not again at every checkpoint
  await owner.query(`alter system set max_wal_size = '8GB'`)
  await owner.query('select pg_reload_conf()')
  // Copies follow no chain of actions, and their certificates are known by id alone.
  await owner.query('set session_replication_role = replica')
  await withoutIndexes(house, ['application'], async () => {
    const done = { state: `'paid'`, step: 'null', urgency: `${season} + n * 2000 + 3600000` }
    await copyApplications(house, waits, applicationCount - waitingCount, done)
    await copyApplications(house, `${waits} and district_id = '${demoId('organisation', 'jiading')}'`, waitingCount, {})
    await sealSummaries(house)
  })
  await owner.query('set session_replication_role = origin')
  await owner.query('vacuum analyze')
  const token = await signIn(house, 'jiading.fushen1', 'districtReviewer', 'jiading')
  return walk(house, token)
}

/** Inserts copies of the applications that `like` finds, in turn, with further columns changed. */
export async function copyApplications(
  { owner }: House,
  like: string,
  count: number,
  change: Record<string, string>,
): Promise<void> {
  const { rows } = await owner.query<{ name: string }>(
    `select column_name as name from information_schema.columns where table_name = 'application'`,
  )
  const changed: Record<string, string> = {
    id: 'gen_random_uuid()',
    receipt_number: `'JS26-9' || nextval('receipt_number')`,
    certificate_id: 'gen_random_uuid()',
    received_at: `${season} + n * 2000`,
    updated_at: `${season} + n * 2000 + 3600000`,
    // as the trigger that is off would set it
    urgency: `l.urgency - l.updated_at + ${season} + n * 2000 + 3600000`,
    ...change,
  }
  const columns = rows.map(({ name }) => name)
  await owner.query(`with likes as materialized (
      select row_number() over () - 1 as turn, a.* from application a where ${like})
    insert into application (${columns.join()})
    select ${columns.map((name) => changed[name] ?? `l.${name}`).join()}
    from generate_series(1, ${count}) n join likes l on l.turn = n % (select count(*) from likes)`)
}

/** A million rows find their places faster when all are there. */
export async function withoutIndexes(
  { owner }: House,
  tables: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const { rows } = await owner.query<{ name: string; made: string }>(
    `select i.indexname as name, i.indexdef as made from pg_indexes i
      where i.tablename = any ($1) and i.schemaname = 'public'
        and not exists (select from pg_constraint c where c.conname = i.indexname)`,
    [tables],
  )
  for (const { name } of rows) await owner.query(`drop index ${name}`)
  await work()
  await owner.query(`set maintenance_work_mem = '256MB'`)
  for (const { made } of rows) await owner.query(made)
}

/** What a list shows of a case is sealed for that case alone. */
async function sealSummaries(house: House): Promise<void> {
  const { deps, owner, policy } = house
  const { rows } = await owner.query<{ id: string; base_union_id: string }>(
    `select a.id, a.base_union_id from application a
      where ${waits} and not exists (select from form_revision r where r.application_id = a.id)`,
  )
  const files = { idFront: randomUUID(), idBack: randomUUID(), certificate: randomUUID(), card: randomUUID() }
  const today = shanghaiDate(season)
  const sealed = rows.map(({ id, base_union_id }, serial) => {
    const form = normalisedForm({ ...filledForm(serial, policy, base_union_id), files }, today) as Form
    return { id, summary: sealSummary(deps, id, form) }
  })
  await owner.query(
    `update application a set summary = v.summary::jsonb from jsonb_to_recordset($1) as v(id uuid, summary text)
      where a.id = v.id`,
    [JSON.stringify(sealed)],
  )
}

/** Every page of the reviewer's list, found as a reviewer finds it: each names the one after it. */
async function walk({ port }: House, token: string): Promise<Pages> {
  const page = (cursor?: string): Request => ({
    method: 'GET',
    address: `/api/v1/queue${cursor === undefined ? '' : `?cursor=${cursor}`}`,
    token,
  })
  const deep: Request[] = []
  for (let at = page(); ;) {
    const answer = await fetch(`http://127.0.0.1:${port}${at.address}`, { headers: { cookie: `jiangsheng=${token}` } })
    if (!answer.ok) throw new Error(await answer.text())
    const { nextCursor } = (await answer.json()) as { nextCursor?: string }
    if (nextCursor === undefined) return { first: page(), deep }
    deep.push((at = page(nextCursor)))
  }
}
