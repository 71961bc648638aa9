/** `npm run ledger:verify`: computes the ledger anew; prints OK and the identity, or names the first bad row and exits 1. */
import { fen, yuanInTable } from '../domain/money.ts'
import { ConfigRefused } from '../server/config.ts'
import { inScope } from '../server/db/open.ts'
import { verifyLedger } from '../server/ledger/ledger.ts'
import { verifyYears } from '../server/years/close.ts'
import { asWorker } from './asWorker.ts'

try {
  const [found, closed] = await asWorker((db, secrets) =>
    inScope(db, { kind: 'job', job: 'verify' }, async (trx) => [
      await verifyLedger(trx, secrets),
      await verifyYears(trx),
    ]),
  )
  if ('bad' in found || 'bad' in closed) {
    console.error('bad' in found ? found.bad : 'bad' in closed && closed.bad)
    process.exitCode = 1
  } else {
    const { total, postings } = found
    const yuan = (amountFen: number) => yuanInTable(fen(amountFen))
    console.log(`OK: ${postings} postings, ${total.awards} awards`)
    console.log(
      `approved ${yuan(total.approvedFen)} = awaiting ${yuan(total.awaitingFen)} + in payment ${yuan(total.inPaymentFen)}` +
        ` + paid ${yuan(total.paidFen)} + bounced ${yuan(total.bouncedFen)} + cancelled ${yuan(total.cancelledFen)} yuan`,
    )
    if (closed.years.length > 0) console.log(`OK: ${closed.years.join(', ')} as closed`)
  }
} catch (error) {
  if (!(error instanceof ConfigRefused)) throw error
  console.error(error.message)
  process.exitCode = 2
}
