/** Each wall of the house is proven by a planted violation that the checks must catch, in a small copy of the house. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'

const checkout = path.join(import.meta.dirname, '..')
const copy = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-walls-'))
after(() => rmSync(copy, { recursive: true, force: true }))

const configuration = [
  'tsconfig*.json',
  '{domain,contract,connectors,sandbox,server,cli,test,bench}/tsconfig.json',
  'web/*/tsconfig.json',
  'oxlint.config.ts',
  'package.json',
]
for (const file of globSync(configuration, { cwd: checkout })) cpSync(path.join(checkout, file), path.join(copy, file))
// Package by package, without the hidden folders: the type checker writes its results into node_modules/.cache.
mkdirSync(path.join(copy, 'node_modules'))
for (const name of readdirSync(path.join(checkout, 'node_modules')))
  if (!name.startsWith('.'))
    symlinkSync(path.join(checkout, 'node_modules', name), path.join(copy, 'node_modules', name))

function write(files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(copy, file)), { recursive: true })
    writeFileSync(path.join(copy, file), `${text}\n`)
  }
}

const runProgram = (program: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(checkout, 'node_modules', program), ...args],
    { cwd: copy, encoding: 'utf8' },
  )
  return { status, output: stdout + stderr }
}
const typeCheck = () => runProgram('typescript/bin/tsc', '-b')
const lint = () => runProgram('oxlint/bin/oxlint', '--format', 'unix')

/** A house in which every wall stands. */
const sound = {
  'domain/grade.ts': 'export const grade = (n: number): number => n + 1',
  'contract/message.ts':
    "import { grade } from '../domain/grade.ts'\nimport { z } from 'zod'\nexport const Message = z.object({ grade: z.literal(grade(1)) })",
  'connectors/register.ts':
    "import { Message } from '../contract/message.ts'\nexport const ask = (): unknown => Message",
  'sandbox/register.ts':
    "import { Message } from '../contract/message.ts'\nexport const answer = (): unknown => Message",
  'server/config.ts': 'export const port = process.env.PORT',
  'server/db/open.ts':
    "import type { Transaction } from 'kysely'\nexport type Trx = Transaction<{ claim: { id: string } }>",
  'server/claims/sql.ts':
    "import type { Trx } from '../db/open.ts'\nexport const find = (trx: Trx) => trx.selectFrom('claim').select('id').execute()",
  'server/claims/claim.ts':
    "import type { Trx } from '../db/open.ts'\nimport { find } from './sql.ts'\nexport const show = (trx: Trx) => find(trx)",
  'server/claims/http.ts':
    "import type { FastifyInstance } from 'fastify'\nimport { show } from './claim.ts'\nexport const routes = (app: FastifyInstance) => [app, show]",
  'server/people/sql.ts': 'export const findPerson = () => 1',
  'server/people/person.ts':
    "import { show } from '../claims/claim.ts'\nimport { findPerson } from './sql.ts'\nexport const person = [show, findPerson]",
  'server/people/http.ts': "import { person } from './person.ts'\nexport const peopleRoutes = person",
  'server/app.ts':
    "import { fastify } from 'fastify'\nimport { routes } from './claims/http.ts'\nexport const app = [fastify, routes]",
  'cli/tool.ts': "import { port } from '../server/config.ts'\nexport const tool = port",
  'test/tool.test.ts': "import { tool } from '../cli/tool.ts'\nexport const seen = tool",
  'bench/run.ts': "import { port } from '../server/config.ts'\nexport const measured = port",
  'web/ui/words.ts': "import { grade } from '../../domain/grade.ts'\nexport const words = grade(1)",
  'web/worker/main.tsx': "import { words } from '../ui/words.ts'\nexport const page = <b>{words}</b>",
  'web/desk/main.tsx': "import { words } from '../ui/words.ts'\nexport const desk = <b>{words}</b>",
}

