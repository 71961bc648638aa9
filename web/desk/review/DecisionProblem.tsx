/** What the server refused. A view that has become old says who changed what; own words stay where they are. */
import { Button } from 'antd'
import type { ApplicationView } from '../../../contract/applications.ts'
import { Problem } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { client, numberOf, saysOf } from '../query.ts'
import { say } from '../said.tsx'

export function DecisionProblem({
  application,
  error,
  words,
  onFresh,
  onTake,
  takeTitle,
}: {
  application: ApplicationView
  error: unknown
  /** What was written; kept, and offered for copying. */
  words?: string
  onFresh: () => void
  /** Goes on though the case is a colleague's: asked once more here. */
  onTake: (holder: string) => void
  takeTitle: string
}) {
  const code = error instanceof Problem ? error.code : undefined
  const old = code === 'act.stale' || code === 'act.not-in-this-state' || code === 'act.four-eyes'
  const holder =
    code === 'act.anothers-case' && error instanceof Problem ? String(error.params.holder ?? '') : undefined
  // The sign-in stands over the page already; afterwards the button is pressed again.
  if (code === 'sign-in.required') return null
  const see = async () => {
    await client.invalidateQueries({ queryKey: [`/applications/${application.id}`] })
    onFresh()
  }
  const copy = async () => {
    await navigator.clipboard.writeText(words ?? '')
    say('已复制')
  }
  return (
    <div className={old || holder ? 'note decision-problem' : 'note err decision-problem'} role="alert">
      <Icon name={old ? 'rotate' : 'bang'} />
      <div>
        <b>{saysOf(error)}</b>
        {old && words && <p className="sm">你写的还在这里。</p>}
        {holder && (
          <p className="row">
            <Button type="primary" autoFocus onClick={() => onTake(holder)}>
              接过来，{takeTitle}
            </Button>
            <Button onClick={onFresh}>留给{String((error as Problem).params.who ?? '同事')}</Button>
          </p>
        )}
        {numberOf(error) && !old && !holder && <p className="sm">错误号 {numberOf(error)}，咨询时报给工作人员</p>}
        {old && (
          <p className="row">
            <Button type="primary" onClick={() => void see()}>
              看最新内容
            </Button>
            {words && <Button onClick={() => void copy()}>复制我写的</Button>}
          </p>
        )}
      </div>
    </div>
  )
}
