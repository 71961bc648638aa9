import type { Page } from 'playwright-core'

/** Where pictures are taken: the pages of its people, each signed in once, and the folder of its server. */
export type Demonstration = {
  readonly pageOf: (who: string | undefined) => Promise<Page>
  readonly dataDir: string
}

/** One screen of the webs, as `npm run pictures` takes it. */
export type Screen = {
  /** `phone-…` or `desk-…`. */
  readonly name: string
  /** A login name or a phone number; absent: nobody has signed in. */
  readonly who?: string
  readonly path: string
  /** Brings about what the screen shows, once all that stands above it in the list has been. */
  readonly plant?: (demonstration: Demonstration) => Promise<unknown>
  /** Leads on from there, into a case or a step. */
  readonly open?: (page: Page) => Promise<unknown>
  /** Where it then stands, as the webs' own lists of addresses write it; absent where that is the path. */
  readonly route?: string
  /** The address it reads from, which fails in one of the pictures; absent where it reads nothing of its own. */
  readonly reads?: RegExp
  /** It is there with nothing in it, too. */
  readonly empties?: true
  /** A phone's page in 大字, too. */
  readonly large?: true
  /** It is made for paper, too. */
  readonly prints?: true
}

/** The address of the webs that a screen shows. */
export const routeOf = ({ route, path }: Screen): string => route ?? path.replace(/\?.*$/, '')
/** As an expression that matches the paths of a route. */
export const pathsOf = (route: string): RegExp =>
  new RegExp(`^${route.replaceAll(/\/:\w+\?/g, '(/[^/]+)?').replaceAll(/[:$]\w+/g, '[^/]+')}/?$`)
