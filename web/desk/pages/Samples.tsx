/** 抽样: the auditor's plans, each with what it was drawn from, and a new one. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Input, InputNumber, Radio, Select } from 'antd'
import { useState } from 'react'
import type {
  DrawSample,
  SampleDetail,
  SampleFilter,
  Samples as SamplePage,
  SampleView,
} from '../../../contract/oversight.ts'
import { channels, levels, levelTitles } from '../../../domain/policy.ts'
import type { Channel, Level } from '../../../domain/policy.ts'
import { request } from '../../ui/api.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, moment } from '../../ui/words.ts'
import { Empty, Failed, Loading, Page } from '../Page.tsx'
import { Field } from '../parts/Field.tsx'
import type { FieldAria } from '../parts/Field.tsx'
import { Head } from '../parts/Head.tsx'
import { Press } from '../parts/Press.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { channelTitles, filterInWords, methodInWords, outcomeTitles } from '../parts/sampleWords.ts'
import { useUrl } from '../parts/url.ts'
import { useWrite } from '../parts/write.ts'
import { useToday } from '../query.ts'
import './oversight.css'
import './pages.css'

export default function Samples() {
  const [drawing, setDrawing] = useUrl('new', '')
  const samples = useInfiniteQuery({
    queryKey: ['/audit-samples'],
    queryFn: ({ pageParam, signal }) =>
      request<SamplePage>('GET', `/audit-samples${pageParam ? `?before=${pageParam}` : ''}`, undefined, signal),
    initialPageParam: 0,
    getNextPageParam: (page) => page.nextCursor,
  })
  const all = samples.data?.pages.flatMap((page) => page.samples) ?? []
  const open = drawing !== '' || (samples.isSuccess && all.length === 0)
  return (
    <Page
      title="抽样"
      rule="只看，不改申报；抽法、种子和范围随样本记下，同样的种子和范围抽出同样的件"
      actions={
        !open && (
          <Button type="primary" onClick={() => setDrawing('1')}>
            抽一个样本
          </Button>
        )
      }
    >
      {samples.isPending ? (
        <Loading />
      ) : samples.isError && all.length === 0 ? (
        <Failed error={samples.error} retry={() => void samples.refetch()} />
      ) : (
        <>
          {open && (
            <Plan
              districts={samples.data?.pages[0]?.districts ?? []}
              onBack={all.length > 0 ? () => setDrawing('') : undefined}
            />
          )}
          <section className="panel">
            {all.length === 0 ? (
              <Empty title="还没有样本" next="在上面写好范围和抽法，抽出后一件一件看" />
            ) : (
              <List samples={all} />
            )}
            {samples.hasNextPage && (
              <div className="pager">
                <Button loading={samples.isFetchingNextPage} onClick={() => void samples.fetchNextPage()}>
                  再列50个
                </Button>
              </div>
            )}
          </section>
        </>
      )}
    </Page>
  )
}

function List({ samples }: { samples: readonly SampleView[] }) {
  const today = useToday()
  return (
    <div className="table-box">
      <table className="t">
        <Head
          columns={['样本', '范围', '抽法', { right: '范围内（件）' }, { right: '抽出（件）' }, '结论', '抽的人']}
        />
        <tbody>
          {samples.map((sample) => (
            <tr key={sample.id}>
              <td>
                <Link to="/samples/$id" params={{ id: sample.id }}>
                  第{sample.number}号
                </Link>
              </td>
              <td className="wrap">{filterInWords(sample)}</td>
              <td>{methodInWords(sample)}</td>
              <td className="r">{counted(sample.frameSize)}</td>
              <td className="r">{counted(sample.counts.drawn)}</td>
              <td>
                <SampleState counts={sample.counts} />
              </td>
              <td className="mut">
                {sample.drawnBy} {moment(sample.drawnAt, today)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export function SampleState({ counts }: { counts: SampleView['counts'] }) {
  const kind = counts.problem > 0 ? 'unmet' : counts.open > 0 ? 'active' : 'met'
  const says = [counts.problem > 0 && `${counts.problem}件有问题`, counts.open > 0 && `还有${counts.open}件没看`]
  return (
    <Status kind={kind} plain>
      {says.filter(Boolean).join('，') || '都无问题'}
    </Status>
  )
}

const fenOf = (yuan: number | null) => (yuan === null ? undefined : Math.round(yuan * 100))

function Plan({ districts, onBack }: { districts: SamplePage['districts']; onBack: (() => void) | undefined }) {
  const navigate = useNavigate()
  const [filter, setFilter] = useState<SampleFilter>({ outcome: 'approved' })
  const [method, setMethod] = useState<DrawSample['method']>('random')
  const [wanted, setWanted] = useState(10)
  const [seed, setSeed] = useState('')
  const draw = useWrite<DrawSample, SampleDetail>((id) => `/audit-samples/${id}`)
  const press = () => {
    const typed = method === 'random' ? seed.trim() : ''
    draw.send({ filter, method, wanted, ...(typed && { seed: typed }) }, ({ id }) => {
      void navigate({ to: '/samples/$id', params: { id } })
    })
  }
  return (
    <form
      className="panel plan"
      aria-label="抽一个样本"
      onSubmit={(event) => {
        event.preventDefault()
        press()
      }}
    >
      <FilterFields filter={filter} districts={districts} onChange={setFilter} />
      <Field label="抽几件">
        {(aria) => (
          <InputNumber
            {...aria}
            min={1}
            max={200}
            style={{ width: '100%' }}
            value={wanted}
            onChange={(value) => setWanted(value ?? 1)}
          />
        )}
      </Field>
      <fieldset>
        <legend>怎么抽</legend>
        <Radio.Group
          value={method}
          onChange={(event) => setMethod(event.target.value as DrawSample['method'])}
          options={[
            { value: 'random', label: '随机' },
            { value: 'largest', label: '金额最大' },
          ]}
        />
      </fieldset>
      {method === 'random' && (
        <Field label="种子（可以不填）" hint="不填由系统随机取一个，都会记下">
          {(aria) => <Input {...aria} maxLength={64} value={seed} onChange={(event) => setSeed(event.target.value)} />}
        </Field>
      )}
      <div className="wide stack tight">
        <Refusal problem={draw.problem} />
        <div className="row">
          <Press primary pending={draw.pending} onPress={press}>
            抽样，记下抽法
          </Press>
          {onBack && <Button onClick={onBack}>先不抽</Button>}
        </div>
      </div>
    </form>
  )
}

function FilterFields({
  filter,
  districts,
  onChange,
}: {
  filter: SampleFilter
  districts: SamplePage['districts']
  onChange: (filter: SampleFilter) => void
}) {
  const set = (part: Partial<SampleFilter>) => onChange({ ...filter, ...part })
  const amount = (aria: FieldAria, key: 'amountFromFen' | 'amountToFen') => (
    <InputNumber
      {...aria}
      min={0}
      max={100_000}
      suffix="元"
      style={{ width: '100%' }}
      value={filter[key] === undefined ? null : filter[key] / 100}
      onChange={(value) => set({ [key]: fenOf(value) })}
    />
  )
  return (
    <>
      <Field label="哪些申报">
        {(aria) => (
          <Select
            {...aria}
            value={filter.outcome}
            onChange={(outcome: SampleFilter['outcome']) => set({ outcome })}
            options={Object.entries(outcomeTitles).map(([value, label]) => ({ value, label }))}
          />
        )}
      </Field>
      <Field label="区局（产业）工会">
        {(aria) => (
          <Select
            {...aria}
            allowClear
            placeholder="不限"
            showSearch={{ optionFilterProp: 'label' }}
            value={filter.districtId ?? null}
            onChange={(districtId: string | null) => set({ districtId: districtId ?? undefined })}
            options={districts.map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
      </Field>
      <Field label="等级">
        {(aria) => (
          <Select
            {...aria}
            allowClear
            placeholder="不限"
            value={filter.level ?? null}
            onChange={(level: Level | null) => set({ level: level ?? undefined })}
            options={levels.map((value) => ({ value, label: levelTitles[value] }))}
          />
        )}
      </Field>
      <Field label="渠道">
        {(aria) => (
          <Select
            {...aria}
            allowClear
            placeholder="不限"
            value={filter.channel ?? null}
            onChange={(channel: Channel | null) => set({ channel: channel ?? undefined })}
            options={channels.map((value) => ({ value, label: channelTitles[value] }))}
          />
        )}
      </Field>
      <Field label="批次">
        {(aria) => (
          <InputNumber
            {...aria}
            min={1}
            max={9999}
            placeholder="不限"
            style={{ width: '100%' }}
            value={filter.batch ?? null}
            onChange={(batch) => set({ batch: batch ?? undefined })}
          />
        )}
      </Field>
      <Field label="金额从">{(aria) => amount(aria, 'amountFromFen')}</Field>
      <Field label="金额到">{(aria) => amount(aria, 'amountToFen')}</Field>
    </>
  )
}
