/** Contacts of the notice, as they are dialled and as they are read. */
import type { Contact } from '../../domain/policy.ts'

/** All numbers of the notice are Shanghai's. */
const areaCode = '021'
export const dialled = (contact: Contact): string => `tel:${areaCode}${contact.phone}`
export const phoneInWords = (contact: Contact): string =>
  `${areaCode}-${contact.phone}${contact.extension ? ` 转 ${contact.extension}` : ''}`
export const contactTitle = (contact: Contact): string =>
  contact.channels.includes('collective') ? '赛证融合项目咨询' : '单位、个人申报咨询'
