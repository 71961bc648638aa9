/** The server beside the limit: rounds of the same requests over HTTP, and of their statements alone. */
import { driveBare, driveHttp, type Request } from './drive.ts'
import type { House } from './house.ts'
import { freshen } from './plant.ts'
import { recordEach } from './record.ts'

export type Measured = {
  readonly connections: number
  readonly perSecond: number
  /** What bare connections manage with the same statements. */
  readonly limitPerSecond: number
  readonly ratio: number
  /** Of the server process, without PostgreSQL, a request. */
  readonly cpuMs: number
}

type Round = Omit<Measured, 'connections'>

const connectionCounts = [16, 32]
const roundCount = 3
/** What a server has compiled and every connection has planned after its first minute is what it works with all day. */
const warmUpRounds = 5

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!
const rounded = (number: number) => Number(number.toPrecision(3))

/** Requests that can be sent once only, and those that warm up before the first round. */
export const neededFor = (perRound: number) => perRound * (2 * connectionCounts.length * roundCount + warmUpRounds)

/**
 * A machine that others use too changes its pace from second to second, so each round over HTTP has its limit measured
 * right after it, and the middle one of the rounds counts.
 * @param requests of which each is sent once, `neededFor` of them
 */
export async function measure(house: House, requests: readonly Request[], perRound: number): Promise<Measured[]> {
  let taken = 0
  const next = () => requests.slice(taken, (taken += perRound))
  async function round(connections: number): Promise<Round> {
    await freshen(house)
    const statements = await recordEach(house, next())
    const { perSecond, cpuMs } = await driveHttp(house, connections, next())
    const limitPerSecond = await driveBare(house.connection, connections, statements)
    return { perSecond, limitPerSecond, ratio: perSecond / limitPerSecond, cpuMs }
  }
  for (let done = 0; done < warmUpRounds; done++) await driveHttp(house, connectionCounts.at(-1)!, next())
  const measured: Measured[] = []
  for (const connections of connectionCounts) {
    const rounds: Round[] = []
    for (let done = 0; done < roundCount; done++) rounds.push(await round(connections))
    const middle = (figure: keyof Round) => rounded(median(rounds.map((each) => each[figure])))
    measured.push({
      connections,
      perSecond: middle('perSecond'),
      limitPerSecond: middle('limitPerSecond'),
      ratio: middle('ratio'),
      cpuMs: middle('cpuMs'),
    })
  }
  return measured
}
