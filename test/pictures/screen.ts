import type { Page } from 'playwright-core'

/** One screen of the webs, as `npm run pictures` takes it. */
export type Screen = {
  /** `phone-…` or `desk-…`. */
  readonly name: string
  /** A login name or a phone number; absent: nobody has signed in. */
  readonly who?: string
  readonly path: string
  /** Leads on from there, into a case or a step. */
  readonly open?: (page: Page) => Promise<unknown>
  /** The address it reads from, which fails in one of the pictures; absent where it reads nothing of its own. */
  readonly reads?: RegExp
  /** It is there with nothing in it, too. */
  readonly empties?: true
}
