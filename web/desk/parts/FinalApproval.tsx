/** Final approval of one list, by its document number; and why it may not be given. */
import { Input } from 'antd'
import { useState } from 'react'
import type { ApprovalListDetail } from '../../../contract/payments.ts'
import { Icon } from '../../ui/icons.tsx'
import { Status } from '../../ui/Status.tsx'
import { counted, moment, yuan } from '../../ui/words.ts'
import { useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { Press } from './Press.tsx'
import { fieldSays, Refusal } from './Refusal.tsx'
import { SecondStep } from './SecondStep.tsx'
import { useWrite } from './write.ts'

/** Whether the list's totals stand for its lines. */
const agrees = ({ byLevel, lineCount, totalFen }: ApprovalListDetail) =>
  byLevel.reduce((sum, each) => sum + each.count, 0) === lineCount &&
  byLevel.reduce((sum, each) => sum + each.totalFen, 0) === totalFen

export function FinalApproval({ list, exceptions }: { list: ApprovalListDetail; exceptions: number }) {
  const staff = useStaff()
  const today = useToday()
  if (list.documentNumber) {
    return (
      <section className="panel sign">
        <h2>终审</h2>
        <Status kind="met">已批准</Status>
        <dl className="facts">
          <dt>终审文号</dt>
          <dd>{list.documentNumber}</dd>
          <dt>批准</dt>
          <dd>
            {list.approvedBy}，{list.approvedAt !== undefined && moment(list.approvedAt, today)}
          </dd>
          {list.route === 'fromCity' ? (
            <>
              <dt>发放</dt>
              <dd>由市总工会直接发放，不用划拨</dd>
            </>
          ) : (
            <>
              <dt>资金</dt>
              <dd>{{ no: '还没有到位', made: '已制单，等放行', released: '已到位' }[list.funded]}</dd>
              <dt>划拨通知</dt>
              <dd>
                {list.notices > 0 ? '已发' : '还没有发'}
                {list.disputed > 0 && `，${counted(list.disputed)}张有异议没有了结，先不发`}
              </dd>
            </>
          )}
        </dl>
      </section>
    )
  }
  const why =
    staff.role !== 'approver'
      ? '由市总工会终审人批准。编清单的人不能终审自己编的清单'
      : staff.name === list.madeBy
        ? '这份清单是你编的，不能由你终审。请另一位终审人批准'
        : list.lineCount === 0
          ? '各行都退回了，没有可批准的。等服务中心重新编清单'
          : agrees(list)
            ? undefined
            : '合计与明细对不上。退给服务中心重新编一份清单'
  return (
    <section className="panel sign">
      <h2>终审</h2>
      <ul className="needs">
        <li>
          <Icon name={agrees(list) ? 'checkCircle' : 'bang'} className={agrees(list) ? 'tone-ok' : 'tone-err'} />
          {agrees(list) ? `合计与明细一致，${counted(list.lineCount)}行` : '合计与明细对不上'}
        </li>
        <li>
          <Icon
            name={exceptions === 0 ? 'checkCircle' : 'ring'}
            className={exceptions === 0 ? 'tone-ok' : 'tone-warn'}
          />
          {exceptions === 0 ? '没有例外' : `有${exceptions}条例外，列在下面`}
        </li>
        <li>
          <Icon name="checkCircle" className="tone-ok" />
          {list.madeBy}编，终审须另一人
        </li>
      </ul>
      <ApproveForm list={list} exceptions={exceptions} why={why} />
    </section>
  )
}

function ApproveForm({
  list,
  exceptions,
  why,
}: {
  list: ApprovalListDetail
  exceptions: number
  why: string | undefined
}) {
  const [documentNumber, setDocumentNumber] = useState('')
  const [asking, setAsking] = useState(false)
  const approve = useWrite<{ documentNumber: string }, ApprovalListDetail>(() => `/approval-lists/${list.id}/approval`)
  const typed = documentNumber.trim()
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        if (!why && typed.length >= 2) setAsking(true)
      }}
    >
      <Field label="终审文号" hint="如 沪工技签〔2026〕31号" wrong={fieldSays(approve.problem, 'documentNumber')}>
        {(aria) => (
          <Input
            {...aria}
            size="large"
            maxLength={40}
            disabled={Boolean(why)}
            value={documentNumber}
            onChange={(event) => setDocumentNumber(event.target.value)}
          />
        )}
      </Field>
      <Press
        primary
        large
        block
        why={why ?? (typed.length < 2 ? '先填终审文号' : undefined)}
        onPress={() => setAsking(true)}
      >
        批准{counted(list.lineCount)}张…
      </Press>
      {!asking && <Refusal problem={approve.problem} />}
      <SecondStep
        open={asking}
        title={`终审${list.number}清单`}
        go={`批准${counted(list.lineCount)}张`}
        back="再看看"
        pending={approve.pending}
        problem={approve.problem}
        onBack={() => setAsking(false)}
        onGo={() =>
          approve.send({ documentNumber: typed }, () => {
            setAsking(false)
            say(`已批准${counted(list.lineCount)}张，合计${yuan(list.totalFen)}`)
          })
        }
      >
        <WhatIsApproved list={list} exceptions={exceptions} documentNumber={typed} />
        <p>批准后记入账目，不能改，只能另行撤销并写明理由。</p>
      </SecondStep>
    </form>
  )
}

function WhatIsApproved({
  list,
  exceptions,
  documentNumber,
}: {
  list: ApprovalListDetail
  exceptions: number
  documentNumber: string
}) {
  return (
    <dl className="facts">
      <dt>终审文号</dt>
      <dd>
        <b>{documentNumber}</b>
      </dd>
      <dt>证书</dt>
      <dd>
        {counted(list.lineCount)}张，{list.byDistrict.length}家区局（产业）工会
      </dd>
      <dt>合计</dt>
      <dd>
        <b>{yuan(list.totalFen)}</b>
      </dd>
      <dt>例外</dt>
      <dd>{exceptions === 0 ? '没有' : `${exceptions}条，先看过依据再批准`}</dd>
    </dl>
  )
}
