/**
 * Every refusal this system can give, by code: its HTTP status and the Chinese sentence that says what to do next.
 * No zod here, so that the phone's pages can use the words without loading a validator.
 */
import { accountErrors } from './accountErrors.ts'
import { booksErrors } from './booksErrors.ts'
import { correctionErrors } from './correctionErrors.ts'
import { payoutErrors } from './payoutErrors.ts'
import { dutyTitles } from '../domain/roles.ts'
import type { Duty } from '../domain/roles.ts'

export type ErrorParams = Readonly<Record<string, string | number>>
type Entry = { readonly status: number; readonly says: string | ((params: ErrorParams) => string) }

const held = (params: ErrorParams) => dutyTitles[params.holds as Duty] ?? '前面一步'

export const errors = {
  'request.malformed': { status: 400, says: '有几处没填对，改好标出的地方再试。' },
  'request.too-many': { status: 429, says: (p) => `操作太快了，${p.seconds ?? 60}秒后再试，填的内容还在。` },
  'request.too-large': { status: 413, says: '填的内容太多，没有收下。删短一些再试。' },
  'request.reused-id': { status: 409, says: '这次提交的编号已用于别的内容。刷新页面再提交，填的内容还在。' },
  'request.forged': { status: 403, says: '这一步不是从本系统的页面发出的，没有收下。回到本系统的页面再办。' },
  'not-found': { status: 404, says: '没有找到，或不在你能看的范围里。回到列表再选一次。' },
  'method-not-allowed': { status: 405, says: '这个地址不支持这样的操作。回到上一页再试。' },
  internal: {
    status: 500,
    says: (p) => `系统出了问题，你填的内容还在。稍等一分钟再试；还不行，打55885659并报编号${p.number ?? ''}。`,
  },
  unavailable: { status: 503, says: '系统正在恢复，你填的内容还在，一分钟后再试。' },

  'sign-in.required': { status: 401, says: '登录已结束，重新登录后接着填，内容还在。' },
  'sign-in.phone': { status: 422, says: '手机号是11位数字，1开头，请再看一遍。' },
  'sign-in.code-wrong': { status: 422, says: (p) => `验证码不对，还可以试${p.left ?? 0}次。看一下最新那条短信。` },
  'sign-in.code-expired': { status: 422, says: '验证码已过期，点“重新获取”。' },
  'sign-in.code-wait': { status: 429, says: (p) => `刚发过一条，${p.seconds ?? 60}秒后可以再发。` },
  'sign-in.code-too-many': { status: 429, says: '今天发的验证码太多了，明天再试，或打55885659。' },
  'sign-in.code-not-sent': { status: 503, says: '短信没有发出去，一分钟后再点“获取验证码”。' },
  'sign-in.wrong': { status: 401, says: '账号、密码或动态码不对，核对后再输。' },
  'sign-in.locked': { status: 429, says: (p) => `连续输错，账号锁到${p.until ?? ''}。急用请找安全管理员解锁。` },
  'sign-in.appointment': { status: 403, says: '你在这个单位没有任职。换一个身份，或请管理员任命。' },
  'sign-in.second-factor': { status: 422, says: '动态码不对，或者刚用过。等身份验证器换一个新码再输。' },
  forbidden: { status: 403, says: '这一页不归你的岗位办。回到自己的待办。' },

  'act.not-your-step': { status: 403, says: '这一步不归你的岗位办，等到你这一步会出现在待办里。' },
  'act.own-application': { status: 403, says: '这是你本人的申报，由上一级工会办理。' },
  'act.four-eyes': { status: 403, says: (p) => `你做过此件的${held(p)}，不能再办这一步。可以交给同事。` },
  'act.not-in-this-state': { status: 409, says: '此件现在的状态不能这样办。看最新内容再定。' },
  'act.not-yours': { status: 403, says: '只有本人可以这样做。' },
  'act.re-review-by-another': { status: 403, says: '这个决定是你作的，复核要换一个人。可以交给同事。' },
  'act.stale': {
    status: 409,
    says: (p) => `${p.who ?? '有人'} ${p.when ?? ''} 已${p.what ?? '改动'}此件，你的操作没有提交。看最新内容再定。`,
  },
  'act.reason-missing': { status: 422, says: '选一条理由，并写明要对方怎么做。' },
  'act.membership-unconfirmed': { status: 422, says: '先核对职工是不是本会会员，勾上“是本市工会会员”再同意。' },
  'act.batch-open': { status: 409, says: '这一批还没有截止，截止后再复审。' },
  'act.seal-unnamed': { status: 422, says: '写明纸上是谁盖的章、哪一天盖的，附上扫描件，再同意。' },
  'act.seal-date': {
    status: 422,
    says: (p) =>
      p.filledOn
        ? `盖章日期早于填表的${p.filledOn}，那时还没有这张表。照申请表上盖章的日期填。`
        : '盖章日期还没到。照申请表上盖章的日期填。',
  },
  'act.seal-scan-old': {
    status: 422,
    says: '申请表在这份扫描之后改过，或者转到了别的工会，这份不能用。扫描改后盖章的表，再同意。',
  },
  'act.seal-not-here': { status: 422, says: '这一步由你自己决定，不登记别人的章。刷新页面再办。' },
  'act.register-missing': { status: 422, says: '先登记官网查到的内容和截图，再同意。' },
  'act.basis-not-enough': {
    status: 422,
    says: '上海备案的证书，通知要求官网校验，只凭复印件不够。查官网，或者发函询。',
  },
  'act.inquiry-missing': { status: 422, says: '先登记发出的函，再记回函。函件、回函日期和回函扫描都要有。' },
  'act.not-eligible': { status: 422, says: '评估还有不符合的地方，不能同意。退回补正，或审核不通过。' },
  'act.question-open': { status: 422, says: '还有要人判断的地方，写明判断理由再同意。' },
  'act.returned-too-late': { status: 409, says: '补正期限和申报时间都已过，没有收下。内容还在，可以打55885659问。' },
  'act.calendar-missing': {
    status: 409,
    says: (p) => `${p.year}年的工作日安排还没有录入，算不出补正期限，没有退回。请服务中心录入后再退回。`,
  },
  'act.nothing-changed': { status: 422, says: '还没有改动。改好退回里说的地方，再重新提交。' },

  're-review.too-late': {
    status: 409,
    says: (p) => `复核要在${p.until ?? '期限'}24:00前提出，已经过了。还有疑问，打55885659问。`,
  },
  're-review.calendar-missing': {
    status: 409,
    says: (p) =>
      `${p.year}年的工作日安排还没有录入，算不出复核期限，没有收下。写的内容还在，打55885659请服务中心录入。`,
  },
  're-review.certificate-taken': {
    status: 409,
    says: '这张证书现在有别的申报在办，不能再复核这一份。证书是你的，可以打55885659问怎么办。',
  },
  'redirect.no-union': { status: 422, says: '这家工会现在选不了。换个名称再找，选单位所在的基层工会。' },
  'redirect.same-union': { status: 422, says: '此件就在这家工会。选另一家再转送。' },
  'objection.not-taken': { status: 409, says: '这张证书现在没有别的申报，不用提异议。回到确认页直接提交。' },
  'objection.own-claim': { status: 409, says: '这张证书是你自己申报的，不用提异议。到“我的申报”里看进度。' },
  'objection.calendar-missing': {
    status: 409,
    says: (p) => `${p.year}年的工作日安排还没有录入，算不出提交期限，没有答复。请录入后再答复。`,
  },
  'objection.already-open': { status: 409, says: '这张证书你已经提过异议，还没有答复。到“我的申报”里看进度。' },
  'objection.too-many': {
    status: 429,
    says: (p) => `今年提过${p.most ?? ''}次异议，不能再提。还有疑问，打55885659问。`,
  },
  'objection.form-incomplete': { status: 422, says: '申请表还没有填全，服务中心没法比对。回去填完再提异议。' },
  'objection.decided': { status: 409, says: '这件异议已经有人答复。刷新看最新内容。' },
  'objection.claim-moved': { status: 409, says: '对方的申报刚刚变动过，答复没有提交。看最新内容再答复。' },
  'objection.own': { status: 403, says: '这件异议跟你本人有关，不能由你答复。请交给同事。' },
  'survey.ticket': { status: 422, says: '这份问卷打开太久了，没有收下。回到回执页再打开一次。' },

  'act.anothers-case': {
    status: 409,
    says: (p) =>
      `此件在${p.who ?? '同事'}手里${p.since ? `（${p.since}起）` : ''}。要接过来办，再确认一次，对方会看到。`,
  },
  'act.held': { status: 409, says: (p) => `${p.who ?? '同事'}暂缓了此件。先看暂缓的理由，解除后再办。` },
  'act.same-certificate': {
    status: 409,
    says: '服务中心认定这张证书与另一件申报是同一张，不能同意。等服务中心办完另一件，或退回、不通过。',
  },
  'act.certificate-taken': {
    status: 409,
    says: '这张证书已经有别的申报，或者留给了提异议的人，撤销不了，此件仍是审核不通过。看“异议”里的答复。',
  },
  'act.compare-first': {
    status: 409,
    says: '有相像的证书，服务中心还没有比对。到“同人同证”比对，记下是不是同一张，再同意。',
  },
  'assign.changed': {
    status: 409,
    says: (p) => `${p.who ?? '有人'} ${p.when ?? ''} 动过此件的经办，你的分配没有生效。看最新内容再定。`,
  },
  'assign.outside': { status: 422, says: '只能交给同一岗位的同事。在名单里重新选一位。' },
  'assign.four-eyes': {
    status: 422,
    says: (p) => `${p.who ?? '这位同事'}做过此件的${held(p)}，不能再办。换一位同事。`,
  },
  'hold.already': { status: 409, says: (p) => `${p.who ?? '同事'}已经暂缓了此件。看暂缓的理由再定。` },
  'hold.over': { status: 409, says: '此件已经不在暂缓中。看最新内容再定。' },
  'hold.word-missing': { status: 422, says: '这是同事暂缓的，写一句话说明为什么解除。' },
  'lot.not-clean': { status: 422, says: '还有要看的地方，不能和别的一起同意。打开单独办。' },
  'lot.held': { status: 422, says: '在暂缓中，不能和别的一起同意。解除后单独办。' },
  'lot.anothers-case': { status: 422, says: (p) => `在${p.who ?? '同事'}手里，没有放进来。要办先接过来。` },
  'lot.alike': { status: 422, says: '有相像的证书要人比对，不能和别的一起同意。打开单独办。' },
  'lot.other-kind': { status: 422, says: '和其余的不是同一环节、同一类型，没有放进来。另选一批办。' },
  'lot.moved': { status: 409, says: '已被改动，没有放进来。看最新内容单独办。' },
  'lot.nothing': { status: 422, says: '选中的都不能一起同意。看各件的原因，打开单独办。' },
  'lot.sample-unseen': { status: 409, says: (p) => `抽看的还有${p.count ?? 1}件没有打开看。逐件看过，再一起同意。` },
  'lot.sample-failed': {
    status: 409,
    says: (p) => `抽看的有${p.count ?? 1}件没有通过，其余的没有办。重新选，再抽一次。`,
  },
  'comparison.closed': { status: 409, says: '服务中心已经比对过这两件，以它的结论为准。要改请找服务中心。' },
  'comparison.not-alike': { status: 409, says: '这两件现在不相像，不用比对。看最新内容再定。' },

  'draft.stale': { status: 409, says: '另一个页面改过这份申报。点“看最新内容”，你刚写的还留在这里。' },
  'filing.incomplete': { status: 422, says: '还有几处没填好，点一下就到那里。' },
  'filing.not-open': { status: 409, says: '6月16日起开始申报。你填的内容会保存，到时再来提交。' },
  'filing.closed': { status: 409, says: '9月15日24:00已截止，没有收下。你填的内容还在，可以打55885659问。' },
  'filing.not-eligible': { status: 422, says: '按通知还不能申请，看下面不符合的地方。填错了就改，改好再提交。' },
  'filing.certificate-taken': { status: 409, says: '这张证书已经有人申报。先核对编号；编号没错，可以提出异议。' },
  'filing.certificate-awarded': { status: 409, says: '这张证书已经资助过，一张证书只资助一次。编号填错了就改。' },
  'filing.no-union': { status: 422, says: '没有选到单位工会。在“单位”一步里选，找不到就选所在区总工会下的工会。' },

  'entry.union-not-served': {
    status: 403,
    says: '你这个申报点不服务这家工会，没有收下。换一家你服务的工会，或请系统管理员登记。',
  },
  'entry.too-many-rows': {
    status: 409,
    says: (p) => `这家工会已有${p.rows ?? 200}行没有提交，这一行没有存。先提交或删掉一些，再录新的。`,
  },
  'link.mismatch': {
    status: 422,
    says: (p) =>
      `没有对上，还可以试${p.left ?? 0}次。受理号看回执，身份证号和登录的手机号要与申请表上的一样；还不行，问交表的申报点。`,
  },
  'link.locked': { status: 429, says: '24小时内试错的次数用完了，没有再查。明天再试，或带着回执到交表的申报点问。' },

  'file.reason-needed': { status: 403, says: '这张照片查看需写明理由。在此件的材料里点“写理由查看”，这次查看会记录。' },
  'file.too-large': {
    status: 413,
    says: (p) =>
      `${p.megabytes ? `${p.megabytes}MB，` : '文件'}超过10MB。${p.kind === 'PDF' ? '请拍照上传，或把PDF存小一些再传。' : '请重拍一张。'}`,
  },
  'file.not-supported': {
    status: 415,
    says: (p) =>
      p.found === 'HEIC照片'
        ? '这是HEIC照片，这里收JPEG、PNG和PDF。在手机设置的相机格式里选“兼容性最佳”，再拍一张。'
        : `${p.found ? `这是${p.found}` : '这个文件不是照片，也不是PDF'}，这里收JPEG、PNG和PDF。请拍照上传，或另存为PDF再传。`,
  },
  'file.mismatch': {
    status: 415,
    says: (p) =>
      `文件的后缀是${p.claimed ?? '别的格式'}的，内容却是${p.found ?? '另一种'}。请把后缀改对再传，或重拍一张。`,
  },
  'file.broken': {
    status: 422,
    says: (p) =>
      p.kind === 'PDF'
        ? '这个PDF打不开，可能已经损坏。请重新导出再传，或拍照上传。'
        : '这张照片打不开，可能没有存完整。请重拍一张。',
  },
  'file.empty': { status: 422, says: '这个文件里什么也没有。请重新选一个，或拍照上传。' },
  'file.too-many-pages': {
    status: 422,
    says: (p) => `这个PDF有${p.pages ?? '太多'}页，最多5页。请只留要交的几页再传。`,
  },
  'file.encrypted-pdf': { status: 422, says: '这个PDF设了密码，打不开。请去掉密码再传，或拍照上传。' },
  'file.too-many-pixels': {
    status: 422,
    says: (p) => `照片有${p.tenThousands ?? '太多'}万像素，超过4000万。请在相机设置里选小一些的尺寸，重拍一张。`,
  },
  'file.too-small': {
    status: 422,
    says: (p) => `照片只有${p.width ?? ''}×${p.height ?? ''}像素，看不清字。请靠近重拍一张。`,
  },
  'file.unreadable': { status: 422, says: '这个文件太复杂，10秒内没有读完。请拍照或截图上传。' },
  'file.quota': {
    status: 429,
    says: (p) =>
      `一天最多传${p.files ?? 60}个文件、共${p.megabytes ?? 200}MB，今天的已经用完，这个没有收下。请明天再传，已传的还在。`,
  },
  'file.busy': { status: 503, says: '现在上传的人多，这个文件没有收下。请过一分钟再传，填的内容还在。' },
  'file.missing': { status: 422, says: '有一份材料已经不在，或不是你上传的。请到材料页重新上传，再提交。' },
  'file.id-taken': { status: 409, says: '这个文件的编号已经用过，没有收下。请重新选一次文件再传。' },
  'file.fixed': {
    status: 409,
    says: '这个文件已经随申报交上去，不能删。要换文件，请先撤回申报，或在退回补正时传新的。',
  },
  'file.wrong-purpose': {
    status: 403,
    says: '这类文件由工会上传。你要交的是身份证、证书和会员服务卡，请到材料页上传。',
  },

  'paper.busy': { status: 503, says: '现在打印和扫描的人多，这一次没有排上。请过一分钟再试。' },
  'paper.failed': { status: 503, says: '这份文件没有处理完，内容都在。请再试一次；还不行，打55885659。' },
  'paper.not-printable': {
    status: 403,
    says: (p) =>
      `${p.receipts ?? '此件'}现在不在你办的环节，号码是遮盖的，不能打印。轮到你办时再打，或请申请人自己打印。`,
  },
  'original.unknown-number': { status: 422, says: '这不是受理号。受理号像JS26-0000123，对准二维码再扫，或照回执输。' },
  'original.other-district': {
    status: 404,
    says: '这个受理号不在本会的申报里。核对号码；号码没错，把原件退给送来的申报点。',
  },
  'original.not-forwarded': {
    status: 409,
    says: (p) => `${p.receipt ?? '这一件'}还没有报送到本会（${p.where ?? ''}）。原件先放着，报送后再登记。`,
  },
  'original.not-reviewed': {
    status: 409,
    says: (p) => `${p.receipt ?? '这一件'}还没有复审通过，不能盖章。先复审，再盖章。`,
  },
  'original.not-arrived': {
    status: 409,
    says: (p) => `${p.receipt ?? '这一件'}的原件还没有登记收到。先扫码登记，再盖章。`,
  },
  'original.sealed-already': {
    status: 409,
    says: (p) => `${p.receipt ?? '这一件'}已经盖章，在${p.box ?? ''}盒。去掉这一件再登记。`,
  },
  'original.date': { status: 422, says: '盖章日期要在复审通过之后，不能晚于今天。改好日期再登记。' },
  'copies.not-sent-by-you': { status: 403, says: '只有区总工会送复印件；局（产业）工会以扫描件为准，不用送。' },
  'copies.not-wanted': {
    status: 409,
    says: (p) => `${p.receipt ?? '这一件'}不用送，或已经在另一份送件清单里。去掉这一件再编。`,
  },
  'copies.date': { status: 422, says: '送出日期不能晚于今天。改好日期再编。' },
  'copies.nothing-open': { status: 409, says: '这份送件清单已经收齐。看清单上的收件日期。' },
  'copies.not-on-list': { status: 422, says: '勾出的件不在这份清单还没收到的件里。刷新后再勾。' },
  'approval.objection-open': {
    status: 409,
    says: '清单里有申报正等异议的答复，不能终审。答复后重新编一份清单。',
  },
  'approval.same-certificate': {
    status: 409,
    says: '清单里有两件申报认定是同一张证书，不能终审。重新编一份清单，这两件不编入。',
  },
  'approval.copies-missing': {
    status: 409,
    says: '清单里有申报的复印件还没有收到，不能终审。收到后重新编一份清单。',
  },

  'words.unusable': { status: 422, says: (p) => `有${p.count ?? '几'}处文字不能用，没有保存。改好标出的地方再保存。` },
  'words.stale': { status: 409, says: '有人先改了这条文字，你的没有保存，还在这里。看最新的文字再改。' },
  'batch.closed': { status: 409, says: '这一批已经关闭，不用再预告。看最新的批次。' },
  'batch.closing-past': { status: 422, says: '这一天已经过了。选今天或以后的一天。' },
  'batch.already-open': { status: 409, says: '还有一批没有关闭。先关闭那一批，再开新的。' },
  'approval.nothing': { status: 409, says: '现在没有待报批的申报。审核通过后再来编清单。' },
  'approval.changed': { status: 409, says: '清单里有申报变动过。重新编一份清单。' },
  'approval.done': { status: 409, says: '这份清单已经终审。看清单上的文号。' },
  'money.same-person': { status: 403, says: '制单和放行要两个人。请另一位财务放行。' },
  'money.confirmation-differs': {
    status: 422,
    says: (p) => `确认单与划拨通知不符：${p.difference ?? ''}。没有收下，改好后重新提交，以那次收到的时间排位。`,
  },
  'money.scan-missing': { status: 422, says: '还没有盖章扫描件。上传后再提交。' },
  'money.superseded': { status: 409, says: '这份通知已经重发，以新的一份为准。到新的通知上办。' },
  'money.transfer-made': {
    status: 409,
    says: '这份通知已经制划拨单，不能再移出。到账后由区局（产业）工会按结余退回。',
  },
  'money.not-passable': {
    status: 409,
    says: '选中的有几笔不能转拨：不是这家工会的职工，或者已经在转拨、发放。刷新后重新选。',
  },
  'money.over-budget': {
    status: 409,
    says: (p) =>
      `超出预算${p.over ?? ''}，没有终审。请市总工会财务登记追加预算的文号，两人确认后再终审；或先把一部分退回审核。`,
  },
  'money.not-funded': { status: 409, says: '市总工会的资金还没有到位。到位后再划拨。' },
  'money.not-your-turn': { status: 409, says: (p) => `前面还有${p.union ?? '别的工会'}没有划拨。先到先发，按次序办。` },
  'money.not-received': { status: 409, says: '先登记收到划拨资金，再登记发放。' },
  'money.done': { status: 409, says: '这一步已经办过。刷新后看最新内容。' },

  ...payoutErrors,
  ...accountErrors,
  ...correctionErrors,
  ...booksErrors,

  'consultation.facts': {
    status: 422,
    says: '要有受理号，或者身份证号加登录手机号。请来电人报给你，再查。',
  },
  'consultation.no-match': { status: 404, says: '没有对上。请来电人看着受理单和证件再报一遍，核对后再查。' },
  'consultation.too-many': {
    status: 429,
    says: (p) => `这一会儿查得太多，或没有对上的太多，${p.minutes ?? 15}分钟后再查。`,
  },
  'consultation.ended': { status: 409, says: '这通咨询已经结束，内容不再显示。来电人还在，就再核对一次。' },
  'sample.empty': { status: 422, says: '这样的条件下没有申报，抽不出样本。放宽条件再抽。' },
  'sample.words': { status: 422, says: '有问题的要写明是什么问题，再记下结论。' },

  'people.login-taken': { status: 409, says: '这个账号名有人用了，换一个。' },
  'people.person-has-account': { status: 409, says: '这个人已有账号，一人一号。给原账号加任职。' },
  'people.role-home': { status: 422, says: '这个岗位不设在这类单位。换岗位或换单位。' },
  'people.password-weak': { status: 422, says: '密码太容易猜。至少12位，不要用单位名或常见词。' },
  'people.end-date': { status: 422, says: '经审要写明任职到哪一天，不早于今天。填上再开。' },
  'people.outside': { status: 403, says: '只能给自己和下级单位开账号。' },
  'clock.backwards': { status: 409, says: '业务时间只能往后调。选一个更晚的时间。' },
} satisfies { readonly [code: string]: Entry }

export type ErrorCode = keyof typeof errors

export const errorStatus = (code: ErrorCode): number => errors[code].status
/** The sentence for a person. */
export function errorSays(code: ErrorCode, params: ErrorParams = {}): string {
  const entry: Entry = errors[code]
  return typeof entry.says === 'string' ? entry.says : entry.says(params)
}

/** A refusal as a value that travels up to the one place that turns it into HTTP. Params are never personal. */
export class Refused extends Error {
  readonly code: ErrorCode
  readonly params: ErrorParams
  readonly fields: readonly FieldError[]
  constructor(code: ErrorCode, params: ErrorParams = {}, fields: readonly FieldError[] = []) {
    super(code)
    this.name = 'Refused'
    this.code = code
    this.params = params
    this.fields = fields
  }
}

/** What is wrong with one field, in words. `field` is its key in the form or message. */
export type FieldError = { readonly field: string; readonly says: string }
