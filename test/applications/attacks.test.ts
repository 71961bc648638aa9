/** What somebody with an account of their own may try on the claims of others, and on the desks that read theirs. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import type { DraftView, QueuePage } from '../../contract/applications.ts'
import { verifyChains } from '../../server/applications/actions.ts'
import { withApp } from '../app.ts'
import { act, draft, file, filed, idNumber, view } from './claim.ts'

const office = await withApp()
const worker = await office.worker('13800006021')
const other = await office.worker('13800006022')

const verify = () => verifyChains(office.database.worker, office.deps.secrets)

test('an id in capitals is the same id: what is sealed under it opens, and the desks can read it', async () => {
  const typed = await draft(worker, 1)
  const id = randomUUID()
  const { idFront, ...files } = typed.form.files!
  const form = { ...typed.form, files: { ...files, idFront: idFront!.toUpperCase() } }
  assert.equal((await worker.ask('PUT', `/api/v1/drafts/${id.toUpperCase()}`, { version: 0, form })).status, 200)
  assert.equal((await worker.ask('GET', '/api/v1/drafts')).status, 200)
  const saved = await worker.ask<DraftView>('GET', `/api/v1/drafts/${id}`)
  assert.equal((await file(worker, { ...saved.body, id: id.toUpperCase() })).status, 200)
  const officer = await office.staff('qiheng.gonghui')
  const { items } = (await officer.ask<QueuePage>('GET', '/api/v1/queue')).body
  assert.deepEqual(
    items.map((item) => item.id),
    [id],
  )
  const { files: shown } = await view(officer, id)
  assert.ok(shown.some((each) => each.id === idFront))
  const words = '填错了，重新申报。'
  await act(worker, id, { kind: 'withdraw', words }, randomUUID().toUpperCase())
  assert.equal((await view(officer, id)).history.at(-1)?.words, words)
  assert.ok(!('bad' in (await verify())))
})

test('under an id that somebody else’s application has no draft is kept, and whoever’s it is corrects it', async () => {
  const id = await filed(worker, 2)
  const { form } = await draft(other, 3)
  const planted = await other.ask('PUT', `/api/v1/drafts/${id}`, { version: 0, form })
  assert.deepEqual([planted.status, planted.body.code], [409, 'request.reused-id'])
  assert.equal((await other.ask('GET', `/api/v1/drafts/${id}`)).status, 404)
  assert.equal((await other.ask('PUT', `/api/v1/applications/${id}`, { draftVersion: 1 })).status, 404)
  const begun = await worker.ask<DraftView>('POST', `/api/v1/applications/${id}/draft`)
  assert.deepEqual([begun.status, begun.body.form.name], [200, '陆文轩2'])
  const saved = await worker.ask('PUT', `/api/v1/drafts/${id}`, { version: begun.body.version, form: begun.body.form })
  assert.equal(saved.status, 200)
})

test('a draft that was laid under an id before its application came is not shown as its correction', async () => {
  const id = await filed(worker, 9)
  const { form } = await draft(other, 10)
  const { owner } = office.database
  await owner.query('alter table draft disable trigger of_claim')
  const laid = await other.ask('PUT', `/api/v1/drafts/${id}`, { version: 0, form })
  await owner.query('alter table draft enable trigger of_claim')
  assert.equal(laid.status, 200)
  const refused = await worker.ask('POST', `/api/v1/applications/${id}/draft`)
  assert.deepEqual([refused.status, refused.body.code], [404, 'not-found'])
  const kept = await other.ask('PUT', `/api/v1/drafts/${id}`, { version: 1, form })
  assert.deepEqual([kept.status, kept.body.code], [409, 'request.reused-id'])
  const answer = await other.ask('PUT', `/api/v1/applications/${id}`, { draftVersion: 1 })
  assert.deepEqual([answer.status, answer.body.code], [409, 'request.reused-id'])
})

test('no id keeps an application out of what is verified', async () => {
  const { form } = await draft(other, 4)
  const id = '00000000-0000-0000-0000-000000000000'
  await other.ask('PUT', `/api/v1/drafts/${id}`, { version: 0, form })
  assert.equal((await file(other, { id, version: 1 } as DraftView)).status, 200)
  await office.database.owner.query('alter table application disable trigger user')
  await office.database.owner.query('update application set received_at = received_at - 1 where id = $1', [id])
  assert.deepEqual(await verify(), { bad: `application ${id}` })
  await office.database.owner.query('update application set received_at = received_at + 1 where id = $1', [id])
  await office.database.owner.query('alter table application enable trigger user')
})

test('a certificate that was first filed with other words is still found alike', async () => {
  const holder = idNumber(5)
  const first = await filed(worker, 5)
  // The same person's certificate of the same day and level under another number, first filed as somebody else's.
  const decoy = await filed(other, 6)
  await act(other, decoy, { kind: 'withdraw' })
  const again = await filed(other, 6, { idNumber: holder })
  const officer = await office.staff('qiheng.gonghui')
  assert.equal((await view(officer, again)).sameCertificateCases, 1)
  assert.equal((await view(officer, first)).sameCertificateCases, 1)
})

test('the pictures of a draft go with it; those that were filed stay', async () => {
  const { id, form } = await draft(worker, 7)
  const picture = form.files!.idFront!
  const stored = async () => {
    const shelf = await readdir(path.join(office.deps.config.dataDir, 'files', picture.slice(-2)))
    return shelf.filter((name) => name.startsWith(picture))
  }
  assert.equal((await stored()).length, 1)
  assert.equal((await other.ask('DELETE', `/api/v1/drafts/${id}`)).status, 204)
  assert.equal((await stored()).length, 1)
  assert.equal((await worker.ask('DELETE', `/api/v1/drafts/${id}`)).status, 204)
  assert.deepEqual(await stored(), [])
  assert.equal((await worker.ask('GET', `/api/v1/files/${picture}`)).status, 404)

  const application = await filed(worker, 8)
  await worker.ask('POST', `/api/v1/applications/${application}/draft`)
  await worker.ask('DELETE', `/api/v1/drafts/${application}`)
  const { files } = await view(worker, application)
  assert.equal(files.length, 4)
  for (const each of files) assert.equal((await worker.ask('GET', `/api/v1/files/${each.id}`)).status, 200)
})
