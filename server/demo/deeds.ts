/** How a claim of the demonstration is told: what was filed, and what was done to it. */
import type { FilingAuthority, Level } from '../../domain/policy.ts'

/** Month, day and time in Shanghai, such as `06-16 08:52`, in the story's year. */
export type StoryTime = `${number}-${number} ${number}:${number}`

/** After the filing; a time alone is a passed step, with what the register showed where the step is the verification. */
export type Deed =
  | StoryTime
  | readonly [StoryTime, 'pass', words: string]
  | readonly [StoryTime, 'return' | 'decline', reason: string, words: string]
  | readonly [StoryTime, 'withdraw', words: string]
  /** The worker hands in another picture of the card. */
  | readonly [StoryTime, 'resubmit']
  /** The register is asked, and the application stays where it is. */
  | readonly [StoryTime, 'check', 'noData' | 'unavailable' | 'fail']
  /** A letter of inquiry goes out; its reply of that day comes in. The application stays where it is. */
  | readonly [StoryTime, 'inquire', letterNumber: string, addressedTo: string]
  | readonly [StoryTime, 'replied', on: `${number}-${number}`]
  /** The worker asks that somebody else looks at the decline, and somebody else of that desk finds it right. */
  | readonly [StoryTime, 'requestReReview', words: string]
  | readonly [StoryTime, 'uphold', reason: string, words: string]

export type DemoClaim = {
  /** The name of one of the applicants. */
  readonly applicant: string
  /** The key of their base union. */
  readonly union: string
  readonly authority: FilingAuthority
  readonly level: Level
  /** Where the classification has one that is certain. */
  readonly occupationCode?: string
  readonly occupationName: string
  readonly certificateNumber: string
  readonly issuedOn: string
  readonly filedAt: StoryTime
  readonly deeds: readonly Deed[]
  /** The login name of the filing point's officer who typed it from paper; without one the worker filed it. */
  readonly enteredBy?: string
}

type Certificate = readonly [FilingAuthority, Level, occupation: string, number: string, issuedOn: string]

export function claim(
  applicant: string,
  union: string,
  [authority, level, occupation, certificateNumber, issuedOn]: Certificate,
  [filedAt, ...deeds]: readonly [StoryTime, ...Deed[]],
  enteredBy?: string,
): DemoClaim {
  const [code, name] = occupation.split(' ')
  const named = name ? { occupationCode: code!, occupationName: name } : { occupationName: occupation }
  const printed = { authority, level, ...named, certificateNumber, issuedOn }
  return { applicant, union, ...printed, filedAt, deeds, ...(enteredBy !== undefined && { enteredBy }) }
}
