/** All screens, and how each is taken. */
import { screens as cases } from './cases.ts'
import { screens as desk } from './desk.ts'
import { screens as later } from './later.ts'
import { screens as phone } from './phone.ts'
import type { Screen } from './screen.ts'

/** What one demonstration shows after another; each list has one of its own. */
export const demonstrations: readonly (readonly Screen[])[] = [[...phone, ...desk, ...cases], later]
export const screens: readonly Screen[] = demonstrations.flat()

export const isOfPhone = ({ name }: Screen): boolean => name.startsWith('phone-')

/** The names of the pictures that are taken of it. */
export const picturesOf = (screen: Screen): string[] =>
  [
    'full',
    screen.prints && 'printed',
    screen.large && 'large',
    isOfPhone(screen) && 'desktop',
    screen.reads && 'failing',
    screen.empties && 'empty',
  ].flatMap((kind) => (kind ? [`${screen.name}-${kind}`] : []))
