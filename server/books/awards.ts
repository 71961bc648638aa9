/** 资助明细: one row an award, no names and no accounts, from the database to whoever takes it as fast as they do. */
import type { PassThrough } from 'node:stream'
import type { Instant } from '../../domain/dates.ts'
import { record } from '../audit/audit.ts'
import { type Deps, inViewersScope, type Viewer } from '../context.ts'
import { copyOutOf } from '../db/open.ts'
import { Refused } from '../../contract/errors.ts'
import { byteOrderMark } from './csv.ts'
import { allowLonger, awardsCopy, ownAwards } from './sql.ts'

const longestMs = 600_000
/** Each holds a connection for as long as it lasts; the pool has others to serve. */
const mostAtOnce = 3
let running = 0

/** The bench holds the export against the same columns as the database gives them by itself. */
export { awardsCopy }

/**
 * Streams the file into `into`, which it ends, or destroys where something fails: a file that broke off is not whole. Who
 * took it is on record before its first byte.
 * @throws {Refused} books.busy
 */
export async function exportAwards(deps: Deps, viewer: Viewer, at: Instant, into: PassThrough): Promise<void> {
  if (running >= mostAtOnce) throw new Refused('books.busy')
  running++
  try {
    await inViewersScope(deps, viewer, (trx) =>
      record(trx, deps.secrets, {
        ...{ kind: 'awards.exported', objectKind: 'award', accountId: viewer.accountId, at },
      }),
    )
  } catch (error) {
    running--
    throw error
  }
  void stream(deps, viewer, into).finally(() => running--)
}

/** Until there is room again, or nobody there any more. */
const takesMore = (into: PassThrough) =>
  new Promise<void>((resolve) => {
    const go = () => {
      into.off('drain', go).off('close', go)
      resolve()
    }
    into.on('drain', go).on('close', go)
  })

async function stream(deps: Deps, viewer: Viewer, into: PassThrough): Promise<void> {
  try {
    into.write(byteOrderMark)
    await inViewersScope(deps, viewer, async (trx) => {
      await allowLonger(trx, longestMs)
      await copyOutOf(trx, awardsCopy(ownAwards), async (block) => {
        if (into.destroyed) throw new Error('nobody takes the file any more')
        if (!into.write(block)) await takesMore(into)
      })
    })
    into.end()
  } catch (error) {
    into.destroy(error as Error)
  }
}
