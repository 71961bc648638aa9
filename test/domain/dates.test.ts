import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addDays,
  addWorkingDays,
  daysBetween,
  endOfDay,
  inChinese,
  instant,
  isWorkingDay,
  plainDate,
  shanghaiDate,
  startOfDay,
  UnknownYear,
  weekdayOf,
  yearOf,
  type Instant,
  type PlainDate,
} from '../../domain/dates.ts'
import { policy2026 } from './policy2026.ts'

const { calendar } = policy2026()
const day = (text: string): PlainDate => plainDate(text) ?? assert.fail(text)
const anyDay = fc.integer({ min: 0, max: 40_000 }).map((n) => addDays(day('1970-01-01'), n))

test('working days follow the State Council, make-up days included', () => {
  const vectors: readonly (readonly [string, number, string])[] = [
    ['2026-06-16', 10, '2026-07-01'],
    ['2026-06-18', 5, '2026-06-26'],
    ['2026-07-01', 10, '2026-07-15'],
    ['2026-09-14', 5, '2026-09-20'],
    ['2026-09-15', 10, '2026-09-29'],
    ['2026-09-18', 10, '2026-10-09'],
    ['2026-09-21', 10, '2026-10-12'],
    ['2026-09-30', 10, '2026-10-20'],
    ['2026-10-09', 10, '2026-10-22'],
    ['2026-02-10', 10, '2026-03-02'],
    ['2026-04-29', 10, '2026-05-15'],
  ]
  for (const [from, n, expected] of vectors) assert.equal(addWorkingDays(calendar, day(from), n), expected, from)
})

test('a year without a table is an error, never plain Monday to Friday', () => {
  assert.throws(() => isWorkingDay(calendar, day('2027-01-01')), UnknownYear)
  assert.throws(() => addWorkingDays(calendar, day('2026-12-25'), 10), UnknownYear)
})

test('the n-th working day is a working day with n of them after the start', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 1, max: 20 }), (offset, n) => {
      const from = addDays(day('2025-01-01'), offset)
      const last = addWorkingDays(calendar, from, n)
      let counted = 0
      for (let date = addDays(from, 1); date <= last; date = addDays(date, 1))
        if (isWorkingDay(calendar, date)) counted++
      assert.equal(counted, n)
      assert.ok(isWorkingDay(calendar, last))
    }),
  )
})

test('dates agree with the platform calendar', () => {
  fc.assert(
    fc.property(anyDay, fc.integer({ min: -5000, max: 5000 }), (date, n) => {
      const moved = addDays(date, n)
      assert.equal(daysBetween(date, moved), n)
      const platform = new Date(`${date}T00:00:00Z`)
      assert.equal(weekdayOf(date), platform.getUTCDay() || 7)
      platform.setUTCDate(platform.getUTCDate() + n)
      assert.equal(moved, platform.toISOString().slice(0, 10))
      assert.equal(yearOf(moved), platform.getUTCFullYear())
    }),
  )
})

test('days that do not exist are not rolled over', () => {
  for (const text of ['2024-02-30', '2023-02-29', '2026-13-01', '2026-00-10', '2026-04-31', '2026-4-1', ''])
    assert.equal(plainDate(text), undefined, text)
  assert.equal(plainDate('2024-02-29'), '2024-02-29')
})

test('a day in Shanghai begins and ends at its own midnight', () => {
  fc.assert(
    fc.property(anyDay, (date) => {
      assert.equal(shanghaiDate(startOfDay(date)), date)
      assert.equal(shanghaiDate((endOfDay(date) - 1) as Instant), date)
      assert.equal(shanghaiDate(endOfDay(date)), addDays(date, 1))
    }),
  )
  assert.equal(instant('2026-09-15T16:00:00Z'), endOfDay(day('2026-09-15')))
  assert.equal(instant('2026-09-15T23:59:59'), undefined)
})

test('dates in Chinese carry no zeros', () => assert.equal(inChinese(day('2026-06-06')), '2026年6月6日'))
