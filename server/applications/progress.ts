/** Where an application is, in words for the worker: its steps, in whose hands it is, until when. */
import type { Application } from '../../domain/application.ts'
import { fold, isDead, standsSince, stateTitles } from '../../domain/application.ts'
import { type CancelCause, cancelCauseTitles } from '../../domain/correction.ts'
import type { PlainDate } from '../../domain/dates.ts'
import { inChineseWithoutYear, shanghaiDate } from '../../domain/dates.ts'
import { payerAsksBank } from '../../domain/payee.ts'
import { type FailureCode, failureIsThePayers, isLive, type PayoutState } from '../../domain/payout.ts'
import type { Channel, ChannelRules, Level, Policy, Step, StepKind } from '../../domain/policy.ts'
import { belowDistrict, channelRules, levelTitles, payDueOn, stepDueOn } from '../../domain/policy.ts'
import type { Role } from '../../domain/roles.ts'
import type { ApplicationView } from '../../contract/applications.ts'
import type { Trx } from '../db/open.ts'
import { type Copies, copiesOf } from '../paper/copies.ts'
import { policyOf } from '../policies/policy.ts'
import { actionOf } from './actions.ts'
import type { ActionRow, ApplicationRow, Served } from './sql.ts'
import * as rows from './sql.ts'
import { leftUndone, roleAt, servedBelow } from './standing.ts'

/** Everything that tells how far an application has come. */
export type Progress = {
  readonly row: ApplicationRow
  readonly chain: readonly ActionRow[]
  readonly application: Application
  readonly policy: Policy
  readonly names: Names
  readonly batch: Batch
  readonly money: Money
  readonly served: Served
  /** Where the district federation sends copies on. */
  readonly copies: Copies | undefined
  /** The step below the district that is past its reminder. */
  readonly undone: StepKind | undefined
}

export async function progressOf(
  trx: Trx,
  row: ApplicationRow,
  chain: readonly ActionRow[],
  today: PlainDate,
): Promise<Progress> {
  const [policy, names, batch, money, served, copies] = await Promise.all([
    policyOf(trx, row.policy_id, row.policy_revision),
    unionNames(trx, row),
    row.batch_id ? rows.selectBatch(trx, row.batch_id) : undefined,
    rows.selectMoney(trx, row.id),
    servedBelow(trx, row, today),
    copiesOf(trx, row),
  ])
  const undone = leftUndone(policy, row, chain, today)
  return { row, chain, application: fold(chain.map(actionOf)), policy, names, batch, money, served, copies, undone }
}

type Names = { of(id: string | null): string | undefined; centre: string; city: string }
async function unionNames(trx: Trx, row: ApplicationRow): Promise<Names> {
  const ids = [row.unit_id, row.base_union_id, row.filing_point_id, row.district_id].filter((id) => id !== null)
  const found = await rows.selectOrganisationNames(trx, ids)
  return {
    of: (id) => found.find((each) => each.id === id)?.name,
    centre: found.find((each) => each.kind === 'serviceCentre')?.name ?? '市职工技协服务中心',
    city: found.find((each) => each.kind === 'cityFederation')?.name ?? '市总工会',
  }
}

/** Whose hands those of a role are. */
function holderOf(role: Role, { row, names }: Progress): string {
  switch (role) {
    case 'hrOfficer':
      return `${names.of(row.unit_id) ?? '单位'}人力资源部门`
    case 'unionOfficer':
      return names.of(row.base_union_id)!
    case 'filingPoint':
      return names.of(row.filing_point_id) ?? names.of(row.base_union_id)!
    case 'districtReviewer':
      return names.of(row.district_id)!
    case 'approver':
      return names.city
    default:
      return names.centre
  }
}

type Batch = { number: number; closed_on: string | null } | undefined
type Money = Awaited<ReturnType<typeof rows.selectMoney>>

/** When a step should be done that has waited since it came. */
const dueOf = ({ policy, chain, batch }: Progress, step: Step): PlainDate | undefined =>
  stepDueOn(policy.calendar, step, shanghaiDate(standsSince(chain.map(actionOf))), batch?.closed_on as PlainDate | null)

