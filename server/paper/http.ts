import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { PrintAnnexes } from '../../contract/annex.ts'
import {
  CopiesToSend,
  ReceiveCopies,
  SendCopies,
  TransmittalDetail,
  Transmittals,
  TransmittalsQuery,
} from '../../contract/copies.ts'
import { ById, Id } from '../../contract/id.ts'
import {
  Arrive,
  Arrived,
  MoveOriginals,
  OriginalsDone,
  OriginalsPage,
  OriginalsQuery,
  SealOriginals,
} from '../../contract/originals.ts'
import { MatchScan, ScanList, ScanMatch } from '../../contract/scans.ts'
import type { Deps } from '../context.ts'
import { requireViewer } from '../context.ts'
import { annexOfDraft, blankAnnex, pictureAnnex, printAnnexes } from './annex.ts'
import type { Printed } from './annex.ts'
import { copiesToSend, receiveCopies, sendCopies, transmittal, transmittals } from './copies.ts'
import { printConfirmation, printNotice } from './noticePaper.ts'
import { arrive, move, originals, seal } from './originals.ts'
import { listScans, matchScan } from './scan.ts'

const tags = ['paper']
const printers = ['worker', 'unionOfficer', 'filingPoint', 'districtReviewer'] as const
const scanners = ['unionOfficer', 'filingPoint', 'districtReviewer'] as const

/**
 * The annex printed and come back stamped; originals at the districts, and copies sent on to the centre; the documents
 * that carry money.
 */
export async function routes(instance: FastifyInstance, deps: Deps) {
  blankRoutes(instance, deps)
  annexRoutes(instance, deps)
  draftRoutes(instance, deps)
  scanRoutes(instance, deps)
  originalRoutes(instance, deps)
  copyRoutes(instance, deps)
  moneyRoutes(instance, deps)
}

const suffixes = { 'application/pdf': 'pdf', 'image/png': 'png' } as const

function send(reply: FastifyReply, type: keyof typeof suffixes, { bytes, name }: Printed) {
  const file = encodeURIComponent(`${name}.${suffixes[type]}`)
  return reply
    .type(type)
    .header('x-content-type-options', 'nosniff')
    .header('cross-origin-resource-policy', 'same-origin')
    .header('content-disposition', `inline; filename*=UTF-8''${file}`)
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
}

function blankRoutes(instance: FastifyInstance, deps: Deps) {
  instance.get(
    '/api/v1/annex.pdf',
    { schema: { summary: 'The blank annex, to be written by hand', tags: ['public'], produces: ['application/pdf'] } },
    async (_request, reply) =>
      send(reply.header('cache-control', 'public, max-age=60'), 'application/pdf', await blankAnnex(deps, 'pdf')),
  )
  instance.get(
    '/api/v1/annex.png',
    { schema: { summary: 'The blank annex as a picture', tags: ['public'], produces: ['image/png'] } },
    async (_request, reply) =>
      send(reply.header('cache-control', 'public, max-age=60'), 'image/png', await blankAnnex(deps, 'picture')),
  )
}

function annexRoutes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/api/v1/applications/:id/annex.pdf',
    {
      schema: {
        summary: 'The filed form as the annex prints it; a view by staff is recorded',
        tags: ['worker', 'desk'],
        params: ById,
        produces: ['application/pdf'],
      },
    },
    async (request, reply) => {
      const viewer = requireViewer(request, ...printers)
      return send(reply, 'application/pdf', await printAnnexes(deps, viewer, [request.params.id], request.now))
    },
  )
  app.get(
    '/api/v1/applications/:id/annex.png',
    {
      schema: {
        summary: 'The same as a picture, for phones that open no PDF',
        tags: ['worker', 'desk'],
        params: ById,
        produces: ['image/png'],
      },
    },
    async (request, reply) => {
      const viewer = requireViewer(request, ...printers)
      return send(reply, 'image/png', await pictureAnnex(deps, viewer, request.params.id, request.now))
    },
  )
  app.post(
    '/api/v1/annexes',
    {
      schema: {
        summary: 'Up to 100 annexes as one PDF, each view recorded',
        tags: ['desk'],
        body: PrintAnnexes,
        produces: ['application/pdf'],
      },
    },
    async (request, reply) => {
      const viewer = requireViewer(request, ...scanners)
      return send(reply, 'application/pdf', await printAnnexes(deps, viewer, request.body.ids, request.now))
    },
  )
}

function draftRoutes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/api/v1/drafts/:id/annex.pdf',
    {
      schema: {
        summary: 'A filled form that is not filed, to be sealed and handed in on paper: without a number',
        tags: ['worker'],
        params: ById,
        produces: ['application/pdf'],
      },
    },
    async (request, reply) => {
      const viewer = requireViewer(request, 'worker')
      return send(reply, 'application/pdf', await annexOfDraft(deps, viewer, request.params.id, 'pdf', request.now))
    },
  )
  app.get(
    '/api/v1/drafts/:id/annex.png',
    { schema: { summary: 'The same as a picture', tags: ['worker'], params: ById, produces: ['image/png'] } },
    async (request, reply) => {
      const viewer = requireViewer(request, 'worker')
      return send(reply, 'image/png', await annexOfDraft(deps, viewer, request.params.id, 'picture', request.now))
    },
  )
}

