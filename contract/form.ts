/** What a worker fills in: the annex's boxes and the finer facts beside them. Keys are those of `form.yaml`. */
import { z } from 'zod'
import { filingAuthorities, levels, payees } from '../domain/policy.ts'
import { Id } from './id.ts'

const text = (max: number) => z.string().trim().min(1).max(max)
const optionalText = (max: number) => z.string().trim().max(max).optional()

/** Files by what they show; ids of uploaded files. */
export const FormFiles = z.object({
  idFront: Id,
  idBack: Id,
  certificate: Id,
  card: Id,
})
export type FormFiles = z.infer<typeof FormFiles>

export const Form = z.object({
  // 本人
  name: text(50),
  idNumber: text(24),
  phone: text(20),
  education: text(20),
  professionalTitle: z.enum(['senior', 'intermediate', 'junior', 'technical', 'none']),
  migrant: z.enum(['yes', 'no']),
  hometown: optionalText(40),
  yearsInShanghai: z.int().min(0).max(80).optional(),
  // 单位
  baseUnionId: Id,
  unitId: Id.optional(),
  employer: text(80),
  employerNature: text(20),
  employerAddress: text(100),
  postcode: z.string().regex(/^\d{6}$/),
  employerPhone: text(20),
  industry: z.string().regex(/^[A-T]$/),
  sector: z.enum(['primary', 'secondary', 'tertiary']),
  // 证书
  filingAuthority: z.enum(filingAuthorities),
  level: z.enum(levels),
  occupationCode: optionalText(20),
  occupationName: text(40),
  certificateNumber: text(40),
  /** The number's year or level contradicts the boxes above, and the worker has looked: so it is printed. */
  numberAsPrinted: z.boolean().optional(),
  issuedOn: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  previousLevel: z.enum(['none', ...levels]),
  previousIssuedOn: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional(),
  // 收款
  payee: z.enum(payees),
  accountNumber: text(30),
  bankName: optionalText(60),
  // 材料
  files: FormFiles,
  // 确认
  declared: z.literal(true),
  consents: z.array(z.string().max(40)).max(10),
})
export type Form = z.infer<typeof Form>
export type FormKey = keyof Form

/** A draft: any part of the form as typed so far, nothing judged. */
export const DraftForm = z
  .object({ ...Form.shape, files: FormFiles.partial() })
  .extend({
    postcode: z.string().max(20),
    issuedOn: z.string().max(20),
    previousIssuedOn: z.string().max(20),
    industry: z.string().max(4),
    name: z.string().max(80),
    idNumber: z.string().max(40),
    phone: z.string().max(40),
    education: z.string().max(40),
    employer: z.string().max(120),
    employerNature: z.string().max(40),
    employerAddress: z.string().max(160),
    employerPhone: z.string().max(40),
    occupationName: z.string().max(80),
    certificateNumber: z.string().max(80),
    accountNumber: z.string().max(60),
    declared: z.boolean(),
  })
  .partial()
export type DraftForm = z.infer<typeof DraftForm>