/** What each wall keeps out: the file planted, and the checks that must name it. */
const violations: readonly { wall: string; file: string; text: string; by: readonly ('types' | 'lint')[] }[] = [
  { wall: 'domain has no clock', file: 'domain/clock.ts', text: 'export const now = () => Date.now()', by: ['lint'] },
  {
    wall: 'domain has no Temporal',
    file: 'domain/temporal.ts',
    text: 'export const now = () => Temporal.Now.instant()',
    by: ['lint'],
  },
  {
    wall: 'domain has no chance',
    file: 'domain/chance.ts',
    text: 'export const chance = () => Math.random()',
    by: ['lint'],
  },
  {
    wall: 'domain has no chance by another name',
    file: 'domain/chance2.ts',
    text: 'export const { random } = Math',
    by: ['lint'],
  },
  {
    wall: 'domain has no crypto',
    file: 'domain/id.ts',
    text: 'export const id = () => crypto.randomUUID()',
    by: ['lint', 'types'],
  },
  {
    wall: 'domain has no files',
    file: 'domain/files.ts',
    text: "import { readFileSync } from 'node:fs'\nexport const read = readFileSync",
    by: ['lint', 'types'],
  },
  {
    wall: 'domain ↛ contract',
    file: 'domain/up.ts',
    text: "import { Message } from '../contract/message.ts'\nexport const up = Message",
    by: ['lint', 'types'],
  },
  {
    wall: 'contract ↛ server',
    file: 'contract/up.ts',
    text: "import { port } from '../server/config.ts'\nexport const up = port",
    by: ['lint', 'types'],
  },
  {
    wall: 'connectors ↛ server',
    file: 'connectors/up.ts',
    text: "import { port } from '../server/config.ts'\nexport const up = port",
    by: ['lint', 'types'],
  },
  {
    wall: 'sandbox ↛ server',
    file: 'sandbox/up.ts',
    text: "import { port } from '../server/config.ts'\nexport const up = port",
    by: ['lint', 'types'],
  },
  {
    wall: 'server ↛ web',
    file: 'server/claims/up.ts',
    text: "import { words } from '../../web/ui/words.ts'\nexport const up = words",
    by: ['lint', 'types'],
  },
  {
    wall: 'server ↛ cli',
    file: 'server/up.ts',
    text: "import { tool } from '../cli/tool.ts'\nexport const up = tool",
    by: ['lint', 'types'],
  },
  {
    wall: 'worker ↛ desk',
    file: 'web/worker/across.tsx',
    text: "import { desk } from '../desk/main.tsx'\nexport const across = desk",
    by: ['lint', 'types'],
  },
  {
    wall: 'desk ↛ worker',
    file: 'web/desk/across.tsx',
    text: "import { page } from '../worker/main.tsx'\nexport const across = page",
    by: ['lint', 'types'],
  },
  {
    wall: 'ui ↛ desk',
    file: 'web/ui/up.tsx',
    text: "import { desk } from '../desk/main.tsx'\nexport const up = desk",
    by: ['lint', 'types'],
  },
  {
    wall: 'web ↛ server',
    file: 'web/desk/server.ts',
    text: "import { port } from '../../server/config.ts'\nexport const over = port",
    by: ['lint', 'types'],
  },
  {
    wall: 'web ↛ server, loaded later',
    file: 'web/worker/later.ts',
    text: "export const later = () => import('../../server/config.ts')",
    by: ['lint', 'types'],
  },
  {
    wall: "http ↛ another module's sql",
    file: 'server/reviews/http.ts',
    text: "import { find } from '../claims/sql.ts'\nexport const reach = find",
    by: ['lint'],
  },
  {
    wall: 'http ↛ its own sql',
    file: 'server/payments/http.ts',
    text: "import { pay } from './sql.ts'\nexport const reach = pay",
    by: ['lint'],
  },
  {
    wall: "noun ↛ another module's sql",
    file: 'server/reviews/review.ts',
    text: "import { find } from '../claims/sql.ts'\nexport const reach = find",
    by: ['lint'],
  },
  {
    wall: "sql ↛ another module's sql",
    file: 'server/reviews/sql.ts',
    text: "import { find } from '../claims/sql.ts'\nexport const reach = find",
    by: ['lint'],
  },
  {
    wall: 'noun ↛ http',
    file: 'server/people/up.ts',
    text: "import { peopleRoutes } from './http.ts'\nexport const up = peopleRoutes",
    by: ['lint'],
  },
  {
    wall: 'SQL by kysely outside sql.ts',
    file: 'server/files/file.ts',
    text: "import { sql } from 'kysely'\nexport const now = sql`select 1`",
    by: ['lint'],
  },
  {
    wall: 'SQL by pg outside sql.ts',
    file: 'server/files/other.ts',
    text: "import pg from 'pg'\nexport const pool = new pg.Pool()",
    by: ['lint'],
  },
  {
    wall: 'SQL by a transaction in hand outside sql.ts',
    file: 'server/files/query.ts',
    text: "import type { Trx } from '../db/open.ts'\nexport const query = (trx: Trx) => trx.selectFrom('claim').execute()",
    by: ['lint'],
  },
  {
    wall: 'HTTP outside http.ts',
    file: 'server/claims/web.ts',
    text: "import { fastify } from 'fastify'\nexport const app = fastify()",
    by: ['lint'],
  },
  {
    wall: 'HTTP helpers outside http.ts',
    file: 'server/claims/cookie.ts',
    text: "import cookie from '@fastify/cookie'\nexport const plugin = cookie",
    by: ['lint'],
  },
  {
    wall: 'environment read outside config.ts',
    file: 'server/claims/env.ts',
    text: 'export const port = process.env.PORT',
    by: ['lint'],
  },
  {
    wall: 'environment read by another name',
    file: 'server/claims/env2.ts',
    text: 'export const { env } = process',
    by: ['lint'],
  },
  {
    wall: 'environment read by import',
    file: 'server/claims/env3.ts',
    text: "import { env } from 'node:process'\nexport const port = env.PORT",
    by: ['lint'],
  },
  {
    wall: 'server ↛ bench',
    file: 'server/claims/measured.ts',
    text: "import { measured } from '../../bench/run.ts'\nexport const claim = measured",
    by: ['types'],
  },
  { wall: 'environment read in cli', file: 'cli/env.ts', text: 'export const port = process.env.PORT', by: ['lint'] },
]

test('the checks pass where every wall stands', () => {
  write(sound)
  const types = typeCheck()
  assert.equal(types.status, 0, types.output)
  const linted = lint()
  assert.equal(linted.status, 0, linted.output)
})

test('every violation is caught', async (each) => {
  write(sound)
  write({ 'server/payments/sql.ts': 'export const pay = 1' })
  write(Object.fromEntries(violations.map(({ file, text }) => [file, text])))
  const outputs = { types: typeCheck().output, lint: lint().output }
  for (const { wall, file, by } of violations)
    await each.test(wall, () => {
      for (const check of by)
        assert.match(outputs[check], new RegExp(`^${RegExp.escape(file)}[:(]`, 'm'), `${check} let ${file} pass`)
    })
})
