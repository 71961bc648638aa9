/** Whose case it is: cases go to colleagues of a desk, and nobody takes another's without their seeing it. */
import type { ActionKind } from '../../domain/application.ts'
import type { Instant } from '../../domain/dates.ts'
import { inChineseWithoutYear, shanghaiDate, shanghaiTime } from '../../domain/dates.ts'
import type { StepKind } from '../../domain/policy.ts'
import type { Duty } from '../../domain/roles.ts'
import { dutyOf } from '../../domain/roles.ts'
import type { Assign, Assigned, Colleagues, DeskView } from '../../contract/desk.ts'
import type { ErrorCode, ErrorParams } from '../../contract/errors.ts'
import { errorSays, Refused } from '../../contract/errors.ts'
import { record } from '../audit/audit.ts'
import { once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import { refusalOf } from '../db/open.ts'
import type { Envelope } from '../secrets.ts'
import { holdSeal } from './hold.ts'
import * as rows from './sql.ts'

const turnsShown = 5

export async function listColleagues(deps: Deps, viewer: Viewer, now: Instant): Promise<Colleagues> {
  return inViewersScope(deps, viewer, async (trx) => ({ colleagues: await colleaguesOf(trx, viewer, now) }))
}
const colleaguesOf = (trx: Trx, viewer: Viewer, now: Instant) =>
  rows.colleagues(trx, viewer.organisation!.id, viewer.role, shanghaiDate(now))

/** How a case lies on its desk. */
export async function deskView(
  trx: Trx,
  deps: Deps,
  row: { readonly id: string; readonly assignee_id: string | null; readonly hold_id: string | null },
): Promise<DeskView> {
  const [turns, hold, assignee] = await Promise.all([
    rows.selectTurns(trx, row.id, turnsShown),
    row.hold_id ? rows.selectHold(trx, row.hold_id) : undefined,
    row.assignee_id ? rows.selectName(trx, row.assignee_id) : undefined,
  ])
  return {
    ...(row.assignee_id && { assignee: { id: row.assignee_id, name: assignee ?? '' } }),
    ...(hold && {
      hold: {
        id: hold.id,
        by: hold.name ?? '',
        byId: hold.held_by,
        at: hold.held_at,
        reason: deps.secrets.openText(holdSeal(hold.id, 'reason'), hold.reason as Envelope),
      },
    }),
    turns: turns.map(({ at, by, to, from }) => ({ at, by, ...(to && { to }), ...(from && { from }) })),
  }
}

/** What others took from somebody of late. */
export const takenFrom = (trx: Trx, accountId: string, since: Instant) => rows.selectTaken(trx, accountId, since, 5)

/** 10:06, or 7月15日 10:06 where it was another day. */
export const whenSaid = (at: Instant, now: Instant): string =>
  `${shanghaiDate(at) === shanghaiDate(now) ? '' : `${inChineseWithoutYear(shanghaiDate(at))} `}${shanghaiTime(at)}`

type Case = Awaited<ReturnType<typeof rows.lockCases>>[number]

/**
 * Gives cases to a colleague, or back to the whole desk, once. What has changed hands meanwhile is left out and named.
 * @throws {Refused} assign.outside, request.reused-id
 */
export async function assign(deps: Deps, viewer: Viewer, id: string, message: Assign, now: Instant): Promise<Assigned> {
  const { accountId } = viewer
  const command = { id, kind: 'desk.assign', accountId, body: message, at: now }
  return inViewersScope(deps, viewer, (trx) =>
    once(trx, deps, command, async () => {
      const names = await colleaguesOf(trx, viewer, now)
      const to = names.find((each) => each.id === message.to)
      if (message.to !== null && !to) throw new Refused('assign.outside')
      const wanted = new Map(message.cases.map((each) => [each.id, each.from]))
      const cases = await rows.lockCases(trx, [...wanted.keys()])
      const duties = message.to
        ? await rows.dutiesOf(
            trx,
            cases.map((each) => each.id),
            message.to,
          )
        : []
      const leftOut: Assigned['leftOut'] = []
      const leave = (each: Case, why: ErrorCode, params: ErrorParams = {}) =>
        leftOut.push({ id: each.id, receiptNumber: each.receipt_number, why, says: errorSays(why, params) })
      const going: Case[] = []
      for (const each of cases) {
        const holds = duties.find((duty) => duty.application_id === each.id)?.duty as Duty | undefined
        const needs = each.step && dutyOf(each.step as StepKind, viewer.role)
        if (each.state !== 'inReview') leave(each, 'act.not-in-this-state')
        else if (each.assignee_id !== wanted.get(each.id)) leave(each, 'assign.changed', await lastTurn(trx, each, now))
        else if (holds && needs && holds !== needs) leave(each, 'assign.four-eyes', { who: to!.name, holds })
        else if (each.assignee_id !== message.to) going.push(each)
      }
      await insertTurns(trx, viewer, id, going, message.to, now)
      for (const each of going) await recordTurn(trx, deps, viewer, each, message.to, now)
      return { assigned: going.map((each) => each.id), leftOut }
    }),
  )
}

async function lastTurn(trx: Trx, { id }: Case, now: Instant): Promise<ErrorParams> {
  const [last] = await rows.selectTurns(trx, id, 1)
  return last ? { who: last.by, when: whenSaid(last.at as Instant, now) } : {}
}

async function insertTurns(
  trx: Trx,
  viewer: Viewer,
  commandId: string,
  cases: readonly Case[],
  to: string | null,
  at: Instant,
): Promise<void> {
  if (cases.length === 0) return
  try {
    await rows.insertAssignments(
      trx,
      cases.map((each) => ({
        command_id: commandId,
        application_id: each.id,
        step: each.step!,
        desk_id: viewer.organisation!.id,
        assignee_id: to,
        taken_from: each.assignee_id,
        by_account_id: viewer.accountId,
        at,
      })),
    )
  } catch (error) {
    if (refusalOf(error)?.constraint === 'assignment_within_desk') throw new Refused('assign.outside')
    throw error
  }
}

const recordTurn = (trx: Trx, deps: Deps, { accountId }: Viewer, each: Case, to: string | null, at: Instant) =>
  record(trx, deps.secrets, {
    kind: 'application.assigned',
    objectKind: 'application',
    objectId: each.id,
    accountId,
    at,
    detail: { to: to ?? '', from: each.assignee_id ?? '' },
  })

/** What takes a case off its desk; `at_ones_own_desk` in the database says the same. */
const decisions: readonly ActionKind[] = ['pass', 'return', 'decline', 'redirect']

/**
 * Before a decision: a colleague's case becomes one's own where the message names them, in the same transaction; where
 * it does not, one is asked first. The application's row is locked.
 * @throws {Refused} act.anothers-case, act.held
 */
export async function comeByRight(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  row: { readonly id: string; readonly assignee_id: string | null; readonly hold_id: string | null },
  action: { readonly id: string; readonly kind: ActionKind; readonly takesFrom?: string | undefined },
  at: Instant,
): Promise<void> {
  if (!decisions.includes(action.kind)) return
  if (row.hold_id) {
    const hold = await rows.selectHold(trx, row.hold_id)
    if (hold && hold.held_by !== viewer.accountId) throw new Refused('act.held', { who: hold.name ?? '' })
  }
  if (!row.assignee_id || row.assignee_id === viewer.accountId) return
  if (action.takesFrom !== row.assignee_id) {
    const who = (await rows.selectName(trx, row.assignee_id)) ?? ''
    const had = (await rows.selectTurns(trx, row.id, 1)).find((turn) => turn.assignee_id === row.assignee_id)
    const since = had ? { since: whenSaid(had.at as Instant, at) } : {}
    throw new Refused('act.anothers-case', { who, holder: row.assignee_id, ...since })
  }
  const cases = await rows.lockCases(trx, [row.id])
  await insertTurns(trx, viewer, action.id, cases, viewer.accountId, at)
  await recordTurn(trx, deps, viewer, cases[0]!, viewer.accountId, at)
}
