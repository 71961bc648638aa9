/** Throwing away what was never filed takes a second step. */
import { useMutation } from '@tanstack/react-query'
import { request } from '../../ui/api.ts'
import { forgetDraft } from '../draft.ts'
import { goTo } from '../navigation.ts'
import { keys, queryClient } from '../queries.ts'
import { Sheet } from '../Sheet.tsx'
import { Trouble } from '../states.tsx'

export function DiscardSheet({ draftId, onClose }: { draftId: string; onClose: () => void }) {
  const discard = useMutation({
    mutationFn: () => request<void>('DELETE', `/drafts/${draftId}`),
    onSuccess: () => {
      forgetDraft(draftId)
      void queryClient.invalidateQueries({ queryKey: keys.drafts })
      goTo('/mine', true)
    },
  })
  return (
    <Sheet title="删掉这份没交的申请表" alert onClose={onClose}>
      <div className="sheet-scroll">
        <p>填的内容和照片都会删掉，不能恢复。</p>
        {discard.error && <Trouble problem={discard.error} />}
        <button type="button" className="button" data-focus onClick={onClose}>
          不删，接着填
        </button>
        <button
          type="button"
          className="button line"
          aria-disabled={discard.isPending}
          onClick={() => !discard.isPending && discard.mutate()}
        >
          {discard.isPending ? '正在删' : '删掉'}
        </button>
      </div>
    </Sheet>
  )
}
