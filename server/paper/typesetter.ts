/** Typst with the Song font of 15 MB. It runs for milliseconds at a stretch and more: it lives in a worker thread. */
import path from 'node:path'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { songFolder } from './font.ts'

const folder = import.meta.dirname

/** After how many documents results are forgotten that none of the last few needed; what all share stays. */
const forgetEvery = 10

export type Typesetter = {
  /**
   * One PDF/A-2b of a template that stands beside this file, which reads what it is given as JSON files by these names.
   * @throws Error with Typst's words where the template is at fault
   */
  pdf(template: string, given: Readonly<Record<string, unknown>>): Buffer
}

export function openTypesetter(): Typesetter {
  const typst = NodeCompiler.create({ workspace: folder, fontArgs: [{ fontPaths: [songFolder] }] })
  let documents = 0
  return {
    pdf(template, given) {
      for (const [name, value] of Object.entries(given))
        typst.mapShadow(path.join(folder, name), Buffer.from(JSON.stringify(value)))
      const compiled = typst.compile({ mainFilePath: path.join(folder, template) })
      if (!compiled.result)
        throw new Error(JSON.stringify(compiled.takeDiagnostics()?.shortDiagnostics ?? 'no document'))
      // The same values give the same bytes: the document carries no time.
      const pdf = typst.pdf(compiled.result, { pdfStandard: 'a-2b' })
      if (++documents % forgetEvery === 0) typst.evictCache(2)
      return pdf
    },
  }
}
