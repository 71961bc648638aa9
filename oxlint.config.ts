/** The walls of the house that the type checker does not see, and the rules of style. `test/walls.test.ts` proves them. */
import { defineConfig } from 'oxlint'

type Pattern = { regex?: string; group?: string[]; message: string }

/** Other worlds, reached by a path that leaves this one. */
const worlds = (names: string, message: string): Pattern => ({ regex: `^(\\.\\./)+(${names})/`, message })
const packages = (names: string, message: string): Pattern => ({ regex: `^(${names})(/|$)`, message })
/** No package but these. It stands last: a path that it lets through is not looked at again. */
const packagesBut = (allowed: readonly string[], message: string): Pattern => ({
  group: ['**', ...allowed.flatMap((name) => [`!${name}`, `!${name}/**`]), '!./**', '!../**'],
  message,
})
const forbidImports = (...patterns: Pattern[]): ['error', object] => ['error', { patterns }]

const sqlPackage = packages('kysely|pg', 'SQL is written in a sql.ts and in server/db only')
const httpPackage = packages('fastify|fastify-[^/]*|@fastify', 'only http.ts and server/app.ts know HTTP')
const sqlOfAnother = { regex: '^\\.\\.?/[^/]+/sql\\.ts$', message: 'another module is reached through its noun' }
const anySql = { regex: '(^|/)sql\\.ts$', message: 'http.ts asks its noun, never sql.ts' }
const anyHttp = { regex: '(^|/)http\\.ts$', message: 'http.ts is mounted by server/app.ts alone' }
const aboveServer = worlds('web|cli|test|bench', 'server imports domain, contract, connectors and sandbox only')
const machine = packages('node:[^/]*|pg|kysely|fastify|@fastify', 'a web runs in a browser')

const processPackage = packages(
  'node:process|process',
  'the environment is read by server/config.ts, from the global process',
)
const environment = { object: 'process', property: 'env', message: 'only server/config.ts reads the environment' }
const statements = [
  'selectFrom',
  'selectNoFrom',
  'insertInto',
  'updateTable',
  'deleteFrom',
  'mergeInto',
  'executeQuery',
].map((property) => ({ property, message: 'SQL is written in a sql.ts and in server/db only' }))
const impure = [
  ...['Date', 'Temporal', 'Intl', 'performance', 'crypto', 'fetch', 'console', 'process', 'Buffer', 'globalThis'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
]

export default defineConfig({
  plugins: ['typescript', 'import', 'react', 'unicorn', 'oxc', 'promise'],
  categories: { correctness: 'error' },
  rules: {
    eqeqeq: 'error',
    'import/no-cycle': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': [
      'error',
      {
        allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: ['test', 'suite', 'describe', 'it'] }],
      },
    ],
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    // texts are sorted by their code units, which is what a machine needs
    'typescript/require-array-sort-compare': 'off',
    'unicorn/no-useless-spread': 'off', // it groups the arguments of a command line
    'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
  },
  // A later entry replaces an earlier one's rule for a file, so each names all that holds there.
  overrides: [
    {
      files: ['domain/**'],
      rules: {
        'no-restricted-imports': forbidImports(
          worlds('contract|connectors|sandbox|server|web|cli|test', 'domain imports nothing else of ours'),
          packagesBut(['yaml'], 'domain is pure: no platform, no IO'),
        ),
        'no-restricted-globals': ['error', ...impure],
        'no-restricted-properties': [
          'error',
          { object: 'Math', property: 'random', message: 'domain is pure: no randomness' },
        ],
      },
    },
    {
      files: ['contract/**'],
      rules: {
        'no-restricted-imports': forbidImports(
          worlds('connectors|sandbox|server|web|cli|test', 'contract imports domain only'),
          packagesBut(['zod'], 'the contract needs nothing but zod'),
        ),
      },
    },
    {
      files: ['connectors/**', 'sandbox/**'],
      rules: {
        'no-restricted-imports': forbidImports(
          worlds('connectors|sandbox|server|web|cli|test', 'connectors and sandbox import domain and contract only'),
          processPackage,
        ),
        'no-restricted-properties': ['error', environment],
      },
    },
    {
      files: ['server/**'],
      rules: {
        'no-restricted-imports': forbidImports(
          sqlPackage,
          httpPackage,
          sqlOfAnother,
          anyHttp,
          aboveServer,
          processPackage,
        ),
        'no-restricted-properties': ['error', environment, ...statements],
      },
    },
    {
      files: ['server/*/sql.ts', 'server/db/**'],
      rules: {
        'no-restricted-imports': forbidImports(httpPackage, sqlOfAnother, anyHttp, aboveServer, processPackage),
        'no-restricted-properties': ['error', environment],
      },
    },
    // context.ts describes what hangs on a request
    {
      files: ['server/*/http.ts', 'server/context.ts'],
      rules: { 'no-restricted-imports': forbidImports(sqlPackage, anySql, anyHttp, aboveServer, processPackage) },
    },
    {
      files: ['server/app.ts'],
      rules: { 'no-restricted-imports': forbidImports(sqlPackage, anySql, aboveServer, processPackage) },
    },
    { files: ['server/config.ts'], rules: { 'no-restricted-properties': ['error', ...statements] } },
    { files: ['server/db/tables.ts'], rules: { 'max-lines': 'off' } },
    {
      files: ['cli/**'],
      rules: {
        'no-restricted-imports': forbidImports(
          worlds('web|test', 'cli imports the server and what lies below it'),
          processPackage,
        ),
        'no-restricted-properties': ['error', environment],
      },
    },
    {
      files: ['web/ui/**'],
      rules: {
        'no-restricted-imports': forbidImports(
          machine,
          worlds('server|connectors|sandbox|cli|test|worker|desk', 'web/ui imports domain and contract only'),
        ),
      },
    },
    {
      files: ['web/worker/**'],
      rules: {
        'no-restricted-imports': forbidImports(
          machine,
          packages('antd|@ant-design|echarts', "the phone's pages use antd-mobile"),
          worlds('server|connectors|sandbox|cli|test|desk', 'worker imports domain, contract and web/ui only'),
        ),
      },
    },
    {
      files: ['web/desk/**'],
      rules: {
        'no-restricted-imports': forbidImports(
          machine,
          packages('antd-mobile', 'the desk uses antd'),
          worlds('server|connectors|sandbox|cli|test|worker', 'desk imports domain, contract and web/ui only'),
        ),
      },
    },
    // Markup is long where its logic is not.
    {
      files: ['web/**/*.tsx'],
      rules: { 'max-lines-per-function': ['error', { max: 120, skipBlankLines: true, skipComments: true }] },
    },
    // A test file is a list of cases.
    {
      files: ['test/**', 'bench/**'],
      rules: {
        'max-lines-per-function': 'off',
        'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      },
    },
  ],
  ignorePatterns: ['node_modules', 'dist', '.data'],
})
