/** Text messages through a gateway that takes `POST {reference, phone, text}` and answers 2xx once it has taken it. */

export type Sms = {
  /** Ours, unique: a gateway that is asked twice with one reference sends once. */
  readonly reference: string
  readonly phone: string
  readonly text: string
}

/** The gateway did not take the message, or did not answer in time. Never holds the phone or the text. */
export class SmsNotSent extends Error {
  override name = 'SmsNotSent'
}

export type SmsGateway = { send(sms: Sms): Promise<void> }

const timeoutMs = 5000

export function smsGateway(url: string): SmsGateway {
  return {
    /** @throws {SmsNotSent} */
    async send(sms) {
      let status: number
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(sms),
          signal: AbortSignal.timeout(timeoutMs),
        })
        await response.body?.cancel()
        status = response.status
      } catch (error) {
        throw new SmsNotSent(`the gateway did not answer: ${(error as Error).name}`)
      }
      if (status < 200 || status > 299) throw new SmsNotSent(`the gateway answered ${status}`)
    },
  }
}
