/** Links are plain `<a href>`; this turns clicks on them into page changes without a reload. */
import { navigate } from 'wouter/use-browser-location'

let visited = 0

/** `replace`: the page left cannot be come back to, such as a form already handed in. */
export function goTo(path: string, replace = false): void {
  if (!replace) visited++
  navigate(path, { replace })
  if (!path.includes('#')) scrollTo(0, 0)
}

/** Back to where one came from; to `parent` when the page was opened directly. */
export function goBack(parent: string): void {
  if (visited > 0) {
    visited--
    history.back()
  } else goTo(parent, true)
}

/** The path of our own page a click asks for; undefined where the browser should act. */
export function innerPath(event: MouseEvent): string | undefined {
  if (
    event.defaultPrevented ||
    event.button !== 0 ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey
  ) {
    return undefined
  }
  const link = event.target instanceof Element ? event.target.closest('a') : null
  const path = link?.getAttribute('href')
  return path?.startsWith('/') && !link?.target && !path.startsWith('/desk') && !path.startsWith('/api')
    ? path
    : undefined
}
/** The clause a click on 〔一.3〕 asks for. */
export const clickedClause = (event: MouseEvent): string | undefined =>
  event.target instanceof Element ? event.target.closest<HTMLElement>('a[data-clause]')?.dataset.clause : undefined
