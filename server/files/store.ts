/** Where the sealed pages of files lie. A page is written once and read whole; keys are the file's id and the page. */
import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'

export type FileStore = {
  /** Durable when it returns: content and directory entry outlive a power cut. Replaces what stood there. */
  write(fileId: string, page: number, sealed: Buffer): Promise<void>
  /** @throws Error with code ENOENT where nothing is stored */
  read(fileId: string, page: number): Promise<Buffer>
  /** Removing what is not there is no error. */
  remove(fileId: string, page: number): Promise<void>
}

/** Entries made in a folder outlive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a directory; NTFS journals its entries.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A store in a folder that several server processes may share: `<folder>/ab/<id>.<page>`. */
export function openFolderStore(folder: string): FileStore {
  function place(fileId: string, page: number) {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(fileId) || !Number.isInteger(page) || page < 1)
      throw new Error('not a file id and page')
    // The last digits, because the first ones of a time-ordered id are the same all day.
    const shelf = path.join(folder, fileId.slice(-2))
    return { shelf, target: path.join(shelf, `${fileId}.${page}`) }
  }

  return {
    async write(fileId, page, sealed) {
      const { shelf, target } = place(fileId, page)
      const made = await mkdir(shelf, { recursive: true, mode: 0o700 })
      if (made) {
        await syncFolder(path.dirname(made))
        await syncFolder(folder)
      }
      const temporary = `${target}.${randomUUID()}.tmp`
      try {
        const handle = await open(temporary, 'wx', 0o600)
        try {
          await handle.writeFile(sealed)
          await handle.sync()
        } finally {
          await handle.close()
        }
        await rename(temporary, target)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
      await syncFolder(shelf)
    },
    read: (fileId, page) => readFile(place(fileId, page).target),
    remove: (fileId, page) => rm(place(fileId, page).target, { force: true }),
  }
}