function scanRoutes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/api/v1/scans',
    { schema: { summary: 'Stamped forms scanned lately', tags: ['desk'], response: { 200: ScanList } } },
    (request) => listScans(deps, requireViewer(request, ...scanners)),
  )
  app.put(
    '/api/v1/scans/:id',
    {
      schema: {
        summary: 'Ties a scan of a stamped form to its application, by the code on it or a number that is typed',
        tags: ['desk'],
        params: ById,
        body: MatchScan,
        response: { 200: ScanMatch },
      },
    },
    (request) => matchScan(deps, requireViewer(request, ...scanners), request.params.id, request.body, request.now),
  )
}

function originalRoutes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/api/v1/originals',
    {
      schema: {
        tags,
        summary: 'Originals of a batch, or by receipt number or box',
        querystring: OriginalsQuery,
        response: { 200: OriginalsPage },
      },
    },
    (request) => originals(deps, requireViewer(request, 'districtReviewer'), request.query),
  )
  app.put(
    '/api/v1/originals/arrivals',
    {
      schema: { tags, summary: 'An original has come; again is harmless', body: Arrive, response: { 200: Arrived } },
    },
    (request) => arrive(deps, requireViewer(request, 'districtReviewer'), request.body.scanned, request.now),
  )
  app.put(
    '/api/v1/originals/sealings/:id',
    {
      schema: {
        tags,
        summary: 'Originals are sealed and put in a box',
        params: ById,
        body: SealOriginals,
        response: { 200: OriginalsDone },
      },
    },
    (request) => seal(deps, requireViewer(request, 'districtReviewer'), request.params.id, request.body, request.now),
  )
  app.put(
    '/api/v1/originals/moves/:id',
    {
      schema: {
        tags,
        summary: 'Sealed originals go to another box',
        params: ById,
        body: MoveOriginals,
        response: { 200: OriginalsDone },
      },
    },
    (request) => move(deps, requireViewer(request, 'districtReviewer'), request.params.id, request.body, request.now),
  )
}

function copyRoutes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/api/v1/copies/to-send',
    { schema: { tags, summary: 'Cases whose copies go to the centre', response: { 200: CopiesToSend } } },
    (request) => copiesToSend(deps, requireViewer(request, 'districtReviewer')),
  )
  app.get(
    '/api/v1/transmittals',
    {
      schema: {
        tags,
        summary: 'Parcels of copies, newest first',
        querystring: TransmittalsQuery,
        response: { 200: Transmittals },
      },
    },
    (request) => transmittals(deps, requireViewer(request, 'districtReviewer', 'verifier'), request.query),
  )
  app.get(
    '/api/v1/transmittals/:id',
    { schema: { tags, summary: 'One parcel, line by line', params: ById, response: { 200: TransmittalDetail } } },
    (request) => transmittal(deps, requireViewer(request, 'districtReviewer', 'verifier'), request.params.id),
  )
  app.put(
    '/api/v1/transmittals/:id',
    {
      schema: {
        tags,
        summary: 'A district federation sends a parcel of copies',
        params: ById,
        body: SendCopies,
        response: { 200: TransmittalDetail },
      },
    },
    (request) =>
      sendCopies(deps, requireViewer(request, 'districtReviewer'), request.params.id, request.body, request.now),
  )
  app.put(
    '/api/v1/transmittals/:id/receipts/:receiptId',
    {
      schema: {
        tags,
        summary: 'The centre receives a parcel, complete or but for some lines',
        params: ById.extend({ receiptId: Id }),
        body: ReceiveCopies,
        response: { 200: TransmittalDetail },
      },
    },
    (request) => receiveCopies(deps, requireViewer(request, 'verifier'), request.params, request.body, request.now),
  )
}

function moneyRoutes(instance: FastifyInstance, deps: Deps) {
  const app = instance.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/api/v1/allocation-notices/:id/paper',
    {
      schema: {
        tags,
        summary: 'An allocation notice to be signed and sealed; the print is recorded',
        params: ById,
        produces: ['application/pdf'],
      },
    },
    async (request, reply) => {
      const viewer = requireViewer(request, 'centreFinance', 'districtFinance')
      return send(reply, 'application/pdf', await printNotice(deps, viewer, request.params.id, request.now))
    },
  )
  app.get(
    '/api/v1/allocation-notices/:id/confirmation-paper',
    {
      schema: {
        tags,
        summary: 'The disbursement confirmation that answers it, to be sealed and scanned; the print is recorded',
        params: ById,
        produces: ['application/pdf'],
      },
    },
    async (request, reply) => {
      const viewer = requireViewer(request, 'districtFinance')
      return send(reply, 'application/pdf', await printConfirmation(deps, viewer, request.params.id, request.now))
    },
  )
}
