/** 组织: the tree of unions, and adding one below another. */
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import type { OrganisationList, OrganisationView } from '../../../contract/people.ts'
import { Icon } from '../../ui/icons.tsx'
import { counted, day } from '../../ui/words.ts'
import { Empty, Page } from '../Page.tsx'
import { useServer, useStaff, useToday } from '../query.ts'
import { FindBox } from '../parts/FindBox.tsx'
import { Head } from '../parts/Head.tsx'
import { AddBelow } from '../parts/AddOrganisation.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { childKinds, kindTitles } from '../parts/organisationKinds.ts'
import { Press } from '../parts/Press.tsx'
import { useUrl, useUrlState } from '../parts/url.ts'
import './pages.css'

const mostShown = 400

export default function Organisations() {
  const organisations = useServer<OrganisationList>('/organisations')
  return (
    <Page title="组织" rule="市总工会、服务中心、区局（产业）工会、基层工会和单位的上下级；单位不再办时停用，不删除">
      <Loaded query={organisations} path="/organisations">
        {(view) => <Tree organisations={view.organisations} />}
      </Loaded>
    </Page>
  )
}

type Row = { readonly organisation: OrganisationView; readonly children: number }

/** The tree as rows: only what is open, or, when something is looked for, what fits together with all above it. */
function rowsOf(organisations: readonly OrganisationView[], open: ReadonlySet<string>, find: string): readonly Row[] {
  const below = Map.groupBy(organisations, (organisation) => organisation.parentId)
  const byId = new Map(organisations.map((organisation) => [organisation.id, organisation]))
  const kept = new Set<string>()
  if (find) {
    for (const organisation of organisations) {
      if (!organisation.name.includes(find)) continue
      for (
        let at: OrganisationView | undefined = organisation;
        at && !kept.has(at.id);
        at = byId.get(at.parentId ?? '')
      ) {
        kept.add(at.id)
      }
    }
  }
  const rows: Row[] = []
  const walk = (parentId: string | undefined) => {
    for (const organisation of below.get(parentId) ?? []) {
      if (find && !kept.has(organisation.id)) continue
      rows.push({ organisation, children: below.get(organisation.id)?.length ?? 0 })
      if (find || open.has(organisation.id)) walk(organisation.id)
    }
  }
  // Somebody who sees only a part of the tree sees roots whose parent is not there.
  const roots = organisations.filter((organisation) => !organisation.parentId || !byId.has(organisation.parentId))
  for (const root of roots) {
    if (find && !kept.has(root.id)) continue
    rows.push({ organisation: root, children: below.get(root.id)?.length ?? 0 })
    if (find || open.has(root.id)) walk(root.id)
  }
  return rows
}

function Tree({ organisations }: { organisations: readonly OrganisationView[] }) {
  const [find, setFind] = useUrl('q', '')
  const [{ at }, change] = useUrlState()
  const roots = organisations.filter(
    (organisation) => organisation.depth === Math.min(...organisations.map((o) => o.depth)),
  )
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(roots.map((root) => root.id)))
  const rows = useMemo(() => rowsOf(organisations, open, find.trim()), [organisations, open, find])
  const current = organisations.find((organisation) => organisation.id === at) ?? rows[0]?.organisation
  const turn = (id: string) => {
    const next = new Set(open)
    if (!next.delete(id)) next.add(id)
    setOpen(next)
  }
  return (
    <>
      <div className="row">
        <FindBox value={find} onChange={setFind} label="按名称找组织" placeholder="名称里的字，如 机电" />
        <span className="mut sm">共{counted(organisations.length)}家</span>
      </div>
      <div className="master">
        <section className="panel">
          {rows.length === 0 ? (
            <Empty
              title="没有这样的组织"
              next="换个字再找"
              action={<Button onClick={() => setFind('')}>清除查找</Button>}
            />
          ) : (
            <TreeTable
              rows={rows.slice(0, mostShown)}
              open={open}
              all={Boolean(find.trim())}
              current={current}
              onTurn={turn}
              onPick={(id) => change({ at: id })}
            />
          )}
          {rows.length > mostShown && <p className="quiet">只列出前{mostShown}家，写上名称里的字再找。</p>}
        </section>
        {current && (
          <One
            key={current.id}
            organisation={current}
            organisations={organisations}
            onAdded={(id) => {
              setOpen(new Set([...open, current.id]))
              change({ at: id, q: undefined })
            }}
          />
        )}
      </div>
    </>
  )
}

