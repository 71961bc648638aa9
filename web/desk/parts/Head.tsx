/** The head of a table; figures stand under a name of their own side. */
type Column = string | { readonly right: string }

export function Head({ columns }: { columns: readonly Column[] }) {
  return (
    <thead>
      <tr>
        {columns.map((column, place) =>
          typeof column === 'string' ? (
            <th key={place}>{column}</th>
          ) : (
            <th key={place} className="r">
              {column.right}
            </th>
          ),
        )}
      </tr>
    </thead>
  )
}
