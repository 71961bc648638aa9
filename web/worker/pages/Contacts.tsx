/** Whom to ask, by channel, with the words of the notice on how to get in. */
import type { Policy } from '../../../domain/policy.ts'
import { Clause } from '../../ui/Clause.tsx'
import { Icon } from '../../ui/icons.tsx'
import { dialled, phoneInWords } from '../contacts.ts'
import { Page } from '../Page.tsx'
import { usePolicy } from '../queries.ts'
import { Await } from '../states.tsx'

function Channels({ policy }: { policy: Policy }) {
  return policy.channels.map((channel) => {
    const contact = policy.contacts.find(({ channels }) => channels.includes(channel.id))
    return (
      <section key={channel.id}>
        <h2 className="heading">{channel.title}</h2>
        <div className="card">
          <p>怎么进</p>
          <Clause id={channel.entry.clause} quote={channel.entry.quote} />
          {contact && (
            <>
              <dl className="pairs">
                <dt>联系人</dt>
                <dd>{contact.names.split(' ').join('、')}</dd>
                {contact.address && (
                  <>
                    <dt>地址</dt>
                    <dd>{contact.address}</dd>
                  </>
                )}
              </dl>
              <div className="stack">
                <a className="button choice" href={dialled(contact)}>
                  <Icon name="phone" />
                  {phoneInWords(contact)}
                </a>
              </div>
            </>
          )}
        </div>
      </section>
    )
  })
}

export default function Contacts() {
  const policy = usePolicy()
  return (
    <Page title="联系方式">
      <Await query={policy}>{(known) => <Channels policy={known} />}</Await>
    </Page>
  )
}
