/** The one place that turns refusals and errors into HTTP (RFC 9457 problem details). */
import { randomBytes } from 'node:crypto'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { errorSays, errorStatus, type FieldError, Refused } from '../../contract/errors.ts'
import type { Problem } from '../../contract/problem.ts'

/** Told on the phone and found in the log. */
const newNumber = () => randomBytes(4).toString('hex')

function send(reply: FastifyReply, refused: Refused, instance: string): FastifyReply {
  const { code, fields } = refused
  const params = code === 'internal' ? { ...refused.params, number: instance } : refused.params
  const problem: Problem = {
    type: `/problems/${code}`,
    title: errorSays(code, params),
    status: errorStatus(code),
    code,
    instance,
    ...(Object.keys(params).length > 0 && { params }),
    ...(fields.length > 0 && { fields: [...fields] }),
  }
  if (problem.status === 429 && typeof params.seconds === 'number') reply.header('retry-after', params.seconds)
  if (problem.status === 503) reply.header('retry-after', 60)
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(problem)
}

/** What zod found wrong, in words for a person; schemas that speak Chinese themselves are quoted. */
function fieldErrors(error: FastifyError): FieldError[] {
  if (!hasZodFastifySchemaValidationErrors(error)) return []
  return error.validation.map((issue) => ({
    field: issue.instancePath.replace(/^\//, '').replaceAll('/', '.'),
    says: /\p{Script=Han}/u.test(issue.message ?? '') ? issue.message! : wordsOf(issue.keyword, issue.params),
  }))
}

function wordsOf(keyword: string, params: Record<string, unknown>): string {
  if (keyword === 'too_small')
    return params.origin === 'string' ? `至少要${Number(params.minimum)}个字，补上再试。` : '太小或太少，改好再试。'
  if (keyword === 'too_big')
    return params.origin === 'string' ? `最多${Number(params.maximum)}个字，改短再试。` : '太大或太多，改好再试。'
  if (keyword === 'unrecognized_keys') return '有一项不认识，刷新页面再试。'
  return '这里没有填，或填的不对，改好再试。'
}

/** Connection failures of Node and pg, and PostgreSQL's classes 08 (connection), 53 (resources) and 57P (shutdown). */
function databaseIsAway(error: Error & { code?: unknown }): boolean {
  const code = typeof error.code === 'string' ? error.code : ''
  if (/^(08|53|57P)/.test(code)) return true
  if (['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE'].includes(code) && 'syscall' in error) {
    return ['connect', 'read', 'write'].includes(String(error.syscall))
  }
  return /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
    error.message,
  )
}

/** The refusal an error amounts to; undefined for a fault of this program. */
function refusalBehind(error: unknown): Refused | undefined {
  if (error instanceof Refused) return error
  if (!(error instanceof Error)) return undefined
  const { code, statusCode } = error as FastifyError
  if (hasZodFastifySchemaValidationErrors(error))
    return new Refused('request.malformed', {}, fieldErrors(error as never))
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Refused('request.too-large')
  if (statusCode === 429) return new Refused('request.too-many', { seconds: 60 })
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new Refused('request.malformed')
  if (databaseIsAway(error)) return new Refused('unavailable')
  return undefined
}

/**
 * What may stand in the log of an error: messages of the database quote rows in `detail`, and a fault of schema
 * validation carries values, so only name, code and stack are taken.
 */
function loggable(error: unknown) {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code, constraint, table } = error as Error & { code?: unknown; constraint?: unknown; table?: unknown }
  const isQuoting = 'severity' in error || 'issues' in error || 'cause' in error
  const cause = error.cause as { issues?: { path: unknown[]; code: string }[] } | undefined
  return {
    type: error.name,
    ...(!isQuoting && { message: error.message }),
    ...{ code, constraint, table },
    ...(cause?.issues && { places: cause.issues.map((issue) => `${issue.path.join('.')} ${issue.code}`) }),
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => line.startsWith('    at '))
      .join('\n'),
  }
}

export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    const refused = refusalBehind(error)
    const instance = newNumber()
    const where = { number: instance, method: request.method, route: request.routeOptions.url }
    if (!refused) request.log.error({ ...where, error: loggable(error) }, 'fault')
    else if (refused.code === 'unavailable') request.log.warn({ ...where, error: loggable(error) }, 'database away')
    else request.log.info({ ...where, refused: refused.code }, 'refused')
    return send(reply, refused ?? new Refused('internal'), instance)
  })
}

/** The database keeps no NUL and no half of a character: refused before anything is looked up or written with it. */
export function refuseUnkeepableText(app: FastifyInstance): void {
  app.addHook('preHandler', async ({ params, query, body }) => {
    if (![params, query, body].every(isKeepable)) throw new Refused('request.malformed')
  })
}

/** Of parsed JSON, which its schema has bounded in depth; a body that is still a stream is not looked into. */
function isKeepable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  if (Array.isArray(value)) return value.every(isKeepable)
  if (typeof value !== 'object' || value === null || 'pipe' in value) return true
  return Object.values(value).every(isKeepable)
}

/** An address that is no address (`%zz`, a part of thousands of letters): the framework's own answer would quote it. */
export function answerUnreadable(_error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  void send(reply.header('x-content-type-options', 'nosniff'), new Refused('not-found'), newNumber())
}

/** A method that an address of the interface does not have is another refusal than an address that is not there. */
export function answerUnknownAddresses(app: FastifyInstance): void {
  const known: { method: string; form: RegExp }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    if (!url.startsWith('/api/')) return
    const form = new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:[A-Za-z]+/g, '[^/]+')}/?$`)
    for (const each of [method].flat()) known.push({ method: each, form })
  })
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?')[0]!
    const methods = known.filter(({ form }) => form.test(path)).map(({ method }) => method)
    if (methods.length > 0) reply.header('allow', [...new Set(methods)].join(', '))
    return send(reply, new Refused(methods.length > 0 ? 'method-not-allowed' : 'not-found'), newNumber())
  })
}
