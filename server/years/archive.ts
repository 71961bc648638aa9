/**
 * The archive of a closed year (会计档案): plain files that are read without this program, thirty years from now. The same
 * year gives the same bytes each time. It names no worker and no account: see `docs/operations.md`.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import {
  endOfDay,
  type Instant,
  inChinese,
  plainDate,
  shanghaiDate,
  shanghaiTime,
  startOfDay,
} from '../../domain/dates.ts'
import { record } from '../audit/audit.ts'
import { type Part, writePart } from '../backup/archive.ts'
import { reconciliationFile } from '../books/reconciliation.ts'
import { ofTheCity, statementsFile } from '../books/statement.ts'
import { vouchersByMonth } from '../books/voucher.ts'
import { type Db, inScope, type Scope, type Trx } from '../db/open.ts'
import { syncFolder } from '../files/store.ts'
import type { Secrets } from '../secrets.ts'
import { closedYear, daysOfYear } from './close.ts'
import { type Balance, type CloseRow, copyPaper, copyPostings, type OpenItems, paperFiles } from './sql.ts'

/** The year or the place is not what it has to be; nothing was written. The message says what to do. */
export class ArchiveRefused extends Error {
  override name = 'ArchiveRefused'
}

/** `close.json`: what the year was closed with. Times are epoch ms. */
export type CloseRecord = {
  readonly year: number
  readonly postings: number
  readonly movedFen: number
  readonly firstSeq: number
  readonly lastSeq: number
  readonly digest: string
  readonly opening: readonly Balance[]
  readonly closing: readonly Balance[]
  readonly openItems: OpenItems
  readonly auditLot: number | null
  readonly auditHash: string | null
  readonly proposedBy: string
  readonly proposedAt: number
  readonly confirmedBy: string
  readonly confirmedAt: number
}
export type ArchiveManifest = {
  readonly format: 1
  readonly year: number
  readonly closedAt: number
  /** 会计档案管理办法第十四条: from the first day after the year. */
  readonly keepUntil: string
  readonly files: readonly ({ readonly path: string } & Part)[]
}

export const sumsFile = 'SHA256SUMS'
export const manifestFile = 'manifest.json'
export const closeFile = 'close.json'
export const postingsFile = 'postings.csv'
export const postingsHead = '序号,编号,时间（毫秒）,上海时间,借方账户,贷方账户,金额（分）,资助,事由,原由,记账摘要'
const keptYears = 30

/** Lines in order, and at the end the SHA-256 over the SHA-256 of each. */
export function lineDigest(eachLine: (line: string) => void = () => {}) {
  const whole = createHash('sha256')
  let begun = ''
  const take = (line: string) => {
    whole.update(createHash('sha256').update(line).digest())
    eachLine(line)
  }
  return {
    add(block: Buffer): void {
      const lines = (begun + block.toString('utf8')).split('\n')
      begun = lines.pop()!
      lines.forEach(take)
    },
    finish(): string {
      if (begun !== '') take(begun)
      return whole.digest('hex')
    },
  }
}

const recordOf = (row: CloseRow): CloseRecord => ({
  ...{
    year: row.year,
    postings: row.postings,
    movedFen: row.moved_fen,
    firstSeq: row.first_seq,
    lastSeq: row.last_seq,
  },
  ...{ digest: row.digest.toString('hex'), opening: row.opening, closing: row.closing, openItems: row.open_items! },
  ...{ auditLot: row.audit_lot, auditHash: row.audit_hash?.toString('hex') ?? null },
  ...{
    proposedBy: row.proposer,
    proposedAt: row.proposed_at,
    confirmedBy: row.confirmer!,
    confirmedAt: row.confirmed_at!,
  },
})

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

function readme({ year, ...close }: CloseRecord, keepUntil: string): string {
  const day = plainDate(keepUntil)!
  return `匠升 职工技能晋级资助 ${year}年会计档案

这一年的账已于${inChinese(shanghaiDate(close.confirmedAt as Instant))} ${shanghaiTime(close.confirmedAt as Instant)}结账：${close.proposedBy}提出，${close.confirmedBy}确认。结账后不能再记进这一年。
会计凭证、账簿保管30年，从年度终了后的第一天算起（《会计档案管理办法》第十四条），保管到${inChinese(day)}。
全部是UTF-8文字，CSV第一行是列名，用任何表格或文字软件都能看。打开CSV时请把各列当文字读，长编号才不会走样。

${sumsFile}       每个文件的SHA-256；在这个文件夹里运行 sha256sum -c ${sumsFile} 即可核对
${manifestFile}    文件清单
${closeFile}       结账记录：期初、期末余额，分录笔数，摘要，结账时审计日志最后一段的哈希
${postingsFile}     全年分录，按序号。一行一笔：从借方账户到贷方账户
awards.csv       分录里的每一笔资助，凭受理号可查到申报
organisations.csv 账户里出现的单位
statements/      对账单：按区局工会、基层工会、批次、日
vouchers/        记账凭证：每月一个文件，各单位在内；subjects.yaml是当时的科目
reconciliation.csv 银行对账：这一年登记的银行结果和账上逐日比
papers/          分录依据的单据：清单、通知、划拨、收据、发放批次、银行文件和回盘文件的SHA-256、更正、追回、结余、预算

账户：cityBudget 市总工会资助资金；committed 已终审，等资金；serviceCentre 服务中心；union:编号 这家工会；payment:资助 送银行，等结果；worker:资助 已发放；bounced:资助 退票；surplus:编号 已取消，结余在这家单位；cancelled 已退回市总工会。
事由：approve 终审批准；funding 资金到位；allocation 划拨；onward 转拨；release 放行发放；withdraw 撤回放行；pay 发放；bounce 退票；reversal 冲正；cancel 取消资助；recovery 追回；handBack 结余退回；reinstate 恢复资助。
结账摘要 = SHA-256（全年每一行分录的SHA-256按序号接在一起）；一行是列名以下、换行以前的字节。
期末余额 = 期初余额 + 贷方 − 借方，各账户相加是零（cityBudget为负数，是已批准的总额）。

这里没有职工姓名、证件号、银行账号，也没有扫描件。银行文件和回盘文件的原样字节、扫描件在结账后那份备份里，加密保存，凭密钥读取；它们的SHA-256列在papers里，可以核对。
`
}

