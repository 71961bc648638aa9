/** Reads a policy's folder from disk into the record that `parsePolicy` takes. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { policyFileNames } from '../../domain/policyFile.ts'

/** `policies/` of this installation. */
export const policiesFolder = join(import.meta.dirname, '../../policies')

/** The working-day calendar is shared by all policies: a folder that holds none of its own gets the installation's. */
export function policyFilePath(folder: string, name: string): string {
  const own = join(folder, name)
  return name === 'calendar.yaml' && !existsSync(own) ? join(policiesFolder, name) : own
}

/** The text of each file by its name; a file that is not there is left out, and `parsePolicy` says so. */
export function readPolicyFolder(folder: string): Record<string, string> {
  const files: Record<string, string> = {}
  for (const name of policyFileNames) {
    const path = policyFilePath(folder, name)
    if (existsSync(path)) files[name] = readFileSync(path, 'utf8')
  }
  return files
}
