/** The policies in force: one is active; what was filed keeps the revision it was filed under. */
import { createHash } from 'node:crypto'
import type { Instant } from '../../domain/dates.ts'
import { parsePolicy } from '../../domain/policyFile.ts'
import type { Policy } from '../../domain/policy.ts'
import type { Db, Trx } from '../db/open.ts'
import { inScope } from '../db/open.ts'
import { openWords } from '../messages/words.ts'
import { readPolicyFolder } from './folder.ts'
import { highestRevision, insertRevision, lockOpening, selectActive, selectBody } from './sql.ts'

/** Revisions never change once opened, so what was read once stays true. */
const known = new Map<string, Policy>()

/** @throws when that revision was never opened. */
export async function policyOf(trx: Trx, policyId: string, revision: number): Promise<Policy> {
  const key = `${policyId}/${revision}`
  const cached = known.get(key)
  if (cached) return cached
  const { body } = await selectBody(trx, policyId, revision)
  const policy = body as Policy
  known.set(key, policy)
  return policy
}

/** @throws when no policy has been opened yet. */
export async function activePolicy(trx: Trx): Promise<Policy> {
  const active = await selectActive(trx)
  if (!active) throw new Error('no policy is open')
  return policyOf(trx, active.policy_id, active.revision)
}

export class PolicyRefused extends Error {
  override name = 'PolicyRefused'
}

/**
 * Opens the policy of a folder where it is not open already. A changed folder opens as a new revision when
 * `supersede` allows it; otherwise what is open stays, as opening a correction notice is a person's decision.
 * @throws {PolicyRefused} with file, line and reason of every problem.
 */
export async function openPolicy(
  db: Db,
  folder: string,
  supersede: boolean,
  at: Instant,
): Promise<'opened' | 'already' | 'kept'> {
  const files = readPolicyFolder(folder)
  const result = parsePolicy(files)
  if ('problems' in result) {
    throw new PolicyRefused(result.problems.map((each) => `${each.file}:${each.line}: ${each.reason}`).join('\n'))
  }
  const sourceHash = createHash('sha256')
    .update(JSON.stringify(Object.entries(files).toSorted()))
    .digest()
  return inScope(db, { kind: 'job', job: 'open-policy' }, async (trx) => {
    await lockOpening(trx)
    await openWords(trx, result.messages, at)
    const active = await selectActive(trx)
    if (active?.source_hash.equals(sourceHash)) return 'already'
    if (active && !supersede) return 'kept'
    const revision = (await highestRevision(trx, result.policy.id)) + 1
    await insertRevision(trx, {
      policyId: result.policy.id,
      revision,
      body: { ...result.policy, revision },
      sourceHash,
      at,
    })
    return 'opened'
  })
}
