import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { assess } from '../../domain/assessment.ts'
import type { Facts, Finding } from '../../domain/facts.ts'
import { instant, plainDate, type Instant } from '../../domain/dates.ts'
import { channels, clauseOf, filingAuthorities, levels } from '../../domain/policy.ts'
import { policy2026 } from './policy2026.ts'

const policy = policy2026()
const at = (text: string): Instant => instant(text) ?? assert.fail(text)
const day = (text: string) => plainDate(text) ?? assert.fail(text)

/** Any claim at all, with any of its facts unknown. */
const perhaps = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const clean = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, entry]) => entry !== undefined)
          .map(([key, entry]) => [key, clean(entry)]),
      )
    : value
const numbers = fc.oneof(
  fc.constantFrom(
    'S000031000099252000099',
    'S000032000099252000099',
    'Y001731000099251000099',
    '0909003201234',
    '2509000018200045',
    'RGN1',
    '',
  ),
  fc.string({ maxLength: 24 }),
)
const dates = fc.constantFrom(
  '2022-12-31',
  '2023-01-01',
  '2025-02-01',
  '2026-07-01',
  '2026-09-15',
  '2026-09-16',
  '2024-02-30',
  '',
  '昨天',
)
const occupationCodes = fc.constantFrom('4-04-05-05', '6-18-01-01', '4040505', 'x', '')
const occupationNames = fc.constantFrom('人工智能训练师', '车工', '人工智能训练师（标注）', '')
const boolean = perhaps(fc.boolean())
const anyFacts = fc
  .record({
    channel: fc.constantFrom(...channels),
    receivedAt: perhaps(
      fc
        .constantFrom(
          '2026-06-15T23:59:59+08:00',
          '2026-07-10T10:00:00+08:00',
          '2026-09-15T23:59:59+08:00',
          '2026-09-16T00:00:00+08:00',
          '2027-03-01T00:00:00+08:00',
        )
        .map(at),
    ),
    certificate: fc.record({
      level: perhaps(fc.constantFrom(...levels)),
      occupationCode: perhaps(occupationCodes),
      occupationName: perhaps(occupationNames),
      issuedOn: perhaps(dates),
      filingAuthority: perhaps(fc.constantFrom(...filingAuthorities)),
      filed: boolean,
      number: perhaps(numbers),
    }),
    membership: fc.record({
      member: boolean,
      shanghaiUnion: boolean,
      since: perhaps(fc.constantFrom(day('2020-05-01'), day('2026-08-01'))),
      memberCard: perhaps(fc.constantFrom('valid', 'invalid', 'notActivated', 'none')),
    }),
    competition: perhaps(
      fc.record({
        onRoster: boolean,
        year: perhaps(fc.constantFrom(2025, 2026)),
        cityLevel: boolean,
        keyProject: boolean,
        certificateFromIt: boolean,
      }),
    ),
    payee: perhaps(fc.constantFrom('memberCard', 'bankCard', 'several', 'none', 'thirdParty')),
    materials: fc.record({
      applicationForm: boolean,
      idCopy: boolean,
      certificateCopy: boolean,
      cardCopy: boolean,
      unionSeal: boolean,
      hrSeal: boolean,
    }),
    register: perhaps(
      fc.oneof(
        fc.constantFrom({ outcome: 'unavailable' }, { outcome: 'notFound' }),
        fc.record({
          outcome: fc.constant('found'),
          valid: boolean,
          holderMatches: boolean,
          level: perhaps(fc.constantFrom(...levels)),
          occupationName: perhaps(occupationNames),
          issuedOn: perhaps(dates),
          replaces: perhaps(numbers),
        }),
      ),
    ),
    takenNumbers: perhaps(fc.array(numbers, { maxLength: 2 })),
  })
  .map((facts) => clean(facts) as Facts)

const refuses = ({ outcome, consequence }: Finding) => outcome === 'unmet' && consequence === 'refuse'

test('whatever is known, the verdict follows from findings that can be shown', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const { verdict, findings, amountFen, amountIfMetFen, openChannels, clauses } = assess(policy, facts)
      assert.equal(verdict === false, findings.some(refuses))
      for (const finding of findings) {
        assert.ok(clauseOf(policy, finding.clause).text.includes(finding.quote), finding.quote)
        assert.equal(finding.outcome === 'met', finding.consequence === undefined)
        if (finding.outcome === 'unknown') assert.notEqual(finding.consequence, 'refuse')
        if (finding.outcome === 'unmet') assert.ok(finding.advice, finding.says)
        assert.doesNotMatch(`${finding.says}${finding.advice ?? ''}`, /undefined|NaN|您|非法|抱歉|请稍后|[！!]/)
        if (finding.reading) assert.ok(policy.readings.some(({ id }) => id === finding.reading))
      }
      assert.equal(amountFen, verdict === true ? amountIfMetFen : verdict === false ? 0 : undefined)
      assert.equal(openChannels.includes(facts.channel), verdict !== false)
      assert.ok(clauses.length > 0)
      if (verdict === true) assert.ok(amountFen! > 0)
    }),
    { numRuns: 1500 },
  )
})

test('unknown is not no: forgetting a fact never brings a refusal', () => {
  const facts = ['receivedAt', 'payee', 'takenNumbers', 'competition'] as const
  const certificate = ['level', 'issuedOn', 'filingAuthority', 'filed', 'number'] as const
  const membership = ['member', 'shanghaiUnion', 'since', 'memberCard'] as const
  const papers = ['applicationForm', 'idCopy', 'certificateCopy', 'cardCopy', 'unionSeal', 'hrSeal'] as const
  const without = <T extends object>(value: T, key: PropertyKey) =>
    Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) as T
  const forgetting = (all: Facts): Facts[] => [
    ...facts.map((key) => without(all, key)),
    ...certificate.map((key) => ({ ...all, certificate: without(all.certificate, key) })),
    ...membership.map((key) => ({ ...all, membership: without(all.membership, key) })),
    ...papers.map((key) => ({ ...all, materials: without(all.materials, key) })),
  ]
  fc.assert(
    fc.property(anyFacts, (all) => {
      if (assess(policy, all).verdict === false) return
      for (const less of forgetting(all)) assert.notEqual(assess(policy, less).verdict, false, JSON.stringify(less))
    }),
    { numRuns: 800 },
  )
  for (const channel of channels)
    assert.notEqual(assess(policy, { channel, certificate: {}, membership: {}, materials: {} }).verdict, false)
})
