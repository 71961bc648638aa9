import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ById, Id } from '../../contract/id.ts'
import {
  AnnounceLastBatch,
  Announced,
  ChangeWords,
  DeskNotices,
  MessagesQuery,
  MessageWordsList,
  MyMessages,
  OfficeMessageCases,
  OfficeMessages,
  ReadMessages,
  ReadOfficeMessages,
  Undelivered,
  Unread,
  WordsKind,
} from '../../contract/messages.ts'
import type { PlainDate } from '../../domain/dates.ts'
import type { Deps } from '../context.ts'
import { requireViewer } from '../context.ts'
import { finance } from '../organisations/receivingAccount.ts'
import { announceLastBatch } from './announcement.ts'
import { listUndelivered, sendAgain } from './delivery.ts'
import {
  deskNotices,
  myMessages,
  myUnread,
  officeMessageCases,
  officeMessages,
  readMine,
  readOffice,
} from './message.ts'
import { changeWords, listWords } from './words.ts'

const offices = ['hrOfficer', 'unionOfficer', 'filingPoint', 'districtReviewer'] as const

export async function routes(instance: FastifyInstance, deps: Deps): Promise<void> {
  workerRoutes(instance, deps)
  officeRoutes(instance, deps)
  centreRoutes(instance, deps)
}

function workerRoutes(instance: FastifyInstance, deps: Deps): void {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  const tags = ['worker']
  app.get(
    '/api/v1/messages',
    { schema: { summary: 'What I was told', tags, querystring: MessagesQuery, response: { 200: MyMessages } } },
    (request) => myMessages(deps, requireViewer(request, 'worker'), request.query.cursor),
  )
  app.get(
    '/api/v1/messages/unread',
    { schema: { summary: 'How many I have not read', tags, response: { 200: Unread } } },
    (request) => myUnread(deps, requireViewer(request, 'worker')),
  )
  app.put(
    '/api/v1/messages/read',
    { schema: { summary: 'Marks messages as read', tags, body: ReadMessages, response: { 200: Unread } } },
    (request) => readMine(deps, requireViewer(request, 'worker'), request.body.ids, request.now),
  )
}

function officeRoutes(instance: FastifyInstance, deps: Deps): void {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  const tags = ['desk']
  app.get(
    '/api/v1/desk/notices',
    { schema: { summary: 'What the top of a desk shows', tags, response: { 200: DeskNotices } } },
    (request) => deskNotices(deps, requireViewer(request, ...offices, 'verifier', 'approver', ...finance), request.now),
  )
  app.get(
    '/api/v1/desk/messages',
    {
      schema: {
        summary: 'What my office was told',
        tags,
        querystring: MessagesQuery,
        response: { 200: OfficeMessages },
      },
    },
    (request) => officeMessages(deps, requireViewer(request, ...offices), request.query.cursor),
  )
  app.get(
    '/api/v1/desk/messages/:id/cases',
    {
      schema: {
        summary: 'The cases of a message, 50 a page',
        tags,
        params: ById,
        querystring: z.object({ cursor: Id.optional() }),
        response: { 200: OfficeMessageCases },
      },
    },
    (request) => officeMessageCases(deps, requireViewer(request, ...offices), request.params.id, request.query.cursor),
  )
  app.put(
    '/api/v1/desk/messages/read',
    {
      schema: {
        summary: 'Marks messages as read by this account',
        tags,
        body: ReadOfficeMessages,
        response: { 200: Unread },
      },
    },
    (request) => readOffice(deps, requireViewer(request, ...offices), request.body, request.now),
  )
}

function centreRoutes(instance: FastifyInstance, deps: Deps): void {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  const tags = ['desk']
  app.get(
    '/api/v1/message-words',
    { schema: { summary: 'The words of messages', tags, response: { 200: MessageWordsList } } },
    (request) => listWords(deps, requireViewer(request, 'verifier')),
  )
  app.put(
    '/api/v1/message-words/:kind',
    {
      schema: {
        summary: 'Changes the words of one kind of message',
        tags,
        params: WordsKind,
        body: ChangeWords,
        response: { 200: MessageWordsList },
      },
    },
    (request) => changeWords(deps, requireViewer(request, 'verifier'), request.params.kind, request.body, request.now),
  )
  app.get(
    '/api/v1/undelivered',
    {
      schema: { summary: 'Text messages given up', tags, querystring: MessagesQuery, response: { 200: Undelivered } },
    },
    (request) => listUndelivered(deps, requireViewer(request, 'verifier'), request.query.cursor),
  )
  app.put(
    '/api/v1/undelivered/:id/again',
    { schema: { summary: 'Tries a text message again', tags, params: ById, response: { 204: z.null() } } },
    async (request, reply) => {
      const { id } = request.params
      await sendAgain(deps, requireViewer(request, 'verifier'), id, Date.now(), request.now)
      return reply.code(204).send(null)
    },
  )
  app.put(
    '/api/v1/filing-batches/:id/announcements/:announcementId',
    {
      schema: {
        summary: 'Announces the last batch and its planned closing day',
        tags,
        params: ById.extend({ announcementId: Id }),
        body: AnnounceLastBatch,
        response: { 200: Announced },
      },
    },
    (request) =>
      announceLastBatch(
        deps,
        requireViewer(request, 'verifier'),
        request.params.id,
        request.params.announcementId,
        request.body.closesOn as PlainDate,
        request.now,
      ),
  )
}
