/**
 * A command is done once, however often it is sent: its id is made by whoever starts it, and a repeat gets the answer
 * the first one produced.
 */
import { Refused } from '../contract/errors.ts'
import type { Instant } from '../domain/dates.ts'
import { canonicalJson } from './canonicalJson.ts'
import type { Deps } from './context.ts'
import { insertCommand, lockCommand } from './db/commands.ts'
import { atCommit, refusalOf } from './db/open.ts'
import type { Trx } from './db/open.ts'

export type Command = {
  /** A uuid; for a command that has no id of its own, see `commandId`. */
  readonly id: string
  /** What is done, such as `payments.approve`. The same id for another kind is another request. */
  readonly kind: string
  readonly accountId: string
  /** The request as parsed. Only its keyed digest is kept. */
  readonly body: unknown
  readonly at: Instant
}

/**
 * Runs the work unless this command was done before, and keeps its answer in the work's transaction. Of two equal
 * requests at once the second waits for the first; where the first is rolled back, the second does the work.
 * @param work answers with ids, codes and figures only, never with personal values: the answer is stored in clear
 * @param read what the work needs to look at and lock: sent together with the look for the command, so for a repeat too
 * @returns what `work` answered, the first time or now
 * @throws {Refused} request.reused-id when the id was used for another kind, body or account; whatever the work throws
 */
export async function once<Answer, Read = undefined>(
  trx: Trx,
  { secrets }: Pick<Deps, 'secrets'>,
  { id, kind, accountId, body, at }: Command,
  work: (read: Read) => Promise<Answer>,
  read: () => Promise<Read> = async () => undefined as Read,
): Promise<Answer> {
  const digest = secrets.mac('command', canonicalJson({ kind, body }))
  const looking = lockCommand(trx, id)
  const reading = read()
  // Heard below; what it refuses does not matter to a repeat.
  reading.catch(() => {})
  const done = await looking
  if (done) {
    if (!done.digest.equals(digest)) throw new Refused('request.reused-id')
    return done.answer as Answer
  }
  const answer = await work(await reading)
  const row = { id, kind, account_id: accountId, digest, answer: JSON.stringify(answer ?? null), at }
  atCommit(trx, () => insertCommand(trx, row).catch(refuseTakenId))
  return answer
}

/** Keys of ids that their caller made: primary keys, and an action's own id. */
const isOfId = (constraint: string) => constraint.endsWith('_pkey') || constraint === 'action_id_key'

/**
 * What a key refuses where somebody else's row has the id, in the contract's words; any other error as it is. Row-level
 * security hides such a row, but not from the key.
 */
export function takenId(error: unknown): unknown {
  const refusal = refusalOf(error)
  const taken = refusal?.kind === 'unique' && refusal.constraint !== undefined && isOfId(refusal.constraint)
  return taken ? new Refused('request.reused-id') : error
}

/** @throws {Refused} request.reused-id, or the error as it is */
export function refuseTakenId(error: unknown): never {
  throw takenId(error)
}

/**
 * The id of a command that has none of its own, because its address names the object instead of the request
 * (`PUT /approval-lists/:id/approval`). The body is part of it: the same again is a repeat, anything else is judged by
 * the object's state.
 */
export function commandId({ secrets }: Pick<Deps, 'secrets'>, kind: string, objectId: string, body: unknown): string {
  const hex = secrets.mac('command id', canonicalJson([kind, objectId, body])).toString('hex')
  // RFC 9562 version 8: the bits are the application's own.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
