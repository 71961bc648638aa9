/** The receipt: number and time to the second, and what comes next. */
import '../claim/receipt.css'
import { Icon } from '../../ui/icons.tsx'
import { momentToSecond, yuan } from '../../ui/words.ts'
import { Page } from '../Page.tsx'
import { useApplication } from '../queries.ts'
import { SignedIn, useSignInWhen } from '../signedIn.tsx'
import { Await } from '../states.tsx'

function Slip({ id }: { id: string }) {
  const application = useApplication(id)
  useSignInWhen(application.error)
  return (
    <Await query={application}>
      {(filed) => (
        <>
          <section className="receipt">
            <Icon name="checkCircle" className="tone-ok" />
            <h2>已收到</h2>
            <dl className="pairs">
              <dt>受理号</dt>
              <dd className="num">{filed.receiptNumber}</dd>
              <dt>申报时间</dt>
              <dd className="num">{momentToSecond(filed.receivedAt)}</dd>
              <dt>证书</dt>
              <dd>
                {filed.levelTitle}，{filed.occupationName}
              </dd>
              <dt>通过后资助</dt>
              <dd>{yuan(filed.amountFen)}</dd>
            </dl>
          </section>
          <h2 className="heading">接下来</h2>
          <section className="card">
            <p>
              <b>{filed.holder.name}</b>
            </p>
            <p>{filed.steps.find(({ status }) => status === 'current')?.says}</p>
            <p className="muted">{filed.holder.says}</p>
          </section>
          <div className="calm">
            <Icon name="checkCircle" />
            <p>
              你现在不用做什么
              <br />
              <small>每走一步都会在“消息”里告诉你。原件留着；初审之前都可以改。</small>
            </p>
          </div>
          <section className="card survey">
            <p>
              <b>收入问卷</b>，自愿填
            </p>
            <p className="muted">市总工会的课题调研，7个问题。不填不影响申报，答案不和申报连在一起。</p>
            <div className="halves">
              <a className="button line" href={`/applications/${id}`}>
                不填，看进度
              </a>
              <a className="button line" href={`/applications/${id}/survey`}>
                填问卷
              </a>
            </div>
          </section>
        </>
      )}
    </Await>
  )
}

export default function Receipt({ id }: { id: string }) {
  return (
    <Page
      title="申报回执"
      parent="/mine"
      bar={
        <a className="button" href={`/applications/${id}`}>
          看进度
        </a>
      }
    >
      <SignedIn>
        <Slip id={id} />
      </SignedIn>
    </Page>
  )
}
