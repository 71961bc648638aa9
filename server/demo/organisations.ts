/**
 * The demonstration's tree. Districts and the five bureau and industry unions are real names; whatever stands below
 * them, people and companies alike, is invented.
 */
import type { UnitFacts } from '../../contract/people.ts'
import type { OrganisationKind } from '../../domain/roles.ts'

export type DemoPlace = {
  readonly key: string
  readonly under?: string
  readonly kind: OrganisationKind
  readonly name: string
  /** A filing point: the keys of the base unions it serves. */
  readonly serves?: readonly string[]
  readonly receivingAccount?: string
}

const districts = {
  huangpu: '黄浦区总工会',
  xuhui: '徐汇区总工会',
  changning: '长宁区总工会',
  jingan: '静安区总工会',
  putuo: '普陀区总工会',
  hongkou: '虹口区总工会',
  yangpu: '杨浦区总工会',
  minhang: '闵行区总工会',
  baoshan: '宝山区总工会',
  jiading: '嘉定区总工会',
  pudong: '浦东新区总工会',
  jinshan: '金山区总工会',
  songjiang: '松江区总工会',
  qingpu: '青浦区总工会',
  fengxian: '奉贤区总工会',
  chongming: '崇明区总工会',
}
const bureaus = {
  jidian: '上海市机电工会',
  jiaoyu: '上海市教育工会',
  shangqi: '上海汽车集团股份有限公司工会',
  shanggang: '上海国际港务（集团）股份有限公司工会',
  guosheng: '上海国盛（集团）有限公司工会',
}
const lower: readonly DemoPlace[] = [
  { key: 'gongyequ', under: 'jiading', kind: 'lowerUnion', name: '嘉定工业区总工会' },
  {
    key: 'nanxiang',
    under: 'jiading',
    kind: 'lowerUnion',
    name: '南翔镇总工会',
    receivingAccount: '10012026000009203',
  },
  { key: 'zhangjiang', under: 'pudong', kind: 'lowerUnion', name: '张江镇总工会' },
  { key: 'xinzhuang', under: 'minhang', kind: 'lowerUnion', name: '莘庄工业区总工会' },
]

type DemoUnit = { readonly key: string; readonly under: string; readonly name: string } & {
  readonly facts: Omit<UnitFacts, 'employer'>
}
const manufacturing = { employerNature: 'limited', industry: 'C', sector: 'secondary' } as const
const serving = { employerNature: 'limited', sector: 'tertiary' } as const

