/** What goes wrong at the sandbox's bank. Counts are used up one by one; `PUT …/script` replaces all of it. */

const calm = {
  /** Before every answer. */
  latencyMs: 0,
  /** A payment has its result so long after it was taken, by the bank's clock. */
  settleAfterMs: 0,
  /** How late that is which `delayOrders`, `delayAnswers` and `delayCallbacks` count. */
  delayMs: 0,
  /** How many results travel in one callback. */
  resultsPerCallback: 100,

  /** Orders that are lost on the way in. */
  loseOrders: 0,
  /** Orders whose line breaks at once, and which are booked late all the same. */
  delayOrders: 0,
  /** Orders that are booked, but the answer is lost. */
  loseAnswers: 0,
  /** Orders that are booked, but the answer is late. */
  delayAnswers: 0,
  /** Orders that are booked and never answered: their lines stay open, see `GET …/held`, until the other side is dead. */
  killAfterAccept: 0,
  /** With so many orders from now, once the last of them is booked, every line to the sandbox breaks. */
  breakAllAfter: 0,
  /** Instructions that are refused for want of the payer's funds; they are not booked. */
  refuseForFunds: 0,
  /** Payments that come back as soon as they are settled. */
  bounceAtOnce: 0,

  /** Questions (not references) that get no answer. */
  loseQueries: 0,
  /** References that are said to be in progress, whatever they are. */
  inProgressAnswers: 0,
  /** References that are said to be never seen, whatever they are: the books are read late. */
  neverSeenAnswers: 0,

  loseCallbacks: 0,
  /** Callbacks that come twice. */
  repeatCallbacks: 0,
  /** So many callbacks are kept back and then come last first; `POST …/callbacks/release` does not wait for the rest. */
  reorderCallbacks: 0,
  delayCallbacks: 0,
}

type Counts = typeof calm
export type BankScript = Counts & {
  /** Account, or its last digits → response code. Without it 990001 … 990010 and 990099 are F01 … F10 and F99. */
  failing: Record<string, string>
}
export type Mischief = Exclude<keyof Counts, 'latencyMs' | 'settleAfterMs' | 'delayMs' | 'resultsPerCallback'>

export const bankScript = (): BankScript => ({
  ...calm,
  failing: Object.fromEntries(
    [...Array.from({ length: 10 }, (_, i) => i + 1), 99].map((n) => {
      const number = String(n).padStart(2, '0')
      return [`9900${number}`, `F${number}`]
    }),
  ),
})

export const scripting = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...Object.fromEntries(Object.keys(calm).map((name) => [name, { type: 'integer', minimum: 0 }])),
    resultsPerCallback: { type: 'integer', minimum: 1, maximum: 500 },
    failing: {
      type: 'object',
      propertyNames: { pattern: '^[0-9]{1,32}$' },
      additionalProperties: { type: 'string', pattern: '^[A-Za-z0-9]{1,16}$' },
    },
  },
}

/** Whether it happens this time. */
export function happens(script: BankScript, mischief: Mischief): boolean {
  if (script[mischief] === 0) return false
  script[mischief]--
  return true
}

/** The code with which payments to an account fail; the longest ending decides. */
export function failureOf(script: BankScript, account: string): string | undefined {
  const ending = Object.keys(script.failing)
    .filter((each) => account.endsWith(each))
    .toSorted((a, b) => b.length - a.length)[0]
  return ending === undefined ? undefined : script.failing[ending]
}
