/** The filed form as the annex prints it, to take to the union for its seal. */
import { Annex } from '../Annex.tsx'
import { annexEntries } from '../annexEntries.ts'
import { Page } from '../Page.tsx'
import { useApplication, usePolicy } from '../queries.ts'
import { SignedIn, useSignInWhen } from '../signedIn.tsx'
import { Await } from '../states.tsx'

function Filled({ id }: { id: string }) {
  const policy = usePolicy()
  const application = useApplication(id)
  useSignInWhen(application.error)
  return (
    <Await query={policy}>
      {(known) => (
        <Await query={application}>
          {(filed) => (
            <>
              <section className="card no-print">
                <p>这是你交上去的申请表，盖章处由各级工会盖。</p>
                {filed.form.idNumber?.includes('*') && <p>号码为保密打了星号，要交纸质表就在打印后手写补全。</p>}
                <p className="muted">受理号 {filed.receiptNumber}。问卷不在网上填，空着不影响资助。</p>
              </section>
              <Annex policy={known} entries={annexEntries(known, filed)} />
            </>
          )}
        </Await>
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
        <button type="button" className="button" onClick={() => print()}>
          打印，或存为PDF
        </button>
      }
    >
      <SignedIn>
        <Filled id={id} />
      </SignedIn>
    </Page>
  )
}
