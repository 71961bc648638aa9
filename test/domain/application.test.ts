import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Action, ActionKind, Actor } from '../../domain/application.ts'
import { actionKinds, dutyTaken, fold, IllegalAction, isDead, mayAct } from '../../domain/application.ts'
import type { Instant, PlainDate } from '../../domain/dates.ts'
import type { StepKind } from '../../domain/policy.ts'
import type { Duty, Role } from '../../domain/roles.ts'

const common: StepKind[] = ['firstReview', 'forwarding', 'secondReview', 'verification', 'finalApproval']
const industry: StepKind[] = ['hrOpinion', ...common]
const at = 1_000 as Instant
const until = '2026-07-31' as PlainDate

const filed = (steps: readonly StepKind[]): Action => ({
  seq: 1,
  kind: 'file',
  at,
  accountId: 'worker',
  role: 'worker',
  steps,
  receivedAt: at,
})

/** What an action of that kind carries when it is taken at a step. */
function next(chain: readonly Action[], kind: ActionKind, accountId: string, role: Role): Action {
  const step = fold(chain).step
  const decided = !['file', 'amend', 'resubmit', 'withdraw', 'requestReReview', 'approve', 'award', 'pay'].includes(
    kind,
  )
  return {
    seq: chain.length + 1,
    kind,
    at,
    accountId,
    role,
    ...(decided && step && { step }),
    ...(kind === 'undo' && chain.at(-1)!.step && { step: chain.at(-1)!.step! }),
    ...(kind === 'return' && { returnedUntil: until }),
    ...((kind === 'amend' || kind === 'resubmit' || kind === 'redirect') && { steps: common }),
    ...(kind === 'resubmit' && { printedBoxChanged: false }),
  }
}

const pass = (chain: readonly Action[], accountId: string, role: Role) => [
  ...chain,
  next(chain, 'pass', accountId, role),
]

test('an industry certificate goes through every step of the unit channel to the worker’s card', () => {
  let chain: Action[] = [filed(industry)]
  const seen: (StepKind | undefined)[] = []
  const people: [string, Role][] = [
    ['hr', 'hrOfficer'],
    ['officer', 'unionOfficer'],
    ['point', 'filingPoint'],
    ['district', 'districtReviewer'],
    ['verifier', 'verifier'],
  ]
  for (const [who, role] of people) {
    seen.push(fold(chain).step)
    chain = pass(chain, who, role)
  }
  assert.deepEqual([...seen, fold(chain).step], industry)
  for (const kind of ['approve', 'award', 'pay'] as const) chain = [...chain, next(chain, kind, kind, 'approver')]
  assert.equal(fold(chain).state, 'paid')
})

test('a correction of a printed box goes back to the first step, one of files to who sent it back', () => {
  const atDistrict = pass(pass([filed(common)], 'officer', 'unionOfficer'), 'point', 'filingPoint')
  const returned = [...atDistrict, next(atDistrict, 'return', 'district', 'districtReviewer')]
  assert.deepEqual(fold(returned), {
    version: 4,
    state: 'returned',
    steps: common,
    step: 'secondReview',
    returnedUntil: until,
    receivedAt: at,
  })
  const resubmitted = next(returned, 'resubmit', 'worker', 'worker')
  assert.equal(fold([...returned, resubmitted]).step, 'secondReview')
  assert.equal(fold([...returned, { ...resubmitted, printedBoxChanged: true }]).step, 'firstReview')
})

test('undo takes back one’s own last decision, once, and never forwarding', () => {
  const passed = pass([filed(common)], 'officer', 'unionOfficer')
  const undone = [...passed, next(passed, 'undo', 'officer', 'unionOfficer')]
  assert.deepEqual(fold(undone), { ...fold([filed(common)]), version: 3 })
  assert.throws(
    () => fold([...undone, { ...next(undone, 'undo', 'officer', 'unionOfficer'), step: 'firstReview' }]),
    IllegalAction,
  )
  const forwarded = pass(passed, 'point', 'filingPoint')
  assert.equal(mayAct(fold(forwarded), actor('point', 'filingPoint'), 'undo', forwarded.at(-1)).allowed, false)
  assert.equal(mayAct(fold(passed), actor('colleague', 'unionOfficer'), 'undo', passed.at(-1)).allowed, false)
})

const actor = (accountId: string, role: Role, holds?: Duty): Actor => ({
  accountId,
  role,
  isApplicant: accountId === 'worker',
  ...(holds && { holds }),
})

test('nobody decides their own application, and one person holds one duty', () => {
  const filing = fold([filed(common)])
  assert.deepEqual(mayAct(filing, { ...actor('worker', 'unionOfficer') }, 'pass'), {
    allowed: false,
    why: 'act.own-application',
  })
  assert.deepEqual(mayAct(filing, actor('x', 'unionOfficer', 'secondReview'), 'pass'), {
    allowed: false,
    why: 'act.four-eyes',
    holds: 'secondReview',
  })
  assert.deepEqual(mayAct(filing, actor('x', 'districtReviewer'), 'pass'), { allowed: false, why: 'act.not-your-step' })
  assert.deepEqual(mayAct(filing, { ...actor('x', 'districtReviewer'), standsInFor: ['firstReview'] }, 'pass'), {
    allowed: true,
  })
})

