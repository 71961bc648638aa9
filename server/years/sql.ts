import { sql } from 'kysely'
import { copyOutOf, send, type Trx } from '../db/open.ts'

/** A whole year is read, and more than once. */
export const allowLonger = (trx: Trx) => send(trx, 'set local statement_timeout = 600000', [])

export type Balance = { readonly account: string; readonly fen: number; readonly awards: number }
export type OpenItems = {
  readonly unheard: number
  readonly corrections: number
  readonly recoveries: number
  readonly surplus: number
}
export type CloseRow = {
  id: string
  year: number
  proposed_by: string
  proposer: string
  proposed_at: number
  confirmer: string | null
  confirmed_at: number | null
  postings: number
  moved_fen: number
  first_seq: number
  last_seq: number
  digest: Buffer
  opening: readonly Balance[]
  closing: readonly Balance[]
  open_items: OpenItems | null
  audit_lot: number | null
  audit_hash: Buffer | null
}

/** Proposed and not dropped, or confirmed; the newest year first. */
export const selectCloses = async (trx: Trx): Promise<CloseRow[]> => {
  const { rows } = await sql<CloseRow>`
    select y.*, p.display_name as proposer, c.display_name as confirmer
    from year_close y join account p on p.id = y.proposed_by left join account c on c.id = y.confirmed_by
    where y.dropped_by is null order by y.year desc`.execute(trx)
  return rows
}

export const selectClose = (trx: Trx, id: string) =>
  trx.selectFrom('year_close').selectAll().where('id', '=', id).executeTakeFirst()

/** When the first posting was booked; undefined where there is none. */
export const selectFirstPosting = async (trx: Trx): Promise<number | undefined> => {
  const row = await trx.selectFrom('posting').select('at').orderBy('seq').limit(1).executeTakeFirst()
  return row?.at
}

export const insertClose = (trx: Trx, row: { id: string; year: number; proposed_by: string; proposed_at: number }) =>
  trx.insertInto('year_close').values(row).execute()

export const confirmClose = (trx: Trx, id: string, by: string, at: number) =>
  trx.updateTable('year_close').set({ confirmed_by: by, confirmed_at: at }).where('id', '=', id).execute()

export const dropClose = (trx: Trx, id: string, by: string, at: number) =>
  trx.updateTable('year_close').set({ dropped_by: by, dropped_at: at }).where('id', '=', id).execute()

/** Each closed year against its postings and the audit log as they are now. */
export const selectClosedYears = async (trx: Trx): Promise<{ year: number; why: string | null }[]> => {
  const { rows } = await sql<{ year: number; why: string | null }>`
    select y.year, case
      when (b.postings, b.moved_fen, b.first_seq, b.last_seq, b.digest) is distinct from (y.postings, y.moved_fen, y.first_seq, y.last_seq, y.digest)
        then 'its postings are not those that it was closed with'
      when (b.opening, b.closing) is distinct from (y.opening, y.closing) then 'its balances are not those that it was closed with'
      when y.audit_lot is not null and not exists (select from audit_lot l where l.lot = y.audit_lot and l.hash = y.audit_hash)
        then 'the audit log is not the one that it was closed with'
      end as why
    from year_close y cross join lateral books_of_year(y.year) b where y.confirmed_at is not null order by y.year`.execute(
    trx,
  )
  return rows
}

// The archive -----------------------------------------------------------------------------------------------------------

type Span = { readonly from: number; readonly until: number }
const within = (column: string, { from, until }: Span) =>
  `${column} >= ${Math.trunc(from)} and ${column} < ${Math.trunc(until)}`
const time = (column: string) =>
  `to_char(to_timestamp(${column} / 1000.0) at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS')`
const yuan = (column: string) => `to_char(${column} / 100.0, 'FM999999999990.00')`
const who = (column: string) => `(select s.display_name from account s where s.id = ${column})`
const organisation = (column: string) => `(select g.name from organisation g where g.id = ${column})`

/**
 * One file each: what was booked in the year, and the papers it rests on, each in the year in which it was booked. No
 * name of a worker, no account number, no words about anybody; constants only, as COPY takes no parameters.
 */
