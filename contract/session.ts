/** Sign-in, and what every page needs to know first. */
import { z } from 'zod'
import { organisationKinds, roles } from '../domain/roles.ts'
import { Id } from './id.ts'

export const AskCode = z.object({ phone: z.string().trim().max(20) })
export const CodeSent = z.object({ resendAfterSeconds: z.int(), validSeconds: z.int() })
export const WorkerSignIn = z.object({ phone: z.string().trim().max(20), code: z.string().trim().max(10) })
export const StaffSignIn = z.object({
  loginName: z.string().trim().max(40),
  password: z.string().max(200),
  code: z.string().trim().max(10),
})

export const AppointmentView = z.object({
  id: z.uuid(),
  role: z.enum(roles),
  roleTitle: z.string(),
  organisationId: z.uuid(),
  organisationName: z.string(),
  organisationKind: z.enum(organisationKinds),
})
export type AppointmentView = z.infer<typeof AppointmentView>

/** `GET /api/v1/session`: anybody may ask; `account` is absent without a sign-in. */
export const SessionView = z.object({
  mode: z.enum(['demo', 'production']),
  /** Business time, epoch ms. */
  now: z.int(),
  today: z.string(),
  /** How long one may be idle before the session ends, in seconds. */
  idleSeconds: z.int(),
  account: z
    .object({
      id: z.uuid(),
      kind: z.enum(['worker', 'staff']),
      /** Staff: the name; worker: the masked phone. */
      name: z.string(),
      appointment: AppointmentView.optional(),
      appointments: z.array(AppointmentView),
    })
    .optional(),
})
export type SessionView = z.infer<typeof SessionView>

export const SwitchAppointment = z.object({ appointmentId: Id })

export const SessionEntry = z.object({
  id: z.uuid(),
  device: z.string(),
  /** Machine time, epoch ms. */
  startedAt: z.int(),
  lastSeenAt: z.int(),
  current: z.boolean(),
})
export const SessionList = z.object({ sessions: z.array(SessionEntry) })
export type SessionList = z.infer<typeof SessionList>

/** The clock never goes back, so that a slip far ahead could not be mended: it ends with 2099. */
export const AdvanceClock = z.object({
  to: z.int().max(4_102_415_999_999).describe('Business time, epoch ms; only forward, to the end of 2099'),
})
export const ClockView = z.object({ now: z.int() })
