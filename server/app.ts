/** All routes, mounted in one visible list. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import fastifyCookie from '@fastify/cookie'
import fastifyHelmet from '@fastify/helmet'
import fastifyRateLimit from '@fastify/rate-limit'
import fastifyStatic from '@fastify/static'
import fastifySwagger from '@fastify/swagger'
import { fastify, type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify'
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Refused } from '../contract/errors.ts'
import { Problem } from '../contract/problem.ts'
import { routes as applications } from './applications/http.ts'
import { routes as audit } from './audit/http.ts'
import { bankCallbacks, routes as bank } from './bank/http.ts'
import { routes as books } from './books/http.ts'
import { routes as budget } from './budget/http.ts'
import { routes as certificates } from './certificates/http.ts'
import type { Config } from './config.ts'
import { type Deps, isInterface } from './context.ts'
import { routes as consultation } from './consultation/http.ts'
import { inScope } from './db/open.ts'
import { routes as demo } from './demo/http.ts'
import { routes as feedback } from './feedback/http.ts'
import { routes as desk } from './desk/http.ts'
import { routes as files } from './files/http.ts'
import { routes as ledger } from './ledger/http.ts'
import { routes as messages } from './messages/http.ts'
import { routes as objections } from './objections/http.ts'
import { routes as organisations } from './organisations/http.ts'
import { routes as oversight } from './oversight/http.ts'
import { routes as paper } from './paper/http.ts'
import { routes as corrections } from './corrections/http.ts'
import { routes as payments } from './payments/http.ts'
import { routes as payees } from './payees/http.ts'
import { routes as payouts } from './payouts/http.ts'
import { recogniseViewers, routes as people } from './people/http.ts'
import { routes as policies } from './policies/http.ts'
import { activePolicy } from './policies/policy.ts'
import { answerProblems, answerUnknownAddresses, answerUnreadable, refuseUnkeepableText } from './problems/http.ts'
import { routes as reviews } from './reviews/http.ts'
import { routes as surveys } from './surveys/http.ts'
import { routes as transfers } from './transfers/http.ts'
import { routes as years } from './years/http.ts'

/** Each mounts its routes under `/api/v1`. */
const modules = [
  policies,
  people,
  organisations,
  files,
  applications,
  objections,
  reviews,
  desk,
  certificates,
  paper,
  messages,
  payments,
  transfers,
  budget,
  payouts,
  payees,
  corrections,
  bank,
  ledger,
  books,
  years,
  surveys,
  audit,
  consultation,
  oversight,
  feedback,
]

/** What a route may send that is not JSON declares a parser of its own. */
const bodyLimit = 1_000_000

/** For a whole request to arrive: 10 MB from a phone with a poor signal, and not for ever. */
const requestTimeout = 300_000

/** No bodies, no addresses with what stands after `?`, no cookies: only ids, codes and times. */
const logger = ({ mode }: Config): NonNullable<FastifyServerOptions['logger']> => ({
  level: mode === 'production' ? 'info' : 'warn',
  redact: { paths: ['req', 'res', 'headers', '*.headers', 'body', '*.body'], remove: true },
})

/** Fastify's own lines quote addresses whole; `logAnswers` writes one that does not. */
const logController = new LogController({ disableRequestLogging: true })

export async function buildApp(deps: Deps): Promise<FastifyInstance> {
  const { config } = deps
  const app = fastify({
    bodyLimit,
    requestTimeout,
    logger: logger(config),
    logController,
    trustProxy: 'loopback',
    frameworkErrors: answerUnreadable,
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  // JSON is the only body that is read without a route saying so.
  app.removeContentTypeParser('text/plain')

  answerProblems(app)
  answerUnknownAddresses(app)
  refuseUnkeepableText(app)
  await protect(app, config)
  await app.register(fastifyRateLimit, { global: false })
  await app.register(fastifyCookie)
  refuseForgeries(app)
  recogniseViewers(app, deps)
  keepOutOfCaches(app)
  logAnswers(app)
  await describeInterface(app)

  for (const routes of config.mode === 'demo' ? [...modules, demo] : modules)
    await app.register((scope) => routes(scope, deps))

  app.get('/healthz', { schema: { hide: true } }, async (_request, reply) => {
    const serves = await canServe(deps)
    return reply.code(serves ? 200 : 503).send({ status: serves ? 'ok' : 'unavailable' })
  })
  mountWeb(app, 'desk', '/desk/')
  mountWeb(app, 'worker', '/')
  return app
}

/** The database answers, is migrated, and has a policy open. */
async function canServe({ db }: Deps): Promise<boolean> {
  try {
    await inScope(db, { kind: 'job', job: 'public' }, activePolicy)
    return true
  } catch {
    return false
  }
}

/** Helmet works its headers out anew for every answer; they are the same ones each time, so the first are kept. */
async function protect(app: FastifyInstance, config: Config): Promise<void> {
  await app.register(fastifyHelmet, { ...protection(config), global: false })
  let headers: [string, string][] | undefined
  app.addHook('onRequest', (_request, reply, done) => {
    if (!headers) reply.helmet()
    headers ??= Object.entries(reply.raw.getHeaders() as Record<string, string>)
    for (const [name, value] of headers) reply.raw.setHeader(name, value)
    done()
  })
}

/** Helmet's settings. The webs need inline styles (antd writes them), and never inline scripts. */
function protection({ mode }: Config) {
  const isHttps = mode === 'production'
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        ...(isHttps && { upgradeInsecureRequests: [] }),
      },
    },
    strictTransportSecurity: isHttps && { maxAge: 31_536_000, includeSubDomains: true },
    // Browsers heed it over https only, and complain elsewhere.
    crossOriginOpenerPolicy: isHttps,
    originAgentCluster: isHttps,
    xFrameOptions: { action: 'deny' as const },
  }
}

