/** What every module is handed: nothing else is ambient. */
import type { FastifyRequest } from 'fastify'
import type { Instant } from '../domain/dates.ts'
import type { OrganisationKind, Role } from '../domain/roles.ts'
import { Refused } from '../contract/errors.ts'
import type { Config } from './config.ts'
import type { Db, Scope, Trx } from './db/open.ts'
import { inScope } from './db/open.ts'
import type { Secrets } from './secrets.ts'

export type Deps = {
  readonly config: Config
  readonly db: Db
  readonly secrets: Secrets
}

/** Who is signed in, and in which appointment they act. */
export type Viewer = {
  readonly accountId: string
  readonly sessionId: string
  readonly name: string
  readonly role: Role
  /** Staff only: where the appointment is held. */
  readonly organisation?: { readonly id: string; readonly kind: OrganisationKind; readonly name: string }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the session hook of `app.ts`; absent without a sign-in. */
    viewer: Viewer | undefined
    /** Business time at which the request was received. */
    now: Instant
  }
}

/**
 * By the route that answers: the router reads `/%61pi/` as `/api/`, so that what is typed does not tell. An address that
 * leads nowhere is judged as typed.
 */
export const isInterface = ({ routeOptions, url }: FastifyRequest): boolean =>
  (routeOptions.url ?? url).startsWith('/api/')

/** @throws {Refused} sign-in.required, or forbidden where `roles` are named and none is held. */
export function requireViewer(request: FastifyRequest, ...roles: readonly Role[]): Viewer {
  const { viewer } = request
  if (!viewer) throw new Refused('sign-in.required')
  if (roles.length > 0 && !roles.includes(viewer.role)) throw new Refused('forbidden')
  return viewer
}

const administrators: readonly Role[] = ['systemAdministrator', 'securityAdministrator', 'auditAdministrator']

/**
 * The rows a viewer's transactions can reach; the database repeats it. Administrators reach no application; a consultant
 * and an auditor read what their jobs let them, and write nothing of it.
 */
export function scopeOf(viewer: Viewer): Scope {
  const { accountId, role, organisation } = viewer
  if (role === 'worker') return { kind: 'person', accountId }
  if (!organisation) throw new Refused('sign-in.appointment')
  if (role === 'consultant') return { kind: 'job', job: 'consultation', accountId }
  if (role === 'auditor') return { kind: 'job', job: 'oversight', accountId }
  if (role === 'auditAdministrator') return { kind: 'job', job: 'audit', accountId }
  if (administrators.includes(role)) return { kind: 'job', job: 'people', accountId }
  if (organisation.kind === 'serviceCentre' || organisation.kind === 'cityFederation')
    return { kind: 'city', accountId }
  return { kind: 'union', accountId, organisationId: organisation.id }
}

export const inViewersScope = <T>(deps: Deps, viewer: Viewer, work: (trx: Trx) => Promise<T>): Promise<T> =>
  inScope(deps.db, scopeOf(viewer), work)
