/** 异议: the certificate is mine. The form stays as it is; words and pictures go with it. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { DraftView } from '../../../contract/applications.ts'
import type { ObjectionView } from '../../../contract/objections.ts'
import { levelTitles } from '../../../domain/policy.ts'
import { request } from '../../ui/api.ts'
import { nothingWritten, OwnWords, Pictures } from '../Evidence.tsx'
import { useKept } from '../kept.ts'
import { goTo } from '../navigation.ts'
import { Page } from '../Page.tsx'
import { keys, queryClient, useServerDraft } from '../queries.ts'
import { SignedIn, useSignInWhen } from '../signedIn.tsx'
import { Await, Trouble } from '../states.tsx'

function Raising({ draft }: { draft: DraftView }) {
  const [written, write, forget] = useKept(`objection.${draft.id}`, nothingWritten())
  const [tried, setTried] = useState(false)
  const raise = useMutation({
    mutationFn: () =>
      request<ObjectionView>('PUT', `/objections/${written.id}`, {
        draftId: draft.id,
        words: written.words,
        files: written.files,
      }),
    onSuccess: (raised) => {
      forget()
      void queryClient.invalidateQueries({ queryKey: keys.objections })
      goTo(`/objections/${raised.id}`, true)
    },
  })
  useSignInWhen(raise.error)
  const noWords = written.words.trim() === ''
  const noFiles = written.files.length === 0
  const submit = () => {
    setTried(true)
    if (noWords || noFiles) return document.getElementById(noWords ? 'words' : 'files')?.focus()
    if (!raise.isPending) raise.mutate()
  }
  const { form } = draft
  return (
    <Page
      title="提出异议"
      parent={`/drafts/${draft.id}/confirmation`}
      bar={
        <>
          <p className="why" role="status">
            {tried && (noWords || noFiles) && `还差${Number(noWords) + Number(noFiles)}处，补好再提交`}
          </p>
          <button
            type="button"
            className="button"
            aria-disabled={raise.isPending || (tried && (noWords || noFiles))}
            onClick={submit}
          >
            {raise.isPending ? '正在提交' : '提交给服务中心核实'}
          </button>
        </>
      }
    >
      {raise.error && <Trouble problem={raise.error} />}
      <section className="card">
        <dl className="pairs">
          <dt>证书编号</dt>
          <dd className="num">{form.certificateNumber}</dd>
          <dt>等级、职业</dt>
          <dd>
            {form.level && levelTitles[form.level]}，{form.occupationName}
          </dd>
        </dl>
        <p className="muted beside">
          市职工技协服务中心会比对两份申报，核实后答复你。不会告诉你对方是谁，也不会告诉对方是你。申请表一直保存，成立后按今天的时间算。
        </p>
      </section>
      <section className="sheet-of-fields">
        <OwnWords
          label="为什么证书是你的"
          hint="比如什么时候、在哪里考的，原件在谁手里。"
          value={written.words}
          problem={tried && noWords ? '写一句为什么证书是你的。' : undefined}
          onChange={(words) => write({ ...written, words })}
        />
        <Pictures
          label="能证明的照片"
          hint="比如证书原件、成绩单、评价机构的证明，最多5张。"
          files={written.files}
          missing={tried && noFiles ? '至少上传一张能证明证书是你的照片。' : undefined}
          onChange={(files) => write({ ...written, files })}
        />
      </section>
    </Page>
  )
}

function Opened({ draftId }: { draftId: string }) {
  const draft = useServerDraft(draftId)
  useSignInWhen(draft.error)
  if (draft.data) return <Raising draft={draft.data} />
  return (
    <Page title="提出异议" parent="/mine">
      <Await query={draft}>{() => null}</Await>
    </Page>
  )
}

export default function Objection({ draftId }: { draftId: string }) {
  return (
    <SignedIn>
      <Opened draftId={draftId} />
    </SignedIn>
  )
}
