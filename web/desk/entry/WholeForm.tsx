/** Every box of one form, by the steps of the form: beside the grid, and where an entered claim is corrected. */
import { Checkbox, Input, Select } from 'antd'
import { useState } from 'react'
import type { DraftForm } from '../../../contract/form.ts'
import type { PaperConsent } from '../../../contract/entries.ts'
import type { FormField, Policy } from '../../../domain/policy.ts'
import { Field } from '../parts/Field.tsx'
import type { FieldAria } from '../parts/Field.tsx'
import type { RowPatch } from './columns.ts'
import { readDate, readOccupation, wholeNumber } from './columns.ts'
import { Pictures } from './Pictures.tsx'

type Boxes = {
  readonly id: string
  readonly form: DraftForm
  readonly paper: PaperConsent
  readonly policy: Policy
  /** By box: a sentence each. */
  readonly problems: ReadonlyMap<string, string>
  readonly onChange: (patch: RowPatch) => void
  /** The consent on paper is asked for when a form is entered, and stands from then on. */
  readonly withPaper: boolean
}

export function WholeForm(boxes: Boxes) {
  const { form, paper, policy, problems, onChange, withPaper } = boxes
  const asked = (field: FormField) =>
    field.kind !== 'derived' &&
    field.kind !== 'file' &&
    field.kind !== 'organisation' &&
    (!field.onlyIf || form[field.onlyIf.field as 'migrant'] === field.onlyIf.value)
  // Beside the grid stands first what the grid has no column for.
  const handedIn = (
    <>
      <section aria-label="材料">
        <h3>材料</h3>
        <Pictures {...boxes} />
      </section>
      {withPaper && (
        <section aria-label="纸上的承诺和同意">
          <h3>纸上的承诺和同意</h3>
          <DateBox
            label="同意书上的日期"
            value={paper.consentedOn}
            wrong={problems.get('consentedOn')}
            onChange={(consentedOn) => onChange({ paper: { consentedOn } })}
          />
          <Signed form={form} policy={policy} onChange={onChange} />
        </section>
      )}
    </>
  )
  return (
    <div className="whole-form">
      {withPaper && handedIn}
      {policy.form.steps
        .filter(({ fields }) => fields.some(asked))
        .map((step) => (
          <section key={step.id} aria-label={step.title}>
            <h3>{step.title}</h3>
            {step.fields.filter(asked).map((field) => (
              <Box key={field.key} field={field} {...boxes} />
            ))}
            {step.id === 'certificate' && problems.has('certificateNumber') && form.certificateNumber && (
              <Checkbox
                checked={form.numberAsPrinted === true}
                onChange={({ target }) => onChange({ form: { numberAsPrinted: target.checked || undefined } })}
              >
                证书上就是这样印的，已经核对
              </Checkbox>
            )}
          </section>
        ))}
      {!withPaper && handedIn}
    </div>
  )
}

/** Each thing that the worker signs, ticked from the paper. */
function Signed({ form, policy, onChange }: Pick<Boxes, 'form' | 'policy' | 'onChange'>) {
  const given = form.consents ?? []
  return (
    <>
      <Checkbox
        checked={form.declared === true}
        onChange={({ target }) => onChange({ form: { declared: target.checked || undefined } })}
      >
        职工已签：{policy.form.declaration}
      </Checkbox>
      {policy.form.consents.map(({ id, title }) => (
        <Checkbox
          key={id}
          checked={given.includes(id)}
          onChange={({ target }) =>
            onChange({
              form: { consents: target.checked ? [...given, id] : given.filter((each) => each !== id) },
            })
          }
        >
          职工已签：{title}
        </Checkbox>
      ))}
    </>
  )
}

function Box({ field, form, problems, policy, onChange }: Boxes & { field: FormField }) {
  const { key, label, hint, kind, choices } = field
  const wrong = problems.get(key)
  const value = form[key as 'name']
  const put = (next: unknown) => onChange({ form: { [key]: next } })
  if (kind === 'date') return <DateBox label={label} value={value} wrong={wrong} onChange={put} />
  if (kind === 'occupation')
    return <Occupation form={form} label={label} wrong={wrong} policy={policy} onChange={onChange} />
  return (
    <Field label={label} hint={wrong ? undefined : hint} wrong={wrong}>
      {(aria) =>
        choices ? (
          <Select
            {...aria}
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            placeholder="选一个"
            value={value ?? null}
            options={choices.map((choice) => ({ value: choice.value, label: choice.label }))}
            onChange={(chosen) => put(chosen ?? undefined)}
          />
        ) : (
          <Input
            {...aria}
            autoComplete="off"
            maxLength={(field.maxLength ?? 40) * 2 > 80 ? 80 : (field.maxLength ?? 40) * 2}
            value={value === undefined ? '' : String(value)}
            onChange={({ target }) => put(kind === 'number' ? wholeNumber(target.value) : target.value || undefined)}
          />
        )
      }
    </Field>
  )
}

/** What is typed is read when the box is left. */
function ReadLater({ aria, value, put }: { aria: FieldAria; value: string; put: (text: string) => void }) {
  const [typing, setTyping] = useState<string>()
  return (
    <Input
      {...aria}
      autoComplete="off"
      maxLength={60}
      value={typing ?? value}
      onChange={({ target }) => setTyping(target.value)}
      onBlur={() => {
        if (typing !== undefined && typing !== value) put(typing)
        setTyping(undefined)
      }}
    />
  )
}

function DateBox({
  label,
  value,
  wrong,
  onChange,
}: {
  label: string
  value: string | undefined
  wrong: string | undefined
  onChange: (date: string | undefined) => void
}) {
  return (
    <Field label={label} hint={wrong ? undefined : '如20251120'} wrong={wrong}>
      {(aria) => <ReadLater aria={aria} value={value ?? ''} put={(text) => onChange(readDate(text) || undefined)} />}
    </Field>
  )
}

function Occupation({
  form,
  label,
  wrong,
  policy,
  onChange,
}: Pick<Boxes, 'form' | 'policy' | 'onChange'> & { label: string; wrong: string | undefined }) {
  const value = [form.occupationCode, form.occupationName].filter(Boolean).join(' ')
  return (
    <Field label={label} hint={wrong ? undefined : '编码和名称照证书填，没有编码的只填名称'} wrong={wrong}>
      {(aria) => (
        <ReadLater
          aria={aria}
          value={value}
          put={(text) =>
            onChange({
              form: { occupationCode: undefined, occupationName: undefined, ...readOccupation(text, policy) },
            })
          }
        />
      )}
    </Field>
  )
}
