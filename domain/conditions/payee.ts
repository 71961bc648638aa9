/** Where the money goes: one card of the applicant's own, of a kind the channel pays to. */
import type { Facts, Finding } from '../facts.ts'
import type { ChannelRules, Citation, Payee } from '../policy.ts'
import { met, unknown, unmet } from './finding.ts'

const titles: { readonly [P in Payee]: string } = { memberCard: '工会会员服务卡', bankCard: '本人银行卡' }

export function payee(rules: ChannelRules, facts: Facts): Finding[] {
  const cite: Citation = rules.payment
  const cards = rules.payees.map((kind) => titles[kind]).join('或')
  const chosen = facts.payee
  switch (chosen) {
    case undefined:
      return [unknown('payee', cite, 'later', { says: `打到${cards}` })]
    case 'none':
      return [unmet('payee', cite, 'return', { says: '还没有填收款的卡', advice: `填${cards}的卡号。` })]
    case 'several': {
      const advice = rules.payees.length > 1 ? '会员服务卡和银行卡只留一张。' : `只留${cards}。`
      return [unmet('payee', rules.payeeChoice ?? cite, 'return', { says: '收款的卡填了两张', advice })]
    }
    case 'thirdParty': {
      // Where only the member card is paid to, another's card is no choice of this channel at all.
      const consequence = rules.payees.length > 1 ? 'return' : 'refuse'
      return [unmet('payee', cite, consequence, { says: '收款的卡不是申请人本人的', advice: `改填${cards}的卡号。` })]
    }
    default:
      if (!rules.payees.includes(chosen)) {
        return [
          unmet('payee', cite, 'refuse', {
            says: `${rules.title}只能打到${cards}`,
            advice: `改用${cards}收款；要用${titles[chosen]}，改走单位申报。`,
          }),
        ]
      }
      return [chosen === 'memberCard' ? payToMemberCard(rules, facts) : met('payee', cite, `打到${titles[chosen]}`)]
  }
}

function payToMemberCard(rules: ChannelRules, facts: Facts): Finding {
  const problems = {
    none: { says: '选了会员服务卡收款，但没有会员服务卡', advice: '改用本人银行卡收款，或者先向工会申请办卡。' },
    invalid: { says: '选了会员服务卡收款，但卡已失效', advice: '改用本人银行卡收款，或者请单位工会恢复会员服务卡。' },
    notActivated: {
      says: '选了会员服务卡收款，但卡还没有激活',
      advice: '带身份证到银行柜台激活，或者改用本人银行卡收款。',
    },
  }
  const state = facts.membership.memberCard
  // Where the channel itself demands a valid card, `memberCard` already says what is wrong with it.
  if (state === undefined || state === 'valid' || rules.requiresValidMemberCard)
    return met('payee', rules.payment, '打到工会会员服务卡')
  return unmet('payee', rules.payment, 'return', problems[state])
}
