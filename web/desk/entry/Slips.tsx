/** 受理回执: printed or shown to a worker whose form was entered; with it they look the claim up on a phone. */
import { useQueries } from '@tanstack/react-query'
import { Button } from 'antd'
import type { ApplicationView } from '../../../contract/applications.ts'
import { momentToSecond, yuan } from '../../ui/words.ts'
import { Empty, Failed, Loading, Page } from '../Page.tsx'
import { serverQuery, useStaff } from '../query.ts'
import { useUrlState } from '../parts/url.ts'
import './entry.css'

/** A page of the entered list. */
const mostSlips = 50

export default function Slips() {
  const [{ ids = '' }] = useUrlState()
  const wanted = [...new Set(ids.split(',').filter(Boolean))].slice(0, mostSlips)
  const found = useQueries({
    queries: wanted.map((id) => ({ ...serverQuery<ApplicationView>(`/applications/${id}`), staleTime: Infinity })),
  })
  const failed = found.find(({ isError }) => isError)
  const known = found.flatMap(({ data }) => (data ? [data] : []))
  return (
    <Page
      title="受理回执"
      rule="打印给职工，或让他拍下来；回执上没有身份证号和卡号"
      actions={
        known.length > 0 && (
          <Button type="primary" onClick={() => window.print()}>
            打印{known.length}张
          </Button>
        )
      }
    >
      {wanted.length === 0 && <Empty title="没有选回执" next="回到代录，在“已提交”里选" />}
      {failed && <Failed error={failed.error} retry={() => void failed.refetch()} />}
      {found.some(({ isPending }) => isPending) && <Loading />}
      <div className="slips">
        {known.map((application) => (
          <Slip key={application.id} application={application} />
        ))}
      </div>
    </Page>
  )
}

function Slip({ application }: { application: ApplicationView }) {
  const staff = useStaff()
  const step = application.steps.find(({ status }) => status === 'current')
  return (
    <article className="slip" aria-label={`${application.form.name ?? ''}的受理回执`}>
      <h2>职工技能等级晋升资助 受理回执</h2>
      <dl>
        <dt>受理号</dt>
        <dd className="number num">{application.receiptNumber}</dd>
        <dt>姓名</dt>
        <dd>{application.form.name}</dd>
        <dt>证书</dt>
        <dd>
          {application.levelTitle}，{application.occupationName}
        </dd>
        <dt>申报时间</dt>
        <dd className="num">{momentToSecond(application.receivedAt)}</dd>
        <dt>通过后资助</dt>
        <dd className="num">{yuan(application.amountFen)}</dd>
        <dt>录入</dt>
        <dd>{staff.appointment.organisationName}</dd>
      </dl>
      <h3>接下来</h3>
      <p>
        {step ? `${step.holder}：${step.says}` : application.stateTitle}
        <br />
        {step && application.holder.says}
      </p>
      <h3>自己在手机上查</h3>
      <ol>
        <li>
          用手机打开 <b>{location.origin}</b>，用申请表上写的手机号登录
        </li>
        <li>在“我的申报”里点“纸上交的申报，在这里查”</li>
        <li>输入上面的受理号和你的身份证号，以后就能看进度、补材料</li>
      </ol>
      <p className="mut">原件留着。有疑问，问录入的申报点，或打55885659。</p>
    </article>
  )
}
