/** `npm run restore -- <folder>`: puts a backup in the place of this installation, which must be stopped. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { backupFailed } from './backupFailed.ts'
import { restoreBackup } from '../server/backup/restore.ts'
import { ConfigRefused, keyFileOf, openKeys, readConfig } from '../server/config.ts'
import { openSecrets } from '../server/secrets.ts'

const [argument] = process.argv.slice(2)
if (!argument) {
  console.error('npm run restore -- <folder>')
  process.exit(2)
}
try {
  const config = readConfig()
  // a demonstration would make new ones, with which nothing in the backup opens
  if (!existsSync(keyFileOf(config)))
    throw new ConfigRefused(`${keyFileOf(config)} is not there: put the key file of the backup's installation there`)
  const folder = path.resolve(argument)
  const from = performance.now()
  const secrets = openSecrets(openKeys(config))
  const { manifest, aside, bad } = await restoreBackup(config, secrets, folder, (line) => console.log(line))
  console.log(
    `restored as of ${new Date(manifest.madeAt).toISOString()} in ${((performance.now() - from) / 1000).toFixed(1)} s`,
  )
  if (aside) console.log(`what stood there before lies in ${aside}`)
  if (manifest.lostPages.length > 0)
    console.error(`${manifest.lostPages.length} pages of files were lost already when the backup was made`)
  for (const line of bad) console.error(`restored as it was backed up, but it does not verify: ${line}`)
  if (bad.length > 0) process.exitCode = 1
} catch (error) {
  process.exitCode = backupFailed(error)
}
