/** Citations of the notice: the number in Song and brand red, then the quoted words in Song, never paraphrased. */

/** The public page of the notice opens at the clause. */
export const clauseHref = (id: string): string => `/notice#${id}`

/** 〔一.3〕. `target`: `_blank` where leaving the page would lose one's place. */
export function ClauseNumber({ id, target }: { id: string; target?: '_blank' }) {
  return (
    <a
      className="clause"
      href={clauseHref(id)}
      data-clause={id}
      aria-label={`通知条款${id}`}
      {...(target && { target })}
    >
      〔{id}〕
    </a>
  )
}

/** The number and the words that decide. `quote` must stand literally in the notice. */
export function Clause({ id, quote, target }: { id: string; quote?: string; target?: '_blank' }) {
  return (
    <p className="citation">
      <ClauseNumber id={id} {...(target && { target })} />
      {quote && <span className="quote">{quote}</span>}
    </p>
  )
}
