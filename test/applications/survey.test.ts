/** The survey: nothing stored leads to anybody, and no count gives away a few. */
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { SurveyTables, SurveyTicket } from '../../contract/survey.ts'
import { inScope } from '../../server/db/open.ts'
import { withApp } from '../app.ts'
import { filed } from './claim.ts'

const office = await withApp()
const worker = await office.worker('13800006021')
const other = await office.worker('13800006022')
const approver = await office.staff('shi.zhongshen1')
const application = await filed(worker, 701)
const { owner } = office.database

const ticketFor = async () =>
  (await worker.ask<SurveyTicket>('POST', '/api/v1/survey-tickets', { applicationId: application })).body.ticket
const answers = { takeHome: 9_876, rankInUnit: '较高', promotionLinked: '是' }
const answer = async (ticket: string, said: object = answers) =>
  (await office.client().ask('PUT', '/api/v1/survey-answers', { ticket, consented: true, answers: said })).status

test('a ticket is for who has filed, is not to be made up, and an answer needs consent and sense', async () => {
  const strange = await other.ask('POST', '/api/v1/survey-tickets', { applicationId: application })
  assert.equal(strange.status, 404)
  assert.equal(
    (await office.client().ask('POST', '/api/v1/survey-tickets', { applicationId: application })).status,
    401,
  )
  const ticket = await ticketFor()
  assert.doesNotMatch(ticket, new RegExp(application))
  assert.equal(await answer(ticket.replace('technician', 'seniorTechnician')), 422)
  assert.equal(await answer(ticket, { rankInUnit: '最高' }), 400)
  assert.equal(await answer(ticket, {}), 400)
  const refused = await office.client().ask('PUT', '/api/v1/survey-answers', { ticket, consented: false, answers })
  assert.equal(refused.status, 400)
  for (const login of ['qiheng.gonghui', 'jiading.fushen1', 'shi.caiwu1'])
    assert.equal((await (await office.staff(login)).ask('GET', '/api/v1/survey')).status, 403)
  assert.equal((await worker.ask('GET', '/api/v1/survey')).status, 403)
})

test('what is stored names no person, no application and no time, and leaves no trace in log or commands', async () => {
  const before = await owner.query('select (select count(*) from audit_event) a, (select count(*) from command) c')
  const ticket = await ticketFor()
  assert.equal(await answer(ticket), 204)
  assert.equal(await answer(ticket), 204, 'a repeat is no second answer')
  const after = await owner.query('select (select count(*) from audit_event) a, (select count(*) from command) c')
  assert.deepEqual(after.rows, before.rows)
  const { rows: columns } = await owner.query(
    `select table_name || '.' || column_name || ' ' || data_type as c from information_schema.columns
     where table_name like 'survey\\_%' order by 1`,
  )
  assert.deepEqual(
    columns.map(({ c }) => c).filter((c) => !c.startsWith('survey_cell')),
    [
      ...['survey_answer.answers jsonb', 'survey_answer.level text'],
      ...['survey_answer.policy_id text', 'survey_answer.sector text', 'survey_ticket.digest bytea'],
      ...['survey_urn.answers jsonb', 'survey_urn.level text'],
      ...['survey_urn.policy_id text', 'survey_urn.sector text'],
    ],
  )
  const { rows } = await owner.query('select * from survey_urn')
  assert.equal(rows.length, 1)
  assert.equal(rows[0].answers.takeHome, 9_000, 'to the thousand')
})

test('ten are poured out together, in one transaction', async () => {
  for (let n = 1; n < 9; n++) await answer(await ticketFor(), { takeHome: n * 1000 })
  assert.equal((await owner.query('select from survey_answer')).rowCount, 0)
  await answer(await ticketFor(), { takeHome: 30_000 })
  assert.equal((await owner.query('select from survey_urn')).rowCount, 0)
  const { rows } = await owner.query(
    'select count(*)::int n, count(distinct xmin::text)::int together from survey_answer',
  )
  assert.deepEqual(rows[0], { n: 10, together: 1 })
})

