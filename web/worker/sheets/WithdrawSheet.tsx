/** Withdrawing takes a second step, and says what happens to the claim. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Acted, ApplicationView } from '../../../contract/applications.ts'
import type { Policy } from '../../../domain/policy.ts'
import { newId, request } from '../../ui/api.ts'
import { day } from '../../ui/words.ts'
import { keys, queryClient } from '../queries.ts'
import { Sheet } from '../Sheet.tsx'
import { Trouble } from '../states.tsx'

export function WithdrawSheet({
  filed,
  policy,
  onClose,
}: {
  filed: ApplicationView
  policy: Policy
  onClose: () => void
}) {
  const [actionId] = useState(newId)
  const withdraw = useMutation({
    mutationFn: () =>
      request<Acted>('PUT', `/applications/${filed.id}/actions/${actionId}`, {
        kind: 'withdraw',
        expectedVersion: filed.version,
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.application(filed.id) })
      void queryClient.invalidateQueries({ queryKey: keys.applications })
      onClose()
    },
  })
  return (
    <Sheet title="撤回这份申报" alert onClose={onClose}>
      <div className="sheet-scroll">
        <p>撤回后工会不再办理，这份不能恢复。</p>
        <p>
          要重新申报，得填一份新的，申报时间从新的那次算起，
          <span className="nowrap">{day(policy.window.closesOn)}24:00</span>前收到才有效。
        </p>
        <p className="muted">只是要改内容，用“修改”，申报时间不变。</p>
        {withdraw.error && <Trouble problem={withdraw.error} />}
        <button type="button" className="button" data-focus onClick={onClose}>
          不撤回
        </button>
        <button
          type="button"
          className="button line"
          aria-disabled={withdraw.isPending}
          onClick={() => !withdraw.isPending && withdraw.mutate()}
        >
          {withdraw.isPending ? '正在撤回' : `撤回${filed.receiptNumber}`}
        </button>
      </div>
    </Sheet>
  )
}
