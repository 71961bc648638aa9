/** What the server keeps of a file, page by page, as the union will see it. */
import { useQuery } from '@tanstack/react-query'
import type { File as StoredFile } from '../../../contract/files.ts'
import { filePageUrl, request } from '../../ui/api.ts'
import { Sheet } from '../Sheet.tsx'
import { Await } from '../states.tsx'

export function PictureSheet({ title, fileId, onClose }: { title: string; fileId: string; onClose: () => void }) {
  const file = useQuery({
    queryKey: ['file', fileId],
    queryFn: ({ signal }) => request<StoredFile>('GET', `/files/${fileId}`, undefined, signal),
  })
  return (
    <Sheet title={title} tall closeWord="关闭" onClose={onClose}>
      <div className="sheet-scroll">
        <Await query={file}>
          {({ pages }) =>
            pages.map(({ page, width, height }) => (
              <img
                key={page}
                className="whole-picture"
                src={filePageUrl(fileId, page)}
                width={width}
                height={height}
                alt={`${title}，第${page}页`}
              />
            ))
          }
        </Await>
        <p className="muted">四角齐全、字看得清就可以。</p>
      </div>
    </Sheet>
  )
}
