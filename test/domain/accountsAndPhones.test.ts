import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountTail, readAccount, readOrganisationAccount } from '../../domain/bankCard.ts'
import { maskMobile, mobile } from '../../domain/phone.ts'

test('cards of 16 and 19 digits, in any writing', () => {
  for (const number of [
    '6224780000000012',
    '6214950000000021',
    '9400130000000036',
    '6227000000000000094',
    '６２２４７８００００００００１２',
    '6224 7800 0000 0012',
  ]) {
    assert.ok(readAccount(number).ok, number)
  }
  assert.equal(accountTail('6224780000000012'), '0012')
})

test('a check digit refuses a card; an organisation’s account has none', () => {
  const card = readAccount('6224780000000000')
  assert.equal(!card.ok && card.problem, 'checkDigit')
  for (const number of ['443066667', '6224780000000000', '31050166360000001234', '31 0066-6601 8010 0123 45678'])
    assert.ok(readOrganisationAccount(number).ok, number)
  for (const number of ['', '12345678', '3'.repeat(31), '31050166O60000001234'])
    assert.ok(!readOrganisationAccount(number).ok, number)
})

test('numbers a spreadsheet has damaged, letters and lengths are named', () => {
  const problem = (text: string) => {
    const reading = readAccount(text)
    return reading.ok ? undefined : reading.problem
  }
  assert.equal(problem('6.22478E+15'), 'damaged')
  assert.equal(problem('62247800000O0012'), 'shape')
  assert.equal(problem('622478'), 'length')
  assert.equal(problem(' '), 'empty')
})

test('mobiles', () => {
  assert.equal(mobile('１３８ 0000-6021'), '13800006021')
  assert.equal(mobile('+86 138 0000 6021'), '13800006021')
  assert.equal(mobile('12800006021'), undefined)
  assert.equal(maskMobile('13800006021'), '138****6021')
})
