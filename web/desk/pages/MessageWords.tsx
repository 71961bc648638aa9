/** 消息文字: the words of every message, what they look like when sent, and who changed them. */
import { Input } from 'antd'
import { useState } from 'react'
import type { ChangeWords, MessageWordsList } from '../../../contract/messages.ts'
import {
  fillWords,
  isOfficeKind,
  longestWords,
  type MessageKind,
  messageTurns,
  placeholders,
  placeholdersFor,
  sampleValues,
  smsParts,
  smsText,
  type Words,
  type WordsPart,
  wordsProblems,
} from '../../../domain/messages.ts'
import { moment } from '../../ui/words.ts'
import { Empty, Page } from '../Page.tsx'
import { useServer, useToday } from '../query.ts'
import { say } from '../said.tsx'
import { Field } from '../parts/Field.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Press } from '../parts/Press.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { useUrl } from '../parts/url.ts'
import { useWrite } from '../parts/write.ts'
import './pages.css'
import './messages.css'

type Known = MessageWordsList['words'][number]
type Typed = { readonly [P in WordsPart]: string }

export default function MessageWords() {
  const path = '/message-words'
  const list = useServer<MessageWordsList>(path)
  return (
    <Page title="消息文字" rule="改了以后发的用新文字，发过的不变；花括号里的名称发出时换成这一件的内容">
      <Loaded query={list} path={path}>
        {({ words }) => <Desk words={words} />}
      </Loaded>
    </Page>
  )
}

