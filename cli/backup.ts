/** `npm run backup -- <folder>`: a backup of this installation, while its server runs or not. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { backupFailed } from './backupFailed.ts'
import { makeBackup } from '../server/backup/backup.ts'
import { ConfigRefused, keyFileOf, openKeys, readConfig } from '../server/config.ts'
import { openSecrets } from '../server/secrets.ts'

const [argument] = process.argv.slice(2)
if (!argument) {
  console.error('npm run backup -- <folder>')
  process.exit(2)
}
try {
  const config = readConfig()
  if (!existsSync(keyFileOf(config)))
    throw new ConfigRefused(`${keyFileOf(config)} is not there: nothing was ever started with these settings`)
  const folder = path.resolve(argument)
  const from = performance.now()
  const secrets = openSecrets(openKeys(config))
  const { tables, pages, lostPages } = await makeBackup(config, secrets, folder, (line) => console.log(line))
  const megabytes = (tables.reduce((sum, { bytes }) => sum + bytes, 0) + pages.contentBytes) / 1e6
  const seconds = (performance.now() - from) / 1000
  console.log(`${folder}: ${megabytes.toFixed(1)} MB in ${seconds.toFixed(1)} s`)
  console.log(
    `the keys are not in it: without ${keyFileOf(config)} nobody can read it, so keep a copy of that apart from it`,
  )
  if (lostPages.length > 0) {
    console.error(`${lostPages.length} pages are not where they were stored: ${lostPages.slice(0, 5).join(', ')} …`)
    process.exitCode = 1
  }
} catch (error) {
  process.exitCode = backupFailed(error)
}
