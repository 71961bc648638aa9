import { z } from 'zod'

/** A uuid, in the one spelling that the database knows: ids are compared, and seals are bound to them. */
export const Id = z.uuid().toLowerCase()
/** An address that names one thing. */
export const ById = z.object({ id: Id })
/** `?ahead=1`: read before anybody looks at it; whoever then does asks again without it. */
export const ReadAhead = z.object({ ahead: z.literal('1').optional() })
