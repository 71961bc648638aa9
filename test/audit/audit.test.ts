import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AuditEvents } from '../../contract/people.ts'
import type { Instant } from '../../domain/dates.ts'
import { Altered, record, sealLot, verifyAudit } from '../../server/audit/audit.ts'
import { inScope } from '../../server/db/open.ts'
import { withApp } from '../app.ts'

const world = await withApp()

describe('the audit log', () => {
  const seal = () => sealLot(world.database.worker, world.deps.secrets, Date.now())
  const verify = () =>
    inScope(world.database.worker, { kind: 'job', job: 'verify' }, (trx) => verifyAudit(trx, world.deps.secrets))
  const owner = (text: string, values: unknown[] = []) => world.database.owner.query(text, values)
  const write = (note: number, meanwhile?: () => Promise<unknown>) =>
    inScope(world.deps.db, { kind: 'job', job: 'test' }, async (trx) => {
      const entry = { kind: 'file.viewed', objectKind: 'file', objectId: randomUUID() } as const
      await record(trx, world.deps.secrets, { ...entry, at: Date.now() as Instant, detail: { note, b: 'x', a: true } })
      await meanwhile?.()
    })
  /** Seals until nothing is left; transactions of other test files' databases may hold the bound back for a moment. */
  async function sealAll() {
    for (let tries = 0; tries < 800; tries++) {
      await seal()
      const { unsealed } = await verify()
      if (unsealed === 0) return
      await sleep(25)
    }
    assert.fail('events stayed unsealed')
  }
  const alteredRow = () =>
    verify().then(
      () => undefined,
      (error: Altered) => error.row,
    )

  beforeEach(sealAll)

  test('sealing beside many writers, some slow, misses nothing and seals nothing twice', async () => {
    let running = true
    const sealing = (async () => {
      while (running) {
        await seal()
        await sleep(5)
      }
    })()
    // Each round is sealed whole before the next, however long transactions elsewhere hold the horizon back.
    for (let round = 0; round < 3; round++) {
      await Promise.all(
        Array.from({ length: 8 }, async (_, writer) => {
          for (let n = 0; n < 5; n++) await write(writer * 100 + round * 5 + n, n === 0 ? () => sleep(20) : undefined)
        }),
      )
      await sealAll()
    }
    running = false
    await sealing
    await sealAll()
    const { rows } = await owner(
      `select (select count(*) from audit_event)::int events, (select sum(event_count) from audit_lot)::int sealed,
        (select count(*) from audit_event where kind = 'file.viewed')::int written, (select max(lot) from audit_lot)::int lots`,
    )
    assert.deepEqual([rows[0].events, rows[0].written], [rows[0].sealed, 120])
    assert.ok(rows[0].lots > 2)
  })

  test('an event of a transaction that still runs waits for the next lot', async () => {
    const before = await verify()
    await write(1, async () => {
      await write(2)
      await seal()
    })
    const between = await verify()
    assert.ok(between.unsealed >= 1)
    await sealAll()
    assert.equal((await verify()).events, before.events + 2)
  })

  test('an altered, a removed and an added event are named', async () => {
    await write(777)
    await sealAll()
    const { rows } = await owner("select id, detail, kind from audit_event where detail ->> 'note' = '777'")
    const { id, detail } = rows[0]
    await owner(`update audit_event set detail = '{"note": 8, "a": true, "b": "x"}' where id = $1`, [id])
    assert.equal(await alteredRow(), `audit_event ${id}`)
    await owner('update audit_event set detail = $2 where id = $1', [id, detail])
    assert.equal(await alteredRow(), undefined)
    await owner("update audit_event set kind = 'file.removed' where id = $1", [id])
    assert.equal(await alteredRow(), `audit_event ${id}`)
    await owner("update audit_event set kind = 'file.viewed' where id = $1", [id])

    const { lot } = (await owner('select max(lot) lot from audit_lot')).rows[0]
    const removed = await owner('delete from audit_event where id = $1 returning txid, at, mac, object_id', [id])
    assert.equal(await alteredRow(), `audit_lot ${lot}`)
    const { txid, at, mac, object_id } = removed.rows[0]
    const back = `insert into audit_event (id, txid, at, kind, object_kind, object_id, detail, mac)
      values ($1, $2::xid8, $3, 'file.viewed', 'file', $4, $5, $6)`
    await owner(back, [id, txid, at, object_id, detail, mac])
    assert.equal(await alteredRow(), undefined)
  })

  test('an altered lot is named', async () => {
    await write(9)
    await sealAll()
    const { lot, event_count } = (await owner('select lot, event_count from audit_lot order by lot desc limit 1'))
      .rows[0]
    await owner('update audit_lot set event_count = event_count + 1 where lot = $1', [lot])
    assert.equal(await alteredRow(), `audit_lot ${lot}`)
    await owner('update audit_lot set event_count = $2, sealed_at = sealed_at where lot = $1', [lot, event_count])
    assert.equal(await alteredRow(), undefined)
  })

  test('the auditor reads it page by page, newest first, with names', async () => {
    const auditor = await world.staff('shenji')
    for (let n = 0; n < 60; n++) await write(n)
    const first = (await auditor.ask<AuditEvents>('GET', '/api/v1/audit-events')).body
    assert.equal(first.events.length, 50)
    const seen = new Set(first.events.map(({ id }) => id))
    let cursor = first.nextCursor
    while (cursor) {
      const { body } = await auditor.ask<AuditEvents>('GET', `/api/v1/audit-events?cursor=${cursor}`)
      for (const { id } of body.events) seen.add(id)
      cursor = body.nextCursor
      const signIn = body.events.find(({ kind }) => kind === 'sign-in.succeeded')
      if (signIn) assert.deepEqual([signIn.title, signIn.who], ['登录', '严谨之'])
    }
    const { rows } = await owner('select count(*)::int n from audit_event')
    assert.equal(seen.size, rows[0].n)
  })
})
