/** `npm run ledger:verify`: computes the ledger anew; prints OK and the identity, or names the first bad row and exits 1. */
import { fen, yuanInTable } from '../domain/money.ts'
import { ConfigRefused } from '../server/config.ts'
import { inScope } from '../server/db/open.ts'
import { verifyLedger } from '../server/ledger/ledger.ts'
import { asWorker } from './asWorker.ts'

try {
  const found = await asWorker((db, secrets) =>
    inScope(db, { kind: 'job', job: 'verify' }, (trx) => verifyLedger(trx, secrets)),
  )
  if ('bad' in found) {
    console.error(found.bad)
    process.exitCode = 1
  } else {
    const { total, postings } = found
    const yuan = (amountFen: number) => yuanInTable(fen(amountFen))
    console.log(`OK: ${postings} postings, ${total.awards} awards`)
    console.log(
      `approved ${yuan(total.approvedFen)} = awaiting ${yuan(total.awaitingFen)} + in payment ${yuan(total.inPaymentFen)}` +
        ` + paid ${yuan(total.paidFen)} + bounced ${yuan(total.bouncedFen)} + cancelled ${yuan(total.cancelledFen)} yuan`,
    )
  }
} catch (error) {
  if (!(error instanceof ConfigRefused)) throw error
  console.error(error.message)
  process.exitCode = 2
}
