/**
 * Who did and saw what, append-only. Every event carries a keyed digest of itself; lots of events are sealed in the
 * background, each over the one before it, so that no request waits on another's.
 */
import { createHash, randomUUID } from 'node:crypto'
import type { AuditEvents } from '../../contract/people.ts'
import type { Instant } from '../../domain/dates.ts'
import { canonicalJson } from '../canonicalJson.ts'
import type { Db, Trx } from '../db/open.ts'
import { atCommit, inScope } from '../db/open.ts'
import type { Secrets } from '../secrets.ts'
import { type EventRow, eventsAfter, eventsBefore, insertEvent, insertLot, type LotRow, lotMacs } from './sql.ts'
import { lastLot, lotsAfter, nextRange } from './sql.ts'

/** What can be recorded, and how the audit administrator reads it. */
export const auditTitles = {
  'sign-in.succeeded': '登录',
  'sign-in.failed': '登录没有成功',
  'sign-in.locked': '连续输错，账号锁定',
  'session.ended': '退出登录',
  'session.revoked': '结束一处登录',
  'session.switched': '换身份',
  'account.made': '开账号',
  'account.appointed': '加任职',
  'account.disabled': '停用账号',
  'account.unlocked': '解锁账号',
  'organisation.added': '登记组织',
  'unit-facts.changed': '改单位信息',
  'clock.advanced': '调业务时间',
  'file.uploaded': '上传文件',
  'file.viewed': '看文件',
  'file.removed': '删除文件',
  'application.filed': '提交申报',
  'application.entered': '代录申报',
  'application.linked': '职工认领代录的申报',
  'application.link-refused': '认领申报没有对上',
  'entries.viewed': '看没有提交的代录',
  'application.viewed': '看申报',
  'application.readAhead': '预先读取申报',
  'application.acted': '办理申报',
  'application.unmasked': '显示遮盖的内容',
  'annex.printed': '打印申请表',
  'stamped-form.matched': '归入盖章件',
  'application.assigned': '分配申报',
  'application.held': '暂缓申报',
  'application.released': '解除暂缓',
  'application.compared': '比对相像的证书',
  'review-lot.drawn': '抽看一批申报',
  'review-lot.passed': '一起同意一批申报',
  'check.recorded': '登记核验',
  'seal.recorded': '登记纸上的章',
  'original.arrived': '登记收到原件',
  'original.sealed': '登记原件盖章',
  'original.moved': '原件换盒',
  'transmittal.made': '编送件清单',
  'transmittal.received': '登记收件',
  'objection.raised': '提出异议',
  'objection.viewed': '看异议',
  'objection.decided': '答复异议',
  'survey.viewed': '看问卷汇总',
  'batch.opened': '开申报批次',
  'batch.closed': '关申报批次',
  'batch.announced': '预告末批截止日',
  'message-words.changed': '改消息文字',
  'sms.sent-again': '短信再发一次',
  'approval-list.made': '编报批清单',
  'approval-list.viewed': '看报批清单',
  'approval-list.approved': '终审报批清单',
  'allocation-notice.issued': '发划拨通知',
  'allocation-notice.viewed': '看划拨通知',
  'allocation-notice.printed': '打印划拨通知',
  'confirmation.printed': '打印发放确认单',
  'allocation-notice.reissued': '重发划拨通知',
  'allocation-notice.confirmed': '提交发放确认单',
  'transfer.made': '制单',
  'transfer.renewed': '按新账户重新制单',
  'transfer.released': '放行',
  'transfer.dropped': '撤销转拨单',
  'transfer.received': '登记收到资金',
  'budget.set': '登记预算',
  'budget.confirmed': '确认预算',
  'payout-batch.made': '制发放批次',
  'payout-batch.changed': '改发放批次',
  'payout-batch.dropped': '撤销发放批次',
  'payout-batch.released': '放行发放批次',
  'payout-batch.viewed': '看发放批次',
  'worker-statement.viewed': '看职工对账单',
  'pay-file.downloaded': '下载银行文件',
  'result-file.taken': '登记回盘文件',
  'payout.recorded': '登记发放结果',
  'payee-change.proposed': '提出收款账户更正',
  'payee-change.viewed': '看收款账户更正',
  'payee-change.confirmed': '确认职工的收款账户',
  'payee-change.refused': '退回收款账户更正',
  'receiving-account.proposed': '登记收款账户',
  'receiving-account.viewed': '看登记的收款账户',
  'receiving-account.confirmed': '确认收款账户',
  'receiving-account.refused': '退回收款账户',
  'receiving-account.withdrawn': '撤回收款账户',
  'payee-change.withdrawn': '撤回收款账户更正',
  'award.viewed': '看一笔资助',
  'corrections.viewed': '看更正',
  'correction.proposed': '提出更正',
  'correction.confirmed': '确认更正',
  'correction.refused': '不同意更正',
  'recovery.recorded': '登记追回到账',
  'recovery.confirmed': '确认追回',
  'surplus.made': '制结余退回单',
  'surplus.released': '放行结余退回',
  'surplus.dropped': '撤销结余退回',
  'surplus.received': '登记收到结余',
  'sent-before.answered': '查清恢复前送出的付款',
  'restoration.acknowledged': '核对恢复后的送出记录簿',
  'consultation.looked-up': '咨询核对来电人',
  'consultation.told': '咨询看申报',
  'consultation.noted': '记来电',
  'sample.drawn': '抽样',
  'sample.viewed': '看样本',
  'sample.judged': '记抽样结论',
  'inquiry.sent': '发函询',
  'feedback.written': '写问题和建议',
  'feedback.answered': '答复问题和建议',
  'common-answer.published': '发常见答复',
  'bank.asked': '向银行查询批次',
  'awards.exported': '导出资助明细',
  'year.proposed': '提出年度结账',
  'year.closed': '年度结账',
  'year.dropped': '撤回年度结账',
  'archive.made': '编会计档案',
  'backup.made': '备份',
  'backup.restored': '从备份恢复',
} as const
export type AuditKind = keyof typeof auditTitles

