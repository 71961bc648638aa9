/** 复印件收件: parcels of copies that district federations sent to the centre (四.一.3). */
import { usePolicy } from '../query.ts'
import { Page } from '../Page.tsx'
import { TransmittalTable } from '../parts/TransmittalTable.tsx'
import './pages.css'
import './paper.css'

export default function Transmittals() {
  const reading = usePolicy().data?.readings.find(({ id }) => id === 'R17')
  return (
    <Page
      title="复印件收件"
      rule={
        <>
          行业特有、苏浙皖的申报，由区总工会送来申请表和证书复印件。
          {reading?.value === true ? '收到以后才能编入报批清单' : '报批不等复印件'} <span className="reading">R17</span>
        </>
      }
      clause="四.一.3"
    >
      <TransmittalTable title="送件清单" usual="open" />
    </Page>
  )
}
