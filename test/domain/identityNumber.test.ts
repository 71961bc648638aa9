import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { plainDate } from '../../domain/dates.ts'
import { maskIdentityNumber, readIdentityNumber } from '../../domain/identityNumber.ts'

const today = plainDate('2026-07-15')!
const read = (text: string) => readIdentityNumber(text, today)

test('resident IDs, abolished areas among them', () => {
  const valid = [
    '310101199003078897',
    '310103197503158889',
    '310108197001018810',
    '31011919700101881X',
    '310230197001018813',
    '310222197001018813',
    '310226197001018819',
    '310229197001018818',
    '310221197001018817',
    '31011519920405884X',
    '31011519920405884x',
    '３１０１０１１９９００３０７８８９７',
    '310101 19900307 8897',
  ]
  for (const number of valid) {
    const reading = read(number)
    assert.ok(reading.ok && reading.document === 'residentId', number)
  }
  const man = read('310101199003078897')
  assert.ok(man.ok)
  assert.equal(man.sex, 'male')
  assert.equal(man.birthDate, '1990-03-07')
  const woman = read('310103197503158889')
  assert.equal(woman.ok && woman.sex, 'female')
  const lower = read('31011519920405884x')
  assert.equal(lower.ok && lower.number, '31011519920405884X')
})

test('wrong numbers say what is wrong and what to do', () => {
  const wrong: readonly (readonly [string, string])[] = [
    ['310101199003078890', 'checkDigit'],
    ['310101199002308881', 'birthDate'],
    ['310101209903078880', 'future'],
    ['310101900307889', 'firstGeneration'],
    ['31010119900307889', 'length'],
    ['3101011990030788AB', 'shape'],
    ['710101199003078897', 'shape'],
    ['999840198501010011', 'province'],
    ['', 'empty'],
  ]
  for (const [number, problem] of wrong) {
    const reading = read(number)
    assert.ok(!reading.ok, number)
    assert.equal(reading.problem, problem, number)
    assert.match(reading.says, /。$/)
    assert.doesNotMatch(reading.says, /您|非法|请稍后|！/)
  }
})

test('the documents of people from elsewhere', () => {
  const documents: readonly (readonly [string, string])[] = [
    ['810000198801018815', 'hongKongMacaoResidence'],
    ['820000198801018817', 'hongKongMacaoResidence'],
    ['830000198801018819', 'taiwanResidence'],
    ['931840198501010013', 'permanentResidence'],
    ['USA310085010101', 'permanentResidence2017'],
    ['H12345678', 'hongKongMacaoPass'],
  ]
  for (const [number, document] of documents) {
    const reading = read(number)
    assert.equal(reading.ok && reading.document, document, number)
  }
  const pass = readIdentityNumber('12345678', today, 'taiwanPass')
  assert.equal(pass.ok && pass.document, 'taiwanPass')
  const other = readIdentityNumber('810000198801018815', today, 'residentId')
  assert.equal(!other.ok && other.problem, 'document')
})

test('one wrong digit never passes', () => {
  fc.assert(
    fc.property(fc.nat(17), fc.integer({ min: 1, max: 9 }), (place, shift) => {
      const right = '310101199003078897'
      const digit = String((Number(right.charAt(place)) + shift) % 10)
      assert.equal(read(right.slice(0, place) + digit + right.slice(place + 1)).ok, false)
    }),
  )
})

test('a mask keeps the first 3 and the last 4', () => {
  assert.equal(maskIdentityNumber('310101199003078897'), '310***********8897')
  assert.equal(maskIdentityNumber('E12345'), '****45')
})
