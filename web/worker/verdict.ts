/** How an assessment is put to a worker: the answer first. */
import { openQuestions } from '../../domain/facts.ts'
import type { Assessment } from '../../domain/facts.ts'
import { findingKind } from '../ui/Finding.tsx'
import type { FindingLike } from '../ui/Finding.tsx'
import type { StatusKind } from '../ui/Status.tsx'

export type Answer = { readonly kind: StatusKind; readonly title: string; readonly says?: string }
type Judged = {
  readonly verdict: Assessment['verdict']
  readonly findings: readonly FindingLike[]
  readonly openChannels: readonly string[]
}

const count = (judged: Judged, kind: StatusKind) =>
  judged.findings.filter((finding) => findingKind(finding) === kind).length

/** Before anything is filed: in the pre-check and beside the form. */
export function answerOf(judged: Judged): Answer {
  const unmet = count(judged, 'unmet')
  if (judged.verdict === true) return { kind: 'met', title: '可以申请' }
  if (judged.verdict === 'pending')
    return { kind: 'met', title: '填的内容符合', says: '交上去以后再核对登记，你不用做什么。' }
  if (judged.verdict === 'needs-material') {
    const open = openQuestions(judged.findings).length
    return { kind: 'person', title: '还不能定', says: `有${open}处要补上或由人判断，列在下面。` }
  }
  if (judged.openChannels.length > 0)
    return { kind: 'person', title: '要看竞赛名单', says: '由竞赛承办单位列入名单集中申报，你不用自己申请。' }
  return { kind: 'unmet', title: '现在还不能申请', says: `${unmet}项不符合，全部列在下面。` }
}

/** Findings as they are shown: what stands in the way first, then what is open, then what is met. */
export function sorted<F extends FindingLike>(findings: readonly F[]): { unmet: F[]; open: F[]; met: F[]; later: F[] } {
  const groups: { unmet: F[]; open: F[]; met: F[]; later: F[] } = { unmet: [], open: [], met: [], later: [] }
  for (const finding of findings) {
    if (finding.outcome === 'met') groups.met.push(finding)
    else if (findingKind(finding) === 'unmet') groups.unmet.push(finding)
    else if (finding.consequence === 'later') groups.later.push(finding)
    else groups.open.push(finding)
  }
  return groups
}
