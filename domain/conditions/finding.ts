/** How the judges of `conditions/` word a finding. */
import type { Consequence, Finding } from '../facts.ts'
import type { Citation, FilingAuthority, Level, Policy } from '../policy.ts'
import { filingAuthorityTitles, levelTitles } from '../policy.ts'
import { inChineseWithoutYear } from '../dates.ts'

export const met = (condition: string, { clause, quote }: Citation, says: string, reading?: string): Finding => ({
  condition,
  outcome: 'met',
  clause,
  quote,
  says,
  ...(reading && { reading }),
})

type Failing = { readonly says: string; readonly advice?: string; readonly reading?: string | undefined }

const failing =
  (outcome: 'unmet' | 'unknown') =>
  (
    condition: string,
    { clause, quote }: Citation,
    consequence: Consequence,
    { says, advice, reading }: Failing,
  ): Finding => ({
    condition,
    outcome,
    consequence,
    clause,
    quote,
    says,
    ...(advice && { advice }),
    ...(reading && { reading }),
  })

export const unmet = failing('unmet')
export const unknown = failing('unknown')

/** 技师，上海市人社局备案 */
export const levelAndAuthority = (level: Level, authority: FilingAuthority): string =>
  `${levelTitles[level]}，${filingAuthorityTitles[authority]}备案`

/** 9月15日24:00, the last moment of the window. */
export const lastMoment = (policy: Policy): string => `${inChineseWithoutYear(policy.window.closesOn)}24:00`
