/** What stops a batch before release, in a sentence each; those that concern several lines stand together. */
import { Button, Input } from 'antd'
import type { PayoutBatchDetail, PayoutLine, ReleaseBatch } from '../../../contract/payouts.ts'
import { mayBeAccepted, payoutStops } from '../../../domain/payout.ts'
import type { PayoutStop } from '../../../domain/payout.ts'
import type { Problem } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { counted, yuanColumn } from '../../ui/words.ts'
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
    acceptable: mayBeAccepted(of[0]!.stop),
  }))
}

export const wordsOf = ({ keys }: Stop, words: Words): string => words[keys[0]!] ?? ''

export const acceptedIn = (stops: readonly Stop[], words: Words): ReleaseBatch['accept'] =>
  stops.flatMap((each) => {
    const said = wordsOf(each, words).trim()
    return said ? each.lines.map(({ payoutId }) => ({ payoutId, stop: each.stop, words: said })) : []
  })

/** What is the matter, and what may be done about it. */
function sentenceOf({ stop, lines }: Stop): string {
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
              <b>{stopTitles[stop.stop]}</b>　{sentenceOf(stop)}
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
            {words && stop.acceptable && (
              <Field label="为什么可以发（放行时一起记下）">
                {(aria) => (
                  <Input
                    {...aria}
                    maxLength={500}
                    placeholder="例如：已电话核实是夫妻，账户是本人的"
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
