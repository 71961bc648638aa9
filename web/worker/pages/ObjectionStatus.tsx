/** Where an objection stands: its number, the centre's answer, and the way to file. */
import '../progress.css'
import type { ObjectionView } from '../../../contract/objections.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { filePageUrl } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { Unbroken } from '../../ui/Unbroken.tsx'
import { moment, momentToSecond } from '../../ui/words.ts'
import { Page } from '../Page.tsx'
import { useNow, useObjection } from '../queries.ts'
import { SignedIn, useSignInWhen } from '../signedIn.tsx'
import { Await } from '../states.tsx'

const looks = {
  open: { icon: 'half', tone: '' },
  granted: { icon: 'checkCircle', tone: ' ok' },
  rejected: { icon: 'crossCircle', tone: ' err' },
} as const
const headlines = { open: '服务中心正在核实', granted: '异议成立', rejected: '异议不成立' } as const

function Status({ objection, today }: { objection: ObjectionView; today: string | undefined }) {
  const { state, answer } = objection
  return (
    <>
      <section className={`now${looks[state].tone}`}>
        <p className="tag">
          <Icon name={looks[state].icon} />
          {objection.stateTitle}
        </p>
        <h2>{headlines[state]}</h2>
        <p>
          <Unbroken>{objection.says}</Unbroken>
        </p>
      </section>
      {answer && (
        <>
          <h2 className="heading">
            服务中心的答复<small>{moment(answer.at, today)}</small>
          </h2>
          <section className="card">
            <p>“{answer.words}”</p>
          </section>
        </>
      )}
      <h2 className="heading">你提出的异议</h2>
      <section className="card">
        <dl className="pairs">
          <dt>异议号</dt>
          <dd className="num">{objection.receiptNumber}</dd>
          <dt>提出时间</dt>
          <dd className="num">{momentToSecond(objection.raisedAt, today)}</dd>
          <dt>证书编号</dt>
          <dd className="num">{objection.certificateNumber}</dd>
          <dt>等级、职业</dt>
          <dd>
            {levelTitles[objection.level]}，{objection.occupationName}
          </dd>
          <dt>你写的</dt>
          <dd>{objection.words}</dd>
        </dl>
        <p className="evidence">
          {objection.files.map((file, place) => (
            <img key={file.id} src={filePageUrl(file.id, 1)} alt={`交来的照片第${place + 1}张`} />
          ))}
        </p>
      </section>
    </>
  )
}

function Bar({ objection, now }: { objection: ObjectionView; now: number }) {
  if (objection.filedAs) {
    return (
      <a className="button" href={`/applications/${objection.filedAs}`}>
        看申报进度
      </a>
    )
  }
  if (objection.state === 'granted' && objection.fileBefore !== undefined && now < objection.fileBefore) {
    return (
      <a className="button" href={`/drafts/${objection.draftId}/confirmation`}>
        去提交申请表
      </a>
    )
  }
  return (
    <a className="button line" href="/mine">
      回到我的申报
    </a>
  )
}

function Opened({ id }: { id: string }) {
  const objection = useObjection(id)
  const now = useNow()
  useSignInWhen(objection.error)
  return (
    <Page
      title="异议进度"
      parent="/mine"
      bar={objection.data && now && <Bar objection={objection.data} now={now.now} />}
    >
      <Await query={objection}>{(known) => <Status objection={known} today={now?.today} />}</Await>
    </Page>
  )
}

export default function ObjectionStatus({ id }: { id: string }) {
  return (
    <SignedIn>
      <Opened id={id} />
    </SignedIn>
  )
}
