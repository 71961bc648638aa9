/** A clause in full, one glance away: opened from any 〔一.3〕 without leaving the page. */
import { clauseHref } from '../ui/Clause.tsx'
import { usePolicy } from './queries.ts'
import { Sheet } from './Sheet.tsx'
import { Await } from './states.tsx'

export function ClauseSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const policy = usePolicy()
  return (
    <Sheet title="通知里这样写" closeWord="关闭" onClose={onClose}>
      <div className="sheet-scroll">
        <Await query={policy}>
          {(known) => (
            <>
              <p className="clause-title">
                <span className="clause">〔{id}〕</span>
                {known.clauses.find((clause) => clause.id === id)?.title}
              </p>
              <p className="quote whole">{known.clauses.find((clause) => clause.id === id)?.text.split('\n\t')[0]}</p>
            </>
          )}
        </Await>
        <p>
          <a href={clauseHref(id)} data-leave>
            看通知原文
          </a>
        </p>
      </div>
    </Sheet>
  )
}
