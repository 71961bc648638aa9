/** Opening an account, and adding an appointment to one: the place first, then the roles that kind of place has. */
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import type {
  AccountMade,
  AccountView,
  AddAppointment,
  MakeAccount,
  OrganisationList,
} from '../../../contract/people.ts'
import { roleHome, roles, roleTitles } from '../../../domain/roles.ts'
import type { OrganisationKind, StaffRole } from '../../../domain/roles.ts'
import { Icon } from '../../ui/icons.tsx'
import type { Problem } from '../../ui/api.ts'
import { Note } from '../Page.tsx'
import { useServer } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from './Field.tsx'
import { kindTitles } from './organisationKinds.ts'
import { Press } from './Press.tsx'
import { fieldSays, Refusal } from './Refusal.tsx'
import { useWrite } from './write.ts'

const rolesAt = (kind: OrganisationKind): readonly StaffRole[] =>
  roles.filter((role): role is StaffRole => role !== 'worker').filter((role) => roleHome[role].includes(kind))

type Place = {
  readonly organisationId: string | undefined
  readonly role: StaffRole | undefined
  /** The last day, for a role that is held for a time. */
  readonly validTo?: string | undefined
}

/** 经审 looks for a time that is set beforehand. */
const isForATime = (role: StaffRole | undefined) => role === 'auditor'
const untilOf = ({ role, validTo }: Place) => (isForATime(role) && validTo ? { validTo } : {})

function PlaceFields({
  place,
  onChange,
  problem,
}: {
  place: Place
  onChange: (place: Place) => void
  problem: Problem | undefined
}) {
  const organisations = useServer<OrganisationList>('/organisations')
  const all = organisations.data?.organisations ?? []
  const chosen = all.find((organisation) => organisation.id === place.organisationId)
  const possible = chosen ? rolesAt(chosen.kind) : []
  return (
    <>
      <Field
        label="单位"
        wrong={fieldSays(problem, 'organisationId') ?? (organisations.isError ? '组织没有读到，刷新再试。' : undefined)}
      >
        {(aria) => (
          <Select
            {...aria}
            loading={organisations.isPending}
            showSearch={{ optionFilterProp: 'label' }}
            placeholder="写名称里的字"
            {...(place.organisationId && { value: place.organisationId })}
            onChange={(organisationId: string) => {
              const kind = all.find((organisation) => organisation.id === organisationId)?.kind
              const [only, ...others] = kind ? rolesAt(kind) : []
              onChange({ organisationId, role: others.length === 0 ? only : undefined })
            }}
            options={all.map((organisation) => ({
              value: organisation.id,
              label: `${organisation.name}　${kindTitles[organisation.kind]}`,
            }))}
          />
        )}
      </Field>
      <Field
        label="岗位"
        hint={chosen && possible.length === 0 ? `${kindTitles[chosen.kind]}不设岗位，换一个单位` : undefined}
        wrong={fieldSays(problem, 'role')}
      >
        {(aria) => (
          <Select
            {...aria}
            disabled={possible.length === 0}
            placeholder={chosen ? '选岗位' : '先选单位'}
            value={place.role ?? null}
            onChange={(role) => onChange({ ...place, role: role ?? undefined })}
            options={possible.map((role) => ({ value: role, label: roleTitles[role] }))}
          />
        )}
      </Field>
      {isForATime(place.role) && (
        <Field label="任职到哪一天" hint="过了这一天，这个岗位就没有了" wrong={fieldSays(problem, 'validTo')}>
          {(aria) => (
            <Input
              {...aria}
              type="date"
              value={place.validTo ?? ''}
              onChange={(event) => onChange({ ...place, validTo: event.target.value })}
            />
          )}
        </Field>
      )}
    </>
  )
}

const empty = { loginName: '', name: '', idNumber: '', password: '' }

function whyNoPlace({ organisationId, role, validTo }: Place): string | undefined {
  if (!organisationId) return '先选单位'
  if (!role) return '先选岗位'
  return isForATime(role) && !validTo ? '先填任职到哪一天' : undefined
}

/** What is still missing. */
function whyNot(typed: typeof empty, place: Place): string | undefined {
  const why = whyNoPlace(place)
  if (why) return why
  if (!typed.name.trim()) return '先填姓名'
  if (!typed.idNumber.trim()) return '先填身份证号'
  if (typed.loginName.trim().length < 3) return '账号名至少3个字母或数字'
  return typed.password.length < 12 ? '初始密码至少12位' : undefined
}

