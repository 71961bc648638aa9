/**
 * Numbers of identity documents. Resident IDs (GB 11643), residence permits of Hong Kong, Macao and Taiwan people and
 * foreigners' permanent residence cards of 2023 share 18 characters with the check digit of ISO 7064 MOD 11-2.
 * Abolished area codes stay valid for life, so no list of areas is consulted.
 */
import { plainDate, type PlainDate } from './dates.ts'

export const identityDocuments = [
  'residentId',
  'hongKongMacaoResidence',
  'taiwanResidence',
  'permanentResidence',
  'permanentResidence2017',
  'hongKongMacaoPass',
  'taiwanPass',
  'passport',
] as const
export type IdentityDocument = (typeof identityDocuments)[number]

export const identityDocumentTitles: { readonly [D in IdentityDocument]: string } = {
  residentId: '居民身份证',
  hongKongMacaoResidence: '港澳居民居住证',
  taiwanResidence: '台湾居民居住证',
  permanentResidence: '外国人永久居留身份证',
  permanentResidence2017: '外国人永久居留身份证（2017版）',
  hongKongMacaoPass: '港澳居民来往内地通行证',
  taiwanPass: '台湾居民来往大陆通行证',
  passport: '护照',
}

export type IdentityProblem =
  | 'empty'
  | 'firstGeneration'
  | 'length'
  | 'shape'
  | 'province'
  | 'birthDate'
  | 'future'
  | 'checkDigit'
  | 'document'

export type IdentityReading =
  | {
      readonly ok: true
      readonly document: IdentityDocument
      /** Half-width, upper case, without spaces: the form to compare and to digest. */
      readonly number: string
      readonly birthDate?: PlainDate
      readonly sex?: 'male' | 'female'
    }
  | { readonly ok: false; readonly problem: IdentityProblem; readonly says: string }

const no = (problem: IdentityProblem, says: string): IdentityReading => ({ ok: false, problem, says })

export const normaliseIdentityNumber = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]/gu, '')
    .toUpperCase()

/** First 3 and last 4 in clear; a number too short for that keeps only its last 2. */
export function maskIdentityNumber(number: string): string {
  const [head, tail] = number.length >= 10 ? [3, 4] : [0, 2]
  return number.slice(0, head) + '*'.repeat(Math.max(0, number.length - head - tail)) + number.slice(-tail)
}

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checkCharacter = (first17: string): string =>
  '10X98765432'.charAt(weights.reduce((sum, weight, i) => sum + weight * Number(first17.charAt(i)), 0) % 11)

const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 66'.split(' '),
)

const documentOf18 = (number: string): IdentityDocument | undefined => {
  if (/^[1-6]/.test(number)) return 'residentId'
  if (/^8[12]0000/.test(number)) return 'hongKongMacaoResidence'
  if (number.startsWith('830000')) return 'taiwanResidence'
  return number.startsWith('9') ? 'permanentResidence' : undefined
}

function read18(number: string, today: PlainDate): IdentityReading {
  if (!/^\d{17}[\dX]$/.test(number)) return no('shape', '身份证号是17位数字加最后一位数字或X，请看着证件再输一遍。')
  const document = documentOf18(number)
  if (!document) return no('shape', `没有以${number.slice(0, 2)}开头的证件号，请看着证件再输一遍。`)
  const province = document === 'permanentResidence' ? number.slice(1, 3) : number.slice(0, 2)
  if (!document.endsWith('Residence') || document === 'permanentResidence') {
    if (!provinces.has(province)) return no('province', `没有代码为${province}的省市，请看着证件核对前几位。`)
  }
  const birthDate = plainDate(`${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`)
  if (!birthDate) return no('birthDate', '证件号第7到14位是出生日期，没有这一天，请看着证件再输一遍。')
  if (birthDate > today) return no('future', '证件号里的出生日期还没到，请看着证件核对第7到14位。')
  if (birthDate < '1900-01-01') return no('birthDate', '证件号里的出生年份太早，请看着证件核对第7到10位。')
  if (checkCharacter(number) !== number.charAt(17))
    return no('checkDigit', '身份证号最后一位对不上，请看着证件再输一遍。')
  return { ok: true, document, number, birthDate, sex: Number(number.charAt(16)) % 2 === 1 ? 'male' : 'female' }
}

/** 2017 form: three letters of the country, place 4, birth yymmdd and two more; the birth year has two digits only. */
const otherForms: { readonly [D in IdentityDocument]?: { readonly form: RegExp; readonly says: string } } = {
  permanentResidence2017: { form: /^[A-Z]{3}\d{12}$/, says: '2017版的号码是3个字母加12位数字，请看着证件再输一遍。' },
  hongKongMacaoPass: { form: /^[HM]\d{8}(\d{2})?$/, says: '通行证号是H或M加8位或10位数字，请看着证件再输一遍。' },
  taiwanPass: { form: /^\d{8}(\d{2})?$/, says: '通行证号是8位或10位数字，请看着证件再输一遍。' },
  passport: { form: /^[A-Z0-9]{5,17}$/, says: '护照号是5到17位字母和数字，请看着证件再输一遍。' },
}

function guess(number: string): IdentityDocument {
  if (otherForms.permanentResidence2017!.form.test(number)) return 'permanentResidence2017'
  return otherForms.hongKongMacaoPass!.form.test(number) ? 'hongKongMacaoPass' : 'residentId'
}

/**
 * Reads a number as typed. Without a document only numbers that name their own kind are recognised; a Taiwan pass or
 * a passport must be named. `today` is the day of business, against births in the future.
 */
export function readIdentityNumber(text: string, today: PlainDate, document?: IdentityDocument): IdentityReading {
  const number = normaliseIdentityNumber(text)
  if (number === '') return no('empty', '还没有填证件号。')
  const kind = document ?? guess(number)
  const other = otherForms[kind]
  if (other) return other.form.test(number) ? { ok: true, document: kind, number } : no('shape', other.says)
  if (/^\d{15}$/.test(number)) return no('firstGeneration', '15位的旧身份证号已停用，请填18位的号码。')
  if (number.length !== 18) return no('length', `证件号是18位，现在有${number.length}位，请看着证件再输一遍。`)
  const reading = read18(number, today)
  if (reading.ok && document && reading.document !== document) {
    return no(
      'document',
      `这是${identityDocumentTitles[reading.document]}的号码，上面选的是${identityDocumentTitles[document]}。请改其中一处。`,
    )
  }
  return reading
}
