/** Dates, times, ranges, groups of digits: one way to write each, for both webs. Shanghai time throughout. */
import {
  addDays,
  daysBetween,
  inChinese,
  inChineseWithoutYear,
  plainDate,
  shanghaiDate,
  shanghaiTime,
  weekdayOf,
} from '../../domain/dates.ts'
import type { Instant, PlainDate } from '../../domain/dates.ts'
import { fen, yuanInSentence, yuanInTable } from '../../domain/money.ts'

const weekdays = '一二三四五六日'

/** 8月11日; with the year where it is not the year of `today`. A text that is no date comes back as it is. */
export function day(date: string, today?: string): string {
  const known = plainDate(date)
  if (!known) return date
  return today && today.slice(0, 4) !== known.slice(0, 4) ? inChinese(known) : inChineseWithoutYear(known)
}
/** 2025年11月20日 */
export function dayWithYear(date: string): string {
  const known = plainDate(date)
  return known ? inChinese(known) : date
}
/** 8月11日（周二） */
export function dayWithWeekday(date: string, today?: string): string {
  const known = plainDate(date)
  return known ? `${day(known, today)}（周${weekdays[weekdayOf(known) - 1]}）` : date
}
/** 6月16日—9月15日 */
export const dayRange = (from: string, to: string): string => `${day(from)}—${day(to)}`

export const dateOf = (at: number): PlainDate => shanghaiDate(at as Instant)
/** 10:24 */
export const time = (at: number): string => shanghaiTime(at as Instant)
/** 7月15日 10:24 */
export const moment = (at: number, today?: string): string => `${day(dateOf(at), today)} ${time(at)}`
/** 7月15日 10:24:07, for receipts. */
export const momentToSecond = (at: number, today?: string): string =>
  `${day(dateOf(at), today)} ${time(at)}:${String(Math.floor(at / 1000) % 60).padStart(2, '0')}`

/** Days until `date` is over, today counting as 0. */
export function daysLeft(today: string, date: string): number | undefined {
  const [from, to] = [plainDate(today), plainDate(date)]
  return from && to ? daysBetween(from, to) : undefined
}
/** 逾期28天 · 今天到期 · 剩3天 · 还剩62天; the clock decides nothing, it only says so. */
export function timeLeft(
  today: string,
  date: string,
): { kind: 'overdue' | 'dueSoon' | 'active'; says: string } | undefined {
  const left = daysLeft(today, date)
  if (left === undefined) return undefined
  if (left < 0) return { kind: 'overdue', says: `逾期${-left}天` }
  if (left === 0) return { kind: 'dueSoon', says: '今天到期' }
  return left <= 3 ? { kind: 'dueSoon', says: `剩${left}天` } : { kind: 'active', says: `还剩${left}天` }
}
export const dayAfter = (date: string, days: number): string => {
  const known = plainDate(date)
  return known ? addDays(known, days) : date
}

/** 7,252 */
export const counted = (n: number): string => n.toLocaleString('zh-CN')

/** 1,000元 in sentences. */
export const yuan = (amountFen: number): string => yuanInSentence(fen(amountFen))
/** 7,252,000.00 in tables whose header says 元. */
export const yuanColumn = (amountFen: number): string => yuanInTable(fen(amountFen))
/** 1,000: beside a small 元, or in the stair. */
export const yuanFigure = (amountFen: number): string => yuanInSentence(fen(amountFen)).slice(0, -1)

const cut = (text: string, sizes: readonly number[]): string[] => {
  const groups: string[] = []
  let from = 0
  for (const size of sizes) {
    if (from < text.length) groups.push(text.slice(from, from + size))
    from += size
  }
  if (from < text.length) groups.push(text.slice(from))
  return groups
}
/** Groups for the eye only (class `grouped`); what is copied stays whole. */
export const certificateGroups = (number: string): string[] =>
  cut(number, /^[YS]/i.test(number) && number.length === 22 ? [5, 2, 6, 2, 1, 6] : [4, 4, 4, 4, 4])
export const identityGroups = (number: string): string[] => cut(number, [6, 8, 4])
export const accountGroups = (number: string): string[] => cut(number, [4, 4, 4, 4, 4])
export const phoneGroups = (number: string): string[] => cut(number, [3, 4, 4])
