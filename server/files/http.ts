import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Refused } from '../../contract/errors.ts'
import { File, FilePageParameters, FileUpload, UnmaskPage } from '../../contract/files.ts'
import { ById } from '../../contract/id.ts'
import { requireViewer, type Deps } from '../context.ts'
import { receiveFile, removeFile, showFile, showPage, storeOf, unmaskPage } from './file.ts'
import type { FileStore } from './store.ts'

/** What a refused upload may still send before the connection is cut; phones read the answer only after sending. */
const drainedBytes = 32 * 1024 * 1024

function drain(request: IncomingMessage) {
  let left = drainedBytes
  request.on('data', (part: Buffer) => {
    left -= part.length
    if (left < 0) request.destroy()
  })
}

function pictureHeaders(reply: FastifyReply, name: string) {
  return reply
    .type('image/jpeg')
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('cross-origin-resource-policy', 'same-origin')
    .header('content-disposition', `inline; filename="${name}"`)
    .header('cache-control', 'private, no-store')
}

/** Files. Inside the inner scope every body stays a stream: it is read, and limited, by the intake. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  const store = storeOf(deps)
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    receiving(scope, deps, store)
    showing(scope, deps, store)
  })
  unmasking(app, deps, store)
}

function receiving(scope: FastifyInstance, deps: Deps, store: FileStore) {
  const typed = scope.withTypeProvider<ZodTypeProvider>()
  typed.put(
    '/api/v1/files/:id',
    {
      schema: {
        tags: ['files'],
        summary: 'Hand in a JPEG, PNG or PDF of at most 10 MB; the body is the file',
        consumes: ['image/jpeg', 'image/png', 'application/pdf'],
        params: ById,
        querystring: FileUpload,
        response: { 200: File },
      },
    },
    async (request) => {
      const viewer = requireViewer(request)
      const body = request.body as Readable | undefined
      const declared = Number(request.headers['content-length'])
      try {
        return await receiveFile(deps, store, viewer, {
          ...request.query,
          id: request.params.id,
          claimed: request.headers['content-type'] ?? '',
          declaredBytes: Number.isSafeInteger(declared) ? declared : undefined,
          // Giving up on the body must leave the connection open for the answer.
          body: (body?.iterator({ destroyOnReturn: false }) ?? []) as AsyncIterable<Buffer>,
          at: request.now,
        })
      } catch (error) {
        // The sender went away: nobody hears the answer, and nothing here is at fault.
        if (request.raw.destroyed && !request.raw.complete) throw new Refused('file.broken')
        throw error
      } finally {
        if (!request.raw.readableEnded) drain(request.raw)
      }
    },
  )

  typed.delete(
    '/api/v1/files/:id',
    {
      schema: {
        tags: ['files'],
        summary: 'Erase an own file that no application has yet',
        params: ById,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await removeFile(deps, store, requireViewer(request), { id: request.params.id, at: request.now })
      return reply.code(204).send(null)
    },
  )
}

function showing(scope: FastifyInstance, deps: Deps, store: FileStore) {
  const typed = scope.withTypeProvider<ZodTypeProvider>()
  typed.get(
    '/api/v1/files/:id',
    {
      schema: { tags: ['files'], summary: 'What is known of a file', params: ById, response: { 200: File } },
    },
    (request) => showFile(deps, requireViewer(request), request.params.id, request.now),
  )

  typed.get(
    '/api/v1/files/:id/pages/:page',
    {
      schema: {
        tags: ['files'],
        summary: 'One page as a JPEG; a look by staff is recorded',
        produces: ['image/jpeg'],
        params: FilePageParameters,
      },
    },
    async (request, reply) => {
      const { id, page } = request.params
      const { jpeg, purpose } = await showPage(deps, store, requireViewer(request), { id, page, at: request.now })
      return pictureHeaders(reply, `${purpose}-${page}.jpg`).send(jpeg)
    },
  )
}

function unmasking(app: FastifyInstance, deps: Deps, store: FileStore) {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/api/v1/files/:id/pages/:page',
    {
      schema: {
        tags: ['files'],
        summary: 'One page that the task in hand does not show, for a stated reason, logged',
        produces: ['image/jpeg'],
        params: FilePageParameters,
        body: UnmaskPage,
      },
    },
    async (request, reply) => {
      const { id, page } = request.params
      const asked = { id, page, at: request.now, reason: request.body.reason }
      const { jpeg, purpose } = await unmaskPage(deps, store, requireViewer(request), asked)
      return pictureHeaders(reply, `${purpose}-${page}.jpg`).send(jpeg)
    },
  )
}
