import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  ByReceipt,
  Corrections,
  CorrectionsQuery,
  CorrectionSubject,
  MakeSurplusTransfer,
  ProposeCorrection,
  ReceiveSurplusTransfer,
  RecordRecovery,
  RefuseCorrection,
  ReleaseSurplusTransfer,
  Surplus,
} from '../../contract/corrections.ts'
import { ById, Id } from '../../contract/id.ts'
import { Done } from '../../contract/payments.ts'
import { type Deps, requireViewer } from '../context.ts'
import { inPayments } from '../payments/inPayments.ts'
import { confirm, corrections, correctionSubject, propose, refuse } from './correction.ts'
import { confirmRecovery, recordRecovery } from './recovery.ts'
import {
  dropSurplusTransfer,
  makeSurplusTransfer,
  receiveSurplusTransfer,
  releaseSurplusTransfer,
  surplus,
} from './surplus.ts'

const tags = ['corrections']
const Nothing = z.object({})
const payers = ['districtFinance', 'unionFinance', 'cityFinance'] as const
const correctors = ['approver', ...payers] as const
const keepers = [...payers, 'centreFinance'] as const

/** 更正, 追回, 结余退回. */
export async function routes(app: FastifyInstance, deps: Deps): Promise<void> {
  correctionRoutes(app, deps)
  answerRoutes(app, deps)
  recoveryRoutes(app, deps)
  surplusRoutes(app, deps)
  surplusTransferRoutes(app, deps)
}

function correctionRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.get(
    '/api/v1/corrections',
    {
      schema: {
        tags,
        summary: 'Corrections and recoveries that wait, or that were closed',
        querystring: CorrectionsQuery,
        response: { 200: Corrections },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...correctors)
      return inPayments(deps, viewer, (trx) => corrections(trx, deps, viewer, request.query.view, request.now))
    },
  )
  api.get(
    '/api/v1/correction-subjects/:receiptNumber',
    {
      schema: {
        tags,
        summary: 'An award by its receipt number, and what can be proposed of it',
        params: ByReceipt,
        response: { 200: CorrectionSubject },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...correctors)
      const { receiptNumber } = request.params
      return inPayments(deps, viewer, (trx) => correctionSubject(trx, deps, viewer, receiptNumber, request.now))
    },
  )
}

function answerRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.put(
    '/api/v1/corrections/:id',
    {
      schema: {
        tags,
        summary: 'Propose a correction',
        params: ById,
        body: ProposeCorrection,
        response: { 200: Done },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...correctors)
      return inPayments(deps, viewer, (trx) => propose(trx, deps, viewer, request.params.id, request.body, request.now))
    },
  )
  api.put(
    '/api/v1/corrections/:id/confirmation',
    {
      schema: {
        tags,
        summary: 'Do what somebody else proposed',
        params: ById,
        body: Nothing,
        response: { 200: Done },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...correctors)
      return inPayments(deps, viewer, (trx) => confirm(trx, deps, viewer, request.params.id, request.now))
    },
  )
  api.put(
    '/api/v1/corrections/:id/refusal',
    {
      schema: {
        tags,
        summary: 'Leave everything as it is',
        params: ById,
        body: RefuseCorrection,
        response: { 200: Done },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...correctors)
      return inPayments(deps, viewer, (trx) => refuse(trx, deps, viewer, request.params.id, request.body, request.now))
    },
  )
}

function recoveryRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.put(
    '/api/v1/recoveries/:id/receipts/:receiptId',
    {
      schema: {
        tags,
        summary: 'The worker has paid it back',
        params: ById.extend({ receiptId: Id }),
        body: RecordRecovery,
        response: { 200: Done },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...payers)
      return inPayments(deps, viewer, (trx) =>
        recordRecovery(trx, deps, viewer, request.params, request.body, request.now),
      )
    },
  )
  api.put(
    '/api/v1/recoveries/:id/confirmation',
    {
      schema: {
        tags,
        summary: 'The money is back, as a colleague recorded',
        params: ById,
        body: Nothing,
        response: { 200: Done },
      },
    },
    (request) => {
      const viewer = requireViewer(request, ...payers)
      return inPayments(deps, viewer, (trx) => confirmRecovery(trx, deps, viewer, request.params.id, request.now))
    },
  )
}

function surplusRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.get(
    '/api/v1/surplus',
    { schema: { tags, summary: 'What lies here and goes back up, and its transfers', response: { 200: Surplus } } },
    (request) => {
      const viewer = requireViewer(request, ...keepers)
      return inPayments(deps, viewer, (trx) => surplus(trx, deps, viewer))
    },
  )
  api.put(
    '/api/v1/surplus-transfers/:id',
    {
      schema: {
        tags,
        summary: 'Make a transfer of surplus to the organisation above',
        params: ById,
        body: MakeSurplusTransfer,
        response: { 200: Done },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'districtFinance', 'unionFinance', 'centreFinance')
      return inPayments(deps, viewer, (trx) =>
        makeSurplusTransfer(trx, deps, viewer, request.params.id, request.body, request.now),
      )
    },
  )
}

function surplusTransferRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>()
  api.put(
    '/api/v1/surplus-transfers/:id/release',
    {
      schema: {
        tags,
        summary: 'Release a transfer that a colleague made',
        params: ById,
        body: ReleaseSurplusTransfer,
        response: { 200: Done },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'districtFinance', 'unionFinance', 'centreFinance')
      return inPayments(deps, viewer, (trx) =>
        releaseSurplusTransfer(trx, deps, viewer, request.params.id, request.body, request.now),
      )
    },
  )
  api.put(
    '/api/v1/surplus-transfers/:id/drop',
    {
      schema: {
        tags,
        summary: 'Give up a transfer that is not released',
        params: ById,
        body: Nothing,
        response: { 200: Done },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'districtFinance', 'unionFinance', 'centreFinance')
      return inPayments(deps, viewer, (trx) => dropSurplusTransfer(trx, deps, viewer, request.params.id, request.now))
    },
  )
  api.put(
    '/api/v1/surplus-transfers/:id/receipt',
    {
      schema: {
        tags,
        summary: 'The organisation above has it',
        params: ById,
        body: ReceiveSurplusTransfer,
        response: { 200: Done },
      },
    },
    (request) => {
      const viewer = requireViewer(request, 'districtFinance', 'unionFinance', 'centreFinance', 'cityFinance')
      return inPayments(deps, viewer, (trx) =>
        receiveSurplusTransfer(trx, deps, viewer, request.params.id, request.body, request.now),
      )
    },
  )
}
