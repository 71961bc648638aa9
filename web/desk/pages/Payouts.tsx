/** 发放登记: one worker after the other, with date and proof; the whole is due two weeks after receipt (四.一.5). */
import { Link } from '@tanstack/react-router'
import { Input, Select } from 'antd'
import { useEffect, useId, useRef, useState } from 'react'
import type { NoticeDetail, Notices, NoticeView, PayLine, RecordPayout } from '../../../contract/payments.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { Grouped } from '../../ui/Grouped.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Status } from '../../ui/Status.tsx'
import { accountGroups, counted, day, timeLeft, yuan, yuanColumn } from '../../ui/words.ts'
import { Empty, Figures, Page } from '../Page.tsx'
import { useKeys } from '../keys.tsx'
import { usePolicy, useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Head } from '../parts/Head.tsx'
import { Field } from '../parts/Field.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { usePage } from '../parts/Pager.tsx'
import { Press } from '../parts/Press.tsx'
import { fieldSays, Refusal } from '../parts/Refusal.tsx'
import { Tabs } from '../parts/Tabs.tsx'
import { Upload } from '../parts/Upload.tsx'
import type { Uploaded } from '../parts/Upload.tsx'
import { useUrl, useUrlState } from '../parts/url.ts'
import { useWrite } from '../parts/write.ts'
import './pages.css'

export default function Payouts() {
  const notices = useServer<Notices>('/allocation-notices')
  const payment = usePolicy().data?.channels.find((channel) => channel.id === 'unit')?.payment
  return (
    <Page
      title="发放登记"
      rule={payment && <span className="quote">{payment.quote}</span>}
      {...(payment && { clause: payment.clause })}
    >
      <Loaded query={notices} path="/allocation-notices">
        {(view) => <Choice notices={view.notices} />}
      </Loaded>
    </Page>
  )
}

/** Those with something left first, the most urgent first. */
const byUrgency = (a: NoticeView, b: NoticeView) =>
  Number(a.paidCount >= a.lineCount) - Number(b.paidCount >= b.lineCount) ||
  (a.payDueOn ?? '').localeCompare(b.payDueOn ?? '')

function Choice({ notices }: { notices: readonly NoticeView[] }) {
  const [{ notice: picked }, change] = useUrlState()
  const label = useId()
  const received = notices.filter((notice) => notice.stage === 'received').toSorted(byUrgency)
  const current = received.find((notice) => notice.id === picked) ?? received[0]
  if (!current) {
    const toReceive = notices.find((notice) => notice.stage === 'transferred')
    return (
      <section className="panel">
        {toReceive ? (
          <Empty
            title="还没有登记收到资金"
            next={`${yuan(toReceive.totalFen)}已划拨，先登记收款，再登记发放`}
            action={
              <Link to="/notices/$id" params={{ id: toReceive.id }}>
                去登记收款
              </Link>
            }
          />
        ) : (
          <Empty title="现在没有要发放的" next="收到划拨资金并登记后，要发放的职工列在这里" />
        )}
      </section>
    )
  }
  return (
    <>
      {received.length > 1 && (
        <div className="row">
          <span id={label} className="mut">
            划拨通知
          </span>
          <Select
            aria-labelledby={label}
            style={{ minWidth: 360 }}
            value={current.id}
            onChange={(id) => change({ notice: id, at: undefined, page: undefined })}
            options={received.map((notice) => ({
              value: notice.id,
              label: `${notice.number}，${yuan(notice.totalFen)}，已发${notice.paidCount}/${notice.lineCount}人`,
            }))}
          />
        </div>
      )}
      <Sums notice={current} />
      <Workers key={current.id} notice={current} />
    </>
  )
}

function Sums({ notice }: { notice: NoticeView }) {
  const today = useToday()
  const left = notice.payDueOn ? timeLeft(today, notice.payDueOn) : undefined
  const done = notice.paidCount >= notice.lineCount
  return (
    <Figures
      figures={[
        {
          label: '还要发放',
          value: yuanColumn(notice.totalFen - notice.paidFen),
          after: `元，${counted(notice.lineCount - notice.paidCount)}人`,
        },
        { label: '已发放', value: yuanColumn(notice.paidFen), after: `元，${counted(notice.paidCount)}人` },
        {
          label: '收到资金',
          value: notice.receivedOn ? day(notice.receivedOn, today) : '—',
          after: `收据 ${notice.receiptNumber ?? ''}`,
        },
        {
          label: '原则上发完',
          value: notice.payDueOn ? `${day(notice.payDueOn, today)}前` : '—',
          after: done ? '已发完' : left?.says,
          ...(!done && left?.kind === 'overdue' && { tone: 'err' as const }),
          ...(!done && left?.kind === 'dueSoon' && { tone: 'warn' as const }),
        },
      ]}
    />
  )
}