function Desk({ words }: { words: readonly Known[] }) {
  const [kind, setKind] = useUrl('kind', words[0]?.kind ?? '')
  const known = words.find((each) => each.kind === kind)
  const group = (title: string, all: readonly Known[]) => (
    <>
      <h3>{title}</h3>
      <ul className="choices">
        {all.map((each) => (
          <li key={each.kind}>
            <button type="button" aria-pressed={each.kind === kind} onClick={() => setKind(each.kind)}>
              {messageTurns[each.kind]}
              <span className="mut sm">{each.sms ? '有短信' : ''}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
  return (
    <div className="beside words-desk">
      <nav className="panel words-kinds" aria-label="哪一种消息">
        {group(
          '给职工',
          words.filter((each) => !isOfficeKind(each.kind)),
        )}
        {group(
          '给单位、工会',
          words.filter((each) => isOfficeKind(each.kind)),
        )}
      </nav>
      {known ? (
        <Editor key={`${known.kind} ${known.revision}`} known={known} />
      ) : (
        <section className="panel">
          <Empty title="选一种消息" next="左边点一种，看它的文字" />
        </section>
      )}
    </div>
  )
}

const wordsOf = ({ title, body, sms }: Typed): Words => ({
  title: title.trim(),
  body: body.trim(),
  ...(sms.trim() && { sms: sms.trim() }),
})

function Editor({ known }: { known: Known }) {
  const { kind } = known
  const [typed, setTyped] = useState<Typed>({ title: known.title, body: known.body, sms: known.sms ?? '' })
  const change = useWrite<ChangeWords, MessageWordsList>(() => `/message-words/${kind}`)
  const words = wordsOf(typed)
  const problems = wordsProblems(kind, words)
  const changed = words.title !== known.title || words.body !== known.body || words.sms !== known.sms
  const why = problems.length > 0 ? '先改好标出的地方' : changed ? undefined : '还没有改动'
  const box = (part: WordsPart, label: string) => (
    <WordsBox
      kind={kind}
      part={part}
      label={label}
      value={typed[part]}
      wrong={problems.find(({ field }) => field === part)?.says}
      onChange={(value) => setTyped({ ...typed, [part]: value })}
    />
  )
  const press = () =>
    change.send({ ...words, revision: known.revision }, () =>
      say(`“${messageTurns[kind]}”的文字已保存，以后发的用新文字`),
    )
  return (
    <div className="words-both">
      <form
        className="panel sign unit-form"
        aria-label={`${messageTurns[kind]}的文字`}
        onSubmit={(event) => {
          event.preventDefault()
          if (!why) press()
        }}
      >
        <h2>{messageTurns[kind]}</h2>
        {box('title', '标题')}
        {box('body', '正文')}
        {!isOfficeKind(kind) && box('sms', '短信（空着就不发）')}
        <Refusal problem={change.problem} />
        <Press primary large why={why} pending={change.pending} onPress={press}>
          保存，以后发的用这个
        </Press>
      </form>
      <div className="stack">
        <Preview kind={kind} words={words} />
        <History
          known={known}
          onTake={(earlier) => setTyped({ title: earlier.title, body: earlier.body, sms: earlier.sms ?? '' })}
        />
      </div>
    </div>
  )
}

function WordsBox({
  kind,
  part,
  label,
  value,
  wrong,
  onChange,
}: {
  kind: MessageKind
  part: WordsPart
  label: string
  value: string
  wrong: string | undefined
  onChange: (value: string) => void
}) {
  const can = part === 'title' ? [] : placeholdersFor(kind, part)
  return (
    <Field label={label} wrong={wrong} hint={`${value.trim().length}字，最多${longestWords[part]}字`}>
      {(aria) => (
        <>
          <Input.TextArea
            {...aria}
            autoSize={{ minRows: part === 'title' ? 1 : 2, maxRows: 6 }}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          {can.length > 0 && (
            <span className="chips" role="group" aria-label={`加到${label}的末尾`}>
              {can.map((each) => (
                <button key={each} type="button" onClick={() => onChange(`${value}{${placeholders[each]}}`)}>
                  {`{${placeholders[each]}}`}
                </button>
              ))}
            </span>
          )}
        </>
      )}
    </Field>
  )
}

/** With values as long as they get. */
function Preview({ kind, words }: { kind: MessageKind; words: Words }) {
  const text = words.sms && smsText(words.sms, sampleValues)
  return (
    <section className="panel preview" aria-label="发出来的样子">
      <div className="cap">
        <h2>发出来的样子</h2>
        <span className="mut sm">内容是举例</span>
      </div>
      <div className="pad stack">
        <div className="in-app">
          <b>{fillWords(words.title, sampleValues)}</b>
          <p>{fillWords(words.body, sampleValues)}</p>
        </div>
        {text && (
          <div>
            <p className="bubble">{text}</p>
            <p className="mut sm" role="status">
              短信{text.length}字，算{smsParts(text)}条{smsParts(text) > 1 && '，70字以内算1条'}
            </p>
          </div>
        )}
        {!text && !isOfficeKind(kind) && <p className="mut sm">这一步不发短信，只在手机页面里告诉。</p>}
      </div>
    </section>
  )
}

function History({ known, onTake }: { known: Known; onTake: (earlier: Known['earlier'][number]) => void }) {
  const today = useToday()
  const who = (each: { changedBy?: string | undefined; changedAt: number }) =>
    each.changedBy ? `${moment(each.changedAt, today)}　${each.changedBy}` : '启用时的文字'
  return (
    <section className="panel" aria-label="改过的">
      <div className="cap">
        <h2>改过的</h2>
        <span className="mut sm">现在用的：{who(known)}</span>
      </div>
      {known.earlier.length === 0 ? (
        <p className="quiet sm">还没有改过</p>
      ) : (
        <ul className="earlier">
          {known.earlier.map((each) => (
            <li key={each.revision}>
              <p className="row">
                <span className="mut sm">{who(each)}</span>
                <span className="sp" />
                <button type="button" className="plain" onClick={() => onTake(each)}>
                  照这个改
                </button>
              </p>
              <p>
                <b>{each.title}</b>　{each.body}
              </p>
              {each.sms && <p className="mut sm">短信：{each.sms}</p>}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
