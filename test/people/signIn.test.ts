import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DemoAccounts, SecurityView } from '../../contract/people.ts'
import type { SessionList, SessionView } from '../../contract/session.ts'
import { type Client, sentCode, withApp } from '../app.ts'

const minuteMs = 60_000
const world = await withApp()

const known = async (loginName: string) => {
  const { body } = await world.client().ask<DemoAccounts>('GET', '/api/v1/demo/accounts')
  const { password, code } = body.accounts.find((account) => account.loginName === loginName)!
  return { loginName, password, code }
}
const enter = (typed: object) => world.client().ask('POST', '/api/v1/sign-in/staff', typed)
const askCode = (phone: string) => world.client().ask('POST', '/api/v1/sign-in/codes', { phone })
const signInWorker = (phone: string, code: string) =>
  world.client().ask('POST', '/api/v1/sign-in/worker', { phone, code })
const owner = (text: string, values: unknown[] = []) => world.database.owner.query(text, values)
const whoAmI = async (browser: Client) => (await browser.ask<SessionView>('GET', '/api/v1/session')).body.account

describe('staff', () => {
  test('five failures lock a name for a quarter of an hour, whether anybody has it or not', async () => {
    const right = await known('lianshu.gonghui')
    for (const loginName of [right.loginName, 'nobody.at-all']) {
      for (let time = 1; time <= 4; time++) {
        const { status, body } = await enter({ loginName, password: 'wrong password', code: '000000' })
        assert.deepEqual([status, body.code], [401, 'sign-in.wrong'], `${loginName} ${time}`)
      }
      for (let time = 5; time <= 6; time++) {
        const { status, body } = await enter({ loginName, password: 'wrong password', code: '000000' })
        assert.deepEqual([status, body.code], [429, 'sign-in.locked'], `${loginName} ${time}`)
        assert.match(body.title, /锁到\d\d:\d\d。/)
      }
    }
    assert.equal((await enter(right)).body.code, 'sign-in.locked')

    const security = await world.staff('anquan')
    const { locked, limits } = (await security.ask<SecurityView>('GET', '/api/v1/security')).body
    assert.deepEqual([limits.attempts, limits.lockMinutes], [5, 15])
    assert.deepEqual(
      locked.map((account) => account.loginName),
      ['lianshu.gonghui'],
    )
    assert.equal((await security.ask('POST', `/api/v1/accounts/${locked[0]!.accountId}/unlock`, {})).status, 204)
    assert.equal((await enter(await known('lianshu.gonghui'))).status, 200)
    const kinds = await owner("select kind from audit_event where kind in ('sign-in.locked', 'account.unlocked')")
    assert.equal(kinds.rowCount, 3)
  })

  test('a lock ends by itself, and counts anew', async () => {
    const { loginName } = await known('hulan.gonghui')
    const wrong = { loginName, password: 'wrong password', code: '000000' }
    for (let time = 1; time <= 5; time++) await enter(wrong)
    await owner('update account set locked_until = $2 where login_name = $1', [loginName, Date.now() - 1])
    assert.equal((await enter(wrong)).body.code, 'sign-in.wrong')
    assert.equal((await enter(await known(loginName))).status, 200)
  })

  test('password and code must both be right, and a code is good once', async () => {
    const typed = await known('pudong.fushen1')
    assert.equal((await enter({ ...typed, password: `${typed.password}x` })).body.code, 'sign-in.wrong')
    assert.equal((await enter({ ...typed, code: typed.code === '123456' ? '654321' : '123456' })).status, 401)
    assert.equal((await enter(typed)).status, 200)
    assert.equal((await enter(typed)).body.code, 'sign-in.wrong')
    assert.notEqual((await known('pudong.fushen1')).code, typed.code)
  })

  test('of ten equal sign-ins at once one succeeds', async () => {
    const typed = await known('pudong.caiwu1')
    const answers = await Promise.all(Array.from({ length: 10 }, () => enter(typed)))
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  })

  test('sessions are listed, revoked, and end when idle or too old', async () => {
    const first = await world.staff('zhongxin.shenhe1')
    const second = await world.staff('zhongxin.shenhe1')
    const { sessions } = (await second.ask<SessionList>('GET', '/api/v1/sessions')).body
    assert.equal(sessions.length, 2)
    const other = sessions.find(({ current }) => !current)!
    assert.equal(other.device, 'Chrome · Windows')
    const stranger = await world.staff('zhongxin.shenhe2')
    assert.equal((await stranger.ask('DELETE', `/api/v1/sessions/${other.id}`)).status, 404)
    assert.equal((await second.ask('DELETE', `/api/v1/sessions/${other.id}`)).status, 204)
    assert.equal(await whoAmI(first), undefined)
    assert.equal((await first.ask('GET', '/api/v1/sessions')).status, 401)

    const secondId = sessions.find(({ current }) => current)!.id
    await owner('update session set last_seen_at = $2 where id = $1', [secondId, Date.now() - 29 * minuteMs])
    assert.equal((await whoAmI(second))?.name, '孙牧之')
    await owner('update session set last_seen_at = $2 where id = $1', [secondId, Date.now() - 30 * minuteMs])
    assert.equal(await whoAmI(second), undefined)
    const ended = await owner('select ended_why from session where id = $1', [secondId])
    assert.equal(ended.rows[0].ended_why, 'idle')

    const { sessions: left } = (await stranger.ask<SessionList>('GET', '/api/v1/sessions')).body
    await owner('update session set expires_at = $2 where id = $1', [left[0]!.id, Date.now()])
    assert.equal(await whoAmI(stranger), undefined)
  })

  test('tokens are stored hashed only; signing out ends the session', async () => {
    const browser = await world.staff('shi.caiwu1')
    const token = browser.cookie!.split('=')[1]!
    const { rows } = await owner('select token_hash from session')
    assert.ok(
      rows.every(({ token_hash }) => token_hash.length === 32 && !token_hash.equals(Buffer.from(token, 'base64url'))),
    )
    const cookie = browser.cookie
    assert.equal((await browser.ask('DELETE', '/api/v1/session')).status, 204)
    browser.cookie = cookie
    assert.equal(await whoAmI(browser), undefined)
  })

  test('one who holds two posts acts in one at a time, and in nobody else’s', async () => {
    const browser = await world.staff('jingmang.gonghui')
    const account = (await whoAmI(browser))!
    assert.deepEqual([account.appointment?.role, account.appointments.length], ['unionOfficer', 2])
    const hr = account.appointments.find(({ role }) => role === 'hrOfficer')!
    await browser.ask('PUT', '/api/v1/session/appointment', { appointmentId: hr.id })
    assert.equal((await whoAmI(browser))?.appointment?.role, 'hrOfficer')
    const others = (await whoAmI(await world.staff('jidian.caiwu1')))!.appointments[0]!
    const stolen = await browser.ask('PUT', '/api/v1/session/appointment', { appointmentId: others.id })
    assert.equal(stolen.body.code, 'sign-in.appointment')
  })

  test('a disabled account is out at once and stays out', async () => {
    const browser = await world.staff('baoshan.caiwu1')
    const { id } = (await whoAmI(browser))!
    const security = await world.staff('anquan')
    assert.equal((await security.ask('POST', `/api/v1/accounts/${id}/disable`, {})).status, 204)
    assert.equal(await whoAmI(browser), undefined)
    assert.equal((await enter(await known('baoshan.caiwu1'))).body.code, 'sign-in.wrong')
  })
})