function Workers({ notice }: { notice: NoticeView }) {
  const path = `/allocation-notices/${notice.id}`
  const detail = useServer<NoticeDetail>(path)
  return (
    <Loaded query={detail} path={path}>
      {(view) => <Desk lines={view.lines} />}
    </Loaded>
  )
}

/** 2026-发-0017 → 2026-发-0018: the next voucher's number, offered, never decided. */
function following(voucherNumber: string): string {
  const match = /^(.*?)(\d{1,9})$/.exec(voucherNumber)
  if (!match) return ''
  return `${match[1]}${String(Number(match[2]) + 1).padStart(match[2]!.length, '0')}`
}

function Desk({ lines }: { lines: readonly PayLine[] }) {
  const [tab, setTab] = useUrl('tab', 'unpaid')
  const [at, setAt] = useUrl('at', '')
  // Date and number go on from one worker to the next.
  const [last, setLast] = useState<{ paidOn: string; voucherNumber: string }>()
  const unpaid = lines.filter((line) => !line.paidOn)
  const paid = lines.filter((line) => line.paidOn)
  const rows = tab === 'paid' ? paid : tab === 'all' ? lines : unpaid
  const { shown, pager } = usePage(rows)
  const current = rows.find((line) => line.awardId === at) ?? shown[0]
  const move = (step: number) => {
    const next = shown[shown.findIndex((line) => line === current) + step]
    if (next) setAt(next.awardId)
  }
  useKeys([
    { key: 'j', says: '下一人', press: () => move(1) },
    { key: 'k', says: '上一人', press: () => move(-1) },
    { key: 'ArrowDown', says: '下一人', hidden: true, press: () => move(1) },
    { key: 'ArrowUp', says: '上一人', hidden: true, press: () => move(-1) },
  ])
  return (
    <div className="master">
      <section className="panel">
        <Tabs
          label="职工"
          value={tab}
          onChange={setTab}
          tabs={[
            { id: 'unpaid', title: '要发放', count: unpaid.length },
            { id: 'paid', title: '已发放', count: paid.length },
            { id: 'all', title: '全部', count: lines.length },
          ]}
        />
        {shown.length === 0 ? (
          tab === 'paid' ? (
            <Empty title="还没有登记发放" next="在“要发放”里逐人登记" />
          ) : (
            <Empty title="全部发放完了" next="职工在手机上看得到已发放" />
          )
        ) : (
          <PayTable rows={shown} current={current} onPick={setAt} />
        )}
        {pager}
      </section>
      {current && (
        <PaySide
          key={current.awardId}
          line={current}
          start={last && { paidOn: last.paidOn, voucherNumber: following(last.voucherNumber) }}
          onPaid={(sent) => {
            setLast(sent)
            const next = unpaid[unpaid.findIndex((line) => line.awardId === current.awardId) + 1] ?? unpaid[0]
            setAt(next && next.awardId !== current.awardId ? next.awardId : '')
          }}
        />
      )}
    </div>
  )
}

