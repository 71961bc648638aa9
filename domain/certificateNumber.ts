/**
 * Certificate numbers: how they are compared, and what their digits say.
 * 22 characters: 职业技能等级证书 (评价机构类别1 · 评价机构代码4 · 省级代码2 · 序列码6 · 年份2 · 等级1 · 流水号6).
 * 16 digits: 国家职业资格证书 (年份2 · 省或行业2 · 地市2 · 机构识别1 · 机构序列3 · 等级1 · 流水号5); Shanghai's old 13
 * digits are the same number without three leading zeros. Everything else is accepted and looked at by a person.
 */
import type { FilingAuthority, Level } from './policy.ts'

/** Numbers of one space are comparable; equal digits in two spaces are two certificates. */
export type NumberSpace = 'skillLevel' | 'qualification' | 'other'

export type CertificateNumber = {
  readonly space: NumberSpace
  /** Half-width, upper case, without spaces and dashes, 13 digits padded to 16. */
  readonly normal: string
}

/** Half-width and upper case, without spaces, dashes and invisible characters. */
export const normaliseNumber = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\s\p{Cf}\p{Pd}\u2212]/gu, '')
    .toUpperCase()

const skillLevelForm = /^[YS]\d{4}\d{2}\d{6}\d{2}[1-5A-Z]\d{6}$/

/** undefined for a text in which nothing is left after normalisation. */
export function certificateNumber(text: string): CertificateNumber | undefined {
  const normal = normaliseNumber(text)
  if (normal === '') return undefined
  if (skillLevelForm.test(normal)) return { space: 'skillLevel', normal }
  if (/^\d{16}$/.test(normal)) return { space: 'qualification', normal }
  if (/^\d{13}$/.test(normal)) return { space: 'qualification', normal: `000${normal}` }
  return { space: 'other', normal }
}

/** The space in which a number is unique for ever; one of no known form is unique within its authority. */
export const uniqueWithin = ({ space }: CertificateNumber, authority: FilingAuthority): string =>
  space === 'other' ? `other/${authority}` : space

export const sameNumber = (a: CertificateNumber, b: CertificateNumber): boolean =>
  a.space === b.space && a.normal === b.normal

/** Digits of a 22-character number, from its rule; see the head of this file. */
export type SkillLevelNumber = {
  readonly bodyClass: 'employer' | 'training'
  /** 0000: filed with the province; otherwise with the ministry. */
  readonly agency: string
  readonly province: string
  readonly serial: string
  readonly year: number
  /** Digits 5 … 1; a letter for the two levels above them, which letter is not confirmed. */
  readonly levelMark: string
  readonly level?: Level
}

const levelOfDigit: { readonly [digit: string]: Level } = {
  '1': 'seniorTechnician',
  '2': 'technician',
  '3': 'seniorWorker',
  '4': 'intermediateWorker',
  '5': 'juniorWorker',
}

export function readSkillLevelNumber(normal: string): SkillLevelNumber {
  const levelMark = normal.charAt(15)
  const level = levelOfDigit[levelMark]
  return {
    bodyClass: normal.startsWith('Y') ? 'employer' : 'training',
    agency: normal.slice(1, 5),
    province: normal.slice(5, 7),
    serial: normal.slice(7, 13),
    year: 2000 + Number(normal.slice(13, 15)),
    levelMark,
    ...(level && { level }),
  }
}

/** Digits of a 16-digit number; the region code is not GB/T 2260 and says nothing certain. */
export type QualificationNumber = {
  readonly year: number
  /** 行业特有工种鉴定站. */
  readonly industryStation: boolean
  readonly level?: Level
}

/** undefined for a padded old Shanghai number, whose 13 digits follow another rule. */
export function readQualificationNumber(normal: string): QualificationNumber | undefined {
  if (normal.startsWith('000')) return undefined
  const level = levelOfDigit[normal.charAt(10)]
  return {
    year: 2000 + Number(normal.slice(0, 2)),
    industryStation: normal.charAt(6) === '3',
    ...(level && { level }),
  }
}

/** The authorities the notice names, by the province's code in a number. */
export const authorityOfProvince: { readonly [province: string]: FilingAuthority } = {
  '31': 'shanghai',
  '32': 'jiangsu',
  '33': 'zhejiang',
  '34': 'anhui',
}

/** With whom the digits say it is filed: a province's authority, or `national` for an agency code other than 0000. */
export function filingOf(number: SkillLevelNumber): FilingAuthority | 'national' {
  if (number.agency !== '0000') return 'national'
  return authorityOfProvince[number.province] ?? 'otherProvince'
}

/** What is wrong with a number that starts like a 22-character one and is none, as a sentence; undefined for others. */
export function misprint(normal: string): string | undefined {
  if (!/^[YS]/.test(normal) || normal.length < 19 || normal.length > 25) return undefined
  if (normal.length !== 22) return `编号有${normal.length}位，职业技能等级证书的编号是22位`
  for (let place = 2; place <= 22; place++) {
    const character = normal.charAt(place - 1)
    if (/\d/.test(character) || (place === 16 && /[A-Z]/.test(character))) continue
    return `编号第${place}位是${character}，这一位应是数字`
  }
  return '编号第16位应是1到5的数字或字母'
}
