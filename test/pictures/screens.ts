/** All screens, and how each is taken. */
import { screens as cases } from './cases.ts'
import { screens as desk } from './desk.ts'
import { screens as phone } from './phone.ts'
import type { Screen } from './screen.ts'

export const screens: readonly Screen[] = [...phone, ...desk, ...cases]

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
