/** State of a page that stands in its address, so that going back, reloading and passing on the link keep it. */
import { useNavigate, useSearch } from '@tanstack/react-router'

type Values = { readonly [key: string]: string | undefined }

/** All of the page's address state, and a change of part of it; `undefined` takes a key out. */
export function useUrlState(): [Values, (change: Values) => void] {
  const search: Values = useSearch({ strict: false })
  const navigate = useNavigate()
  const change = (part: Values) =>
    void navigate({ to: '.', search: (before: Values) => ({ ...before, ...part }), replace: true } as Parameters<
      typeof navigate
    >[0])
  return [search, change]
}

/** Keys that choose which rows are listed: another choice begins at its first page. */
const narrowing = ['tab', 'q']

/** One key of it; the usual value does not show in the address. */
export function useUrl(key: string, usual: string): [string, (value: string) => void] {
  const [values, change] = useUrlState()
  const first = narrowing.includes(key) ? { page: undefined } : {}
  return [values[key] ?? usual, (value) => change({ [key]: value === usual ? undefined : value, ...first })]
}
