import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AccountList, AccountMade, AddAppointment, MakeAccount, SecurityView } from '../../contract/people.ts'
import { AskCode, CodeSent, SessionList, SessionView, StaffSignIn } from '../../contract/session.ts'
import { SwitchAppointment, WorkerSignIn } from '../../contract/session.ts'
import { ById, Id } from '../../contract/id.ts'
import type { Config } from '../config.ts'
import { type Deps, isInterface, requireViewer } from '../context.ts'
import { appoint, disable, listAccounts, makeAccount, revokeSession, showSecurity, unlock } from './account.ts'
import { deviceOf, listSessions, recognise, revokeOwnSession, showSession, signOut } from './session.ts'
import { switchAppointment } from './session.ts'
import { type Caller, sendCode, type SignedIn, signInStaff, signInWorker } from './signIn.ts'
import { codeLimits } from './textCode.ts'

const Nothing = z.object({})

/** Plain http is for demonstrations; the prefix ties the cookie to https and to this very host. */
const cookieName = ({ mode }: Config) => (mode === 'production' ? '__Host-jiangsheng' : 'jiangsheng')
const cookieSettings = ({ mode }: Config) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: mode === 'production' }) as const

/** Sets `viewer` and `now` on every request of the interface. */
export function recogniseViewers(app: FastifyInstance, deps: Deps): void {
  app.decorateRequest('viewer', undefined)
  app.decorateRequest('now', 0 as FastifyRequest['now'])
  app.addHook('onRequest', async (request) => {
    if (!isInterface(request)) return
    const { viewer, now } = await recognise(deps, request.cookies[cookieName(deps.config)])
    request.viewer = viewer
    request.now = now
  })
}

const callerOf = (request: FastifyRequest): Caller => ({
  address: request.ip,
  device: deviceOf(request.headers['user-agent']),
  at: Date.now(),
  now: request.now,
})

/** Overload only: each attempt costs a password hash. What is counted per account or phone stands in the database. */
const fewer = { config: { rateLimit: { max: 120, timeWindow: 60_000 } } }

