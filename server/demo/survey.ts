/** Answers to the annex's survey, so that its tables show what is shown of many and what is hidden of few. */
import type { AnswerSurvey } from '../../contract/survey.ts'
import type { Viewer, Deps } from '../context.ts'
import { answerSurvey, surveyTicket } from '../surveys/survey.ts'
import { demoId } from './demo.ts'
import { demoClaims } from './filings.ts'

/** Around pay like that in such trades, by turns; not everybody answers everything. */
function answersOf(turn: number): AnswerSurvey['answers'] {
  const pay = turn % 2 === 0 ? 7200 : 8600
  return {
    takeHome: pay,
    rankInUnit: turn % 4 < 2 ? '中' : '较低',
    comparableRank: turn % 10 === 0 ? '中层' : '普通',
    ...(turn % 3 > 0 && { expected: pay + 2500 }),
    promotionLinked: turn % 5 === 0 ? '是' : '否',
    oneOffReward: turn % 3 > 0 ? '是' : '否',
    ...(turn % 6 > 0 && { incomeLinked: turn % 2 === 0 ? '是' : '否' }),
  }
}

/**
 * Each claim's worker answers once, as phones do. Tickets lead to nobody, so that loading which is stopped in here and
 * taken up again counts some twice.
 */
export async function plantSurvey(
  deps: Deps,
  workers: ReadonlyMap<string, Viewer>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const filed = demoClaims.filter(({ enteredBy }) => enteredBy === undefined)
  await Promise.all(
    filed.map(async ({ applicant, certificateNumber }, turn) => {
      signal?.throwIfAborted()
      const { ticket } = await surveyTicket(deps, workers.get(applicant)!, demoId('application', certificateNumber))
      await answerSurvey(deps, { ticket, consented: true, answers: answersOf(turn) })
    }),
  )
}
