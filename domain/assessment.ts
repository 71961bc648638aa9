/**
 * The one rule engine: judges every condition of a policy for one certificate and returns every finding. Serves the
 * pre-check, the form, the reviewer's screen, the roster and the batch audit. Unknown is not no.
 */
import { fen } from './money.ts'
import { channelRules, type Channel, type Policy } from './policy.ts'
import type { Assessment, Facts, Finding, Verdict } from './facts.ts'
import { categoryOf } from './conditions/category.ts'
import { materials } from './conditions/materials.ts'
import { memberCard, membership } from './conditions/membership.ts'
import { number, taken } from './conditions/number.ts'
import { payee } from './conditions/payee.ts'
import { register } from './conditions/register.ts'
import { filingWindow, issueDate } from './conditions/time.ts'

/** Every condition of the policy for one certificate in the channel of the facts, met ones included. */
export function assess(policy: Policy, facts: Facts): Assessment {
  const { category, findings } = judge(policy, facts)
  const verdict = verdictOf(findings)
  const amountIfMetFen = facts.certificate.level && policy.amounts.byLevel[facts.certificate.level]
  const deciding = findings.filter((finding) => decides(verdict, finding))
  const reading = deciding.find((finding) => finding.reading !== undefined)?.reading
  const amountFen = verdict === true ? amountIfMetFen : verdict === false ? fen(0) : undefined
  return {
    verdict,
    ...(amountFen !== undefined && { amountFen }),
    ...(amountIfMetFen !== undefined && { amountIfMetFen }),
    ...(category && { category: category.id }),
    findings,
    openChannels: openChannels(policy, facts, verdict),
    clauses: [...new Set(deciding.map(({ clause }) => clause))],
    ...(reading && { reading }),
  }
}

function judge(policy: Policy, facts: Facts) {
  const rules = channelRules(policy, facts.channel)
  const { category, findings } = categoryOf(policy, rules, facts)
  return {
    category,
    findings: [
      ...membership(policy, facts),
      ...issueDate(policy, facts),
      ...findings,
      ...filingWindow(policy, rules, facts),
      ...taken(policy, facts),
      ...number(policy, rules, facts),
      ...register(policy, rules, facts),
      ...memberCard(rules, facts),
      ...payee(rules, facts),
      ...materials(rules, facts),
    ],
  }
}

const refuses = ({ outcome, consequence }: Finding) => outcome === 'unmet' && consequence === 'refuse'
const needsSomebody = ({ consequence }: Finding) => consequence === 'return' || consequence === 'person'

/** A refusal comes before a request for material, and that before waiting for a register. */
function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some(refuses)) return false
  if (findings.some(needsSomebody)) return 'needs-material'
  return findings.some(({ consequence }) => consequence === 'wait') ? 'pending' : true
}

function decides(verdict: Verdict, finding: Finding): boolean {
  if (verdict === true) return finding.outcome === 'met'
  if (verdict === false) return refuses(finding)
  return verdict === 'pending' ? finding.consequence === 'wait' : needsSomebody(finding)
}

/** Another channel is judged by the person and the certificate alone: its papers and payee can still be chosen. */
function openChannels(policy: Policy, facts: Facts, verdict: Verdict): Channel[] {
  const { payee: _, ...rest } = facts
  return policy.channels
    .map(({ id }) => id)
    .filter((channel) => {
      if (channel === facts.channel) return verdict !== false
      const { category, findings } = judge(policy, { ...rest, channel, materials: {} })
      // Nobody is sent to a roster unless something was said about a competition.
      if (category?.competition && facts.competition === undefined) return false
      return !findings.some(refuses)
    })
}