test('whoever is the only one of their level or sector is poured with nobody else’s', async () => {
  const put = (level: string, sector: string, takeHome: number) =>
    owner.query("select take_survey('2026', $1, $2, $3, $4)", [level, sector, { takeHome }, randomBytes(32)])
  const lying = async (table: 'survey_urn' | 'survey_answer') =>
    (await owner.query(`select level, sector, count(*)::int n from ${table} group by 1, 2 order by 1, 2`)).rows
  await owner.query('delete from survey_answer')
  for (let n = 0; n < 9; n++) await put('technician', 'secondary', 9_000)
  await put('chiefTechnician', 'secondary', 25_000)
  await put('technician', 'tertiary', 3_000)
  assert.deepEqual(await lying('survey_answer'), [])
  await put('technician', 'secondary', 9_000)
  assert.deepEqual(await lying('survey_answer'), [{ level: 'technician', sector: 'secondary', n: 10 }])
  assert.deepEqual(
    (await lying('survey_urn')).map(({ level, sector }) => [level, sector]),
    [
      ['chiefTechnician', 'secondary'],
      ['technician', 'tertiary'],
    ],
  )
})

test('the server’s roles read no answer, and write none but by the function', async () => {
  for (const kind of ['city', 'person'] as const) {
    for (const table of ['survey_answer', 'survey_urn', 'survey_ticket'] as const) {
      const scope = { kind, accountId: randomUUID() }
      const read = inScope(office.deps.db, scope, (trx) => trx.selectFrom(table).selectAll().execute())
      await assert.rejects(read, /permission denied/)
    }
  }
})

/** The tables for a city of these counts: level by answer of one question, all in the secondary sector. */
async function tablesOf(counts: readonly (readonly [string, string, string, number])[]): Promise<SurveyTables> {
  await owner.query('delete from survey_answer')
  for (const [level, sector, said, n] of counts)
    await owner.query(
      `insert into survey_answer select '2026', $1, $2, jsonb_build_object('rankInUnit', $3::text) from generate_series(1, $4)`,
      [level, sector, said, n],
    )
  return (await approver.ask<SurveyTables>('GET', '/api/v1/survey')).body
}
const question = (tables: SurveyTables) => tables.questions.find(({ id }) => id === 'rankInUnit')!

test('a count under ten is not shown, nor can it be found from sums of lines, columns or the other side', async () => {
  const levels = ['seniorWorker', 'technician', 'seniorTechnician'] as const
  const said = ['高', '较高', '中', '较低', '低'] as const
  const counts = levels.flatMap((level, i) =>
    said.map((word, j) => [level, 'secondary', word, i === 1 && j === 2 ? 3 : 40 + 7 * i + 3 * j] as const),
  )
  const { byLevel, bySector, answers: columns } = question(await tablesOf(counts))
  assert.deepEqual(columns, said)
  const cell = (level: string, word: string) =>
    byLevel.find(({ line }) => line === level)!.counts[columns.indexOf(word)]
  const real = (level: string, word: string) => counts.find(([l, , w]) => l === level && w === word)?.[3] ?? 0
  assert.equal(cell('technician', '中'), null)
  const lines = [...byLevel.map(({ line }) => columns.map((word) => [line, word] as const))]
  const upright = columns.map((word) => byLevel.map(({ line }) => [line, word] as const))
  for (const line of [...lines, ...upright]) {
    const hidden = line.filter(([level, word]) => cell(level, word) === null)
    const sum = hidden.reduce((total, [level, word]) => total + real(level, word), 0)
    const whole = hidden.length === line.length
    assert.ok(hidden.length === 0 || whole || (hidden.length > 1 && sum >= 10), JSON.stringify([line, sum]))
  }
  for (const { line, counts: shown } of byLevel)
    for (const [place, n] of shown.entries())
      assert.ok(n === null || (n >= 10 && n === real(line, columns[place]!)), `${line} ${place} ${n}`)
  assert.ok(
    byLevel.some(({ counts: shown }) => shown.some((n) => n !== null)),
    'what is many is shown',
  )
  assert.equal(
    bySector.find(({ line }) => line === 'primary')!.counts.every((n) => n === null),
    true,
  )
})

test('nine answers show nothing at all', async () => {
  const tables = await tablesOf([['technician', 'secondary', '高', 9]])
  assert.ok(
    tables.questions.every(({ byLevel, bySector }) =>
      [...byLevel, ...bySector].every(({ counts }) => counts.every((n) => n === null)),
    ),
  )
})
