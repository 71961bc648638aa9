import { test } from 'node:test'
import type { Facts } from '../../domain/facts.ts'
import { at, but, collective, day, individual, judged, policy, seniorWorker, technician, type Row } from './claims.ts'

test('levels and sums', () => {
  const numbered = (mark: string) => `S00003100009925${mark}000099`
  judged([
    ['首席', but({ certificate: { level: 'chiefTechnician', number: numbered('S') } }), true, { yuan: 4000 }],
    ['特级', but({ certificate: { level: 'specialTechnician', number: numbered('T') } }), true, { yuan: 3000 }],
    [
      '特级 with another letter',
      but({ certificate: { level: 'specialTechnician', number: numbered('A') } }),
      true,
      { yuan: 3000 },
    ],
    ['高级技师', but({ certificate: { level: 'seniorTechnician', number: numbered('1') } }), true, { yuan: 2000 }],
    ['技师', technician, true, { yuan: 1000 }],
    ['高级工 of the 19', seniorWorker, true, { yuan: 800 }],
    [
      '中级工',
      but({ certificate: { level: 'intermediateWorker', number: numbered('4') } }),
      false,
      { yuan: 0, open: [] },
    ],
    ['学徒工', but({ certificate: { level: 'apprentice' } }), false],
    ['a letter under 技师', but({ certificate: { number: numbered('T') } }), 'needs-material'],
    ['a digit under 首席', but({ certificate: { level: 'chiefTechnician', number: numbered('1') } }), 'needs-material'],
  ])
})

test('filing authorities', () => {
  const jiangsu = but({ certificate: { filingAuthority: 'jiangsu', number: 'S000032000099252000099' } })
  const industry = but({ certificate: { filingAuthority: 'industry', number: 'S004231000099252000099' } })
  judged([
    ['江苏 with the HR seal', but({ materials: { hrSeal: true } }, jiangsu), true, { yuan: 1000 }],
    ['江苏 without it', jiangsu, 'needs-material', { clause: '四.一.2' }],
    [
      '江苏 before the HR department has looked',
      but({ materials: { applicationForm: true, idCopy: true } }, { ...jiangsu, materials: {} }),
      true,
    ],
    ['江苏 by oneself', but({ channel: 'individual' }, jiangsu), false, { clause: '四.二', open: ['unit'] }],
    ['行业 with the HR seal', but({ materials: { hrSeal: true } }, industry), true],
    ['行业 by oneself', but({ channel: 'individual' }, industry), false, { open: ['unit'] }],
    ['上海 needs no HR seal', technician, true],
    [
      'another province',
      but({ certificate: { filingAuthority: 'otherProvince', number: 'S000011000099252000099' } }),
      false,
      { clause: '一.1', open: [] },
    ],
    [
      '特级 of 江苏',
      but({
        certificate: { level: 'specialTechnician', filingAuthority: 'jiangsu', number: 'S00003200009925T000099' },
      }),
      false,
      { clause: '一.2' },
    ],
    [
      '高级工 of 江苏',
      but({ certificate: { filingAuthority: 'jiangsu', number: 'S000032000099253000099' } }, seniorWorker),
      false,
      { clause: '一.3' },
    ],
    [
      'the ministry',
      but({
        certificate: { filingAuthority: 'ministry', number: 'Y001731000099252000099' },
        materials: { hrSeal: true },
      }),
      'needs-material',
      { reading: 'R20' },
    ],
    [
      'the ministry by oneself',
      but({ channel: 'individual', certificate: { filingAuthority: 'ministry', number: 'Y001731000099252000099' } }),
      false,
      { clause: '四.二', open: ['unit'] },
    ],
    [
      'the ministry for 首席',
      but({ certificate: { level: 'chiefTechnician', filingAuthority: 'ministry', number: 'Y00173100009925S000099' } }),
      false,
      { clause: '一.2' },
    ],
    ['never filed', but({ certificate: { filed: false } }), false, { clause: '一.1' }],
    [
      'nobody knows',
      { ...technician, certificate: { level: 'technician', issuedOn: '2025-02-01', number: 'S000031000099252000099' } },
      'needs-material',
    ],
    [
      '31 with a national agency',
      but({ certificate: { number: 'Y001731000099252000099' } }),
      'needs-material',
      { reading: 'R9' },
    ],
    ['the number says 江苏', but({ certificate: { number: 'S000032000099252000099' } }), 'needs-material'],
    [
      'the number of a province under an industry',
      but({ certificate: { filingAuthority: 'industry' }, materials: { hrSeal: true } }),
      'needs-material',
    ],
  ])
})

