import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bankNameProblem } from '../../domain/bankCard.ts'

test('bank names that no file can hold are refused where they are typed', () => {
  for (const name of ['-农商银行', '＝银行', '农商\u200b银行', '农商|银行', '银\u9fb4行'])
    assert.ok(bankNameProblem(name), JSON.stringify(name))
  assert.equal(bankNameProblem('上海农商银行（嘉定）支行'), undefined)
})
