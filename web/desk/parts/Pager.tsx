/** One stretch of a long list that is here already; the page stands in the address. */
import { Button } from 'antd'
import { counted } from '../../ui/words.ts'
import { useUrl } from './url.ts'

const rowsPerPage = 100

export function usePage<Row>(rows: readonly Row[]): {
  readonly shown: readonly Row[]
  readonly pager: React.ReactNode
} {
  const [page, setPage] = useUrl('page', '1')
  const last = Math.max(1, Math.ceil(rows.length / rowsPerPage))
  const current = Math.min(Math.max(1, Math.trunc(Number(page)) || 1), last)
  const from = (current - 1) * rowsPerPage
  const shown = rows.slice(from, from + rowsPerPage)
  const pager = last > 1 && (
    <nav className="pager" aria-label="翻页">
      <span className="mut sm">
        第{counted(from + 1)}—{counted(from + shown.length)}行，共
        {counted(rows.length)}行
      </span>
      <Button size="small" disabled={current === 1} onClick={() => setPage(String(current - 1))}>
        上一页
      </Button>
      <Button size="small" disabled={current === last} onClick={() => setPage(String(current + 1))}>
        下一页
      </Button>
    </nav>
  )
  return { shown, pager }
}
