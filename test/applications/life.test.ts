/** Random actions by random people, through the real server: never an illegal state, never two awards, books balanced. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ApplicationView, DraftView } from '../../contract/applications.ts'
import type { ApprovalLists } from '../../contract/payments.ts'
import { verifyChains } from '../../server/applications/actions.ts'
import { inScope } from '../../server/db/open.ts'
import { verifyLedger } from '../../server/ledger/ledger.ts'
import type { Client } from '../app.ts'
import { withApp } from '../app.ts'
import { draft, file, readPolicy, upload } from './claim.ts'

const office = await withApp()
const workers = [await office.worker('13800000001'), await office.worker('13800000002')] as const
const policy = await readPolicy(workers[0])

const logins = [
  'qiheng.gonghui',
  'gongyequ.shenbao',
  'jiading.fushen1',
  'jiading.fushen2',
  'zhongxin.shenhe1',
  'zhongxin.shenhe2',
  'shi.zhongshen1',
] as const
const staff = Object.fromEntries(
  await Promise.all(logins.map(async (login) => [login, await office.staff(login)] as const)),
) as Record<(typeof logins)[number], Client>

type Who = (typeof logins)[number] | 'worker1' | 'worker2'
const kinds = [
  'onward',
  'onward',
  'onward',
  'onward',
  'file',
  'pass',
  'pass',
  'pass',
  'pass',
  'return',
  'decline',
  'undo',
  'withdraw',
  'resubmit',
  'amend',
  'check',
  'list',
  'approve',
] as const
type Command = {
  readonly who: Who
  readonly kind: (typeof kinds)[number]
  readonly certificate: number
  readonly stale: boolean
}
const command: fc.Arbitrary<Command> = fc.record({
  who: fc.constantFrom<Who>(...logins, 'worker1', 'worker2'),
  kind: fc.constantFrom(...kinds),
  certificate: fc.nat(1),
  stale: fc.boolean(),
})

const rightful = {
  firstReview: 'qiheng.gonghui',
  forwarding: 'gongyequ.shenbao',
  secondReview: 'jiading.fushen1',
  verification: 'zhongxin.shenhe1',
} as const

const clientOf = (who: Who): Client => (who === 'worker1' ? workers[0] : who === 'worker2' ? workers[1] : staff[who])

/** One world of two certificates and two workers who both claim them. */
class World {
  readonly drafts = new Map<string, DraftView>()
  readonly applications = new Map<number, string>()
  readonly serial: number
  constructor(serial: number) {
    this.serial = serial
  }

  async run({ who, kind, certificate, stale }: Command): Promise<number> {
    const client = clientOf(who)
    if (kind === 'file') return this.file(client, who, certificate)
    if (kind === 'list') return (await client.ask('PUT', `/api/v1/approval-lists/${randomUUID()}`, {})).status
    if (kind === 'approve') return this.approve(client)
    const id = this.applications.get(certificate)
    if (!id) return 0
    const seen = await client.ask<ApplicationView>('GET', `/api/v1/applications/${id}`)
    if (seen.status !== 200) return seen.status
    const { version, step } = seen.body
    if (kind === 'check') return this.check(client, id)
    if (kind === 'onward') return this.onward(id)
    const expectedVersion = Math.max(1, version - (stale && version > 1 ? 1 : 0))
    const reason = policy.reasons.find((each) => each.outcome === kind && step && each.steps.includes(step))
    const decision = { reasons: [reason?.id ?? 'none'], words: '请看理由。' }
    const message = {
      pass: { membershipConfirmed: true, words: '已核对。' },
      return: decision,
      decline: decision,
      undo: { words: '点错了。' },
      withdraw: {},
      amend: await this.correct(client, id),
      resubmit: await this.correct(client, id),
    }[kind]
    return (
      await client.ask('PUT', `/api/v1/applications/${id}/actions/${randomUUID()}`, {
        kind,
        expectedVersion,
        ...message,
      })
    ).status
  }

  /** Who has the case passes it: without this, chance alone hardly ever reaches an award. */
  async onward(id: string): Promise<number> {
    const { rows } = await office.database.owner.query('select step, version from application where id = $1', [id])
    const { step, version } = rows[0]
    const who = rightful[step as keyof typeof rightful]
    if (!who) return 0
    if (step === 'verification') await this.check(staff[who], id)
    const message = { kind: 'pass', expectedVersion: version, membershipConfirmed: true, words: '已核对。' }
    return (await staff[who].ask('PUT', `/api/v1/applications/${id}/actions/${randomUUID()}`, message)).status
  }

