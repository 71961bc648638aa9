/** `messages.yaml` of a policy's folder: the words that messages begin with, until the centre changes them. */
import { messageKinds, type MessageKind, type Words, wordsProblems } from './messages.ts'
import { byKey, optional, type Reader, record, text } from './yamlReading.ts'

export type MessageWords = { readonly [K in MessageKind]: Words }

const words = record({ title: text, body: text, sms: optional(text) })

export const messagesFile: Reader<MessageWords> = (source, node) => {
  const all = byKey(messageKinds, words)(source, node)
  if (!all) return undefined
  let complete = true
  for (const kind of messageKinds) {
    const found = all[kind]
    const problems = found ? wordsProblems(kind, found) : [{ field: 'title', says: '没有写' }]
    for (const { field, says } of problems) source.wrong(node, `${kind}.${field}: ${says}`)
    if (problems.length > 0) complete = false
  }
  return complete ? (all as MessageWords) : undefined
}
