/** Looks for words in what a page has already read. */
import { Input } from 'antd'
import { Icon } from '../../ui/icons.tsx'

export function FindBox({
  value,
  onChange,
  label,
  placeholder,
}: {
  value: string
  onChange: (value: string) => void
  label: string
  placeholder: string
}) {
  return (
    <Input
      style={{ width: 300 }}
      value={value}
      maxLength={40}
      allowClear
      aria-label={label}
      placeholder={placeholder}
      prefix={<Icon name="find" />}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