test('the 19 occupations, by code and by name', () => {
  const worker = (occupationCode: string | undefined, occupationName: string | undefined): Facts => {
    const { occupationCode: _, occupationName: __, ...certificate } = seniorWorker.certificate
    return {
      ...seniorWorker,
      certificate: {
        ...certificate,
        ...(occupationCode !== undefined && { occupationCode }),
        ...(occupationName !== undefined && { occupationName }),
      },
    }
  }
  judged([
    ...policy.occupations.map(({ code, name }): Row => [name, worker(code, name), true, { yuan: 800 }]),
    ['full-width and spaced', worker('４－０４－０５－０５', '人工智能 训练师'), true],
    ['without hyphens', worker('4040505', '人工智能训练师'), true],
    ['a 工种 in brackets', worker('4-04-05-05', '人工智能训练师（数据标注员）'), true],
    ['the mark of a digital occupation', worker('4-04-05-05（A）', '人工智能训练师 S'), true],
    ['no code', worker(undefined, '人工智能训练师'), true, { reading: 'R8' }],
    ['no name', worker('4-04-05-05', undefined), true],
    [
      'listed code, another name',
      worker('4-04-05-05', '生成式人工智能系统应用员'),
      'needs-material',
      { reading: 'R8' },
    ],
    [
      'listed name, another code',
      worker('6-18-01-01', '多工序数控机床操作调整工'),
      'needs-material',
      { reading: 'R8' },
    ],
    ['two listed ones mixed', worker('6-31-07-01', '工业机器人系统操作员'), 'needs-material', { reading: 'R8' }],
    ['a broken code with a listed name', worker('4-04-05', '人工智能训练师'), 'needs-material', { reading: 'R8' }],
    ['a near miss', worker('6-31-07-02', '工业视觉系统运维员'), false, { clause: '一.3' }],
    ['neither known', worker(undefined, undefined), 'needs-material'],
    [
      '技师 of any occupation',
      but({ certificate: { occupationCode: '6-31-07-02', occupationName: '工业视觉系统运维员' } }),
      true,
    ],
    ['by oneself', { ...seniorWorker, channel: 'individual' }, true, { reading: 'R5' }],
  ])
})

test('issue dates and the window', () => {
  const issued = (issuedOn: string, receivedAt = '2026-09-15T12:00:00+08:00', year = issuedOn.slice(2, 4)) =>
    but({ receivedAt: at(receivedAt), certificate: { issuedOn, number: `S000031000099${year}2000099` } })
  const received = (text: string) => but({ channel: 'individual', receivedAt: at(text) })
  judged([
    ['the day before', issued('2022-12-31'), false, { clause: '一' }],
    ['the first day', issued('2023-01-01'), true],
    ['a leap day', issued('2024-02-29'), true],
    ['the last day', issued('2026-09-15'), true, { reading: 'R1' }],
    ['a day too late', issued('2026-09-16'), false, { clause: '一' }],
    ['not yet there', issued('2026-09-01', '2026-07-10T10:00:00+08:00'), false, { clause: '一' }],
    ['issued on the day of filing', issued('2026-07-10', '2026-07-10T00:00:00+08:00'), true],
    ['no such day', issued('2024-02-30'), 'needs-material'],
    ['no date', issued(''), 'needs-material'],
    ['a second early', received('2026-06-15T23:59:59+08:00'), false, { clause: '二' }],
    ['the first instant', received('2026-06-16T00:00:00+08:00'), true],
    ['the last second', received('2026-09-15T23:59:59+08:00'), true],
    ['the same in UTC', received('2026-09-15T15:59:59Z'), true],
    ['closed', received('2026-09-15T16:00:00Z'), false, { clause: '二' }],
    [
      'forwarded late',
      but({ receivedAt: at('2026-09-15T18:00:00+08:00'), forwardedAt: at('2026-09-17T09:00:00+08:00') }),
      true,
      { reading: 'R2' },
    ],
    [
      'a roster after the window',
      { ...collective, receivedAt: at('2026-10-20T10:00:00+08:00') },
      true,
      { reading: 'R7' },
    ],
    [
      'a roster row issued after it',
      but(
        {
          receivedAt: at('2026-10-20T10:00:00+08:00'),
          certificate: { issuedOn: '2026-09-30', number: 'S000031000099263000099' },
        },
        collective,
      ),
      false,
    ],
  ])
})

test('members, cards and payees', () => {
  judged([
    ['no member', but({ membership: { member: false } }), false, { clause: '一', open: [] }],
    ['a union elsewhere', but({ membership: { shanghaiUnion: false } }), false, { clause: '一' }],
    ['joined after filing', but({ membership: { since: day('2026-08-01') } }), 'needs-material', { reading: 'R15' }],
    ['joined on the day', but({ membership: { since: day('2026-07-10') } }), true],
    [
      'no card, by oneself',
      but({ membership: { memberCard: 'none' } }, individual),
      false,
      { clause: '四.二', open: ['unit'] },
    ],
    [
      'an expired card, by oneself',
      but({ membership: { memberCard: 'invalid' } }, individual),
      false,
      { open: ['unit'] },
    ],
    [
      'a card not activated, by oneself',
      but({ membership: { memberCard: 'notActivated' } }, individual),
      'needs-material',
    ],
    ['no card, by the unit to a bank card', but({ payee: 'bankCard', membership: { memberCard: 'none' } }), true],
    ['no card, by the unit to that card', but({ membership: { memberCard: 'none' } }), 'needs-material'],
    ['a bank card, by oneself', but({ payee: 'bankCard' }, individual), false, { clause: '四.二.3', open: ['unit'] }],
    ['both cards', but({ payee: 'several' }), 'needs-material', { clause: '附件' }],
    ['no payee', but({ payee: 'none' }), 'needs-material'],
    ["another person's card", but({ payee: 'thirdParty' }), 'needs-material'],
    ["another person's card, by oneself", but({ payee: 'thirdParty' }, individual), false],
    ['a roster row to a bank card', { ...collective, payee: 'bankCard' }, true],
  ])
})
