/**
 * A long number in groups made by margins, so that it is copied and read aloud whole.
 * `wrong`: the group that contradicts something else, from 0.
 */
export function Grouped({ groups, wrong }: { groups: readonly string[]; wrong?: number | undefined }) {
  return (
    <span className="grouped">
      {groups.map((group, place) => (
        <span key={place} {...(place === wrong && { className: 'wrong' })}>
          {group}
        </span>
      ))}
    </span>
  )
}
