import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  Act,
  Acted,
  ApplicationView,
  DraftList,
  DraftView,
  FileApplication,
  Filed,
  MyApplications,
  RegisterRecord,
  SaveDraft,
  SendInquiry,
  Unmask,
  Unmasked,
} from '../../contract/applications.ts'
import { EntryList, EntryView, Linked, LinkClaim, SaveEntry, ServedUnions } from '../../contract/entries.ts'
import { ById, Id, ReadAhead } from '../../contract/id.ts'
import { viewKind } from '../audit/audit.ts'
import type { Deps } from '../context.ts'
import { requireViewer } from '../context.ts'
import { act } from './application.ts'
import { recordCheck, sendInquiry } from './check.ts'
import { correctByDraft, discardDraft, listDrafts, readDraft, saveDraft } from './draft.ts'
import { correctEntry, discardEntry, fileEntry, listEntries, listServedUnions, readEntry, saveEntry } from './entry.ts'
import { fileApplication } from './filing.ts'
import { linkClaim } from './link.ts'
import { listMine, unmask, viewApplication } from './view.ts'

const desk = ['hrOfficer', 'unionOfficer', 'filingPoint', 'districtReviewer', 'verifier', 'approver'] as const

/** Who looks without a task of their own; what is masked they unmask for a reason, which is logged. */
const looksOn = ['auditor'] as const

export async function routes(instance: FastifyInstance, deps: Deps) {
  draftRoutes(instance, deps)
  filingRoutes(instance, deps)
  entryRoutes(instance, deps)
  enteredRoutes(instance, deps)
  deskRoutes(instance, deps)
  verifierRoutes(instance, deps)
}

function draftRoutes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/api/v1/drafts',
    { schema: { summary: 'My unfinished forms', tags: ['worker'], response: { 200: DraftList } } },
    (request) => listDrafts(deps, requireViewer(request, 'worker')),
  )
  app.get(
    '/api/v1/drafts/:id',
    { schema: { summary: 'A draft', tags: ['worker'], params: ById, response: { 200: DraftView } } },
    (request) => readDraft(deps, requireViewer(request, 'worker'), request.params.id),
  )
  app.put(
    '/api/v1/drafts/:id',
    {
      schema: {
        summary: 'Saves a draft as typed so far',
        tags: ['worker'],
        params: ById,
        body: SaveDraft,
        response: { 200: DraftView },
      },
    },
    (request) => saveDraft(deps, requireViewer(request, 'worker'), request.params.id, request.body, request.now),
  )
  app.delete(
    '/api/v1/drafts/:id',
    { schema: { summary: 'Discards a draft', tags: ['worker'], params: ById, response: { 204: z.null() } } },
    async (request, reply) => {
      await discardDraft(deps, requireViewer(request, 'worker'), request.params.id, request.now)
      return reply.code(204).send(null)
    },
  )
}

function filingRoutes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.put(
    '/api/v1/applications/:id',
    {
      schema: {
        summary: 'Files the draft of this id; a repeat answers the same',
        tags: ['worker'],
        params: ById,
        body: FileApplication,
        response: { 200: Filed },
      },
    },
    (request) =>
      fileApplication(
        deps,
        requireViewer(request, 'worker'),
        request.params.id,
        request.body.draftVersion,
        request.now,
      ),
  )
  app.get(
    '/api/v1/applications',
    { schema: { summary: 'What this account filed', tags: ['worker'], response: { 200: MyApplications } } },
    (request) => listMine(deps, requireViewer(request, 'worker'), request.now),
  )
  app.post(
    '/api/v1/applications/:id/draft',
    {
      schema: {
        summary: 'A draft of what was filed, to correct it',
        tags: ['worker'],
        params: ById,
        response: { 200: DraftView },
      },
    },
    (request) => correctByDraft(deps, requireViewer(request, 'worker'), request.params.id, request.now),
  )
}