/** Each has a base union above it, named after it. */
const units: readonly DemoUnit[] = [
  {
    key: 'qiheng',
    under: 'gongyequ',
    name: '上海启衡精密机械有限公司',
    facts: { ...manufacturing, employerAddress: '嘉定区启衡路168号', postcode: '201800', employerPhone: '02100001680' },
  },
  {
    key: 'jiagang',
    under: 'gongyequ',
    name: '上海嘉港国际物流与供应链管理服务有限公司',
    facts: {
      ...serving,
      industry: 'G',
      employerAddress: '嘉定区嘉港路9号',
      postcode: '201801',
      employerPhone: '02100000090',
    },
  },
  {
    key: 'hengchuan',
    under: 'gongyequ',
    name: '上海衡川汽车零部件有限公司',
    facts: { ...manufacturing, employerAddress: '嘉定区衡川路36号', postcode: '201800', employerPhone: '02100000360' },
  },
  {
    key: 'jintuo',
    under: 'gongyequ',
    name: '上海锦拓模具有限公司',
    facts: { ...manufacturing, employerAddress: '嘉定区锦拓路8号', postcode: '201801', employerPhone: '02100000080' },
  },
  {
    key: 'yunzhan',
    under: 'gongyequ',
    name: '上海云栈仓储设备服务有限公司',
    facts: {
      ...serving,
      industry: 'G',
      employerAddress: '嘉定区云栈路27号',
      postcode: '201801',
      employerPhone: '02100000270',
    },
  },
  {
    key: 'shenlan',
    under: 'nanxiang',
    name: '上海申澜电梯工程有限公司',
    facts: {
      ...serving,
      industry: 'E',
      employerAddress: '嘉定区申澜路51号',
      postcode: '201802',
      employerPhone: '02100000510',
    },
  },
  {
    key: 'jiayi',
    under: 'nanxiang',
    name: '上海嘉颐养老服务有限公司',
    facts: {
      ...serving,
      industry: 'Q',
      employerAddress: '嘉定区嘉颐路77号',
      postcode: '201802',
      employerPhone: '02100000770',
    },
  },
  {
    key: 'nanxiangli',
    under: 'nanxiang',
    name: '上海南翔里餐饮管理有限公司',
    facts: {
      ...serving,
      industry: 'H',
      employerAddress: '嘉定区南翔里12号',
      postcode: '201802',
      employerPhone: '02100000120',
    },
  },
  {
    key: 'chengyuan',
    under: 'zhangjiang',
    name: '上海澄源生物制药有限公司',
    facts: {
      ...manufacturing,
      employerAddress: '浦东新区澄源路300号',
      postcode: '201203',
      employerPhone: '02100003000',
    },
  },
  {
    key: 'jingmang',
    under: 'zhangjiang',
    name: '上海晶芒微电子有限公司',
    facts: {
      ...manufacturing,
      employerAddress: '浦东新区晶芒路18号',
      postcode: '201203',
      employerPhone: '02100000180',
    },
  },
  {
    key: 'lianshu',
    under: 'xinzhuang',
    name: '上海联枢轨道设备有限公司',
    facts: { ...manufacturing, employerAddress: '闵行区联枢路66号', postcode: '201108', employerPhone: '02100000660' },
  },
  {
    key: 'hulan',
    under: 'baoshan',
    name: '上海沪岚钢构工程有限公司',
    facts: { ...manufacturing, employerAddress: '宝山区沪岚路5号', postcode: '201900', employerPhone: '02100000050' },
  },
  {
    key: 'qiming',
    under: 'jidian',
    name: '上海启铭电机制造有限公司',
    facts: { ...manufacturing, employerAddress: '闵行区启铭路210号', postcode: '200240', employerPhone: '02100002100' },
  },
]
const filingPoints: readonly DemoPlace[] = [
  {
    key: 'gongyequ-point',
    under: 'gongyequ',
    kind: 'filingPoint',
    name: '嘉定工业区基层申报点',
    serves: ['qiheng', 'jiagang', 'hengchuan', 'jintuo', 'yunzhan'],
  },
  {
    key: 'nanxiang-point',
    under: 'nanxiang',
    kind: 'filingPoint',
    name: '南翔镇基层申报点',
    serves: ['shenlan', 'jiayi', 'nanxiangli'],
  },
]

const secondLevel = (kind: OrganisationKind, names: Record<string, string>, from: number): DemoPlace[] =>
  Object.entries(names).map(([key, name], at) => ({
    key,
    under: 'city',
    kind,
    name,
    // invented settlement accounts, each with a tail of its own
    receivingAccount: `1001202600000${from + at * 37}`,
  }))

/** Parents before their children. */
export const demoPlaces: readonly DemoPlace[] = [
  { key: 'city', kind: 'cityFederation', name: '上海市总工会', receivingAccount: '1001202600000018' },
  {
    ...{ key: 'centre', under: 'city', kind: 'serviceCentre', name: '上海市职工技协服务中心' },
    receivingAccount: '1001202600000055',
  },
  ...secondLevel('districtFederation', districts, 1021),
  ...secondLevel('bureauUnion', bureaus, 7013),
  ...lower,
  ...units.flatMap(({ key, under, name }): DemoPlace[] => [
    { key, under, kind: 'baseUnion', name: `${name}工会` },
    { key: `${key}-unit`, under: key, kind: 'unit', name },
  ]),
  ...filingPoints,
]

/** By the key of the base union. */
export const demoFacts: readonly { readonly key: string; readonly facts: UnitFacts }[] = units.map(
  ({ key, name, facts }) => ({ key, facts: { ...facts, employer: name } }),
)
