/** The very statements that a request sends, with their values, taken down while nothing of them lasts. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type pg from 'pg'
import { buildApp } from '../server/app.ts'
import { openDatabase } from '../server/db/open.ts'
import { headersOf, type Request, type Sent } from './drive.ts'
import type { House } from './house.ts'

type Query = (statement: string | Sent) => Promise<pg.QueryResult>
/** The list of the request that is being answered. */
const taking = new AsyncLocalStorage<Sent[]>()

/** A query object of pg holds more than goes over the wire. */
const sentBy = ({ text, name, values }: Sent): Sent => ({ text, ...(name && { name }), ...(values && { values }) })

/** Rolls back where the server commits, and says that it was committed. */
function takeDown(client: pg.PoolClient): void {
  const plain = client.query.bind(client) as unknown as Query
  const recording: Query = async (statement) => {
    taking.getStore()?.push(typeof statement === 'string' ? { text: statement } : sentBy(statement))
    if (statement !== 'commit') return plain(statement)
    return { ...(await plain('rollback')), command: 'COMMIT' }
  }
  client.query = recording as never
}

/**
 * Answers each request by the whole application in this process, on the database that the server uses.
 * @returns what each sent, in order
 * @throws Error with the first answer that is not 200
 */
export async function recordEach(house: House, requests: readonly Request[]): Promise<Sent[][]> {
  const db = openDatabase({ connection: house.connection, max: 4 })
  db.pool.on('connect', takeDown)
  const app = await buildApp({ ...house.deps, db })
  const taken: Sent[][] = requests.map(() => [])
  const waiting = requests.entries()
  const lane = async () => {
    for (const [at, request] of waiting) {
      const { method, address, body } = request
      const asked = { method, url: address, headers: headersOf(request), ...(body && { payload: body }) }
      const answer = await taking.run(taken[at]!, async () => await app.inject(asked))
      if (answer.statusCode !== 200) throw new Error(answer.body)
    }
  }
  await Promise.all([lane(), lane(), lane(), lane()])
  await app.close()
  await db.close()
  return taken
}
