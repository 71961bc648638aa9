/** What a worker needs to file: a filled form, pictures, and the requests that a phone sends. */
import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import type { Acted, Act, ApplicationView, DraftView, Filed, PaperSeal } from '../../contract/applications.ts'
import type { FilePurpose } from '../../contract/fileLimits.ts'
import type { DraftForm } from '../../contract/form.ts'
import type { UnionOptions } from '../../contract/people.ts'
import type { Policy } from '../../domain/policy.ts'
import type { Client } from '../app.ts'

/** ISO 7064 MOD 11-2 over the first seventeen digits. */
export function idNumber(serial: number): string {
  const body = `31010119900307${String(serial % 1000).padStart(3, '0')}`
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, index) => total + weight * Number(body[index]), 0)
  return `${body}${'10X98765432'[sum % 11]}`
}

/** 22 characters: filed in Shanghai, 2025, technician. */
export const certificateNumber = (serial: number): string => `Y000031000217252${String(serial).padStart(6, '0')}`

/** A complete form of a technician of 启衡; `serial` makes person and certificate differ. */
export function filledForm(serial: number, policy: Policy, baseUnionId: string): DraftForm {
  return {
    name: `陆文轩${serial}`,
    idNumber: idNumber(serial),
    phone: '13800006021',
    education: 'juniorCollege',
    professionalTitle: 'none',
    migrant: 'no',
    baseUnionId,
    employer: '上海启衡精密机械有限公司',
    employerNature: 'limited',
    employerAddress: '嘉定区启衡路168号',
    postcode: '201800',
    employerPhone: '02100001680',
    industry: 'C',
    sector: 'secondary',
    filingAuthority: 'shanghai',
    level: 'technician',
    occupationCode: '6-20-03-01',
    occupationName: '机床装调维修工',
    certificateNumber: certificateNumber(serial),
    issuedOn: '2025-11-20',
    previousLevel: 'seniorWorker',
    previousIssuedOn: '2021-06-08',
    payee: 'memberCard',
    accountNumber: '6224780000000012',
    declared: true,
    consents: policy.form.consents.map((consent) => consent.id),
  }
}

const picture = sharp({ create: { width: 640, height: 400, channels: 3, background: '#e8dcc0' } })
  .jpeg()
  .toBuffer()

export async function upload(client: Client, purpose: FilePurpose, draftId?: string): Promise<string> {
  const id = randomUUID()
  const address = `/api/v1/files/${id}?purpose=${purpose}${draftId ? `&draftId=${draftId}` : ''}`
  const answer = await client.send(address, await picture)
  if (answer.status !== 200) throw new Error(`${purpose}: ${answer.status} ${answer.body.title}`)
  return id
}

/** What a filing point reads off the paper: the seal and the scan that it hands in. */
export async function paperSeal(
  client: Client,
  id: string,
  kind: PaperSeal['kind'],
  whose: string,
  sealedOn = '2026-07-15',
): Promise<PaperSeal> {
  const fileId = randomUUID()
  const address = `/api/v1/files/${fileId}?purpose=stampedForm&applicationId=${id}`
  const answer = await client.send(address, await picture)
  if (answer.status !== 200) throw new Error(`stampedForm: ${answer.status} ${answer.body.title}`)
  return { kind, whose, sealedOn, fileId }
}

export async function uploadAll(client: Client, draftId: string) {
  return {
    idFront: await upload(client, 'idFront', draftId),
    idBack: await upload(client, 'idBack', draftId),
    certificate: await upload(client, 'certificate', draftId),
    card: await upload(client, 'card', draftId),
  }
}

export const readPolicy = async (client: Client): Promise<Policy> =>
  (await client.ask<Policy>('GET', '/api/v1/policy')).body

export async function unionId(worker: Client, name: string): Promise<string> {
  const { body } = await worker.ask<UnionOptions>('GET', `/api/v1/unions?find=${encodeURIComponent(name)}`)
  const union = body.unions[0]
  if (!union) throw new Error(`no union ${name}`)
  return union.id
}

/** Saves a draft with everything in it. */
export async function draft(
  worker: Client,
  serial: number,
  change: DraftForm = {},
  union = '启衡',
): Promise<DraftView> {
  const id = randomUUID()
  const form = filledForm(serial, await readPolicy(worker), await unionId(worker, union))
  const files = await uploadAll(worker, id)
  const saved = await worker.ask<DraftView>('PUT', `/api/v1/drafts/${id}`, {
    version: 0,
    form: { ...form, files, ...change },
  })
  if (saved.status !== 200) throw new Error(JSON.stringify(saved.body))
  return saved.body
}

export const file = (worker: Client, { id, version }: DraftView) =>
  worker.ask<Filed>('PUT', `/api/v1/applications/${id}`, { draftVersion: version })

export async function filed(worker: Client, serial: number, change: DraftForm = {}, union?: string): Promise<string> {
  const answer = await file(worker, await draft(worker, serial, change, union))
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return answer.body.id
}

export const view = async (client: Client, id: string) =>
  (await client.ask<ApplicationView>('GET', `/api/v1/applications/${id}`)).body

type ActWithoutVersion = Act extends infer A ? (A extends unknown ? Omit<A, 'expectedVersion'> : never) : never
/** Acts on the application as it stands now. */
export async function act(client: Client, id: string, message: ActWithoutVersion, actionId: string = randomUUID()) {
  const { version } = await view(client, id)
  return client.ask<Acted>('PUT', `/api/v1/applications/${id}/actions/${actionId}`, {
    expectedVersion: version,
    ...message,
  })
}