async function fill(trx: Trx, draft: string, row: CloseRow): Promise<ArchiveManifest> {
  const files: ArchiveManifest['files'][number][] = []
  const add = async (name: string, writing: (take: (block: Buffer) => Promise<void>) => Promise<unknown>) => {
    const part = await writePart(path.join(draft, name))
    try {
      await writing((block) => part.write(block))
    } catch (error) {
      await part.abandon()
      throw error
    }
    files.push({ path: name, ...(await part.finish()) })
  }
  const text = (name: string, content: string) => add(name, (take) => take(Buffer.from(content)))

  const { first, last } = daysOfYear(row.year)
  const span = { from: startOfDay(first), until: endOfDay(last) }
  const keepUntil = daysOfYear(row.year + keptYears).last
  const close = recordOf(row)
  const digest = lineDigest()
  await add(postingsFile, async (take) => {
    await take(Buffer.from(`${postingsHead}\n`))
    await copyPostings(trx, span, async (block) => {
      digest.add(block)
      await take(block)
    })
  })
  if (digest.finish() !== close.digest)
    throw new ArchiveRefused(`the postings of ${row.year} are not those it was closed with: run npm run ledger:verify`)
  await text('README.txt', readme(close, keepUntil))
  await text(closeFile, json(close))
  for (const name of paperFiles) await add(name, (take) => copyPaper(trx, name, span, take))
  for (const by of ['district', 'baseUnion', 'batch', 'day'] as const)
    await text(`statements/${by}.csv`, await statementsFile(trx, ofTheCity, { by, from: first, to: last }))
  for (const [month, content] of await vouchersByMonth(trx, first, last)) await text(`vouchers/${month}.csv`, content)
  await text('vouchers/subjects.yaml', await readFile(new URL('../books/subjects.yaml', import.meta.url), 'utf8'))
  await text('reconciliation.csv', await reconciliationFile(trx, span.from, span.until))
  return { format: 1, year: row.year, closedAt: close.confirmedAt, keepUntil, files: files.toSorted(byPath) }
}
const byPath = (a: { readonly path: string }, b: { readonly path: string }) => (a.path < b.path ? -1 : 1)

/** What the city sees, and nobody who decides anything of it. */
const reader: Scope = { kind: 'city', accountId: '00000000-0000-0000-0000-000000000000' }

/**
 * Writes the archive of a year to `folder`, which is there only when it is whole and safe on disk. That it was made is on
 * record, with the SHA-256 of its `SHA256SUMS`.
 * @param at business time
 * @throws {ArchiveRefused} for a year that is not closed, a folder that is there, postings that were altered
 */
export async function makeArchive(db: Db, secrets: Secrets, year: number, folder: string, at: Instant) {
  if (existsSync(folder)) throw new ArchiveRefused(`${folder} is already there: name a folder for this archive alone`)
  return inScope(db, reader, async (trx) => {
    const row = await closedYear(trx, year)
    if (!row) throw new ArchiveRefused(`${year} is not closed: two of the city's finance close it on the page 年度结账`)
    const draft = `${folder}.${process.pid}.tmp`
    await mkdir(path.dirname(folder), { recursive: true, mode: 0o700 })
    await mkdir(draft, { mode: 0o700 })
    try {
      const folders = ['papers', 'statements', 'vouchers']
      for (const name of folders) await mkdir(path.join(draft, name), { mode: 0o700 })
      const manifest = await fill(trx, draft, row)
      const write = async (name: string, content: string): Promise<Part> => {
        const part = await writePart(path.join(draft, name))
        await part.write(Buffer.from(content))
        return part.finish()
      }
      const listed = [...manifest.files, { path: manifestFile, ...(await write(manifestFile, json(manifest))) }]
      const sums = listed.toSorted(byPath).map((file) => `${file.sha256}  ${file.path}\n`)
      const { sha256 } = await write(sumsFile, sums.join(''))
      for (const name of [...folders, '']) await syncFolder(path.join(draft, name))
      const detail = { year, sums: sha256 }
      await record(trx, secrets, { kind: 'archive.made', objectKind: 'year_close', objectId: row.id, at, detail })
      await rename(draft, folder)
      await syncFolder(path.dirname(folder))
      return { manifest, sums: sha256 }
    } catch (error) {
      await rm(draft, { recursive: true, force: true })
      throw error
    }
  })
}
