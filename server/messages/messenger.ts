/** The messenger of a process: reads the outbox, delivers, reminds, until it is stopped. Any number may run at once. */
import { smsGateway } from '../../connectors/sms.ts'
import type { Deps } from '../context.ts'
import { businessNow } from '../db/clock.ts'
import type { Db } from '../db/open.ts'
import { deliverDue, pace } from './delivery.ts'
import { distribute } from './outbox.ts'
import { remindDue } from './reminder.ts'

const lookEveryMs = 1000
const remindEveryMs = 10_000

/** What goes wrong is told and tried again. @returns stops it, when what is under way has ended */
export function startMessenger(workerDb: Db, deps: Deps, tell: (error: unknown) => void): () => Promise<void> {
  const gateway = deps.config.smsUrl ? smsGateway(deps.config.smsUrl) : undefined
  let stopped = false
  let remindedAt = 0
  const round = async () => {
    while (!stopped && (await distribute(workerDb, gateway ? 'gateway' : 'noGateway', Date.now())) > 0);
    while (!stopped && gateway && (await deliverDue(workerDb, deps, gateway, Date.now())) === pace.atOnce);
    if (stopped || Date.now() - remindedAt < remindEveryMs) return
    remindedAt = Date.now()
    const now = await businessNow(deps.config, workerDb)
    while (!stopped && (await remindDue(workerDb, now)) > 0);
  }
  let running: Promise<unknown> = Promise.resolve()
  let isRunning = false
  const timer = setInterval(() => {
    if (isRunning || stopped) return
    isRunning = true
    running = round()
      .catch(tell)
      .finally(() => {
        isRunning = false
      })
  }, lookEveryMs)
  timer.unref()
  return async () => {
    stopped = true
    clearInterval(timer)
    await running
  }
}
