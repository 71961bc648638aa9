/** What was asked and answered on the phone about this case: for the service centre. */
import type { ApplicationView } from '../../../contract/applications.ts'
import type { CallNotes as Notes } from '../../../contract/consultation.ts'
import { moment } from '../../ui/words.ts'
import { saysOf, useServer, useStaff, useToday } from '../query.ts'

export function CallNotes({ application }: { application: ApplicationView }) {
  const staff = useStaff()
  const today = useToday()
  const notes = useServer<Notes>(`/applications/${application.id}/call-notes`, staff.role !== 'verifier')
  if (notes.isError) return <p className="case-block sm">来电记录没有读到。{saysOf(notes.error)}</p>
  if (!notes.data || notes.data.notes.length === 0) return null
  return (
    <section className="case-block" aria-label="来电记录">
      <h2>来电记录</h2>
      <ol className="history">
        {notes.data.notes.map((note) => (
          <li key={note.id}>
            <time>{moment(note.at, today)}</time>
            <span>
              {note.asked}（{note.by}）<q>{note.answered}</q>
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
