/** Who may claim: clause 一 (a member of a Shanghai union) and, where the channel asks for it, a valid member card. */
import type { Facts, Finding } from '../facts.ts'
import { inChinese, shanghaiDate } from '../dates.ts'
import type { ChannelRules, Policy } from '../policy.ts'
import { lastMoment, met, unknown, unmet } from './finding.ts'

export function membership(policy: Policy, facts: Facts): Finding[] {
  const { member, shanghaiUnion, since } = facts.membership
  const cite = policy.membership
  if (member === false) {
    return [
      unmet('membership', cite, 'refuse', {
        says: '还不是本市工会会员',
        advice: '向单位工会申请入会。申报当天已是会员即可。',
      }),
    ]
  }
  if (shanghaiUnion === false) {
    return [
      unmet('membership', cite, 'refuse', {
        says: '加入的不是本市工会',
        advice: '请单位工会把会员关系转到上海。申报当天已是本市工会会员即可。',
      }),
    ]
  }
  if (member === undefined || shanghaiUnion === undefined) {
    return [
      unknown('membership', cite, 'wait', { says: '还没有查到工会会员登记', advice: '还会核对，你现在不用做什么。' }),
    ]
  }
  if (since !== undefined && facts.receivedAt !== undefined && since > shanghaiDate(facts.receivedAt)) {
    return [
      unmet('membership', cite, 'return', {
        says: `${inChinese(since)}入会，晚于申报当天`,
        advice: `入会后再申报一次，${lastMoment(policy)}前收到即有效；入会日期不对，请单位工会更正。`,
        reading: 'R15',
      }),
    ]
  }
  return [met('membership', cite, '本市工会会员')]
}

export function memberCard(rules: ChannelRules, facts: Facts): Finding[] {
  if (!rules.requiresValidMemberCard || !rules.memberCard) return []
  const cite = rules.memberCard
  switch (facts.membership.memberCard) {
    case 'valid':
      return [met('memberCard', cite, '持有效的工会会员服务卡')]
    case 'none':
      return [
        unmet('memberCard', cite, 'refuse', {
          says: '没有工会会员服务卡',
          advice: '改用单位申报，可以用本人银行卡收款；也可以先向工会申请办卡。',
        }),
      ]
    case 'invalid':
      return [
        unmet('memberCard', cite, 'refuse', {
          says: '工会会员服务卡已失效',
          advice: '请单位工会恢复会员服务卡后再申报；也可以改用单位申报，用本人银行卡收款。',
        }),
      ]
    case 'notActivated':
      return [
        unmet('memberCard', cite, 'return', {
          says: '会员服务卡还没有激活',
          advice: '带身份证到银行柜台激活，再继续申报。',
        }),
      ]
    default:
      return [
        unknown('memberCard', cite, 'wait', {
          says: '还没有查到会员服务卡的状态',
          advice: '还会核对，你现在不用做什么。',
        }),
      ]
  }
}
