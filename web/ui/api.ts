/** The typed client of `/api/v1`. Types come from the contract; nothing is validated again on the phone. */
import type { ErrorCode, FieldError } from '../../contract/errors.ts'
import type { FileUpload, File as StoredFile } from '../../contract/files.ts'
import type { Problem as ProblemBody } from '../../contract/problem.ts'

/** `network`: no answer came; `answer`: something that is not ours answered. */
export type ProblemCode = ErrorCode | 'network' | 'answer'

/** A refusal or a failure with a sentence for the person that says what to do next. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly title: string
  readonly status: number
  /** Error number to tell on the phone; empty when no answer came. */
  readonly instance: string
  readonly params: Readonly<Record<string, string | number>>
  readonly fields: readonly FieldError[]
  constructor(
    code: ProblemCode,
    title: string,
    rest: { status?: number; instance?: string; params?: Problem['params']; fields?: readonly FieldError[] } = {},
  ) {
    super(title)
    this.name = 'Problem'
    this.code = code
    this.title = title
    this.status = rest.status ?? 0
    this.instance = rest.instance ?? ''
    this.params = rest.params ?? {}
    this.fields = rest.fields ?? []
  }
}

const networkProblem = (method: Method) =>
  new Problem('network', `没有连上网络${method === 'GET' ? '' : '，填的内容还在这一页'}。看一下信号，再试一次。`)
const strangeAnswer = (status: number) =>
  new Problem('answer', '系统没有正常回答，填的内容还在这一页。一分钟后再试；还不行，打55885659。', { status })

function problemOf(status: number, body: unknown): Problem {
  const known = body as Partial<ProblemBody> | undefined
  if (!known || typeof known !== 'object' || !known.title || !known.code) return strangeAnswer(status)
  const { code, title, instance, params, fields } = known
  return new Problem(code, title, { status, instance: instance ?? '', params: params ?? {}, fields: fields ?? [] })
}

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE'

/** The mark that a page of ours sends the request, against forgery. */
const ours = { 'x-jiangsheng': '1' }
const base = '/api/v1'

/**
 * Sends a message and reads the answer. Values of persons go in the body, never in the path.
 * @throws {Problem} for every refusal and failure; an abort throws what `fetch` throws.
 */
export const request = <Answer>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<Answer> =>
  send<Answer>(method, path, body, { ...(signal && { signal }) })

/** Without the cookie: the server does not learn who sends it. @throws {Problem} */
export const sendWithoutSession = (method: Method, path: string, body: unknown): Promise<void> =>
  send<void>(method, path, body, { credentials: 'omit' })

async function send<Answer>(
  method: Method,
  path: string,
  body: unknown,
  init: Pick<RequestInit, 'signal' | 'credentials'>,
): Promise<Answer> {
  let response: Response
  try {
    response = await fetch(base + path, {
      method,
      headers: {
        accept: 'application/json',
        ...(method !== 'GET' && ours),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...init,
    })
  } catch (cause) {
    if (init.signal?.aborted) throw cause
    throw networkProblem(method)
  }
  if (response.status === 204) return undefined as Answer
  const answer: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw problemOf(response.status, answer)
  if (answer === undefined) throw strangeAnswer(response.status)
  return answer as Answer
}

async function answerTo(method: Method, path: string, body: unknown): Promise<Response> {
  const asked = { headers: { ...ours, 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(base + path, { method, ...(body !== undefined && asked) }).catch(() => {
    throw networkProblem('GET')
  })
  if (!response.ok) throw problemOf(response.status, await response.json().catch(() => undefined))
  return response
}
/** Asks for something made on the spot that is not a message, such as a PDF; by what is sent, if anything. @throws {Problem} */
export const requestFile = async (path: string, body?: unknown): Promise<Blob> =>
  (await answerTo(body === undefined ? 'GET' : 'POST', path, body)).blob()

/** Takes something that is put on record as taken, under the name that the server gives it. @throws {Problem} */
export async function takeFile(path: string, body: unknown): Promise<{ name: string; bytes: Blob }> {
  const response = await answerTo('PUT', path, body)
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? ''
  return { name, bytes: await response.blob() }
}

/** Whose form the annex prints: of an application, or of a draft that is not filed. */
export type AnnexOf = `applications/${string}` | `drafts/${string}`
/** The form as the annex prints it; without an address the blank one. */
export const annexUrl = (suffix: 'pdf' | 'png', of?: AnnexOf): string =>
  of ? `${base}/${of}/annex.${suffix}` : `${base}/annex.${suffix}`

/** Where a file belongs; the server asks for one of the two. */
export type FileHome = { readonly draftId: string } | { readonly applicationId: string } | Record<never, never>

/** Sends a file as it is; the id is made here, so that a repeat is harmless. `onProgress` hears 0…1. @throws {Problem} */
export function sendFile(
  id: string,
  purpose: FileUpload['purpose'],
  home: FileHome,
  file: Blob & { readonly name?: string },
  onProgress?: (share: number) => void,
): Promise<StoredFile> {
  const query = new URLSearchParams({ purpose, ...home })
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest()
    sending.open('PUT', `${base}/files/${id}?${query}`)
    sending.setRequestHeader('x-jiangsheng', '1')
    sending.setRequestHeader('content-type', file.type || 'application/octet-stream')
    sending.setRequestHeader('x-file-name', encodeURIComponent(file.name ?? ''))
    sending.responseType = 'json'
    sending.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total)
    sending.onerror = () => reject(networkProblem('PUT'))
    sending.onload = () => {
      if (sending.status >= 200 && sending.status < 300) resolve(sending.response as StoredFile)
      else reject(problemOf(sending.status, sending.response))
    }
    sending.send(file)
  })
}

/** The picture of one page, from 1. */
export const filePageUrl = (id: string, page: number): string => `${base}/files/${id}/pages/${page}`
/** For ids of drafts, files and actions: whoever starts an action names it. */
export function newId(): string {
  // Only pages served over https (or from this machine) have randomUUID.
  if ('randomUUID' in crypto) return crypto.randomUUID()
  const bytes = (crypto as Crypto).getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
