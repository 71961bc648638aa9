/** What a correction does, in words. */
import type { CancelCause, CorrectionEffect, CorrectionKind } from '../../../domain/correction.ts'
import { cancelCauseTitles, correctionTitles } from '../../../domain/correction.ts'

export const effectWords: { readonly [E in CorrectionEffect]: string } = {
  asksAgain: '撤回这一笔的登记，改为等银行结果，再按银行的回单重新登记',
  takesBackAndAsks: '撤回已放行、还没有送银行的这一次；上一次的登记改为等银行结果，再按银行的回单重新登记',
  backToCity: '资助取消，钱留在市总工会',
  surplus: '资助取消，钱作为结余，逐级退回市总工会',
  recovery: '开一件追回。钱退回并由两个人登记前，账上仍是已发放',
  again: '资助恢复，回到终审通过，重新拨付和发放',
}
export const titleOf = ({ kind, cause }: { kind: CorrectionKind; cause?: CancelCause | undefined }): string =>
  cause ? `${correctionTitles[kind]}：${cancelCauseTitles[cause]}` : correctionTitles[kind]
