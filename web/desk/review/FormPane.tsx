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
export function choiceOf(policy: Policy, key: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const asText = String(value)
  const field = policy.form.steps.flatMap((step) => step.fields).find((candidate) => candidate.key === key)
  return field?.choices?.find((choice) => choice.value === asText)?.label ?? asText
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
              <div key={row.label} className={row.label === at ? 'kv on' : 'kv'}>
                <dt>
                  {row.on ? (
                    <button type="button" onClick={() => point(row)} title="打开对应的材料">
                      {row.label}
                    </button>
                  ) : (
                    row.label
                  )}
                </dt>
                <dd onClick={row.on && (() => point(row))}>{row.value}</dd>
                {row.on && (
                  <button
                    type="button"
                    role="checkbox"
                    className="compared"
                    aria-checked={compared.has(row.label)}
                    aria-label={`${row.label}已与材料对照`}
                    title="与材料一致，打勾"
                    onClick={() => tick(row.label)}
                  >
                    <Icon name="check" />
                  </button>
                )}
              </div>
            ))}
          </dl>
        </section>
      ))}
    </section>
  )
}

/** Only what this viewer may see: an absent key has no row. */
function groupsOf(application: ApplicationView, policy: Policy, today: string): readonly Group[] {
  const { form, unions } = application
  const choice = (key: keyof typeof form) => choiceOf(policy, key, form[key])
  const row = (label: string, value: ReactNode, on?: Row['on']): Row[] =>
    value === undefined || value === '' ? [] : [{ label, value, ...(on && { on }) }]
  const previous =
    form.previousLevel === 'none'
      ? '无'
      : form.previousLevel &&
        joined(levelTitles[form.previousLevel], form.previousIssuedOn && dayWithYear(form.previousIssuedOn))
  return [
    {
      title: '证书',
      rows: [
        ...row('等级', application.levelTitle, 'certificate'),
        ...row(
          '职业（工种）',
          <>
            {application.occupationName} <span className="mut nb">{form.occupationCode}</span>
          </>,
          'certificate',
        ),
        ...row(
          '证书编号',
          form.certificateNumber && <Grouped groups={certificateGroups(form.certificateNumber)} />,
          'certificate',
        ),
        ...row('编号照印的', form.numberAsPrinted ? '申请人确认编号就是这样印的' : undefined, 'certificate'),
        ...row('发证日期', form.issuedOn && dayWithYear(form.issuedOn), 'certificate'),
        ...row('备案', filingAuthorityTitles[application.filingAuthority], 'certificate'),
        ...row('原有等级', previous),
      ],
    },
    {
      title: '本人',
      rows: [
        ...row('姓名', form.name, 'idCard'),
        ...row(
          '身份证',
          form.idNumber && <Unmaskable application={application} field="idNumber" masked={form.idNumber} />,
          'idCard',
        ),
        ...row('手机', form.phone && <Unmaskable application={application} field="phone" masked={form.phone} />),
        ...row(
          '学历、职称',
          joined(choice('education'), form.professionalTitle && `职称${choice('professionalTitle')}`),
        ),
        ...row(
          '外来务工',
          form.migrant === 'yes'
            ? joined('是', form.hometown, form.yearsInShanghai !== undefined && `来沪${form.yearsInShanghai}年`)
            : choice('migrant'),
        ),
      ],
    },
    {
      title: '单位',
      rows: [
        ...row('单位', form.employer),
        ...row('单位性质', choice('employerNature')),
        ...row('行业、产业', joined(choice('industry'), choice('sector'))),
        ...row('地址', joined(form.employerAddress, form.postcode)),
        ...row('单位电话', form.employerPhone),
        ...row('单位工会', unions.baseUnion),
        ...row('申报点', unions.filingPoint),
        ...row('区局工会', unions.district),
      ],
    },
    {
      title: '收款',
      rows: [
        ...row('收款的卡', joined(choice('payee'), form.bankName), 'card'),
        ...row(
          '卡号',
          form.accountNumber && (
            <Unmaskable application={application} field="accountNumber" masked={form.accountNumber} />
          ),
          'card',
        ),
      ],
    },
    { title: '意见', rows: opinionsOf(application, today) },
  ].filter((group) => group.rows.length > 0)
}

/** What the bodies before have said, from the steps and the history. */
function opinionsOf(application: ApplicationView, today: string): readonly Row[] {
  const passed = (kind: 'hrOpinion' | 'firstReview' | 'forwarding' | 'secondReview') => {
    const step = application.steps.find((candidate) => candidate.kind === kind)
    if (!step) return undefined
    if (step.doneAt === undefined) return <span className="mut">还没有办</span>
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
