import 'react'

declare module 'react' {
  interface CSSProperties {
    /** Share of the highest amount, 0…1: the height of a stair. */
    '--share'?: number
  }
}
