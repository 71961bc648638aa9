/**
 * Which of the four groups of clause 一 a certificate falls into, by level, filing authority, occupation and
 * competition, and whether the channel takes that group.
 */
import type { Facts, Finding } from '../facts.ts'
import { yuanInSentence } from '../money.ts'
import {
  filingAuthorityTitles,
  levels,
  levelTitles,
  readingOf,
  type Category,
  type ChannelRules,
  type FilingAuthority,
  type Level,
  type Policy,
} from '../policy.ts'
import { competition, competitionElsewhere } from './competition.ts'
import { levelAndAuthority, met, unknown, unmet } from './finding.ts'
import { occupation } from './occupation.ts'

export type Judged = { readonly category?: Category; readonly findings: readonly Finding[] }

export function categoryOf(policy: Policy, rules: ChannelRules, facts: Facts): Judged {
  const open = policy.categories.filter(({ id }) => rules.categories.includes(id))
  const { level, filingAuthority } = facts.certificate
  if (level === undefined) {
    const cite = policy.amounts
    return { findings: [unknown('level', cite, 'return', { says: '还没有选等级', advice: '照着证书上的等级选。' })] }
  }
  const ofLevel = open.filter((category) => category.levels.includes(level))
  // Among the groups of a level, the one whose authorities accept the certificate; else the first, to say why not.
  const category =
    ofLevel.find((candidate) => filingAuthority && candidate.filingAuthorities.includes(filingAuthority)) ?? ofLevel[0]
  if (!category) return { findings: levelTooLow(open, facts, level) }
  const amount = policy.amounts.byLevel[level]
  const amountCite = {
    clause: policy.amounts.clause,
    quote: policy.amounts.quoteByLevel[level] ?? policy.amounts.quote,
  }
  const findings: Finding[] = [
    met(
      'level',
      amountCite,
      amount === undefined ? levelTitles[level] : `${levelTitles[level]}，资助${yuanInSentence(amount)}`,
    ),
    ...filing(policy, category, rules, facts, level),
  ]
  if (category.listedOccupationsOnly) findings.push(...occupation(policy, category, rules, facts))
  findings.push(
    ...(category.competition
      ? competition(policy, category, facts)
      : competitionElsewhere(policy, category, facts, findings)),
  )
  return { category, findings }
}

function levelTooLow(open: readonly Category[], facts: Facts, level: Level): Finding[] {
  const lowest = open.toSorted((a, b) => levels.indexOf(a.levels[0]!) - levels.indexOf(b.levels[0]!))[0]!
  const findings = [
    unmet('level', lowest, 'refuse', {
      says: `${levelTitles[level]}不在资助的等级之内`,
      advice: `升到${levelTitles[lowest.levels[0]!]}以后，再对照通知看能不能申请。`,
    }),
  ]
  const { filed, filingAuthority } = facts.certificate
  if (filed === false) findings.push(notFiled(lowest))
  if (filingAuthority && !open.some(({ filingAuthorities }) => filingAuthorities.includes(filingAuthority))) {
    const says = `${filingAuthorityTitles[filingAuthority]}备案，不在可以申请的范围`
    findings.push(unmet('filingAuthority', lowest, 'refuse', { says, advice: '备案部门选错了，改过来再看。' }))
  }
  return findings
}

const notFiled = (category: Category): Finding =>
  unmet('filed', category, 'refuse', {
    says: '评价机构没有把这张证书报人社或行业主管部门备案',
    advice: `${titles(category.filingAuthorities)}备案的证书才可以申请。取得备案的证书后再测。`,
  })

const titles = (authorities: readonly FilingAuthority[]) =>
  authorities.map((id) => filingAuthorityTitles[id]).join('、')

function filing(policy: Policy, category: Category, rules: ChannelRules, facts: Facts, level: Level): Finding[] {
  const { filed, filingAuthority } = facts.certificate
  const accepted = titles(category.filingAuthorities)
  if (filed === false) return [notFiled(category)]
  if (filingAuthority === undefined) {
    return [
      unknown('filingAuthority', category, 'return', {
        says: '还不知道证书在哪里备案',
        advice: '备案部门不是印证书的评价机构。不清楚就问评价机构：证书是在哪个人社部门或行业主管部门备案的。',
      }),
    ]
  }
  // The doubt of R20 exists where the notice names national authorities beside the local ones, not where it names 市人社局 alone.
  const doubt = readingOf(policy, 'R20').value
  const ministryInDoubt =
    filingAuthority === 'ministry' && category.filingAuthorities.includes('industry') && doubt !== 'refuse'
  const accepts = category.filingAuthorities.includes(filingAuthority)
  if (
    (accepts || ministryInDoubt) &&
    !rules.filingAuthorities.includes(ministryInDoubt ? 'industry' : filingAuthority)
  ) {
    return [
      unmet('filingAuthority', rules, 'refuse', {
        says: `${filingAuthorityTitles[filingAuthority]}备案的证书，${rules.title}不收`,
        advice: '改用单位申报，交给单位工会。',
      }),
    ]
  }
  if (accepts) {
    return [
      met(
        'filingAuthority',
        category,
        levelAndAuthority(level, filingAuthority),
        rules.readingOfCategory?.[category.id],
      ),
    ]
  }
  if (ministryInDoubt && doubt === 'accept') {
    return [met('filingAuthority', category, levelAndAuthority(level, filingAuthority), 'R20')]
  }
  if (ministryInDoubt) {
    return [
      unmet('filingAuthority', category, 'person', {
        says: `${filingAuthorityTitles.ministry}备案，通知没有写明算不算`,
        advice: '由市职工技协服务中心判断，你现在不用做什么。',
        reading: 'R20',
      }),
    ]
  }
  return [
    unmet('filingAuthority', category, 'refuse', {
      says: `${levelAndAuthority(level, filingAuthority)}，不在可以申请的范围`,
      advice: `${levelTitles[level]}要由${accepted}备案。备案部门选错了，改过来再看。`,
    }),
  ]
}
