import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  certificateNumber,
  filingOf,
  misprint,
  normaliseNumber,
  readQualificationNumber,
  readSkillLevelNumber,
  sameNumber,
  uniqueWithin,
} from '../../domain/certificateNumber.ts'

const read = (text: string) => readSkillLevelNumber(certificateNumber(text)!.normal)

test('one number in any writing is one number', () => {
  const plain = certificateNumber('S000031900001252900001')!
  for (const writing of [
    'Ｓ０００031900001252900001',
    's0000 31 900001 25 2 900001',
    'S0000-31-900001-25-2-900001',
    'S0000－31－900001－25－2－900001',
    ' S000031900001252900001\u200b\n',
  ]) {
    assert.ok(sameNumber(certificateNumber(writing)!, plain), writing)
  }
  assert.equal(certificateNumber(' － '), undefined)
})

test('any spacing, width and case of a number keeps its key', () => {
  const number = fc.stringMatching(/^[YS]\d{14}[1-5ST]\d{6}$/)
  fc.assert(
    fc.property(number, fc.array(fc.constantFrom(' ', '-', '　', '－', '')), (plain, noise) => {
      const full = Array.from(plain)
        .map(
          (character, i) =>
            (noise[i] ?? '') +
            (i % 2 ? String.fromCodePoint(character.codePointAt(0)! + 0xfee0) : character.toLowerCase()),
        )
        .join('')
      assert.deepEqual(certificateNumber(full), { space: 'skillLevel', normal: plain })
      assert.equal(normaliseNumber(normaliseNumber(full)), normaliseNumber(full))
    }),
  )
})

test('old Shanghai numbers are the padded ones, and other spaces stay apart', () => {
  assert.ok(sameNumber(certificateNumber('2309003201234')!, certificateNumber('0002309003201234')!))
  assert.equal(certificateNumber('2309003201234')!.space, 'qualification')
  assert.equal(readQualificationNumber('0002309003201234'), undefined)
  const rare = certificateNumber('RGN310000001253 12345')!
  assert.equal(rare.space, 'other')
  assert.notEqual(uniqueWithin(rare, 'shanghai'), uniqueWithin(rare, 'industry'))
  const national = certificateNumber('S000031900001252900001')!
  assert.equal(uniqueWithin(national, 'shanghai'), uniqueWithin(national, 'industry'))
})

test('the digits say body, filing, year and level', () => {
  assert.deepEqual(read('S000031000123243000001'), {
    bodyClass: 'training',
    agency: '0000',
    province: '31',
    serial: '000123',
    year: 2024,
    levelMark: '3',
    level: 'seniorWorker',
  })
  assert.equal(read('Y000031000456252000017').level, 'technician')
  assert.equal(filingOf(read('S000032000777232000100')), 'jiangsu')
  assert.equal(filingOf(read('S000011000037251000037')), 'otherProvince')
  assert.equal(filingOf(read('Y001731000009241000003')), 'national')
  assert.equal(read('S00003100000225T000002').level, undefined)
  assert.deepEqual(readQualificationNumber('2372003018200045'), {
    year: 2023,
    industryStation: true,
    level: 'technician',
  })
})

test('a slip of the finger is named by its place', () => {
  assert.equal(misprint('S00003100000125200000'), '编号有21位，职业技能等级证书的编号是22位')
  assert.equal(misprint('S0000310O0001252000001'), '编号第9位是O，这一位应是数字')
  assert.equal(misprint('RGN31000000125312345'), undefined)
})
