/** `npm run policy -- check <folder>`: one line of OK, or `file:line: reason` for everything wrong and exit code 1. */
import { join, relative, resolve } from 'node:path'
import { parsePolicy } from '../domain/policyFile.ts'
import { policiesFolder, policyFilePath, readPolicyFolder } from '../server/policies/folder.ts'
import { statSync } from 'node:fs'

/** Inside the working directory a relative path, outside it the whole. */
const shown = (path: string) => (relative('.', path).startsWith('..') ? path : relative('.', path))

function check(folder: string): number {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    console.error(`${folder}: there is no such folder`)
    return 1
  }
  const result = parsePolicy(readPolicyFolder(folder))
  if ('problems' in result) {
    for (const { file, line, reason } of result.problems) {
      console.log(`${shown(policyFilePath(folder, file))}:${line}: ${reason}`)
    }
    return 1
  }
  const { policy } = result
  console.log(
    `OK ${policy.id} revision ${policy.revision}: ${policy.clauses.length} clauses, ${policy.readings.length} readings, ${policy.examples.length} examples`,
  )
  return 0
}

const [command, folder] = process.argv.slice(2)
if (command !== 'check') {
  console.error(`usage: npm run policy -- check <folder>   (such as ${relative('.', join(policiesFolder, '2026'))})`)
  process.exitCode = 2
} else {
  process.exitCode = check(resolve(folder ?? join(policiesFolder, '2026')))
}
