import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { parsePolicy } from '../../domain/policyFile.ts'
import { policiesFolder } from '../../server/policies/folder.ts'
import { files2026, policy2026 } from './policy2026.ts'

function problemsAfter(file: string, from: string | RegExp, to: string) {
  const files = files2026()
  const changed = files[file]!.replace(from, to)
  assert.notEqual(changed, files[file], `${String(from)} does not occur in ${file}`)
  const result = parsePolicy({ ...files, [file]: changed })
  return 'problems' in result ? result.problems : []
}

const lineOf = (file: string, words: string) =>
  files2026()
    [file]!.split('\n')
    .findIndex((line) => line.includes(words)) + 1

test('the notice is cut into its clauses, and every rule quotes its own', () => {
  const policy = policy2026()
  const clause = (id: string) => policy.clauses.find((candidate) => candidate.id === id)!.text
  assert.match(clause('一'), /^一、资助对象[^]*四类对象：$/)
  assert.match(clause('一.3'), /^三是针对[^]*区块链应用操作员[^]*新增）$/)
  assert.match(clause('四.一.2'), /苏浙皖证书参照行业特有工种实施）$/)
  assert.equal(
    policy.clauses
      .map(({ text }) => text)
      .join('')
      .includes('附件\n2026年度'),
    true,
  )
  assert.equal(policy.occupations.length, 19)
  assert.equal(policy.occupations.filter(({ addedThisYear }) => addedThisYear).length, 4)
  assert.deepEqual(
    policy.readings.map(({ id }) => id),
    Array.from({ length: 26 }, (_, i) => `R${i + 1}`),
  )
  assert.equal(policy.survey.questions.length, 7)
  for (const field of policy.form.steps.flatMap(({ fields }) => fields))
    assert.ok(field.class && field.retention, field.key)
})

test('a wrong policy is refused with file, line and reason', () => {
  const refusals: readonly (readonly [string, string | RegExp, string, RegExp])[] = [
    ['policy.yaml', 'issueDates:', 'issueDate:', /unknown key issueDate/],
    ['policy.yaml', 'opensOn: 2026-06-16', 'opensOn: 2026-06-31', /a date that exists/],
    ['policy.yaml', '获得技能等级证书的本市工会会员', '获得技能等级证书的上海工会会员', /does not stand in clause 一/],
    ['policy.yaml', 'clause: 一.1\n', 'clause: 一.2\n', /does not stand in clause 一.2/],
    ['policy.yaml', 'clause: 一.2\n', 'clause: 一.9\n', /no clause 一.9/],
    ['policy.yaml', 'levels: [seniorWorker]', 'levels: [seniorWorkr]', /expected one of/],
    ['policy.yaml', 'boundToWindow: true', 'boundToWindow: yes', /true or false/],
    ['policy.yaml', 'yuan: 1000', 'yuan: 1200', /does not print 1200/],
    ['policy.yaml', 'id: masters', 'id: technicians', /technicians is there twice/],
    ['policy.yaml', /  - id: collective[^]*(?=\ncontacts:)/, '', /channel collective is missing/],
    ['policy.yaml', 'kind: hrOpinion', 'kind: hrOpinon', /expected one of/],
    ['form.yaml', 'class: sensitive, ', '', /class is missing/],
    ['form.yaml', 'retention: application, ', '', /retention is missing/],
    ['form.yaml', '手机号码, kind', '手机号, knd', /unknown key knd/],
    ['survey.yaml', '月工资实际到手收入', '月工资实际到手的收入', /the annex does not print/],
    ['occupations.yaml', '4-04-05-02', '4-04-05-03', /does not list 4-04-05-03/],
    ['occupations.yaml', /  - \{ code: 4-04-05-02.*\n/, '', /lists 4-04-05-02, which is missing here/],
    ['readings.yaml', 'value: same, options: [same, new]', 'value: other', /R19 must be one of same, new/],
    ['readings.yaml', '{ id: R16, clause: 四.一.4', '{ id: R1, clause: 四.一.4', /R1 is there twice/],
    ['examples.yaml', 'id: special-unit', 'id: chief-unit', /chief-unit is there twice/],
    ['examples.yaml', 'amount: 3000', 'amount: 2000', /should bring 2000 yuan and brings 3000/],
    [
      'examples.yaml',
      /- id: special-unit[^]*?(?=- id: special-jiangsu)/,
      '',
      /no example in which (category masters|level specialTechnician)/,
    ],
    [
      'examples.yaml',
      /- id: competition-senior-worker[^]*?(?=- id: competition-of)/,
      '',
      /no anchor is called collective/,
    ],
    ['examples.yaml', '2022-12-31, filingAuthority', '2023-12-31, filingAuthority', /should be false/],
    ['calendar.yaml', '- 2026-06-19', '- 2026-06-31', /a date that exists/],
    ['calendar.yaml', '- 2026-06-19', '- 2025-06-19', /wrong year/],
    ['notice.md', '技师资助1000元', '技师资助1001元', /does not stand/],
  ]
  for (const [file, from, to, reason] of refusals) {
    const problems = problemsAfter(file, from, to)
    assert.ok(
      problems.some((problem) => reason.test(problem.reason)),
      `${file}: ${String(from)}: ${JSON.stringify(problems)}`,
    )
    assert.ok(problems.every(({ line }) => line >= 1))
  }
})

test('the line is the line of the fault', () => {
  assert.deepEqual(
    problemsAfter('policy.yaml', 'opensOn: 2026-06-16', 'opensOn: 2026-06-31')[0]!.line,
    lineOf('policy.yaml', 'opensOn: 2026-06-16'),
  )
  assert.deepEqual(
    problemsAfter('form.yaml', 'class: sensitive, ', '')[0]!.line,
    lineOf('form.yaml', 'class: sensitive'),
  )
  const reading = problemsAfter('readings.yaml', 'value: 10, decidedBy', 'value: ten, decidedBy')
  assert.deepEqual(
    reading.map(({ line, reason }) => [line, reason]),
    [[lineOf('readings.yaml', 'id: R3,'), 'reading R3 must set a number']],
  )
  assert.equal(
    problemsAfter('policy.yaml', 'closesOn: 2026-09-15', 'closesOn: 2026-06-01')[0]!.line,
    lineOf('policy.yaml', 'window:'),
  )
})

test('every file must be there', () => {
  const { 'survey.yaml': _, ...files } = files2026()
  assert.deepEqual(parsePolicy(files), { problems: [{ file: 'survey.yaml', line: 1, reason: 'the file is missing' }] })
})

test('the command prints OK for the folder, and file:line: reason for a spoilt copy', async () => {
  const run = (folder: string) =>
    promisify(execFile)(process.execPath, [join(import.meta.dirname, '../../cli/policy.ts'), 'check', folder]).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
    )
  const good = await run(join(policiesFolder, '2026'))
  assert.equal(good.code, 0)
  assert.match(good.stdout, /^OK [^\n]*\n$/)
  const copy = await mkdtemp(join(tmpdir(), 'policy-'))
  try {
    await cp(join(policiesFolder, '2026'), copy, { recursive: true })
    const path = join(copy, 'policy.yaml')
    await writeFile(path, (await readFile(path, 'utf8')).replace('revision: 1', 'revison: 1'))
    const bad = await run(copy)
    assert.equal(bad.code, 1)
    assert.match(bad.stdout, /policy\.yaml:\d+: unknown key revison\n/)
  } finally {
    await rm(copy, { recursive: true })
  }
})
