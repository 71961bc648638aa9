/** What is told to whom at each turn, and the words it is told in: kinds, placeholders, and what the words may hold. */
import type { ActionKind } from './application.ts'
import type { StepKind } from './policy.ts'

/** To the worker whose claim it is: an action's kind (`pass.<step>`), or what no action says. */
export const workerMessageKinds = [
  'file',
  'amend',
  'withdraw',
  'pass.hrOpinion',
  'pass.firstReview',
  'pass.forwarding',
  'pass.secondReview',
  'pass.verification',
  'return',
  'resubmit',
  'decline',
  'undo',
  'redirect',
  'sendBack',
  'requestReReview',
  'uphold',
  'overturn',
  'displace',
  'approve',
  'award',
  'takeOff',
  'receive', // the union has received the money
  'pay',
  'bounce',
  'reopen',
  'correctAccount',
  'cancel',
  'reinstate',
  'payeeRefused', // another account was not agreed on
  'recovery', // what was paid is asked back
  'overdue', // the office that has it was reminded, and the district may take over
  'lastBatch', // sent back, and the last batch is about to close
  'objection.granted', // to who objected
  'objection.freed', // what had been approved is taken back: the certificate is theirs to claim
  'objection.rejected',
  'objection.kept', // to the one whose claim goes on, as the objection was rejected
] as const
/** To an office, by the day: how many cases, never whose. */
export const officeMessageKinds = [
  'office.verified',
  'office.centreReturned',
  'office.centreDeclined',
  'office.approved',
  'office.sealRecorded', // the filing point recorded a union's seal although it has an account
  'office.reminder',
  'office.overdueBelow',
  'office.lastBatch',
] as const
export const messageKinds = [...workerMessageKinds, ...officeMessageKinds] as const

export type OfficeMessageKind = (typeof officeMessageKinds)[number]
export type MessageKind = (typeof messageKinds)[number]

/** When a message of the kind is sent, as the page of words lists it. */
export const messageTurns: { readonly [K in MessageKind]: string } = {
  file: '提交申报',
  amend: '修改申报',
  withdraw: '撤回',
  'pass.hrOpinion': '人力资源部门同意',
  'pass.firstReview': '初审同意',
  'pass.forwarding': '报送',
  'pass.secondReview': '复审同意',
  'pass.verification': '审核通过',
  return: '退回补正',
  resubmit: '补正后重新提交',
  decline: '审核不通过',
  undo: '撤销上一个决定',
  redirect: '转送',
  sendBack: '终审退回审核',
  requestReReview: '申请复核',
  uphold: '复核维持',
  overturn: '复核改为继续办理',
  displace: '异议成立，停办',
  approve: '终审通过',
  award: '列入划拨通知',
  receive: '工会收到资金',
  takeOff: '移出划拨通知',
  pay: '发放到账',
  bounce: '退票',
  reopen: '撤回发放登记',
  correctAccount: '更正收款账户',
  cancel: '取消资助',
  reinstate: '恢复资助',
  payeeRefused: '收款账户没有核对通过',
  recovery: '追回已发放的资助',
  overdue: '逾期，提醒经办单位',
  lastBatch: '末批截止预告',
  'objection.granted': '异议成立，告诉提出的人',
  'objection.freed': '原资助已取消，告诉提出异议的人',
  'objection.rejected': '异议不成立，告诉提出的人',
  'objection.kept': '异议不成立，告诉原申报人',
  'office.verified': '审核通过',
  'office.centreReturned': '服务中心退回补正',
  'office.centreDeclined': '审核、终审不通过',
  'office.approved': '终审通过',
  'office.sealRecorded': '申报点登记工会章',
  'office.reminder': '逾期提醒',
  'office.overdueBelow': '下级逾期',
  'office.lastBatch': '末批截止预告',
}

export type Words = { readonly title: string; readonly body: string; readonly sms?: string }
export type WordsPart = keyof Words

/** Everything that words can be filled with. The name in Chinese is what stands between the braces. */
export const placeholders = {
  receipt: '受理号',
  tail: '受理号尾号',
  level: '等级',
  amount: '金额',
  union: '单位工会',
  district: '区局工会',
  until: '补正期限',
  document: '文号',
  batch: '批次',
  closesOn: '截止日',
  count: '件数',
  cause: '原因',
  todo: '怎么办',
} as const
export type Placeholder = keyof typeof placeholders
export type PlaceholderValues = { readonly [P in Placeholder]?: string }

/** As long as each can get: for previews, and for counting the parts of a text message. */
export const sampleValues: { readonly [P in Placeholder]: string } = {
  receipt: 'JS26-0000518',
  tail: '0518',
  level: '高级技师',
  amount: '2,000元',
  union: '上海启衡精密机械有限公司工会',
  district: '嘉定区总工会',
  until: '12月31日',
  document: '沪工总演〔2026〕7号',
  batch: '12',
  closesOn: '12月31日',
  count: '128',
  cause: '收款卡在银行登记的证件和本人身份证不一致',
  todo: '带身份证到银行柜台提高限额，再点“已提高，重新发放”；也可以换一张卡。',
}

