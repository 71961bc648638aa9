/** 单位信息: kept once by the union, so that none of its workers types it again. */
import { Input, Radio, Select } from 'antd'
import { useState } from 'react'
import type { UnionOptions, UnitFacts as Facts, UnitFactsView } from '../../../contract/people.ts'
import type { FormField, Policy } from '../../../domain/policy.ts'
import type { Problem } from '../../ui/api.ts'
import { Empty, Failed, Loading, Page } from '../Page.tsx'
import { usePolicy, useServer, useStaff } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from '../parts/Field.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Press } from '../parts/Press.tsx'
import { fieldSays, Refusal } from '../parts/Refusal.tsx'
import { useUrl, useUrlState } from '../parts/url.ts'
import { useWrite } from '../parts/write.ts'
import './pages.css'

export default function UnitFacts() {
  const staff = useStaff()
  return (
    <Page title="单位信息" rule="在这里填一次，本单位职工申报时自动带出，职工自己还能改">
      {staff.role === 'unionOfficer' ? <OneUnion id={staff.appointment.organisationId} /> : <Choice />}
    </Page>
  )
}

/** A filing point serves several base unions. */
function Choice() {
  const [{ union }, change] = useUrlState()
  const [find, setFind] = useUrl('q', '')
  const path = `/unions?find=${encodeURIComponent(find.trim())}`
  const unions = useServer<UnionOptions>(path)
  return (
    <div className="beside">
      <section className="panel">
        <div className="cap">
          <Input
            value={find}
            maxLength={40}
            allowClear
            aria-label="按名称找基层工会"
            placeholder="工会或区局名称里的字"
            onChange={(event) => setFind(event.target.value)}
          />
        </div>
        {unions.isPending ? (
          <Loading />
        ) : unions.isError ? (
          <Failed error={unions.error} retry={() => void unions.refetch()} />
        ) : unions.data.unions.length === 0 ? (
          <Empty title="没有这样的工会" next="换个字再找" />
        ) : (
          <ul className="choices">
            {unions.data.unions.map((option) => (
              <li key={option.id}>
                <button type="button" aria-pressed={option.id === union} onClick={() => change({ union: option.id })}>
                  {option.name}
                  <span className="mut sm">{option.district}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </section>
      {union ? (
        <OneUnion key={union} id={union} />
      ) : (
        <section className="panel">
          <Empty title="选一家工会" next="只能改你这个申报点服务的基层工会" />
        </section>
      )}
    </div>
  )
}

function OneUnion({ id }: { id: string }) {
  const path = `/unions/${id}/unit-facts`
  const facts = useServer<UnitFactsView>(path)
  const policy = usePolicy()
  return (
    <Loaded query={facts} path={path}>
      {(view) => (
        <Loaded query={policy} path="/policy">
          {(rules) => <FactsForm view={view} policy={rules} />}
        </Loaded>
      )}
    </Loaded>
  )
}

const blank = { employer: '', employerNature: '', employerAddress: '', postcode: '', employerPhone: '', industry: '' }
type Typed = { [K in keyof Facts]: K extends 'sector' ? Facts['sector'] | undefined : string }

/** The form's own field of that key: its label, hint and choices are the policy's. */
const fieldOf = (policy: Policy, key: string): FormField | undefined =>
  policy.form.steps.flatMap((step) => step.fields).find((field) => field.key === key)

function FactsForm({ view, policy }: { view: UnitFactsView; policy: Policy }) {
  const [typed, setTyped] = useState<Typed>({ ...blank, sector: undefined, ...view.facts })
  const keep = useWrite<Facts, UnitFactsView>(() => `/unions/${view.organisationId}/unit-facts`)
  const set = (part: Partial<Typed>) => setTyped({ ...typed, ...part })
  const missing = (
    ['employer', 'employerNature', 'employerAddress', 'postcode', 'employerPhone', 'industry', 'sector'] as const
  ).find((key) => !typed[key]?.trim())
  const why = missing
    ? `先填${fieldOf(policy, missing)?.label ?? '空着的地方'}`
    : /^\d{6}$/.test(typed.postcode.trim())
      ? undefined
      : '邮编是6位数字'
  const press = () => {
    const { sector } = typed
    if (!why && sector) keep.send({ ...typed, sector }, () => say(`${view.name}的单位信息已保存`))
  }
  const box = (key: TextKey, most: number) => ({
    field: fieldOf(policy, key),
    wrong: fieldSays(keep.problem, key),
    value: typed[key],
    onChange: (value: string) => set({ [key]: value }),
    most,
  })
  return (
    <form
      className="panel sign unit-form"
      aria-label={`${view.name}的单位信息`}
      onSubmit={(event) => {
        event.preventDefault()
        press()
      }}
    >
      <div className="row">
        <h2>{view.name}</h2>
        <span className="mut">{view.district}</span>
        <span className="sp" />
        {!view.facts && <span className="warn sm">还没有填过</span>}
      </div>
      <TextBox {...box('employer', 60)} />
      <div className="pair">
        <ChoiceBox {...box('employerNature', 20)} />
        <ChoiceBox {...box('industry', 20)} />
      </div>
      <Sector
        field={fieldOf(policy, 'sector')}
        value={typed.sector}
        problem={keep.problem}
        onChange={(sector) => set({ sector })}
      />
      <TextBox {...box('employerAddress', 80)} />
      <div className="pair">
        <TextBox {...box('postcode', 6)} />
        <TextBox {...box('employerPhone', 20)} />
      </div>
      <Refusal problem={keep.problem} />
      <Press primary large why={why} pending={keep.pending} onPress={press}>
        保存单位信息
      </Press>
    </form>
  )
}

type TextKey = Exclude<keyof Facts, 'sector'>
type Box = {
  readonly field: FormField | undefined
  readonly wrong: string | undefined
  readonly value: string
  readonly onChange: (value: string) => void
  readonly most: number
}

function TextBox({ field, wrong, value, onChange, most }: Box) {
  return (
    <Field label={field?.label} hint={field?.hint} wrong={wrong}>
      {(aria) => <Input {...aria} maxLength={most} value={value} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  )
}

function ChoiceBox({ field, wrong, value, onChange }: Box) {
  return (
    <Field label={field?.label} hint={field?.hint} wrong={wrong}>
      {(aria) => (
        <Select
          {...aria}
          showSearch={{ optionFilterProp: 'label' }}
          placeholder="选一个"
          value={value || null}
          onChange={(chosen) => onChange(chosen ?? '')}
          options={(field?.choices ?? []).map((choice) => ({ value: choice.value, label: choice.label }))}
        />
      )}
    </Field>
  )
}

function Sector({
  field,
  value,
  problem,
  onChange,
}: {
  field: FormField | undefined
  value: Facts['sector'] | undefined
  problem: Problem | undefined
  onChange: (sector: Facts['sector']) => void
}) {
  return (
    <Field label={field?.label} wrong={fieldSays(problem, 'sector')}>
      {(aria) => (
        <Radio.Group
          {...aria}
          value={value}
          onChange={(event) => onChange(event.target.value as Facts['sector'])}
          options={(field?.choices ?? []).map((choice) => ({ value: choice.value, label: choice.label }))}
        />
      )}
    </Field>
  )
}
