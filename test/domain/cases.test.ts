/** The given cases through the command itself. Where a case is ambiguous, the readings decide, as named here. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { answerTimeCase, assessCase } from '../../cli/assess.ts'
import { authorityIn, levelIn } from '../../cli/caseFacts.ts'
import { policy2026 } from './policy2026.ts'

const path = join(import.meta.dirname, '../cases/eligibility.json')
type Expected = { eligible: unknown; amount: number | null; alsoAccept?: unknown[]; rightChannel?: string }
const given = JSON.parse(readFileSync(path, 'utf8')) as {
  cases: { id: string; title: string; expected: Expected }[]
  timeCases: { id: string; kind: string; expected: { [key: string]: unknown } }[]
}
const printed = JSON.parse(
  execFileSync(process.execPath, [join(import.meta.dirname, '../../cli/assess.ts'), '--policy', '2026', path], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  }),
) as {
  cases: { id: string; eligible: unknown; amount: number | null; reading?: string; rightChannel?: string }[]
  timeCases: { id: string; lastDay?: string; dueBy?: string }[]
}

const byReading: { readonly [id: string]: readonly [reading: string, eligible: unknown] } = {
  'E-041': ['R20', 'needs-material'],
  'E-069': ['R8', 'needs-material'],
  'E-073': ['R8', 'needs-material'],
  'E-094': ['R2', true],
  'E-109': ['R15', 'needs-material'],
  'E-123': ['R16', 'needs-material'],
  'E-127': ['R21', 'needs-material'],
  'E-131': ['R21', true],
  'E-144': ['R19', false],
  'E-164': ['R18', false],
}

test('every given case, in order', () => {
  assert.deepEqual(
    printed.cases.map(({ id }) => id),
    given.cases.map(({ id }) => id),
  )
  for (const [i, { id, title, expected }] of given.cases.entries()) {
    const answer = printed.cases[i]!
    const reading = byReading[id]
    if (reading) {
      assert.deepEqual([answer.reading, answer.eligible], reading, `${id} ${title}`)
      if (answer.eligible !== true) assert.equal(answer.amount, answer.eligible === false ? 0 : null, id)
      continue
    }
    assert.ok(
      [expected.eligible, ...(expected.alsoAccept ?? [])].includes(answer.eligible),
      `${id} ${title}: ${String(answer.eligible)}`,
    )
    if (answer.eligible === expected.eligible) assert.equal(answer.amount, expected.amount, `${id} ${title}`)
    if (expected.rightChannel) assert.equal(answer.rightChannel, expected.rightChannel, id)
  }
})

test('the time cases that count days', () => {
  const counted = given.timeCases.filter(({ kind }) => kind === 'working-days' || kind === 'two-weeks')
  assert.deepEqual(
    printed.timeCases.map(({ id }) => id),
    counted.map(({ id }) => id),
  )
  for (const { id, expected } of counted) {
    const { lastDay, dueBy } = printed.timeCases.find((answer) => answer.id === id)!
    assert.equal(lastDay ?? dueBy, expected.lastDay ?? expected.dueBy, id)
  }
})

test('levels as people write them', () => {
  for (const [written, level] of [
    ['技师', 'technician'],
    ['二级/技师', 'technician'],
    ['技师（二级）', 'technician'],
    ['２级', 'technician'],
    ['高级技师', 'seniorTechnician'],
    ['一级／高级技师', 'seniorTechnician'],
    ['三级', 'seniorWorker'],
    [' 高级工 ', 'seniorWorker'],
    ['特级技师', 'specialTechnician'],
    ['首席技师', 'chiefTechnician'],
    ['四级/中级工', 'intermediateWorker'],
    ['高级工程师', undefined],
    ['二级/高级技师', undefined],
    [null, undefined],
    ['', undefined],
  ] as const)
    assert.equal(levelIn(written), level, String(written))
})

test('no other city is taken for Shanghai', () => {
  for (const [written, authority] of [
    ['上海市人社局', 'shanghai'],
    ['上海市人力资源和社会保障局', 'shanghai'],
    ['市人社局', 'shanghai'],
    ['江苏省人社厅', 'jiangsu'],
    ['苏州市人社局', 'jiangsu'],
    ['江苏省人社厅（上海考点）', 'jiangsu'],
    ['杭州市人力资源和社会保障局', 'zhejiang'],
    ['合肥市人社局', 'anhui'],
    ['北京市人社局', 'otherProvince'],
    ['广东省人社厅', 'otherProvince'],
    ['深圳市人力资源和社会保障局', 'otherProvince'],
    ['人力资源社会保障部', 'ministry'],
    ['人社部', 'ministry'],
    ['中华人民共和国人力资源和社会保障部', 'ministry'],
    ['交通运输部（国家行业主管部门）', 'industry'],
    ['国家铁路局', 'industry'],
    ['中国民用航空局', 'industry'],
    ['上海启衡精密机械有限公司', undefined],
    ['某某行业协会', undefined],
    ['', undefined],
    [null, undefined],
  ] as const)
    assert.equal(authorityIn(written), authority, String(written))
})

test('a case written oddly is answered all the same, and never granted or refused', () => {
  const nothing = { channel: 'unit', certificate: null, membership: null, competition: null, appliedAt: null }
  const odd = {
    channel: 'individual',
    certificate: { level: 42, issueDate: 20250101, authority: ['x'], number: 12 },
    membership: 'x',
    competition: true,
    appliedAt: 17,
    priorAwards: ['x', null],
    payoutTarget: [],
    materials: [],
    registry: 'x',
    note: 5,
  }
  for (const given of [{}, { channel: 'post' }, nothing, odd, { ...odd, priorAwards: {} }, null, 'x']) {
    const { eligible, amount, clauses } = assessCase(policy2026(), given)
    assert.deepEqual([eligible, amount], ['needs-material', null], JSON.stringify(given))
    assert.ok(clauses.length > 0)
  }
})

test('days that cannot be counted are said, and a year without a calendar is not guessed', () => {
  const answer = (kind: string, input: unknown) => answerTimeCase(policy2026(), { id: 'T', kind, input })
  assert.deepEqual(answer('working-days', { from: '2026-12-30', n: 10 }), [
    { id: 'T', lastDay: null, reason: 'no working-day table for 2027' },
  ])
  for (const input of [undefined, null, {}, { from: '2026-06-16', n: null }, { from: '2026-02-30', n: 1 }])
    assert.deepEqual(answer('working-days', input), [
      { id: 'T', lastDay: null, reason: 'no date, or no number of days' },
    ])
  assert.deepEqual(answer('two-weeks', { batchClosed: '2026-07-15T20:00:00Z' }), [{ id: 'T', dueBy: '2026-07-30' }])
  assert.deepEqual(answer('two-weeks', { batchClosed: null }), [{ id: 'T', dueBy: null, reason: 'no date' }])
  assert.deepEqual(answerTimeCase(policy2026(), null), [])
})
