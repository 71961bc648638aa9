/** The filled form before it is filed, for who hands it in on paper: sealed first, then entered by the filing point. */
import { annexUrl } from '../../ui/api.ts'
import { AnnexPicture } from '../AnnexPicture.tsx'
import { Page } from '../Page.tsx'
import { usePolicy } from '../queries.ts'
import { SignedIn } from '../signedIn.tsx'
import { Clause } from '../../ui/Clause.tsx'

function Ways() {
  const unit = usePolicy().data?.channels.find(({ id }) => id === 'unit')
  return (
    <section className="card">
      <ol className="ways">
        <li>用一张A4纸打印。微信里打不开PDF，就长按下面的图保存，再去打印。</li>
        <li>签章的地方和问卷空着。连同证件、证书、收款卡的复印件交给单位工会盖章。</li>
        <li>申报点录入后才算申报，受理号在申报点给的回执上。</li>
      </ol>
      {unit && <Clause id={unit.entry.clause} quote={unit.materials[0]?.quote ?? unit.entry.quote} />}
      <p className="muted">
        这张表还没有提交，上面没有受理号。要在手机上申报，就回去提交，再打印带受理号的表；两样不用都办。
      </p>
    </section>
  )
}

export default function DraftForm({ id }: { id: string }) {
  return (
    <Page
      title="没有提交的申请表"
      parent={`/drafts/${id}/confirmation`}
      bar={
        <a className="button" href={annexUrl('pdf', `drafts/${id}`)} download="申请表（没有提交）.pdf">
          下载PDF去打印
        </a>
      }
    >
      <SignedIn>
        <Ways />
        <AnnexPicture of={`drafts/${id}`} alt="填好、还没有提交的申请表" />
      </SignedIn>
    </Page>
  )
}
