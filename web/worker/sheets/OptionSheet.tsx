/** One of several, in a list that is thumbed. */
import { Icon } from '../../ui/icons.tsx'
import type { Option } from '../fields.tsx'
import { Sheet } from '../Sheet.tsx'

export function OptionSheet({
  title,
  options,
  value,
  onChoose,
  onClose,
}: {
  title: string
  options: readonly Option[]
  value: string | undefined
  onChoose: (value: string) => void
  onClose: () => void
}) {
  return (
    <Sheet title={title} onClose={onClose}>
      <ul className="sheet-scroll options">
        {options.map((option) => (
          <li key={option.value}>
            <button
              type="button"
              aria-pressed={option.value === value}
              onClick={() => onChoose(option.value)}
              {...(option.value === value && { 'data-focus': true })}
            >
              <span className="grow">
                {option.label}
                {option.hint && <span className="muted block">{option.hint}</span>}
              </span>
              {option.value === value && <Icon name="check" />}
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  )
}
