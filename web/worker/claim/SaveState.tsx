/** 已保存 10:24, and what to do where saving does not go on. */
import { useMutation } from '@tanstack/react-query'
import { Icon } from '../../ui/icons.tsx'
import { time } from '../../ui/words.ts'
import type { DraftKeeper, DraftSnapshot } from '../draft.ts'
import { Trouble } from '../states.tsx'

export function SaveState({ draft }: { draft: DraftSnapshot }) {
  const { phase, savedAt } = draft
  if (phase === 'saved' && savedAt !== undefined) {
    return (
      <span className="save-state tone-ok">
        <Icon name="check" />
        <span>
          已保存 <span className="num">{time(savedAt)}</span>
        </span>
      </span>
    )
  }
  if (phase === 'unsaved') return <span className="save-state">正在保存</span>
  return <span className="save-state">{phase === 'saved' ? '边填边保存' : '还没有保存'}</span>
}

export function SaveTrouble({ keeper, draft }: { keeper: DraftKeeper; draft: DraftSnapshot }) {
  const keepMine = useMutation({ mutationFn: () => keeper.keepMine() })
  if (draft.phase === 'offline') {
    return (
      <div className="calm warn" role="status">
        <Icon name="bang" />
        <p>
          没有连上网络，填的内容还在这一页
          <small className="block">会自己再试，连上就保存。先别关这一页。</small>
        </p>
      </div>
    )
  }
  if (draft.phase === 'stale') {
    return (
      <Trouble problem={keepMine.error ?? draft.problem}>
        <div className="stack">
          <button type="button" className="button choice" onClick={() => void keeper.takeLatest()}>
            看最新内容
          </button>
          <button type="button" className="button line" onClick={() => keepMine.mutate()}>
            用我刚写的
          </button>
        </div>
      </Trouble>
    )
  }
  if (draft.phase === 'refused') return <Trouble problem={draft.problem} onRetry={() => void keeper.save()} />
  return null
}
