/** What the certificate register answers (clauses 四.一.4 and 四.二.2). Silence is neither yes nor no. */
import type { Facts, Finding, RegisterAnswer } from '../facts.ts'
import type { EvidenceBasis } from '../certificateEvidence.ts'
import {
  addWorkingDays,
  daysBetween,
  inChinese,
  inChineseWithoutYear,
  plainDate,
  shanghaiDate,
  UnknownYear,
} from '../dates.ts'
import { levelTitles, readingNumber, type ChannelRules, type Policy } from '../policy.ts'
import { met, unknown, unmet } from './finding.ts'
import { normaliseOccupationCode, normaliseOccupationName } from './occupation.ts'

type Found = Extract<RegisterAnswer, { outcome: 'found' }>

export function register(policy: Policy, rules: ChannelRules, facts: Facts): Finding[] {
  const cite = rules.verification
  const answer = facts.register
  if (facts.inquiredOn && answer?.outcome !== 'found') {
    return [
      unknown('register', cite, 'wait', {
        says: `证书已函询，${inChineseWithoutYear(facts.inquiredOn)}发函，还没有回`,
        advice: '收到回函后接着办，你现在不用做什么。',
      }),
    ]
  }
  if (answer === undefined) return [unknown('register', cite, 'later', { says: '证书登记待核验' })]
  if (answer.outcome === 'unavailable') {
    return [
      unknown('register', cite, 'wait', { says: '证书登记系统还没有答复', advice: '还会再查，你现在不用做什么。' }),
    ]
  }
  if (answer.outcome === 'notFound') return [notFound(policy, rules, facts, answer.askedAt)]
  const findings = [...validity(rules, answer), ...differences(rules, facts, answer)]
  return findings.length > 0 ? findings : [met('register', cite, shownBy[answer.basis ?? 'site'])]
}

const shownBy: { readonly [B in EvidenceBasis]: string } = {
  site: '证书登记查到，有效，是本人的',
  copies: '登记系统查不了，凭复印件核对：有效，是本人的',
  inquiry: '凭函询的回函：有效，是本人的',
}

function notFound(policy: Policy, rules: ChannelRules, facts: Facts, askedAt: Facts['receivedAt']): Finding {
  const at = askedAt ?? facts.receivedAt
  const issuedOn = plainDate(facts.certificate.issuedOn ?? '')
  const days = readingNumber(policy, 'R16')
  if (at === undefined || issuedOn === undefined || mayStillCome()) {
    return unknown('register', rules.verification, 'wait', {
      says: '登记系统还没有这张证书，发证后要过些天才有',
      advice: '还会再查，你现在不用做什么。',
      reading: 'R16',
    })
  }
  return unmet('register', rules.verification, 'return', {
    says: `发证已过${days}个工作日，证书登记里没有这个编号`,
    advice: '先核对编号；编号没错，补交评价机构的证明。',
    reading: 'R16',
  })

  function mayStillCome(): boolean {
    const asked = shanghaiDate(at!)
    // No holidays stretch n working days past 3n calendar days: long ago needs no calendar of that year.
    if (daysBetween(issuedOn!, asked) > 3 * days) return false
    try {
      return asked <= addWorkingDays(policy.calendar, issuedOn!, days)
    } catch (error) {
      if (error instanceof UnknownYear) return true
      throw error
    }
  }
}

function validity(rules: ChannelRules, { valid, holderMatches }: Found): Finding[] {
  const cite = rules.verification
  const findings: Finding[] = []
  if (valid === false) {
    const advice = '问评价机构为什么失效；恢复有效后可以再申报。'
    findings.push(unmet('registerValid', cite, 'refuse', { says: '证书登记里这张证书已失效', advice }))
  }
  if (holderMatches === false) {
    const advice = '先核对姓名、证件号和编号；登记错了，请评价机构更正后再申报。'
    findings.push(unmet('registerHolder', cite, 'refuse', { says: '证书登记里的持证人不是申请人', advice }))
  }
  if (findings.length === 0 && (valid === undefined || holderMatches === undefined)) {
    const advice = '还会再查，你现在不用做什么。'
    findings.push(unknown('register', cite, 'wait', { says: '证书登记的答复还不完整', advice }))
  }
  return findings
}

/** Never the higher sum, never the register's word in place of the applicant's: the claim goes back, showing both (R21). */
function differences(rules: ChannelRules, facts: Facts, answer: Found): Finding[] {
  const { level, issuedOn, occupationCode, occupationName } = facts.certificate
  const findings: Finding[] = []
  const differs = (condition: string, what: string, here: string, there: string) =>
    findings.push(
      unmet(condition, rules.verification, 'return', {
        says: `${what}：填的是${here}，证书登记是${there}`,
        advice: '请对照证书改；证书和登记不一样，请评价机构更正登记。',
        reading: 'R21',
      }),
    )
  if (answer.level && level && answer.level !== level)
    differs('registerLevel', '等级', levelTitles[level], levelTitles[answer.level])
  if (answer.issuedOn && issuedOn && answer.issuedOn !== issuedOn) {
    const say = (text: string) => {
      const date = plainDate(text)
      return date ? inChinese(date) : text
    }
    differs('registerDate', '发证日期', say(issuedOn), say(answer.issuedOn))
  }
  const [ownCode, theirCode] = [
    normaliseOccupationCode(occupationCode ?? ''),
    normaliseOccupationCode(answer.occupationCode ?? ''),
  ]
  const [ownName, theirName] = [
    normaliseOccupationName(occupationName ?? ''),
    normaliseOccupationName(answer.occupationName ?? ''),
  ]
  const codesDiffer = ownCode !== undefined && theirCode !== undefined && ownCode !== theirCode
  const namesDiffer = ownName !== '' && theirName !== '' && ownName !== theirName
  if (codesDiffer || namesDiffer) {
    const [here, there] = namesDiffer ? [occupationName!, answer.occupationName!] : [ownCode!, theirCode!]
    differs('registerOccupation', '职业（工种）', here, there)
  }
  return findings
}
