/** The pictures of one row: a place for each, and files that were dropped, each of which waits for its place. */
import { Button, Select } from 'antd'
import { useState } from 'react'
import type { DraftForm, FormFiles } from '../../../contract/form.ts'
import type { PaperConsent } from '../../../contract/entries.ts'
import type { File as StoredFile } from '../../../contract/files.ts'
import type { Policy } from '../../../domain/policy.ts'
import { newId, sendFile } from '../../ui/api.ts'
import { saysOf, useServer } from '../query.ts'
import { Field } from '../parts/Field.tsx'
import type { Uploaded } from '../parts/Upload.tsx'
import { Upload } from '../parts/Upload.tsx'
import type { RowPatch } from './columns.ts'

type Purpose = keyof FormFiles | NonNullable<PaperConsent['scanIs']>
const paperTitles: { readonly [P in NonNullable<PaperConsent['scanIs']>]: string } = {
  consent: '同意书',
  stampedForm: '盖章的申请表',
}

/** By what such files are usually called. */
const named: readonly (readonly [RegExp, Purpose])[] = [
  [/国徽|反面|背面/, 'idBack'],
  [/人像|正面|身份证/, 'idFront'],
  [/同意/, 'consent'],
  [/申请表|盖章/, 'stampedForm'],
  [/证书/, 'certificate'],
  [/卡/, 'card'],
]
export const purposeOf = (name: string): Purpose | undefined => named.find(([words]) => words.test(name))?.[1]

/** A picture in its place. */
export const placing = (purpose: Purpose, id: string, files: DraftForm['files']): RowPatch =>
  purpose === 'consent' || purpose === 'stampedForm'
    ? { paper: { scanId: id, scanIs: purpose } }
    : { form: { files: { ...files, [purpose]: id } } }

export function Pictures({
  id,
  form,
  paper,
  policy,
  problems,
  onChange,
  withPaper,
}: {
  id: string
  form: DraftForm
  paper: PaperConsent
  policy: Policy
  problems: ReadonlyMap<string, string>
  onChange: (patch: RowPatch) => void
  withPaper: boolean
}) {
  const places = policy.form.steps.flatMap(({ fields }) => fields).filter(({ kind }) => kind === 'file')
  const put = (purpose: Purpose, file: Uploaded) => onChange(placing(purpose, file.id, form.files))
  const scanIs = paper.scanIs ?? 'consent'
  return (
    <>
      {places.map(({ key, label, hint }) => (
        <Place
          key={key}
          draftId={id}
          purpose={key as keyof FormFiles}
          label={label}
          hint={hint}
          fileId={form.files?.[key as keyof FormFiles]}
          wrong={problems.get(key)}
          onPut={put}
        />
      ))}
      {withPaper && (
        <>
          <Field label="同意写在哪张纸上">
            {(aria) => (
              <Select
                {...aria}
                value={scanIs}
                options={(['consent', 'stampedForm'] as const).map((value) => ({ value, label: paperTitles[value] }))}
                onChange={(chosen) => onChange({ paper: { scanIs: chosen, scanId: undefined } })}
              />
            )}
          </Field>
          <Place
            key={scanIs}
            draftId={id}
            purpose={scanIs}
            label={`${paperTitles[scanIs]}的扫描件`}
            hint="看得清签名和日期"
            fileId={paper.scanId}
            wrong={problems.get('scan')}
            onPut={put}
          />
        </>
      )}
    </>
  )
}

function Place({
  draftId,
  purpose,
  label,
  hint,
  fileId,
  wrong,
  onPut,
}: {
  draftId: string
  purpose: Purpose
  label: string
  hint: string | undefined
  fileId: string | undefined
  wrong: string | undefined
  onPut: (purpose: Purpose, file: Uploaded) => void
}) {
  const stored = useServer<StoredFile>(`/files/${fileId ?? ''}`, fileId === undefined)
  const value = fileId && { id: fileId, name: '已上传', pages: stored.data?.pages.length ?? 1 }
  return (
    <Field label={label} hint={fileId ? undefined : hint} wrong={wrong}>
      {(aria) => (
        <Upload
          purpose={purpose}
          home={{ draftId }}
          aria={aria}
          value={value || undefined}
          onChange={(file) => file && onPut(purpose, file)}
        />
      )}
    </Field>
  )
}

/** Files dropped on a row: what each shows is chosen here, and sent then. */
export function Dropped({
  id,
  form,
  policy,
  files,
  onChange,
  onDone,
}: {
  id: string
  form: () => DraftForm
  policy: Policy
  files: readonly File[]
  onChange: (patch: RowPatch) => void
  onDone: () => void
}) {
  const [chosen, setChosen] = useState<readonly (Purpose | undefined)[]>(() => files.map(({ name }) => purposeOf(name)))
  const [sent, setSent] = useState<number>()
  const [wrong, setWrong] = useState<string>()
  const places = policy.form.steps.flatMap(({ fields }) => fields).filter(({ kind }) => kind === 'file')
  const options = [
    ...places.map(({ key, label }) => ({ value: key as Purpose, label })),
    ...Object.entries(paperTitles).map(([value, label]) => ({ value: value as Purpose, label })),
  ]
  const picked = chosen.filter((purpose) => purpose !== undefined)
  const twice = new Set(picked).size < picked.length
  async function send() {
    setWrong(undefined)
    setSent(0)
    const waiting = files.flatMap((file, at) => (chosen[at] ? [{ file, purpose: chosen[at] }] : []))
    const one = async (): Promise<void> => {
      const next = waiting.shift()
      if (!next) return
      const { id: fileId } = await sendFile(newId(), next.purpose, { draftId: id }, next.file).catch(
        (error: unknown) => {
          waiting.length = 0
          throw new Error(`${next.file.name}：${saysOf(error)}`)
        },
      )
      onChange(placing(next.purpose, fileId, form().files))
      setSent((count = 0) => count + 1)
      return one()
    }
    try {
      // Two at a time: the server takes no more of one account at once.
      await Promise.all([one(), one()])
      onDone()
    } catch (error) {
      setSent(undefined)
      setWrong((error as Error).message)
    }
  }
  return (
    <section className="dropped" aria-label="拖进来的文件">
      <h3>拖进来{files.length}个文件，选各是什么</h3>
      {files.map((file, at) => (
        <Field key={`${at} ${file.name}`} label={file.name}>
          {(aria) => (
            <Select
              {...aria}
              allowClear
              placeholder="不用这个文件"
              value={chosen[at] ?? null}
              options={options}
              onChange={(value) => setChosen(chosen.map((each, place) => (place === at ? (value ?? undefined) : each)))}
            />
          )}
        </Field>
      ))}
      {twice && <p className="warn sm">有两个文件选成了同一样，改一个。</p>}
      {wrong && (
        <p className="err sm" role="alert">
          {wrong}
        </p>
      )}
      <div className="row">
        <Button
          type="primary"
          disabled={picked.length === 0 || twice}
          loading={sent !== undefined}
          onClick={() => void send()}
        >
          {sent === undefined ? `上传${picked.length}个` : `已上传${sent}个，共${picked.length}个`}
        </Button>
        <Button onClick={onDone}>都不用</Button>
      </div>
    </section>
  )
}
