/** A proposed card that nobody has checked yet can be taken back: the card from before stays. */
import { useMutation } from '@tanstack/react-query'
import type { ApplicationView } from '../../contract/applications.ts'
import { request } from '../ui/api.ts'
import { keys, queryClient } from './queries.ts'
import { useSignInWhen } from './signedIn.tsx'
import { Trouble } from './states.tsx'

export function WithdrawCard({ filed }: { filed: ApplicationView }) {
  const change = filed.payee?.change
  const withdraw = useMutation({
    mutationFn: () => request('PUT', `/applications/${filed.id}/payee-changes/${change?.id}/withdrawal`, {}),
    onSettled: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.application(filed.id) })
      void queryClient.invalidateQueries({ queryKey: keys.applications })
    },
  })
  useSignInWhen(withdraw.error)
  if (!change?.mayWithdraw) return withdraw.error ? <Trouble problem={withdraw.error} /> : null
  return (
    <div className="stack after">
      {withdraw.error && <Trouble problem={withdraw.error} />}
      <button
        type="button"
        className="link"
        aria-disabled={withdraw.isPending}
        onClick={() => !withdraw.isPending && withdraw.mutate()}
      >
        {withdraw.isPending ? '正在撤回' : change.sameAccount ? '还没办好，撤回这次提交' : '填错了，撤回，卡不变'}
      </button>
    </div>
  )
}
