/** Where one types a part of a name; `data-focus` brings it up in a sheet. */
import { Icon } from '../ui/icons.tsx'

export function SearchBox({
  label,
  placeholder,
  find,
  onFind,
}: {
  label: string
  placeholder: string
  find: string
  onFind: (find: string) => void
}) {
  return (
    <div className="search">
      <Icon name="find" />
      <input
        data-focus
        aria-label={label}
        placeholder={placeholder}
        value={find}
        autoComplete="off"
        enterKeyHint="search"
        onChange={(event) => onFind(event.target.value)}
      />
      {find && (
        <button type="button" aria-label="清除" className="link" onClick={() => onFind('')}>
          <Icon name="crossCircle" />
        </button>
      )}
    </div>
  )
}
