/** What the demonstration's applicants claim, and what became of it until the morning of 15 July 2026. */
import type { FilingAuthority, Level } from '../../domain/policy.ts'

/** Month, day and time in Shanghai, such as `06-16 08:52`, in the story's year. */
export type StoryTime = `${number}-${number} ${number}:${number}`

/** After the filing; a time alone is a passed step, with what the register showed where the step is the verification. */
export type Deed =
  | StoryTime
  | readonly [StoryTime, 'pass', words: string]
  | readonly [StoryTime, 'return' | 'decline', reason: string, words: string]
  | readonly [StoryTime, 'withdraw', words: string]
  /** The worker hands in another picture of the card. */
  | readonly [StoryTime, 'resubmit']
  /** The register is asked, and the application stays where it is. */
  | readonly [StoryTime, 'check', 'noData' | 'unavailable' | 'fail']

export type DemoClaim = {
  /** The name of one of the applicants. */
  readonly applicant: string
  /** The key of their base union. */
  readonly union: string
  readonly authority: FilingAuthority
  readonly level: Level
  /** Where the classification has one that is certain. */
  readonly occupationCode?: string
  readonly occupationName: string
  readonly certificateNumber: string
  readonly issuedOn: string
  readonly filedAt: StoryTime
  readonly deeds: readonly Deed[]
}

type Certificate = readonly [FilingAuthority, Level, occupation: string, number: string, issuedOn: string]

function claim(
  applicant: string,
  union: string,
  [authority, level, occupation, certificateNumber, issuedOn]: Certificate,
  [filedAt, ...deeds]: readonly [StoryTime, ...Deed[]],
): DemoClaim {
  const [code, name] = occupation.split(' ')
  const named = name ? { occupationCode: code!, occupationName: name } : { occupationName: occupation }
  return { applicant, union, authority, level, ...named, certificateNumber, issuedOn, filedAt, deeds }
}

