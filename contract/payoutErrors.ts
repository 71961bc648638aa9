/** Refusals of batches, of their files and results, and of the bank; `errors.ts` takes them in. */
type Params = Readonly<Record<string, string | number>>

export const payoutErrors = {
  'money.not-released': { status: 409, says: '这笔还没有放行。放行后再登记。' },
  'money.no-payable': { status: 409, says: '现在没有可以发放的。收到资金并登记后再来制单。' },
  'money.not-payable': {
    status: 409,
    says: '所选的有人现在不能发放：已在别的批次里，或还没有确认收款账户。刷新后重新选。',
  },
  'money.reference-taken': {
    status: 409,
    says: '有一笔的付款参考号已经用过，不能再送。刷新后重新制单；仍然这样，就请市总工会核对这张证书以前的付款。',
  },
  'money.stopped': {
    status: 409,
    says: (p: Params) => `这一批有${p.count ?? '几'}处要先看：移出这一批，或逐处写明为什么可以发，再放行。`,
  },
  'money.paused': {
    status: 409,
    says: '数据恢复过，放行已停。由市总两位财务核对送出记录簿，向银行逐笔查清已经送出的付款，然后才能再放行。',
  },
  'money.send-log-lost': {
    status: 409,
    says: (p: Params) =>
      `送出记录簿里少了${p.count ?? 0}笔付款，不能放行。请系统管理员放回原处；放不回来的，由市总两位财务说明。`,
  },
  'money.send-log-changed': { status: 409, says: '送出记录簿和看到的不一样了。重新核对，看最新的数。' },
  'money.bank-says-otherwise': { status: 409, says: '和银行说的对不上，没有收下。看银行说的，再登记。' },
  'money.paid-before': {
    status: 409,
    says: (p: Params) =>
      `第${p.line ?? ''}行的证书在数据恢复以前已经付过，市总两位财务确认过。把这一行移出，先向市总工会财务问清。`,
  },
  'money.no-format': { status: 422, says: '没有这种银行文件格式。选一个列出的格式。' },
  'money.line-unfit': {
    status: 422,
    says: (p: Params) => `第${p.line ?? ''}行不合银行文件的格式：${p.why ?? ''}。把这一行移出，改好后另发。`,
  },
  'money.file-unreadable': {
    status: 422,
    says: (p: Params) => `回盘文件读不出来：${p.why ?? ''}。一行也没有登记，向银行要一份完整的文件再传。`,
  },
  'money.file-differs': {
    status: 409,
    says: (p: Params) => `回盘文件第${p.row ?? ''}行与这一批对不上：${p.why ?? ''}。一行也没有登记，先向银行问清。`,
  },
  'money.result-differs': {
    status: 409,
    says: '与已登记的结果不符，没有登记。先向银行问清；登记错了就走更正。',
  },
  'money.recovered': {
    status: 409,
    says: '这笔资助已经追回或取消，银行再退回的钱不在这里登记。把职工自己退过的钱凭银行回单还给职工；怎么入账，先问市总工会财务。',
  },
  'money.typed-yourself': {
    status: 403,
    says: (p: Params) =>
      `这一批有${p.count ?? 0}笔，上一次没付成是你登记的，不能由你放行。移出这一批另外制单，请另一位财务对着回单放行。`,
  },
  'money.not-sent': { status: 409, says: '这笔还没有送出银行。先放行并下载文件，再登记结果。' },
  'money.bank-route': { status: 409, says: '这一批由系统送银行，结果由银行直接告诉系统，不用登记。' },
  'money.no-bank': { status: 409, says: '没有接通银行。改用银行文件。' },
  'money.same-answer': { status: 409, says: '两个人说的不一样。一起向银行再查一遍。' },
} satisfies {
  readonly [code: string]: { readonly status: number; readonly says: string | ((params: Params) => string) }
}