function TreeTable({
  rows,
  open,
  all,
  current,
  onTurn,
  onPick,
}: {
  rows: readonly Row[]
  open: ReadonlySet<string>
  /** Everything shown is open: a search. */
  all: boolean
  current: OrganisationView | undefined
  onTurn: (id: string) => void
  onPick: (id: string) => void
}) {
  const today = useToday()
  const least = Math.min(...rows.map(({ organisation }) => organisation.depth))
  return (
    <div className="table-box">
      <table className="t clickable">
        <Head columns={['名称', '类别', '收款账户', '从', '到']} />
        <tbody>
          {rows.map(({ organisation, children }) => (
            <tr
              key={organisation.id}
              className={organisation === current ? 'picked' : organisation.validTo ? 'past' : undefined}
              onClick={() => onPick(organisation.id)}
            >
              <td>
                <span className="twig" style={{ paddingLeft: (organisation.depth - least) * 20 }}>
                  {children > 0 && !all ? (
                    <button
                      type="button"
                      className="turn"
                      aria-expanded={open.has(organisation.id)}
                      aria-label={`${organisation.name}下面的${children}家`}
                      onClick={(event) => {
                        event.stopPropagation()
                        onTurn(organisation.id)
                      }}
                    >
                      <Icon name={open.has(organisation.id) ? 'down' : 'forward'} />
                    </button>
                  ) : (
                    <span className="turn" />
                  )}
                  <button type="button" className="plain" onClick={() => onPick(organisation.id)}>
                    {organisation.name}
                  </button>
                  {children > 0 && <span className="mut sm">{counted(children)}</span>}
                </span>
              </td>
              <td>{kindTitles[organisation.kind]}</td>
              <td className="mut">
                {organisation.receivingAccountTail ? `尾号 ${organisation.receivingAccountTail}` : '—'}
              </td>
              <td>{day(organisation.validFrom, today)}</td>
              <td>{organisation.validTo ? day(organisation.validTo, today) : '—'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function One({
  organisation,
  organisations,
  onAdded,
}: {
  organisation: OrganisationView
  organisations: readonly OrganisationView[]
  onAdded: (id: string) => void
}) {
  const today = useToday()
  const staff = useStaff()
  const parent = organisations.find((candidate) => candidate.id === organisation.parentId)
  const kinds = childKinds[organisation.kind]
  const [adding, setAdding] = useState(false)
  return (
    <section className="panel sign" aria-label={organisation.name}>
      <h2>{organisation.name}</h2>
      <dl className="facts">
        <dt>类别</dt>
        <dd>{kindTitles[organisation.kind]}</dd>
        <dt>上级</dt>
        <dd>{parent?.name ?? '—'}</dd>
        <dt>起止</dt>
        <dd>
          {day(organisation.validFrom, today)}起{organisation.validTo && `，到${day(organisation.validTo, today)}`}
        </dd>
        <dt>收款账户</dt>
        <dd>{organisation.receivingAccountTail ? `尾号 ${organisation.receivingAccountTail}` : '没有登记'}</dd>
      </dl>
      <hr />
      {adding ? (
        <AddBelow
          parent={organisation}
          organisations={organisations}
          onBack={() => setAdding(false)}
          onAdded={(id) => {
            setAdding(false)
            onAdded(id)
          }}
        />
      ) : (
        <Press
          primary
          block
          why={
            staff.role !== 'systemAdministrator'
              ? '由系统管理员加'
              : kinds.length === 0
                ? `${kindTitles[organisation.kind]}下面不再设组织，选它的上级`
                : undefined
          }
          onPress={() => setAdding(true)}
        >
          在它下面加一家
        </Press>
      )}
    </section>
  )
}
