/** What stops a batch before release, in a sentence each; those that concern several lines stand together. */
import { Button, Input } from 'antd'
import type { PayoutBatchDetail, PayoutLine, ReleaseBatch } from '../../../contract/payouts.ts'
import { failureTitles, mayBeAccepted, payoutStops } from '../../../domain/payout.ts'
import type { PayoutStop } from '../../../domain/payout.ts'
import type { Problem } from '../../ui/api.ts'
import { filePageUrl } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { counted, day, yuanColumn } from '../../ui/words.ts'
import { useToday } from '../query.ts'
import { Field } from './Field.tsx'
import { Refusal } from './Refusal.tsx'
import { stopTitles } from './payoutWords.ts'

export type Stop = {
  /** Where the words for each of its lines stand. */
  readonly keys: readonly string[]
  readonly stop: PayoutStop
  readonly lines: readonly PayoutLine[]
  readonly acceptable: boolean
}
/** Why somebody lets a stop pass, line by line: what was written stays when one of several is taken out. */
export type Words = Readonly<Record<string, string>>

export function stopsOf({ stopped }: PayoutBatchDetail): readonly Stop[] {
  const each = payoutStops.flatMap((stop) =>
    stopped
      .filter(({ stops }) => stops.includes(stop))
      .map((line) => ({ stop, line, key: `${stop} ${(line.together?.[stop] ?? [line.line]).join(' ')}` })),
  )
  return [...Map.groupBy(each, ({ key }) => key).values()].map((of) => ({
    keys: of.map(({ line, stop }) => `${line.payoutId} ${stop}`),
    stop: of[0]!.stop,
    lines: of.map(({ line }) => line),
    // Another person says that it may go, whoever made the batch.
    acceptable: mayBeAccepted(of[0]!.stop) && !of.some(({ stop, line }) => stop === 'typedBack' && line.typed?.isOwn),
  }))
}

export const wordsOf = ({ keys }: Stop, words: Words): string => words[keys[0]!] ?? ''

export const acceptedIn = (stops: readonly Stop[], words: Words): ReleaseBatch['accept'] =>
  stops.flatMap((each) => {
    const said = wordsOf(each, words).trim()
    return said ? each.lines.map(({ payoutId }) => ({ payoutId, stop: each.stop, words: said })) : []
  })

function typedSays(typed: PayoutLine['typed'], today: string): string {
  if (!typed) return '看过银行回单，确实没有付出去，再发。'
  const what = `${typed.outcome === 'failed' ? '没付成' : '退票'}${typed.code ? `（${failureTitles[typed.code]}）` : ''}`
  const said = `${typed.by}登记：${typed.on ? `银行${day(typed.on, today)}` : ''}${what}。`
  return said + (typed.proof ? '对着回单看清钱没有到账，再发。' : '登记时没有回单。先向银行问清，再发。')
}

/** What is the matter, and what may be done about it. */
function sentenceOf({ stop, lines }: Stop, today: string): string {
  const [first] = lines
  const several = lines.length > 1
  switch (stop) {
    case 'oneAccountManyPeople':
      return several
        ? `尾号${first!.payeeTail}的账户，这一批里有${counted(lines.length)}个人用它收款。问清是不是本人的账户。`
        : `尾号${first!.payeeTail}的账户，别的批次里有别人用它收过款。问清是不是本人的账户。`
    case 'onePersonManyAccounts':
      return several
        ? `${first!.applicantName}在这一批里有${counted(lines.length)}个收款账户。问清该付到哪一个。`
        : `${first!.applicantName}在别的批次里用的是另一个账户。问清该付到哪一个。`
    case 'accountChanged':
      return '制单以后，这个人的收款账户改过，或正在改。移出这一批，按确认过的账户另发。'
    case 'disputed':
      return '有人对这张证书提了异议，还没有了结。移出这一批，了结后再发。'
    case 'typedBack':
      return typedSays(first!.typed, today)
  }
}

export function Stops({
  stops,
  count,
  words,
  onWords,
  onRemove,
  pending,
  problem,
}: {
  stops: readonly Stop[]
  /** How many there are in the batch; more than are shown at once. */
  count: number
  /** Absent for who cannot release it. */
  words: Words | undefined
  onWords: (stop: Stop, text: string) => void
  onRemove: (line: PayoutLine) => void
  pending: boolean
  problem: Problem | undefined
}) {
  const today = useToday()
  const shown = stops.reduce((sum, { lines }) => sum + lines.length, 0)
  return (
    <section className="panel" aria-label="放行前先看">
      <div className="cap">
        <Icon name="bang" className="tone-warn" />
        <h2>放行前先看</h2>
        <span className="mut sm">
          {counted(stops.length)}处{count > shown && `，先列出${counted(shown)}笔，办完再列后面的`}
        </span>
      </div>
      <Refusal problem={problem} />
      <ul className="stops">
        {stops.map((stop) => (
          <li key={stop.keys[0]} aria-label={stopTitles[stop.stop]}>
            <p>
              <b>{stopTitles[stop.stop]}</b>　{sentenceOf(stop, today)}
            </p>
            <ul className="stopped">
              {stop.lines.map((line) => (
                <li key={line.payoutId}>
                  <span className="mut">第{line.line}笔</span>
                  <span className="name">{line.applicantName}</span>
                  <span className="mut">{line.receiptNumber}</span>
                  <span className="mut">尾号 {line.payeeTail}</span>
                  <span className="r num">{yuanColumn(line.amountFen)}元</span>
                  <Button
                    disabled={pending}
                    aria-label={`把${line.applicantName}移出这一批`}
                    onClick={() => onRemove(line)}
                  >
                    移出这一批
                  </Button>
                </li>
              ))}
            </ul>
            <Proof stop={stop} />
            {words && stop.stop === 'typedBack' && !stop.acceptable && (
              <p className="note">这次结果是你登记的，不能由你放行。移出这一批另外制单，请另一位财务放行。</p>
            )}
            {words && stop.acceptable && (
              <Field label="为什么可以发（放行时一起记下）">
                {(aria) => (
                  <Input
                    {...aria}
                    maxLength={500}
                    placeholder={
                      stop.stop === 'typedBack'
                        ? '例如：已看回单，银行7月14日退回，账上没有付出'
                        : '例如：已电话核实是夫妻，账户是本人的'
                    }
                    value={wordsOf(stop, words)}
                    onChange={(event) => onWords(stop, event.target.value)}
                  />
                )}
              </Field>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The bank's receipt behind what was typed, page by page. */
function Proof({ stop }: { stop: Stop }) {
  const proof = stop.stop === 'typedBack' ? stop.lines[0]?.typed?.proof : undefined
  if (!proof) return null
  return (
    <p className="row">
      {Array.from({ length: proof.pages }, (_, page) => (
        <a key={page} href={filePageUrl(proof.fileId, page + 1)} target="_blank" rel="noreferrer">
          打开银行回单{proof.pages > 1 && `第${page + 1}页`}
        </a>
      ))}
    </p>
  )
}
