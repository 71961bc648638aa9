import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lostInSpreadsheet } from '../../domain/spreadsheetNumber.ts'

test('a number that a spreadsheet has shortened is known by its form', () => {
  for (const spoilt of [
    '3.10101E+17',
    '3.10E17',
    '6E+18',
    '310101199003078000',
    '６２２４７８００００００００００００',
    "'6224780000000000000",
  ])
    assert.equal(lostInSpreadsheet(spoilt), true, spoilt)
})

test('what was kept as text is taken as it is', () => {
  const kept = ['310101199003078897', '31010119900307889X', '6224780000000012', 'Y000031000217252000001', '2025-11-20']
  // fifteen digits are kept by every spreadsheet
  for (const whole of [...kept, '123456789012300', '', '陆文轩']) assert.equal(lostInSpreadsheet(whole), false, whole)
})
