/** 组织: the tree of unions, and adding one below another. */
import { Button, Input, Select } from 'antd'
import { useMemo, useState } from 'react'
import type { AddOrganisation, OrganisationList, OrganisationView } from '../../../contract/people.ts'
import type { OrganisationKind } from '../../../domain/roles.ts'
import { Icon } from '../../ui/icons.tsx'
import { day } from '../../ui/words.ts'
import { Empty, Page } from '../Page.tsx'
import { useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from '../parts/Field.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { childKinds, kindTitles } from '../parts/organisationKinds.ts'
import { Press } from '../parts/Press.tsx'
import { fieldSays, Refusal } from '../parts/Refusal.tsx'
import { useUrl, useUrlState } from '../parts/url.ts'
import { useWrite } from '../parts/write.ts'
import './pages.css'

const count = (n: number) => n.toLocaleString('en-US')
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
      for (let at: OrganisationView | undefined = organisation; at && !kept.has(at.id); at = byId.get(at.parentId ?? '')) {
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
  const [find, setFind] = useUrl('find', '')
  const [{ at }, change] = useUrlState()
  const roots = organisations.filter((organisation) => organisation.depth === Math.min(...organisations.map((o) => o.depth)))
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
        <Input
          style={{ width: 320 }}
          value={find}
          maxLength={40}
          allowClear
          aria-label="按名称找组织"
          placeholder="名称里的字，如 机电"
          prefix={<Icon name="find" />}
          onChange={(event) => setFind(event.target.value)}
        />
        <span className="mut sm">共{count(organisations.length)}家</span>
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
        {current && <One key={current.id} organisation={current} organisations={organisations} onAdded={(id) => {
          setOpen(new Set([...open, current.id]))
          change({ at: id })
        }} />}
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
        <thead>
          <tr>
            <th>名称</th>
            <th>类别</th>
            <th>收款账户</th>
            <th>从</th>
            <th>到</th>
          </tr>
        </thead>
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
                  {children > 0 && <span className="mut sm">{count(children)}</span>}
                </span>
              </td>
              <td>{kindTitles[organisation.kind]}</td>
              <td className="mut">{organisation.receivingAccountTail ? `尾号 ${organisation.receivingAccountTail}` : '—'}</td>
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

function AddBelow({
  parent,
  organisations,
  onBack,
  onAdded,
}: {
  parent: OrganisationView
  organisations: readonly OrganisationView[]
  onBack: () => void
  onAdded: (id: string) => void
}) {
  const today = useToday()
  const kinds = childKinds[parent.kind]
  const [kind, setKind] = useState<OrganisationKind>(kinds[0]!)
  const [name, setName] = useState('')
  const [validFrom, setValidFrom] = useState(today)
  const [serves, setServes] = useState<readonly string[]>([])
  const [receivingAccount, setReceivingAccount] = useState('')
  const add = useWrite<AddOrganisation, OrganisationView>((id) => `/organisations/${id}`)
  const getsMoney = kind === 'districtFederation' || kind === 'bureauUnion'
  const why = name.trim().length < 2 ? '先填名称' : !validFrom ? '先填起始日期' : undefined
  const press = () => {
    if (why) return
    const body = {
      parentId: parent.id,
      kind,
      name: name.trim(),
      validFrom,
      ...(kind === 'filingPoint' && serves.length > 0 && { serves: [...serves] }),
      ...(getsMoney && receivingAccount.trim() && { receivingAccount: receivingAccount.trim() }),
    }
    add.send(body, (added) => {
      say(`${added.name}已加在${parent.name}下面`)
      onAdded(added.id)
    })
  }
  return (
    <form
      className="stack tight"
      onSubmit={(event) => {
        event.preventDefault()
        press()
      }}
    >
      <Field label="类别" wrong={fieldSays(add.problem, 'kind')}>
        {(aria) => (
          <Select
            {...aria}
            value={kind}
            onChange={setKind}
            options={kinds.map((value) => ({ value, label: kindTitles[value] }))}
          />
        )}
      </Field>
      <Field label="名称" wrong={fieldSays(add.problem, 'name')}>
        {(aria) => (
          <Input {...aria} autoFocus maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <Field label="从哪天起" wrong={fieldSays(add.problem, 'validFrom')}>
        {(aria) => (
          <Input {...aria} type="date" value={validFrom} onChange={(event) => setValidFrom(event.target.value)} />
        )}
      </Field>
      {kind === 'filingPoint' && (
        <Field label="为哪些基层工会报送" hint="一个申报点可以服务几家" wrong={fieldSays(add.problem, 'serves')}>
          {(aria) => (
            <Select
              {...aria}
              mode="multiple"
              showSearch={{ optionFilterProp: 'label' }}
              value={[...serves]}
              onChange={setServes}
              options={basesBelow(parent, organisations).map((base) => ({ value: base.id, label: base.name }))}
            />
          )}
        </Field>
      )}
      {getsMoney && (
        <Field label="收款账户" hint="划拨资金到这个账户，可以以后再登记" wrong={fieldSays(add.problem, 'receivingAccount')}>
          {(aria) => (
            <Input
              {...aria}
              inputMode="numeric"
              maxLength={30}
              value={receivingAccount}
              onChange={(event) => setReceivingAccount(event.target.value)}
            />
          )}
        </Field>
      )}
      <Refusal problem={add.problem} />
      <Press primary block why={why} pending={add.pending} onPress={press}>
        加在{parent.name}下面
      </Press>
      <Button block onClick={onBack}>
        先不加
      </Button>
    </form>
  )
}

/** Base unions anywhere below one organisation. */
function basesBelow(top: OrganisationView, organisations: readonly OrganisationView[]): readonly OrganisationView[] {
  const below = Map.groupBy(organisations, (organisation) => organisation.parentId)
  const found: OrganisationView[] = []
  const walk = (id: string) => {
    for (const organisation of below.get(id) ?? []) {
      if (organisation.kind === 'baseUnion') found.push(organisation)
      walk(organisation.id)
    }
  }
  walk(top.id)
  return found
}
