/** The blank form, to be printed and written by hand. */
import { annexUrl } from '../../ui/api.ts'
import { Clause } from '../../ui/Clause.tsx'
import { AnnexPicture } from '../AnnexPicture.tsx'
import { Page } from '../Page.tsx'
import { usePolicy } from '../queries.ts'
import { Await } from '../states.tsx'

export default function BlankForm() {
  const policy = usePolicy()
  return (
    <Page
      title="空白申请表"
      bar={
        <a className="button" href={annexUrl('pdf')} download="空白申请表.pdf">
          下载PDF去打印
        </a>
      }
    >
      <Await query={policy}>
        {({ channels }) => {
          const unit = channels.find(({ id }) => id === 'unit')
          return (
            <section className="card">
              <ol className="ways">
                <li>用一张A4纸打印。微信里打不开PDF，就长按下面的图保存，再去打印。</li>
                <li>手写填好，连同证件复印件交给单位工会。</li>
                <li>最后的问卷自愿填，不填不影响资助。</li>
              </ol>
              {unit && <Clause id={unit.entry.clause} quote={unit.materials[0]?.quote ?? unit.entry.quote} />}
            </section>
          )
        }}
      </Await>
      <AnnexPicture alt="空白的申请表" />
    </Page>
  )
}
