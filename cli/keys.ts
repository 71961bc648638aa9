/** `npm run keys -- <file>`: makes the key file of a production installation. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { writeKeys } from '../server/config.ts'

const [file] = process.argv.slice(2)
if (!file || existsSync(file)) {
  console.error(file ? `${file} is already there and stays as it is` : 'npm run keys -- <file>')
  process.exit(2)
}
writeKeys(path.resolve(file), false)
console.log(
  `new keys in ${file}: whoever loses them loses what was sealed with them, so keep a copy apart from the database`,
)
