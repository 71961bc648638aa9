/** The policy in force as rows: the rule, its value in words, its clause and quote, the readings it follows. */
import { filingAuthorityTitles, levels, levelTitles } from '../../../domain/policy.ts'
import type { Category, ChannelRules, Citation, Level, Policy, Step, StepKind } from '../../../domain/policy.ts'
import { day, dayWithYear, yuan } from '../../ui/words.ts'

export type Row = Citation & {
  readonly id: string
  readonly rule: string
  readonly value: string
  /** Ids of readings. */
  readonly readings: readonly string[]
}
export type Group = { readonly title: string; readonly rows: readonly Row[] }

const cite = ({ clause, quote }: Citation) => ({ clause, quote })

/** Which readings the judges of conditions and the steps follow; those the policy does not have are left out. */
const readingsOfStep: { readonly [S in StepKind]?: readonly string[] } = {
  hrOpinion: ['R22', 'R24'],
  secondReview: ['R11', 'R13'],
  verification: ['R16', 'R21'],
  finalApproval: ['R17'],
}

export function conditionGroups(policy: Policy): readonly Group[] {
  const readingsOf = (...clauses: readonly string[]) =>
    policy.readings.filter((reading) => clauses.includes(reading.clause)).map((reading) => reading.id)
  return [
    {
      title: '谁可以申请',
      rows: [
        {
          id: 'membership',
          rule: '本市工会会员',
          value: '申报当天为会员',
          readings: ['R15'],
          ...cite(policy.membership),
        },
        {
          id: 'issueDates',
          rule: '发证日期',
          value: `${dayWithYear(policy.issueDates.from)}—${dayWithYear(policy.issueDates.to)}，含首尾两天`,
          readings: ['R1'],
          ...cite(policy.issueDates),
        },
        ...policy.categories.map((category) => ({
          id: `category-${category.id}`,
          rule: category.title,
          value: categorySays(category, policy),
          readings: readingsOf(category.clause),
          ...cite(category),
        })),
      ],
    },
    {
      title: '什么时候申报',
      rows: [
        {
          id: 'window',
          rule: '申报时间',
          value: `${day(policy.window.opensOn)}00:00—${day(policy.window.closesOn)}24:00，以收到时间为准`,
          readings: readingsOf(policy.window.clause),
          ...cite(policy.window),
        },
      ],
    },
    {
      title: '资助多少',
      rows: [
        ...levels
          .filter((level) => policy.amounts.byLevel[level] !== undefined)
          .map((level) => amountRow(policy, level)),
        {
          id: 'oncePerCertificate',
          rule: '每张证书一次',
          value: '一张证书资助一次，不论哪年、哪个渠道',
          readings: ['R19'],
          ...cite(policy.oncePerCertificate),
        },
      ],
    },
  ]
}

const amountRow = (policy: Policy, level: Level): Row => ({
  id: `amount-${level}`,
  rule: levelTitles[level],
  value: yuan(policy.amounts.byLevel[level]!),
  readings: [],
  clause: policy.amounts.clause,
  quote: policy.amounts.quoteByLevel[level] ?? policy.amounts.quote,
})

function categorySays(category: Category, policy: Policy): string {
  const authorities = category.filingAuthorities.map((authority) => filingAuthorityTitles[authority]).join('、')
  const listed = category.listedOccupationsOnly ? `，工种在${policy.occupations.length}个之内` : ''
  const roster = category.competition ? '，高级工及以上，以承办单位名单为准' : ''
  return `${authorities}备案${listed}${roster}`
}

export const stepGroups = (policy: Policy): readonly Group[] =>
  policy.channels.map((channel) => ({ title: channel.title, rows: channelRows(channel) }))

function channelRows(channel: ChannelRules): readonly Row[] {
  return [
    {
      id: `${channel.id}-entry`,
      rule: '从哪里进',
      value: channel.bring.join('、'),
      readings: channel.id === 'individual' ? ['R5'] : channel.id === 'collective' ? ['R7'] : ['R2'],
      ...cite(channel.entry),
    },
    ...channel.steps.map((step) => ({
      id: `${channel.id}-${step.kind}`,
      rule: step.title,
      value: stepSays(step),
      readings: channel.id === 'unit' ? (readingsOfStep[step.kind] ?? []) : [],
      ...cite(step),
    })),
    {
      id: `${channel.id}-payment`,
      rule: '发放',
      value: paymentSays(channel),
      readings: channel.id === 'unit' ? ['R11', 'R12', 'R26'] : channel.id === 'individual' ? ['R4'] : ['R23'],
      ...cite(channel.payment),
    },
  ]
}

function stepSays(step: Step): string {
  const only = step.onlyFor
    ? `，只办${step.onlyFor.map((authority) => filingAuthorityTitles[authority]).join('、')}备案的`
    : ''
  const due = step.dueDaysAfterBatchClose ? `，批次关闭后${step.dueDaysAfterBatchClose}天，逾期只提醒` : ''
  return `${step.says}${only}${due}`
}

function paymentSays({ payment }: ChannelRules): string {
  const route = payment.route === 'viaUnions' ? '经各级工会发放' : '由市总工会发放'
  if (payment.dueDaysAfterReceipt) return `${route}，收款后${payment.dueDaysAfterReceipt}天，原则上`
  if (payment.dueWorkingDaysAfterWindow)
    return `${route}，申报截止后${payment.dueWorkingDaysAfterWindow}个工作日，可以提前`
  return route
}

export const materialGroups = (policy: Policy): readonly Group[] =>
  policy.channels
    .filter((channel) => channel.materials.length > 0)
    .map((channel) => ({
      title: channel.title,
      rows: channel.materials.map((material) => {
        const step = channel.steps.find((candidate) => candidate.kind === material.atStep)
        const only = material.onlyFor
          ? `，只有${material.onlyFor.map((authority) => filingAuthorityTitles[authority]).join('、')}备案的要`
          : ''
        return {
          id: `${channel.id}-material-${material.material}`,
          rule: material.title,
          value: `${step ? `${step.title}时要有` : '申报时要有'}${only}`,
          readings: material.material === 'hrSeal' ? ['R24'] : [],
          ...cite(material),
        }
      }),
    }))

export const readingGroups = (policy: Policy): readonly Group[] => [
  {
    title: '通知没有写明或写了两种的地方，现在这样读',
    rows: policy.readings.map((reading) => ({
      id: reading.id,
      rule: reading.question,
      value: reading.answer,
      readings: [reading.id],
      clause: reading.clause,
      quote: '',
    })),
  },
]