const papers: Readonly<Record<string, (span: Span) => string>> = {
  'awards.csv': (
    span,
  ) => `select w.id as "资助", a.receipt_number as "受理号", w.policy_id as "通知", a.level as "等级",
      ${yuan('w.amount_fen')} as "金额（元）", d.name as "区局（产业）工会", u.name as "基层工会"
    from award w join application a on a.id = w.application_id join organisation d on d.id = w.district_id
    left join organisation u on u.id = a.base_union_id
    where exists (select from posting p where p.award_id = w.id and ${within('p.at', span)}) order by w.id`,
  'organisations.csv': ({ until }) => `select o.id as "编号", o.kind as "种类", o.name as "名称" from organisation o
    where o.kind in ('cityFederation', 'serviceCentre') or o.id in (select split_part(s.account, ':', 2)::uuid
      from posting p cross join lateral (values (p.debit_account), (p.credit_account)) s (account)
      where p.at < ${Math.trunc(until)} and (s.account like 'union:%' or s.account like 'surplus:%'))
    order by o.id`,
  'papers/budgets.csv': (
    span,
  ) => `select b.id as "编号", b.policy_id as "通知", ${yuan('b.amount_fen')} as "预算（元）",
      b.document_number as "文号", ${who('b.set_by')} as "登记", ${time('b.set_at')} as "登记时间",
      ${who('b.confirmed_by')} as "确认", ${time('b.confirmed_at')} as "确认时间"
    from budget b where ${within('b.confirmed_at', span)} order by b.confirmed_at, b.id`,
  'papers/approval-lists.csv': (
    span,
  ) => `select l.id as "编号", l.number as "清单", l.policy_id as "通知", l.line_count as "张",
      ${yuan('l.total_fen')} as "金额（元）", l.document_number as "签报号", ${who('l.made_by')} as "编制",
      ${time('l.made_at')} as "编制时间", ${who('l.approved_by')} as "终审", ${time('l.approved_at')} as "终审时间"
    from approval_list l where ${within('l.approved_at', span)} order by l.approved_at, l.id`,
  'papers/notices.csv': (
    span,
  ) => `select n.id as "编号", n.number as "划拨通知", n.revision as "第几版", n.replaces as "代替",
      n.approval_list_id as "清单编号", ${organisation('n.district_id')} as "工会", n.line_count as "张",
      ${yuan('n.total_fen')} as "金额（元）", ${who('n.issued_by')} as "发出", ${time('n.issued_at')} as "发出时间"
    from allocation_notice n where ${within('n.issued_at', span)} order by n.issued_at, n.id`,
  'papers/confirmations.csv': (span) => `select c.notice_id as "通知编号", c.policy_id as "通知", c.place as "次序",
      c.line_count as "张", ${yuan('c.total_fen')} as "金额（元）", c.scan_file_id as "扫描件", ${who('c.confirmed_by')} as "确认",
      ${time('c.confirmed_at')} as "确认时间"
    from disbursement_confirmation c where ${within('c.confirmed_at', span)} order by c.confirmed_at, c.notice_id`,
  'papers/transfers.csv': (span) => `select t.id as "编号", t.kind as "种类", t.approval_list_id as "清单编号",
      t.notice_id as "通知编号", ${organisation('t.from_id')} as "从", ${organisation('t.to_id')} as "到",
      ${yuan('t.amount_fen')} as "金额（元）", t.voucher_number as "凭证号", ${who('t.made_by')} as "制单",
      ${time('t.made_at')} as "制单时间", ${who('t.released_by')} as "放行", ${time('t.released_at')} as "放行时间"
    from transfer t where ${within('t.released_at', span)} order by t.released_at, t.id`,
  'papers/receipts.csv': (
    span,
  ) => `select r.transfer_id as "划拨编号", r.received_on as "收到日期", r.receipt_number as "收据号",
      r.scan_file_id as "扫描件", ${who('r.recorded_by')} as "登记", ${time('r.recorded_at')} as "登记时间"
    from transfer_receipt r where ${within('r.recorded_at', span)} order by r.recorded_at, r.transfer_id`,
  'papers/batches.csv': (
    span,
  ) => `select b.id as "编号", b.number as "批次", ${organisation('b.payer_id')} as "付款单位",
      b.route as "路径", b.format as "格式", b.pay_on as "付款日", b.line_count as "笔", ${yuan('b.total_fen')} as "金额（元）",
      encode(b.digest, 'hex') as "摘要", ${who('b.made_by')} as "制单", ${time('b.made_at')} as "制单时间",
      ${who('b.released_by')} as "放行", ${time('b.released_at')} as "放行时间"
    from payout_batch b where ${within('b.released_at', span)} order by b.released_at, b.id`,
  'papers/payouts.csv': (
    span,
  ) => `select y.id as "编号", y.reference as "付款编号", y.award_id as "资助", b.number as "批次",
      y.line as "行", y.attempt as "第几次", y.follows as "接着", ${yuan('y.amount_fen')} as "金额（元）"
    from payout y join payout_batch b on b.id = y.batch_id
    where ${within('b.released_at', span)} order by b.released_at, b.id, y.line`,
  'papers/pay-files.csv': (
    span,
  ) => `select b.number as "批次", f.part as "第几份", f.name as "文件名", f.line_count as "笔",
      ${yuan('f.total_fen')} as "金额（元）", f.byte_size as "字节", encode(f.sha256, 'hex') as "SHA-256", ${time('f.made_at')} as "生成时间"
    from pay_file f join payout_batch b on b.id = f.batch_id where ${within('f.made_at', span)} order by f.made_at, b.id, f.part`,
  'papers/pay-file-downloads.csv': (
    span,
  ) => `select b.number as "批次", f.part as "第几份", ${who('f.account_id')} as "下载",
      ${time('f.at')} as "下载时间"
    from pay_file_download f join payout_batch b on b.id = f.batch_id where ${within('f.at', span)} order by f.at, f.id`,
  'papers/result-files.csv': (
    span,
  ) => `select f.id as "编号", b.number as "批次", f.row_count as "行", f.byte_size as "字节",
      encode(f.sha256, 'hex') as "SHA-256", ${who('f.uploaded_by')} as "上传", ${time('f.uploaded_at')} as "上传时间"
    from result_file f join payout_batch b on b.id = f.batch_id where ${within('f.uploaded_at', span)} order by f.uploaded_at, f.id`,
  'papers/results.csv': (
    span,
  ) => `select r.id as "编号", y.reference as "付款编号", r.outcome as "结果", r.code as "原因",
      r.bank_code as "银行代码", r.bank_serial as "银行流水", r.on_day as "银行日期", r.source as "来源", r.source_id as "来源编号",
      r.proof_file_id as "凭证", ${who('r.recorded_by')} as "登记", ${time('r.recorded_at')} as "登记时间"
    from payout_result r join payout y on y.id = r.payout_id where ${within('r.recorded_at', span)} order by r.recorded_at, r.id`,
  'papers/corrections.csv': (span) => `select c.id as "编号", c.kind as "种类", c.cause as "原因", c.award_id as "资助",
      c.payout_id as "付款", ${who('c.proposed_by')} as "提出", ${time('c.proposed_at')} as "提出时间",
      ${who('c.confirmed_by')} as "确认", ${time('c.confirmed_at')} as "确认时间"
    from correction c where ${within('c.confirmed_at', span)} order by c.confirmed_at, c.id`,
  'papers/recoveries.csv': (
    span,
  ) => `select r.id as "编号", r.award_id as "资助", r.correction_id as "更正", r.cause as "原因",
      ${organisation('r.payer_id')} as "收回单位", ${yuan('r.amount_fen')} as "金额（元）", r.received_on as "到账日期",
      r.voucher_number as "凭证号", r.scan_file_id as "扫描件", ${who('r.recorded_by')} as "登记", ${time('r.recorded_at')} as "登记时间",
      ${who('r.confirmed_by')} as "确认", ${time('r.confirmed_at')} as "确认时间"
    from recovery r where ${within('r.confirmed_at', span)} order by r.confirmed_at, r.id`,
  'papers/surplus.csv': (
    span,
  ) => `select t.id as "编号", t.number as "结余退回单", ${organisation('t.from_id')} as "从",
      ${organisation('t.to_id')} as "到", t.line_count as "笔", ${yuan('t.total_fen')} as "金额（元）", t.voucher_number as "凭证号",
      ${who('t.made_by')} as "制单", ${who('t.released_by')} as "放行", ${time('t.released_at')} as "放行时间",
      t.received_on as "收到日期", t.receipt_number as "收据号", ${who('t.received_by')} as "登记", ${time('t.received_at')} as "登记时间"
    from surplus_transfer t where ${within('t.received_at', span)} order by t.received_at, t.id`,
}
export const paperFiles: readonly string[] = Object.keys(papers)

export const copyPaper = (
  trx: Trx,
  file: string,
  span: Span,
  take: (block: Buffer) => Promise<void>,
): Promise<number> => copyOutOf(trx, `copy (${papers[file]!(span)}) to stdout (format csv, header)`, take)

/** Lines as they are digested, in order, with nothing around them. */
export const copyPostings = (trx: Trx, span: Span, take: (block: Buffer) => Promise<void>): Promise<number> =>
  copyOutOf(
    trx,
    `copy (select posting_line(p) from posting p where ${within('p.at', span)} order by p.seq) to stdout`,
    take,
  )