function PayTable({
  rows,
  current,
  onPick,
}: {
  rows: readonly PayLine[]
  current: PayLine | undefined
  onPick: (awardId: string) => void
}) {
  const today = useToday()
  return (
    <div className="table-box">
      <table className="t clickable">
        <Head columns={['受理号', '职工', '等级', '收款', { right: '金额（元）' }, '发放']} />
        <tbody>
          {rows.map((line) => (
            <tr
              key={line.awardId}
              className={line === current ? 'picked' : undefined}
              aria-current={line === current ? 'true' : undefined}
              onClick={() => onPick(line.awardId)}
            >
              <td>
                <button type="button" className="plain" onClick={() => onPick(line.awardId)}>
                  {line.receiptNumber}
                </button>
              </td>
              <td>{line.applicantName}</td>
              <td>{levelTitles[line.level]}</td>
              <td>
                {line.payeeKind === 'memberCard' ? '会员服务卡' : (line.bankName ?? '银行卡')}{' '}
                <Account text={line.account} />
              </td>
              <td className="r b">{yuanColumn(line.amountFen)}</td>
              <td>
                {line.paidOn ? (
                  <Status kind="met" plain>
                    {day(line.paidOn, today)}　{line.voucherNumber}
                  </Status>
                ) : (
                  <Status kind={line.disputed ? 'person' : 'waiting'} plain>
                    {line.disputed ? '有异议，先不发' : '等发放'}
                  </Status>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** In clear for the clerk whose task it is, else `尾号 0012`. */
const Account = ({ text }: { text: string }) => (/^\d+$/.test(text) ? <Grouped groups={accountGroups(text)} /> : text)

function PaySide({
  line,
  start,
  onPaid,
}: {
  line: PayLine
  start: { paidOn: string; voucherNumber: string } | undefined
  onPaid: (sent: { paidOn: string; voucherNumber: string }) => void
}) {
  const today = useToday()
  const staff = useStaff()
  return (
    <section className="panel sign" aria-label={`${line.applicantName}的发放`}>
      <div className="row">
        <h2>{line.applicantName}</h2>
        <span className="mut">{line.receiptNumber}</span>
        <span className="sp" />
        <span className="mut sm">
          <kbd>J</kbd> <kbd>K</kbd> 换人
        </span>
      </div>
      <dl className="facts">
        <dt>金额</dt>
        <dd>
          <b className="amount">{yuanColumn(line.amountFen)}</b> 元，{levelTitles[line.level]}
        </dd>
        <dt>{line.payeeKind === 'memberCard' ? '会员服务卡' : '银行卡'}</dt>
        <dd className="b">
          <Account text={line.account} />
          {line.bankName && <span className="mut">　{line.bankName}</span>}
        </dd>
      </dl>
      {!line.paidOn && (
        <p className="mut sm">
          <Icon name="eye" /> {staff.name} {day(today)} 查看，已记录
        </p>
      )}
      <hr />
      {line.paidOn ? (
        <dl className="facts">
          <dt>发放日期</dt>
          <dd>{day(line.paidOn, today)}</dd>
          <dt>凭证号</dt>
          <dd>{line.voucherNumber}</dd>
        </dl>
      ) : (
        <PayForm line={line} start={start} onPaid={onPaid} />
      )}
    </section>
  )
}

function PayForm({ line, start, onPaid }: Parameters<typeof PaySide>[0]) {
  const today = useToday()
  const [paidOn, setPaidOn] = useState(start?.paidOn ?? today)
  const [voucherNumber, setVoucherNumber] = useState(start?.voucherNumber ?? '')
  const [proof, setProof] = useState<Uploaded>()
  const [goesOn] = useState(start !== undefined)
  const box = useRef<HTMLFormElement>(null)
  const record = useWrite<RecordPayout, { id: string }>((id) => `/payouts/${id}`)
  const why = line.disputed
    ? '有人对这张证书提了异议，服务中心还没有了结，先不发'
    : !paidOn
      ? '先填发放日期'
      : !voucherNumber.trim()
        ? '先填凭证号'
        : undefined
  const press = () => {
    if (why) return
    const sent = { paidOn, voucherNumber: voucherNumber.trim() }
    record.send({ awardId: line.awardId, ...sent, ...(proof && { proofFileId: proof.id }) }, () => {
      say(`${line.applicantName} ${yuan(line.amountFen)}已登记发放`)
      onPaid(sent)
    })
  }
  // Going through many: the hands stay on the keyboard.
  useEffect(() => {
    if (goesOn) box.current?.querySelector<HTMLInputElement>('input[data-voucher]')?.select()
  }, [goesOn])
  return (
    <form
      ref={box}
      className="stack tight"
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) press()
      }}
    >
      <div className="pair">
        <Field label="发放日期" wrong={fieldSays(record.problem, 'paidOn')}>
          {(aria) => (
            <Input
              {...aria}
              type="date"
              max={today}
              value={paidOn}
              onChange={(event) => setPaidOn(event.target.value)}
            />
          )}
        </Field>
        <Field label="凭证号" wrong={fieldSays(record.problem, 'voucherNumber')}>
          {(aria) => (
            <Input
              {...aria}
              data-voucher
              maxLength={40}
              value={voucherNumber}
              onChange={(event) => setVoucherNumber(event.target.value)}
            />
          )}
        </Field>
      </div>
      <Field label="转账凭证（可以不传）" wrong={fieldSays(record.problem, 'proofFileId')}>
        {(aria) => <Upload aria={aria} purpose="payoutProof" value={proof} onChange={setProof} />}
      </Field>
      <Refusal problem={record.problem} />
      <Press primary large block why={why} pending={record.pending} onPress={press}>
        登记已发放，到下一人 <kbd>Ctrl Enter</kbd>
      </Press>
    </form>
  )
}
