/** What was filed, row by row; a row opens the picture it is compared with and can be ticked as compared. */
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { ApplicationView } from '../../../contract/applications.ts'
import type { Policy } from '../../../domain/policy.ts'
import { filingAuthorityTitles, levelTitles } from '../../../domain/policy.ts'
import { Grouped } from '../../ui/Grouped.tsx'
import { Icon } from '../../ui/icons.tsx'
import { certificateGroups, day, dateOf, dayWithYear } from '../../ui/words.ts'
import { usePolicy, useToday } from '../query.ts'
import type { CaseDocument } from './FilesPane.tsx'
import { PrintCase } from './Print.tsx'
import { Unmaskable } from './Unmask.tsx'

type Row = {
  readonly label: string
  readonly value: ReactNode
  /** The document it is compared with. */
  readonly on?: CaseDocument['id']
}
type Group = { readonly title: string; readonly rows: readonly Row[] }

// Ticks are the reviewer's own aid for as long as the page stands: nothing rests on them.
const ticks = new Map<string, ReadonlySet<string>>()

/** The words of a choice, as the form offers them. */
export function choiceOf(policy: Policy, key: string, value: string | undefined): string | undefined {
  if (!value) return undefined
  const field = policy.form.steps.flatMap((step) => step.fields).find((candidate) => candidate.key === key)
  return field?.choices?.find((choice) => choice.value === value)?.label ?? value
}

const joined = (...parts: readonly (string | undefined | false)[]) => parts.filter(Boolean).join('，')

export function FormPane({
  application,
  documents,
  onShow,
}: {
  application: ApplicationView
  documents: readonly CaseDocument[]
  onShow: (doc: number) => void
}) {
  const policy = usePolicy().data!
  const today = useToday()
  const [at, setAt] = useState<string>()
  const [compared, setCompared] = useState(() => ticks.get(application.id) ?? new Set<string>())
  const groups = groupsOf(application, policy, today)
  const comparable = groups.flatMap((group) => group.rows.filter((row) => row.on))
  const tick = (label: string) => {
    const next = new Set(compared)
    if (!next.delete(label)) next.add(label)
    ticks.set(application.id, next)
    setCompared(next)
  }
  const point = (row: Row) => {
    setAt(row.label)
    const place = documents.findIndex((document) => document.id === row.on)
    if (place !== -1) onShow(place + 1)
  }
  return (
    <section className="pane form-pane" aria-label="申请表">
      {groups.map((group, place) => (
        <section key={group.title}>
          <h2>
            {group.title}
            {place === 0 && (
              <span className="num">
                已对照材料 {comparable.filter((row) => compared.has(row.label)).length}/{comparable.length}
              </span>
            )}
          </h2>
          <dl>
            {group.rows.map((row) => (
              <FormRow
                key={row.label}
                row={row}
                at={row.label === at}
                compared={compared.has(row.label)}
                onPoint={() => point(row)}
                onTick={() => tick(row.label)}
              />
            ))}
          </dl>
        </section>
      ))}
      <PrintCase application={application} />
    </section>
  )
}

function FormRow({
  row,
  at,
  compared,
  onPoint,
  onTick,
}: {
  row: Row
  at: boolean
  compared: boolean
  onPoint: () => void
  onTick: () => void
}) {
  if (!row.on)
    return (
      <div className="kv">
        <dt>{row.label}</dt>
        <dd>{row.value}</dd>
      </div>
    )
  return (
    <div className={at ? 'kv on' : 'kv'}>
      <dt>
        <button type="button" onClick={onPoint} title="打开对应的材料">
          {row.label}
        </button>
      </dt>
      <dd onClick={onPoint}>{row.value}</dd>
      <button
        type="button"
        role="checkbox"
        className="compared"
        aria-checked={compared}
        aria-label={`${row.label}已与材料对照`}
        title="与材料一致，打勾"
        onClick={onTick}
      >
        <Icon name="check" />
      </button>
    </div>
  )
}

type ChoiceKey = 'education' | 'professionalTitle' | 'migrant' | 'employerNature' | 'industry' | 'sector' | 'payee'
type Shown = { readonly application: ApplicationView; readonly choice: (key: ChoiceKey) => string | undefined }

/** No row where there is nothing to show: a key that is absent may not be seen. */
const row = (label: string, value: ReactNode, on?: Row['on']): Row[] =>
  value === undefined || value === '' ? [] : [{ label, value, ...(on && { on }) }]

