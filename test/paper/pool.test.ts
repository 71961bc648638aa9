/** The worker threads of paper under load, and when one fails. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { annexWords, emptyAnnex } from '../../domain/annex.ts'
import { Refused } from '../../contract/errors.ts'
import { openPool } from '../../server/paper/pool.ts'
import { policy2026 } from '../domain/policy2026.ts'

const words = annexWords(policy2026())
const refusal = (code: string) => (error: unknown) => error instanceof Refused && error.code === code

test('more than may wait are refused by name, the others are served', async () => {
  const pool = openPool({ threads: 1, waiting: 3, jobMs: 20_000 })
  const asked = await Promise.allSettled(Array.from({ length: 6 }, () => pool.typeset(words, [emptyAnnex])))
  const refused = asked.filter((each) => each.status === 'rejected')
  assert.equal(asked.length - refused.length, 4, 'one at work, three waiting')
  assert.ok(refused.every(({ reason }) => refusal('paper.busy')(reason)))
})

test('a job past its time is refused, and the next one finds a new thread', async () => {
  const pool = openPool({ threads: 1, waiting: 10, jobMs: 1 })
  const sheets = Array.from({ length: 50 }, () => emptyAnnex)
  await assert.rejects(pool.typeset(words, sheets), refusal('paper.failed'))
  const patient = openPool({ threads: 1, waiting: 10, jobMs: 20_000 })
  // words that the template cannot do without: it fails, the thread goes on
  await assert.rejects(patient.typeset({ ...words, labels: {} }, [emptyAnnex]))
  assert.ok((await patient.typeset(words, [emptyAnnex])).length > 10_000)
})

test('a thread ends after so many pages, and nobody notices', async () => {
  const pool = openPool({ threads: 1, waiting: 20, jobMs: 20_000 })
  const sheets = Array.from({ length: 180 }, () => emptyAnnex)
  const made = await Promise.all([1, 2, 3].map(() => pool.typeset(words, sheets)))
  assert.ok(made.every((pdf) => pdf.length > 10_000))
})
