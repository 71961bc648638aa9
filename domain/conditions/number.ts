/** What the certificate's number says against what was filled in, and whether the certificate is already taken. */
import type { Facts, Finding } from '../facts.ts'
import {
  authorityOfProvince,
  certificateNumber,
  filingOf,
  misprint,
  readQualificationNumber,
  readSkillLevelNumber,
  sameNumber,
  type CertificateNumber,
  type SkillLevelNumber,
} from '../certificateNumber.ts'
import { plainDate, yearOf } from '../dates.ts'
import { filingAuthorityTitles, levelTitles, readingOf, type ChannelRules, type Level, type Policy } from '../policy.ts'
import { met, unknown, unmet } from './finding.ts'

export function number(policy: Policy, rules: ChannelRules, facts: Facts): Finding[] {
  const cite = rules.verification
  const written = facts.certificate.number
  if (written === undefined) return [unknown('number', cite, 'later', { says: '证书编号在申报时填' })]
  const parsed = certificateNumber(written)
  if (!parsed) {
    return [
      unmet('number', cite, 'return', { says: '还没有填证书编号', advice: '照着证书上的编号填，字母和数字都要。' }),
    ]
  }
  if (parsed.space === 'other') return [unknownForm(rules, facts, parsed)]
  if (parsed.space === 'qualification') return qualification(rules, facts, parsed)
  const digits = readSkillLevelNumber(parsed.normal)
  const findings = [
    ...numberLevel(rules, facts, digits),
    ...numberYear(rules, facts, digits.year, 14),
    ...numberFiling(policy, rules, facts, digits),
  ]
  if (findings.some(({ outcome }) => outcome !== 'met')) return findings
  const filing = filingOf(digits)
  const place = filing === 'national' ? '全国备案的评价机构' : filingAuthorityTitles[filing]
  return [met('number', cite, `编号是${place}、${digits.year}年的，与填的一致`), ...findings]
}

function unknownForm(rules: ChannelRules, facts: Facts, { normal }: CertificateNumber): Finding {
  const cite = rules.verification
  // Where the letter of the two highest levels stands is not confirmed: elsewhere it may be no misprint.
  const says = isLettered(facts.certificate.level) && normal.length === 22 ? undefined : misprint(normal)
  if (says) return unmet('number', cite, 'return', { says, advice: '请对照证书再输一遍。' })
  if (facts.register?.outcome === 'found' && facts.register.valid && facts.register.holderMatches) {
    return met('number', cite, '编号写法少见，证书登记查到，是本人的')
  }
  const rare = { says: '编号写法少见，要由人核对', advice: '先对照证书核对一遍；没有输错，由市职工技协服务中心核验。' }
  return unknown('number', cite, facts.register === undefined ? 'later' : 'person', rare)
}

const isLettered = (level: Level | undefined) => level === 'specialTechnician' || level === 'chiefTechnician'

function qualification(rules: ChannelRules, facts: Facts, { normal }: CertificateNumber): Finding[] {
  const cite = rules.verification
  const digits = readQualificationNumber(normal)
  if (!digits) return [met('number', cite, '上海旧编号，由服务中心核验', 'R10')]
  const { level, filingAuthority } = facts.certificate
  const findings = numberYear(rules, facts, digits.year, 1)
  if (level && digits.level !== level) findings.push(levelDiffers(rules, 11, normal.charAt(10), digits.level, level))
  if (digits.industryStation && filingAuthority && filingAuthority !== 'industry' && filingAuthority !== 'ministry') {
    findings.push(
      unmet('numberFiling', cite, 'person', {
        says: `编号第7位是3，表示行业特有工种鉴定站；上面选的是${filingAuthorityTitles[filingAuthority]}`,
        advice: '请对照证书核对备案部门；没有选错，由市职工技协服务中心判断。',
      }),
    )
  }
  return findings.some(({ outcome }) => outcome !== 'met')
    ? findings
    : [met('number', cite, '职业资格证书编号，与填的一致', 'R10'), ...findings]
}

