/**
 * Account numbers of member service cards and bank cards. Passbook and settlement accounts do not satisfy Luhn, so a
 * failed check warns where the account need not be a card, and refuses where it must be one.
 */
export type AccountReading =
  | { readonly ok: true; readonly number: string; readonly warning?: string }
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

/** `card`: the number stands on a card, so its check digit must hold. */
export function readAccount(text: string, kind: 'card' | 'account' = 'card'): AccountReading {
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
  const says = '卡号最后一位对不上，请看着卡再输一遍。'
  return kind === 'card' ? { ok: false, problem: 'checkDigit', says } : { ok: true, number, warning: says }
}

/** 0012 */
export const accountTail = (number: string): string => number.slice(-4)

/** 尾号0012 */
export const maskAccount = (number: string): string => `尾号${accountTail(number)}`
