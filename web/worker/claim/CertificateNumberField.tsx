/** The certificate's number: what its digits say is read out, and held against the boxes beside it. */
import type { DraftForm } from '../../../contract/form.ts'
import {
  certificateNumber,
  filingOf,
  readQualificationNumber,
  readSkillLevelNumber,
} from '../../../domain/certificateNumber.ts'
import { plainDate, yearOf } from '../../../domain/dates.ts'
import { levelTitles } from '../../../domain/policy.ts'
import type { DraftKeeper } from '../draft.ts'
import { TextField } from '../fields.tsx'
import { groupsOf } from './groups.ts'

const filedWith = {
  shanghai: '上海备案',
  jiangsu: '江苏备案',
  zhejiang: '浙江备案',
  anhui: '安徽备案',
  otherProvince: '外省备案',
  national: '部级备案的机构',
  industry: '行业备案',
  ministry: '部级备案',
}

/** What the digits of a number say; undefined where they say nothing certain. */
export function readDigits(text: string | undefined) {
  const number = text ? certificateNumber(text) : undefined
  if (number?.space === 'skillLevel') {
    const read = readSkillLevelNumber(number.normal)
    return { year: read.year, level: read.level, filing: filedWith[filingOf(read)], inGroups: true }
  }
  const read = number?.space === 'qualification' ? readQualificationNumber(number.normal) : undefined
  return read && { year: read.year, level: read.level, filing: '国家职业资格证书', inGroups: false }
}

function noteOf(form: DraftForm): string | undefined {
  const digits = readDigits(form.certificateNumber)
  if (!digits) return undefined
  const said = [digits.filing, `${digits.year}年`, digits.level && levelTitles[digits.level]].filter(Boolean).join('，')
  return form.level && form.issuedOn ? `${said}，与你填的一致` : said
}

/** The date with the number's year, where that makes a day that has been. */
export function dateByNumber(form: DraftForm, today: string): string | undefined {
  const year = readDigits(form.certificateNumber)?.year
  const issued = form.issuedOn ? plainDate(form.issuedOn) : undefined
  if (!year || !issued || year === yearOf(issued)) return undefined
  const moved = plainDate(`${year}${issued.slice(4)}`)
  return moved && moved <= today ? moved : undefined
}

/** In the 22 characters, the level stands fifth of the groups and the year fourth. */
function wrongGroup(digits: ReturnType<typeof readDigits>, form: DraftForm): number | undefined {
  if (!digits?.inGroups || form.numberAsPrinted) return undefined
  if (digits.level && form.level && digits.level !== form.level) return 4
  return form.issuedOn && !form.issuedOn.startsWith(String(digits.year)) ? 3 : undefined
}

export function CertificateNumberField({
  label,
  form,
  keeper,
  problem,
  today,
  onTyping,
}: {
  label: string
  form: DraftForm
  keeper: DraftKeeper
  problem: string | undefined
  today: string
  onTyping: (typing: boolean) => void
}) {
  const digits = readDigits(form.certificateNumber)
  const otherLevel = digits?.level && digits.level !== form.level ? digits.level : undefined
  const otherDate = dateByNumber(form, today)
  const contradicts = digits !== undefined && problem !== undefined
  return (
    <TextField
      id="certificateNumber"
      label={label}
      value={form.certificateNumber ?? ''}
      groups={groupsOf.certificateNumber}
      wrongGroup={wrongGroup(digits, form)}
      onChange={(value) => {
        onTyping(true)
        keeper.set({ certificateNumber: value, numberAsPrinted: undefined })
      }}
      onLeave={() => onTyping(false)}
      maxLength={60}
      problem={problem}
      note={noteOf(form)}
      hint={form.numberAsPrinted ? '你说证书上就是这样印的，由工作人员核对' : undefined}
      mends={
        <div className="mends">
          <button
            type="button"
            className="button choice"
            onClick={() => document.getElementById('certificateNumber')?.focus()}
          >
            改编号
          </button>
          {contradicts && otherLevel && (
            <button type="button" className="button choice" onClick={() => keeper.set({ level: otherLevel })}>
              等级改为{levelTitles[otherLevel]}
            </button>
          )}
          {contradicts && !otherLevel && otherDate && (
            <button type="button" className="button choice" onClick={() => keeper.set({ issuedOn: otherDate })}>
              日期改为{digits.year}年
            </button>
          )}
          {contradicts && (
            <button type="button" className="button line" onClick={() => keeper.set({ numberAsPrinted: true })}>
              证书上就是这样
            </button>
          )}
        </div>
      }
    />
  )
}