export function groupsOf(application: ApplicationView, policy: Policy, today: string): readonly Group[] {
  const { form } = application
  const shown: Shown = { application, choice: (key) => choiceOf(policy, key, form[key]) }
  return [
    { title: '证书', rows: certificateRows(application) },
    { title: '本人', rows: personRows(shown) },
    { title: '单位', rows: unitRows(shown) },
    { title: '收款', rows: payeeRows(shown) },
    { title: '意见', rows: opinionsOf(application, today) },
  ].filter((group) => group.rows.length > 0)
}

function certificateRows({ form, levelTitle, occupationName, filingAuthority }: ApplicationView): readonly Row[] {
  const previous = form.previousLevel === 'none' ? '无' : form.previousLevel && levelTitles[form.previousLevel]
  const occupation = (
    <>
      {occupationName} <span className="mut nb">{form.occupationCode}</span>
    </>
  )
  const number = form.certificateNumber && <Grouped groups={certificateGroups(form.certificateNumber)} />
  return [
    ...row('等级', levelTitle, 'certificate'),
    ...row('职业（工种）', occupation, 'certificate'),
    ...row('证书编号', number, 'certificate'),
    ...row('编号照印的', form.numberAsPrinted ? '申请人确认编号就是这样印的' : undefined, 'certificate'),
    ...row('发证日期', form.issuedOn && dayWithYear(form.issuedOn), 'certificate'),
    ...row('备案', filingAuthorityTitles[filingAuthority], 'certificate'),
    ...row('原有等级', joined(previous, form.previousIssuedOn && dayWithYear(form.previousIssuedOn))),
  ]
}

function personRows({ application, choice }: Shown): readonly Row[] {
  const { form } = application
  const idNumber = form.idNumber && <Unmaskable application={application} field="idNumber" masked={form.idNumber} />
  const years = form.yearsInShanghai !== undefined && `来沪${form.yearsInShanghai}年`
  return [
    ...row('姓名', form.name, 'idCard'),
    ...row('身份证', idNumber, 'idCard'),
    ...row('手机', form.phone && <Unmaskable application={application} field="phone" masked={form.phone} />),
    ...row('学历、职称', joined(choice('education'), form.professionalTitle && `职称${choice('professionalTitle')}`)),
    ...row('外来务工', form.migrant === 'yes' ? joined('是', form.hometown, years) : choice('migrant')),
  ]
}

function unitRows({ application, choice }: Shown): readonly Row[] {
  const { form, unions } = application
  return [
    ...row('单位', form.employer),
    ...row('单位性质', choice('employerNature')),
    ...row('行业、产业', joined(choice('industry'), choice('sector'))),
    ...row('地址', joined(form.employerAddress, form.postcode)),
    ...row('单位电话', form.employerPhone),
    ...row('单位工会', unions.baseUnion),
    ...row('申报点', unions.filingPoint),
    ...row('区局工会', unions.district),
  ]
}

function payeeRows({ application, choice }: Shown): readonly Row[] {
  const { accountNumber, bankName } = application.form
  const account = accountNumber && <Unmaskable application={application} field="accountNumber" masked={accountNumber} />
  return [...row('收款的卡', joined(choice('payee'), bankName), 'card'), ...row('卡号', account, 'card')]
}

/** What the bodies before have said, from the steps and the history. */
function opinionsOf(application: ApplicationView, today: string): readonly Row[] {
  const passed = (kind: 'hrOpinion' | 'firstReview' | 'forwarding' | 'secondReview') => {
    const step = application.steps.find((candidate) => candidate.kind === kind)
    if (!step) return undefined
    if (step.doneAt === undefined) return <span className="mut">还没有办</span>
    const seal = application.history.findLast((entry) => entry.step === kind && entry.seal?.counts)?.seal
    if (seal) return `纸上盖章：${seal.whose}，${day(seal.sealedOn, today)}`
    return `${kind === 'forwarding' ? '已报送' : '同意申报'}，${day(dateOf(step.doneAt), today)}`
  }
  const hr = passed('hrOpinion')
  return [
    { label: '人力资源部门', value: hr ?? <span className="mut">通用工种不用盖章</span> },
    { label: '基层工会', value: passed('firstReview') ?? '—' },
    { label: '申报点', value: passed('forwarding') ?? '—' },
    { label: '区局工会', value: passed('secondReview') ?? '—' },
  ]
}
