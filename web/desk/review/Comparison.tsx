/** Filed and registered, line by line. While it is typed the register's side is boxes; afterwards it is words. */
import { Button, Input, Select } from 'antd'
import type { ReactNode } from 'react'
import type { ApplicationView } from '../../../contract/applications.ts'
import { plainDate } from '../../../domain/dates.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { Grouped } from '../../ui/Grouped.tsx'
import { Status } from '../../ui/Status.tsx'
import { certificateGroups, dayWithYear } from '../../ui/words.ts'
import { usePolicy } from '../query.ts'
import { say } from '../said.tsx'
import { dateFrom, differencesOf, shownOf } from './register.ts'
import type { Typed } from './register.ts'
import { paidLevels } from './titles.ts'
import { Unmaskable } from './Unmask.tsx'

type Cell = { readonly item: string; readonly typed: Typed; readonly onType: ((typed: Typed) => void) | undefined }

/** `onType` absent: what was recorded, not to be changed. */
export function Comparison({
  application,
  typed,
  onType,
}: {
  application: ApplicationView
  typed: Typed
  onType?: (typed: Typed) => void
}) {
  const { form } = application
  const differences = differencesOf(application, shownOf(typed))
  const different = new Set(differences.map(({ item }) => item))
  const lines = useLines(application)
  const fillAsFiled = () =>
    onType?.({
      holder: 'same',
      level: application.level,
      occupationName: application.occupationName,
      ...(form.occupationCode && { occupationCode: form.occupationCode }),
      ...(form.issuedOn && { issuedOn: form.issuedOn }),
      valid: 'valid',
    })
  const complete = lines.every(({ key }) => !key || typed[key])
  return (
    <>
      <div className="compare-head">
        <h2>证书与登记系统对照</h2>
        {(different.size > 0 || complete) && (
          <Status kind={different.size > 0 ? 'unmet' : 'met'} plain>
            {different.size > 0 ? `${different.size}处不一致` : '全部一致'}
          </Status>
        )}
        <span className="sp" />
        {onType && <Button onClick={fillAsFiled}>官网显示的与申报全部一致</Button>}
      </div>
      <table className="t against">
        <thead>
          <tr>
            <th>项目</th>
            <th>申报内容</th>
            <th>登记系统</th>
            <th>比对</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ item, key, filed, register }) => (
            <tr key={item} className={different.has(item) ? 'bad' : ''}>
              <th scope="row">{item}</th>
              <td>{filed}</td>
              <td>{register({ item, typed, onType })}</td>
              <td>
                {key && (
                  <Match said={Boolean(typed[key]?.trim())} same={!different.has(item)} asked={Boolean(onType)} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

/** `asked`: an empty box can still be filled. */
function Match({ said, same, asked }: { said: boolean; same: boolean; asked: boolean }) {
  if (!said && !asked) return <span className="mut">—</span>
  return (
    <Status kind={said ? (same ? 'met' : 'unmet') : 'waiting'} plain>
      {said ? (same ? '一致' : '不一致') : '未填'}
    </Status>
  )
}

type Line = {
  readonly item: string
  /** What is typed for it; absent: nothing to compare. */
  readonly key?: keyof Typed
  readonly filed: ReactNode
  readonly register: (cell: Cell) => ReactNode
}

function useLines(application: ApplicationView): readonly Line[] {
  const policy = usePolicy().data!
  const { form } = application
  const holderOptions = [
    { value: 'same', label: '姓名和证件号一致' },
    { value: 'other', label: '不是申请人' },
  ]
  const validOptions = [
    { value: 'valid', label: '有效' },
    { value: 'invalid', label: '已撤销或失效' },
  ]
  const levelOptions = paidLevels(policy).map((value) => ({ value, label: levelTitles[value] }))
  return [
    {
      item: '证书编号',
      filed: form.certificateNumber && <Copied number={form.certificateNumber} />,
      register: ({ onType }) => <span className="mut">{onType ? '用这个编号去查' : '按这个编号查的'}</span>,
    },
    {
      item: '持证人',
      key: 'holder',
      filed: (
        <>
          {form.name}{' '}
          {form.idNumber && <Unmaskable application={application} field="idNumber" masked={form.idNumber} />}
        </>
      ),
      register: (cell) => <Choice {...cell} name="holder" options={holderOptions} />,
    },
    {
      item: '等级',
      key: 'level',
      filed: application.levelTitle,
      register: (cell) => <Choice {...cell} name="level" options={levelOptions} />,
    },
    {
      item: '职业',
      key: 'occupationName',
      filed: application.occupationName,
      register: (cell) => <Text {...cell} name="occupationName" placeholder="照官网填" />,
    },
    {
      item: '职业代码',
      key: 'occupationCode',
      filed: form.occupationCode ?? <span className="mut">没有填</span>,
      register: (cell) => <Text {...cell} name="occupationCode" placeholder="官网没有就不填" />,
    },
    {
      item: '发证日期',
      key: 'issuedOn',
      filed: form.issuedOn && dayWithYear(form.issuedOn),
      register: (cell) => <IssueDate {...cell} />,
    },
    {
      item: '证书状态',
      key: 'valid',
      filed: <span className="mut">—</span>,
      register: (cell) => <Choice {...cell} name="valid" options={validOptions} />,
    },
  ]
}

function Copied({ number }: { number: string }) {
  const copy = () => void navigator.clipboard.writeText(number).then(() => say('证书编号已复制'))
  return (
    <>
      <Grouped groups={certificateGroups(number)} />{' '}
      <button type="button" className="plain sm" onClick={copy}>
        复制
      </button>
    </>
  )
}

function Text({
  item,
  typed,
  onType,
  name,
  placeholder,
}: Cell & { name: 'occupationName' | 'occupationCode'; placeholder: string }) {
  if (!onType) return <>{typed[name] ?? '—'}</>
  return (
    <Input
      aria-label={`登记系统：${item}`}
      maxLength={40}
      placeholder={placeholder}
      value={typed[name] ?? ''}
      onChange={(event) => onType({ ...typed, [name]: event.target.value })}
    />
  )
}

function Choice({
  item,
  typed,
  onType,
  name,
  options,
}: Cell & { name: 'holder' | 'level' | 'valid'; options: readonly { value: string; label: string }[] }) {
  if (!onType) return <>{options.find((option) => option.value === typed[name])?.label ?? '—'}</>
  return (
    <Select<string | null>
      aria-label={`登记系统：${item}`}
      placeholder="照官网选"
      allowClear
      value={typed[name] ?? null}
      onChange={(value) => onType({ ...typed, [name]: value ?? undefined })}
      options={[...options]}
    />
  )
}

/** Taken as people copy it, shown as one way to write a date. */
function IssueDate({ item, typed, onType }: Cell) {
  const date = typed.issuedOn && dateFrom(typed.issuedOn)
  if (!onType) return <>{date ? dayWithYear(date) : '—'}</>
  const wrong = Boolean(typed.issuedOn) && !(date && plainDate(date))
  return (
    <Input
      aria-label={`登记系统：${item}`}
      aria-invalid={wrong}
      placeholder="如 2025-11-20"
      maxLength={12}
      value={typed.issuedOn ?? ''}
      status={wrong ? 'error' : ''}
      onChange={(event) => onType({ ...typed, issuedOn: event.target.value })}
      onBlur={() => date && onType({ ...typed, issuedOn: date })}
    />
  )
}