export function MakeAccountForm({ onBack }: { onBack: () => void }) {
  const [typed, setTyped] = useState(empty)
  const [place, setPlace] = useState<Place>({ organisationId: undefined, role: undefined })
  const [made, setMade] = useState<{ loginName: string; totpUri: string }>()
  const make = useWrite<MakeAccount, AccountMade>((id) => `/accounts/${id}`)
  if (made) return <Made made={made} onDone={onBack} />
  const set = (part: Partial<typeof empty>) => setTyped({ ...typed, ...part })
  const { organisationId, role } = place
  const why = whyNot(typed, place)
  const press = () => {
    if (why || !organisationId || !role) return
    const body = {
      ...typed,
      loginName: typed.loginName.trim(),
      name: typed.name.trim(),
      idNumber: typed.idNumber.trim(),
      role,
      organisationId,
      ...untilOf(place),
    }
    make.send(body, ({ totpUri }) => setMade({ loginName: body.loginName, totpUri }))
  }
  const field = (key: keyof typeof empty, label: string, most: number, hint?: string) => (
    <Field label={label} hint={hint} wrong={fieldSays(make.problem, key)}>
      {(aria) => (
        <Input
          {...aria}
          autoComplete="off"
          maxLength={most}
          value={typed[key]}
          onChange={(event) => set({ [key]: event.target.value })}
        />
      )}
    </Field>
  )
  return (
    <form
      className="panel sign"
      aria-label="开一个账号"
      onSubmit={(event) => {
        event.preventDefault()
        press()
      }}
    >
      <h2>开一个账号</h2>
      <PlaceFields place={place} onChange={setPlace} problem={make.problem} />
      {field('name', '姓名', 40)}
      {field('idNumber', '身份证号', 24, '用来认出一人一号，不显示，不保存明文')}
      {field('loginName', '账号名', 32, '小写字母、数字、点或短横')}
      <Field label="初始密码" hint="至少12位，当面告诉本人" wrong={fieldSays(make.problem, 'password')}>
        {(aria) => (
          <Input.Password
            {...aria}
            autoComplete="new-password"
            maxLength={200}
            value={typed.password}
            onChange={(event) => set({ password: event.target.value })}
          />
        )}
      </Field>
      <Refusal problem={make.problem} />
      <Press primary large block why={why} pending={make.pending} onPress={press}>
        开账号，取动态码密钥
      </Press>
      <Button block onClick={onBack}>
        先不开
      </Button>
    </form>
  )
}

/** The secret of the authenticator, shown this once. */
function Made({ made, onDone }: { made: { loginName: string; totpUri: string }; onDone: () => void }) {
  const secret = new URL(made.totpUri).searchParams.get('secret') ?? ''
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(made.totpUri)
      say('已复制，只给本人')
    } catch {
      say('浏览器不让复制，选中下面的文字再复制')
    }
  }
  return (
    <section className="panel sign" aria-label="动态码密钥">
      <h2>账号{made.loginName}已开好</h2>
      <Note>密钥只显示这一次。当面交给本人，在动态码软件里添加；离开这一页就看不到了。</Note>
      <div>
        <p className="mut sm">密钥，手工添加时输入</p>
        <p className="secret">
          {(secret.match(/.{1,4}/g) ?? []).map((group, place) => (
            <span key={place}>{group}</span>
          ))}
        </p>
      </div>
      <div>
        <p className="mut sm">地址，动态码软件可以直接读</p>
        <p className="uri">{made.totpUri}</p>
      </div>
      <div className="row">
        <Button onClick={() => void copy()}>复制地址</Button>
        <Button type="primary" onClick={onDone}>
          <Icon name="check" /> 已交给本人
        </Button>
      </div>
    </section>
  )
}

export function AppointForm({ account, onBack }: { account: AccountView; onBack: () => void }) {
  const [place, setPlace] = useState<Place>({ organisationId: undefined, role: undefined })
  const add = useWrite<AddAppointment, void>((id) => `/accounts/${account.id}/appointments/${id}`)
  const { organisationId, role } = place
  const why = whyNoPlace(place)
  const press = () => {
    if (why || !organisationId || !role) return
    add.send({ organisationId, role, ...untilOf(place) }, () => {
      say(`${account.name}已加任职${roleTitles[role]}`)
      onBack()
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
      <PlaceFields place={place} onChange={setPlace} problem={add.problem} />
      <Refusal problem={add.problem} />
      <Press primary block why={why} pending={add.pending} onPress={press}>
        加任职
      </Press>
      <Button block onClick={onBack}>
        先不加
      </Button>
    </form>
  )
}
