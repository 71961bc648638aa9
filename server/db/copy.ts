/** COPY in both directions: pg speaks the protocol, and leaves what to do with the bytes to whoever asks. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import pg from 'pg'

/** What pg calls of a query that is under way. */
type Connection = {
  readonly stream: Socket
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sendCopyFail(message: string): void
}

const blockBytes = 1 << 18

/**
 * One COPY statement under way. It answers when the connection is free again. It is a query of pg's own kind, as a
 * connection whose statements travel together takes no other.
 */
class Copy extends pg.Query {
  readonly #text: string
  readonly #done = Promise.withResolvers<number>()
  readonly finished = this.#done.promise
  #rows = 0

  constructor(text: string) {
    super(text, () => {})
    this.#text = text
  }
  override submit = (connection: unknown): void => {
    ;(connection as Connection).query(this.#text)
  }
  handleCommandComplete({ text }: { text: string }): void {
    this.#rows = Number(text.split(' ')[1])
  }
  handleReadyForQuery(): void {
    this.#done.resolve(this.#rows)
  }
  handleError(error: Error): void {
    this.#done.reject(error)
  }
}

class CopyOut extends Copy {
  readonly #take: (block: Buffer) => Promise<void>
  #block = Buffer.allocUnsafe(blockBytes)
  #filled = 0
  #taken: Promise<void> = Promise.resolve()

  constructor(text: string, take: (block: Buffer) => Promise<void>) {
    super(text)
    this.#take = take
  }
  handleCopyData({ chunk }: { chunk: Buffer }, { stream }: Connection): void {
    // pg reads the next bytes into the same memory, so they are copied at once
    for (let from = 0; from < chunk.length;) {
      const copied = chunk.copy(this.#block, this.#filled, from)
      from += copied
      this.#filled += copied
      if (this.#filled < blockBytes) continue
      this.#flush()
      stream.pause()
      const resume = () => stream.resume()
      this.#taken.then(resume, resume)
    }
  }
  #flush(): void {
    const block = this.#block.subarray(0, this.#filled)
    this.#block = Buffer.allocUnsafe(blockBytes)
    this.#filled = 0
    this.#taken = this.#taken.then(() => this.#take(block))
    // heard at the end
    this.#taken.catch(() => {})
  }
  async end(): Promise<void> {
    this.#flush()
    await this.#taken
  }
}

class CopyIn extends Copy {
  readonly #source: AsyncIterable<Buffer>
  #refused = false

  constructor(text: string, source: AsyncIterable<Buffer>) {
    super(text)
    this.#source = source
  }
  handleCopyInResponse(connection: Connection): void {
    this.#send(connection).catch((error: Error) => connection.sendCopyFail(error.message))
  }
  async #send(connection: Connection): Promise<void> {
    const { stream } = connection
    for await (const chunk of this.#source) {
      if (this.#refused) return
      connection.sendCopyFromChunk(chunk)
      if (stream.writableNeedDrain) await once(stream, 'drain')
    }
    connection.endCopyFrom()
  }
  override handleError(error: Error): void {
    this.#refused = true
    super.handleError(error)
  }
}

/**
 * Runs `copy … to stdout`; `take` is handed its bytes in order, and nothing more is read while it works.
 * @returns the number of rows
 */
export async function copyOut(
  client: pg.ClientBase,
  text: string,
  take: (block: Buffer) => Promise<void>,
): Promise<number> {
  const copy = client.query(new CopyOut(text, take))
  const rows = await copy.finished
  await copy.end()
  return rows
}

/** Runs `copy … from stdin` with the bytes of `source`. @returns the number of rows */
export function copyIn(client: pg.Client, text: string, source: AsyncIterable<Buffer>): Promise<number> {
  const copy = client.query(new CopyIn(text, source))
  return copy.finished
}
