/** `npm run pictures`: the screens in the README, taken from a demonstration that starts for the moment. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { desk, phone } from './browser/people.ts'
import { startServer } from './serverProcess.ts'

const folder = path.join(import.meta.dirname, '../docs/screens')
mkdirSync(folder, { recursive: true })
const dataDir = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-pictures-'))
const server = await startServer({ DATA_DIR: dataDir })
const browser = await launchBrowser()

async function take(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle')
  // A page that fades in is not yet the page.
  await page.waitForTimeout(400)
  await page.screenshot({ path: path.join(folder, `${name}.png`) })
  console.log(name)
}

try {
  const worker = await phone(browser, server.url, '13800006021')
  await take(worker.page, 'phone-mine')
  await worker.page.goto('/')
  await take(worker.page, 'phone-home')
  await worker.page.goto('/mine')
  await worker.page
    .getByRole('link', { name: /办理中/ })
    .first()
    .click()
  await worker.page.getByRole('heading', { name: '申报进度' }).waitFor()
  await take(worker.page, 'phone-progress')
  await worker.close()

  const reviewer = await desk(browser, server.url, 'jiading.fushen1')
  await reviewer.page.goto('/desk/queue')
  await reviewer.page
    .getByRole('link', { name: /^JS26-/ })
    .first()
    .waitFor()
  await take(reviewer.page, 'desk-queue')
  await reviewer.page
    .getByRole('link', { name: /^JS26-/ })
    .first()
    .click()
  await reviewer.page.getByRole('button', { name: /^同意申报/ }).waitFor()
  await take(reviewer.page, 'desk-case')
  await reviewer.close()

  const finance = await desk(browser, server.url, 'shi.caiwu1')
  await finance.page.goto('/desk/ledger')
  await finance.page.getByRole('heading', { name: /账目/ }).first().waitFor()
  await take(finance.page, 'desk-ledger')
  await finance.close()
} finally {
  await browser.close()
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
