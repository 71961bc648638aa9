/**
 * `npm run admin`: makes the first three administrators of an installation. Asks in a terminal; otherwise reads JSON:
 * `{"city": "上海市总工会", "administrators": [{"role", "loginName", "name", "idNumber", "password"}, …]}`.
 */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { errorSays, Refused } from '../contract/errors.ts'
import { MakeAccount } from '../contract/people.ts'
import { type Instant } from '../domain/dates.ts'
import { roleTitles } from '../domain/roles.ts'
import { ConfigRefused, openKeys, readConfig } from '../server/config.ts'
import { connectDatabase } from '../server/db/connect.ts'
import { firstRoles, makeFirstAdministrators } from '../server/people/account.ts'
import { openSecrets } from '../server/secrets.ts'

const defaultCity = '上海市总工会'
const Wish = z.strictObject({
  city: z.string().trim().min(2).max(80).default(defaultCity),
  administrators: z
    .array(MakeAccount.omit({ organisationId: true, role: true }).extend({ role: z.enum(firstRoles) }))
    .length(firstRoles.length)
    .refine(
      (all) => firstRoles.every((role) => all.some((each) => each.role === role)),
      'one administrator for each role',
    ),
})

async function askInTerminal(): Promise<unknown> {
  let muted = false
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!muted) process.stdout.write(chunk)
      done()
    },
  })
  const terminal = createInterface({ input: process.stdin, output, terminal: true })
  const askSecret = async (question: string) => {
    process.stdout.write(question)
    muted = true
    const answer = await terminal.question('')
    muted = false
    process.stdout.write('\n')
    return answer
  }
  const city = (await terminal.question(`根组织（${defaultCity}）：`)) || defaultCity
  const administrators: unknown[] = []
  for (const role of firstRoles) {
    console.log(`\n${roleTitles[role]}`)
    const loginName = await terminal.question('账号名：')
    const name = await terminal.question('姓名：')
    const idNumber = await terminal.question('身份证号：')
    const password = await askSecret('密码（至少12位，不显示）：')
    administrators.push({ role, loginName, name, idNumber, password })
  }
  terminal.close()
  return { city, administrators }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

async function run(): Promise<number> {
  const config = readConfig()
  const secrets = openSecrets(openKeys(config))
  const wish = Wish.safeParse(process.stdin.isTTY ? await askInTerminal() : parse(await text(process.stdin)))
  if (!wish.success) {
    for (const { path, message } of wish.error.issues) console.error(`${path.join('.') || 'stdin'}: ${message}`)
    return 2
  }
  const { city, administrators } = wish.data
  const database = await connectDatabase(config, { log: (line) => console.error(line), borrow: true })
  const db = database.open('app', { max: 2 })
  try {
    const uris = await makeFirstAdministrators({ db, secrets }, administrators, city, Date.now() as Instant)
    if (!uris) {
      console.error('已经有账号了，没有再开。请系统管理员在工作台里开账号。')
      return 1
    }
    console.log('三个账号已开。把下面的地址各自存进动态码应用，只显示这一次：')
    for (const [at, { role, loginName }] of administrators.entries())
      console.log(`${roleTitles[role]} ${loginName} ${uris[at]}`)
    return 0
  } finally {
    await db.close()
    await database.stop()
  }
}

try {
  process.exitCode = await run()
} catch (error) {
  if (error instanceof Refused) {
    console.error(errorSays(error.code, error.params))
    for (const { field, says } of error.fields) console.error(`${field}: ${says}`)
  } else if (error instanceof ConfigRefused) console.error(error.message)
  else throw error
  process.exitCode = 2
}
