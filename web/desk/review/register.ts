/** What the official register showed, against what was filed. */
import type { ApplicationView, RegisterRecord } from '../../../contract/applications.ts'
import { levelTitles } from '../../../domain/policy.ts'
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