/** In the order in which they are filed. */
export const demoClaims: readonly DemoClaim[] = [
  claim(
    '陆文轩',
    'qiheng',
    ['shanghai', 'seniorWorker', '6-18-01-07 多工序数控机床操作调整工', 'Y000031000217243600101', '2024-06-12'],
    ['06-16 08:52', '06-17 14:31', '06-18 09:10', '06-29 10:05', '07-02 09:40'],
  ),
  claim(
    '孟庆和',
    'qiheng',
    ['shanghai', 'technician', '6-18-01-02 铣工', 'Y000031000217252600138', '2025-03-27'],
    ['06-16 12:20', '06-17 14:36', '06-18 09:14', '06-29 10:22', '07-02 09:58'],
  ),
  claim(
    '赵国栋',
    'shenlan',
    ['shanghai', 'seniorTechnician', '6-29-03-03 电梯安装维修工', 'Y000031000418241600175', '2024-11-08'],
    ['06-16 19:03', '06-17 10:40', '06-22 11:05', '06-30 09:31', '07-03 10:12'],
  ),
  claim(
    '沈若楠',
    'chengyuan',
    ['shanghai', 'seniorWorker', '4-08-05-04 药物检验员', 'Y000031000508253600249', '2025-05-22'],
    ['06-17 12:41', '06-18 10:05', '06-18 10:09', '06-30 10:44', '07-03 14:20'],
  ),
  claim(
    '马永刚',
    'shenlan',
    ['shanghai', 'technician', '6-29-03-03 电梯安装维修工', 'Y000031000418252600656', '2025-02-13'],
    ['06-17 19:22', '06-18 10:47', '06-22 11:09'],
  ),
  claim(
    '陈秀英',
    'nanxiangli',
    ['shanghai', 'technician', '4-03-02-02 中式面点师', 'Y000031000471252600212', '2025-09-16'],
    ['06-17 21:15', '06-18 15:20', '06-23 09:48', '06-30 14:02', '07-03 10:35'],
  ),
  claim(
    '贺少波',
    'qiheng',
    ['anhui', 'technician', '6-18-02-04 焊工', 'Y000034000217252600730', '2025-04-09'],
    ['06-18 12:36', '06-22 09:15', '06-23 14:28', '06-24 09:11'],
  ),
  claim(
    '杨文斌',
    'lianshu',
    ['shanghai', 'technician', '6-31-01-03 电工', 'Y000031000577242600323', '2024-08-29'],
    ['06-18 18:47', '06-22 16:12', '06-22 16:15', '07-01 10:50', '07-06 10:08'],
  ),
  claim(
    '唐晓莉',
    'jingmang',
    ['shanghai', 'seniorWorker', '6-25-02-05 半导体芯片制造工', 'Y000031000533253600286', '2025-12-03'],
    ['06-18 20:30', '06-22 13:26', '06-22 13:31', '07-01 09:17', '07-06 09:33'],
  ),
  claim(
    '葛春梅',
    'nanxiangli',
    ['shanghai', 'technician', '4-03-02-04 西式面点师', 'Y000031000471242600693', '2024-09-05'],
    ['06-18 21:40', '06-22 15:33', '06-23 09:52'],
  ),
  claim(
    '朱海燕',
    'jiagang',
    ['shanghai', 'technician', '4-02-06-03 物流服务师', 'S000031000352232600767', '2023-08-24'],
    ['06-21 16:05', '06-23 10:30', '06-24 09:16'],
  ),
  claim(
    '胡雪梅',
    'jiayi',
    ['shanghai', 'technician', '4-10-01-05 养老护理员', 'S000031000436252600804', '2025-08-14'],
    ['06-22 20:11', '06-24 10:08', '06-25 11:14'],
  ),
  claim(
    '彭思远',
    'qiheng',
    ['industry', 'seniorTechnician', '6-30-05-01 起重装卸机械操作工', 'Y104231000217241600508', '2024-10-25'],
    ['06-23 19:40', '06-24 09:30', '06-25 14:22', '06-29 09:25', '07-08 10:37'],
  ),
  claim(
    '袁立新',
    'qiheng',
    ['shanghai', 'seniorTechnician', '6-20-01-01 钳工', 'Y000031000217231600360', '2023-12-20'],
    ['06-24 12:33', '06-25 14:10', '06-29 09:22', '07-07 09:26', '07-09 15:40'],
  ),
  claim(
    '潘志勇',
    'qiheng',
    ['shanghai', 'technician', '6-18-01-01 车工', 'Y000031000217242601211', '2024-03-14'],
    [
      '06-25 12:44',
      '06-26 14:20',
      '06-29 09:28',
      ['07-07 10:33', 'return', 'cardUnclear', '卡号被反光挡住了，看不清后四位。请在亮处重拍有卡号的一面。'],
      ['07-08 19:42', 'resubmit'],
    ],
  ),
  claim(
    '刘志强',
    'qiheng',
    ['jiangsu', 'technician', '6-18-04-01 模具工', 'Y000032000217242600878', '2024-12-11'],
    ['06-25 19:08', '06-26 09:20', '06-29 14:35', '06-30 09:13'],
  ),
  claim(
    '王振邦',
    'jiagang',
    ['shanghai', 'seniorWorker', '4-02-06-05 供应链管理师', 'S000031000352263600397', '2026-01-15'],
    ['06-25 20:18', '06-26 11:03', '06-30 09:36', '07-07 09:51', '07-10 10:14'],
  ),
  claim(
    '陆文轩',
    'qiheng',
    ['shanghai', 'technician', '6-20-03-01 机床装调维修工', 'Y000031000217252600518', '2025-11-20'],
    ['06-26 10:24', '06-29 14:31', '06-30 09:10'],
  ),
  claim(
    '黄丽君',
    'shenlan',
    ['shanghai', 'technician', '6-29-03-05 制冷空调系统安装维修工', 'Y000031000418252600545', '2025-06-19'],
    ['06-26 12:09', '06-29 10:16', '06-30 14:55', '07-08 11:02'],
  ),
  claim(
    '崔建业',
    'hulan',
    ['shanghai', 'technician', '6-18-02-04 焊工', 'Y000031000612252600434', '2025-07-11'],
    ['06-26 18:55', '06-29 13:47', '06-29 13:52', '07-06 14:30', '07-10 10:41'],
  ),
  claim(
    '万里程',
    'chengyuan',
    ['shanghai', 'technician', '制药设备维修工', 'Y000031000508232601840', '2023-04-20'],
    [
      '06-26 21:37',
      '06-29 10:12',
      '06-30 10:16',
      '07-06 15:05',
      ['07-10 11:22', 'check', 'fail'],
      [
        '07-10 11:30',
        'decline',
        'certificateInvalid',
        '证书登记显示这张证书已失效。请问评价机构失效的原因，恢复有效后可以再申报。',
      ],
    ],
  ),
  claim(
    '秦少华',
    'qiming',
    ['shanghai', 'technician', '6-20-01-01 钳工', 'Y000031000649232601766', '2023-06-15'],
    [
      '06-27 14:40',
      '06-29 10:50',
      '06-30 09:33',
      '07-06 11:08',
      ['07-10 09:50', 'check', 'noData'],
      [
        '07-10 09:56',
        'return',
        'registerNotFound',
        '证书登记里查不到这个编号。请对照证书核对编号；编号没错，请评价机构开一份证明，拍照传上来。',
      ],
    ],
  ),
  claim(
    '罗文静',
    'qiheng',
    ['shanghai', 'seniorWorker', '6-31-07-01 工业机器人系统运维员', 'Y000031000217253600915', '2025-10-17'],
    ['06-27 15:22', '06-29 14:40', '06-30 09:16'],
  ),
  claim(
    '谢志明',
    'shenlan',
    ['shanghai', 'technician', '6-29-03-03 电梯安装维修工', 'Y104231000418252600418', '2025-01-22'],
    [
      '06-27 20:45',
      ['06-29 10:31', 'pass', '证书原件已看过，评价机构在沪备案，请服务中心核对。'],
      ['06-30 14:58', 'pass', '请复审和服务中心留意编号第2到5位。'],
    ],
  ),
  claim(
    '曹建平',
    'jiagang',
    ['shanghai', 'seniorWorker', '4-02-06-05 供应链管理师', 'S000031000352263601026', '2026-03-12'],
    ['06-28 19:51', '06-30 10:20', '07-01 09:30'],
  ),
  claim(
    '韩冬梅',
    'nanxiangli',
    ['shanghai', 'seniorTechnician', '4-03-02-01 中式烹调师', 'Y000031000471241600989', '2024-05-30'],
    ['06-28 22:03', '06-30 15:12', '07-01 09:40'],
  ),
  claim(
    '徐晓峰',
    'qiming',
    ['shanghai', 'technician', '6-31-01-03 电工', 'Y000031000649242600471', '2024-04-18'],
    ['06-29 12:12', '06-30 10:25', '07-01 09:08', '07-09 11:20', '07-14 15:10'],
  ),
  claim(
    '冯俊杰',
    'qiheng',
    ['industry', 'technician', '无损检测员', '2431013042211806', '2024-07-04'],
    ['06-29 12:17', '06-30 09:05', '07-01 14:12', '07-02 09:18'],
  ),
  claim(
    '邓小芳',
    'jiayi',
    ['shanghai', 'seniorTechnician', '4-10-01-05 养老护理员', 'S000031000436231601063', '2023-10-19'],
    ['06-29 20:36', '06-30 10:27', '07-01 11:02'],
  ),
  claim(
    '郭子豪',
    'jingmang',
    ['shanghai', 'seniorWorker', '6-25-02-06 半导体分立器件和集成电路装调工', 'Y000031000533263600582', '2026-04-28'],
    ['06-29 21:26', '06-30 16:40', '06-30 16:44', '07-07 15:18', ['07-13 09:20', 'check', 'unavailable']],
  ),
  claim(
    '高立群',
    'lianshu',
    ['shanghai', 'chiefTechnician', '电工', 'Y00003100057725S600619', '2025-10-30'],
    ['06-30 12:50', '07-01 14:05', '07-01 14:11', '07-10 09:44'],
  ),
  claim(
    '曾志国',
    'shenlan',
    ['shanghai', 'specialTechnician', '6-29-03-03 电梯安装维修工', 'Y00003100041825T601137', '2025-12-25'],
    ['06-30 18:28', '07-01 10:36', '07-02 14:41'],
  ),
  claim(
    '蔡美玲',
    'nanxiangli',
    ['shanghai', 'technician', '4-03-02-05 餐厅服务员', 'Y000031000471242600471', '2025-01-06'],
    [
      '06-30 21:54',
      ['07-01 15:25', 'pass', '编号里是24年，与证书原件一致。'],
      ['07-02 09:55', 'pass', '编号年份照证书原样填写。'],
    ],
  ),
  claim(
    '田雨晴',
    'jiagang',
    ['shanghai', 'seniorWorker', '4-04-04-05 数字化解决方案设计师', 'S000031000352263601248', '2026-02-26'],
    ['07-01 20:09', '07-02 10:44', '07-03 09:26'],
  ),
  claim(
    '任重远',
    'jiagang',
    ['shanghai', 'technician', '4-02-06-03 物流服务师', 'S000031000352242601507', '2024-01-18'],
    ['07-02 19:14'],
  ),
  claim(
    '陆文轩',
    'qiheng',
    ['shanghai', 'technician', '6-18-02-04 焊工', 'Y000031000217262601692', '2026-03-18'],
    [
      '07-03 20:06',
      '07-06 14:15',
      '07-07 09:05',
      [
        '07-10 16:12',
        'return',
        'certificateUnclear',
        '证书照片右下角被手指挡住，编号后四位看不清。请把证书放平，四角拍全再传一次。',
      ],
    ],
  ),
  claim(
    '姜大伟',
    'qiheng',
    ['shanghai', 'technician', '6-18-01-04 磨工', 'Y000031000217252601285', '2025-05-08'],
    ['07-05 17:13', '07-07 14:25', '07-08 09:12'],
  ),
  claim(
    '范丽娜',
    'chengyuan',
    ['shanghai', 'seniorWorker', '6-12-03-00 药物制剂工', 'Y000031000508253601322', '2025-11-06'],
    ['07-06 12:28', '07-07 10:15', '07-07 10:19'],
  ),
  claim(
    '汪海涛',
    'jiagang',
    ['shanghai', 'technician', '6-30-05-01 起重装卸机械操作工', 'S000031000352252601803', '2025-02-27'],
    [
      '07-07 12:02',
      [
        '07-09 10:18',
        'decline',
        'notMember',
        '查了会员库，申报当天还没有入会。先到单位工会办入会，以后取得的证书可以再申报。',
      ],
    ],
  ),
  claim(
    '傅新民',
    'lianshu',
    ['shanghai', 'technician', '6-18-02-04 焊工', 'Y000031000577242601359', '2024-06-27'],
    ['07-07 19:35', '07-08 16:20', '07-08 16:24'],
  ),
  claim(
    '段玉龙',
    'nanxiangli',
    ['shanghai', 'technician', '4-03-02-01 中式烹调师', 'Y000031000471252601877', '2025-10-10'],
    ['07-08 11:45', ['07-08 12:20', 'withdraw', '选错了单位，改好再报。']],
  ),
  claim(
    '戴玉兰',
    'qiheng',
    ['shanghai', 'seniorWorker', '6-31-07-03 工业机器人系统操作员', 'Y000031000217263601396', '2026-05-14'],
    ['07-09 20:20', '07-13 14:34'],
  ),
  claim(
    '金凤仪',
    'shenlan',
    ['shanghai', 'technician', '6-29-03-03 电梯安装维修工', 'Y000031000418252601729', '2025-08-07'],
    [
      '07-10 13:11',
      ['07-13 10:26', 'return', 'idUnclear', '身份证国徽面没有拍到有效期。请重拍国徽面，有效期要看得清。'],
    ],
  ),
  claim(
    '薛志刚',
    'nanxiangli',
    ['shanghai', 'technician', '4-03-02-01 中式烹调师', 'Y000031000471252601433', '2025-09-29'],
    ['07-10 22:16', '07-13 15:40'],
  ),
  claim(
    '姚春生',
    'jiayi',
    ['shanghai', 'technician', '4-10-01-05 养老护理员', 'S000031000436262601544', '2026-01-29'],
    ['07-12 20:52'],
  ),
  claim(
    '侯佳怡',
    'qiheng',
    ['shanghai', 'seniorWorker', '4-04-05-05 人工智能训练师', 'Y000031000217263601470', '2026-04-16'],
    ['07-13 12:26'],
  ),
  claim(
    '邹明亮',
    'qiheng',
    ['zhejiang', 'technician', '6-18-01-01 车工', 'Y000033000217252601618', '2025-06-05'],
    ['07-13 12:50'],
  ),
  claim(
    '廖文涛',
    'hulan',
    ['shanghai', 'technician', '6-18-02-04 焊工', 'Y000031000612252601581', '2025-03-06'],
    ['07-13 18:38'],
  ),
  claim(
    '熊新宇',
    'jingmang',
    ['industry', 'technician', '电子仪器仪表装配工', 'Y104231000533242601655', '2024-11-21'],
    ['07-14 12:35'],
  ),
]
