/** The papers of a channel: what is missing comes back to be added, it never refuses. */
import type { Facts, Finding } from '../facts.ts'
import type { ChannelRules } from '../policy.ts'
import { met, unknown, unmet } from './finding.ts'

export function materials(rules: ChannelRules, facts: Facts): Finding[] {
  const { filingAuthority } = facts.certificate
  const needed = rules.materials.filter(
    ({ onlyFor }) => !onlyFor || (filingAuthority && onlyFor.includes(filingAuthority)),
  )
  if (needed.length === 0) return []
  const missing = needed.filter(({ material }) => facts.materials[material] === false)
  if (missing.length > 0) {
    return missing.map((rule) => {
      const seal = rule.material === 'hrSeal' || rule.material === 'unionSeal'
      const words = seal
        ? { says: `缺${rule.title}`, advice: `请在申请表上补${rule.title}，其他不用动。` }
        : { says: `缺${rule.title}`, advice: `补交${rule.title}，其他不用动。` }
      return unmet(rule.material, rule, 'return', words)
    })
  }
  const later = needed.filter(({ material }) => facts.materials[material] === undefined)
  if (later.length > 0) {
    const bring = later.filter(({ atStep }) => !atStep).map(({ title }) => title)
    const added = later.filter(({ atStep }) => atStep).map(({ title }) => title)
    const says = [bring.length > 0 && `要带：${bring.join('、')}`, added.length > 0 && `之后盖${added.join('、')}`]
    return [unknown('materials', later[0]!, 'later', { says: says.filter(Boolean).join('；') })]
  }
  return [met('materials', needed.at(-1)!, '材料齐，章已盖')]
}
