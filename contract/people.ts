/** Organisations, unit facts, accounts, security desk. */
import { z } from 'zod'
import { organisationKinds, roles } from '../domain/roles.ts'
import { Id } from './id.ts'

export const UnionOption = z.object({ id: z.uuid(), name: z.string(), district: z.string(), hasOfficer: z.boolean() })
/** `GET /unions?find=`: base unions a worker may file with, at most 20. */
export const UnionOptions = z.object({ unions: z.array(UnionOption) })
export type UnionOptions = z.infer<typeof UnionOptions>

export const UnitFacts = z.object({
  employer: z.string().trim().max(60),
  employerNature: z.string().trim().max(20),
  employerAddress: z.string().trim().max(80),
  postcode: z.string().trim().max(6),
  employerPhone: z.string().trim().max(20),
  industry: z.string().max(1),
  sector: z.enum(['primary', 'secondary', 'tertiary']),
})
export type UnitFacts = z.infer<typeof UnitFacts>
export const UnitFactsView = z.object({
  organisationId: z.uuid(),
  name: z.string(),
  district: z.string(),
  facts: UnitFacts.optional(),
  unitId: z.uuid().optional(),
})
export type UnitFactsView = z.infer<typeof UnitFactsView>

export const OrganisationView = z.object({
  id: z.uuid(),
  parentId: z.uuid().optional(),
  kind: z.enum(organisationKinds),
  name: z.string(),
  validFrom: z.string(),
  validTo: z.string().optional(),
  receivingAccountTail: z.string().optional(),
  depth: z.int(),
})
export type OrganisationView = z.infer<typeof OrganisationView>
export const OrganisationList = z.object({ organisations: z.array(OrganisationView) })
export type OrganisationList = z.infer<typeof OrganisationList>
/** `PUT /organisations/:id`. */
export const AddOrganisation = z.object({
  parentId: Id,
  kind: z.enum(organisationKinds),
  name: z.string().trim().min(2).max(80),
  validFrom: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  /** A filing point: the base unions it serves. */
  serves: z.array(Id).max(200).optional(),
})
export type AddOrganisation = z.infer<typeof AddOrganisation>

const staffRole = z.enum(roles).exclude(['worker'])
export const AccountView = z.object({
  id: z.uuid(),
  loginName: z.string(),
  name: z.string(),
  appointments: z.array(
    z.object({
      role: staffRole,
      roleTitle: z.string(),
      organisationId: z.uuid(),
      organisationName: z.string(),
      validTo: z.string().optional(),
    }),
  ),
  madeAt: z.int(),
  disabled: z.boolean(),
  lockedUntil: z.int().optional(),
  failedAttempts: z.int(),
})
export type AccountView = z.infer<typeof AccountView>
export const AccountList = z.object({ accounts: z.array(AccountView), nextCursor: z.string().optional() })
export type AccountList = z.infer<typeof AccountList>
/** The last day of an appointment; an auditor's takes one. */
const lastDay = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .optional()
/** `PUT /accounts/:id`: made top-down, by who stands above. Answers the TOTP secret once. */
export const MakeAccount = z.object({
  loginName: z.string().trim().min(3).max(32),
  name: z.string().trim().min(1).max(40),
  idNumber: z.string().trim().max(24),
  password: z.string().min(12).max(200),
  role: staffRole,
  organisationId: Id,
  validTo: lastDay,
})
export type MakeAccount = z.infer<typeof MakeAccount>
export const AccountMade = z.object({ id: z.uuid(), totpUri: z.string() })
/** `PUT /accounts/:id/appointments/:appointmentId`: a further appointment for somebody who has an account. */
export const AddAppointment = z.object({ role: staffRole, organisationId: Id, validTo: lastDay })
export type AddAppointment = z.infer<typeof AddAppointment>
export type AccountMade = z.infer<typeof AccountMade>

/** Security administrator: limits in force, locked accounts, open sessions. */
export const SecurityView = z.object({
  limits: z.object({
    attempts: z.int(),
    lockMinutes: z.int(),
    staffIdleMinutes: z.int(),
    staffHours: z.int(),
    workerIdleMinutes: z.int(),
    workerHours: z.int(),
    codeMinutes: z.int(),
  }),
  locked: z.array(
    z.object({
      accountId: z.uuid(),
      loginName: z.string(),
      name: z.string(),
      lockedUntil: z.int(),
      failedAttempts: z.int(),
    }),
  ),
  sessions: z.array(
    z.object({
      id: z.uuid(),
      who: z.string(),
      role: z.string(),
      device: z.string(),
      startedAt: z.int(),
      lastSeenAt: z.int(),
    }),
  ),
})
export type SecurityView = z.infer<typeof SecurityView>

export const AuditEvents = z.object({
  events: z.array(
    z.object({
      id: z.uuid(),
      at: z.int(),
      who: z.string(),
      kind: z.string(),
      title: z.string(),
      /** What it was done to. */
      objectTitle: z.string(),
      objectId: z.string().optional(),
      sealed: z.boolean(),
    }),
  ),
  nextCursor: z.string().optional(),
  lastLot: z.object({ lot: z.int(), sealedAt: z.int(), eventCount: z.int() }).optional(),
})
export type AuditEvents = z.infer<typeof AuditEvents>

/** Demonstration only: accounts to sign in with, and messages that the sandbox delivered. */
export const DemoAccounts = z.object({
  accounts: z.array(
    z.object({
      loginName: z.string(),
      password: z.string(),
      name: z.string(),
      roleTitle: z.string(),
      organisationName: z.string(),
      code: z.string(),
    }),
  ),
})
export type DemoAccounts = z.infer<typeof DemoAccounts>
export const SandboxInbox = z.object({
  messages: z.array(z.object({ id: z.string(), phone: z.string(), text: z.string(), at: z.int() })),
})
export type SandboxInbox = z.infer<typeof SandboxInbox>
