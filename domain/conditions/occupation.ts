/** The listed occupations (clause 一.3), matched by code, or by name where there is no code (R8). */
import type { Facts, Finding } from '../facts.ts'
import { yuanInSentence } from '../money.ts'
import { levels, levelTitles, type Category, type ChannelRules, type Occupation, type Policy } from '../policy.ts'
import { met, unknown, unmet } from './finding.ts'

/** `4-04-05-01` from full-width, spaced or dashless writing; undefined where no code can be read. */
export function normaliseOccupationCode(text: string): string | undefined {
  const digits = text
    .normalize('NFKC')
    .replace(/[\s\p{Cf}\p{Pd}\u2212]/gu, '')
    .replace(/\([^()]*\)$/, '')
  return /^\d{7}$/.test(digits)
    ? `${digits.slice(0, 1)}-${digits.slice(1, 3)}-${digits.slice(3, 5)}-${digits.slice(5)}`
    : undefined
}

/**
 * Without spaces, width, the 工种 in brackets at the end and the catalogue's marks for digital and green occupations:
 * 人工智能训练师 S（数据标注） → 人工智能训练师.
 */
export const normaliseOccupationName = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]/gu, '')
    .replace(/(\([^()]*\))+$/, '')
    .replace(/(?<=\p{Script=Han})[LS](\/[LS])?$/u, '')

const byName = (policy: Policy, name: string): Occupation | undefined =>
  policy.occupations.find((occupation) => normaliseOccupationName(occupation.name) === name)

export function occupation(policy: Policy, category: Category, rules: ChannelRules, facts: Facts): Finding[] {
  const written = facts.certificate.occupationCode?.trim() ?? ''
  const code = normaliseOccupationCode(written)
  const name = normaliseOccupationName(facts.certificate.occupationName ?? '')
  const coded = policy.occupations.find((candidate) => candidate.code === code)
  const named = byName(policy, name)
  const count = policy.occupations.length
  if (coded && (named === coded || name === '')) {
    return [met('occupation', category, `${coded.name}，在${count}个工种之内`)]
  }
  if (named && written === '') {
    return [met('occupation', category, `${named.name}，按名称在${count}个工种之内`, 'R8')]
  }
  if (coded || named) {
    return [
      unmet('occupation', category, 'return', {
        says: `职业代码${code ?? written}和名称“${facts.certificate.occupationName}”对不上`,
        advice: '请对照证书，把代码或名称改对；证书上就是这样印的，写明后由单位工会核对。',
        reading: 'R8',
      }),
    ]
  }
  if (name === '' && code === undefined) {
    return [unknown('occupation', category, 'return', { says: '还没有选职业（工种）', advice: '照着证书上的职业选。' })]
  }
  return [unlisted(policy, category, rules, facts, count)]
}

function unlisted(policy: Policy, category: Category, rules: ChannelRules, facts: Facts, count: number): Finding {
  const roster = policy.categories.find((candidate) => candidate.competition)
  if (roster && facts.competition?.onRoster && !rules.categories.includes(roster.id)) {
    return unmet('occupation', category, 'refuse', {
      says: `工种不在${count}个之内`,
      advice: '由竞赛承办单位列入名单，走集中申报，不用自己申请。',
      reading: 'R6',
    })
  }
  return unmet('occupation', category, 'refuse', {
    says: `工种不在${count}个之内`,
    advice: wayUp(policy, category, rules),
  })
}

/** 升到技师后可以申请，技师不限工种，资助1,000元。 */
function wayUp(policy: Policy, category: Category, rules: ChannelRules): string {
  const top = Math.max(...category.levels.map((level) => levels.indexOf(level)))
  const free = policy.categories.filter(
    ({ id, listedOccupationsOnly, competition }) =>
      rules.categories.includes(id) && !listedOccupationsOnly && !competition,
  )
  const next = levels.slice(top + 1).find((level) => free.some((candidate) => candidate.levels.includes(level)))
  const amount = next && policy.amounts.byLevel[next]
  if (!next || amount === undefined) return '工种填错了，对照证书改过来再看。'
  const title = levelTitles[next]
  return `升到${title}后可以申请，${title}不限工种，资助${yuanInSentence(amount)}。`
}
