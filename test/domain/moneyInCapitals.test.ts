import assert from 'node:assert/strict'
import { test } from 'node:test'
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
