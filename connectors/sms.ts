/**
 * Text messages through a gateway. `POST {reference, phone, text}` answers 2xx once it has taken the message and 4xx
 * where it never will; `GET <url>/<reference>` answers `{state}`, or 404 where it knows no such reference.
 */

export type Sms = {
  /** Ours, unique: a gateway that is asked twice with one reference sends once. */
  readonly reference: string
  readonly phone: string
  readonly text: string
}

/** What a gateway says of a message: taken and on its way, on the phone, not deliverable, or never seen. */
export type SmsState = 'accepted' | 'delivered' | 'failed' | 'unknown'

/** The gateway did not take the message, or did not answer in time. Never holds the phone or the text. */
export class SmsNotSent extends Error {
  override name = 'SmsNotSent'
  /** The gateway said no: nothing was sent. Otherwise nobody knows, and it has to be asked. */
  readonly refused: boolean
  constructor(message: string, refused = false) {
    super(message)
    this.refused = refused
  }
}

export type SmsGateway = {
  /** @throws {SmsNotSent} */
  send(sms: Sms): Promise<void>
  /** What became of a message. @throws {SmsNotSent} without an answer */
  ask(reference: string): Promise<SmsState>
}

const timeoutMs = 5000
const states: readonly SmsState[] = ['accepted', 'delivered', 'failed', 'unknown']

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) })
  } catch (error) {
    throw new SmsNotSent(`the gateway did not answer: ${(error as Error).name}`)
  }
}

export function smsGateway(url: string): SmsGateway {
  return {
    async send(sms) {
      const response = await reach(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(sms),
      })
      await response.body?.cancel()
      const { status } = response
      // 429 says later, not never
      if (status < 200 || status > 299)
        throw new SmsNotSent(`the gateway answered ${status}`, status >= 400 && status < 500 && status !== 429)
    },
    async ask(reference) {
      const response = await reach(`${url}/${reference}`, { method: 'GET' })
      if (response.status === 404) {
        await response.body?.cancel()
        return 'unknown'
      }
      const body = (await response.json().catch(() => undefined)) as { state?: unknown } | undefined
      const state = states.find((each) => each === body?.state)
      if (response.status !== 200 || !state) throw new SmsNotSent(`the gateway answered ${response.status}`)
      return state
    },
  }
}
