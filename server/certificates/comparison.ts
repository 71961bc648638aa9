/** The same person's other claims, and certificates that may be one: compared by a person, the answer remembered. */
import { stateTitles } from '../../domain/application.ts'
import type { ApplicationState } from '../../domain/application.ts'
import type { Instant } from '../../domain/dates.ts'
import type { FilingAuthority, Level } from '../../domain/policy.ts'
import { levelTitles } from '../../domain/policy.ts'
import { hiddenFields } from '../../domain/visibility.ts'
import type { Compare, Kin } from '../../contract/desk.ts'
import { errorSays, Refused } from '../../contract/errors.ts'
import type { DraftForm, Form } from '../../contract/form.ts'
import { readForms } from '../applications/forms.ts'
import { maskedForm } from '../applications/view.ts'
import { rowOf } from '../applications/standing.ts'
import { type AuditKind, record } from '../audit/audit.ts'
import { once } from '../commands.ts'
import type { Deps, Viewer } from '../context.ts'
import { inViewersScope } from '../context.ts'
import type { Trx } from '../db/open.ts'
import type { Envelope } from '../secrets.ts'
import * as rows from './sql.ts'

const othersShown = 20
const seal = (id: string) => ({ table: 'certificate_comparison', column: 'words', row: id })

/** What tells two certificates apart, in the order of the form. */
const compared = [
  ...(['name', 'idNumber', 'level', 'occupationName', 'certificateNumber', 'issuedOn', 'filingAuthority'] as const),
  'employer' as const,
]
const shownOf = (form: DraftForm): DraftForm =>
  Object.fromEntries(compared.flatMap((key) => (form[key] === undefined ? [] : [[key, form[key]]])))

type BesideRow = Awaited<ReturnType<typeof rows.selectBeside>>[number]
const besideView = (row: BesideRow) => ({
  id: row.id,
  receiptNumber: row.receipt_number,
  state: row.state as ApplicationState,
  stateTitle: stateTitles[row.state as ApplicationState],
  level: row.level as Level,
  levelTitle: levelTitles[row.level as Level],
  occupationName: row.occupation_name,
  receivedAt: row.received_at,
})

/** Everything beside a case that this viewer may see; each form that is shown is logged as a view. @throws not-found */
export async function kinOf(
  deps: Deps,
  viewer: Viewer,
  id: string,
  now: Instant,
  logged: AuditKind = 'application.viewed',
): Promise<Kin> {
  return inViewersScope(deps, viewer, async (trx) => {
    const row = await rowOf(trx, id)
    const [found, samePerson, answers] = await Promise.all([
      rows.selectAlike(trx, id),
      rows.selectSamePerson(trx, row.applicant_index, id, othersShown),
      rows.selectAnswers(trx, row.certificate_id),
    ])
    const seen = await rows.selectBeside(
      trx,
      found.map((each) => each.application_id),
    )
    const answerOf = (certificateId: string, withWords: boolean) => {
      const said = answers.find((each) => each.other === certificateId)
      if (!said) return undefined
      const { answer, by, role, answered_at: at } = said
      const words = withWords && { words: deps.secrets.openText(seal(said.id), said.words as Envelope) }
      return { answer, by, role, at, ...words }
    }
    const outside = found.filter((each) => !seen.some((known) => known.id === each.application_id))
    return {
      samePerson: samePerson.map(besideView),
      alike: await sideBySide(trx, deps, viewer, id, seen, answerOf, now, logged),
      outside: outside.length,
      outsideAnswers: outside.flatMap((each) => answerOf(each.certificate_id, false) ?? []),
    }
  })
}

async function sideBySide(
  trx: Trx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  seen: readonly BesideRow[],
  answerOf: (certificateId: string, withWords: boolean) => Kin['alike'][number]['answer'],
  now: Instant,
  logged: AuditKind,
): Promise<Kin['alike']> {
  if (seen.length === 0) return []
  const forms = await readForms(trx, deps, [id, ...seen.map((each) => each.id)])
  const own = forms.get(id)!
  const hidden = hiddenFields(viewer.role)
  const views: Kin['alike'] = []
  for (const each of seen) {
    const form: Form = forms.get(each.id)!
    const answer = answerOf(each.certificate_id, true)
    const differs = compared.filter((key) => !hidden.includes(key) && own[key] !== form[key])
    const entry = { objectKind: 'application', objectId: each.id, accountId: viewer.accountId, at: now } as const
    await record(trx, deps.secrets, { kind: logged, ...entry, detail: { clear: '', beside: id } })
    views.push({
      ...besideView(each),
      baseUnion: each.base_union,
      filingAuthority: each.filing_authority as FilingAuthority,
      form: shownOf(maskedForm(form, viewer, [])),
      ...(form.files.certificate && { certificateFile: form.files.certificate }),
      differs,
      ...(answer && { answer }),
      ...(closedFor(viewer, answer) && { closed: errorSays('comparison.closed') }),
    })
  }
  return views
}

const closedFor = (viewer: Viewer, answer: { readonly role: string } | undefined) =>
  answer?.role === 'verifier' && viewer.role !== 'verifier'

/** @throws {Refused} not-found, comparison.not-alike, comparison.closed, request.reused-id */
export async function compare(
  deps: Deps,
  viewer: Viewer,
  id: string,
  comparisonId: string,
  message: Compare,
  now: Instant,
): Promise<{ id: string; answer: Compare['answer'] }> {
  const { accountId } = viewer
  const command = { id: comparisonId, kind: 'certificates.compare', accountId, body: { id, message }, at: now }
  return inViewersScope(deps, viewer, (trx) =>
    once(trx, deps, command, async () => {
      const [one, other] = [await rowOf(trx, id), await rowOf(trx, message.other)]
      const alike = await rows.selectAlike(trx, id)
      if (!alike.some((each) => each.application_id === other.id)) throw new Refused('comparison.not-alike')
      const said = (await rows.selectAnswers(trx, one.certificate_id)).find(
        (each) => each.other === other.certificate_id,
      )
      if (closedFor(viewer, said)) throw new Refused('comparison.closed')
      const [a, b] = [one.certificate_id, other.certificate_id].toSorted() as [string, string]
      await rows.insertComparison(trx, {
        id: comparisonId,
        certificate_a: a,
        certificate_b: b,
        answer: message.answer,
        words: deps.secrets.seal(seal(comparisonId), message.words),
        role: viewer.role,
        answered_by: accountId,
        answered_at: now,
      })
      await record(trx, deps.secrets, {
        ...{ kind: 'application.compared', objectKind: 'application', objectId: id, accountId, at: now },
        detail: { other: other.id, answer: message.answer },
      })
      return { id: comparisonId, answer: message.answer }
    }),
  )
}
