import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assess } from '../../domain/assessment.ts'
import type { Facts } from '../../domain/facts.ts'
import {
  at,
  but,
  collective,
  found,
  individual,
  judged,
  onRoster,
  policy,
  seniorWorker,
  technician,
  type Change,
  type Row,
} from './claims.ts'

test('papers are asked for, never refused over', () => {
  judged([
    ...(['applicationForm', 'idCopy', 'certificateCopy', 'cardCopy'] as const).map((paper): Row => [
      paper,
      but({ materials: { [paper]: false } }),
      'needs-material',
      { clause: '四.一.1' },
    ]),
    ['unionSeal', but({ materials: { unionSeal: false } }), 'needs-material', { clause: '四.一.2' }],
    ['no papers by oneself', { ...individual, materials: { applicationForm: false } }, true],
    ['a refusal comes first', but({ materials: { idCopy: false }, certificate: { issuedOn: '2022-01-01' } }), false],
  ])
})

test('the register', () => {
  const answered = (register: NonNullable<Facts['register']>, base = individual): Facts => ({ ...base, register })
  const recent = but({
    channel: 'individual',
    receivedAt: at('2026-07-10T10:00:00+08:00'),
    certificate: { issuedOn: '2026-06-25', number: 'S000031000099262000099' },
  })
  judged([
    ['silent', answered({ outcome: 'unavailable' }), 'pending', { clause: '四.二.2' }],
    [
      'not found, long after issue',
      answered({ outcome: 'notFound' }),
      'needs-material',
      { reading: 'R16', clause: '四.二.2' },
    ],
    ['not found, by the unit', answered({ outcome: 'notFound' }, technician), 'needs-material', { clause: '四.一.4' }],
    ['not found, days after issue', answered({ outcome: 'notFound' }, recent), 'pending', { reading: 'R16' }],
    [
      'not found, asked on the 20th working day',
      answered({ outcome: 'notFound', askedAt: at('2026-07-23T23:00:00+08:00') }, recent),
      'pending',
    ],
    [
      'not found, asked on the 21st',
      answered({ outcome: 'notFound', askedAt: at('2026-07-24T01:00:00+08:00') }, recent),
      'needs-material',
    ],
    ['revoked', answered({ ...found, valid: false }), false],
    ["another person's", answered({ ...found, holderMatches: false }), false],
    ['half an answer', answered({ outcome: 'found', valid: true }), 'pending'],
    ['a lower level', answered({ ...found, level: 'seniorWorker' }), 'needs-material', { reading: 'R21' }],
    ['a higher level', answered({ ...found, level: 'seniorTechnician' }), 'needs-material', { reading: 'R21' }],
    ['another occupation', answered({ ...found, occupationName: '铣工' }), 'needs-material', { reading: 'R21' }],
    ['another date', answered({ ...found, issuedOn: '2025-03-01' }), 'needs-material', { reading: 'R21' }],
    [
      'a date in range where the written one is not',
      but({
        register: { ...found, issuedOn: '2023-01-02' },
        certificate: { issuedOn: '2022-12-31', number: 'S000031000099232000099' },
      }),
      'needs-material',
    ],
    [
      'the year of the number, settled',
      but({ register: { ...found, issuedOn: '2025-02-01' }, certificate: { number: 'S000031000099242000099' } }),
      true,
      { reading: 'R21' },
    ],
    [
      'the year of the number, not settled',
      but({ certificate: { number: 'S000031000099242000099' } }),
      'needs-material',
    ],
    [
      'a refusal elsewhere while it is silent',
      answered({ outcome: 'unavailable' }, but({ channel: 'individual', membership: { member: false } })),
      false,
    ],
    [
      'papers missing while it is silent',
      answered({ outcome: 'unavailable' }, but({ materials: { idCopy: false } })),
      'needs-material',
    ],
  ])
})

test('numbers of other forms', () => {
  const numbered = (number: string, register: NonNullable<Facts['register']> = found) =>
    but({ certificate: { number }, register })
  judged([
    ['none', numbered(''), 'needs-material'],
    ['a letter for a digit, whatever the register says', numbered('S0000310O0099252000099'), 'needs-material'],
    ['a digit left out', numbered('S00003100009925200009'), 'needs-material'],
    ['a rare form the register knows', numbered('RGN31000012525200001'), true],
    ['a rare form while it is silent', numbered('RGN31000012525200001', { outcome: 'unavailable' }), 'needs-material'],
    ['16 digits', numbered('2510003018200045'), 'needs-material'],
    ['16 digits of a local body', numbered('2509000018200045'), true, { reading: 'R10' }],
    ['16 digits of another level', numbered('2509000018300045'), 'needs-material'],
    ['13 digits of old Shanghai', numbered('0909003201234'), true],
  ])
})

