/** Refusals of corrections, recoveries and surplus, and of what is held for their sake; `errors.ts` takes them in. */
export const correctionErrors = {
  'money.disputed': {
    status: 409,
    says: '有人对这张证书提了异议，有更正等人确认，或银行对上一次付款另有说法，还没有了结，先不发。了结以后再办。',
  },
  'money.no-surplus': { status: 409, says: '没有可以退回的结余，或所选的已在另一份退回里。刷新后重新选。' },
  'money.bank-contradicts': {
    status: 409,
    says: '这里有一笔，银行说的和登记的不一样。先在银行对账里查清，再发放。',
  },
  'money.held': { status: 409, says: '有人提了更正或正在追回，这笔先不发。等更正办完再制单。' },
  'correction.same-person': { status: 403, says: '提出和确认要两个人。请同事看过再确认。' },
  'correction.confirmer': { status: 403, says: '这一件由市总工会终审人员确认。请等他们看过。' },
  'correction.colleague': { status: 403, says: '这一件由付款单位的另一位财务确认。请等他们看过。' },
  'correction.open': { status: 409, says: '这笔资助已有一件更正等人确认。先办完那一件。' },
  'correction.in-recovery': { status: 409, says: '这笔资助正在追回。钱退回并登记后再办。' },
  'correction.cancelled': { status: 409, says: '这笔资助已经取消。取消错了，由终审人员恢复。' },
  'correction.not-cancelled': {
    status: 409,
    says: '只有已经取消、钱退回市总工会、也没有发过的资助能恢复。先把结余退回办完。',
  },
  'correction.nothing-recorded': { status: 409, says: '最近一次发放还没有登记结果，没有可更正的。先登记银行的结果。' },
  'correction.bank-route': { status: 409, says: '这笔的结果是银行直接告诉系统的，以银行为准。有疑问请银行查。' },
  'correction.in-batch': { status: 409, says: '这笔在一份还没有放行的发放批次里。先把它移出批次，再提出。' },
  'correction.on-its-way': { status: 409, says: '这笔已送银行，还没有结果。等银行答复并登记后再提出。' },
  'correction.in-notice': {
    status: 409,
    says: '这笔列在还没有划拨的划拨通知里。请服务中心把它移出通知，或等划拨后再提出。',
  },
  'correction.in-funding': { status: 409, says: '这份清单的资金正在拨付。等市总工会财务放行后再提出。' },
  'correction.passed-on': { status: 409, says: '这笔在一份还没有放行的转拨里。放行或撤销那份转拨后再提出。' },
  'correction.no-objection': { status: 409, says: '这张证书没有终审后成立的异议。换一个取消的原因。' },
  'correction.certificate-taken': { status: 409, says: '这张证书已有别的申报，或者留给了提异议的人，不能恢复。' },
  'correction.not-back': { status: 409, says: '还没有人登记钱已退回。先登记，再由另一位财务确认。' },
} satisfies { readonly [code: string]: { readonly status: number; readonly says: string } }
