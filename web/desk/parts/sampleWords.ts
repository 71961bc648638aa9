/** A sample's plan and outcomes in words. */
import type { SampleFilter, SampleView } from '../../../contract/oversight.ts'
import { levelTitles } from '../../../domain/policy.ts'
import type { Channel } from '../../../domain/policy.ts'
import { yuan } from '../../ui/words.ts'

export const outcomeTitles: { readonly [O in SampleFilter['outcome']]: string } = {
  approved: '已终审的',
  paid: '已发放的',
  declined: '审核不通过的',
  all: '全部',
}
export const channelTitles: { readonly [C in Channel]: string } = {
  unit: '单位申报',
  individual: '个人申报',
  collective: '集中申报',
}
export const verdictTitles = { clear: '无问题', problem: '有问题' } as const

/** 已终审的，嘉定区总工会，技师，1,000元以上 */
export function filterInWords({ filter, district }: Pick<SampleView, 'filter' | 'district'>): string {
  const { level, channel, batch, amountFromFen, amountToFen, outcome } = filter
  const parts = [
    outcomeTitles[outcome],
    district,
    level && levelTitles[level],
    channel && channelTitles[channel],
    batch !== undefined && `第${batch}批`,
    amountFromFen !== undefined && `${yuan(amountFromFen)}以上`,
    amountToFen !== undefined && `${yuan(amountToFen)}以下`,
  ]
  return parts.filter(Boolean).join('，')
}

export const methodInWords = ({ method, wanted }: Pick<SampleView, 'method' | 'wanted'>): string =>
  method === 'random' ? `随机抽${wanted}件` : `金额最大的${wanted}件`