type Holder = ApplicationView['holder']
function holderNow(progress: Progress): Holder {
  const { row, application, names, money } = progress
  const district = names.of(row.district_id)!
  switch (application.state) {
    case 'inReview': {
      const step = stepOf(progress, application.step!)
      const waits = step.kind === 'finalApproval' && copiesAwaited(progress)
      if (waits) return waits
      const dueOn = dueOf(progress, step)
      const name = holderOf(roleAt(step.kind, progress.served), progress)
      if (!dueOn)
        return {
          name,
          says: step.dueDaysAfterBatchClose ? '这一批关闭后两周内办完' : '办完后这里会显示结果',
        }
      return { name, dueOn, says: dueInWords(progress, step, dueOn, district) }
    }
    case 'returned':
      return {
        name: '你',
        dueOn: application.returnedUntil!,
        says: `${inChineseWithoutYear(application.returnedUntil!)}24:00前补好，保留原来的申报时间`,
      }
    case 'declined':
      return { name: '你', says: '对结果有疑问，先问单位工会，或打55885659' }
    case 'reReview':
      return {
        name: holderOf(roleAt(application.step!, progress.served), progress),
        says: '由另一个人重新看一遍，结果在这里显示',
      }
    case 'withdrawn':
      return { name: '你', says: '已撤回，申报时间内可以重新申报' }
    case 'approved':
      return { name: names.centre, says: '向区局（产业）工会下发划拨通知' }
    case 'awarded': {
      if (rulesOf(progress).payment.route === 'fromCity') return { name: names.city, says: '由市总工会直接转入你的卡' }
      const passedOn = money?.payer && money.payer_id !== row.district_id
      if (passedOn && !money.received_on) return { name: money.payer!, says: `${district}已把资金转拨给${money.payer}` }
      if (!money?.received_on) return { name: names.centre, says: `按收到确认单的先后，把资金划拨到${district}` }
      const payer = money.payer ?? district
      const dueOn = payDueOn(rulesOf(progress), money.received_on as PlainDate)
      if (!dueOn) return { name: payer, says: '资金已到，转入你的卡' }
      return { name: payer, dueOn, says: `原则上${inChineseWithoutYear(dueOn)}前转入你的卡` }
    }
    case 'paid':
      if (money?.asked_back) return askedBackHolder(progress)
      return {
        name: '你',
        says: `${money?.paid_on ? inChineseWithoutYear(money.paid_on as PlainDate) : ''}已转入${money?.payee_tail ? `尾号${money.payee_tail}` : '本人'}的卡`,
      }
    case 'bounced':
      return bouncedHolder(progress)
    case 'cancelled':
      return { name: '你', says: `${cancelCauseTitles[takenBack(progress).takenBack!.cause]}。对此有疑问打55885659` }
  }
}

/** What was paid is asked back: it waits for the worker, or for who checks that it is there. */
function askedBackHolder(progress: Progress): Holder {
  const { cause, payBackTo, paidBackOn } = takenBack(progress).takenBack!
  const cancelled = `资助已取消（${cancelCauseTitles[cause]}）`
  if (!paidBackOn) return { name: '你', says: `${cancelled}，要你退回` }
  const day = inChineseWithoutYear(paidBackOn as PlainDate)
  return { name: payBackTo!, says: `${cancelled}，${day}收到你退回的钱，正在核对` }
}

/** The bank did not pay: it waits for the worker, for whoever checks their account, or for the payer. */
function bouncedHolder({ row, names, money }: Progress): Holder {
  const payer = names.of(money?.payer_id ?? null) ?? names.of(row.district_id)!
  const code = (money?.payout_code ?? 'other') as FailureCode
  const last = money?.payout_state as PayoutState | null | undefined
  if (last && last !== 'made' && isLive(last)) return { name: payer, says: '已重新送银行，有结果在这里显示' }
  if (money?.account_stands === 'open') return { name: payer, says: '正在由另一个人核对收款账户，核对后重新发放' }
  if (money?.account_stands === 'confirmed') return { name: payer, says: '收款账户已核对，等重新发放' }
  if (failureIsThePayers(code) || payerAsksBank(code)) return { name: payer, says: '不是卡的问题，工会查清后再发' }
  return { name: '你', says: '银行没有收下这笔钱，改一下收款卡' }
}

/** Final approval waits until the copies are at the centre (R17): whose hands that is in. */
function copiesAwaited({ row, names, copies }: Progress): Holder | undefined {
  if (!copies?.awaited || copies.state === 'received') return undefined
  return copies.state === 'sent'
    ? { name: names.centre, says: '申请表和证书的复印件已送出，服务中心收到后报市总工会终审' }
    : { name: names.of(row.district_id)!, says: '证书已核对。申请表和证书的复印件送到服务中心后，报市总工会终审' }
}

