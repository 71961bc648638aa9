/** 问题和建议: every officer writes, the centre answers, the writer reads; nobody else does. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { CommonAnswers, FeedbackCounts, FeedbackPage, FeedbackView } from '../../contract/feedback.ts'
import { type Client, withApp } from '../app.ts'
import { filed, view } from '../applications/claim.ts'

const office = await withApp()
let officer: Client, elsewhere: Client, centre: Client, worker: Client
let receipt: string

before(async () => {
  officer = await office.staff('qiheng.gonghui')
  elsewhere = await office.staff('pudong.fushen1')
  centre = await office.staff('zhongxin.shenhe1')
  worker = await office.worker('13800006021')
  receipt = (await view(worker, await filed(worker, 811))).receiptNumber
})

const write = (by: Client, body: object, id: string = randomUUID()) =>
  by.ask<FeedbackView & { code: string }>('PUT', `/api/v1/feedback/${id}`, body)
const counts = async (by: Client) => (await by.ask<FeedbackCounts>('GET', '/api/v1/feedback/counts')).body
const words = '有会员卡的职工问能不能改收款账户'

test('no worker writes; nobody but the centre answers, publishes or reads other people’s', async () => {
  const problem = { kind: 'problem', words }
  assert.equal((await write(office.client(), problem)).status, 401)
  assert.equal((await write(worker, problem)).status, 403)
  assert.equal((await worker.ask('GET', '/api/v1/common-answers')).status, 403)
  const { body } = await write(elsewhere, problem)
  for (const name of ['qiheng.gonghui', 'shi.zhongshen1', 'zhongxin.caiwu1']) {
    const by = await office.staff(name)
    assert.equal((await by.ask('GET', '/api/v1/feedback?view=open')).status, 403)
    const answer = await by.ask('PUT', `/api/v1/feedback/${body.id}/answers/${randomUUID()}`, { words: '可以' })
    assert.equal(answer.status, 403)
    const published = { question: '能不能改', answer: '可以' }
    assert.equal((await by.ask('PUT', `/api/v1/common-answers/${randomUUID()}`, published)).status, 403)
    const own = await by.ask<FeedbackPage>('GET', '/api/v1/feedback')
    assert.deepEqual(own.body.feedback, [])
  }
  const repeated = await write(officer, problem, body.id)
  assert.equal(repeated.body.code, 'request.reused-id')
})

test('every staff role writes, also those that see no case', async () => {
  for (const name of ['shenji', 'xitong', 'anquan', 'jingshen', 'zhongxin.zixun', 'jiading.caiwu1', 'shi.caiwu1']) {
    const { status, body } = await write(await office.staff(name), {
      kind: 'suggestion',
      words: '建议写清楚材料怎么拍',
    })
    assert.equal(status, 200, `${name} ${JSON.stringify(body)}`)
  }
})

test('about a case only by who sees it', async () => {
  const about = { kind: 'problem', words, receiptNumber: receipt }
  const { body } = await write(officer, about)
  assert.equal(body.application!.receiptNumber, receipt)
  const refused = await write(elsewhere, about)
  assert.deepEqual([refused.status, refused.body.code], [404, 'not-found'])
})

test('the answer arrives unread, once, and its words are sealed', async () => {
  const id = randomUUID()
  await write(officer, { kind: 'problem', words }, id)
  await write(officer, { kind: 'problem', words }, id)
  const open = (await counts(centre)).open
  const inbox = (await centre.ask<FeedbackPage>('GET', '/api/v1/feedback?view=open')).body.feedback
  assert.equal(inbox.filter((each) => each.id === id).length, 1)
  assert.deepEqual([inbox[0]!.by, inbox[0]!.roleTitle], ['邱丽萍', '基层工会'])
  const answer = `/api/v1/feedback/${id}/answers/${randomUUID()}`
  for (let times = 0; times < 2; times++)
    assert.equal((await centre.ask('PUT', answer, { words: '退回补正时职工自己改。' })).status, 200)
  assert.equal((await counts(centre)).open, open - 1)
  assert.deepEqual(await counts(officer), { unread: 1, open: 0 })
  const mine = (await officer.ask<FeedbackPage>('GET', '/api/v1/feedback')).body.feedback.find(
    (each) => each.id === id,
  )!
  assert.deepEqual([mine.unread, mine.answers.length, mine.answers[0]!.by], [true, 1, '孙牧之'])
  assert.equal((await elsewhere.ask('POST', '/api/v1/feedback/read', { ids: [id] })).status, 204)
  assert.equal((await counts(officer)).unread, 1, 'nobody reads it for the writer')
  await officer.ask('POST', '/api/v1/feedback/read', { ids: [id] })
  assert.equal((await counts(officer)).unread, 0)
  const { rows } = await office.database.owner.query(
    'select body from feedback union all select body from feedback_answer',
  )
  assert.doesNotMatch(JSON.stringify(rows), /会员卡|职工/)
})

test('an answer to all is read by every officer', async () => {
  const published = { question: '申请表上的问卷要不要填', answer: '自愿填，不填不影响申请。' }
  await centre.ask('PUT', `/api/v1/common-answers/${randomUUID()}`, published)
  for (const by of [officer, elsewhere, await office.staff('shenji')]) {
    const { body } = await by.ask<CommonAnswers>('GET', '/api/v1/common-answers')
    assert.equal(body.answers[0]!.answer, published.answer)
  }
})
