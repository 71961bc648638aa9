/** A long number in groups made by margins, so that it is copied and read aloud whole. */
export function Grouped({ groups }: { groups: readonly string[] }) {
  return (
    <span className="grouped">
      {groups.map((group, place) => (
        <span key={place}>{group}</span>
      ))}
    </span>
  )
}
