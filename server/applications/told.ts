/** What a caller is told of a case on the phone: how it stands, what they can do next, masked; no picture, no account. */
import type { ActionKind, Actor } from '../../domain/application.ts'
import { mayAct } from '../../domain/application.ts'
import type { PlainDate } from '../../domain/dates.ts'
import { maskIdentityNumber } from '../../domain/identityNumber.ts'
import { maskMobile } from '../../domain/phone.ts'
import { maskName } from '../../domain/visibility.ts'
import type { ToldCase } from '../../contract/consultation.ts'
import type { Form } from '../../contract/form.ts'
import type { Deps } from '../context.ts'
import type { Trx } from '../db/open.ts'
import type { Envelope } from '../secrets.ts'
import { actionOf, noteSeal } from './actions.ts'
import { readForms } from './forms.ts'
import type { Progress } from './progress.ts'
import { progressOf, stepViews, summary } from './progress.ts'
import * as rows from './sql.ts'

/** What the applicant may do themselves, as one says it to them. */
const offers: { readonly [K in ActionKind]?: string } = {
  resubmit: '在“我的申报”里补好退回说明的地方，重新提交。',
  amend: '还没有人办，可以在“我的申报”里自己修改。',
  requestReReview: '对结果有疑问，可以申请一次复核，由另一个人重新看。',
  withdraw: '填错了单位或证书，可以撤回，申报时间内重新申报。',
}

function nextOf({ application, row, chain }: Progress): string[] {
  const applicant: Actor = { accountId: row.account_id ?? '', role: 'worker', isApplicant: true }
  const last = actionOf(chain.at(-1)!)
  const next = (Object.entries(offers) as [ActionKind, string][])
    .filter(([kind]) => mayAct(application, applicant, kind, last).allowed)
    .map(([, says]) => says)
  // Entered by a filing point and not taken up yet: it is not among their own.
  if (row.account_id === null)
    next.unshift('这份是申报点代录的，在首页“纸上交的申报，在这里查”里凭受理号接过来，或请申报点办。')
  return next.length > 0 ? next : ['现在不用做什么，有结果会在“我的申报”里显示。']
}

/** Why it stands returned or declined: the policy's reasons, and the officer's own words for the worker. */
async function decidedOf(trx: Trx, deps: Deps, { application, chain, policy, row }: Progress) {
  if (application.state !== 'returned' && application.state !== 'declined') return { reasons: [] }
  const decided = chain.findLast(({ kind }) => kind === 'return' || kind === 'decline')
  if (!decided) return { reasons: [] }
  const note = (await rows.selectNotes(trx, row.id)).find((each) => each.action_id === decided.id)
  const reasons = policy.reasons.filter(({ id }) => decided.reasons?.includes(id))
  return {
    reasons: reasons.map(({ text, clause, quote }) => ({ text, clause, quote })),
    ...(note && { words: deps.secrets.openText(noteSeal(decided.id), note.body as Envelope) }),
  }
}

/**
 * The cases of a call that is open, newest first.
 * @param proven whether the caller has proven whose they are; without it nothing of the person is read
 */
export async function tellCases(
  trx: Trx,
  deps: Deps,
  ids: readonly string[],
  today: PlainDate,
  proven: boolean,
): Promise<Omit<ToldCase, 'notes'>[]> {
  const found = (await Promise.all(ids.map((id) => rows.selectApplication(trx, id)))).filter((row) => row !== undefined)
  const chains = Map.groupBy(found.length > 0 ? await rows.selectActions(trx, ids) : [], (row) => row.application_id)
  const forms = proven ? await readForms(trx, deps, ids) : new Map<string, Form>()
  const told = await Promise.all(
    found.map(async (row) => {
      const whole = await progressOf(trx, row, chains.get(row.id)!, today)
      // Not even the account's last digits go over the phone.
      const progress = whole.money ? { ...whole, money: { ...whole.money, payee_tail: null } } : whole
      const { reasons, words } = await decidedOf(trx, deps, progress)
      const { id: applicationId, step: _step, returnedUntil: _until, level: _level, ...stands } = summary(progress)
      return {
        applicationId,
        ...stands,
        steps: stepViews(progress).map(({ kind: _kind, says: _says, ...step }) => step),
        next: nextOf(progress),
        reasons,
        ...personOf(forms.get(row.id), words),
      }
    }),
  )
  return told.toSorted((a, b) => b.receivedAt - a.receivedAt)
}

function personOf(form: Form | undefined, words: string | undefined): Pick<ToldCase, 'person'> {
  if (!form) return {}
  const masked = {
    name: maskName(form.name),
    idNumber: maskIdentityNumber(form.idNumber),
    phone: maskMobile(form.phone),
  }
  return { person: { ...masked, ...(words && { words }) } }
}
