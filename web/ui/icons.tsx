/** The one icon set: 20 px grid, 1.8 px stroke, `currentColor`. */
import type { ReactNode } from 'react'

const shapes = {
  back: <path d="M12.5 4l-6 6 6 6" />,
  bang: (
    <>
      <path d="M10 2.8L18.2 17H1.8z" />
      <path d="M10 8v4M10 14.4v.1" />
    </>
  ),
  bell: (
    <>
      <path d="M4.500 14.500h11c-1-1.200-1.500-2.200-1.500-6a4 4 0 0 0-8 0c0 3.800-.5 4.800-1.500 6z" />
      <path d="M8.300 17a1.800 1.800 0 0 0 3.400 0" />
    </>
  ),
  camera: (
    <>
      <path d="M2.500 6.500h3.300l1.400-2.200h5.600l1.400 2.200h3.300v9.500h-15z" />
      <circle cx="10" cy="11" r="2.800" />
    </>
  ),
  check: <path d="M4 10.5l4 4 8-9" />,
  clock: (
    <>
      <circle cx="10" cy="10" r="8" />
      <path d="M10 5.6V10l3 2" />
    </>
  ),
  doc: (
    <>
      <path d="M5 2.5h7l3.5 3.5v11.5H5z" />
      <path d="M7.5 9h5.5M7.5 12.5h5.5" />
    </>
  ),
  down: <path d="M4.5 7.5l5.5 5.5 5.5-5.5" />,
  eye: (
    <>
      <path d="M1.8 10S4.8 4.5 10 4.5 18.2 10 18.2 10 15.2 15.5 10 15.5 1.8 10 1.8 10z" />
      <circle cx="10" cy="10" r="2.4" />
    </>
  ),
  find: (
    <>
      <circle cx="9" cy="9" r="5.5" />
      <path d="M13.2 13.2L17 17" />
    </>
  ),
  forward: <path d="M7.5 4l6 6-6 6" />,
  half: (
    <>
      <circle cx="10" cy="10" r="8" />
      <path d="M10 2a8 8 0 0 1 0 16z" fill="currentColor" />
    </>
  ),
  list: <path d="M3 5h14M3 10h14M3 15h14" />,
  lock: (
    <>
      <rect x="4" y="9" width="12" height="8" rx="1.5" />
      <path d="M6.8 9V6.5a3.2 3.2 0 0 1 6.4 0V9" />
    </>
  ),
  pause: <path d="M7 4.5v11M13 4.5v11" />,
  phone: (
    <path d="M6.2 3l2 3.6-1.6 1.7c.8 2 2.2 3.5 4.3 4.6l1.8-1.5 3.4 2.2c-.2 2-1.4 3.2-3.1 3C8 16 4 11.6 3.4 6.2 3.3 4.4 4.4 3.2 6.2 3z" />
  ),
  plus: <path d="M10 4v12M4 10h12" />,
  question: (
    <>
      <circle cx="10" cy="10" r="8" />
      <path d="M7.8 8a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M10 14v.1" />
    </>
  ),
  return: (
    <>
      <path d="M7 4L3 8l4 4" />
      <path d="M3.4 8H12a4.5 4.5 0 0 1 0 9H8" />
    </>
  ),
  ring: <circle cx="10" cy="10" r="7.5" />,
  rotate: (
    <>
      <path d="M15.5 6.5A6.5 6.5 0 1 0 16.5 11" />
      <path d="M16 3v4h-4" />
    </>
  ),
  up: <path d="M10 15V4.5M5.5 9L10 4.5 14.5 9" />,
  user: (
    <>
      <circle cx="10" cy="7" r="3.2" />
      <path d="M3.8 17c.6-3.6 3-5.4 6.2-5.4s5.6 1.8 6.2 5.4" />
    </>
  ),
  cross: <path d="M5 5l10 10M15 5L5 15" />,
  checkCircle: (
    <>
      <circle cx="10" cy="10" r="8" />
      <path d="M6.3 10.3l2.6 2.6 4.8-5.4" />
    </>
  ),
  crossCircle: (
    <>
      <circle cx="10" cy="10" r="8" />
      <path d="M7.2 7.2l5.6 5.6M12.8 7.2l-5.6 5.6" />
    </>
  ),
} satisfies { readonly [name: string]: ReactNode }

export type IconName = keyof typeof shapes

/** `label`: only where the icon stands alone; beside words it is hidden from readers. */
export function Icon({ name, label, className }: { name: IconName; label?: string; className?: string }) {
  const named = label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true }
  return (
    <svg className={className ? `icon ${className}` : 'icon'} viewBox="0 0 20 20" {...named}>
      {shapes[name]}
    </svg>
  )
}

/** The stair: the project's mark and the shape of the amount table. Beside the word 匠升, so hidden from readers. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 24 24" aria-hidden>
      <path d="M2 22v-4.5h4V14h4v-3.7h4V6.6h4V3h4v19z" fill="currentColor" />
    </svg>
  )
}
