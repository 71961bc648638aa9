/** What the official register showed, against what was filed. */
import type { ApplicationView, RegisterRecord } from '../../../contract/applications.ts'
import type { EvidenceBasis } from '../../../domain/certificateEvidence.ts'
import { plainDate } from '../../../domain/dates.ts'
import { levelTitles } from '../../../domain/policy.ts'
import type { Level } from '../../../domain/policy.ts'
import { dayWithYear } from '../../ui/words.ts'
import { registerCheck } from './decide.ts'

export type Shown = RegisterRecord['shown']
export type Difference = { readonly item: string; readonly filed: string; readonly register: string }

/** Spaces and width do not make two names. */
const plain = (text: string | undefined) => (text ?? '').normalize('NFKC').replace(/\s+/g, '')

/** Only what both sides name can differ. */
export function differencesOf(application: ApplicationView, shown: Shown): readonly Difference[] {
  const { form } = application
  const differences: Difference[] = []
  const compare = (item: string, filed: string | undefined, register: string | undefined) => {
    if (filed && register && plain(filed) !== plain(register)) differences.push({ item, filed, register })
  }
  if (shown.holderMatches === false) {
    differences.push({ item: '持证人', filed: form.name ?? '', register: '不是申请人' })
  }
  compare('等级', application.levelTitle, shown.level && levelTitles[shown.level])
  compare('职业', application.occupationName, shown.occupationName)
  compare('职业代码', form.occupationCode, shown.occupationCode)
  compare('发证日期', form.issuedOn && dayWithYear(form.issuedOn), shown.issuedOn && dayWithYear(shown.issuedOn))
  if (shown.valid === false) differences.push({ item: '证书状态', filed: '有效', register: '已撤销或失效' })
  return differences
}

/** The sentence to begin a return with, from the last look at the register; empty where nothing differs. */
export function differencesInWords(application: ApplicationView): string {
  const check = registerCheck(application)
  if (application.step !== 'verification' || !check) return ''
  if (check.outcome === 'noData')
    return '登记系统里查不到这张证书。请对照证书核对编号；编号没错，请补交评价机构出的证明。'
  const differences = differencesOf(application, check.shown).filter((difference) => difference.item !== '持证人')
  if (differences.length === 0) return ''
  const said = differences.map(({ item, filed, register }) => `${item}是${register}，你填的是${filed}`)
  return `登记系统里，这张证书的${said.join('；')}。请对照证书改正；证书上印的就是你填的，请上传清楚的原件照片。`
}

/** 2025-11-20 from what people copy: 20251120, 2025.11.20, 2025年11月20日. */
export function dateFrom(text: string): string | undefined {
  const match = /^\s*(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?\s*$/.exec(text)
  if (!match) return undefined
  return `${match[1]}-${match[2]!.padStart(2, '0')}-${match[3]!.padStart(2, '0')}`
}

export type Outcome = RegisterRecord['outcome']
/** As typed: dates and yes-or-no in the words of the screen until they are sent. */
export type Typed = {
  readonly holder?: 'same' | 'other' | undefined
  readonly level?: Level | undefined
  readonly occupationName?: string
  readonly occupationCode?: string
  readonly issuedOn?: string
  readonly valid?: 'valid' | 'invalid' | undefined
}
export type Look = {
  readonly basis: EvidenceBasis
  /** The letter that was answered, and when. */
  readonly inquiryId?: string | undefined
  readonly repliedOn?: string | undefined
  readonly source: string
  readonly outcome: Outcome | undefined
  readonly typed: Typed
  readonly evidence: { readonly id: string; readonly name: string; readonly pages: number } | undefined
}

export function shownOf(typed: Typed): Shown {
  const issuedOn = typed.issuedOn && dateFrom(typed.issuedOn)
  return {
    ...(typed.holder && { holderMatches: typed.holder === 'same' }),
    ...(typed.level && { level: typed.level }),
    ...(typed.occupationName?.trim() && { occupationName: typed.occupationName.trim() }),
    ...(typed.occupationCode?.trim() && { occupationCode: typed.occupationCode.trim() }),
    ...(issuedOn && { issuedOn }),
    ...(typed.valid && { valid: typed.valid === 'valid' }),
  }
}
export const typedOf = (shown: Shown): Typed => ({
  ...(shown.holderMatches !== undefined && { holder: shown.holderMatches ? 'same' : 'other' }),
  ...(shown.level && { level: shown.level }),
  ...(shown.occupationName && { occupationName: shown.occupationName }),
  ...(shown.occupationCode && { occupationCode: shown.occupationCode }),
  ...(shown.issuedOn && { issuedOn: shown.issuedOn }),
  ...(shown.valid !== undefined && { valid: shown.valid ? 'valid' : 'invalid' }),
})

/** The site the notice names; a certificate of an industry is looked up where the state publishes those. */
export const sourceFor = (application: ApplicationView, basis: EvidenceBasis = 'site') =>
  basis === 'copies' ? '证书复印件，与申请表对照' : basis === 'inquiry' ? '函询的回函' : siteFor(application)
const siteFor = (application: ApplicationView) =>
  application.filingAuthority === 'shanghai'
    ? '职业技能鉴定中心官网，人工查询'
    : '技能人才评价证书全国联网查询，人工查询'

export const outcomeWords: { readonly [O in Outcome]: { readonly title: string; readonly says: string } } = {
  pass: { title: '查到，相符', says: '登记的内容都一致，可以审核通过。' },
  fail: { title: '查到，不相符', says: '列明差异，退回补正，请申请人核对。' },
  noData: { title: '查无此证', says: '发证未满20个工作日就继续等；已满则退回核对编号。' },
  unavailable: { title: '登记系统不可用', says: '不计入结果，恢复后再查。' },
}

/** Why a look cannot be recorded with this outcome. */
export function whyNotOutcome(application: ApplicationView, outcome: Outcome, typed: Typed): string | undefined {
  const shown = shownOf(typed)
  const differences = differencesOf(application, shown).length
  if (outcome === 'pass' && differences > 0) return `有${differences}处不一致，不能选`
  if (outcome === 'noData' && Object.keys(shown).length > 0) return '左边填了查到的内容，不能选'
  return undefined
}
export function whyNotRecord(application: ApplicationView, look: Look): string | undefined {
  const { outcome, typed, evidence, source, basis } = look
  if (basis === 'inquiry') {
    if (application.inquiries.length === 0) return '先登记发出的函。'
    if (!look.inquiryId) return '选是哪一封函的回函。'
    if (!plainDate(dateFrom(look.repliedOn ?? '') ?? '')) return '回函日期按2026-07-14这样写。'
    if (outcome === 'unavailable') return '还没有回函，就先不记结果。'
    if (!evidence) return '上传回函。'
  }
  if (!outcome) return '先选一个结果。'
  const why = whyNotOutcome(application, outcome, typed)
  if (why) return `${why}。`
  if (!source.trim()) return '写明在哪里查的。'
  const found = outcome === 'pass' || outcome === 'fail'
  if (found && typed.issuedOn && !plainDate(dateFrom(typed.issuedOn) ?? '')) return '发证日期按2025-11-20这样写。'
  if (
    outcome === 'pass' &&
    !(typed.holder && typed.level && typed.occupationName?.trim() && typed.issuedOn && typed.valid)
  )
    return '左边登记系统一栏要填全，再记相符。'
  if (outcome === 'fail' && differencesOf(application, shownOf(typed)).length === 0) return '左边填出哪里不一致。'
  if (basis === 'site' && found && !evidence) return '上传官网页面的截图。'
  return undefined
}
