/** The filled form before it is filed, for who hands it in on paper: sealed first, then entered by the filing point. */
import { printProblems } from '../../../contract/formCheck.ts'
import type { Policy } from '../../../domain/policy.ts'
import { annexUrl } from '../../ui/api.ts'
import { Clause } from '../../ui/Clause.tsx'
import { AnnexPicture } from '../AnnexPicture.tsx'
import { Page } from '../Page.tsx'
import { useServerDraft, useNow, usePolicy } from '../queries.ts'
import { SignedIn, useSignInWhen } from '../signedIn.tsx'
import { Await } from '../states.tsx'

function Ways({ policy }: { policy: Policy }) {
  const unit = policy.channels.find(({ id }) => id === 'unit')
  return (
    <section className="card">
      <ol className="ways">
        <li>用一张A4纸打印。微信里打不开PDF，就长按下面的图保存，再去打印。</li>
        <li>盖章的地方和问卷空着。连同证件、证书、收款卡的复印件交给单位工会盖章。</li>
        <li>申报点录入后才算申报，受理号在申报点给的回执上。</li>
        <li>要在手机上申报，就回去提交，再打印带受理号的表。两样不用都办。</li>
      </ol>
      {unit && <Clause id={unit.entry.clause} quote={unit.materials[0]?.quote ?? unit.entry.quote} />}
    </section>
  )
}

/** How many of the printed boxes are still open; undefined while that is not known. */
function useOpenBoxes(id: string): number | undefined {
  const [draft, policy, now] = [useServerDraft(id), usePolicy(), useNow()]
  if (!draft.data || !policy.data || !now) return undefined
  return printProblems(draft.data.form, policy.data, now.today).length
}

function Filled({ id }: { id: string }) {
  const policy = usePolicy()
  const draft = useServerDraft(id)
  const open = useOpenBoxes(id)
  useSignInWhen(draft.error)
  return (
    <Await query={policy}>
      {(rules) => (
        <Await query={draft}>
          {() =>
            open ? (
              <section className="card">
                <p>
                  <b>还差{open}处</b>，填好再打印。填过的都在。
                </p>
                <a className="button" href={`/drafts/${id}/confirmation`}>
                  去看还差什么
                </a>
              </section>
            ) : (
              <>
                <Ways policy={rules} />
                <AnnexPicture of={`drafts/${id}`} alt="填好、还没有提交的申请表" />
              </>
            )
          }
        </Await>
      )}
    </Await>
  )
}

export default function DraftForm({ id }: { id: string }) {
  const open = useOpenBoxes(id)
  return (
    <Page
      title="没有提交的申请表"
      parent={`/drafts/${id}/confirmation`}
      bar={
        open === 0 && (
          <a className="button" href={annexUrl('pdf', `drafts/${id}`)} download="申请表（没有提交）.pdf">
            下载PDF去打印
          </a>
        )
      }
    >
      <SignedIn>
        <Filled id={id} />
      </SignedIn>
    </Page>
  )
}
