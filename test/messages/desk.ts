/** What tests of messages share: the sandbox's script and what it knows, the jobs run until nothing is left. */
import { randomUUID } from 'node:crypto'
import type { MyMessages, OfficeMessages } from '../../contract/messages.ts'
import { smsGateway } from '../../connectors/sms.ts'
import { instant } from '../../domain/dates.ts'
import type { SmsFate, SmsScript } from '../../sandbox/sms.ts'
import { deliverDue } from '../../server/messages/delivery.ts'
import { distribute } from '../../server/messages/outbox.ts'
import type { Client, TestApp } from '../app.ts'
import { act, upload } from '../applications/claim.ts'

/** The sandbox's gateway: what goes wrong there, and what it saw. */
export function gatewayAt(smsUrl: string) {
  return {
    script: async (script: Partial<SmsScript>): Promise<void> => {
      const headers = { 'content-type': 'application/json' }
      await fetch(`${smsUrl}/script`, { method: 'PUT', headers, body: JSON.stringify(script) })
    },
    /** What the gateway saw of the messages about a claim, by the last digits of its receipt number. */
    fates: async (tail: string): Promise<SmsFate[]> => {
      const all = (await (await fetch(`${smsUrl}/fates`)).json()) as SmsFate[]
      return all.filter(({ text }) => text.includes(tail))
    },
  }
}

/** The jobs of a process, one step at a time. */
export function messenger(office: TestApp) {
  const { deps, database } = office
  const smsUrl = deps.config.smsUrl!
  return {
    ...gatewayAt(smsUrl),
    /** Reads the outbox to its end; other transactions of the same cluster may hold it up for a moment. */
    distributed: async (): Promise<void> => {
      const left = async () =>
        (
          await database.owner.query<{ n: number }>(
            `select count(*)::int n from message m, outbox_cursor c where (m.txid, m.id) > (c.txid, c.id)`,
          )
        ).rows[0]!.n
      while ((await left()) > 0) await distribute(database.worker, 'gateway', Date.now())
    },
    /** What is due at a moment, as one process sees it. */
    deliver: (at: number, url = smsUrl) => deliverDue(database.worker, deps, smsGateway(url), at),
  }
}

export const mine = async (worker: Client, id: string) =>
  (await worker.ask<MyMessages>('GET', '/api/v1/messages')).body.messages.filter((each) => each.applicationId === id)

export const told = async (officer: Client) =>
  (await officer.ask<OfficeMessages>('GET', '/api/v1/desk/messages')).body.messages

/** The demonstration's clock, also forward by days. */
export const setClock = ({ database }: TestApp, to: string) =>
  database.owner.query(
    'update business_clock set offset_ms = $1 - (extract(epoch from clock_timestamp()) * 1000)::bigint',
    [instant(to)!],
  )

/** The register showed the certificate as the form has it, and the centre passes it. */
export async function verified(verifier: Client, id: string): Promise<number> {
  const check = {
    source: '上海市职业技能鉴定中心官网',
    outcome: 'pass',
    shown: {
      level: 'technician',
      occupationName: '机床装调维修工',
      issuedOn: '2025-11-20',
      holderMatches: true,
      valid: true,
    },
    evidenceFileId: await upload(verifier, 'registerEvidence'),
  }
  await verifier.ask('PUT', `/api/v1/applications/${id}/checks/${randomUUID()}`, check)
  return (await act(verifier, id, { kind: 'pass' })).status
}
