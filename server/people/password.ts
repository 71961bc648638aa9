/** Passwords (argon2id) and time-based one-time codes (RFC 6238: SHA-1, 6 digits, 30 seconds, as authenticators have it). */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { Secret, TOTP } from 'otpauth'

/** OWASP's floor for argon2id: 19 MiB, 2 passes, 1 lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 }
const tagLength = 32
const derive = promisify(argon2)

/** The PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const hash = await derive('argon2id', { ...cost, tagLength, nonce, message: password.normalize('NFKC') })
  const settings = `m=${cost.memory},t=${cost.passes},p=${cost.parallelism}`
  return `$argon2id$v=19$${settings}$${unpadded(nonce)}$${unpadded(hash)}`
}

const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

/** Costs the same whether it fits or not. */
export async function passwordFits(password: string, hash: string): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(hash)
  if (!match) throw new Error('a stored password hash is not argon2id in PHC form')
  const [memory, passes, parallelism] = match.slice(1, 4).map(Number) as [number, number, number]
  const [nonce, expected] = match.slice(4).map((text) => Buffer.from(text, 'base64')) as [Buffer, Buffer]
  const settings = { memory, passes, parallelism, tagLength: expected.length, nonce }
  return timingSafeEqual(await derive('argon2id', { ...settings, message: password.normalize('NFKC') }), expected)
}

/** Checked for a name that nobody has: the answer takes as long as any other. */
export const nobodysPassword = hashPassword(randomBytes(16).toString('hex'))

const contextWords = [
  'jiangsheng',
  '匠升',
  'gonghui',
  '工会',
  'shanghai',
  '上海',
  'password',
  'passw0rd',
  'qwerty',
  'admin',
]

/** Too short, one of the words an attacker of this system tries first, or a run of few characters. */
export function weakPassword(password: string, ownWords: readonly string[]): boolean {
  const plain = password.normalize('NFKC').toLowerCase()
  if (plain.length < 12 || new Set(plain).size < 6) return true
  // What is left besides the guessable words has to be a password of its own.
  const words = [...contextWords, ...ownWords.map((word) => word.toLowerCase())].filter((word) => word.length >= 2)
  const left = words.reduce((text, word) => text.replaceAll(word, ''), plain)
  return left.length < 8 || /^\d+$/.test(left) || '01234567890abcdefghijklmnopqrstuvwxyz'.includes(left)
}

const periodMs = 30_000

/** 20 random bytes in base32. */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32

const totp = (secret: string, loginName: string) =>
  new TOTP({ issuer: '匠升', label: loginName, secret: Secret.fromBase32(secret) })

export const totpUri = (secret: string, loginName: string): string => totp(secret, loginName).toString()
export const totpStep = (at: number): number => Math.floor(at / periodMs)
export const totpCode = (secret: string, step: number): string =>
  totp(secret, '').generate({ timestamp: step * periodMs })

/** The step a code belongs to, one step of clock drift allowed; undefined where it is wrong. `at` is machine time. */
export function stepOfCode(secret: string, code: string, at: number): number | undefined {
  const token = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return undefined
  const delta = totp(secret, '').validate({ token, timestamp: at, window: 1 })
  return delta === null ? undefined : totpStep(at) + delta
}
