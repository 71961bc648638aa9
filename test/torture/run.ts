/**
 * `npm run torture -- [--small] [--json]`: the city pays by a bank that loses, delays, repeats and reorders, while the
 * application and the database are killed at random moments and right after the bank took an order, and the database is
 * put back to before a payment. Exit code 1 where anything was paid twice, is missing or does not add up.
 */
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BankScript } from '../../sandbox/bankScript.ts'
import { openTortured, type Tortured } from './house.ts'
import {
  acknowledgeRestore,
  approve,
  compare,
  explainSentBefore,
  grantBudget,
  make,
  newClaims,
  release,
  settle,
  watchIdentity,
} from './season.ts'

const asked = new Set(process.argv.slice(2))
for (const argument of asked)
  if (!['--small', '--json'].includes(argument)) {
    console.error('npm run torture -- [--small] [--json]')
    process.exit(2)
  }
const [small, json] = [asked.has('--small'), asked.has('--json')]
/** Most of a kill is waiting: a full run has two installations side by side, each with half of the kills. */
const names = small ? ['one'] : ['one', 'two']
/** Of each installation. */
const kills = small ? { application: 8, database: 4, edge: 8 } : { application: 100, database: 50, edge: 200 }
const count = Object.values(kills).reduce((sum, each) => sum + each, 0)
const perBatch = 5
/** Of the highest amount of a certificate (三). */
const dearestFen = 400_000
type Kind = keyof typeof kills

const say = (line: string) => {
  if (!json) console.log(line)
}

/** All kills in an order of chance. */
function schedule(): Kind[] {
  const all = (Object.entries(kills) as [Kind, number][]).flatMap(([kind, count]) => Array<Kind>(count).fill(kind))
  for (let at = all.length - 1; at > 0; at--) {
    const other = randomInt(at + 1)
    ;[all[at], all[other]] = [all[other]!, all[at]!]
  }
  return all
}

const mischief = ['loseOrders', 'delayOrders', 'loseAnswers', 'delayAnswers', 'loseQueries'] as const
const ofCallbacks = ['loseCallbacks', 'repeatCallbacks', 'reorderCallbacks', 'delayCallbacks'] as const
function anyScript(): Partial<BankScript> {
  const some = [...mischief, ...ofCallbacks].filter(() => randomInt(3) === 0)
  const counts = Object.fromEntries(some.map((name) => [name, 1 + randomInt(3)]))
  return { ...counts, delayMs: 50 + randomInt(300), settleAfterMs: randomInt(400), inProgressAnswers: randomInt(3) }
}

/** Approved, made, released by whoever persists; the rest is the teller's. */
async function pay(house: Tortured): Promise<void> {
  await house.persist(() => approve(house, newClaims(perBatch)), 'approval')
  const id = await make(house)
  if (id === undefined) return
  const refused = await release(house, id)
  if (refused !== undefined) throw new Error(`release: ${refused}`)
}

async function killOnce(house: Tortured, kind: Kind): Promise<void> {
  const paying = pay(house)
  paying.catch(() => {})
  if (kind === 'edge') {
    await house.desk.script({ ...anyScript(), killAfterAccept: 1 })
    for (const end = Date.now() + 8000; (await house.desk.held()).length === 0 && Date.now() < end;) await sleep(10)
    await house.killApplication()
  } else {
    await house.desk.script(anyScript())
    await sleep(randomInt(1500))
    await (kind === 'application' ? house.killApplication() : house.killDatabase())
  }
  await paying
}

/** Puts the database back to before a payment: one batch was made then, the claims of the other were not even filed. */
async function putBack(house: Tortured): Promise<{ paused: boolean; explained: number }> {
  await house.desk.script({})
  await approve(house, newClaims(perBatch))
  const early = (await make(house))!
  const backup = await house.backup()
  await release(house, early)
  const forgotten = newClaims(perBatch)
  await approve(house, forgotten)
  await release(house, (await make(house))!)
  await settle(house, 30)
  const batches = (await house.owner.query('select count(*)::int as n from payout_batch')).rows[0].n as number
  await house.restore(backup)
  const refused = await release(house, early)
  const explained = await explainSentBefore(house)
  const unseen = await release(house, early)
  if (unseen !== 'money.paused') throw new Error(`released before anybody looked at the send log: ${unseen}`)
  await acknowledgeRestore(house)
  const again = await release(house, early)
  if (again !== undefined) throw new Error(`released again: ${again}`)
  // who was paid and is forgotten files again, is approved again, and is not paid again
  await approve(house, forgotten)
  await release(house, (await make(house))!)
  say(`put back: ${batches} batches were there, a release was refused as ${refused}, ${explained} references explained`)
  return { paused: refused === 'money.paused', explained }
}

async function torture(name: string) {
  const house = await openTortured()
  const stopWatching = watchIdentity(() => house)
  try {
    let done = 0
    // each kill pays a batch, and so does the restore a few times
    await grantBudget(house, (count + 20) * perBatch * dearestFen)
    for (const kind of schedule()) {
      await killOnce(house, kind)
      say(`${name} ${++done}: ${kind}`)
    }
    await house.desk.script({})
    await settle(house, 120)
    const before = await compare(house)
    const { reads, broken } = await stopWatching()
    const restore = await putBack(house)
    await settle(house, 60)
    const after = await compare(house)
    return {
      payments: after.payments,
      kills: count,
      doubles: before.doubles + after.doubles,
      missing: before.missing + after.missing,
      unbalanced: before.unbalanced + after.unbalanced + broken,
      identityReads: reads,
      restore,
    }
  } finally {
    await house.close()
  }
}

const ended = await Promise.allSettled(names.map(torture))
for (const each of ended) if (each.status === 'rejected') throw each.reason
const [first, ...others] = ended.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
const result = others.reduce(
  (sum, each) => ({
    payments: sum.payments + each.payments,
    kills: sum.kills + each.kills,
    doubles: sum.doubles + each.doubles,
    missing: sum.missing + each.missing,
    unbalanced: sum.unbalanced + each.unbalanced,
    identityReads: sum.identityReads + each.identityReads,
    restore: {
      paused: sum.restore.paused && each.restore.paused,
      explained: sum.restore.explained + each.restore.explained,
    },
  }),
  first!,
)
console.log(json ? JSON.stringify(result) : result)
const sound = result.doubles === 0 && result.missing === 0 && result.unbalanced === 0 && result.restore.paused
process.exit(sound ? 0 : 1)
