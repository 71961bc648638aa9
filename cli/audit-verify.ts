/**
 * `npm run audit:verify`: computes every audit event, every sealed lot and every application's chain of actions anew.
 * Prints OK with counts, or names the first bad row and exits 1. Runs beside a running server, or alone.
 */
import { verifyChains } from '../server/applications/actions.ts'
import { Altered, verifyAudit } from '../server/audit/audit.ts'
import { ConfigRefused } from '../server/config.ts'
import { inScope } from '../server/db/open.ts'
import { asWorker } from './asWorker.ts'

try {
  await asWorker(async (db, secrets) => {
    const { events, lots, unsealed } = await inScope(db, { kind: 'job', job: 'verify' }, (trx) =>
      verifyAudit(trx, secrets),
    )
    const chains = await verifyChains(db, secrets)
    if ('bad' in chains) throw new Altered(chains.bad, 'it is not what was written')
    const { actions, applications } = chains
    console.log(`OK: ${events} audit events in ${lots} sealed lots (${unsealed} not sealed yet)`)
    console.log(`OK: ${actions} actions of ${applications} applications`)
  })
} catch (error) {
  if (!(error instanceof ConfigRefused || error instanceof Altered)) throw error
  console.error(error.message)
  process.exitCode = error instanceof Altered ? 1 : 2
}
