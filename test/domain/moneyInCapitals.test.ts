import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Fen } from '../../domain/money.ts'
import { moneyInCapitals } from '../../domain/moneyInCapitals.ts'

const cases: readonly (readonly [number, string])[] = [
  [0, '零元整'],
  [80_000, '捌佰元整'],
  [100_000, '壹仟元整'],
  [30_050_000, '叁拾万零伍佰元整'],
  [100_000_500, '壹佰万零伍元整'],
  [117_080_000, '壹佰壹拾柒万零捌佰元整'],
  [725_200_000, '柒佰贰拾伍万贰仟元整'],
  [10_000_000_000, '壹亿元整'],
  [1_000_000_000_050, '壹佰亿元伍角整'],
  [105, '壹元零伍分'],
  [50, '伍角整'],
]

for (const [amountFen, capitals] of cases) {
  test(`${amountFen} fen is ${capitals}`, () => assert.equal(moneyInCapitals(amountFen as Fen), capitals))
}

test('a negative amount has no capitals', () => assert.throws(() => moneyInCapitals(-1 as Fen), RangeError))

/** Reads capitals back, by itself. */
function readCapitals(text: string): number {
  const digits = '零壹贰叁肆伍陆柒捌玖'
  const places: Readonly<Record<string, number>> = { 拾: 10, 佰: 100, 仟: 1000 }
  const below10_000 = (words: string) =>
    [...words.matchAll(/([壹贰叁肆伍陆柒捌玖])([拾佰仟]?)/g)].reduce(
      (sum, [, digit, place]) => sum + digits.indexOf(digit!) * (places[place!] ?? 1),
      0,
    )
  const [, yuan = '', jiao, fen] = /^(?:(.*)元)?(?:零?(?:(.)角)?零?(?:(.)分)?)整?$/.exec(text)!
  const [, large, middle, small] = /^(?:(.*)亿)?(?:([^亿]*)万)?([^亿万]*)$/.exec(yuan)!
  const whole = [large, middle, small].reduce((sum, words) => sum * 10_000 + below10_000(words ?? ''), 0)
  return whole * 100 + (jiao ? digits.indexOf(jiao) * 10 : 0) + (fen ? digits.indexOf(fen) : 0)
}

test('any amount up to a trillion yuan is read back from its capitals, which are written as the rules want', () => {
  const amount = fc.oneof(
    fc.integer({ min: 0, max: 99_999_999_999_999 }),
    fc.integer({ min: 0, max: 10_000_000 }),
    // mostly zeros
    fc
      .array(fc.constantFrom('0', '0', '0', '0', '1', '9'), { minLength: 1, maxLength: 14 })
      .map((all) => Number(all.join(''))),
  )
  fc.assert(
    fc.property(amount, (fen) => {
      const text = moneyInCapitals(fen as Fen)
      assert.equal(readCapitals(text), fen, text)
      if (fen > 0) assert.doesNotMatch(text, /零零|零[元万亿拾佰仟角]|.零$/, text)
      assert.equal(text.endsWith('整'), fen % 10 === 0, text)
    }),
    { numRuns: 5000 },
  )
})
