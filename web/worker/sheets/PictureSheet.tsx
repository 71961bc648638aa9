/** What the server keeps of a file, page by page, as the union will see it. */
import { useState } from 'react'
import { filePageUrl } from '../../ui/api.ts'
import { Sheet } from '../Sheet.tsx'

export function PictureSheet({ title, fileId, onClose }: { title: string; fileId: string; onClose: () => void }) {
  const [pages, setPages] = useState(1)
  const [ended, setEnded] = useState(false)
  return (
    <Sheet title={title} tall closeWord="关闭" onClose={onClose}>
      <div className="sheet-scroll">
        {Array.from({ length: pages }, (_, place) => (
          <img
            key={place}
            className="whole-picture"
            src={filePageUrl(fileId, place + 1)}
            alt={`${title}，第${place + 1}页`}
            onLoad={() => !ended && place + 1 === pages && pages < 5 && setPages(pages + 1)}
            onError={(event) => {
              setEnded(true)
              event.currentTarget.hidden = true
            }}
          />
        ))}
        <p className="muted">四角齐全、字看得清就可以。</p>
      </div>
    </Sheet>
  )
}
