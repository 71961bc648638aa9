/** Every picture that hangs on a case: what the worker handed in, what the unions added, and the scans of the money papers. */
import type { ApplicationView } from '../../../contract/applications.ts'
import type { CasePapers } from '../../../contract/oversight.ts'
import { filePageUrl } from '../../ui/api.ts'
import { MaskedPage } from '../review/MaskedPage.tsx'

const titles: { readonly [purpose: string]: string } = {
  idFront: '身份证人像面',
  idBack: '身份证国徽面',
  certificate: '证书',
  card: '收款卡',
  registerEvidence: '官网截图',
  stampedForm: '盖章的申请表',
  consent: '代填委托',
  inquiryReply: '回函',
  objectionEvidence: '异议材料',
  confirmationScan: '发放确认单',
  payoutProof: '发放凭证',
  receiptScan: '收据',
}

export function Vouchers({ application, papers }: { application: ApplicationView; papers: CasePapers }) {
  const { confirmation, receipt, payout } = papers
  const ofSeals = application.history.map(({ seal }) => seal?.fileId)
  // Scans of seals stand with their seal.
  const ofCase = application.files.filter(({ id }) => !ofSeals.includes(id))
  const files = [
    ...ofCase.map((file) => ({
      id: file.id,
      title: titles[file.purpose] ?? file.purpose,
      pages: file.pageCount,
      masked: file.masked ?? false,
    })),
    ...(confirmation
      ? [
          {
            id: confirmation.scan.fileId,
            title: titles.confirmationScan!,
            pages: confirmation.scan.pages,
            masked: false,
          },
        ]
      : []),
    ...(receipt?.scan
      ? [{ id: receipt.scan.fileId, title: titles.receiptScan!, pages: receipt.scan.pages, masked: false }]
      : []),
    ...(payout?.proof
      ? [{ id: payout.proof.fileId, title: titles.payoutProof!, pages: payout.proof.pages, masked: false }]
      : []),
  ]
  return (
    <section aria-label="材料和凭证">
      <h2>材料和凭证</h2>
      {files.length === 0 && <p className="mut">没有图片。</p>}
      <div className="vouchers">
        {files.map((file) => (
          <Pages key={file.id} {...file} />
        ))}
      </div>
    </section>
  )
}

type Shown = { readonly id: string; readonly title: string; readonly pages: number; readonly masked?: boolean }

/** One file among the vouchers, or by itself beside what it shows. */
export function Pictures(file: Shown) {
  return (
    <div className="vouchers">
      <Pages {...file} />
    </div>
  )
}

function Pages({ id, title, pages, masked }: Shown) {
  return Array.from({ length: pages }, (_, page) => (
    <figure key={page}>
      {masked ? (
        <MaskedPage fileId={id} page={page + 1} title={title}>
          {(src) => <img src={src} alt={title} />}
        </MaskedPage>
      ) : (
        <a href={filePageUrl(id, page + 1)} target="_blank" rel="noreferrer">
          <img src={filePageUrl(id, page + 1)} alt={title} />
        </a>
      )}
      <figcaption className="sm">
        {title}
        {pages > 1 && `第${page + 1}页`}
      </figcaption>
    </figure>
  ))
}
