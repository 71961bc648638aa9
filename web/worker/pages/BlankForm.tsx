/** The blank form, to be printed and written by hand. */
import { Annex } from '../Annex.tsx'
import { Clause } from '../../ui/Clause.tsx'
import { Page } from '../Page.tsx'
import { usePolicy } from '../queries.ts'
import { Await } from '../states.tsx'

export default function BlankForm() {
  const policy = usePolicy()
  const unit = policy.data?.channels.find(({ id }) => id === 'unit')
  return (
    <Page
      title="空白申请表"
      bar={
        <button type="button" className="button" onClick={() => print()}>
          打印，或存为PDF
        </button>
      }
    >
      <Await query={policy}>
        {(known) => (
          <>
            <section className="card no-print">
              <p>一张A4纸。手写填好，连同证件复印件交给单位工会。</p>
              {unit && <Clause id={unit.entry.clause} quote={unit.materials[0]?.quote ?? unit.entry.quote} />}
              <p className="muted">最后的问卷自愿填，不填不影响资助。</p>
            </section>
            <Annex policy={known} entries={{ text: {}, marked: {} }} />
          </>
        )}
      </Await>
    </Page>
  )
}