  /** Drafts are made once for each person and certificate; filing one again is a repeat or a second claim. */
  async file(client: Client, who: Who, certificate: number): Promise<number> {
    if (who !== 'worker1' && who !== 'worker2')
      return (await client.ask('PUT', `/api/v1/applications/${randomUUID()}`, { draftVersion: 1 })).status
    const key = `${who} ${certificate}`
    const saved = this.drafts.get(key) ?? (await draft(client, this.serial + certificate))
    this.drafts.set(key, saved)
    const answer = await file(client, saved)
    if (answer.status === 200) this.applications.set(certificate, answer.body.id)
    return answer.status
  }

  async correct(client: Client, id: string): Promise<{ draftVersion: number }> {
    const opened = await client.ask<DraftView>('POST', `/api/v1/applications/${id}/draft`, {})
    if (opened.status !== 200) return { draftVersion: 1 }
    const { form, version } = opened.body
    const changed = { ...form, declared: true, employerPhone: String(Number(form.employerPhone ?? '0') + 1) }
    const saved = await client.ask<DraftView>('PUT', `/api/v1/drafts/${id}`, { version, form: changed })
    return { draftVersion: saved.body.version ?? version }
  }

  async check(client: Client, id: string): Promise<number> {
    if (client !== staff['zhongxin.shenhe1'] && client !== staff['zhongxin.shenhe2']) {
      return (
        await client.ask('PUT', `/api/v1/applications/${id}/checks/${randomUUID()}`, {
          source: '官网',
          outcome: 'unavailable',
          shown: {},
        })
      ).status
    }
    const evidenceFileId = await upload(client, 'registerEvidence')
    const shown = { level: 'technician', issuedOn: '2025-11-20', holderMatches: true, valid: true }
    return (
      await client.ask('PUT', `/api/v1/applications/${id}/checks/${randomUUID()}`, {
        source: '官网',
        outcome: 'pass',
        shown,
        evidenceFileId,
      })
    ).status
  }

  async approve(client: Client): Promise<number> {
    const lists = await client.ask<ApprovalLists>('GET', '/api/v1/approval-lists')
    const open = lists.status === 200 ? lists.body.lists.find((list) => list.approvedAt === undefined) : undefined
    return (
      await client.ask('PUT', `/api/v1/approval-lists/${open?.id ?? randomUUID()}/approval`, {
        documentNumber: '沪工总〔2026〕1号',
      })
    ).status
  }
}

async function invariants(): Promise<void> {
  const chains = await verifyChains(office.database.worker, office.deps.secrets)
  assert.ok(!('bad' in chains), JSON.stringify(chains))
  const ledger = await inScope(office.database.worker, { kind: 'job', job: 'verify' }, (trx) =>
    verifyLedger(trx, office.deps.secrets),
  )
  assert.ok(!('bad' in ledger), JSON.stringify(ledger))
  const { rows } = await office.database.owner.query(`
    select (select count(*) from (select certificate_id from application where state not in ('declined', 'withdrawn') group by 1 having count(*) > 1) t)::int as live,
      (select count(*) from (select certificate_id from award group by 1 having count(*) > 1) t)::int as awards,
      (select count(*) from application a where a.state in ('approved', 'awarded', 'paid') and not exists (select from award w where w.application_id = a.id))::int as unawarded,
      (select count(*) from duty d join application a on a.id = d.application_id where d.account_id = a.account_id)::int as own`)
  assert.deepEqual(rows[0], { live: 0, awards: 0, unawarded: 0, own: 0 })
}

test('whatever people do, in whatever order, nothing illegal ever stands', { timeout: 240_000 }, async () => {
  let worlds = 0
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 40, maxLength: 60, size: 'max' }), async (commands) => {
      const world = new World(600 + worlds++ * 2)
      // One certificate is carried to its award first, so that there is something to award twice.
      const first = [
        ['worker2', 'file'],
        ...Array.from({ length: 4 }, () => ['worker2', 'onward'] as const),
        ['zhongxin.shenhe2', 'list'],
        ['shi.zhongshen1', 'approve'],
      ] as const
      for (const [who, kind] of first) await world.run({ who, kind, certificate: 1, stale: false })
      await world.run({ who: 'worker1', kind: 'file', certificate: 0, stale: false })
      for (const each of commands) {
        const status = await world.run(each)
        assert.ok(status < 500, `${JSON.stringify(each)} answered ${status}`)
      }
      await invariants()
    }),
    { numRuns: 4, endOnFailure: true },
  )
  const { rows } = await office.database.owner.query('select count(*)::int as n from award')
  assert.ok(rows[0].n >= worlds, 'no awards, so nothing was proven about them')
})