describe('workers', () => {
  test('a phone number that is none is refused; one that nobody has is answered like any other', async () => {
    assert.equal((await askCode('12345')).body.code, 'sign-in.phone')
    await world.worker('13900002221')
    const unknown = await askCode('13900002222')
    assert.deepEqual([unknown.status, Object.keys(unknown.body)], [200, ['resendAfterSeconds', 'validSeconds']])
  })

  test('a code is good once, for its phone, and until it is wrong five times', async () => {
    const phone = '13900002223'
    await askCode(phone)
    const code = await sentCode(world.client(), phone)
    assert.equal((await signInWorker('13900002224', code)).body.code, 'sign-in.code-expired')
    assert.equal((await signInWorker(phone, code)).status, 200)
    assert.equal((await signInWorker(phone, code)).body.code, 'sign-in.code-expired')
    assert.equal((await askCode(phone)).body.code, 'sign-in.code-wait')

    const other = '13900002225'
    await askCode(other)
    const right = await sentCode(world.client(), other)
    const wrong = right === '111111' ? '222222' : '111111'
    for (const left of [4, 3, 2, 1]) assert.equal((await signInWorker(other, wrong)).body.params?.left, left)
    assert.equal((await signInWorker(other, wrong)).body.code, 'sign-in.code-expired')
    assert.equal((await signInWorker(other, right)).body.code, 'sign-in.code-expired')
  })

  test('a code ends after five minutes, and a phone gets ten a day', async () => {
    const phone = '13900002226'
    const later = (milliseconds: number) =>
      owner('update one_time_code set sent_at = sent_at - $1::bigint, expires_at = expires_at - $1::bigint', [
        milliseconds,
      ])
    await askCode(phone)
    const code = await sentCode(world.client(), phone)
    await later(5 * minuteMs)
    assert.equal((await signInWorker(phone, code)).body.code, 'sign-in.code-expired')
    // Shifting codes back must not take them into yesterday in Shanghai.
    const answers: string[] = []
    for (let time = 2; time <= 11; time++) {
      await owner(
        'update one_time_code set sent_at = sent_at - 60000 where sent_at = (select max(sent_at) from one_time_code)',
      )
      const { status, body } = await askCode(phone)
      answers.push(status === 200 ? 'sent' : body.code)
    }
    const shanghaiMinuteOfDay = Math.floor((Date.now() + 8 * 60 * minuteMs) / minuteMs) % 1440
    if (shanghaiMinuteOfDay > 10) assert.deepEqual(answers, [...Array<string>(9).fill('sent'), 'sign-in.code-too-many'])
  })

  test('the same phone, however it is typed, is the same account; it is stored sealed', async () => {
    const typed = await world.worker('13900002227')
    await owner('update one_time_code set sent_at = sent_at - 60000')
    await askCode('+86 139-0000-2227')
    const code = await sentCode(world.client(), '13900002227')
    const again = world.client()
    await again.ask('POST', '/api/v1/sign-in/worker', { phone: '139 0000 2227', code })
    assert.equal((await whoAmI(again))?.id, (await whoAmI(typed))?.id)
    assert.equal((await whoAmI(typed))?.name, '139****2227')
    const { rows } = await owner("select * from account where kind = 'worker'")
    assert.doesNotMatch(JSON.stringify(rows), /13900002227/)
  })

  test('a gateway that is down is told, and no code is left behind', async () => {
    const { app, deps } = world
    const { buildApp } = await import('../../server/app.ts')
    const deaf = await buildApp({ ...deps, config: { ...deps.config, smsUrl: 'http://127.0.0.1:9/sms' } })
    const payload = { phone: '13900002228' }
    const response = await deaf.inject({
      method: 'POST',
      url: '/api/v1/sign-in/codes',
      payload,
      headers: { 'x-jiangsheng': '1' },
    })
    assert.deepEqual([response.statusCode, response.json().code], [503, 'sign-in.code-not-sent'])
    await deaf.close()
    assert.equal((await app.inject('/api/v1/session')).statusCode, 200)
  })
})
