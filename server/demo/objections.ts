/** Two who find the certificate on their form taken: one has had the centre's answer, one waits for it. */
import { activePolicy } from '../policies/policy.ts'
import { saveDraft } from '../applications/draft.ts'
import { inViewersScope } from '../context.ts'
import { decideObjection, raiseObjection } from '../objections/objection.ts'
import type { StoryTime } from './deeds.ts'
import { demoId } from './demo.ts'
import { type Certified, formOf, picturesOf } from './forms.ts'
import { type OfficeDeed, staffViewer } from './offices.ts'
import { plantPictures } from './pictures.ts'

const idOf = (kind: string, { applicant }: Certified) => demoId(kind, `objection of ${applicant}`)

const raises = (at: StoryTime, objector: Certified, words: string): OfficeDeed => ({
  at,
  async does(deps, now, workers) {
    const worker = workers.get(objector.applicant)!
    const [id, draftId, evidence] = ['objection', 'application', 'file'].map((kind) => idOf(kind, objector))
    const policy = await inViewersScope(deps, worker, activePolicy)
    const form = formOf(objector, policy)
    const proof = { id: evidence!, purpose: 'objectionEvidence', at: now } as const
    await plantPictures(deps, worker, ...picturesOf(form, draftId!, now), proof)
    await saveDraft(deps, worker, draftId!, { version: 0, form }, now)
    await raiseObjection(deps, worker, id!, { draftId: draftId!, words, files: [proof.id] }, now)
  },
})
const rejects = (at: StoryTime, objector: Certified, words: string): OfficeDeed => ({
  at,
  does: (deps, now) => {
    const decided = { kind: 'rejected', words } as const
    const ids = [idOf('objection', objector), idOf('action', objector)] as const
    return decideObjection(deps, staffViewer('zhongxin.shenhe1'), ...ids, decided, now)
  },
})

const answered: Certified = {
  applicant: '丁少卿',
  union: 'lianshu',
  authority: 'shanghai',
  level: 'technician',
  occupationCode: '6-18-02-04',
  occupationName: '焊工',
  certificateNumber: 'Y000031000577242601359',
  issuedOn: '2024-06-27',
}
const waiting: Certified = {
  applicant: '毛建军',
  union: 'jiagang',
  authority: 'shanghai',
  level: 'technician',
  occupationCode: '6-18-01-04',
  occupationName: '磨工',
  certificateNumber: 'Y000031000217252601285',
  issuedOn: '2025-05-08',
}

export const objectionDeeds: readonly OfficeDeed[] = [
  raises('07-09 12:25', answered, '我2024年6月考的焊工技师，证书一直在我这里，编号就是这个。'),
  rejects(
    '07-10 16:05',
    answered,
    '登记上这个编号的持证人不是你。你照片上的编号末四位是1395，请对照证书改好编号再申报。',
  ),
  raises('07-13 20:40', waiting, '证书是我2025年5月在评价中心考的，原件和成绩单都在我手里，照片一起交上来了。'),
]
