/**
 * Plain dates and business instants, without any clock or platform date type.
 * A plain date is `YYYY-MM-DD`; an instant is integer milliseconds since 1970-01-01T00:00Z.
 * Asia/Shanghai has been UTC+8 without daylight saving since 1991, which is all this system ever dates.
 */
export type PlainDate = string & { readonly plainDate: unique symbol }
export type Instant = number & { readonly instant: unique symbol }

const dayMs = 86_400_000
const shanghaiOffsetMs = 8 * 3_600_000

/** Days since 1970-01-01 of a civil date (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

function civilFromDays(days: number): PlainDate {
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1
  const month = shifted + (shifted < 10 ? 3 : -9)
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}` as PlainDate
}

const parts = (date: PlainDate) => date.split('-').map(Number) as [number, number, number]
const toDays = (date: PlainDate) => daysFromCivil(...parts(date))

/** The plain date a text spells, or undefined where no such day exists (2024-02-30 is not rolled over). */
export function plainDate(text: string): PlainDate | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!match) return undefined
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number]
  if (month < 1 || month > 12 || day < 1 || year < 1) return undefined
  return civilFromDays(daysFromCivil(year, month, day)) === text ? (text as PlainDate) : undefined
}

export const addDays = (date: PlainDate, days: number): PlainDate => civilFromDays(toDays(date) + days)
export const daysBetween = (from: PlainDate, to: PlainDate): number => toDays(to) - toDays(from)
export const yearOf = (date: PlainDate): number => parts(date)[0]
/** 1 = Monday … 7 = Sunday (ISO 8601). */
export const weekdayOf = (date: PlainDate): number => ((((toDays(date) + 3) % 7) + 7) % 7) + 1

/** The day in Shanghai on which an instant falls. */
export const shanghaiDate = (at: Instant): PlainDate => civilFromDays(Math.floor((at + shanghaiOffsetMs) / dayMs))
/** 00:00 in Shanghai of a day. */
export const startOfDay = (date: PlainDate): Instant => (toDays(date) * dayMs - shanghaiOffsetMs) as Instant
/** The first instant that is no longer that day in Shanghai: a deadline "on" a day is over at this instant. */
export const endOfDay = (date: PlainDate): Instant => startOfDay(addDays(date, 1))

/** An RFC 3339 date-time with an explicit offset, or undefined. Leap seconds are not accepted. */
export function instant(text: string): Instant | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3})\d*)?(Z|[+-]\d{2}:\d{2})$/.exec(text)
  const date = match && plainDate(match[1]!)
  if (!match || !date) return undefined
  const [hour, minute, second] = [Number(match[2]), Number(match[3]), Number(match[4])]
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const zone = match[6]!
  const offsetMinutes =
    zone === 'Z' ? 0 : (zone[0] === '-' ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)))
  const ms = Number((match[5] ?? '0').padEnd(3, '0'))
  return (toDays(date) * dayMs + ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000 + ms) as Instant
}

/**
 * Working days as the State Council's yearly notice sets them: Monday to Friday less the days off, plus the make-up
 * days. A year that is not in the table is an error, never plain Monday to Friday.
 */
export type WorkingCalendar = {
  readonly [year: string]: { readonly daysOff: readonly string[]; readonly makeUpDays: readonly string[] }
}

export class UnknownYear extends Error {
  readonly year: number
  constructor(year: number) {
    super(`no working-day table for ${year}`)
    this.name = 'UnknownYear'
    this.year = year
  }
}

/** @throws {UnknownYear} */
export function isWorkingDay(calendar: WorkingCalendar, date: PlainDate): boolean {
  const year = calendar[String(yearOf(date))]
  if (!year) throw new UnknownYear(yearOf(date))
  if (year.makeUpDays.includes(date)) return true
  return weekdayOf(date) <= 5 && !year.daysOff.includes(date)
}

/** The n-th working day after `from`; the day after `from` is the first that can count. @throws {UnknownYear} */
export function addWorkingDays(calendar: WorkingCalendar, from: PlainDate, n: number): PlainDate {
  let date = from
  for (let left = n; left > 0;) {
    date = addDays(date, 1)
    if (isWorkingDay(calendar, date)) left--
  }
  return date
}

/** 2025年11月20日 */
export const inChinese = (date: PlainDate): string => `${yearOf(date)}年${inChineseWithoutYear(date)}`
/** 9月15日, for sentences in which no other year could be meant. */
export const inChineseWithoutYear = (date: PlainDate): string => `${parts(date)[1]}月${parts(date)[2]}日`

/** The time of day in Shanghai, `10:06`. */
export function shanghaiTime(at: Instant): string {
  const minutes = Math.floor((at - startOfDay(shanghaiDate(at))) / 60_000)
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}