test('a decline is looked at again once, by somebody else; overturned, it goes on where it was declined', () => {
  const reviewed = pass(pass([filed(common)], 'officer', 'unionOfficer'), 'point', 'filingPoint')
  const declined = [...reviewed, next(reviewed, 'decline', 'district', 'districtReviewer')]
  assert.equal(mayAct(fold(declined), actor('other', 'worker'), 'requestReReview').allowed, false)
  const asked = [...declined, next(declined, 'requestReReview', 'worker', 'worker')]
  assert.equal(fold(asked).step, 'secondReview')
  assert.deepEqual(
    mayAct(fold(asked), { ...actor('district', 'districtReviewer', 'secondReview'), declinedIt: true }, 'uphold'),
    { allowed: false, why: 'act.re-review-by-another' },
  )
  const overturned = [...asked, next(asked, 'overturn', 'colleague', 'districtReviewer')]
  assert.equal(fold(overturned).state, 'inReview')
  assert.equal(fold(overturned).step, 'secondReview')
  const again = [...overturned, next(overturned, 'decline', 'colleague', 'districtReviewer')]
  assert.equal(mayAct(fold(again), actor('worker', 'worker'), 'requestReReview').allowed, false, 'only once')
  const upheld = [...asked, next(asked, 'uphold', 'colleague', 'districtReviewer')]
  assert.equal(fold(upheld).state, 'declined')
  assert.equal(mayAct(fold(upheld), actor('worker', 'worker'), 'requestReReview').allowed, false, 'only once')
})

test('filed under the wrong union it starts over at the right one and keeps its place, until verification has it', () => {
  const atDistrict = pass(pass([filed(common)], 'officer', 'unionOfficer'), 'point', 'filingPoint')
  const moved = [...atDistrict, next(atDistrict, 'redirect', 'district', 'districtReviewer')]
  assert.equal(fold(moved).step, 'firstReview')
  assert.equal(fold(moved).receivedAt, at)
  const verified = pass(atDistrict, 'district', 'districtReviewer')
  assert.equal(mayAct(fold(verified), actor('district', 'districtReviewer'), 'redirect').allowed, false)
  assert.equal(mayAct(fold(verified), actor('verifier', 'verifier'), 'redirect').allowed, false)
})

test('final approval sends a line back to verification; an objection granted ends the other claim', () => {
  let chain: Action[] = [filed(common)]
  for (const [who, role] of people.filter(([, role]) => role !== 'worker' && role !== 'hrOfficer').slice(0, 3))
    chain = pass(chain, who, role === 'unionOfficer' && who === 'worker' ? 'filingPoint' : role)
  while (fold(chain).step !== 'finalApproval') chain = pass(chain, 'verifier', 'verifier')
  const back = [...chain, next(chain, 'sendBack', 'approver', 'approver')]
  assert.equal(fold(back).step, 'verification')
  const displaced = [...back, next(back, 'displace', 'verifier', 'verifier')]
  assert.equal(fold(displaced).state, 'declined')
  assert.equal(mayAct(fold(displaced), actor('worker', 'worker'), 'requestReReview').allowed, false)
})

const people: readonly [string, Role][] = [
  ['worker', 'worker'],
  ['other', 'worker'],
  ['hr', 'hrOfficer'],
  ['officer', 'unionOfficer'],
  ['worker', 'unionOfficer'],
  ['point', 'filingPoint'],
  ['district', 'districtReviewer'],
  ['both', 'districtReviewer'],
  ['both', 'verifier'],
  ['verifier', 'verifier'],
  ['approver', 'approver'],
  ['verifier', 'approver'],
]

test('whatever people do in whatever order: what the table allows folds, what it refuses changes nothing', () => {
  const step = fc.tuple(fc.constantFrom(...people), fc.constantFrom(...actionKinds))
  fc.assert(
    fc.property(fc.constantFrom(common, industry), fc.array(step, { maxLength: 60 }), (steps, attempts) => {
      let chain: Action[] = [filed(steps)]
      const duties = new Map<string, Duty>()
      for (const [[who, role], kind] of attempts) {
        const before = fold(chain)
        const allowed = mayAct(before, actor(who, role, duties.get(who)), kind, chain.at(-1)).allowed
        if (!allowed) continue
        const action = next(chain, kind, who, role)
        const duty = dutyTaken(action.kind, action.step, role)
        if (duty) {
          assert.ok(duties.get(who) === undefined || duties.get(who) === duty, `${who} holds two duties`)
          assert.notEqual(who, 'worker', 'decided their own')
          duties.set(who, duty)
        }
        chain = [...chain, action]
        const after = fold(chain)
        assert.equal(after.version, chain.length)
        assert.equal(after.step !== undefined, ['inReview', 'returned', 'reReview'].includes(after.state))
        assert.equal(after.receivedAt, at, 'whatever happens to it, it keeps its place')
        // Nothing but undo and the one re-review brings a dead application back.
        if (isDead(before.state)) assert.ok(kind === 'undo' || kind === 'requestReReview')
        assert.ok(chain.filter((each) => each.kind === 'requestReReview').length <= 1)
        if (after.state === 'approved') assert.ok(chain.some((each) => each.kind === 'approve'))
      }
    }),
    { numRuns: 500 },
  )
})
