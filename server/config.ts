/** The only reader of the environment. Everything else is handed the configuration it needs. */
import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { type Instant, instant, plainDate, startOfDay } from '../domain/dates.ts'
import { canEnter, databaseOsUser } from './db/osUser.ts'
import { systemDataDir } from './db/place.ts'
import { checkKeys, type Keys } from './secrets.ts'

export type Config = {
  readonly mode: 'demo' | 'production'
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  readonly dataDir: string
  /** An outside PostgreSQL; absent: the embedded one, in `dataDir`. */
  readonly database?: {
    readonly url: string
    /** The owner's connection, for migrations; absent: the database must already be migrated. */
    readonly adminUrl?: string
  }
  /** Where business time starts in a demonstration that has not started yet; never in production. */
  readonly clockStart?: Instant
  /** The key file that is named; a demonstration makes its own in `dataDir` where none is. */
  readonly keyFile?: string
  /** The gateway for text messages (`connectors/sms.ts`); a demonstration without one plays it itself. */
  readonly smsUrl?: string
  /** The city's bank (`connectors/bank.ts`) and what is shared with it; a demonstration without one plays it itself. */
  readonly bank?: { readonly url: string; readonly secret: string }
  /** The folder of the send log (`bank/sendLog.ts`): it must outlive the database, and all servers of one share it. */
  readonly sendLog: string
}

/** The configuration is refused; the message has one line for each thing to mend. */
export class ConfigRefused extends Error {
  override name = 'ConfigRefused'
}

const checkout = path.join(import.meta.dirname, '..')
/** Inside the 2026 season, on a working morning. */
const demonstrationStart = '2026-07-15T09:00:00+08:00'

/** @throws ConfigRefused */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const wrong: string[] = []
  // an empty variable is one that was left empty in a file of settings
  const read = (name: string) => env[name]?.trim() || undefined

  const mode = read('APP_MODE') ?? 'demo'
  if (mode !== 'demo' && mode !== 'production') wrong.push(`APP_MODE is demo or production, not ${mode}`)
  const port = read('PORT') ?? '3000'
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) wrong.push(`PORT is a number from 0 to 65535, not ${port}`)

  const url = read('DATABASE_URL')
  const adminUrl = read('DATABASE_ADMIN_URL')
  if (adminUrl && !url)
    wrong.push('DATABASE_ADMIN_URL needs a DATABASE_URL beside it, for another user of the same database')
  for (const [name, value] of Object.entries({ DATABASE_URL: url, DATABASE_ADMIN_URL: adminUrl }))
    if (value && !/^postgres(ql)?:\/\//.test(value)) wrong.push(`${name} starts with postgres://`)

  const clock = read('APP_CLOCK')
  const clockStart = readClock(clock ?? demonstrationStart)
  if (clock && mode === 'production') wrong.push('APP_CLOCK does not exist in production: unset it')
  if (!clockStart) wrong.push(`APP_CLOCK is a day (2026-07-15) or an instant (2026-07-15T09:00:00+08:00), not ${clock}`)

  const smsUrl = read('SMS_URL')
  if (smsUrl && !URL.canParse(smsUrl))
    wrong.push('SMS_URL is the http or https address of the gateway for text messages')
  const bankUrl = read('BANK_URL')
  const bankSecret = read('BANK_SECRET')
  if (bankUrl && !/^https?:$/.test(URL.parse(bankUrl)?.protocol ?? ''))
    wrong.push("BANK_URL is the http or https address of the city's bank")
  if (!bankUrl !== !bankSecret) wrong.push('BANK_URL and BANK_SECRET go together')
  if (bankSecret && bankSecret.length < 32) wrong.push('BANK_SECRET has at least 32 characters')
  const keyFile = read('KEYS')
  if (mode === 'production' && !keyFile) wrong.push('KEYS names the key file: make one with npm run keys -- <file>')
  if (wrong.length > 0) throw new ConfigRefused(wrong.join('\n'))

  const dataDir = path.resolve(read('DATA_DIR') ?? defaultDataDir(url !== undefined))
  return {
    mode: mode as Config['mode'],
    host: read('HOST') ?? '127.0.0.1',
    port: Number(port),
    dataDir,
    ...(url && { database: { url, ...(adminUrl && { adminUrl }) } }),
    ...(mode === 'demo' && clockStart !== undefined && { clockStart }),
    ...(keyFile && { keyFile: path.resolve(keyFile) }),
    ...(smsUrl && { smsUrl }),
    ...(bankUrl && bankSecret && { bank: { url: bankUrl.replace(/\/+$/, ''), secret: bankSecret } }),
    sendLog: path.resolve(read('SEND_LOG') ?? path.join(dataDir, 'send-log')),
  }
}

/** A plain day begins at 00:00 in Shanghai. */
function readClock(text: string): Instant | undefined {
  const day = plainDate(text)
  return day ? startOfDay(day) : instant(text)
}

function defaultDataDir(databaseElsewhere: boolean): string {
  const inside = path.join(checkout, '.data')
  if (databaseElsewhere || canEnter(databaseOsUser(), checkout)) return inside
  return path.join(systemDataDir, createHash('sha256').update(checkout).digest('hex').slice(0, 12))
}

/** Where the keys of this installation stand. */
export const keyFileOf = ({ keyFile, dataDir }: Config): string => keyFile ?? path.join(dataDir, 'keys.json')

/**
 * The keys of this installation. A demonstration makes its own the first time, marked as such.
 * @throws ConfigRefused without a usable key file, and in production with keys or data of a demonstration
 */
export function openKeys(config: Config): Keys {
  const own = path.join(config.dataDir, 'keys.json')
  if (config.mode === 'production' && existsSync(own) && readKeys(own).demo)
    throw new ConfigRefused(`${config.dataDir} holds a demonstration: give production a DATA_DIR of its own`)
  if (config.mode === 'demo' && !config.keyFile && !existsSync(own)) writeKeys(own, true)
  const keys = readKeys(keyFileOf(config))
  if (config.mode === 'production' && keys.demo)
    throw new ConfigRefused(
      `${config.keyFile} holds the keys of a demonstration: make new ones with npm run keys -- <file>`,
    )
  return keys
}

/** @throws ConfigRefused; the message never quotes what stands in the file */
function readKeys(file: string): Keys {
  try {
    return checkKeys(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    // a JSON error quotes the text around the wrong place
    const { message } = error as Error
    const why = error instanceof SyntaxError ? 'it is not JSON' : message
    throw new ConfigRefused(`${file} is no key file: ${why}. Make one with npm run keys -- <file>`)
  }
}

/**
 * Writes new keys to a file of its own, readable by its owner only, safe on disk before anything is sealed with them.
 * A file that is already there stays as it is.
 */
export function writeKeys(file: string, demo: boolean): void {
  const key = () => randomBytes(32).toString('base64')
  const keys: Keys = { demo, current: 'k1', keys: { k1: key() }, indexKey: key(), macKey: key() }
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}.tmp`
  const descriptor = openSync(draft, 'wx', 0o600)
  writeSync(descriptor, `${JSON.stringify(keys, null, 2)}\n`)
  fsyncSync(descriptor)
  closeSync(descriptor)
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
  const folder = openSync(path.dirname(file), 'r')
  fsyncSync(folder)
  closeSync(folder)
}