/** What an event can be about, by the name of its table. */
export const objectTitles = {
  account: '账号',
  allocation_notice: '划拨通知',
  application: '申报',
  approval_list: '报批清单',
  audit_sample: '样本',
  award: '资助',
  backup: '备份',
  budget: '预算',
  business_clock: '业务时间',
  common_answer: '常见答复',
  consultation: '咨询',
  correction: '更正',
  feedback: '问题和建议',
  file: '文件',
  filing_batch: '申报批次',
  message_words: '消息文字',
  objection: '异议',
  organisation: '组织',
  payee_change: '收款账户更正',
  payout: '发放',
  payout_batch: '发放批次',
  receiving_account_change: '收款账户',
  recovery: '追回',
  restoration: '数据恢复',
  review_lot: '一起同意的申报',
  sent_before: '恢复前送出的付款',
  session: '登录',
  sms: '短信',
  surplus_transfer: '结余退回单',
  survey: '收入问卷',
  transfer: '划拨',
  transmittal: '送件清单',
  year_close: '年度结账',
} as const
export type AuditObject = keyof typeof objectTitles

/** What is read before anybody looks is on record too, and is no look. */
export const viewKind = (ahead: unknown): AuditKind => (ahead ? 'application.readAhead' : 'application.viewed')

export type AuditDetail = Readonly<Record<string, string | number | boolean>>

export type AuditEntry = {
  readonly kind: AuditKind
  readonly objectKind: AuditObject
  readonly objectId?: string
  /** Who did it; absent before anybody is signed in. */
  readonly accountId?: string
  /** Business time. */
  readonly at: Instant
  /** Codes and ids only, never personal values. */
  readonly detail?: AuditDetail
}

type Macced = Pick<EventRow, 'id' | 'at' | 'account_id' | 'kind' | 'object_kind' | 'object_id' | 'detail'>

function eventMac(secrets: Secrets, row: Macced): Buffer {
  const { id, at, account_id, kind, object_kind, object_id, detail } = row
  return secrets.mac('audit', canonicalJson([id, at, account_id, kind, object_kind, object_id, detail]))
}

/** Appends one event to the transaction of what it records, at its end: both last, or neither. */
export async function record(trx: Trx, secrets: Secrets, entry: AuditEntry): Promise<void> {
  const row: Macced = {
    id: randomUUID(),
    at: entry.at,
    account_id: entry.accountId ?? null,
    kind: entry.kind,
    object_kind: entry.objectKind,
    object_id: entry.objectId ?? null,
    detail: entry.detail ?? {},
  }
  atCommit(trx, () => insertEvent(trx, { ...row, mac: eventMac(secrets, row) }))
}

type LotHead = Pick<LotRow, 'lot' | 'from_txid' | 'to_txid' | 'event_count'>

/** Over the lot before, this one's bounds, and the digests of its events in the order (txid, id). */
function lotHash(secrets: Secrets, lot: LotHead, previous: Buffer | undefined, eventMacs: Buffer): Buffer {
  const { from_txid, to_txid, event_count } = lot
  return secrets.mac(
    'audit lot',
    canonicalJson([lot.lot, from_txid, to_txid, event_count, previous ?? null, eventMacs]),
  )
}

/**
 * Seals what every finished transaction has recorded since the last lot.
 * @param workerDb connected as the worker role
 * @param sealedAt machine time, epoch ms
 * @returns how many events it sealed; 0 also where another process is sealing
 */
