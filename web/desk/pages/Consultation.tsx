/** 咨询 (联系): a caller proves themselves, hears how their case stands, and what was said is noted. */
import { Button, Input } from 'antd'
import { useState } from 'react'
import type { ConsultationView, LookUp, Proof } from '../../../contract/consultation.ts'
import { moment } from '../../ui/words.ts'
import { Empty, Note, Page } from '../Page.tsx'
import { Field } from '../parts/Field.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Press } from '../parts/Press.tsx'
import { fieldSays, Refusal } from '../parts/Refusal.tsx'
import { RuleList } from '../parts/RuleList.tsx'
import { ToldCase } from '../parts/ToldCase.tsx'
import { useUrl } from '../parts/url.ts'
import { useWrite } from '../parts/write.ts'
import { usePolicy, useServer, useToday } from '../query.ts'
import { say } from '../said.tsx'
import './oversight.css'
import './pages.css'

const proofTitles: { readonly [P in Proof]: string } = {
  receipt: '只报了受理号，没有核对本人',
  receiptPhone: '受理号和登录手机号对上了',
  receiptId: '受理号和身份证号对上了',
  idPhone: '身份证号和登录手机号对上了',
  receiptIdPhone: '受理号、身份证号、登录手机号都对上了',
}

export default function Consultation() {
  const [call, setCall] = useUrl('call', '')
  const contact = usePolicy().data?.contacts[0]
  return (
    <Page
      title="接听咨询"
      rule={contact && `${contact.names} ${contact.phone}；只看，不办；每次核对和查看都会记录`}
      clause="联系"
    >
      <LookUpForm key={call} onFound={({ id }) => setCall(id)} />
      <div className="desk-beside">
        {call ? (
          <Call id={call} onEnd={() => setCall('')} />
        ) : (
          <section className="panel">
            <Empty
              title="还没有核对来电人"
              next="请来电人报受理号，加上登录手机号或身份证号；没有受理号，就报身份证号和登录手机号。"
            />
          </section>
        )}
        <RuleList />
      </div>
    </Page>
  )
}

const nothing = { receiptNumber: '', idNumber: '', phone: '' }

function LookUpForm({ onFound }: { onFound: (found: ConsultationView) => void }) {
  const [said, setSaid] = useState(nothing)
  const look = useWrite<LookUp, ConsultationView>((id) => `/consultations/${id}`)
  const has = (key: keyof typeof nothing) => said[key].trim() !== ''
  const why =
    !has('receiptNumber') && !(has('idNumber') && has('phone')) ? '先填受理号，或身份证号加登录手机号' : undefined
  const press = () => {
    if (why) return
    const body: LookUp = Object.fromEntries(Object.entries(said).filter(([, value]) => value.trim() !== ''))
    look.send(body, (found) => {
      setSaid(nothing)
      onFound(found)
    })
  }
  const field = (key: keyof typeof nothing, label: string, most: number) => (
    <Field label={label} wrong={fieldSays(look.problem, key)}>
      {(aria) => (
        <Input
          {...aria}
          autoComplete="off"
          maxLength={most}
          value={said[key]}
          onChange={(event) => setSaid({ ...said, [key]: event.target.value })}
        />
      )}
    </Field>
  )
  return (
    <form
      className="panel look-up"
      aria-label="核对来电人"
      onSubmit={(event) => {
        event.preventDefault()
        press()
      }}
    >
      {field('receiptNumber', '受理号', 20)}
      {field('idNumber', '身份证号', 24)}
      {field('phone', '登录手机号', 20)}
      <Button type={why ? 'default' : 'primary'} htmlType="submit" loading={look.pending}>
        核对并查看
      </Button>
      <p className="wide mut sm">只有受理号，只说办到哪一步；两样对上，才说本人的情况。对不上的不提示是哪一样。</p>
      {look.problem && (
        <div className="wide">
          <Refusal problem={look.problem} />
        </div>
      )}
    </form>
  )
}

function Call({ id, onEnd }: { id: string; onEnd: () => void }) {
  const path = `/consultations/${id}`
  const call = useServer<ConsultationView>(path)
  const today = useToday()
  const end = useWrite<Record<never, never>, void>(() => `${path}/end`)
  const over = () => {
    end.send({}, () => say('这通咨询已结束'))
    onEnd()
  }
  return (
    <Loaded query={call} path={path}>
      {(view) => (
        <div className="stack">
          <div className="row wrap">
            <b>{proofTitles[view.proof]}</b>
            <span className="mut">
              {moment(view.at, today)}，{view.cases.length}件
            </span>
            <span className="sp" />
            <Press pending={end.pending} onPress={over}>
              结束这通咨询
            </Press>
          </div>
          {view.proof === 'receipt' && (
            <Note>没有核对本人：下面只有办理进度。来电人要问自己的情况，请再报登录手机号或身份证号。</Note>
          )}
          {view.cases.map((told) => (
            <ToldCase key={told.applicationId} call={id} told={told} />
          ))}
        </div>
      )}
    </Loaded>
  )
}