/** Sign-in, sessions, accounts, the security desk. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  signInRoutes(app, deps)
  sessionRoutes(app, deps)
  accountRoutes(app, deps)
  securityRoutes(app, deps)
}

function signInRoutes(app: FastifyInstance, deps: Deps): void {
  const http = app.withTypeProvider<ZodTypeProvider>()
  const { config } = deps
  const enter = (request: FastifyRequest, reply: FastifyReply, { token, viewer }: SignedIn) => {
    reply.setCookie(cookieName(config), token, cookieSettings(config))
    return showSession(deps, viewer, request.now)
  }

  http.post(
    '/api/v1/sign-in/codes',
    { schema: { tags: ['sign-in'], summary: 'Sends a code', body: AskCode, response: { 200: CodeSent } } },
    async (request) => {
      await sendCode(deps, request.body.phone, callerOf(request))
      const { resendAfterSeconds, validSeconds } = codeLimits
      return { resendAfterSeconds, validSeconds }
    },
  )
  http.post(
    '/api/v1/sign-in/worker',
    {
      schema: { tags: ['sign-in'], summary: 'Phone and code', body: WorkerSignIn, response: { 200: SessionView } },
    },
    async (request, reply) =>
      enter(request, reply, await signInWorker(deps, request.body.phone, request.body.code, callerOf(request))),
  )
  http.post(
    '/api/v1/sign-in/staff',
    {
      ...fewer,
      schema: {
        tags: ['sign-in'],
        summary: 'Login name, password, authenticator code',
        body: StaffSignIn,
        response: { 200: SessionView },
      },
    },
    async (request, reply) => enter(request, reply, await signInStaff(deps, request.body, callerOf(request))),
  )
}

function sessionRoutes(app: FastifyInstance, deps: Deps): void {
  const http = app.withTypeProvider<ZodTypeProvider>()
  const { config } = deps

  http.get(
    '/api/v1/session',
    {
      schema: { tags: ['sign-in'], summary: 'Who is signed in, and business time', response: { 200: SessionView } },
    },
    (request) => showSession(deps, request.viewer, request.now),
  )
  http.delete(
    '/api/v1/session',
    { schema: { tags: ['sign-in'], summary: 'Signs out', response: { 204: z.null() } } },
    async (request, reply) => {
      if (request.viewer) await signOut(deps, request.viewer, request.now)
      return reply.clearCookie(cookieName(config), cookieSettings(config)).code(204).send(null)
    },
  )
  http.put(
    '/api/v1/session/appointment',
    {
      schema: {
        tags: ['sign-in'],
        summary: 'Acts in another of one’s own appointments',
        body: SwitchAppointment,
        response: { 200: SessionView },
      },
    },
    async (request) => {
      const viewer = requireViewer(request)
      const switched = await switchAppointment(deps, viewer, request.body.appointmentId, request.now)
      return showSession(deps, switched, request.now)
    },
  )
  http.get(
    '/api/v1/sessions',
    { schema: { tags: ['sign-in'], summary: 'One’s own open sessions', response: { 200: SessionList } } },
    (request) => listSessions(deps, requireViewer(request)),
  )
  http.delete(
    '/api/v1/sessions/:id',
    { schema: { tags: ['sign-in'], summary: 'Ends one of them', params: ById, response: { 204: z.null() } } },
    async (request, reply) => {
      await revokeOwnSession(deps, requireViewer(request), request.params.id, request.now)
      return reply.code(204).send(null)
    },
  )
}

function accountRoutes(app: FastifyInstance, deps: Deps): void {
  const http = app.withTypeProvider<ZodTypeProvider>()
  const tags = ['people']

  http.get(
    '/api/v1/accounts',
    {
      schema: {
        tags,
        summary: 'Accounts of staff, by login name',
        querystring: z.object({ cursor: z.string().max(40).optional() }),
        response: { 200: AccountList },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'systemAdministrator', 'securityAdministrator')
      return listAccounts(deps, viewer, request.query.cursor ?? '', request.now)
    },
  )
  http.put(
    '/api/v1/accounts/:id',
    {
      schema: {
        tags,
        summary: 'Makes an account; answers its authenticator secret once',
        params: ById,
        body: MakeAccount,
        response: { 200: AccountMade },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'systemAdministrator')
      return makeAccount(deps, viewer, request.params.id, request.body, request.now)
    },
  )
  http.put(
    '/api/v1/accounts/:id/appointments/:appointmentId',
    {
      schema: {
        tags,
        summary: 'Adds an appointment to an account',
        params: ById.extend({ appointmentId: Id }),
        body: AddAppointment,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const viewer = requireViewer(request, 'systemAdministrator')
      const { id, appointmentId } = request.params
      await appoint(deps, viewer, id, appointmentId, request.body, request.now)
      return reply.code(204).send(null)
    },
  )
}

function securityRoutes(app: FastifyInstance, deps: Deps): void {
  const http = app.withTypeProvider<ZodTypeProvider>()
  const tags = ['security']

  http.post(
    '/api/v1/accounts/:id/disable',
    {
      schema: {
        tags,
        summary: 'Disables an account for good',
        params: ById,
        body: Nothing,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await disable(deps, requireViewer(request, 'securityAdministrator'), request.params.id, request.now)
      return reply.code(204).send(null)
    },
  )
  http.post(
    '/api/v1/accounts/:id/unlock',
    { schema: { tags, summary: 'Ends a lock-out', params: ById, body: Nothing, response: { 204: z.null() } } },
    async (request, reply) => {
      await unlock(deps, requireViewer(request, 'securityAdministrator'), request.params.id, request.now)
      return reply.code(204).send(null)
    },
  )
  http.get(
    '/api/v1/security',
    { schema: { tags, summary: 'Limits, locked accounts, open sessions', response: { 200: SecurityView } } },
    (request) => showSecurity(deps, requireViewer(request, 'securityAdministrator')),
  )
  http.delete(
    '/api/v1/security/sessions/:id',
    { schema: { tags, summary: 'Ends anybody’s session', params: ById, response: { 204: z.null() } } },
    async (request, reply) => {
      await revokeSession(deps, requireViewer(request, 'securityAdministrator'), request.params.id, request.now)
      return reply.code(204).send(null)
    },
  )
}
