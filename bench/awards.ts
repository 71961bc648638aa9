/** A city's awards as a file: over HTTP as somebody of its finance takes them, and as a bare COPY of the same columns. */
import { copyOut } from '../server/db/copy.ts'
import { awardsCopy } from '../server/books/awards.ts'
import type { Request } from './drive.ts'
import type { House } from './house.ts'
import { copyApplications, withoutIndexes } from './million.ts'
import { plantWaiting, signIn } from './plant.ts'

const awardCount = 200_000
const batchLines = 5_000
const rounds = 5

/**
 * Awards that were paid in batches, copies of applications that were filed by the server's own functions; only ids, numbers
 * and times differ. @returns the request that takes them all
 */
export async function plantAwards(house: House): Promise<Request> {
  const { owner } = house
  await plantWaiting(house, 50)
  await owner.query(`alter system set max_wal_size = '8GB'`)
  await owner.query('select pg_reload_conf()')
  await owner.query('set session_replication_role = replica')
  await withoutIndexes(house, ['application', 'award', 'payout'], async () => {
    await copyApplications(house, `state = 'inReview'`, awardCount, { state: `'paid'`, step: 'null' })
    await owner.query(`insert into award (id, certificate_id, application_id, policy_id, amount_fen, district_id, visible_to,
        payee, payee_tail, approved_at, payer_id, stands_on)
      select a.id, a.certificate_id, a.id, a.policy_id, a.amount_fen, a.district_id, a.visible_to, '{}', '0000', a.received_at,
        a.district_id, 'worker:' || a.id from application a where a.state = 'paid' and not exists (select from award w where w.application_id = a.id)`)
    await owner.query(`insert into payout_batch (id, number, policy_id, payer_id, route, format, pay_on, line_count, total_fen,
        digest, made_by, made_at)
      select gen_random_uuid(), 'EX26-' || n, w.policy_id, w.district_id, 'file', 'csv-utf8', '2026-09-20', 1, 1, '', o.id, 0
      from generate_series(1, ${awardCount / batchLines}) n, (select * from award limit 1) w, (select id from account limit 1) o`)
    await owner.query(`insert into payout (id, award_id, reference, batch_id, line, attempt, amount_fen, payee, payee_tail,
        account_index, applicant_index, state, paid_on, bank_serial)
      select gen_random_uuid(), w.id, 'JS' || upper(left(replace(w.id::text, '-', ''), 30)), b.id, w.n + 1, 1, w.amount_fen, '{}', '0000', '', '',
        'settled', '2026-09-21', 'S' || w.n
      from (select a.*, row_number() over () - 1 as n from award a
        where not exists (select from payout y where y.award_id = a.id) and a.application_id is not null) w
      join (select id, row_number() over () - 1 as n from payout_batch
        where number like 'EX26-%') b on b.n = w.n % ${awardCount / batchLines}`)
  })
  await owner.query('set session_replication_role = origin')
  await owner.query('vacuum analyze')
  const token = await signIn(house, 'shi.caiwu1', 'cityFinance', 'city')
  return { method: 'GET', address: '/api/v1/books/awards.csv', token }
}

/** @returns seconds and rows of a file that is taken as fast as it comes */
async function overHttp({ port }: House, { address, token }: Request) {
  const from = performance.now()
  const answer = await fetch(`http://127.0.0.1:${port}${address}`, { headers: { cookie: `jiangsheng=${token}` } })
  if (!answer.ok || !answer.body) throw new Error(await answer.text())
  let rows = -1
  for await (const chunk of answer.body) for (const byte of chunk) if (byte === 10) rows++
  return { seconds: (performance.now() - from) / 1000, rows }
}

async function bare({ owner }: House) {
  const from = performance.now()
  const rows = await copyOut(owner, awardsCopy('true'), async () => {})
  return { seconds: (performance.now() - from) / 1000, rows }
}

/** Rounds of both in turn after one that warms; the middle one by its quotient counts. */
export async function measureExport(house: House, request: Request) {
  const taken = []
  for (let round = 0; round <= rounds; round++) {
    const [http, limit] = [await overHttp(house, request), await bare(house)]
    if (http.rows !== limit.rows || http.rows < awardCount)
      throw new Error(`${http.rows} rows over HTTP, ${limit.rows} bare, ${awardCount} planted`)
    if (round > 0) taken.push({ http, limit, timesBare: http.seconds / limit.seconds })
  }
  const middle = taken.toSorted((a, b) => a.timesBare - b.timesBare)[Math.floor(rounds / 2)]!
  const twoDigits = (n: number) => Number(n.toFixed(2))
  return [
    {
      connections: 1,
      perSecond: Math.round(awardCount / middle.http.seconds),
      limitPerSecond: Math.round(awardCount / middle.limit.seconds),
      timesBare: twoDigits(middle.timesBare),
      spread: taken.map(({ timesBare }) => twoDigits(timesBare)),
    },
  ]
}
