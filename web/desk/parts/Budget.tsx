/** 预算: what the city granted, and what became of it: committed, transferred, paid, left; and what may still come. */
import { Button, Input } from 'antd'
import { useState } from 'react'
import type { BudgetView, SetBudget } from '../../../contract/budget.ts'
import { fen } from '../../../domain/money.ts'
import { moneyInCapitals } from '../../../domain/moneyInCapitals.ts'
import { stateTitles } from '../../../domain/application.ts'
import type { StepKind } from '../../../domain/policy.ts'
import { counted, moment, yuan, yuanColumn } from '../../ui/words.ts'
import { Figures, Note } from '../Page.tsx'
import { useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { Loaded } from './Loaded.tsx'
import { Press } from './Press.tsx'
import { fieldSays } from './Refusal.tsx'
import { SecondStep } from './SecondStep.tsx'
import { fenOf } from './typedYuan.ts'
import { useWrite } from './write.ts'

/** `moreFen`: a list that waits for approval, and what it would take the budget to. */
export function Budget({ moreFen }: { moreFen?: number }) {
  const budget = useServer<BudgetView>('/budget')
  return (
    <Loaded query={budget} path="/budget">
      {(view) => <Sums view={view} moreFen={moreFen} />}
    </Loaded>
  )
}

function Sums({ view, moreFen }: { view: BudgetView; moreFen: number | undefined }) {
  const staff = useStaff()
  const today = useToday()
  const { budget, committedFen, forecast, forecastFen } = view
  const expected = committedFen + forecastFen
  return (
    <section className="panel budget" aria-label="预算">
      <div className="cap">
        <h2>预算</h2>
        {budget ? (
          <span className="mut sm">
            {budget.documentNumber}，{budget.setBy}登记，{budget.confirmedBy}
            {budget.confirmedAt !== undefined && `${moment(budget.confirmedAt, today)}确认`}
          </span>
        ) : (
          <span className="mut sm">还没有登记预算，终审不按预算限制</span>
        )}
        <span className="sp" />
        {staff.role === 'cityFinance' && <Setting view={view} />}
      </div>
      {view.proposed && <Proposed view={view} />}
      <Figures
        figures={[
          { label: '预算', value: budget ? yuanColumn(budget.amountFen) : '—', after: budget && '元' },
          { label: '已终审', value: yuanColumn(committedFen), after: '元' },
          { label: '其中已划拨', value: yuanColumn(view.transferredFen), after: '元' },
          { label: '其中已发放', value: yuanColumn(view.paidFen), after: '元' },
          {
            label: '剩余',
            value: view.leftFen === undefined ? '—' : yuanColumn(view.leftFen),
            after: view.leftFen === undefined ? undefined : '元',
            ...(view.leftFen !== undefined && view.leftFen < 0 && { tone: 'err' as const }),
          },
        ]}
      />
      {moreFen !== undefined && <Taking view={view} moreFen={moreFen} />}
      <p className="mut sm">
        {forecast.length === 0
          ? '没有在办的申报。'
          : `在办的如果全部通过，还要${yuan(forecastFen)}：${forecast
              .map(({ at, count, totalFen }) => `${titleOf(at)}${counted(count)}张${yuan(totalFen)}`)
              .join('，')}。合计到${yuan(expected)}${
              budget
                ? expected > budget.amountFen
                  ? `，超出预算${yuan(expected - budget.amountFen)}`
                  : `，预算还剩${yuan(budget.amountFen - expected)}`
                : ''
            }。`}
      </p>
    </section>
  )
}

const stepTitles: { readonly [S in StepKind]: string } = {
  hrOpinion: '人力资源部门意见',
  firstReview: '初审',
  forwarding: '报送',
  secondReview: '复审',
  automaticChecks: '自动核验',
  roster: '名单',
  verification: '审核',
  finalApproval: '终审',
}
const titleOf = (at: BudgetView['forecast'][number]['at']): string =>
  at === 'returned' || at === 'reReview' ? stateTitles[at] : stepTitles[at]

function Taking({ view, moreFen }: { view: BudgetView; moreFen: number }) {
  const after = view.committedFen + moreFen
  const limit = view.budget?.amountFen
  const over = limit !== undefined && after > limit
  return (
    <Note tone={over ? 'err' : 'act'}>
      {over
        ? `批准这份清单会超出预算${yuan(after - limit)}，现在不能终审。请市总工会财务登记追加预算的文号，两人确认后再来；或先退回一部分。`
        : `批准这份清单后，已终审到${yuan(after)}${limit === undefined ? '' : `，预算还剩${yuan(limit - after)}`}。`}
    </Note>
  )
}

/** Set by one, and not yet confirmed by another. */
function Proposed({ view }: { view: BudgetView }) {
  const staff = useStaff()
  const today = useToday()
  const proposed = view.proposed!
  const [asking, setAsking] = useState(false)
  const confirm = useWrite<Record<never, never>, BudgetView>(() => `/budgets/${proposed.id}/confirmation`)
  const why = proposed.setBy === staff.name ? '这是你登记的，请另一位财务确认' : undefined
  return (
    <div className="cap">
      <span>
        {proposed.setBy}
        {moment(proposed.setAt, today)}登记{yuan(proposed.amountFen)}，{proposed.documentNumber}，确认后才算
      </span>
      <span className="sp" />
      {staff.role === 'cityFinance' && (
        <Press primary why={why} onPress={() => setAsking(true)}>
          确认预算…
        </Press>
      )}
      <SecondStep
        open={asking}
        title={`确认预算${yuan(proposed.amountFen)}`}
        go="确认预算"
        back="先不确认"
        pending={confirm.pending}
        problem={confirm.problem}
        onBack={() => {
          confirm.clear()
          setAsking(false)
        }}
        onGo={() =>
          confirm.send({}, () => {
            setAsking(false)
            say(`预算已是${yuan(proposed.amountFen)}，超出的清单不能终审`)
          })
        }
      >
        <dl className="facts">
          <dt>大写</dt>
          <dd>{moneyInCapitals(fen(proposed.amountFen))}</dd>
          <dt>文号</dt>
          <dd>{proposed.documentNumber}</dd>
          <dt>原来</dt>
          <dd>{view.budget ? yuan(view.budget.amountFen) : '没有登记'}</dd>
          <dt>已终审</dt>
          <dd>{yuan(view.committedFen)}</dd>
        </dl>
      </SecondStep>
    </div>
  )
}

function Setting({ view }: { view: BudgetView }) {
  const [open, setOpen] = useState(false)
  const [total, setTotal] = useState('')
  const [documentNumber, setDocumentNumber] = useState('')
  const set = useWrite<SetBudget, BudgetView>((id) => `/budgets/${id}`)
  const amountFen = fenOf(total)
  const go = () => {
    if (!amountFen || documentNumber.trim().length < 2) return
    set.send({ policyId: view.policyId, amountFen, documentNumber: documentNumber.trim() }, () => {
      setOpen(false)
      setTotal('')
      setDocumentNumber('')
      say(`预算${yuan(amountFen)}已登记，等另一位财务确认`)
    })
  }
  return (
    <>
      <Button onClick={() => setOpen(true)}>{view.budget ? '调整预算…' : '登记预算…'}</Button>
      <SecondStep
        open={open}
        title={view.budget ? '调整预算' : '登记预算'}
        go="登记，送确认"
        back="先不登记"
        pending={set.pending}
        problem={set.problem}
        onBack={() => {
          set.clear()
          setOpen(false)
        }}
        onGo={go}
      >
        <p>填预算总额，不是追加的差额。另一位财务确认后才算，以前的都留着。</p>
        <Field
          label="预算总额（元）"
          hint={amountFen ? moneyInCapitals(fen(amountFen)) : undefined}
          wrong={fieldSays(set.problem, 'amountFen') ?? (total && !amountFen ? '填金额，单位是元' : undefined)}
        >
          {(aria) => (
            <Input
              {...aria}
              inputMode="decimal"
              maxLength={16}
              value={total}
              onChange={(event) => setTotal(event.target.value)}
            />
          )}
        </Field>
        <Field label="预算文号" wrong={fieldSays(set.problem, 'documentNumber')}>
          {(aria) => (
            <Input
              {...aria}
              maxLength={40}
              value={documentNumber}
              onChange={(event) => setDocumentNumber(event.target.value)}
            />
          )}
        </Field>
      </SecondStep>
    </>
  )
}