export function sealLot(workerDb: Db, secrets: Secrets, sealedAt: number): Promise<number> {
  return inScope(workerDb, { kind: 'job', job: 'seal-audit' }, async (trx) => {
    const range = await nextRange(trx)
    if (!range) return 0
    const { macs, count } = await digestOfRange(trx, range.from_txid, range.to_txid)
    if (count === 0) return 0
    const lot = { lot: (range.last?.lot ?? 0) + 1, ...range, event_count: count }
    await insertLot(trx, {
      lot: lot.lot,
      from_txid: lot.from_txid,
      to_txid: lot.to_txid,
      event_count: count,
      hash: lotHash(secrets, lot, range.last?.hash, macs),
      sealed_at: sealedAt,
    })
    return count
  })
}

async function digestOfRange(trx: Trx, fromTxid: string, toTxid: string) {
  const hash = createHash('sha256')
  const macs = await lotMacs(trx, fromTxid, toTxid)
  for (const { mac } of macs) hash.update(mac)
  return { macs: hash.digest(), count: macs.length }
}

const sealEveryMs = 3000

/** Seals every few seconds until stopped; what goes wrong is told and tried again. */
export function startSealing(workerDb: Db, secrets: Secrets, tell: (error: unknown) => void): () => Promise<void> {
  let stopped = false
  let running: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    running = running.then(() => (stopped ? undefined : sealLot(workerDb, secrets, Date.now()))).catch(tell)
  }, sealEveryMs)
  timer.unref()
  return async () => {
    stopped = true
    clearInterval(timer)
    await running
  }
}

export type Verified = { readonly events: number; readonly lots: number; readonly unsealed: number }

/** The first row that is not what was written: `audit_event <id>` or `audit_lot <n>`. */
export class Altered extends Error {
  override name = 'Altered'
  readonly row: string
  constructor(row: string, why: string) {
    super(`${row}: ${why}`)
    this.row = row
  }
}

/**
 * Computes every event's digest and every lot anew.
 * @param trx in scope job `verify`, as the worker role
 * @throws {Altered} naming the first bad row
 */
export async function verifyAudit(trx: Trx, secrets: Secrets): Promise<Verified> {
  const events = await verifyEvents(trx, secrets)
  let sealed = 0
  let last: LotRow | undefined
  for (;;) {
    const lots = await lotsAfter(trx, last?.lot ?? 0)
    if (lots.length === 0) break
    for (const lot of lots) {
      const row = `audit_lot ${lot.lot}`
      if (lot.lot !== (last?.lot ?? 0) + 1) throw new Altered(row, 'the lot before it is missing')
      if (last && lot.from_txid !== last.to_txid) throw new Altered(row, 'it does not begin where the last one ended')
      const { macs, count } = await digestOfRange(trx, lot.from_txid, lot.to_txid)
      if (count !== lot.event_count)
        throw new Altered(row, `it sealed ${lot.event_count} events, and there are ${count}`)
      if (!lotHash(secrets, lot, last?.hash, macs).equals(lot.hash)) throw new Altered(row, 'its hash differs')
      sealed += count
      last = lot
    }
  }
  return { events, lots: last?.lot ?? 0, unsealed: Math.max(0, events - sealed) }
}

async function verifyEvents(trx: Trx, secrets: Secrets): Promise<number> {
  let count = 0
  let last: EventRow | undefined
  for (;;) {
    const rows = await eventsAfter(trx, last)
    if (rows.length === 0) return count
    for (const row of rows)
      if (!eventMac(secrets, row).equals(row.mac)) throw new Altered(`audit_event ${row.id}`, 'its digest differs')
    count += rows.length
    last = rows.at(-1)
  }
}

const pageSize = 50

/** Newest first; `cursor` is the one of the page before. */
export async function listEvents(trx: Trx, cursor?: string): Promise<AuditEvents> {
  const [rows, lot] = await Promise.all([eventsBefore(trx, readCursor(cursor), pageSize + 1), lastLot(trx)])
  const page = rows.slice(0, pageSize)
  const last = rows.length > pageSize ? page.at(-1) : undefined
  return {
    events: page.map((row) => ({
      id: row.id,
      at: row.at,
      who: row.display_name ?? (row.account_id ? '职工' : '未登录'),
      kind: row.kind,
      title: auditTitles[row.kind as AuditKind] ?? row.kind,
      objectTitle: objectTitles[row.object_kind as AuditObject] ?? row.object_kind,
      ...(row.object_id && { objectId: row.object_id }),
      sealed: lot !== undefined && BigInt(row.txid) < BigInt(lot.to_txid),
    })),
    ...(last && { nextCursor: `${last.at}_${last.id}` }),
    ...(lot && { lastLot: { lot: lot.lot, sealedAt: lot.sealed_at, eventCount: lot.event_count } }),
  }
}

function readCursor(cursor: string | undefined): { at: number; id: string } | undefined {
  const match = /^(\d{1,15})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(cursor ?? '')
  return match ? { at: Number(match[1]), id: match[2]! } : undefined
}
