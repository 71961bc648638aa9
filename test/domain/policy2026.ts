/** The 2026 policy as tests use it: the folder itself, read by the loader that production runs. */
import { join } from 'node:path'
import { parsePolicy } from '../../domain/policyFile.ts'
import type { Policy } from '../../domain/policy.ts'
import { policiesFolder, readPolicyFolder } from '../../server/policies/folder.ts'

export const files2026 = (): Record<string, string> => readPolicyFolder(join(policiesFolder, '2026'))

export function policy2026(): Policy {
  const result = parsePolicy(files2026())
  if ('policy' in result) return result.policy
  throw new Error(result.problems.map(({ file, line, reason }) => `${file}:${line}: ${reason}`).join('\n'))
}
