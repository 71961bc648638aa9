/** A seal on paper is recorded: whose, of which day, and the scan that shows it. */
import { Input, Radio } from 'antd'
import { useState } from 'react'
import type { ApplicationView, PaperSeal } from '../../../contract/applications.ts'
import { errorSays } from '../../../contract/errors.ts'
import { openQuestions } from '../../../domain/facts.ts'
import { sealKindsAt, sealTitles } from '../../../domain/roles.ts'
import type { SealKind } from '../../../domain/roles.ts'
import { filePageUrl } from '../../ui/api.ts'
import { Finding } from '../../ui/Finding.tsx'
import { Field } from '../parts/Field.tsx'
import { Upload } from '../parts/Upload.tsx'
import type { Uploaded } from '../parts/Upload.tsx'
import { useToday } from '../query.ts'
import { useWritten } from './decide.ts'
import { Dialog, Words } from './dialogs.tsx'
import type { Shared } from './dialogs.tsx'

type Typed = {
  readonly kind: SealKind
  readonly whose: string
  readonly sealedOn: string
  /** One of the application's own scans, or the one just handed in. */
  readonly fileId: string | undefined
  readonly uploaded: Uploaded | undefined
}
// What was typed outlives the dialog.
const typedFor = new Map<string, Typed>()

/** Whose it will be, as the application has the name; the seal itself decides. */
function usualName({ unions, form }: ApplicationView, kind: SealKind): string {
  const unit = unions.unit ?? form.employer ?? ''
  return { hrSeal: `${unit}人力资源部`, unitSeal: unit, unionSeal: unions.baseUnion }[kind]
}

function useTyped(application: ApplicationView): [Typed, (part: Partial<Typed>) => void] {
  const kind = sealKindsAt(application.step!)[0]!
  const scans = application.files.filter(({ purpose }) => purpose === 'stampedForm')
  const [typed, setTyped] = useState<Typed>(
    () =>
      typedFor.get(application.id + application.step) ?? {
        kind,
        whose: usualName(application, kind),
        sealedOn: '',
        fileId: scans.at(-1)?.id,
        uploaded: undefined,
      },
  )
  return [
    typed,
    (part) => {
      const next = { ...typed, ...part }
      typedFor.set(application.id + application.step, next)
      setTyped(next)
    },
  ]
}

export function SealDialog({
  title,
  onSend,
  ...shared
}: Shared & { title: string; onSend: (seal: PaperSeal, words: string) => void }) {
  const { application } = shared
  const today = useToday()
  const [typed, change] = useTyped(application)
  const [written, write] = useWritten(application, 'pass')
  const [wrong, setWrong] = useState<string>()
  const questions = openQuestions(application.assessment.findings)
  const send = () => {
    const { kind, sealedOn, fileId } = typed
    const whose = typed.whose.trim()
    const missing =
      whose.length < 2 || !sealedOn || !fileId
        ? 'act.seal-unnamed'
        : sealedOn > today
          ? 'act.seal-date'
          : questions.length > 0 && !written.words.trim()
            ? 'act.question-open'
            : undefined
    setWrong(missing && errorSays(missing))
    if (!missing) onSend({ kind, whose, sealedOn, fileId: fileId! }, written.words.trim())
  }
  return (
    <Dialog {...shared} title={title} go={title} words={written.words} wrong={wrong} onGo={send}>
      <WhoseSeal application={application} typed={typed} onChange={change} />
      <div className="seal-day">
        <Field label={<b>哪一天盖的</b>} hint="照申请表上章旁边的日期">
          {(aria) => (
            <Input
              {...aria}
              type="date"
              max={today}
              value={typed.sealedOn}
              onChange={(event) => change({ sealedOn: event.target.value })}
            />
          )}
        </Field>
      </div>
      <Scan application={application} typed={typed} onChange={change} />
      {questions.length > 0 && (
        <>
          <p className="b">要人判断的地方</p>
          {questions.map((finding) => (
            <Finding key={finding.condition} finding={finding} clauseTarget="_blank" />
          ))}
        </>
      )}
      <Field
        label={<b>{questions.length > 0 ? '判断的理由' : '附一句话（可以不写）'}</b>}
        hint="写进历史，后面的环节看得到。"
      >
        {(aria) => (
          <Words {...aria} autoFocus={false} value={written.words} onChange={(words) => write({ ...written, words })} />
        )}
      </Field>
    </Dialog>
  )
}

type Part = {
  readonly application: ApplicationView
  readonly typed: Typed
  readonly onChange: (part: Partial<Typed>) => void
}

function WhoseSeal({ application, typed, onChange }: Part) {
  const kinds = sealKindsAt(application.step!)
  const choose = (kind: SealKind) => {
    const isUsual = typed.whose === usualName(application, typed.kind)
    onChange({ kind, ...(isUsual && { whose: usualName(application, kind) }) })
  }
  return (
    <>
      {kinds.length > 1 && (
        <fieldset>
          <legend className="b">盖的是什么章</legend>
          <Radio.Group value={typed.kind} onChange={(event) => choose(event.target.value as SealKind)}>
            {kinds.map((kind, place) => (
              <Radio key={kind} value={kind} autoFocus={place === 0}>
                {sealTitles[kind]}
              </Radio>
            ))}
          </Radio.Group>
          <p className="mut sm">
            单位没有人力资源部门章的，用单位公章。<span className="reading">R24</span>
          </p>
        </fieldset>
      )}
      <Field label={<b>谁的{kinds.length > 1 ? '章' : sealTitles[typed.kind]}</b>} hint="照章上的字，不一样就改">
        {(aria) => (
          <Input
            {...aria}
            maxLength={80}
            value={typed.whose}
            onChange={(event) => onChange({ whose: event.target.value })}
          />
        )}
      </Field>
    </>
  )
}

/** A scan that the application has already, or a new one. */
function Scan({ application, typed, onChange }: Part) {
  const scans = application.files.filter(({ purpose }) => purpose === 'stampedForm')
  const upload = (
    <Field label={<b>{scans.length > 0 ? '或再交一份' : '盖章申请表的扫描件'}</b>} hint="整张表，章和日期要看得清">
      {(aria) => (
        <Upload
          aria={aria}
          purpose="stampedForm"
          home={{ applicationId: application.id }}
          value={typed.uploaded}
          onChange={(file) => onChange({ uploaded: file, fileId: file?.id ?? scans.at(-1)?.id })}
        />
      )}
    </Field>
  )
  if (scans.length === 0) return upload
  return (
    <>
      <fieldset>
        <legend className="b">盖章申请表的扫描件</legend>
        <Radio.Group value={typed.fileId} onChange={(event) => onChange({ fileId: event.target.value as string })}>
          {scans.map(({ id, pageCount }, place) => (
            <Radio key={id} value={id}>
              已有的第{place + 1}份，{pageCount}页{' '}
              <a href={filePageUrl(id, 1)} target="_blank" rel="noreferrer">
                看一眼
              </a>
            </Radio>
          ))}
          {typed.uploaded && <Radio value={typed.uploaded.id}>刚交的{typed.uploaded.name}</Radio>}
        </Radio.Group>
      </fieldset>
      {upload}
    </>
  )
}
