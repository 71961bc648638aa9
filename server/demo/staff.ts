/**
 * The demonstration's staff: invented people with invented ID numbers. The unions of 嘉颐, 衡川, 锦拓 and 云栈 have no
 * officer on purpose.
 */
import { type PlainDate, plainDate } from '../../domain/dates.ts'
import type { StaffRole } from '../../domain/roles.ts'

export type DemoPerson = {
  readonly loginName: string
  readonly name: string
  readonly idNumber: string
  /** Role and key of the organisation; the first is the one they sign in with. */
  readonly holds: readonly (readonly [StaffRole, string])[]
  /** The last day of what they hold: 经审 looks for a time. */
  readonly until?: PlainDate
}

const person = (loginName: string, name: string, idNumber: string, ...holds: DemoPerson['holds']): DemoPerson => ({
  loginName,
  name,
  idNumber,
  holds,
})

export const demoStaff: readonly DemoPerson[] = [
  person('qiheng.renli', '邵一鸣', '310114197001010218', ['hrOfficer', 'qiheng-unit']),
  person('qiheng.gonghui', '邱丽萍', '310115197102080342', ['unionOfficer', 'qiheng']),
  person('jiagang.gonghui', '魏成刚', '310113197203150474', ['unionOfficer', 'jiagang']),
  person('shenlan.gonghui', '钱玉华', '310112197304220607', ['unionOfficer', 'shenlan']),
  person('nanxiangli.gonghui', '汤若水', '310101197405020736', ['unionOfficer', 'nanxiangli']),
  person('chengyuan.gonghui', '温书言', '310114197506090866', ['unionOfficer', 'chengyuan']),
  person(
    'jingmang.gonghui',
    '陶然之',
    '310115197607160997',
    ['unionOfficer', 'jingmang'],
    ['hrOfficer', 'jingmang-unit'],
  ),
  person('lianshu.gonghui', '江月明', '310113197708231122', ['unionOfficer', 'lianshu']),
  person('hulan.gonghui', '石敬业', '310112197809031254', ['unionOfficer', 'hulan']),
  person('qiming.gonghui', '章启文', '310101197910101385', ['unionOfficer', 'qiming']),
  person('gongyequ.shenbao', '方晓禾', '310114198011171511', ['filingPoint', 'gongyequ-point']),
  person('nanxiang.shenbao', '常乐山', '310115198112241642', ['filingPoint', 'nanxiang-point']),

  person('jiading.fushen1', '林知夏', '310113198201041770', ['districtReviewer', 'jiading']),
  person('jiading.fushen2', '周岚', '310112198302111903', ['districtReviewer', 'jiading']),
  person('jiading.caiwu1', '顾明远', '310101198403182031', ['districtFinance', 'jiading']),
  person('jiading.caiwu2', '施予安', '310114198504252168', ['districtFinance', 'jiading']),
  person('nanxiang.caiwu1', '陶静安', '310114197605122413', ['unionFinance', 'nanxiang']),
  person('nanxiang.caiwu2', '包承志', '310115198309273525', ['unionFinance', 'nanxiang']),
  person('pudong.fushen1', '沈亦舟', '310115198605052292', ['districtReviewer', 'pudong']),
  person('pudong.caiwu1', '柳如海', '310113198706122429', ['districtFinance', 'pudong']),
  person('baoshan.fushen1', '程立言', '310112198807192550', ['districtReviewer', 'baoshan']),
  person('baoshan.caiwu1', '梅清远', '310101198908262686', ['districtFinance', 'baoshan']),
  person('minhang.fushen1', '丁望舒', '310114197009062813', ['districtReviewer', 'minhang']),
  person('minhang.caiwu1', '鲁平川', '31011519711013294X', ['districtFinance', 'minhang']),
  person('minhang.caiwu2', '倪清和', '310112197408233015', ['districtFinance', 'minhang']),
  person('jidian.fushen1', '贺兰亭', '310113197211203070', ['districtReviewer', 'jidian']),
  person('jidian.caiwu1', '康正阳', '310112197312273207', ['districtFinance', 'jidian']),

  person('zhongxin.shenhe1', '孙牧之', '310101197401073339', ['verifier', 'centre']),
  person('zhongxin.shenhe2', '苏静安', '310114197502143465', ['verifier', 'centre']),
  person('zhongxin.caiwu1', '宋知微', '310115197603213596', ['centreFinance', 'centre']),
  person('zhongxin.caiwu2', '叶怀瑾', '310113197704013726', ['centreFinance', 'centre']),
  person('zhongxin.zixun', '徐若川', '310114198503174778', ['consultant', 'centre']),
  person('shi.zhongshen1', '卢守正', '310112197805083858', ['approver', 'city']),
  person('shi.zhongshen2', '董知行', '310101197906153983', ['approver', 'city']),
  person('shi.caiwu1', '许景行', '310114198007224115', ['cityFinance', 'city']),
  person('shi.caiwu2', '白思源', '31011519810802424X', ['cityFinance', 'city']),
  { ...person('jingshen', '秦正方', '310101197209194894', ['auditor', 'city']), until: plainDate('2026-12-31')! },
  person('xitong', '何系明', '310113198209094375', ['systemAdministrator', 'city']),
  person('anquan', '安守一', '310112198310164503', ['securityAdministrator', 'city']),
  person('shenji', '严谨之', '310101198411234639', ['auditAdministrator', 'city']),
]