/** What a due date means: ours is a reminder, and below the district it lets the district take over. */
function dueInWords({ undone, served }: Progress, step: Step, dueOn: PlainDate, district: string): string {
  const day = inChineseWithoutYear(dueOn)
  if (step.dueDaysAfterBatchClose !== undefined) return `最迟${day}`
  const isDistricts = !belowDistrict.includes(step.kind) || roleAt(step.kind, served) === 'districtReviewer'
  if (isDistricts) return `${day}前没有办，会在待办里标出逾期`
  return undone === step.kind
    ? `过了${day}还没有办，已提醒，${district}也可以办`
    : `${day}前没有办，会提醒，${district}也可以办`
}

const rulesOf = ({ policy, row }: Progress): ChannelRules => channelRules(policy, row.channel as Channel)

function stepOf(progress: Progress, kind: StepKind): Step {
  const step = rulesOf(progress).steps.find((each) => each.kind === kind)
  if (!step) throw new Error(`policy ${progress.policy.id} has no step ${kind}`)
  return step
}

export function stepViews(progress: Progress): ApplicationView['steps'] {
  const { application, chain } = progress
  const ended = isDead(application.state)
  const at = application.step ? application.steps.indexOf(application.step) : ended ? -1 : application.steps.length
  return application.steps.map((kind, index) => {
    const step = stepOf(progress, kind)
    const passed = chain.findLast(
      (action) =>
        (action.kind === 'pass' && action.step === kind) || (action.kind === 'approve' && kind === 'finalApproval'),
    )
    const done = ended ? passed !== undefined : index < at
    const dueOn = index === at && application.state !== 'reReview' ? dueOf(progress, step) : undefined
    return {
      kind,
      title: step.title,
      says: step.says,
      clause: step.clause,
      quote: step.quote,
      status: done ? 'done' : index === at ? 'current' : 'ahead',
      holder: holderOf(done && passed ? (passed.role as Role) : roleAt(kind, progress.served), progress),
      ...(done && passed && { doneAt: passed.at }),
      ...(dueOn && { dueOn }),
    }
  })
}

/** What has become of the money since final approval. */
export function moneyOf(progress: Progress): Pick<ApplicationView, 'money'> {
  const { chain, money } = progress
  const approved = chain.find((action) => action.kind === 'approve')
  if (!money || !approved) return {}
  const dueOn = money.received_on && payDueOn(rulesOf(progress), money.received_on as PlainDate)
  return {
    money: {
      documentNumber: approved.document_number ?? '',
      approvedAt: approved.at,
      payeeTail: money.payee_tail ?? '',
      ...(money.notice_number && { noticeNumber: money.notice_number }),
      ...(money.released_at !== null && { transferredAt: money.released_at }),
      ...(money.received_on && { receivedOn: money.received_on }),
      ...(dueOn && { payDueOn: dueOn }),
      ...(money.paid_on && { paidOn: money.paid_on }),
      ...takenBack(progress),
    },
  }
}

/** Why it was cancelled; and while what was paid is asked back, to whom, and whether it is there. */
export function takenBack({
  application,
  chain,
  money,
  names,
}: Progress): Pick<NonNullable<ApplicationView['money']>, 'takenBack'> {
  if (application.state === 'cancelled')
    return { takenBack: { cause: (chain.at(-1)?.reasons?.[0] ?? 'other') as CancelCause } }
  if (application.state !== 'paid' || !money?.asked_back) return {}
  return {
    takenBack: {
      cause: money.asked_back as CancelCause,
      payBackTo: names.of(money.payer_id) ?? names.city,
      ...(money.paid_back_on && { paidBackOn: money.paid_back_on }),
    },
  }
}

/** What a list shows of it. */
export function summary(progress: Progress) {
  const { row, application } = progress
  return {
    id: row.id,
    receiptNumber: row.receipt_number,
    state: application.state,
    stateTitle: stateTitles[application.state],
    ...(application.step && { step: application.step }),
    receivedAt: row.received_at,
    ...(application.returnedUntil && { returnedUntil: application.returnedUntil }),
    level: row.level as Level,
    levelTitle: levelTitles[row.level as Level],
    occupationName: row.occupation_name,
    amountFen: row.amount_fen,
    holder: holderNow(progress),
  }
}
