/** 纸上交的申报: a claim that a filing point entered is taken up by the phone, receipt number and ID number on the form. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Linked, LinkClaim } from '../../../contract/entries.ts'
import { maskMobile } from '../../../domain/phone.ts'
import { readIdentityNumber } from '../../../domain/identityNumber.ts'
import { Problem, request } from '../../ui/api.ts'
import { identityGroups } from '../../ui/words.ts'
import { TextField } from '../fields.tsx'
import { goTo } from '../navigation.ts'
import { Page } from '../Page.tsx'
import { keys, queryClient, useNow, useSession } from '../queries.ts'
import { SignedIn, useSignInWhen } from '../signedIn.tsx'
import { Trouble } from '../states.tsx'

const receiptForm = /^JS\d{2}-\d{7}$/

/** What is plainly no such number is said before it is sent, and costs no try. */
function typedWrong(receipt: string, idNumber: string, today: Parameters<typeof readIdentityNumber>[1] | undefined) {
  const read = today && idNumber ? readIdentityNumber(idNumber, today) : undefined
  return {
    receipt: receipt && !receiptForm.test(receipt) ? '受理号像JS26-0000123，照着回执输。' : undefined,
    idNumber: read && !read.ok ? read.says : undefined,
  }
}

export default function PaperClaim() {
  const [receipt, setReceipt] = useState('')
  const [idNumber, setIdNumber] = useState('')
  const [left, setLeft] = useState({ receipt: false, idNumber: false })
  const now = useNow()
  const phone = useSession().data?.account?.name
  const link = useMutation<Linked, Problem, LinkClaim>({
    mutationFn: (message) => request<Linked>('POST', '/entered-claims', message),
    onSuccess: ({ id }) => {
      void queryClient.invalidateQueries({ queryKey: keys.applications })
      goTo(`/applications/${id}`, true)
    },
  })
  useSignInWhen(link.error)
  const typed = receipt.normalize('NFKC').replace(/\s/g, '').toUpperCase()
  const wrong = typedWrong(typed, idNumber, now?.today)
  const why = !typed
    ? '先输回执上的受理号'
    : !idNumber
      ? '再输你的身份证号'
      : wrong.receipt || wrong.idNumber
        ? '改好上面标出的地方'
        : undefined
  return (
    <Page
      title="查纸上交的申报"
      parent="/mine"
      bar={
        <>
          {why && <p className="why">{why}</p>}
          <button
            type="button"
            className="button"
            aria-disabled={Boolean(why) || link.isPending}
            onClick={() => !why && !link.isPending && link.mutate({ receiptNumber: typed, idNumber })}
          >
            {link.isPending ? '正在查' : '查这份申报'}
          </button>
        </>
      }
    >
      <SignedIn>
        <section className="card">
          <p>申请表交给申报点、由他们录入的，在这里查。三样都对上，这份申报就归到你名下，以后可以看进度、补材料。</p>
          <p className="muted">
            登录的手机号{phone && ` ${/^\d{11}$/.test(phone) ? maskMobile(phone) : phone} `}
            要与申请表上写的一样。
          </p>
        </section>
        <section className="card">
          <TextField
            id="receiptNumber"
            label="受理号"
            hint="在回执上，JS开头"
            value={receipt}
            maxLength={20}
            problem={left.receipt ? wrong.receipt : undefined}
            onChange={setReceipt}
            onLeave={() => setLeft({ ...left, receipt: true })}
          />
          <TextField
            id="idNumber"
            label="身份证号码"
            hint="申请表上写的，整个号码"
            value={idNumber}
            maxLength={24}
            groups={identityGroups}
            problem={left.idNumber ? wrong.idNumber : undefined}
            onChange={setIdNumber}
            onLeave={() => setLeft({ ...left, idNumber: true })}
          />
        </section>
        {link.error && <Trouble problem={link.error} />}
      </SignedIn>
    </Page>
  )
}
