/** The filed form as the annex prints it, to take to the union for its seal. */
import type { ApplicationView } from '../../../contract/applications.ts'
import { annexUrl } from '../../ui/api.ts'
import { AnnexPicture } from '../AnnexPicture.tsx'
import { Page } from '../Page.tsx'
import { useApplication } from '../queries.ts'
import { SignedIn, useSignInWhen } from '../signedIn.tsx'
import { Await } from '../states.tsx'

/** Who seals, in the order of the steps. */
function WhereTo({ filed: { unions, steps } }: { filed: ApplicationView }) {
  const byHr = steps.some(({ kind }) => kind === 'hrOpinion')
  return (
    <ol className="ways">
      <li>用一张A4纸打印。微信里打不开PDF，就长按下面的图保存，再去打印。</li>
      {byHr && <li>先到单位的人力资源部门盖章。</li>}
      <li>
        交给<b>{unions.baseUnion}</b>盖章，再由{unions.filingPoint ?? '单位工会'}报送。
      </li>
      <li>盖章的地方和问卷空着，不用自己写。</li>
    </ol>
  )
}

function Filled({ id }: { id: string }) {
  const application = useApplication(id)
  useSignInWhen(application.error)
  return (
    <Await query={application}>
      {(filed) => (
        <>
          <section className="card">
            <WhereTo filed={filed} />
            <p className="muted">受理号 {filed.receiptNumber}。右上角的二维码给工会扫描用，里面没有你的个人信息。</p>
          </section>
          <AnnexPicture of={`applications/${id}`} alt={`填好的申请表，受理号${filed.receiptNumber}`} />
        </>
      )}
    </Await>
  )
}

export default function FiledForm({ id }: { id: string }) {
  return (
    <Page
      title="申请表"
      parent={`/applications/${id}`}
      bar={
        <a className="button" href={annexUrl('pdf', `applications/${id}`)} download="申请表.pdf">
          下载PDF去打印
        </a>
      }
    >
      <SignedIn>
        <Filled id={id} />
      </SignedIn>
    </Page>
  )
}
