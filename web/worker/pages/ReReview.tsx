/** 申请复核: what was decided, until when, own words and further pictures. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import '../progress.css'
import type { Acted, ApplicationView } from '../../../contract/applications.ts'
import { request } from '../../ui/api.ts'
import { Icon } from '../../ui/icons.tsx'
import { dayWithWeekday } from '../../ui/words.ts'
import { Decided } from '../Decision.tsx'
import { nothingWritten, OwnWords, Pictures } from '../Evidence.tsx'
import { useKept } from '../kept.ts'
import { goTo } from '../navigation.ts'
import { Page } from '../Page.tsx'
import { keys, queryClient, useApplication, useNow } from '../queries.ts'
import { SignedIn, useSignInWhen } from '../signedIn.tsx'
import { Await, Trouble } from '../states.tsx'

function Asking({ filed }: { filed: ApplicationView }) {
  const today = useNow()?.today
  const [written, write, forget] = useKept(`reReview.${filed.id}`, nothingWritten())
  const [tried, setTried] = useState(false)
  const permission = filed.permissions.requestReReview
  const ask = useMutation({
    mutationFn: () =>
      request<Acted>('PUT', `/applications/${filed.id}/actions/${written.id}`, {
        kind: 'requestReReview',
        expectedVersion: filed.version,
        words: written.words,
        ...(written.files.length > 0 && { files: written.files }),
      }),
    onSuccess: async () => {
      forget()
      await queryClient.invalidateQueries({ queryKey: keys.application(filed.id) })
      void queryClient.invalidateQueries({ queryKey: keys.applications })
      goTo(`/applications/${filed.id}`, true)
    },
  })
  useSignInWhen(ask.error)
  const missing = written.words.trim() === ''
  const submit = () => {
    setTried(true)
    if (missing) return document.getElementById('words')?.focus()
    if (!ask.isPending) ask.mutate()
  }
  return (
    <Page
      title="申请复核"
      parent={`/applications/${filed.id}`}
      bar={
        <>
          {permission?.says && (
            <p className="why" role="status">
              {permission.says}
            </p>
          )}
          <button
            type="button"
            className="button"
            aria-disabled={ask.isPending || !permission?.allowed}
            onClick={() => permission?.allowed && submit()}
          >
            {ask.isPending ? '正在提交' : '提交，请另一个人重新看'}
          </button>
        </>
      }
    >
      {ask.error && <Trouble problem={ask.error} />}
      <div className="calm grey">
        <Icon name="clock" />
        <p>
          复核只有一次，由另一个人重新看
          {filed.reReview?.until && (
            <small className="block">
              <span className="nowrap">{dayWithWeekday(filed.reReview.until, today)}24:00前</span>提出
            </small>
          )}
        </p>
      </div>
      <h2 className="heading">第一次的决定</h2>
      <Decided filed={filed} />
      <h2 className="heading">你的理由</h2>
      <section className="sheet-of-fields">
        <OwnWords
          label="哪里不对"
          hint="写清楚事实，复核的人会原样看到。"
          value={written.words}
          problem={tried && missing ? '写一句哪里不对，再提交。' : undefined}
          onChange={(words) => write({ ...written, words })}
        />
        <Pictures
          label="补充照片"
          hint="最多5张。只有办理这份申报的人能看。"
          optional
          files={written.files}
          onChange={(files) => write({ ...written, files })}
        />
      </section>
    </Page>
  )
}

function Opened({ id }: { id: string }) {
  const application = useApplication(id)
  useSignInWhen(application.error)
  if (application.data) return <Asking filed={application.data} />
  return (
    <Page title="申请复核" parent={`/applications/${id}`}>
      <Await query={application}>{() => null}</Await>
    </Page>
  )
}

export default function ReReview({ id }: { id: string }) {
  return (
    <SignedIn>
      <Opened id={id} />
    </SignedIn>
  )
}
