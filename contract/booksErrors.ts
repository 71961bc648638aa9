/** Refusals of statements, reconciliation and the close of a year; `errors.ts` takes them in. */
type Params = Readonly<Record<string, string | number>>

export const booksErrors = {
  'books.bank-silent': { status: 503, says: '银行没有回答，记录没有变。过几分钟再问。' },
  'books.disagree': {
    status: 409,
    says: (p: Params) => `账合不上：${p.what ?? ''}。先不结账，请审计管理员查清后再来。`,
  },
  'books.year-not-over': {
    status: 409,
    says: (p: Params) => `${p.year ?? '这一'}年还没有过完。1月1日起再提出结账。`,
  },
  'books.year-empty': { status: 409, says: '这一年没有记过账，不用结账。换一年再提出。' },
  'books.year-before': { status: 409, says: '前面还有一年没有结账。先结前一年。' },
  'books.year-proposed': {
    status: 409,
    says: (p: Params) => `${p.year ?? '这一'}年已经有人提出结账。请另一位财务确认。`,
  },
  'books.year-changed': { status: 409, says: '提出以后这一年的账有变动，没有结账。撤回后重新提出。' },
  'books.year-closed': { status: 409, says: '这一年已经结账，不能再记进去。按办理当天记到没有结账的年度。' },
  'books.same-person': { status: 403, says: '提出和确认要两个人。请另一位财务确认。' },
  'books.busy': { status: 503, says: '现在导出的人多，这一次没有排上。请过一分钟再导出。' },
  'books.no-award': { status: 404, says: '这个受理号没有资助，或不归你查。核对受理号再查。' },
}