/** Another site can make a browser send a request with its cookie, but not with a header of its own. */
function refuseForgeries(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const { method, headers, routeOptions } = request
    if (!isInterface(request) || method === 'GET' || method === 'HEAD') return
    // What the bank sends it signs, and no browser has its cookie.
    if (routeOptions.url === bankCallbacks) return
    if (headers['x-jiangsheng'] !== '1') throw new Refused('request.forged')
  })
}

/** What the interface answers belongs to whoever asked, now. */
function keepOutOfCaches(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    if (isInterface(request) && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
}

/** Who asks for a ticket answers the survey right after it, and that line would tell whose answers they are. */
const unsigned = '/api/v1/survey-tickets'

function logAnswers(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, viewer } = request
    const { url: route } = routeOptions
    const took = Math.round(reply.elapsedTime)
    const account = route === unsigned ? undefined : viewer?.accountId
    request.log.info({ method, route, status: reply.statusCode, account, took }, 'answered')
  })
}

const problemContent = { 'application/problem+json': { schema: z.toJSONSchema(Problem, { target: 'draft-2020-12' }) } }

const contentOf = (kinds: readonly string[]) => Object.fromEntries(kinds.map((kind) => [kind, { schema: {} }]))

/** What a route answers; one that sends no message of the contract says which kind of content it sends. */
const answers = ({ response, produces = ['application/json'] }: { response?: unknown; produces?: readonly string[] }) =>
  (response as object | undefined) ?? { 200: { description: 'Default Response', content: contentOf(produces) } }

/** Every route refuses in the same shape. */
const withProblems: typeof jsonSchemaTransform = (route) => {
  const { schema, url } = jsonSchemaTransform(route)
  if (!schema || schema.hide) return { schema, url }
  const problem = { description: 'A refusal', content: problemContent }
  const { body, consumes } = schema as { body?: unknown; consumes?: readonly string[] }
  const sent = !body && consumes ? { body: { content: contentOf(consumes) } } : {}
  return { schema: { ...schema, ...sent, response: { ...answers(schema), default: problem } }, url }
}

async function describeInterface(app: FastifyInstance): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: '匠升 Jiangsheng',
        version: '1',
        description:
          'Errors are problem details (application/problem+json) with a `code`. Every request that changes something ' +
          'carries the header `x-jiangsheng: 1`. Ids are uuids made by whoever starts the action, so PUT may be repeated.',
      },
      components: { securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'jiangsheng' } } },
      security: [{ session: [] }],
    },
    transform: withProblems,
  })
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').send(app.swagger()),
  )
}

const dist = path.join(import.meta.dirname, '../dist')

/**
 * The files that the build made, as it compressed them. Any other address below `base` is a page of the web, which finds
 * its way by itself: it gets `index.html`.
 */
function mountWeb(app: FastifyInstance, name: 'worker' | 'desk', base: string): void {
  const root = path.join(dist, name)
  if (!existsSync(root)) return
  if (base !== '/') app.get(base.slice(0, -1), { schema: { hide: true } }, (_request, reply) => reply.redirect(base))
  void app.register(async (scope) => {
    await scope.register(fastifyStatic, {
      root,
      prefix: base,
      preCompressed: true,
      wildcard: false,
      index: false,
      globIgnore: ['.vite/**', '**/*.{br,gz}'],
      cacheControl: false,
      setHeaders: (reply, file) => {
        // names under assets/ change with their content
        const forEver = file.startsWith(path.join(root, 'assets'))
        reply.header('cache-control', forEver ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
    scope.get(`${base}*`, { schema: { hide: true } }, (request, reply) => {
      const [address] = request.url.split('?') as [string]
      if (/\.\w+$/.test(address) || address.startsWith('/api/')) return reply.callNotFound()
      return reply.sendFile('index.html')
    })
  })
}
