/** One decision on one case: sent with an id of its own, so that a repeat after a lost answer is harmless. */
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { Act, Acted, ApplicationView, PaperSeal } from '../../../contract/applications.ts'
import { errorSays } from '../../../contract/errors.ts'
import { newId, Problem, request } from '../../ui/api.ts'
import { findingKind } from '../../ui/Finding.tsx'
import { client, refresh } from '../query.ts'

/** A decision as the desk makes it; `expectedVersion` is added from the view it was made on. */
export type Decision =
  | {
      readonly kind: 'pass'
      readonly words?: string
      readonly membershipConfirmed?: boolean
      readonly seal?: PaperSeal
    }
  | { readonly kind: 'return' | 'decline'; readonly reasons: readonly string[]; readonly words: string }
  | { readonly kind: 'undo'; readonly words: string }
  | { readonly kind: 'uphold'; readonly reasons: readonly string[]; readonly words: string }
  | { readonly kind: 'overturn'; readonly words: string }
  | { readonly kind: 'redirect'; readonly baseUnionId: string; readonly words: string }
/** `takesFrom`: whose case it was, said once more. */
type Sent = Decision & { readonly takesFrom?: string }

/** No answer, or none of ours: what was sent may have arrived, so the same id is sent again. */
const mayHaveArrived = (error: unknown) => !(error instanceof Problem) || error.status === 0 || error.status >= 500

export function useDecide(application: ApplicationView) {
  const sent = useRef<{ id: string; body: string }>(undefined)
  return useMutation({
    mutationFn: async (decision: Sent) => {
      const message = { expectedVersion: application.version, ...decision } as Act
      const body = JSON.stringify(message)
      if (sent.current?.body !== body) sent.current = { id: newId(), body }
      try {
        return await request<Acted>('PUT', `/applications/${application.id}/actions/${sent.current.id}`, message)
      } catch (error) {
        if (!mayHaveArrived(error)) sent.current = undefined
        throw error
      }
    },
    onSuccess: () => {
      sent.current = undefined
      forgetWritten(application.id)
      void refresh(['/queue', '/filing-batches'])
      void client.invalidateQueries({ queryKey: [`/applications/${application.id}`] })
    },
  })
}

/** The last look at the official register. */
export const registerCheck = (application: ApplicationView) =>
  application.checks
    .filter((check) => check.name === 'certificateRegister')
    .reduce<ApplicationView['checks'][number] | undefined>(
      (latest, check) => (latest && latest.at > check.at ? latest : check),
      undefined,
    )

const looksNotPassing = {
  fail: '登记系统与申报不相符，不能通过。退回补正，请申请人核对。',
  noData: '登记系统里没有这张证书，不能通过。再查一次，或退回核对编号。',
  unavailable: '登记系统没有查成，不能通过。恢复后再查一次。',
}

/** Why it may not be passed now; the server asks the same. */
export function whyNotPass(application: ApplicationView): string | undefined {
  if (application.step === 'finalApproval') return '终审按清单批准，到“报批清单”里办。'
  const permission = application.permissions.pass
  if (!permission?.allowed) return permission?.says ?? errorSays('act.not-your-step')
  if (application.assessment.verdict === false) return errorSays('act.not-eligible')
  if (application.step !== 'verification') return undefined
  const looked = registerCheck(application)?.outcome
  if (!looked) return errorSays('act.register-missing')
  if (looked !== 'pass') return looksNotPassing[looked]
  const differs = application.assessment.findings.some(
    (finding) => findingKind(finding) === 'unmet' && finding.consequence === 'return',
  )
  return differs ? errorSays('act.not-eligible') : undefined
}

/** What was written for a case and not yet sent outlives the dialog, the stale view and a new sign-in. */
export type Written = { readonly reasons: readonly string[]; readonly words: string }
const written = new Map<string, Written>()
const nothing: Written = { reasons: [], words: '' }

export function useWritten(
  application: ApplicationView,
  kind: string,
  prepared = '',
): [Written, (next: Written) => void] {
  const key = `${application.id} ${kind}`
  const [now, setNow] = useState(() => written.get(key) ?? { ...nothing, words: prepared })
  return [
    now,
    (next) => {
      written.set(key, next)
      setNow(next)
    },
  ]
}
function forgetWritten(id: string) {
  for (const key of written.keys()) if (key.startsWith(id)) written.delete(key)
}
