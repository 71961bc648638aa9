/**
 * `npm run archive -- --year 2026 --to <folder>`: the books of a closed year as plain files, while the server runs or not.
 * `npm run archive -- --verify <folder>`: recomputes such a folder; needs neither database nor keys.
 */
import path from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigRefused, readConfig } from '../server/config.ts'
import { businessNow } from '../server/db/clock.ts'
import { ArchiveRefused, makeArchive } from '../server/years/archive.ts'
import { checkArchive } from '../server/years/archiveCheck.ts'
import { asRole } from './asWorker.ts'

const usage = 'npm run archive -- --year <year> --to <folder>, or --verify <folder>'

async function verify(folder: string): Promise<number> {
  const found = await checkArchive(folder)
  if ('bad' in found) {
    console.error(found.bad)
    return 1
  }
  console.log(`OK: ${found.year}, ${found.files} files, ${found.postings} postings, every sum and balance recomputed`)
  console.log(`digest of the close ${found.digest}`)
  console.log(`SHA256SUMS ${found.sums}`)
  return 0
}

async function make(year: number, folder: string): Promise<number> {
  await asRole('jiangsheng_app', async (db, secrets) => {
    const at = await businessNow(readConfig(), db)
    const { manifest, sums } = await makeArchive(db, secrets, year, folder, at)
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
    console.log(
      `${folder}: ${manifest.files.length} files, ${(bytes / 1e6).toFixed(1)} MB; keep it until ${manifest.keepUntil}`,
    )
    console.log(`SHA256SUMS ${sums}`)
  })
  return 0
}

try {
  const { values } = parseArgs({
    options: { year: { type: 'string' }, to: { type: 'string' }, verify: { type: 'string' } },
  })
  if (values.verify !== undefined) process.exitCode = await verify(path.resolve(values.verify))
  else if (values.to !== undefined && /^2\d{3}$/.test(values.year ?? ''))
    process.exitCode = await make(Number(values.year), path.resolve(values.to))
  else {
    console.error(usage)
    process.exitCode = 2
  }
} catch (error) {
  const refused = error instanceof ArchiveRefused || error instanceof ConfigRefused
  console.error(refused ? error.message : error)
  process.exitCode = refused ? 2 : 1
}