test('one certificate, one award', () => {
  const taken = (takenNumbers: readonly string[], change: Change = {}) => but({ ...change, takenNumbers })
  judged([
    ['paid before', taken(['S000031000099252000099']), false, { clause: '三', yuan: 0, open: [] }],
    [
      'in another writing',
      taken(['S000031000099252000099'], { certificate: { number: 'ｓ０００031 000099 25 2-000099' } }),
      false,
    ],
    ['13 against 16', taken(['0000909003201234'], { certificate: { number: '0909003201234' } }), false],
    ['another certificate', taken(['S000031000099243000001']), true],
    [
      're-issued',
      taken(['S000031000001252000001'], { register: { ...found, replaces: 'S000031000001252000001' } }),
      false,
      { reading: 'R19' },
    ],
  ])
})

test('competitions', () => {
  const told = (competition: Partial<typeof onRoster>) => ({
    ...collective,
    competition: { ...onRoster, ...competition },
  })
  const unlisted: Facts = { ...collective, channel: 'unit', payee: 'bankCard' }
  judged([
    ['the roster', collective, true, { yuan: 800, clause: '一.4' }],
    ['技师 on it', { ...technician, channel: 'collective', competition: onRoster }, true, { yuan: 1000 }],
    ['another year', told({ year: 2025 }), false, { clause: '一.4' }],
    ['a district competition', told({ cityLevel: false }), false],
    ['no key project', told({ keyProject: false }), false],
    ['not on it', told({ onRoster: false }), false],
    ['a certificate from elsewhere', told({ certificateFromIt: false }), false, { reading: 'R18' }],
    [
      'of an industry',
      but({ certificate: { filingAuthority: 'industry', number: 'S004231000099253000099' } }, collective),
      false,
      { clause: '一.4' },
    ],
    ['unlisted by the unit', unlisted, false, { reading: 'R6', open: ['collective'] }],
    [
      'unlisted by oneself',
      { ...unlisted, channel: 'individual', payee: 'memberCard' },
      false,
      { open: ['collective'] },
    ],
    [
      'listed by the unit',
      { ...seniorWorker, competition: onRoster },
      true,
      { reading: 'R6', open: ['unit', 'individual', 'collective'] },
    ],
    [
      'listed, of another year, on a roster',
      { ...seniorWorker, channel: 'collective', competition: { ...onRoster, year: 2025 } },
      false,
      { open: ['unit', 'individual'] },
    ],
  ])
})

test('the pre-check answers from a handful of facts, all unmet ones at once', () => {
  const asked: Facts = {
    channel: 'unit',
    receivedAt: at('2026-07-15T09:00:00+08:00'),
    certificate: { level: 'technician', issuedOn: '2025-11-20', filingAuthority: 'shanghai' },
    membership: { member: true, shanghaiUnion: true },
    materials: {},
  }
  const yes = assess(policy, asked)
  assert.equal(yes.verdict, true)
  assert.deepEqual(yes.openChannels, ['unit', 'individual'])
  assert.equal(yes.amountFen, 100_000)
  const no = assess(
    policy,
    but(
      {
        certificate: { level: 'seniorWorker', occupationName: '机修钳工', issuedOn: '2022-12-20' },
        membership: { member: false },
      },
      asked,
    ),
  )
  assert.deepEqual(
    no.findings.filter(({ outcome }) => outcome === 'unmet').map(({ condition }) => condition),
    ['membership', 'issueDate', 'occupation'],
  )
  assert.equal(
    no.findings.find(({ condition }) => condition === 'occupation')!.advice,
    '升到技师后可以申请，技师不限工种，资助1,000元。',
  )
  assert.equal(no.findings.find(({ condition }) => condition === 'competition')!.consequence, 'later')
  const unknown = assess(policy, { channel: 'unit', certificate: {}, membership: {}, materials: {} })
  assert.equal(unknown.verdict, 'needs-material')
})

test('a reading that is changed in the policy changes the verdict, without code', () => {
  const reread = (id: string, value: string | boolean) => ({
    ...policy,
    readings: policy.readings.map((reading) => (reading.id === id ? { ...reading, value } : reading)),
  })
  const ministry = but({
    certificate: { filingAuthority: 'ministry', number: 'Y001731000099252000099' },
    materials: { hrSeal: true },
  })
  const national = but({ certificate: { number: 'Y001731000099252000099' } })
  const reissued = but({
    takenNumbers: ['S000031000001252000001'],
    register: { ...found, replaces: 'S000031000001252000001' },
  })
  const unrelated = { ...collective, competition: { ...onRoster, certificateFromIt: false } }
  const forwarded = but({ receivedAt: at('2026-09-15T18:00:00+08:00'), forwardedAt: at('2026-09-17T09:00:00+08:00') })
  assert.equal(assess(reread('R20', 'accept'), ministry).verdict, true)
  assert.equal(assess(reread('R20', 'refuse'), ministry).verdict, false)
  assert.equal(assess(reread('R9', 'refuse'), national).verdict, false)
  assert.equal(assess(reread('R19', 'new'), reissued).verdict, true)
  assert.equal(assess(reread('R18', false), unrelated).verdict, true)
  assert.equal(assess(reread('R2', 'union'), forwarded).verdict, false)
})
