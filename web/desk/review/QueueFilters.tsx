/** The queue's filters in one row; each is part of the address. */
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Select } from 'antd'
import { useState } from 'react'
import type { BatchList } from '../../../contract/applications.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { Icon } from '../../ui/icons.tsx'
import type { UnionOptions } from '../../../contract/people.ts'
import { serverQuery, usePolicy, useStaff } from '../query.ts'
import type { QueueSearch } from '../router.tsx'
import { useColleagues } from './desk.ts'
import { findingTitles, kindTitles, materialsTitles, paidLevels } from './titles.ts'

const everything = ''
type Choice = { readonly value: string; readonly label: string }

export function QueueFilters({
  search,
  batches,
  onClear,
}: {
  search: QueueSearch
  batches: BatchList['batches']
  onClear: (() => void) | undefined
}) {
  const navigate = useNavigate({ from: '/queue' })
  const policy = usePolicy().data
  const staff = useStaff()
  const colleagues = useColleagues(staff.role !== 'approver')
  const set = (key: 'kind' | 'level' | 'finding' | 'materials' | 'batch' | 'union' | 'officer') => (value: string) =>
    void navigate({
      search: (now) => ({ ...now, at: undefined, [key]: value === everything ? undefined : value }) as QueueSearch,
      replace: true,
    })
  return (
    <div className="filters" role="group" aria-label="筛选">
      <Filter
        title="类型"
        value={search.kind}
        onChange={set('kind')}
        choices={Object.entries(kindTitles).map(([value, label]) => ({ value, label }))}
      />
      <Filter
        title="等级"
        value={search.level}
        onChange={set('level')}
        choices={(policy ? paidLevels(policy) : []).map((value) => ({ value, label: levelTitles[value] }))}
      />
      <Filter
        title="评估"
        value={search.finding}
        onChange={set('finding')}
        choices={Object.entries(findingTitles).map(([value, { says }]) => ({ value, label: says }))}
      />
      <Filter
        title="材料"
        value={search.materials}
        onChange={set('materials')}
        choices={Object.entries(materialsTitles).map(([value, label]) => ({ value, label }))}
      />
      {batches.length > 0 && (
        <Filter
          title="批次"
          value={search.batch === undefined ? undefined : String(search.batch)}
          onChange={set('batch')}
          choices={batches.map(({ number }) => ({ value: String(number), label: `第${number}批` }))}
        />
      )}
      {staff.role !== 'hrOfficer' && staff.role !== 'unionOfficer' && (
        <UnionFilter value={search.union} onChange={set('union')} />
      )}
      {search.view !== 'mine' && (
        <Filter
          title="经办"
          value={search.officer}
          onChange={set('officer')}
          choices={[
            { value: 'nobody', label: '未分配' },
            ...colleagues.map(({ id, name }) => ({ value: id, label: id === staff.id ? `我（${name}）` : name })),
          ]}
        />
      )}
      {search.find && (
        <span className="pill on">
          <Icon name="find" />
          {search.find}
        </span>
      )}
      {onClear && (
        <button type="button" className="plain" onClick={onClear}>
          清除筛选
        </button>
      )}
      <span className="sp" />
      <span className="mut sm hints" aria-hidden>
        <span>
          <kbd>J</kbd> <kbd>K</kbd> 移动
        </span>
        <span>
          <kbd>空格</kbd> 选中
        </span>
        <span>
          <kbd>回车</kbd> 打开
        </span>
        <span>
          <kbd>?</kbd> 按键
        </span>
      </span>
    </div>
  )
}

function Filter({
  title,
  value,
  choices,
  onChange,
}: {
  title: string
  value: string | undefined
  choices: readonly Choice[]
  onChange: (value: string) => void
}) {
  return (
    <span className={value ? 'filter on' : 'filter'}>
      <Select
        aria-label={title}
        prefix={title}
        value={value ?? everything}
        onChange={onChange}
        popupMatchSelectWidth={false}
        options={[{ value: everything, label: '全部' }, ...choices]}
      />
    </span>
  )
}

/** Looked up by a part of its name: a district has too many to list. */
function UnionFilter({ value, onChange }: { value: string | undefined; onChange: (value: string) => void }) {
  const [find, setFind] = useState('')
  const path = `/unions?find=${encodeURIComponent(find)}`
  const unions = useQuery({ ...serverQuery<UnionOptions>(path), staleTime: 60_000 }).data?.unions ?? []
  return (
    <span className={value ? 'filter on' : 'filter'}>
      <Select
        aria-label="单位工会"
        prefix="单位"
        value={value ?? everything}
        onChange={onChange}
        showSearch={{ filterOption: false, onSearch: setFind }}
        labelRender={({ label }) => label ?? '选中的一家'}
        popupMatchSelectWidth={320}
        notFoundContent="没有这家工会，换几个字再找"
        options={[
          { value: everything, label: '全部' },
          ...unions.map((union) => ({ value: union.id, label: union.name })),
        ]}
      />
    </span>
  )
}
