/** 问题和建议 (四.一.末): any officer writes to the service centre and reads its answer; the centre answers, or answers all. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useEffect, useState } from 'react'
import type {
  AnswerFeedback,
  CommonAnswers,
  FeedbackCounts,
  FeedbackPage,
  FeedbackView,
  PublishAnswer,
} from '../../../contract/feedback.ts'
import { request } from '../../ui/api.ts'
import { moment } from '../../ui/words.ts'
import { Empty, Failed, Loading, Page } from '../Page.tsx'
import { Field } from '../parts/Field.tsx'
import { Press } from '../parts/Press.tsx'
import { Refusal } from '../parts/Refusal.tsx'
import { Tabs } from '../parts/Tabs.tsx'
import { useUrl } from '../parts/url.ts'
import { useWrite } from '../parts/write.ts'
import { feedbackKinds, WriteFeedback } from '../parts/WriteFeedback.tsx'
import { refresh, useServer, useStaff, useToday } from '../query.ts'
import { say } from '../said.tsx'
import './oversight.css'
import './pages.css'

export default function Feedback() {
  const centre = useStaff().role === 'verifier'
  const counts = useServer<FeedbackCounts>('/feedback/counts').data
  const [tab, setTab] = useUrl('tab', centre ? 'open' : 'mine')
  const view = centre && (tab === 'open' || tab === 'answered') ? tab : 'mine'
  return (
    <Page title="问题和建议" rule="项目里出现的问题和建议，及时反馈给服务中心，这里看得到答复" clause="四.一.末">
      <div className="desk-beside">
        <section className="panel">
          {centre && (
            <Tabs
              label="看哪些"
              tabs={[
                { id: 'open', title: '待答复', ...(counts && { count: counts.open }) },
                { id: 'answered', title: '已答复' },
                { id: 'mine', title: '我写的' },
              ]}
              value={view}
              onChange={setTab}
            />
          )}
          <Letters key={view} view={view} answers={centre && view !== 'mine'} />
        </section>
        <div className="stack">
          {view === 'mine' ? <WriteFeedback /> : <Publish />}
          <Common />
        </div>
      </div>
    </Page>
  )
}

function useLetters(view: 'mine' | 'open' | 'answered') {
  return useInfiniteQuery({
    queryKey: [`/feedback?view=${view}`],
    queryFn: ({ pageParam, signal }) =>
      request<FeedbackPage>(
        'GET',
        `/feedback?view=${view}${pageParam && `&cursor=${encodeURIComponent(pageParam)}`}`,
        undefined,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
}

const nothingHere = {
  mine: ['还没有写过', '办理中遇到的问题、想提的建议，在右边写给服务中心'],
  open: ['都答复了', '有新的来信会排在这里'],
  answered: ['还没有答复过', '答复后的来信留在这里'],
} as const

function Letters({ view, answers }: { view: 'mine' | 'open' | 'answered'; answers: boolean }) {
  const letters = useLetters(view)
  const all = letters.data?.pages.flatMap((page) => page.feedback) ?? []
  const unread = all.filter((letter) => letter.unread).map((letter) => letter.id)
  // Marked as read once it has been on the screen; the mark itself stays until one comes back.
  const key = unread.join()
  useEffect(() => {
    if (key) void request('POST', '/feedback/read', { ids: key.split(',') }).then(() => refresh(['/feedback/counts']))
  }, [key])
  if (letters.isPending) return <Loading />
  if (letters.isError && all.length === 0) return <Failed error={letters.error} retry={() => void letters.refetch()} />
  if (all.length === 0) return <Empty title={nothingHere[view][0]} next={nothingHere[view][1]} />
  return (
    <>
      <ul className="letters">
        {all.map((letter) => (
          <Letter key={letter.id} letter={letter} answers={answers} own={view === 'mine'} />
        ))}
      </ul>
      {letters.hasNextPage && (
        <div className="pager">
          <Button loading={letters.isFetchingNextPage} onClick={() => void letters.fetchNextPage()}>
            再列50条
          </Button>
        </div>
      )}
    </>
  )
}

function Letter({ letter, answers, own }: { letter: FeedbackView; answers: boolean; own: boolean }) {
  const today = useToday()
  return (
    <li>
      <p className="sm mut">
        <b className="ink2">{feedbackKinds[letter.kind]}</b>
        {'　'}
        {own ? '' : `${letter.organisation} ${letter.roleTitle} ${letter.by}　`}
        {moment(letter.at, today)}
        {letter.application && (
          <>
            {'　申报 '}
            <Link to="/cases/$id" params={{ id: letter.application.id }} search={{}}>
              {letter.application.receiptNumber}
            </Link>
          </>
        )}
        {letter.unread && <span className="unread-dot">　有新答复</span>}
      </p>
      <p className="said-words">{letter.words}</p>
      {letter.answers.map((answer) => (
        <div key={answer.id} className="answer-words">
          <p className="sm mut">
            服务中心 {answer.by} {moment(answer.at, today)}
          </p>
          <p>{answer.words}</p>
        </div>
      ))}
      {own && letter.answers.length === 0 && <p className="sm mut">服务中心还没有答复</p>}
      {answers && <Answer letter={letter} />}
    </li>
  )
}

function Answer({ letter }: { letter: FeedbackView }) {
  const [words, setWords] = useState('')
  const write = useWrite<AnswerFeedback, FeedbackView>((id) => `/feedback/${letter.id}/answers/${id}`)
  const press = () =>
    write.send({ words: words.trim() }, () => {
      setWords('')
      say(`已答复${letter.by}`)
    })
  return (
    <div className="stack tight">
      <Field label={`答复${letter.by}`}>
        {(aria) => (
          <Input.TextArea
            {...aria}
            autoSize={{ minRows: 1, maxRows: 8 }}
            maxLength={1000}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        )}
      </Field>
      <Refusal problem={write.problem} />
      {words.trim() !== '' && (
        <Press why={words.trim().length < 2 ? '再写清楚一点' : undefined} pending={write.pending} onPress={press}>
          发出答复
        </Press>
      )}
    </div>
  )
}

function Publish() {
  const [question, setQuestion] = useState('')
  const [answer, setAnswer] = useState('')
  const write = useWrite<PublishAnswer, CommonAnswers>((id) => `/common-answers/${id}`)
  const why = question.trim().length < 2 ? '先写问题' : answer.trim().length < 2 ? '再写答复' : undefined
  const press = () =>
    write.send({ question: question.trim(), answer: answer.trim() }, () => {
      setQuestion('')
      setAnswer('')
      say('常见答复已发出，各级工会都看得到')
    })
  return (
    <section className="panel sign" aria-label="答复所有人">
      <h2>答复所有人</h2>
      <Field label="问题">
        {(aria) => (
          <Input {...aria} maxLength={200} value={question} onChange={(event) => setQuestion(event.target.value)} />
        )}
      </Field>
      <Field label="统一答复" hint="各级工会都看得到，不写任何人的姓名和申报">
        {(aria) => (
          <Input.TextArea
            {...aria}
            rows={4}
            maxLength={1000}
            value={answer}
            onChange={(event) => setAnswer(event.target.value)}
          />
        )}
      </Field>
      <Refusal problem={write.problem} />
      <Press primary block why={why} pending={write.pending} onPress={press}>
        发给所有人
      </Press>
    </section>
  )
}

function Common() {
  const answers = useServer<CommonAnswers>('/common-answers')
  const today = useToday()
  const all = answers.data?.answers ?? []
  return (
    <section className="panel" aria-label="常见答复">
      <div className="cap">
        <h2>常见答复</h2>
      </div>
      {answers.isError ? (
        <Failed error={answers.error} retry={() => void answers.refetch()} />
      ) : all.length === 0 ? (
        <p className="quiet">服务中心答复所有人的话列在这里</p>
      ) : (
        <ul className="letters">
          {all.map((each) => (
            <li key={each.id}>
              <b>{each.question}</b>
              <p className="said-words">{each.answer}</p>
              <p className="mut sm">
                服务中心 {each.by} {moment(each.at, today)}
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
