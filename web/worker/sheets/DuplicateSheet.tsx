/** The certificate is taken: never by whom. First the number is looked at again, then one may object. */
import { normaliseNumber } from '../../../domain/certificateNumber.ts'
import type { Policy } from '../../../domain/policy.ts'
import { ClauseNumber } from '../../ui/Clause.tsx'
import { Sheet } from '../Sheet.tsx'

export function DuplicateSheet({
  policy,
  number,
  awarded,
  mayObject,
  onMend,
  onObject,
  onClose,
}: {
  policy: Policy
  number: string
  awarded: boolean
  /** A new claim, not the correction of one. */
  mayObject: boolean
  onMend: () => void
  onObject: () => void
  onClose: () => void
}) {
  return (
    <Sheet title={awarded ? '这张证书已经资助过' : '这张证书已经有人申报'} alert onClose={onClose}>
      <div className="sheet-scroll">
        <p className="numbered-fact num">
          证书编号 <span className="nowrap">{normaliseNumber(number)}</span>
        </p>
        <p>
          一张证书只资助一次 <ClauseNumber id={policy.oncePerCertificate.clause} />
          。为保护隐私，不显示是谁申报的。你填的内容都已保存。
        </p>
        <ol className="options-explained">
          <li>
            <i aria-hidden>1</i>
            <div>
              先核对编号
              <p className="muted">输错一位，就会变成别人的证书。</p>
            </div>
          </li>
          <li>
            <i aria-hidden>2</i>
            <div>
              编号没错，证书是你本人的
              <p className="muted">写清理由、交上照片提出异议，由市职工技协服务中心核实后答复你。</p>
            </div>
          </li>
        </ol>
        <button type="button" className="button" data-focus onClick={onMend}>
          改编号
        </button>
        {mayObject && (
          <button type="button" className="button line" onClick={onObject}>
            证书是我的，提出异议
          </button>
        )}
        <button type="button" className="button line" onClick={onClose}>
          先不交，回到确认
        </button>
        <p className="muted">单位可能已替你申报，可先问单位工会</p>
      </div>
    </Sheet>
  )
}
