/** What was recorded of a look at the register: outcome, source, time, and the page as it was seen. */
import { Button } from 'antd'
import type { ApplicationView } from '../../../contract/applications.ts'
import { basisTitles } from '../../../domain/certificateEvidence.ts'
import { channelRules, filingAuthorityTitles } from '../../../domain/policy.ts'
import { filePageUrl } from '../../ui/api.ts'
import { Clause } from '../../ui/Clause.tsx'
import { Grouped } from '../../ui/Grouped.tsx'
import { Icon } from '../../ui/icons.tsx'
import { certificateGroups, day, moment } from '../../ui/words.ts'
import { usePolicy, useToday } from '../query.ts'
import { outcomeWords } from './register.ts'

export function Evidence({
  application,
  check,
  onAgain,
}: {
  application: ApplicationView
  check: ApplicationView['checks'][number]
  onAgain: () => void
}) {
  const policy = usePolicy().data!
  const today = useToday()
  const letter = application.inquiries.find((inquiry) => inquiry.id === check.inquiryId)
  const { verification } = channelRules(policy, 'unit')
  return (
    <div className="evidence">
      {check.evidenceFileId ? (
        <a className="shot" href={filePageUrl(check.evidenceFileId, 1)} target="_blank" rel="noreferrer">
          <img
            src={filePageUrl(check.evidenceFileId, 1)}
            alt={check.basis === 'inquiry' ? '回函，点开看大图' : '官网页面截图，点开看大图'}
          />
        </a>
      ) : (
        <div className="shot mut">{check.basis === 'copies' ? '看证书复印件' : '没有截图'}</div>
      )}
      <div>
        <p className="row">
          <b>依据</b>
          <span className="tag">
            <Icon name="lock" /> 已记录，不可改
          </span>
        </p>
        <dl className="evidence-facts">
          <dt>结果</dt>
          <dd>{outcomeWords[check.outcome].title}</dd>
          <dt>凭</dt>
          <dd>
            {basisTitles[check.basis ?? 'site']}
            {letter && `，${letter.letterNumber}，${day(check.repliedOn!, today)}回函`}
          </dd>
          <dt>来源</dt>
          <dd>{check.source}</dd>
          <dt>查询</dt>
          <dd>
            {check.by && `${check.by}，`}
            {moment(check.at, today)}
          </dd>
          <dt>编号</dt>
          <dd>
            {application.form.certificateNumber && (
              <Grouped groups={certificateGroups(application.form.certificateNumber)} />
            )}
          </dd>
          <dt>备案</dt>
          <dd>{filingAuthorityTitles[application.filingAuthority]}</dd>
          <dt>通知</dt>
          <dd>
            <Clause id={verification.clause} quote={verification.quote} target="_blank" />
          </dd>
        </dl>
        <p style={{ marginTop: 10 }}>
          <Button onClick={onAgain}>
            <Icon name="rotate" />
            再查一次
          </Button>
        </p>
      </div>
    </div>
  )
}
