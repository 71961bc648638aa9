/** Key competitions that lead to a certificate (clause 一.4): the organiser's roster says who took part. */
import type { Facts, Finding } from '../facts.ts'
import { readingOf, type Category, type Policy } from '../policy.ts'
import { met, unknown, unmet } from './finding.ts'

export function competition(policy: Policy, category: Category, facts: Facts): Finding[] {
  const told = facts.competition ?? {}
  const conditions: {
    fact: boolean | undefined
    condition: string
    asks: string
    fails: string
    advice: string
    reading?: string
  }[] = [
    {
      fact: told.onRoster,
      condition: 'competitionRoster',
      asks: '还没有看到承办单位的名单',
      fails: '不在承办单位的名单上',
      advice: '请竞赛承办单位核对名单；漏报的由承办单位补进名单。',
    },
    {
      fact: told.year === undefined ? undefined : told.year === policy.year,
      condition: 'competitionYear',
      asks: '还不知道是哪一年的竞赛',
      fails: `${told.year}年的竞赛，本年度只收${policy.year}年的`,
      advice: '证书符合其他条件的，改用单位申报。',
    },
    {
      fact: told.cityLevel,
      condition: 'competitionLevel',
      asks: '还不知道是不是市级竞赛',
      fails: '不是市级竞赛',
      advice: '证书符合其他条件的，改用单位申报。',
    },
    {
      fact: told.keyProject,
      condition: 'competitionProject',
      asks: '还不知道是不是“赛证融合”重点项目',
      fails: '不是“赛证融合”重点项目',
      advice: '证书符合其他条件的，改用单位申报。',
    },
    {
      fact: told.certificateFromIt,
      condition: 'competitionCertificate',
      asks: '还不知道证书是不是由这次竞赛取得',
      fails: '证书不是由这次竞赛取得的',
      advice: '名单改填由竞赛取得的证书；这张证书符合其他条件的，改用单位申报。',
      reading: 'R18',
    },
  ]
  const asked = conditions.filter(
    ({ condition }) => condition !== 'competitionCertificate' || readingOf(policy, 'R18').value === true,
  )
  const findings = asked
    .filter(({ fact }) => fact !== true)
    .map(({ fact, condition, asks, fails, advice, reading }) =>
      fact === false
        ? unmet(condition, category, 'refuse', { says: fails, advice, reading })
        : unknown(condition, category, 'return', { says: asks, advice: '由竞赛承办单位在名单里写明。' }),
    )
  if (findings.length > 0) return findings
  return [met('competition', category, `在${policy.year}年市级“赛证融合”重点项目竞赛的名单上`)]
}

/** What the roster may add for somebody who files by a channel that takes no competition group (R6). */
export function competitionElsewhere(
  policy: Policy,
  category: Category,
  facts: Facts,
  found: readonly Finding[],
): Finding[] {
  const roster = policy.categories.find((candidate) => candidate.competition)
  const { level, filingAuthority } = facts.certificate
  if (!roster || !level || !roster.levels.includes(level)) return []
  if (filingAuthority !== undefined && !roster.filingAuthorities.includes(filingAuthority)) return []
  const refused = found.some(({ condition, consequence }) => condition === 'occupation' && consequence === 'refuse')
  if (refused) {
    if (facts.competition !== undefined) return []
    const says = '是否参加了“赛证融合”竞赛'
    return [unknown('competition', roster, 'later', { says, advice: '以承办单位名单为准，不用你证明。' })]
  }
  if (facts.competition?.onRoster !== true) return []
  return [met('competition', category, '自己符合条件，参加过竞赛也可以走这个渠道', 'R6')]
}
