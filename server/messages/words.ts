/** The words of messages: a row is a revision, and a message keeps the one it was written under. */
import type { MessageKind, PlaceholderValues, Words } from '../../domain/messages.ts'
import { fillWords, messageKinds, wordsProblems } from '../../domain/messages.ts'
import type { MessageWords } from '../../domain/messagesFile.ts'
import type { Instant } from '../../domain/dates.ts'
import { Refused } from '../../contract/errors.ts'
import type { ChangeWords, MessageWordsList } from '../../contract/messages.ts'
import { record } from '../audit/audit.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { insertWords, lockWords, selectNames, selectWords, type WordsRow } from './sql.ts'

/** A kind of message without words yet gets those of the policy's folder; what the centre wrote stays. */
export async function openWords(trx: Trx, words: MessageWords, at: Instant): Promise<void> {
  await lockWords(trx)
  const rows = await selectWords(trx)
  let revision = rows.at(-1)?.revision ?? 0
  for (const kind of messageKinds) {
    if (rows.some((row) => row.kind === kind)) continue
    const { title, body, sms } = words[kind]
    revision++
    await insertWords(trx, { revision, kind, title, body, sms: sms ?? null, changed_by: null, changed_at: at })
  }
}

const wordsOf = ({ title, body, sms }: WordsRow): Words => ({ title, body, ...(sms && { sms }) })

/** Says what a kind was called in at a revision. */
export type Lexicon = {
  readonly newest: number
  /** undefined for what has no words: it is not told. */
  at(kind: string, revision: number): Words | undefined
}

export async function readLexicon(trx: Trx): Promise<Lexicon> {
  const rows = await selectWords(trx)
  const byKind = Map.groupBy(rows, (row) => row.kind)
  return {
    newest: rows.at(-1)?.revision ?? 0,
    at(kind, revision) {
      // what happened before any words stood has the first there were
      const found = byKind.get(kind)?.findLast((row) => row.revision <= revision) ?? byKind.get(kind)?.[0]
      return found && wordsOf(found)
    },
  }
}

export const fill = (words: Words, values: PlaceholderValues) => ({
  title: fillWords(words.title, values),
  body: fillWords(words.body, values),
})

const shownEarlier = 10

export async function listWords(deps: Deps, viewer: Viewer): Promise<MessageWordsList> {
  return inViewersScope(deps, viewer, async (trx) => {
    const rows = await selectWords(trx)
    const by = [...new Set(rows.map((row) => row.changed_by).filter((id) => id !== null))]
    const names = new Map((await selectNames(trx, by)).map((each) => [each.id, each.display_name ?? '']))
    const view = (row: WordsRow) => ({
      ...wordsOf(row),
      revision: row.revision,
      changedAt: row.changed_at,
      ...(row.changed_by && { changedBy: names.get(row.changed_by) ?? '' }),
    })
    return {
      words: messageKinds.flatMap((kind) => {
        const [newest, ...earlier] = rows.filter((row) => row.kind === kind).toReversed()
        return newest ? { kind, ...view(newest), earlier: earlier.slice(0, shownEarlier).map(view) } : []
      }),
    }
  })
}

/** Changes the words of a kind for what happens from now on. @throws {Refused} words.* */
export async function changeWords(
  deps: Deps,
  viewer: Viewer,
  kind: MessageKind,
  { revision, ...typed }: ChangeWords,
  now: Instant,
): Promise<MessageWordsList> {
  const words: Words = { title: typed.title, body: typed.body, ...(typed.sms && { sms: typed.sms }) }
  const problems = wordsProblems(kind, words)
  if (problems.length > 0) throw new Refused('words.unusable', { count: problems.length }, problems)
  await inViewersScope(deps, viewer, async (trx) => {
    await lockWords(trx)
    const rows = await selectWords(trx)
    const current = rows.findLast((row) => row.kind === kind)
    const { title, body, sms } = words
    const same = current && current.title === title && current.body === body && (current.sms ?? undefined) === sms
    // sent again, or nothing changed
    if (same) return
    if ((current?.revision ?? 0) !== revision) throw new Refused('words.stale')
    const next = (rows.at(-1)?.revision ?? 0) + 1
    const by = viewer.accountId
    await insertWords(trx, { revision: next, kind, title, body, sms: sms ?? null, changed_by: by, changed_at: now })
    await record(trx, deps.secrets, {
      kind: 'message-words.changed',
      objectKind: 'message_words',
      objectId: kind,
      accountId: by,
      at: now,
      detail: { revision: next },
    })
  })
  return listWords(deps, viewer)
}
