/** What a worker thread of `pool.ts` runs: one job after the other, what it needs loaded when it is first needed. */
import { parentPort } from 'node:worker_threads'
import type { AnnexCompiler } from './annexCompiler.ts'
import type { Answered, PaperJob } from './pool.ts'

let compiler: AnnexCompiler | undefined

async function compile({ words, sheets }: { [K in 'words' | 'sheets']: Extract<PaperJob, { kind: 'pdf' }>[K] }) {
  compiler ??= (await import('./annexCompiler.ts')).openAnnexCompiler()
  return compiler.pdf(words, sheets)
}

async function run(job: PaperJob): Promise<Answered['answer']> {
  switch (job.kind) {
    case 'pdf':
      return compile(job)
    case 'picture':
      return (await import('./picture.ts')).pictureOf(await compile({ words: job.words, sheets: [job.sheet] }))
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
