/** Adding an organisation below another: the kinds that may stand there, its name and since when. */
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import type { AddOrganisation, OrganisationView } from '../../../contract/people.ts'
import type { OrganisationKind } from '../../../domain/roles.ts'
import type { Problem } from '../../ui/api.ts'
import { useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { childKinds, kindTitles } from './organisationKinds.ts'
import { Press } from './Press.tsx'
import { fieldSays, Refusal } from './Refusal.tsx'
import { useWrite } from './write.ts'

export function AddBelow({
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
  const add = useWrite<AddOrganisation, OrganisationView>((id) => `/organisations/${id}`)
  const why = name.trim().length < 2 ? '先填名称' : !validFrom ? '先填起始日期' : undefined
  const press = () => {
    if (why) return
    const body = {
      parentId: parent.id,
      kind,
      name: name.trim(),
      validFrom,
      ...(kind === 'filingPoint' && serves.length > 0 && { serves: [...serves] }),
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
      <KindAndName kinds={kinds} {...{ kind, setKind, name, setName }} problem={add.problem} />
      <Field label="从哪天起" wrong={fieldSays(add.problem, 'validFrom')}>
        {(aria) => (
          <Input {...aria} type="date" value={validFrom} onChange={(event) => setValidFrom(event.target.value)} />
        )}
      </Field>
      {kind === 'filingPoint' && (
        <Serves
          parent={parent}
          organisations={organisations}
          value={serves}
          onChange={setServes}
          problem={add.problem}
        />
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

function KindAndName({
  kinds,
  kind,
  setKind,
  name,
  setName,
  problem,
}: {
  kinds: readonly OrganisationKind[]
  kind: OrganisationKind
  setKind: (kind: OrganisationKind) => void
  name: string
  setName: (name: string) => void
  problem: Problem | undefined
}) {
  return (
    <>
      <Field label="类别" wrong={fieldSays(problem, 'kind')}>
        {(aria) => (
          <Select
            {...aria}
            value={kind}
            onChange={setKind}
            options={kinds.map((value) => ({ value, label: kindTitles[value] }))}
          />
        )}
      </Field>
      <Field label="名称" wrong={fieldSays(problem, 'name')}>
        {(aria) => (
          <Input {...aria} autoFocus maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
    </>
  )
}

/** The base unions that a filing point serves. */
function Serves({
  parent,
  organisations,
  value,
  onChange,
  problem,
}: {
  parent: OrganisationView
  organisations: readonly OrganisationView[]
  value: readonly string[]
  onChange: (ids: readonly string[]) => void
  problem: Problem | undefined
}) {
  return (
    <Field label="为哪些基层工会报送" hint="一个申报点可以服务几家" wrong={fieldSays(problem, 'serves')}>
      {(aria) => (
        <Select
          {...aria}
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          value={[...value]}
          onChange={onChange}
          options={basesBelow(parent, organisations).map((base) => ({ value: base.id, label: base.name }))}
        />
      )}
    </Field>
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
