/** 审核: what the official register showed, side by side with what was filed, recorded with evidence (四.一.4). */
import { Button, Input, Radio, Select } from 'antd'
import { useId, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import type { Acted, ApplicationView, RegisterRecord } from '../../../contract/applications.ts'
import { errorSays } from '../../../contract/errors.ts'
import { fileLimits } from '../../../contract/fileLimits.ts'
import { plainDate } from '../../../domain/dates.ts'
import { filingAuthorityTitles, levelTitles } from '../../../domain/policy.ts'
import type { Level, Policy } from '../../../domain/policy.ts'
import { filePageUrl, newId, Problem, request, sendFile } from '../../ui/api.ts'
import { Clause } from '../../ui/Clause.tsx'
import { Grouped } from '../../ui/Grouped.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Status } from '../../ui/Status.tsx'
import type { StatusKind } from '../../ui/Status.tsx'
import { certificateGroups, dayWithYear, moment } from '../../ui/words.ts'
import { Field } from '../parts/Field.tsx'
import { Press } from '../parts/Press.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { client, useChange, usePolicy, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Alike, Assessment, Checks, Decision, History } from './AssessmentPane.tsx'
import { registerCheck } from './decide.ts'
import { dateFrom, differencesOf } from './register.ts'
import type { Shown } from './register.ts'
import { paidLevels } from './titles.ts'
import { Unmaskable } from './Unmask.tsx'
import '../pages/pages.css'

type Outcome = RegisterRecord['outcome']
/** As typed: dates and yes-or-no in the words of the screen until they are sent. */
type Typed = {
  readonly holder?: 'same' | 'other' | undefined
  readonly level?: Level | undefined
  readonly occupationName?: string
  readonly occupationCode?: string
  readonly issuedOn?: string
  readonly valid?: 'valid' | 'invalid' | undefined
}
type Look = {
  readonly source: string
  readonly outcome: Outcome | undefined
  readonly typed: Typed
  readonly evidence: { readonly id: string; readonly name: string } | undefined
}

// What was typed for a case stays while one looks at its pictures or at another case.
const looks = new Map<string, Look>()

function shownOf(typed: Typed): Shown {
  const issuedOn = typed.issuedOn && dateFrom(typed.issuedOn)
  return {
    ...(typed.holder && { holderMatches: typed.holder === 'same' }),
    ...(typed.level && { level: typed.level }),
    ...(typed.occupationName?.trim() && { occupationName: typed.occupationName.trim() }),
    ...(typed.occupationCode?.trim() && { occupationCode: typed.occupationCode.trim() }),
    ...(issuedOn && { issuedOn }),
    ...(typed.valid && { valid: typed.valid === 'valid' }),
  }
}
const typedOf = (shown: Shown): Typed => ({
  ...(shown.holderMatches !== undefined && { holder: shown.holderMatches ? 'same' : 'other' }),
  ...(shown.level && { level: shown.level }),
  ...(shown.occupationName && { occupationName: shown.occupationName }),
  ...(shown.occupationCode && { occupationCode: shown.occupationCode }),
  ...(shown.issuedOn && { issuedOn: shown.issuedOn }),
  ...(shown.valid !== undefined && { valid: shown.valid ? 'valid' : 'invalid' }),
})

/** The site the notice names; a certificate of an industry is looked up where the state publishes those. */
const sourceFor = (application: ApplicationView) =>
  application.filingAuthority === 'shanghai'
    ? '职业技能鉴定中心官网，人工查询'
    : '技能人才评价证书全国联网查询，人工查询'

export function Verification({
  application,
  comparing,
  files,
  tabs,
}: {
  application: ApplicationView
  /** The comparison is open, not the pictures. */
  comparing: boolean
  files: ReactNode
  /** Between the comparison and the pictures. */
  tabs: ReactNode
}) {
  const recorded = registerCheck(application)
  const [look, setLook] = useState<Look>(
    () =>
      looks.get(application.id) ?? {
        source: sourceFor(application),
        outcome: undefined,
        typed: {},
        evidence: undefined,
      },
  )
  const [again, setAgain] = useState(false)
  const change = (part: Partial<Look>) => {
    const next = { ...look, ...part }
    looks.set(application.id, next)
    setLook(next)
  }
  const editing = !recorded || again
  return (
    <div className="cols verification">
      {comparing ? (
        <section className="pane compare-pane" aria-label="与登记系统对照">
          {tabs}
          {editing ? (
            <Comparison application={application} typed={look.typed} onType={(typed) => change({ typed })} />
          ) : (
            <>
              <Comparison application={application} typed={typedOf(recorded.shown)} />
              <Evidence application={application} check={recorded} onAgain={() => setAgain(true)} />
            </>
          )}
        </section>
      ) : (
        files
      )}
      <section className="pane assessment-pane" aria-label="审核结果">
        {editing && (
          <Result
            application={application}
            look={look}
            onChange={change}
            onDone={() => {
              looks.delete(application.id)
              setAgain(false)
            }}
            onCancel={recorded && (() => setAgain(false))}
          />
        )}
        <Assessment application={application} />
        <Decision application={application} />
        <Checks application={application} />
        <History application={application} />
        <Alike application={application} />
      </section>
    </div>
  )
}

type Line = {
  readonly item: string
  readonly filed: ReactNode
  readonly register: ReactNode
  /** undefined: the register said nothing of it. */
  readonly same: boolean | undefined
  readonly noMatch?: true
}

/** `onType` absent: what was recorded, not to be changed. */
function Comparison({
  application,
  typed,
  onType,
}: {
  application: ApplicationView
  typed: Typed
  onType?: (typed: Typed) => void
}) {
  const policy = usePolicy().data!
  const differences = differencesOf(application, shownOf(typed))
  const lines = linesOf(application, policy, typed, onType, new Set(differences.map(({ item }) => item)))
  const { form } = application
  const fillAsFiled = () =>
    onType?.({
      holder: 'same',
      level: application.level,
      occupationName: application.occupationName,
      ...(form.occupationCode && { occupationCode: form.occupationCode }),
      ...(form.issuedOn && { issuedOn: form.issuedOn }),
      valid: 'valid',
    })
  return (
    <>
      <div className="compare-head">
        <h2>证书与登记系统对照</h2>
        {differences.length > 0 ? (
          <Status kind="unmet" plain>
            {differences.length}处不一致
          </Status>
        ) : (
          lines.every((line) => line.same ?? line.noMatch) && (
            <Status kind="met" plain>
              全部一致
            </Status>
          )
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
          {lines.map((line) => (
            <tr key={line.item} className={line.same === false ? 'bad' : undefined}>
              <th scope="row">{line.item}</th>
              <td>{line.filed}</td>
              <td>{line.register}</td>
              <td>{!line.noMatch && (line.same !== undefined || onType) ? <Match same={line.same} /> : '—'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
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

function Match({ same }: { same: boolean | undefined }) {
  const [kind, says]: [StatusKind, string] =
    same === undefined ? ['waiting', '未填'] : same ? ['met', '一致'] : ['unmet', '不一致']
  return (
    <Status kind={kind} plain>
      {says}
    </Status>
  )
}

function linesOf(
  application: ApplicationView,
  policy: Policy,
  typed: Typed,
  onType: ((typed: Typed) => void) | undefined,
  different: ReadonlySet<string>,
): readonly Line[] {
  const { form } = application
  const same = (item: string, said: unknown) => (said ? !different.has(item) : undefined)
  const issuedOn = typed.issuedOn && dateFrom(typed.issuedOn)
  const text = (item: string, key: 'occupationName' | 'occupationCode', placeholder: string) =>
    onType ? (
      <Input
        aria-label={`登记系统：${item}`}
        maxLength={40}
        placeholder={placeholder}
        value={typed[key] ?? ''}
        onChange={(event) => onType({ ...typed, [key]: event.target.value })}
      />
    ) : (
      (typed[key] ?? '—')
    )
  const choice = <Key extends 'holder' | 'valid' | 'level'>(
    item: string,
    key: Key,
    options: readonly { value: NonNullable<Typed[Key]>; label: string }[],
  ) =>
    onType ? (
      <Select
        aria-label={`登记系统：${item}`}
        placeholder="照官网选"
        allowClear
        value={typed[key] ?? null}
        onChange={(value: Typed[Key] | null | undefined) => onType({ ...typed, [key]: value ?? undefined })}
        options={[...options] as { value: string; label: string }[]}
      />
    ) : (
      (options.find((option) => option.value === typed[key])?.label ?? '—')
    )
  return [
    {
      item: '证书编号',
      filed: form.certificateNumber && <Copied number={form.certificateNumber} />,
      register: <span className="mut">{onType ? '用这个编号去查' : '按这个编号查的'}</span>,
      same: undefined,
      noMatch: true,
    },
    {
      item: '持证人',
      filed: (
        <>
          {form.name}{' '}
          {form.idNumber && <Unmaskable application={application} field="idNumber" masked={form.idNumber} />}
        </>
      ),
      register: choice('持证人', 'holder', [
        { value: 'same', label: '姓名和证件号一致' },
        { value: 'other', label: '不是申请人' },
      ]),
      same: same('持证人', typed.holder),
    },
    {
      item: '等级',
      filed: application.levelTitle,
      register: choice(
        '等级',
        'level',
        paidLevels(policy).map((value) => ({ value, label: levelTitles[value] })),
      ),
      same: same('等级', typed.level),
    },
    {
      item: '职业',
      filed: application.occupationName,
      register: text('职业', 'occupationName', '照官网填'),
      same: same('职业', typed.occupationName?.trim()),
    },
    {
      item: '职业代码',
      filed: form.occupationCode ?? <span className="mut">没有填</span>,
      register: text('职业代码', 'occupationCode', '官网没有就不填'),
      same: same('职业代码', typed.occupationCode?.trim()),
    },
    {
      item: '发证日期',
      filed: form.issuedOn && dayWithYear(form.issuedOn),
      register: onType ? (
        <Input
          aria-label="登记系统：发证日期"
          placeholder="如 2025-11-20"
          maxLength={12}
          value={typed.issuedOn ?? ''}
          {...(typed.issuedOn && !(issuedOn && plainDate(issuedOn)) && { status: 'error' as const })}
          onChange={(event) => onType({ ...typed, issuedOn: event.target.value })}
          onBlur={() => issuedOn && onType({ ...typed, issuedOn })}
        />
      ) : (
        ((typed.issuedOn && dayWithYear(typed.issuedOn)) ?? '—')
      ),
      same: same('发证日期', issuedOn),
    },
    {
      item: '证书状态',
      filed: <span className="mut">—</span>,
      register: choice('证书状态', 'valid', [
        { value: 'valid', label: '有效' },
        { value: 'invalid', label: '已撤销或失效' },
      ]),
      same: same('证书状态', typed.valid),
    },
  ]
}

const outcomeWords: { readonly [O in Outcome]: { readonly title: string; readonly says: string } } = {
  pass: { title: '查到，相符', says: '登记的内容都一致，可以审核通过。' },
  fail: { title: '查到，不相符', says: '列明差异，退回补正，请申请人核对。' },
  noData: { title: '查无此证', says: '发证未满20个工作日就继续等；已满则退回核对编号。' },
  unavailable: { title: '登记系统不可用', says: '不计入结果，恢复后再查。' },
}
const outcomes: readonly Outcome[] = ['pass', 'fail', 'noData', 'unavailable']

/** Why a look cannot be recorded with this outcome. */
function whyNotOutcome(application: ApplicationView, outcome: Outcome, typed: Typed): string | undefined {
  const shown = shownOf(typed)
  const differences = differencesOf(application, shown).length
  if (outcome === 'pass' && differences > 0) return `有${differences}处不一致，不能选`
  if (outcome === 'noData' && Object.keys(shown).length > 0) return '左边填了查到的内容，不能选'
  return undefined
}
function whyNotRecord(application: ApplicationView, look: Look): string | undefined {
  const { outcome, typed, evidence, source } = look
  if (!outcome) return '先选一个结果。'
  const why = whyNotOutcome(application, outcome, typed)
  if (why) return `${why}。`
  if (!source.trim()) return '写明在哪里查的。'
  const found = outcome === 'pass' || outcome === 'fail'
  if (found && typed.issuedOn && !plainDate(dateFrom(typed.issuedOn) ?? '')) return '发证日期按2025-11-20这样写。'
  if (
    outcome === 'pass' &&
    !(typed.holder && typed.level && typed.occupationName?.trim() && typed.issuedOn && typed.valid)
  )
    return '左边登记系统一栏要填全，再记相符。'
  if (outcome === 'fail' && differencesOf(application, shownOf(typed)).length === 0) return '左边填出哪里不一致。'
  if (found && !evidence) return '上传官网页面的截图。'
  return undefined
}

function Result({
  application,
  look,
  onChange,
  onDone,
  onCancel,
}: {
  application: ApplicationView
  look: Look
  onChange: (part: Partial<Look>) => void
  onDone: () => void
  onCancel: (() => void) | undefined
}) {
  const checkId = useRef(newId())
  const record = useChange(async () => {
    const { outcome, typed, source, evidence } = look
    const found = outcome === 'pass' || outcome === 'fail'
    const message = {
      source: source.trim(),
      outcome,
      shown: found ? shownOf(typed) : {},
      ...(evidence && { evidenceFileId: evidence.id }),
    }
    const answer = await request<Acted>('PUT', `/applications/${application.id}/checks/${checkId.current}`, message)
    checkId.current = newId()
    await client.invalidateQueries({ queryKey: [`/applications/${application.id}`] })
    return answer
  })
  const why = whyNotRecord(application, look)
  return (
    <div className="result">
      <h2>审核结果</h2>
      <Radio.Group
        className="outcomes"
        aria-label="审核结果"
        value={look.outcome}
        onChange={(event) => onChange({ outcome: event.target.value as Outcome })}
      >
        {outcomes.map((outcome) => {
          const off = whyNotOutcome(application, outcome, look.typed)
          return (
            <Radio
              key={outcome}
              value={outcome}
              className={outcome === look.outcome ? 'on' : ''}
              disabled={off !== undefined}
            >
              {outcomeWords[outcome].title}
              <p className={off ? 'warn' : undefined}>
                {off && <Icon name="bang" />} {off ?? outcomeWords[outcome].says}
              </p>
            </Radio>
          )
        })}
      </Radio.Group>
      <div className="stack result-fields">
        <Field label="在哪里查的">
          {(aria) => (
            <Input
              {...aria}
              maxLength={80}
              value={look.source}
              onChange={(event) => onChange({ source: event.target.value })}
            />
          )}
        </Field>
        <EvidenceUpload
          application={application}
          evidence={look.evidence}
          onTaken={(evidence) => onChange({ evidence })}
        />
        <Refusal problem={record.error instanceof Problem ? record.error : undefined} />
        <div className="row">
          <Press
            primary
            why={why}
            pending={record.isPending}
            onPress={() =>
              record.mutate(undefined, {
                onSuccess: () => {
                  say('查询结果已记录')
                  onDone()
                },
              })
            }
          >
            记录查询结果
          </Press>
          {onCancel && <Button onClick={onCancel}>不再查了</Button>}
        </div>
      </div>
    </div>
  )
}

/** Sent as it is chosen; a lost connection keeps the file and offers to send it again. */
function EvidenceUpload({
  application,
  evidence,
  onTaken,
}: {
  application: ApplicationView
  evidence: Look['evidence']
  onTaken: (evidence: Look['evidence']) => void
}) {
  const id = useId()
  const [sending, setSending] = useState<{ file: File; fileId: string; share: number; wrong?: string }>()
  async function send(file: File, fileId: string) {
    if (file.size > fileLimits.bytes) {
      const megabytes = Math.ceil((file.size / 1024 / 1024) * 10) / 10
      setSending({ file, fileId, share: 0, wrong: errorSays('file.too-large', { megabytes }) })
      return
    }
    setSending({ file, fileId, share: 0 })
    try {
      await sendFile(fileId, 'registerEvidence', { applicationId: application.id }, file, (share) =>
        setSending({ file, fileId, share }),
      )
      setSending(undefined)
      onTaken({ id: fileId, name: file.name })
    } catch (error) {
      setSending({ file, fileId, share: 0, wrong: error instanceof Problem ? error.title : String(error) })
    }
  }
  return (
    <div className="field">
      <label htmlFor={id}>官网页面的截图（JPG、PNG、PDF）</label>
      <input
        id={id}
        className="unseen"
        type="file"
        accept={fileLimits.mediaTypes.join(',')}
        onChange={(event) => {
          const [file] = event.target.files ?? []
          event.target.value = ''
          if (file) void send(file, newId())
        }}
      />
      <div className="row wrap">
        <Button onClick={() => document.getElementById(id)?.click()}>
          <Icon name="up" />
          {evidence ? '换一张' : '选截图'}
        </Button>
        {evidence && !sending && (
          <Status kind="met" plain>
            <span className="evidence-name" title={evidence.name}>
              {evidence.name}
            </span>
          </Status>
        )}
        {sending && !sending.wrong && (
          <span role="status">
            {sending.file.name} {Math.round(sending.share * 100)}%
          </span>
        )}
      </div>
      {sending?.wrong && (
        <span className="wrong" role="alert">
          {sending.wrong}{' '}
          <button type="button" className="plain" onClick={() => void send(sending.file, sending.fileId)}>
            再传一次
          </button>
        </span>
      )}
    </div>
  )
}

function Evidence({
  application,
  check,
  onAgain,
}: {
  application: ApplicationView
  check: ApplicationView['checks'][number]
  onAgain: () => void
}) {
  const policy = usePolicy().data!
  const today = useToday()
  const { verification } = policy.channels.find((channel) => channel.id === 'unit')!
  return (
    <div className="evidence">
      {check.evidenceFileId ? (
        <a className="shot" href={filePageUrl(check.evidenceFileId, 1)} target="_blank" rel="noreferrer">
          <img src={filePageUrl(check.evidenceFileId, 1)} alt="官网页面截图，点开看大图" />
        </a>
      ) : (
        <div className="shot mut">没有截图</div>
      )}
      <div>
        <p className="row">
          <b>依据</b>
          <span className="tag">
            <Icon name="lock" /> 已记录，不可改
          </span>
        </p>
        <dl className="facts">
          <dt>结果</dt>
          <dd>{outcomeWords[check.outcome].title}</dd>
          <dt>来源</dt>
          <dd>{check.source}</dd>
          <dt>查询</dt>
          <dd>
            {check.by && `${check.by}，`}
            {moment(check.at, today)}
          </dd>
          <dt>编号</dt>
          <dd>
            {application.form.certificateNumber && (
              <Grouped groups={certificateGroups(application.form.certificateNumber)} />
            )}
          </dd>
          <dt>备案</dt>
          <dd>{filingAuthorityTitles[application.filingAuthority]}</dd>
          <dt>通知</dt>
          <dd>
            <Clause id={verification.clause} quote={verification.quote} target="_blank" />
          </dd>
        </dl>
        <p style={{ marginTop: 10 }}>
          <Button onClick={onAgain}>
            <Icon name="rotate" />
            再查一次
          </Button>
        </p>
      </div>
    </div>
  )
}
