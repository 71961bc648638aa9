/** Parcels of copies: a district's own, or all for the centre. */
import { Link } from '@tanstack/react-router'
import type { Transmittals, TransmittalView } from '../../../contract/copies.ts'
import { Status } from '../../ui/Status.tsx'
import { counted, day } from '../../ui/words.ts'
import { Empty, Failed, Loading } from '../Page.tsx'
import { useStaff, useToday } from '../query.ts'
import { More, useGrowing } from './growing.tsx'
import { Head } from './Head.tsx'
import { Tabs } from './Tabs.tsx'
import { useUrl } from './url.ts'

const tabs = [
  { id: 'open', title: '没有收齐' },
  { id: 'complete', title: '已收齐' },
  { id: 'all', title: '全部' },
] as const

export function TransmittalStage({ list }: { list: TransmittalView }) {
  const { lineCount, received, missing } = list
  if (received === lineCount)
    return (
      <Status kind="met" plain>
        已收齐
      </Status>
    )
  if (received === 0 && missing === 0)
    return (
      <Status kind="waiting" plain>
        等收件
      </Status>
    )
  return (
    <Status kind="dueSoon" plain>
      缺{counted(lineCount - received)}件
    </Status>
  )
}

export function TransmittalTable({ title, usual }: { title: string; usual: (typeof tabs)[number]['id'] }) {
  const today = useToday()
  const isCentre = useStaff().role === 'verifier'
  const [tab, setTab] = useUrl('tab', usual)
  const list = useGrowing<Transmittals>(`/transmittals?stage=${tab}`)
  const shown = list.data?.pages.flatMap((page) => page.transmittals) ?? []
  return (
    <section className="panel">
      <Tabs label={title} tabs={tabs} value={tab} onChange={setTab} />
      {list.isPending ? (
        <Loading />
      ) : list.isError && shown.length === 0 ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : shown.length === 0 ? (
        <Empty
          title={tab === 'open' ? '没有等收的送件清单' : '还没有送件清单'}
          next={isCentre ? '区总工会送出复印件后，清单列在这里。' : '勾上要送的，编一份送件清单。'}
        />
      ) : (
        <>
          <div className="table-box">
            <table className="t finance">
              <Head columns={['清单', '区总工会', '送出', { right: '件' }, { right: '已收（件）' }, '到哪一步']} />
              <tbody>
                {shown.map((each) => (
                  <tr key={each.id}>
                    <td>
                      <Link to="/transmittals/$id" params={{ id: each.id }}>
                        {each.number}
                      </Link>
                    </td>
                    <td>{each.district}</td>
                    <td>
                      {day(each.sentOn, today)}　<span className="mut">{each.sentBy}</span>
                    </td>
                    <td className="r">{counted(each.lineCount)}</td>
                    <td className="r">{counted(each.received)}</td>
                    <td>
                      <TransmittalStage list={each} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <More count={shown.length} unit="份" list={list} />
        </>
      )}
    </section>
  )
}
