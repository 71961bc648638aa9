/** What a worker thread of `pool.ts` runs: one job after the other, what it needs loaded when it is first needed. */
import { parentPort } from 'node:worker_threads'
import type { MoneyPaper } from '../../domain/moneyPaper.ts'
import type { Answered, PaperJob } from './pool.ts'
import type { Typesetter } from './typesetter.ts'

/** One for all documents: it holds the font. */
let opened: Typesetter | undefined

async function typesetter(): Promise<Typesetter> {
  opened ??= (await import('./typesetter.ts')).openTypesetter()
  return opened
}

async function compile({ words, sheets }: { [K in 'words' | 'sheets']: Extract<PaperJob, { kind: 'pdf' }>[K] }) {
  const { openAnnexCompiler } = await import('./annexCompiler.ts')
  return openAnnexCompiler(await typesetter()).pdf(words, sheets)
}

async function compileMoney(paper: MoneyPaper) {
  const { moneyPaperPdf } = await import('./moneyPaperCompiler.ts')
  return moneyPaperPdf(await typesetter(), paper)
}

async function run(job: PaperJob): Promise<Answered['answer']> {
  switch (job.kind) {
    case 'pdf':
      return compile(job)
    case 'picture':
      return (await import('./picture.ts')).pictureOf(await compile({ words: job.words, sheets: [job.sheet] }))
    case 'moneyPaper':
      return compileMoney(job.paper)
    case 'readCodes':
      return (await import('./readCode.ts')).readCodes(job.pages)
  }
}

parentPort!.on('message', (job: PaperJob) => {
  run(job).then(
    (answer) => parentPort!.postMessage({ answer } satisfies Answered),
    (error: Error) => parentPort!.postMessage({ failed: error.message } satisfies Answered),
  )
})