const levelDiffers = (
  rules: ChannelRules,
  place: number,
  mark: string,
  read: Level | undefined,
  claimed: Level,
): Finding =>
  unmet('numberLevel', rules.verification, 'return', {
    says: read
      ? `编号第${place}位是${mark}，表示${levelTitles[read]}；上面选的是${levelTitles[claimed]}`
      : `编号第${place}位是${mark}，不是${levelTitles[claimed]}的写法`,
    advice: '请对照证书改其中一处。',
  })

/** The letters of the two levels above 高级技师 are not confirmed: any letter will do there, and none below. */
function numberLevel(rules: ChannelRules, facts: Facts, digits: SkillLevelNumber): Finding[] {
  const claimed = facts.certificate.level
  if (claimed === undefined || digits.level === claimed) return []
  if (isLettered(claimed) && digits.level === undefined) return []
  return [levelDiffers(rules, 16, digits.levelMark, digits.level, claimed)]
}

function numberYear(rules: ChannelRules, facts: Facts, year: number, place: number): Finding[] {
  const issuedOn = plainDate(facts.certificate.issuedOn ?? '')
  if (!issuedOn || yearOf(issuedOn) === year) return []
  const differs = `编号第${place}、${place + 1}位是${String(year).slice(2)}，表示${year}年；发证日期是${yearOf(issuedOn)}年`
  if (facts.register?.outcome === 'found' && facts.register.issuedOn === issuedOn) {
    return [met('numberYear', rules.verification, `${differs}，证书登记的日期相同，以登记为准`, 'R21')]
  }
  return [unmet('numberYear', rules.verification, 'return', { says: differs, advice: '请对照证书改其中一处。' })]
}

const provincial = Object.values(authorityOfProvince)

function numberFiling(policy: Policy, rules: ChannelRules, facts: Facts, digits: SkillLevelNumber): Finding[] {
  const claimed = facts.certificate.filingAuthority
  if (claimed === undefined || claimed === 'otherProvince') return []
  const filing = filingOf(digits)
  if (provincial.includes(claimed)) {
    if (filing === claimed) return []
    if (filing === 'national' && authorityOfProvince[digits.province] === claimed) {
      return [
        unmet('numberFiling', rules.verification, readingOf(policy, 'R9').value === 'refuse' ? 'refuse' : 'person', {
          says: `编号第2到5位是${digits.agency}，评价机构在全国备案；上面选的是${filingAuthorityTitles[claimed]}`,
          advice: '备案部门选错了就改；没有选错，由市职工技协服务中心判断。',
          reading: 'R9',
        }),
      ]
    }
  } else if (filing === 'national') return []
  const reads = filing === 'national' ? '全国备案的评价机构' : `${filingAuthorityTitles[filing]}备案`
  return [
    unmet('numberFiling', rules.verification, 'return', {
      says: `编号第2到7位是${digits.agency}${digits.province}，表示${reads}；上面选的是${filingAuthorityTitles[claimed]}`,
      advice: '请对照证书改其中一处。',
    }),
  ]
}

/** One certificate is paid once, in any year and by any channel (clause 三); a re-issued number is the same certificate (R19). */
export function taken(policy: Policy, facts: Facts): Finding[] {
  const cite = policy.oncePerCertificate
  if (facts.takenNumbers === undefined) {
    return [unknown('notTaken', cite, 'later', { says: '此前有没有资助过，收到申报时核对' })]
  }
  const takenNumbers = facts.takenNumbers.map(certificateNumber)
  const isTaken = (text: string | undefined) => {
    const candidate = text === undefined ? undefined : certificateNumber(text)
    return candidate !== undefined && takenNumbers.some((other) => other !== undefined && sameNumber(candidate, other))
  }
  const advice = '先核对编号；编号没错就提出异议。'
  if (isTaken(facts.certificate.number)) {
    return [unmet('notTaken', cite, 'refuse', { says: '这张证书已经有人申报或者已经资助过', advice })]
  }
  if (
    readingOf(policy, 'R19').value === 'same' &&
    facts.register?.outcome === 'found' &&
    isTaken(facts.register.replaces)
  ) {
    const says = '这张证书是换发的，原编号的那张已经有人申报或者已经资助过'
    return [unmet('notTaken', cite, 'refuse', { says, advice, reading: 'R19' })]
  }
  return [met('notTaken', cite, '没有发现这张证书资助过')]
}
