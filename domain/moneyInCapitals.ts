/** 大写 amounts as money documents write them (支付结算办法 附一): 1170800.00 → 壹佰壹拾柒万零捌佰元整. */
import type { Fen } from './money.ts'

const digits = '零壹贰叁肆伍陆柒捌玖'
const places = ['', '拾', '佰', '仟']
const groups = ['', '万', '亿', '万亿']

/** Four digits without leading or trailing 零; inner zeros collapse to one. */
function fourDigits(value: number): string {
  let text = ''
  let pendingZero = false
  for (let place = 3; place >= 0; place--) {
    const digit = Math.trunc(value / 10 ** place) % 10
    if (digit === 0) {
      pendingZero = text !== ''
      continue
    }
    text += `${pendingZero ? '零' : ''}${digits[digit]}${places[place]}`
    pendingZero = false
  }
  return text
}

function yuanDigits(yuan: number): string {
  let text = ''
  let pendingZero = false
  for (let group = groups.length - 1; group >= 0; group--) {
    const value = Math.trunc(yuan / 10_000 ** group) % 10_000
    if (value === 0) {
      pendingZero = text !== ''
      continue
    }
    const needsZero = text !== '' && (pendingZero || value < 1000)
    text += `${needsZero ? '零' : ''}${fourDigits(value)}${groups[group]}`
    pendingZero = false
  }
  return text
}

/** @throws {RangeError} for a negative amount: no money document carries one. */
export function moneyInCapitals(amount: Fen): string {
  if (amount < 0) throw new RangeError(`no capitals for a negative amount: ${amount}`)
  const yuan = Math.trunc(amount / 100)
  const [jiao, fen] = [Math.trunc(amount / 10) % 10, amount % 10]
  if (jiao === 0 && fen === 0) return `${yuanDigits(yuan) || '零'}元整`
  const small = `${jiao ? `${digits[jiao]}角` : yuan ? '零' : ''}${fen ? `${digits[fen]}分` : '整'}`
  return yuan ? `${yuanDigits(yuan)}元${small}` : small
}
