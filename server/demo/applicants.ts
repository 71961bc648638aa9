/** The people behind the demonstration's claims: invented, with invented ID and account numbers whose check digits hold. */
export type Applicant = {
  readonly name: string
  readonly idNumber: string
  readonly phone: string
  readonly education: string
  /** A member service card where no bank is named. */
  readonly account: string
  readonly bankName?: string
  /** Of those who came from elsewhere: where from, and for how many years they have been in Shanghai. */
  readonly from?: string
  readonly years?: number
}

type More = Pick<Applicant, 'bankName' | 'from' | 'years'>
const applicant = (
  name: string,
  idNumber: string,
  phone: string,
  education: string,
  account: string,
  more: More = {},
): Applicant => ({ name, idNumber, phone, education, account, ...more })

/** The worker who has three claims, in review, returned and paid. */
export const demoWorkerPhone = '13800006021'

/** Two of them gave one account, which stops the batch that would pay both. */
export const applicants: readonly Applicant[] = [
  applicant('陆文轩', '310101199011143599', '13800006021', 'juniorCollege', '6224780000000012'),
  applicant('孟庆和', '31011419841117683X', '13800006101', 'seniorHigh', '6224780000183123'),
  applicant('赵国栋', '310113197606284370', '13800006102', 'juniorCollege', '6224780000335525'),
  applicant('陈秀英', '341222198102019269', '13800006103', 'secondaryVocational', '6224780000335525', {
    from: '安徽太和',
    years: 15,
  }),
  applicant('沈若楠', '310115199507137561', '13800006104', 'bachelor', '6224780000498422'),
  applicant('唐晓莉', '310110199703258000', '13800006105', 'juniorCollege', '6200000000000522490', {
    bankName: '中国工商银行上海市张江支行',
  }),
  applicant('杨文斌', '310108198501208316', '13800006106', 'secondaryVocational', '6224780000671424'),
  applicant('袁立新', '31010119750420539X', '13800006107', 'juniorCollege', '6224780000776413'),
  applicant('王振邦', '310114199204224151', '13800006108', 'bachelor', '6224780000814545'),
  applicant('崔建业', '320583198312142315', '13800006109', 'secondaryVocational', '6224780000999163', {
    from: '江苏昆山',
    years: 12,
  }),
  applicant('徐晓峰', '310112198705082035', '13800006110', 'juniorCollege', '6224780001057615'),
  applicant('彭思远', '411421197802093011', '13800006111', 'seniorHigh', '6200000000001196849', {
    bankName: '上海农商银行嘉定支行',
    from: '河南民权',
    years: 18,
  }),
  applicant('黄丽君', '310110198909156160', '13800006112', 'juniorCollege', '6224780001227655'),
  applicant('郭子豪', '310108199809208296', '13800006113', 'bachelor', '6224780001329790'),
  applicant('高立群', '310101197010232857', '13800006114', 'juniorCollege', '6224780001472822'),
  applicant('马永刚', '34012319860711937X', '13800006115', 'secondaryVocational', '6224780001575566', {
    from: '安徽肥西',
    years: 11,
  }),
  applicant('葛春梅', '310113198808024184', '13800006116', 'secondaryVocational', '6224780001613003'),
  applicant('贺少波', '341222198510233213', '13800006117', 'secondaryVocational', '6200000000001737535', {
    bankName: '中国建设银行上海分行',
    from: '安徽太和',
    years: 9,
  }),
  applicant('朱海燕', '310115199005162580', '13800006118', 'juniorCollege', '6224780001824931'),
  applicant('胡雪梅', '362301197406021927', '13800006119', 'juniorHigh', '6224780001941032', {
    from: '江西上饶',
    years: 14,
  }),
  applicant('刘志强', '320981198203197690', '13800006120', 'secondaryVocational', '6224780002071193', {
    from: '江苏东台',
    years: 13,
  }),
  applicant('罗文静', '310101199607272623', '13800006121', 'bachelor', '6224780002130825'),
  applicant('谢志明', '310114198010248812', '13800006122', 'seniorHigh', '6224780002289126'),
  applicant('韩冬梅', '310113197901285149', '13800006123', 'secondaryVocational', '6200000000002347680', {
    bankName: '中国工商银行上海市分行',
  }),
  applicant('曹建平', '310112199104166035', '13800006124', 'bachelor', '6224780002450181'),
  applicant('邓小芳', '341222197308238040', '13800006125', 'seniorHigh', '6224780002557613', {
    from: '安徽太和',
    years: 20,
  }),
  applicant('冯俊杰', '31011019880925779X', '13800006126', 'juniorCollege', '6224780002659526'),
  applicant('曾志国', '310108197211056559', '13800006127', 'juniorCollege', '6224780002725244'),
  applicant('蔡美玲', '362301199309251922', '13800006128', 'secondaryVocational', '6224780002882912', {
    from: '江西上饶',
    years: 7,
  }),
  applicant('潘志勇', '310114198404024539', '13800006129', 'seniorHigh', '6200000000002980225', {
    bankName: '中国工商银行上海市分行',
  }),
  applicant('田雨晴', '310113199909144606', '13800006130', 'bachelor', '6224780003071036'),
  applicant('姜大伟', '31011219861207647X', '13800006131', 'secondaryVocational', '6224780003156779'),
  applicant('范丽娜', '310115199405105083', '13800006132', 'bachelor', '6224780003282591'),
  applicant('傅新民', '411421198309077338', '13800006133', 'seniorHigh', '6224780003330713', {
    from: '河南民权',
    years: 10,
  }),
  applicant('戴玉兰', '310108199206077565', '13800006134', 'juniorCollege', '6224780003455551'),
  applicant('薛志刚', '340123198712056358', '13800006135', 'secondaryVocational', '6200000000003579554', {
    bankName: '上海农商银行嘉定支行',
    from: '安徽肥西',
    years: 8,
  }),
  applicant('侯佳怡', '310114200008087327', '13800006136', 'bachelor', '6224780003671900'),
  applicant('任重远', '310113198908269250', '13800006137', 'juniorCollege', '6224780003755109'),
  applicant('姚春生', '320981197703244663', '13800006138', 'juniorHigh', '6224780003868589', {
    from: '江苏东台',
    years: 16,
  }),
  applicant('廖文涛', '362301198511273039', '13800006139', 'secondaryVocational', '6224780003921354', {
    from: '江西上饶',
    years: 12,
  }),
  applicant('邹明亮', '330411199004138612', '13800006140', 'secondaryVocational', '6224780004021238', {
    from: '浙江嘉兴',
    years: 9,
  }),
  applicant('熊新宇', '31010819880516691X', '13800006141', 'juniorCollege', '6200000000004196135', {
    bankName: '中国建设银行上海分行',
  }),
  applicant('金凤仪', '310101199104032302', '13800006142', 'juniorCollege', '6224780004287102'),
  applicant('秦少华', '310114198210162917', '13800006143', 'secondaryVocational', '6224780004396101'),
  applicant('汪海涛', '341222199302133319', '13800006144', 'juniorCollege', '6224780004465260', {
    from: '安徽太和',
    years: 5,
  }),
  applicant('万里程', '310112198602232854', '13800006145', 'bachelor', '6224780004533240'),
  applicant('段玉龙', '411421199502193052', '13800006146', 'secondaryVocational', '6224780004640441', {
    from: '河南民权',
    years: 6,
  }),
  applicant('路长河', '310113197903102756', '13800006161', 'seniorHigh', '6224780004925081'),
  applicant('施月琴', '31011419910627442X', '13800006162', 'secondaryVocational', '6224780005037167'),
  applicant('毛建军', '310114198705162337', '13800006163', 'juniorCollege', '6224780004709311'),
  applicant('丁少卿', '310112199308224110', '13800006164', 'secondaryVocational', '6224780004812644'),
]