/** Rows that a filing point types in for workers. */
function entryRoutes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  const tags = ['entries']
  const point = (request: Parameters<typeof requireViewer>[0]) => requireViewer(request, 'filingPoint')
  app.get(
    '/api/v1/entries/unions',
    { schema: { summary: 'The base unions that the filing point serves', tags, response: { 200: ServedUnions } } },
    (request) => listServedUnions(deps, point(request), request.now),
  )
  app.get(
    '/api/v1/entries',
    {
      schema: {
        summary: 'Rows typed for one union and not filed; and what was entered for it last',
        tags,
        querystring: z.object({ union: Id }),
        response: { 200: EntryList },
      },
    },
    (request) => listEntries(deps, point(request), request.query.union, request.now),
  )
  app.get(
    '/api/v1/entries/:id',
    { schema: { summary: 'A row as it stands', tags, params: ById, response: { 200: EntryView } } },
    (request) => readEntry(deps, point(request), request.params.id, request.now),
  )
  app.put(
    '/api/v1/entries/:id',
    {
      schema: {
        summary: 'Saves a row as typed so far',
        tags,
        params: ById,
        body: SaveEntry,
        response: { 200: EntryView },
      },
    },
    (request) => saveEntry(deps, point(request), request.params.id, request.body, request.now),
  )
  app.delete(
    '/api/v1/entries/:id',
    { schema: { summary: 'Takes a row away', tags, params: ById, response: { 204: z.null() } } },
    async (request, reply) => {
      await discardEntry(deps, point(request), request.params.id, request.now)
      return reply.code(204).send(null)
    },
  )
}

/** What was typed becomes a claim, is corrected, or is taken up by its worker. */
function enteredRoutes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  const tags = ['entries']
  app.post(
    '/api/v1/entries/:id/correction',
    {
      schema: {
        summary: 'A draft of what was entered, to correct it for the worker',
        tags,
        params: ById,
        response: { 200: EntryView },
      },
    },
    (request) => correctEntry(deps, requireViewer(request, 'filingPoint'), request.params.id, request.now),
  )
  app.put(
    '/api/v1/entries/:id/filing',
    {
      schema: {
        summary: 'Files the row for its worker; a repeat answers the same',
        tags,
        params: ById,
        body: FileApplication,
        response: { 200: Filed },
      },
    },
    (request) =>
      fileEntry(deps, requireViewer(request, 'filingPoint'), request.params.id, request.body.draftVersion, request.now),
  )
  app.post(
    '/api/v1/entered-claims',
    {
      schema: {
        summary: 'Links a claim entered from paper to the phone that stands on it',
        tags: ['worker'],
        body: LinkClaim,
        response: { 200: Linked },
      },
    },
    (request) => linkClaim(deps, requireViewer(request, 'worker'), request.body, request.now),
  )
}

function deskRoutes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/api/v1/applications/:id',
    {
      schema: {
        summary: 'One application as the viewer may see it',
        tags: ['worker', 'desk'],
        params: ById,
        querystring: ReadAhead,
        response: { 200: ApplicationView },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'worker', ...desk, ...looksOn)
      return viewApplication(deps, viewer, request.params.id, request.now, viewKind(request.query.ahead))
    },
  )
  app.put(
    '/api/v1/applications/:id/actions/:actionId',
    {
      schema: {
        summary: 'Does one action; its id makes a repeat harmless',
        tags: ['worker', 'desk'],
        params: ById.extend({ actionId: Id }),
        body: Act,
        response: { 200: Acted },
      },
    },
    (request) =>
      act(
        deps,
        requireViewer(request, 'worker', ...desk),
        request.params.id,
        request.params.actionId,
        request.body,
        request.now,
      ),
  )
}

function verifierRoutes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.put(
    '/api/v1/applications/:id/checks/:checkId',
    {
      schema: {
        summary: 'Records what the official register showed',
        tags: ['desk'],
        params: ById.extend({ checkId: Id }),
        body: RegisterRecord,
        response: { 200: Acted },
      },
    },
    (request) =>
      recordCheck(
        deps,
        requireViewer(request, 'verifier'),
        request.params.id,
        request.params.checkId,
        request.body,
        request.now,
      ),
  )
  app.put(
    '/api/v1/applications/:id/inquiries/:inquiryId',
    {
      schema: {
        summary: 'A letter of inquiry about the certificate has been sent',
        tags: ['desk'],
        params: ById.extend({ inquiryId: Id }),
        body: SendInquiry,
        response: { 200: Acted },
      },
    },
    (request) => {
      const { id, inquiryId } = request.params
      return sendInquiry(deps, requireViewer(request, 'verifier'), id, inquiryId, request.body, request.now)
    },
  )
  app.post(
    '/api/v1/applications/:id/unmask',
    {
      schema: {
        summary: 'Shows one masked value for a stated reason, logged',
        tags: ['desk'],
        params: ById,
        body: Unmask,
        response: { 200: Unmasked },
      },
    },
    (request) =>
      unmask(
        deps,
        requireViewer(request, ...desk, ...looksOn),
        request.params.id,
        request.body.field,
        request.body.reason,
        request.now,
      ),
  )
}
