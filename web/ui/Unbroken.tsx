/** Running words in which a date, and how many of something, stay on one line. */
const kept = /((?:\d{4}年)?\d{1,2}月\d{1,2}日(?:（周.）)?(?:\s?\d{1,2}:\d{2})?前?|(?:最多|已写)\d+\p{Script=Han})/u

export function Unbroken({ children }: { children: string }) {
  // split at a group: what stands at odd places is what was matched
  return children.split(kept).map((part, place) =>
    place % 2 === 1 ? (
      <span key={place} className="nowrap">
        {part}
      </span>
    ) : (
      part
    ),
  )
}
