/**
 * Worked cases as people write them (levels as 二级/技师, authorities in words, null for unknown) turned into the
 * engine's `Facts`. What a text does not say stays unknown.
 */
import { known } from '../contract/facts.ts'
import type { Facts, RegisterAnswer } from '../domain/facts.ts'
import { normaliseNumber } from '../domain/certificateNumber.ts'
import { instant, plainDate, startOfDay, type Instant } from '../domain/dates.ts'
import { channels, type Channel, type FilingAuthority, type Level, type Material } from '../domain/policy.ts'

/** The parts of a case that are read; whoever wrote it may have left out any of them, or written something else there. */
type Case = {
  readonly channel?: unknown
  readonly certificate?: unknown
  readonly membership?: unknown
  readonly competition?: unknown
  readonly appliedAt?: unknown
  readonly priorAwards?: unknown
  readonly payoutTarget?: unknown
  readonly materials?: unknown
  readonly registry?: unknown
  readonly note?: unknown
}

/** undefined where the channel is none of the three: nothing can be judged without one. */
export function factsOfCase(written: unknown): Facts | undefined {
  const given: Case = objectIn(written)
  const channel = channels.find((id) => id === given.channel)
  if (!channel) return undefined
  const certificate = objectIn(given.certificate)
  const membership = objectIn(given.membership)
  return known({
    channel,
    receivedAt: instantIn(given.appliedAt),
    forwardedAt: instantIn(/unionReportedAt=(\S+)/.exec(textIn(given.note) ?? '')?.[1]),
    certificate: known({
      level: levelIn(certificate.level),
      occupationCode: textIn(certificate.occupationCode),
      occupationName: textIn(certificate.occupationName),
      issuedOn: dateIn(certificate.issueDate),
      filingAuthority: authorityIn(certificate.authority, certificate.region),
      filed: booleanIn(certificate.filedWithAuthority),
      // A filed claim was asked for its number: none is a missing one.
      number: textIn(certificate.number) ?? '',
    }),
    membership: known({
      member: booleanIn(membership.isMember),
      shanghaiUnion: cityIn(membership.unionCity) ?? (membership.isMember === false ? false : undefined),
      since: plainDate(dateIn(membership.memberSince) ?? ''),
      memberCard: cardIn(membership.serviceCard),
    }),
    competition: competitionIn(objectIn(given.competition)),
    payee: payeeIn(given.payoutTarget),
    materials: materialsIn(channel, objectIn(given.materials)),
    register: registerIn(objectIn(given.registry)),
    takenNumbers: takenIn(Array.isArray(given.priorAwards) ? given.priorAwards.map(objectIn) : []),
  })
}

/** What stands where a part of the case should, as far as it is one: anything else says nothing. */
export const objectIn = (value: unknown): { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null ? { ...value } : {}
const textIn = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value : undefined)
const booleanIn = (value: unknown) => (typeof value === 'boolean' ? value : undefined)
const plain = (value: unknown) => (typeof value === 'string' ? value.normalize('NFKC').replace(/\s/g, '') : '')

/** An instant; a writing without an offset means Shanghai, a bare day its first moment. */
function instantIn(value: unknown): Instant | undefined {
  const written = textIn(value)?.trim() ?? ''
  const day = plainDate(written)
  return day ? startOfDay(day) : (instant(written) ?? instant(`${written}+08:00`))
}

/** `2025-11-20` from other writings of a date; whether that day exists is for the engine to say. */
function dateIn(value: unknown): string | undefined {
  const match = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(plain(value))
  return match ? `${match[1]}-${match[2]!.padStart(2, '0')}-${match[3]!.padStart(2, '0')}` : textIn(value)
}

const levelWords: readonly (readonly [RegExp, Level])[] = [
  [/首席技师/, 'chiefTechnician'],
  [/特级技师/, 'specialTechnician'],
  [/高级技师/, 'seniorTechnician'],
  [/(?<!首席|特级|高级)技师/, 'technician'],
  [/高级工(?!程)|高级技能/, 'seniorWorker'],
  [/中级工(?!程)|中级技能/, 'intermediateWorker'],
  [/初级工(?!程)|初级技能/, 'juniorWorker'],
  [/学徒工/, 'apprentice'],
]
const levelGrades: readonly (readonly [RegExp, Level])[] = [
  [/[一1]级/, 'seniorTechnician'],
  [/[二2]级/, 'technician'],
  [/[三3]级/, 'seniorWorker'],
  [/[四4]级/, 'intermediateWorker'],
  [/[五5]级/, 'juniorWorker'],
]

/** 技师, 二级/技师, 高级工（三级）, 三级; undefined where word and grade contradict each other or two levels are named. */
export function levelIn(value: unknown): Level | undefined {
  const written = plain(value)
  const named = new Set(
    [...levelWords, ...levelGrades].filter(([pattern]) => pattern.test(written)).map(([, level]) => level),
  )
  return named.size === 1 ? [...named][0] : undefined
}

const cities: readonly (readonly [FilingAuthority, RegExp])[] = [
  ['jiangsu', /江苏|南京|无锡|徐州|常州|苏州|南通|连云港|淮安|盐城|扬州|镇江|泰州|宿迁/],
  ['zhejiang', /浙江|杭州|宁波|温州|嘉兴|湖州|绍兴|金华|衢州|舟山|台州|丽水/],
  ['anhui', /安徽|合肥|芜湖|蚌埠|淮南|马鞍山|淮北|铜陵|安庆|黄山|滁州|阜阳|宿州|六安|亳州|池州|宣城/],
]
const otherProvinces =
  /北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|重庆|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|深圳|广州|武汉|成都/
