/** When: the certificate's issue date (clause 一) and the filing window (clause 二). */
import type { Facts, Finding } from '../facts.ts'
import { inChinese, inChineseWithoutYear, plainDate, shanghaiDate, type PlainDate } from '../dates.ts'
import { readingOf, type ChannelRules, type Policy } from '../policy.ts'
import { lastMoment, met, unknown, unmet } from './finding.ts'

export function issueDate(policy: Policy, facts: Facts): Finding[] {
  const cite = policy.issueDates
  const { from, to } = policy.issueDates
  const written = facts.certificate.issuedOn
  if (!written) {
    return [unknown('issueDate', cite, 'return', { says: '还没有发证日期', advice: '照着证书上的发证日期填。' })]
  }
  const issuedOn = plainDate(written)
  if (!issuedOn) {
    const [year, month, day] = written.split('-').map(Number)
    const says = /^\d{4}-\d{2}-\d{2}$/.test(written) ? `没有${year}年${month}月${day}日这一天` : '发证日期读不出来'
    return [unmet('issueDate', cite, 'return', { says, advice: '请对照证书改发证日期。' })]
  }
  const issued = `${inChinese(issuedOn)}发证`
  const consequence = inRange(policy, registerDate(facts)) ? 'return' : 'refuse'
  if (issuedOn < from) {
    return [
      unmet('issueDate', cite, consequence, {
        says: `${issued}，早于${inChinese(from)}`,
        advice: `这张证书不能申请。${inChinese(from)}以后取得的其他证书可以另测。`,
      }),
    ]
  }
  if (issuedOn > to) {
    return [
      unmet('issueDate', cite, consequence, {
        says: `${issued}，晚于${inChinese(to)}`,
        advice: '留好证书，等下一年度的通知。',
      }),
    ]
  }
  if (facts.receivedAt !== undefined && issuedOn > shanghaiDate(facts.receivedAt)) {
    return [
      unmet('issueDate', cite, inPast(facts, registerDate(facts)) ? 'return' : 'refuse', {
        says: `${inChinese(issuedOn)}还没到，证书还没有取得`,
        advice: `日期填错了就对照证书改；没填错，拿到证书后、${lastMoment(policy)}前再申报。`,
      }),
    ]
  }
  return [met('issueDate', cite, `${issued}，在期限内`, issuedOn === to ? 'R1' : undefined)]
}

/** What the register holds against a date that would be refused: the two differ, so the claim goes back (R21). */
const registerDate = (facts: Facts): PlainDate | undefined =>
  facts.register?.outcome === 'found' && facts.register.issuedOn !== undefined
    ? plainDate(facts.register.issuedOn)
    : undefined
const inRange = (policy: Policy, date: PlainDate | undefined) =>
  date !== undefined && date >= policy.issueDates.from && date <= policy.issueDates.to
const inPast = (facts: Facts, date: PlainDate | undefined) =>
  date !== undefined && facts.receivedAt !== undefined && date <= shanghaiDate(facts.receivedAt)

export function filingWindow(policy: Policy, rules: ChannelRules, facts: Facts): Finding[] {
  const cite = policy.window
  const { opensOn, closesOn, opensAt, closedAt } = policy.window
  const range = `${inChineseWithoutYear(opensOn)}—${inChineseWithoutYear(closesOn)}`
  const byUnion = readingOf(policy, 'R2').value === 'union' && rules.steps.some(({ kind }) => kind === 'forwarding')
  const receivedAt = byUnion ? facts.forwardedAt : facts.receivedAt
  if (receivedAt === undefined) {
    return [unknown('window', cite, 'later', { says: `申报时间是${range}，以收到时间为准` })]
  }
  const day = inChineseWithoutYear(shanghaiDate(receivedAt))
  const inside = receivedAt >= opensAt && receivedAt < closedAt
  if (!rules.boundToWindow) {
    if (inside) return [met('window', cite, `${day}收到名单，在申报时间内`)]
    return [met('window', cite, `${day}收到名单，名单另有截止日`, 'R7')]
  }
  if (receivedAt < opensAt) {
    return [
      unmet('window', cite, 'refuse', {
        says: `${inChineseWithoutYear(opensOn)}才开始申报`,
        advice: `${range}申报，到时再来。`,
      }),
    ]
  }
  if (receivedAt >= closedAt) {
    const phone = policy.contacts.find(({ channels }) => channels.includes(rules.id))?.phone
    return [
      unmet('window', cite, 'refuse', {
        says: `${lastMoment(policy)}已截止，没有收下`,
        advice: phone ? `你填的内容还在，可以打${phone}问。` : '你填的内容还在，可以问单位工会。',
      }),
    ]
  }
  if (facts.forwardedAt !== undefined && facts.forwardedAt >= closedAt) {
    const forwarded = inChineseWithoutYear(shanghaiDate(facts.forwardedAt))
    return [met('window', cite, `${day}在申报时间内；${forwarded}才报送，不影响`, 'R2')]
  }
  return [met('window', cite, `${day}在申报时间内，${lastMoment(policy)}截止`)]
}
