/** Account numbers: of member service cards and bank cards, with their check digit; of organisations, which have none. */
export type AccountReading =
  | { readonly ok: true; readonly number: string }
  | {
      readonly ok: false
      readonly problem: 'empty' | 'damaged' | 'shape' | 'length' | 'checkDigit'
      readonly says: string
    }

const luhn = (digits: string): boolean => {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits.charAt(digits.length - 1 - i))
    const doubled = i % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

export const normaliseAccount = (text: string): string => text.normalize('NFKC').replace(/[\s\p{Cf}\p{Pd}]/gu, '')

export function readAccount(text: string): AccountReading {
  const number = normaliseAccount(text)
  if (number === '') return { ok: false, problem: 'empty', says: '还没有填卡号。' }
  if (/^\d(\.\d+)?E\+?\d+$/i.test(number)) {
    return { ok: false, problem: 'damaged', says: '卡号被表格软件改成了科学记数，请看着卡重新输入全部数字。' }
  }
  if (!/^\d+$/.test(number)) return { ok: false, problem: 'shape', says: '卡号只有数字，请看着卡再输一遍。' }
  if (number.length < 13 || number.length > 19) {
    return { ok: false, problem: 'length', says: `卡号是13到19位，现在有${number.length}位，请看着卡再输一遍。` }
  }
  if (luhn(number)) return { ok: true, number }
  return { ok: false, problem: 'checkDigit', says: '卡号最后一位对不上，请看着卡再输一遍。' }
}

/** An account of an organisation: banks number these as they like, from 9 to 30 digits. */
export function readOrganisationAccount(
  text: string,
): { readonly ok: true; readonly number: string } | { readonly ok: false; readonly says: string } {
  const number = normaliseAccount(text)
  if (number === '') return { ok: false, says: '还没有填账号。' }
  if (!/^\d+$/.test(number)) return { ok: false, says: '账号只有数字，请看着开户资料再输一遍。' }
  if (number.length < 9 || number.length > 30)
    return { ok: false, says: `账号是9到30位，现在有${number.length}位，请看着开户资料再输一遍。` }
  return { ok: true, number }
}

/**
 * What keeps a bank's name out of payment files: characters that are not seen, beginnings that a spreadsheet takes for a
 * formula, and what separates a file's columns.
 * @returns the words for whoever typed it
 */
export function bankNameProblem(name: string): string | undefined {
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\uFFFD]/u.test(name))
    return '银行名称里有看不见的字符，请删掉重新输入。'
  if (/^[=+\-@＝＋－＠]/.test(name)) return '银行名称不能以符号开头，请从第一个字写起。'
  return /[|,;"'\u1E3F\uFE10-\uFE19\u9FB4-\u9FBB]/.test(name)
    ? '银行名称里有银行文件写不出的字或符号，只写汉字、字母、数字和括号。'
    : undefined
}

/** 0012 */
export const accountTail = (number: string): string => number.slice(-4)

/** 尾号0012 */
export const maskAccount = (number: string): string => `尾号${accountTail(number)}`
