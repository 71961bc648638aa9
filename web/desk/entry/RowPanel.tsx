/** The row in which one is typing, whole: what the notice says of it, every box, the pictures, the consent. */
import { Button } from 'antd'
import { useState } from 'react'
import type { Instant } from '../../../domain/dates.ts'
import type { Policy } from '../../../domain/policy.ts'
import { Finding, findingKind } from '../../ui/Finding.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Note } from '../Page.tsx'
import { saysOf } from '../query.ts'
import { say } from '../said.tsx'
import { Press } from '../parts/Press.tsx'
import { RowState } from './Grid.tsx'
import { judged } from './judged.ts'
import { Dropped } from './Pictures.tsx'
import type { Row, Sheet } from './sheet.ts'
import { WholeForm } from './WholeForm.tsx'

export function RowPanel({
  row,
  sheet,
  policy,
  now,
  twin,
  dropped,
  onDropped,
  onFile,
}: {
  row: Row
  sheet: Sheet
  policy: Policy
  now: Instant
  twin: string | undefined
  dropped: readonly File[] | undefined
  onDropped: () => void
  onFile: () => void
}) {
  const judgement = judged(row, policy, now, twin)
  const { problems, typed, assessment, ready } = judgement
  const change = (patch: Parameters<Sheet['change']>[1]) => sheet.change(row.id, patch)
  const blank = sheet.isBlank(row)
  const inTheWay = assessment.findings.filter((finding) => ['unmet', 'person'].includes(findingKind(finding)))
  return (
    <aside className="entry-panel" aria-label={row.form.name ? `${row.form.name}的申请表` : '这一行的申请表'}>
      <div className="row">
        <h2>{row.form.name ?? '新的一行'}</h2>
        <span className="sp" />
        {!blank && <RowState row={row} judged={judgement} />}
      </div>
      <RowTrouble row={row} sheet={sheet} />
      {dropped && (
        <Dropped
          id={row.id}
          form={() => sheet.find(row.id)?.form ?? row.form}
          policy={policy}
          files={dropped}
          onChange={change}
          onDone={onDropped}
        />
      )}
      {row.form.level && inTheWay.length > 0 && (
        <section aria-label="按通知评估" className="entry-findings">
          {inTheWay.map((finding) => (
            <Finding key={finding.condition} finding={finding} clauseTarget="_blank" />
          ))}
        </section>
      )}
      {!blank && problems.length > 0 && <p className="mut sm">还差：{missing(problems)}</p>}
      <WholeForm
        id={row.id}
        form={row.form}
        paper={row.paper}
        policy={policy}
        problems={typed}
        onChange={change}
        withPaper
      />
      <div className="row wrap">
        <Press primary={ready} why={ready ? undefined : '填好才能提交'} onPress={onFile}>
          提交这一行
        </Press>
        {!blank && <RemoveRow sheet={sheet} row={row} />}
      </div>
    </aside>
  )
}

const missing = (problems: readonly { says: string }[]): string =>
  problems
    .slice(0, 6)
    .map(({ says }) => says.replace(/^还没有/, '').replace(/。$/, ''))
    .join('；') + (problems.length > 6 ? `；等${problems.length}处` : '')

/** Why it was not filed, or is not saved, and what to do. */
function RowTrouble({ row, sheet }: { row: Row; sheet: Sheet }) {
  if (typeof row.filing === 'object') {
    const said = row.filing.fields.filter(({ field }) => !(field in row.form) && field !== 'consentedOn')
    return (
      <Note tone="err">
        {row.filing.says}
        {said.map(({ field, says }) => (
          <span key={field} className="block">
            {says}
          </span>
        ))}
      </Note>
    )
  }
  if (row.phase === 'stale') {
    return (
      <Note>
        {row.says}{' '}
        <button type="button" className="plain" onClick={() => void sheet.takeLatest(row.id)}>
          看最新内容
        </button>
      </Note>
    )
  }
  if (!row.says || row.phase === 'saved') return null
  return (
    <Note>
      {row.says}{' '}
      <button type="button" className="plain" onClick={() => void sheet.save(row.id)}>
        再存一次
      </button>
    </Note>
  )
}

function RemoveRow({ sheet, row }: { sheet: Sheet; row: Row }) {
  const [asked, setAsked] = useState(false)
  const remove = async () => {
    try {
      await sheet.remove(row.id)
    } catch (error) {
      say(saysOf(error))
    }
  }
  return asked ? (
    <>
      <Button danger onClick={() => void remove()}>
        <Icon name="cross" /> 删掉，连同照片
      </Button>
      <Button onClick={() => setAsked(false)}>不删</Button>
    </>
  ) : (
    <Button onClick={() => setAsked(true)}>删掉这一行…</Button>
  )
}
