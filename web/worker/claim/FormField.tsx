/** One box of the form, drawn by what `form.yaml` says of it. */
import { lazy, Suspense, useState } from 'react'
import type { DraftForm, FormFiles } from '../../../contract/form.ts'
import type { PlainDate } from '../../../domain/dates.ts'
import { readIdentityNumber } from '../../../domain/identityNumber.ts'
import type { FormField as FieldRule, Policy } from '../../../domain/policy.ts'
import { dayWithYear } from '../../ui/words.ts'
import type { DraftKeeper, DraftPatch } from '../draft.ts'
import { ChoiceField, DateField, Field, Opener, TextField } from '../fields.tsx'
import { chosen } from './answers.ts'
import { CertificateNumberField, dateByNumber } from './CertificateNumberField.tsx'
import { FileField } from './FileField.tsx'
import { groupsOf } from './groups.ts'
import { UnionField } from './UnionField.tsx'

const OccupationSheet = lazy(async () => ({ default: (await import('../sheets/OccupationSheet.tsx')).OccupationSheet }))

type Key = Exclude<keyof DraftForm, 'files' | 'consents'>

/** The keyboard a phone should bring up, and what it may remember. */
const typing: { readonly [key: string]: { inputMode?: 'numeric' | 'tel'; autoComplete?: string } } = {
  name: { autoComplete: 'name' },
  phone: { inputMode: 'tel', autoComplete: 'tel' },
  postcode: { inputMode: 'numeric', autoComplete: 'postal-code' },
  employer: { autoComplete: 'organization' },
  employerPhone: { inputMode: 'tel' },
  yearsInShanghai: { inputMode: 'numeric' },
  accountNumber: { inputMode: 'numeric' },
}

function Occupation({
  rule,
  form,
  keeper,
  policy,
  problem,
}: {
  rule: FieldRule
  form: DraftForm
  keeper: DraftKeeper
  policy: Policy
  problem: string | undefined
}) {
  const [picking, setPicking] = useState(false)
  return (
    <Field id="occupationName" label={rule.label} hint={rule.hint} problem={problem}>
      {(described) => (
        <>
          <Opener
            described={described}
            shown={form.occupationName}
            aside={form.occupationCode}
            onOpen={() => setPicking(true)}
          />
          {picking && (
            <Suspense fallback={null}>
              <OccupationSheet
                policy={policy}
                chosen={
                  form.occupationName
                    ? { name: form.occupationName, ...(form.occupationCode && { code: form.occupationCode }) }
                    : undefined
                }
                onChoose={({ name, code }) => {
                  setPicking(false)
                  keeper.set({ occupationName: name, occupationCode: code })
                }}
                onClose={() => setPicking(false)}
              />
            </Suspense>
          )}
        </>
      )}
    </Field>
  )
}

type BoxProps = {
  rule: FieldRule
  form: DraftForm
  keeper: DraftKeeper
  policy: Policy
  today: PlainDate
  problem: string | undefined
  /** Whether a box is being typed in: its problems wait until it is left. */
  onTyping: (key: string, on: boolean) => void
}

const putter =
  (keeper: DraftKeeper, key: string) =>
  (value: DraftForm[Key] | undefined): void =>
    keeper.set({ [key]: value } as DraftPatch)

function DateBox({ rule, form, keeper, today, problem }: BoxProps) {
  const { key, label, hint } = rule
  const put = putter(keeper, key)
  const better = key === 'issuedOn' && problem ? dateByNumber(form, today) : undefined
  return (
    <DateField
      id={key}
      label={label}
      hint={hint}
      optional={!rule.required && form.previousLevel === 'none'}
      value={chosen(form, key)}
      today={today}
      problem={better ? `这一天还没到。编号里的年份是${better.slice(0, 4)}，是不是${dayWithYear(better)}？` : problem}
      mends={
        better && (
          <div className="mends">
            <button type="button" className="button choice" onClick={() => put(better)}>
              用{dayWithYear(better)}
            </button>
          </div>
        )
      }
      onChange={put}
    />
  )
}

/** The sex, as the ID number has it. */
function DerivedBox({ rule, form, today }: BoxProps) {
  const read = rule.key === 'sex' && form.idNumber ? readIdentityNumber(form.idNumber, today) : undefined
  if (!read?.ok || !read.sex) return null
  return (
    <Field id={rule.key} label={rule.label} hint={rule.hint} group>
      {() => <p className="value">{rule.choices?.find(({ value }) => value === read.sex)?.label}</p>}
    </Field>
  )
}

function TypedBox({ rule, form, keeper, today, problem, onTyping }: BoxProps) {
  const { key } = rule
  const put = putter(keeper, key)
  return (
    <TextField
      id={key}
      label={rule.label}
      hint={rule.hint}
      problem={problem}
      optional={!rule.required}
      value={chosen(form, key) ?? ''}
      maxLength={(rule.maxLength ?? 40) * 2}
      groups={groupsOf[key]}
      {...typing[key]}
      note={key === 'idNumber' ? idNote(form, today) : undefined}
      onChange={(value) => {
        onTyping(key, true)
        put(rule.kind === 'number' ? wholeNumber(value) : value)
      }}
      onLeave={() => onTyping(key, false)}
    />
  )
}

export function FormField(props: BoxProps) {
  const { rule, form, keeper, policy, today, problem, onTyping } = props
  const { key, label, hint } = rule
  switch (rule.kind) {
    case 'organisation':
      return <UnionField label={label} hint={hint} unionId={form.baseUnionId} keeper={keeper} problem={problem} />
    case 'occupation':
      return <Occupation rule={rule} form={form} keeper={keeper} policy={policy} problem={problem} />
    case 'certificateNumber':
      return (
        <CertificateNumberField
          label={label}
          form={form}
          keeper={keeper}
          problem={problem}
          today={today}
          onTyping={(on) => onTyping(key, on)}
        />
      )
    case 'file':
      return (
        <FileField
          purpose={key as keyof FormFiles}
          label={label}
          hint={hint}
          fileId={form.files?.[key as keyof FormFiles]}
          keeper={keeper}
          missing={problem}
        />
      )
    case 'choice':
      return (
        <ChoiceField
          id={key}
          label={label}
          hint={hint}
          problem={problem}
          optional={!rule.required}
          value={chosen(form, key)}
          options={rule.choices ?? []}
          onChange={(value) => putter(keeper, key)(value as DraftForm[Key])}
        />
      )
    case 'date':
      return <DateBox {...props} />
    case 'derived':
      return <DerivedBox {...props} />
    case 'text':
    case 'number':
    case 'idNumber':
    case 'phone':
    case 'account':
      return <TypedBox {...props} />
  }
}

function wholeNumber(text: string): number | undefined {
  const digits = text.normalize('NFKC').replace(/\D/g, '').slice(0, 2)
  return digits === '' ? undefined : Number(digits)
}

function idNote(form: DraftForm, today: PlainDate): string | undefined {
  const read = form.idNumber ? readIdentityNumber(form.idNumber, today) : undefined
  return read?.ok && read.birthDate ? `${dayWithYear(read.birthDate)}出生，号码对得上` : undefined
}
