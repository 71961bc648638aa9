/** Before a batch is released: what a person looks at first, who may release it, and the release with a fresh code. */
import { Button, Input, Modal } from 'antd'
import type { InputRef } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { PayoutBatchDetail, ReleaseBatch, RemoveLines } from '../../../contract/payouts.ts'
import { fen } from '../../../domain/money.ts'
import { moneyInCapitals } from '../../../domain/moneyInCapitals.ts'
import { counted, yuan, yuanColumn } from '../../ui/words.ts'
import { useStaff } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { acceptedIn, stopsOf, Stops, wordsOf } from './PayoutStops.tsx'
import type { Words } from './PayoutStops.tsx'
import { pausedSays } from './payoutWords.ts'
import { Press } from './Press.tsx'
import { Refusal } from './Refusal.tsx'
import { SecondStep } from './SecondStep.tsx'
import { useWrite } from './write.ts'

export function BeforeRelease({ batch }: { batch: PayoutBatchDetail }) {
  const staff = useStaff()
  const [words, setWords] = useState<Words>({})
  const [releasing, setReleasing] = useState(false)
  const remove = useWrite<RemoveLines, PayoutBatchDetail>((id) => `/payout-batches/${batch.id}/removals/${id}`)
  const isMaker = batch.madeBy === staff.name
  const stops = stopsOf(batch)
  const left = stops.filter((stop) => !stop.acceptable || wordsOf(stop, words).trim().length < 2).length
  const why = isMaker
    ? '这一批是你制的单。制单和放行要两个人，等另一位财务放行'
    : batch.paused
      ? pausedSays
      : left > 0
        ? `上面还有${counted(left)}处：移出这一批，或写明为什么可以发`
        : undefined
  return (
    <>
      {stops.length > 0 && (
        <Stops
          stops={stops}
          count={batch.stopCount}
          words={isMaker ? undefined : words}
          onWords={({ keys }, text) => setWords({ ...words, ...Object.fromEntries(keys.map((key) => [key, text])) })}
          pending={remove.pending}
          problem={remove.problem}
          onRemove={(line) =>
            remove.send({ payoutIds: [line.payoutId] }, () => say(`${line.applicantName}已移出，可以另外发`))
          }
        />
      )}
      <section className="panel sign" aria-label="放行">
        <h2>放行</h2>
        <p>
          {isMaker
            ? `等另一位财务放行。${stops.length > 0 ? '上面几处由放行的人先看。' : ''}放行前可以撤销或移出几笔。`
            : '看过下面的明细再放行。放行后这一批不能再改，各笔只用自己的参考号付一次。'}
        </p>
        <div className="row wrap">
          <Press primary large why={why} onPress={() => setReleasing(true)}>
            放行{counted(batch.lineCount)}笔，{yuan(batch.totalFen)}…
          </Press>
          <span className="sp" />
          <Drop batch={batch} />
        </div>
      </section>
      {releasing && <Release batch={batch} accept={acceptedIn(stops, words)} onBack={() => setReleasing(false)} />}
    </>
  )
}

function Drop({ batch }: { batch: PayoutBatchDetail }) {
  const [asking, setAsking] = useState(false)
  const drop = useWrite<Record<never, never>, { id: string }>(() => `/payout-batches/${batch.id}/drop`)
  return (
    <>
      <Button size="large" onClick={() => setAsking(true)}>
        撤销这一批…
      </Button>
      <SecondStep
        open={asking}
        title={`撤销${batch.number}`}
        go="撤销这一批"
        back="不撤销"
        pending={drop.pending}
        problem={drop.problem}
        onBack={() => {
          drop.clear()
          setAsking(false)
        }}
        onGo={() =>
          drop.send({}, () => {
            setAsking(false)
            say(`${batch.number}已撤销`)
          })
        }
      >
        <p>
          {counted(batch.lineCount)}笔、{yuan(batch.totalFen)}回到可以发放的里面，可以重新制单。钱没有动过。
        </p>
      </SecondStep>
    </>
  )
}

/** A code of this minute from one's own authenticator. A wrong one keeps the rest as it is. */
function Release({
  batch,
  accept,
  onBack,
}: {
  batch: PayoutBatchDetail
  accept: ReleaseBatch['accept']
  onBack: () => void
}) {
  const [code, setCode] = useState('')
  const box = useRef<InputRef>(null)
  const release = useWrite<ReleaseBatch, PayoutBatchDetail>(() => `/payout-batches/${batch.id}/release`)
  const { problem } = release
  const wrongCode = problem?.code === 'sign-in.second-factor' ? problem.title : undefined
  useEffect(() => {
    if (wrongCode) box.current?.focus({ cursor: 'all' })
  }, [wrongCode, problem])
  const why = /^\d{6}$/.test(code) ? undefined : '先输6位动态码'
  const send = () => {
    if (!why)
      release.send({ code, accept }, () => {
        say(`${batch.number}已放行，${counted(batch.lineCount)}笔`)
        onBack()
      })
  }
  return (
    <Modal
      open
      title={`放行${batch.number}`}
      width={480}
      footer={null}
      onCancel={onBack}
      mask={{ closable: false }}
      afterOpenChange={(open) => open && box.current?.focus()}
    >
      <form
        className="second-step"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <dl className="facts">
          <dt>合计</dt>
          <dd>
            <b>{yuanColumn(batch.totalFen)} 元</b>，{counted(batch.lineCount)}笔
          </dd>
          <dt>大写</dt>
          <dd>{moneyInCapitals(fen(batch.totalFen))}</dd>
          <dt>制单</dt>
          <dd>{batch.madeBy}</dd>
          {accept.length > 0 && (
            <>
              <dt>写明后放行</dt>
              <dd>{counted(accept.length)}笔</dd>
            </>
          )}
        </dl>
        <Field label="动态码" hint="打开身份验证器，输现在的6位数字。登录用过的那个要等下一个" wrong={wrongCode}>
          {(aria) => (
            <Input
              {...aria}
              ref={box}
              size="large"
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={6}
              value={code}
              onChange={(event) => setCode(event.target.value.replaceAll(/\D/g, ''))}
            />
          )}
        </Field>
        {!wrongCode && <Refusal problem={problem} />}
        <p className="mut sm">放行后不能收回。没付成的，由银行退回来后再发。</p>
        <div className="row release-foot">
          <Press primary large why={why} pending={release.pending} onPress={send}>
            放行{yuan(batch.totalFen)}
          </Press>
          <Button size="large" onClick={onBack}>
            先不放行
          </Button>
        </div>
      </form>
    </Modal>
  )
}
