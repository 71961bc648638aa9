/**
 * The annex's survey (R25). A ticket says that somebody of a level and a sector has filed; it is signed and not written
 * down, so that what comes back with it, without a session, leads to nobody. Nothing of an answer is logged.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Instant } from '../../domain/dates.ts'
import type { Level, Policy } from '../../domain/policy.ts'
import { levels } from '../../domain/policy.ts'
import { Refused } from '../../contract/errors.ts'
import type { AnswerSurvey, SurveyTables, SurveyTicket } from '../../contract/survey.ts'
import { payBands, surveySectors } from '../../contract/survey.ts'
import { readForms } from '../applications/forms.ts'
import { record } from '../audit/audit.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import { inScope } from '../db/open.ts'
import { activePolicy } from '../policies/policy.ts'
import type { Count } from './sql.ts'
import { surveyCounts, takeSurvey } from './sql.ts'

const macOf = ({ secrets }: Deps, said: string) => secrets.mac('survey ticket', said)

/** @throws {Refused} not-found: who has filed nothing is not asked */
export const surveyTicket = (deps: Deps, viewer: Viewer, applicationId: string): Promise<SurveyTicket> =>
  inViewersScope(deps, viewer, async (trx) => {
    const form = (await readForms(trx, deps, [applicationId])).get(applicationId)
    if (!form) throw new Refused('not-found')
    const { id } = await activePolicy(trx)
    const said = [id, form.level, form.sector, randomBytes(16).toString('hex')].join('.')
    return { ticket: `${said}.${macOf(deps, said).toString('hex')}` }
  })

function readTicket(deps: Deps, ticket: string): { policyId: string; level: Level; sector: string } {
  const cut = ticket.lastIndexOf('.')
  const [said, mac] = [ticket.slice(0, cut), Buffer.from(ticket.slice(cut + 1), 'hex')]
  const expected = macOf(deps, said)
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) throw new Refused('survey.ticket')
  const [policyId, level, sector] = said.split('.') as [string, Level, string]
  return { policyId, level, sector }
}

/** Pay is kept in whole thousands: to the yuan it would be a mark of its person. */
const payStepYuan = 1000

/** @throws {Refused} request.malformed */
function checkedAnswers(policy: Policy, answers: AnswerSurvey['answers']): AnswerSurvey['answers'] {
  const known = Object.entries(answers).map(([id, answer]) => {
    const question = policy.survey.questions.find((each) => each.id === id)
    const pay = question?.kind === 'yuanPerMonth' && typeof answer === 'number'
    if (!pay && !(typeof answer === 'string' && question?.choices?.includes(answer)))
      throw new Refused('request.malformed', {}, [{ field: id, says: '选一个答案，或空着不答。' }])
    return [id, pay ? Math.floor(answer / payStepYuan) * payStepYuan : answer] as const
  })
  if (known.length === 0) throw new Refused('request.malformed')
  return Object.fromEntries(known)
}

/** Takes an answer in; the same ticket again changes nothing. @throws {Refused} survey.ticket, request.malformed */
export async function answerSurvey(deps: Deps, { ticket, answers }: AnswerSurvey): Promise<void> {
  const { policyId, level, sector } = readTicket(deps, ticket)
  await inScope(deps.db, { kind: 'job', job: 'survey' }, async (trx) => {
    const policy = await activePolicy(trx)
    if (policy.id !== policyId) throw new Refused('survey.ticket')
    const kept = checkedAnswers(policy, answers)
    await takeSurvey(trx, { policyId, level, sector, answers: kept, ticket: deps.secrets.mac('survey used', ticket) })
  })
}

/** How often each answer was given, by level and by sector; what is few is not shown. */
export const surveyTables = (deps: Deps, viewer: Viewer, now: Instant): Promise<SurveyTables> =>
  inViewersScope(deps, viewer, async (trx) => {
    const policy = await activePolicy(trx)
    const counts = await surveyCounts(trx, policy.id)
    await record(trx, deps.secrets, {
      kind: 'survey.viewed',
      objectKind: 'survey',
      objectId: policy.id,
      accountId: viewer.accountId,
      at: now,
    })
    return { questions: policy.survey.questions.map(({ id, choices }) => tableOf(counts, id, choices ?? payBands)) }
  })

function tableOf(counts: readonly Count[], id: string, answers: readonly string[]): SurveyTables['questions'][number] {
  const lines = <Line extends string>(side: Count['side'], all: readonly Line[]) =>
    all.flatMap((line) => {
      const cells = counts.filter((cell) => cell.question === id && cell.side === side && cell.line === line)
      if (cells.length === 0) return []
      return [{ line, counts: answers.map((answer) => cells.find((cell) => cell.answer === answer)?.n ?? null) }]
    })
  return {
    id,
    answers: [...answers],
    byLevel: lines('level', levels),
    bySector: lines('sector', surveySectors),
  }
}
