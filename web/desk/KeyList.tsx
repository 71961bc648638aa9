/** `?`: what the page listens to, and the switch that turns single keys off. */
import { Checkbox, Modal } from 'antd'
import { useState } from 'react'
import { listedKeys, setKeysEnabled, useKeysEnabled } from './keys.tsx'

const names: { readonly [key: string]: string } = { ' ': '空格', Escape: 'Esc', Enter: '回车' }

export default function KeyList({ onClose }: { onClose: () => void }) {
  const enabled = useKeysEnabled()
  const [keys] = useState(listedKeys)
  return (
    <Modal open title="按键" footer={null} onCancel={onClose} width={400}>
      <dl className="keys">
        {keys.map(({ key, says }) => (
          <div key={key} className="key-row">
            <dt>
              <kbd>{names[key] ?? key.toUpperCase()}</kbd>
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
        <div className="key-row">
          <dt>
            <kbd>Ctrl</kbd> <kbd>回车</kbd>
          </dt>
          <dd>在写字的框里提交</dd>
        </div>
      </dl>
      <p className="mut sm" style={{ margin: '12px 0' }}>
        正在写字时单个按键不起作用。
      </p>
      <Checkbox checked={enabled} onChange={(event) => setKeysEnabled(event.target.checked)}>
        用单个按键
      </Checkbox>
    </Modal>
  )
}