const hrAuthority = /人社|人力资源/

/**
 * With whom a certificate is filed. 市人社局 alone is the notice's own word for Shanghai's; another city's is never
 * taken for it. A text that names no authority stays unknown.
 */
export function authorityIn(value: unknown, region?: unknown): FilingAuthority | undefined {
  const written = plain(value)
  // What stands in brackets explains: 江苏省人社厅（上海考点） is Jiangsu's.
  const head = written.split('(')[0]!
  if (hrAuthority.test(head)) return hrAuthorityIn(head, plain(region))
  if (hrAuthority.test(written)) return hrAuthorityIn(written, plain(region))
  if (head.startsWith('上海市职业技能鉴定中心')) return 'shanghai'
  return /行业主管部门/.test(written) || nationalAuthority.test(head) ? 'industry' : undefined
}

function hrAuthorityIn(written: string, region: string): FilingAuthority | undefined {
  if (/^(国家|中华人民共和国)?(人社部|人力资源(和)?社会保障部)(?!门)/.test(written)) return 'ministry'
  if (/上海/.test(written) || /^市(人社局|人力资源(和)?社会保障局)/.test(written)) return 'shanghai'
  const neighbour = cities.find(([, names]) => names.test(written))
  if (neighbour) return neighbour[0]
  const elsewhere = otherProvinces.test(written) || (region === '其他' && /[省市县].*[厅局]/.test(written))
  return elsewhere ? 'otherProvince' : undefined
}

/** 交通运输部, 国家铁路局, 中国民用航空局, 应急管理部, 国家卫生健康委员会. */
const nationalAuthority =
  /^(?!.*(公司|集团|学校|学院|协会|学会|联合会|中心))((中华人民共和国)?[\u4e00-\u9fff]{2,12}部|(国家|中国)[\u4e00-\u9fff]{2,12}(局|总局|总署|委员会))$/

const cityIn = (value: unknown) => (plain(value) === '' ? undefined : /^上海市?$/.test(plain(value)))

function cardIn(value: unknown): Facts['membership']['memberCard'] {
  const written = plain(value)
    .toLowerCase()
    .replace(/[^a-z]/g, '')
  if (written === 'valid' || written === 'active') return 'valid'
  if (written === 'none') return 'none'
  if (/notactivated|inactive|unactivated|notactive/.test(written)) return 'notActivated'
  return /expired|invalid|cancel|lost|frozen|suspend|closed|notregistered|unregistered|lapsed/.test(written)
    ? 'invalid'
    : undefined
}

/** Outside a competition nothing is said about one; in a roster row the flag is the organiser's word. */
function competitionIn(given: { readonly [key: string]: unknown }): NonNullable<Facts['competition']> | undefined {
  const flagged = booleanIn(given.flag)
  if (flagged !== true) return flagged === false ? { onRoster: false } : undefined
  return known({
    onRoster: booleanIn(given.onRoster) ?? booleanIn(given.onList) ?? true,
    year: typeof given.year === 'number' ? given.year : undefined,
    cityLevel: booleanIn(given.cityLevel),
    keyProject: booleanIn(given.keyProject),
    certificateFromIt: booleanIn(given.certFromCompetition),
  })
}

const payeesIn: { readonly [written: string]: NonNullable<Facts['payee']> } = {
  service_card: 'memberCard',
  bank_card: 'bankCard',
  both: 'several',
  none: 'none',
  third_party_card: 'thirdParty',
}
const payeeIn = (value: unknown) => payeesIn[plain(value) || 'none']

const materialKeys: { readonly [M in Material]: string } = {
  applicationForm: 'applicationForm',
  idCopy: 'idCopy',
  certificateCopy: 'certificateCopy',
  cardCopy: 'cardCopy',
  unionSeal: 'unionStamp',
  hrSeal: 'hrStamp',
}

/** A case is a filed claim: a paper it does not have is missing. Only the unit channel asks for papers. */
function materialsIn(channel: Channel, given: { readonly [key: string]: unknown }): Facts['materials'] {
  if (channel !== 'unit') return {}
  return Object.fromEntries(Object.entries(materialKeys).map(([material, key]) => [material, given[key] === true]))
}

/** Silence, in whichever way it is written, is neither yes nor no. */
function registerIn(given: { readonly [key: string]: unknown }): RegisterAnswer {
  const silent =
    given.unavailable === true || given.timeout === true || given.available === false || given.answered === false
  if (silent || typeof given.found !== 'boolean') return { outcome: 'unavailable' }
  if (!given.found) return { outcome: 'notFound' }
  return known({
    outcome: 'found' as const,
    valid: booleanIn(given.valid),
    holderMatches: booleanIn(given.holderMatches),
    level: levelIn(given.level),
    occupationCode: textIn(given.occupationCode),
    occupationName: textIn(given.occupationName) ?? textIn(given.occupation),
    issuedOn: dateIn(given.issueDate),
    replaces: textIn(given.replaces),
  })
}

/** Awards that came to nothing leave the certificate free; every other state, paid or on its way, takes it. */
const endedWithoutAward = /^(declined|rejected|refused|withdrawn|cancelled|canceled|draft)$/
const takenIn = (awards: readonly { readonly [key: string]: unknown }[]): string[] =>
  awards
    .filter(({ status }) => !endedWithoutAward.test(plain(status).toLowerCase()))
    .flatMap(({ certificateNumber }) =>
      typeof certificateNumber === 'string' ? [normaliseNumber(certificateNumber)] : [],
    )
