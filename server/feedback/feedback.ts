/**
 * 问题和建议 (四.一.末: 对项目实施过程中出现的问题和建议,及时反馈给市职工技协服务中心): any officer writes, the service centre
 * answers, the officer sees the answer; what concerns everybody is published as an answer to all.
 */
import { Refused } from '../../contract/errors.ts'
import type {
  AnswerFeedback,
  CommonAnswers,
  FeedbackCounts,
  FeedbackPage,
  FeedbackQuery,
  FeedbackView,
  PublishAnswer,
  WriteFeedback,
} from '../../contract/feedback.ts'
import type { Instant } from '../../domain/dates.ts'
import { type Role, roleTitles } from '../../domain/roles.ts'
import { record } from '../audit/audit.ts'
import { once, refuseTakenId } from '../commands.ts'
import { type Deps, inViewersScope, type Viewer } from '../context.ts'
import type { Trx } from '../db/open.ts'
import type { Envelope } from '../secrets.ts'
import * as rows from './sql.ts'

const pageSize = 50
/** Beyond that nobody needs to know how many. */
const countLimit = 100

const wordsSeal = (table: 'feedback' | 'feedback_answer', id: string) => ({ table, column: 'body', row: id })
const isCentre = (viewer: Viewer) => viewer.role === 'verifier'

type FeedbackRow = Awaited<ReturnType<typeof rows.selectFeedback>>[number]

async function viewsOf(trx: Trx, { secrets }: Deps, { accountId }: Viewer, found: readonly FeedbackRow[]) {
  const ids = found.map((row) => row.id)
  const answers = Map.groupBy(ids.length > 0 ? await rows.selectAnswers(trx, ids) : [], (row) => row.feedback_id)
  return found.map((row): FeedbackView => {
    const own = answers.get(row.id) ?? []
    return {
      id: row.id,
      kind: row.kind as FeedbackView['kind'],
      words: secrets.openText(wordsSeal('feedback', row.id), row.body as Envelope),
      by: row.writer ?? '',
      roleTitle: roleTitles[row.role as Role],
      organisation: row.organisation,
      at: row.at,
      ...(row.application_id !== null &&
        row.receipt_number !== null && {
          application: { id: row.application_id, receiptNumber: row.receipt_number },
        }),
      answers: own.map((answer) => ({
        id: answer.id,
        words: secrets.openText(wordsSeal('feedback_answer', answer.id), answer.body as Envelope),
        by: answer.answerer ?? '',
        at: answer.at,
      })),
      unread: row.account_id === accountId && own.some((answer) => answer.at > row.seen_at),
    }
  })
}

const cursorOf = ({ at, id }: FeedbackRow) => `${at}_${id}`
function readCursor(cursor: string | undefined): rows.After | undefined {
  const match = /^(\d{1,15})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(cursor ?? '')
  return match ? { at: Number(match[1]), id: match[2]! } : undefined
}

/** Newest first. @throws {Refused} forbidden for everybody's to anybody but the centre */
export function listFeedback(deps: Deps, viewer: Viewer, { view, cursor }: FeedbackQuery): Promise<FeedbackPage> {
  if (view !== 'mine' && !isCentre(viewer)) throw new Refused('forbidden')
  const by = { view, accountId: viewer.accountId, before: readCursor(cursor), limit: pageSize + 1 }
  return inViewersScope(deps, viewer, async (trx) => {
    const found = await rows.selectFeedback(trx, by)
    const page = found.slice(0, pageSize)
    return {
      feedback: await viewsOf(trx, deps, viewer, page),
      ...(found.length > pageSize && { nextCursor: cursorOf(page.at(-1)!) }),
    }
  })
}

export const countFeedback = (deps: Deps, viewer: Viewer): Promise<FeedbackCounts> =>
  inViewersScope(deps, viewer, (trx) => rows.countFeedback(trx, viewer.accountId, isCentre(viewer), countLimit))

/** The writer has looked at these answers. */
export const markRead = (deps: Deps, viewer: Viewer, ids: readonly string[], at: Instant): Promise<unknown> =>
  inViewersScope(deps, viewer, (trx) => rows.markSeen(trx, viewer.accountId, ids, at))