const ofClaim: readonly Placeholder[] = ['receipt', 'tail', 'level', 'amount', 'union', 'district']
const ofKind: { readonly [K in MessageKind]?: readonly Placeholder[] } = {
  return: ['until'],
  lastBatch: ['until', 'batch', 'closesOn'],
  approve: ['document'],
  bounce: ['cause', 'todo'],
  'office.lastBatch': ['batch', 'closesOn'],
}
/** A text message leaves the house: nothing in it says who somebody is. */
const inTexts: readonly Placeholder[] = ['tail', 'until', 'batch', 'closesOn']

export const isOfficeKind = (kind: MessageKind): kind is OfficeMessageKind => kind.startsWith('office.')

/** Who objected may have no claim: the number is the objection's own. */
const ofObjection: readonly Placeholder[] = ['receipt', 'tail']
const ofAll = (kind: MessageKind): readonly Placeholder[] => {
  if (isOfficeKind(kind)) return ['count']
  const toWhoObjected = kind === 'objection.granted' || kind === 'objection.freed' || kind === 'objection.rejected'
  return toWhoObjected ? ofObjection : ofClaim
}

export function placeholdersFor(kind: MessageKind, part: WordsPart): readonly Placeholder[] {
  const all = [...ofAll(kind), ...(ofKind[kind] ?? [])]
  return part === 'sms' ? all.filter((each) => inTexts.includes(each)) : all
}

const braces = /\{([^{}]*)\}/g

/** Words with their placeholders filled; one without a value stays empty. */
export const fillWords = (text: string, values: PlaceholderValues): string =>
  text.replaceAll(braces, (_, name: string) => {
    const known = (Object.keys(placeholders) as Placeholder[]).find((each) => placeholders[each] === name)
    return (known && values[known]) ?? ''
  })

/** Who a text message says it is from. */
export const smsSignature = '【匠升】'
/** A text message as it is sent. */
export const smsText = (words: string, values: PlaceholderValues): string => smsSignature + fillWords(words, values)
/** How many messages a network makes of a Chinese text: 70 characters in one, 67 in each of several. */
export const smsParts = (text: string): number => (text.length <= 70 ? 1 : Math.ceil(text.length / 67))

export const longestWords: { readonly [P in WordsPart]: number } = { title: 20, body: 200, sms: 120 }

export type WordsProblem = { readonly field: WordsPart; readonly says: string }

/** What is wrong with words, each with what to do; empty where they can be used. */
export function wordsProblems(kind: MessageKind, words: Words): readonly WordsProblem[] {
  const problems: WordsProblem[] = []
  for (const field of ['title', 'body', 'sms'] as const) {
    const text = words[field]
    if (text === undefined) continue
    const wrong = (says: string) => problems.push({ field, says })
    const most = longestWords[field]
    if (text.trim() === '') wrong('这里还空着，写一句再保存。')
    if (text.length > most) wrong(`${text.length}个字，最多${most}个。请删短一些。`)
    const can = placeholdersFor(kind, field)
    for (const [whole, name] of text.matchAll(braces)) {
      if (can.some((each) => placeholders[each] === name)) continue
      const choices = can.map((each) => `{${placeholders[each]}}`).join('、')
      wrong(`${whole}在这里不能用。${choices ? `能用的有${choices}` : '这里没有能用的，请直接写字'}。`)
    }
    if (/[{}]/.test(text.replaceAll(braces, ''))) wrong('花括号要成对，里面写名称。请改好再保存。')
    // An ID number, a card or a phone has eleven digits or more.
    if (/\d{11}/.test(text)) wrong('这里有一长串数字，像是证件号、卡号或手机号。请删掉。')
  }
  if (isOfficeKind(kind) && words.sms !== undefined)
    problems.push({ field: 'sms', says: '给单位的消息不发短信。请删掉。' })
  return problems
}

/** Which action of the centre or the city is a result that the unions hear of. */
export function reportedToUnions(kind: string, step: string | null | undefined): OfficeMessageKind | undefined {
  switch (kind as ActionKind | `pass.${StepKind}`) {
    case 'pass.verification':
      return 'office.verified'
    case 'approve':
      return 'office.approved'
    case 'return':
      return step === 'verification' ? 'office.centreReturned' : undefined
    case 'decline':
      return step === 'verification' || step === 'finalApproval' ? 'office.centreDeclined' : undefined
    case 'displace':
      return 'office.centreDeclined'
    default:
      return undefined
  }
}