/** @throws {Refused} not-found for a case the writer cannot see, request.reused-id */
export function writeFeedback(
  deps: Deps,
  viewer: Viewer,
  id: string,
  { kind, words, receiptNumber }: WriteFeedback,
  at: Instant,
): Promise<FeedbackView> {
  const { accountId, role, organisation } = viewer
  const body = { kind, words, receiptNumber }
  return inViewersScope(deps, viewer, async (trx) => {
    await once(trx, deps, { id, kind: 'feedback.write', accountId, body, at }, async () => {
      const applicationId = receiptNumber ? await rows.selectCaseId(trx, receiptNumber.toUpperCase()) : undefined
      if (receiptNumber && !applicationId)
        throw new Refused('not-found', {}, [
          { field: 'receiptNumber', says: '没有这个受理号，或不在你能看的范围里。核对一下，或者不写。' },
        ])
      await rows.insertFeedback(trx, {
        id,
        kind,
        account_id: accountId,
        role,
        organisation_id: organisation!.id,
        application_id: applicationId ?? null,
        body: deps.secrets.seal(wordsSeal('feedback', id), words),
        at,
      })
      await recordOf(trx, deps, viewer, 'feedback.written', id, at)
      return { id }
    })
    return oneOf(trx, deps, viewer, id)
  }).catch(refuseTakenId)
}

async function oneOf(trx: Trx, deps: Deps, viewer: Viewer, id: string): Promise<FeedbackView> {
  const found = await rows.selectFeedback(trx, { view: 'mine', accountId: viewer.accountId, limit: 1, id })
  const [view] = await viewsOf(trx, deps, viewer, found)
  if (!view) throw new Refused('not-found')
  return view
}

const recordOf = (
  trx: Trx,
  { secrets }: Deps,
  { accountId }: Viewer,
  kind: 'feedback.written' | 'feedback.answered' | 'common-answer.published',
  objectId: string,
  at: Instant,
) =>
  record(trx, secrets, {
    kind,
    objectKind: kind === 'common-answer.published' ? 'common_answer' : 'feedback',
    objectId,
    accountId,
    at,
  })

/** The centre's answer; a further one stands after it. @throws {Refused} not-found, request.reused-id */
export function answerFeedback(
  deps: Deps,
  viewer: Viewer,
  id: string,
  answerId: string,
  { words }: AnswerFeedback,
  at: Instant,
): Promise<FeedbackView> {
  const { accountId } = viewer
  const command = { id: answerId, kind: 'feedback.answer', accountId, body: { id, words }, at }
  return inViewersScope(deps, viewer, async (trx) => {
    await once(trx, deps, command, async () => {
      await oneOf(trx, deps, viewer, id)
      const body = deps.secrets.seal(wordsSeal('feedback_answer', answerId), words)
      await rows.insertAnswer(trx, { id: answerId, feedback_id: id, body, answered_by: accountId, at })
      await recordOf(trx, deps, viewer, 'feedback.answered', id, at)
      return { id: answerId }
    })
    return oneOf(trx, deps, viewer, id)
  }).catch(refuseTakenId)
}

/** An answer to all, seen by every officer. @throws {Refused} request.reused-id */
export function publishAnswer(
  deps: Deps,
  viewer: Viewer,
  id: string,
  { question, answer }: PublishAnswer,
  at: Instant,
): Promise<CommonAnswers> {
  const { accountId } = viewer
  const command = { id, kind: 'feedback.publish-answer', accountId, body: { question, answer }, at }
  return inViewersScope(deps, viewer, async (trx) => {
    await once(trx, deps, command, async () => {
      await rows.insertCommonAnswer(trx, { id, question, answer, published_by: accountId, at })
      await recordOf(trx, deps, viewer, 'common-answer.published', id, at)
      return { id }
    })
    return commonAnswersIn(trx)
  }).catch(refuseTakenId)
}

async function commonAnswersIn(trx: Trx): Promise<CommonAnswers> {
  const found = await rows.selectCommonAnswers(trx)
  return {
    answers: found.map(({ id, question, answer, publisher, at }) => ({
      id,
      question,
      answer,
      by: publisher ?? '',
      at,
    })),
  }
}

export const commonAnswers = (deps: Deps, viewer: Viewer): Promise<CommonAnswers> =>
  inViewersScope(deps, viewer, commonAnswersIn)
