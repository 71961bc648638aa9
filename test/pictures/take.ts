/**
 * `npm run pictures [-- <part of a name>…]`: every screen as `docs/screens/<name>-<full|empty|failing>.png`, taken from
 * two demonstrations that start for the moment: one as it is, one on the first morning, when nobody has filed yet.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { errorSays, errorStatus } from '../../contract/errors.ts'
import type { Problem } from '../../contract/problem.ts'
import { launchBrowser } from '../browser.ts'
import { desk, phone, type Visit, visitor } from '../browser/people.ts'
import { startServer } from '../serverProcess.ts'
import { screens as deskScreens } from './desk.ts'
import { screens as phoneScreens } from './phone.ts'
import type { Screen } from './screen.ts'

const wanted = process.argv.slice(2)
const folder = path.join(import.meta.dirname, '../../docs/screens')
const desktop = { width: 1440, height: 900 }

/** A browser's page for each person, signed in once: a code is good once. */
function visitsTo(browser: Browser, url: string) {
  const visits = new Map<string, Promise<Visit>>()
  const open = (who: string | undefined) => {
    if (who === undefined) return visitor(browser, url)
    return /^\d{11}$/.test(who) ? phone(browser, url, who) : desk(browser, url, who)
  }
  return async (who: string | undefined): Promise<Page> => {
    const key = who ?? ''
    if (!visits.has(key)) visits.set(key, open(who))
    return (await visits.get(key)!).page
  }
}

/** What the server answers when something in it breaks. */
const broken: Problem = {
  type: '/problems/internal',
  title: errorSays('internal', { number: '7K3Q-0412' }),
  status: errorStatus('internal'),
  code: 'internal',
  instance: '7K3Q-0412',
}

async function take(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle')
  // A page that fades in is not yet the page.
  await page.waitForTimeout(400)
  const picture = sharp(await page.screenshot()).png({ palette: true, colours: 128 })
  await picture.toFile(path.join(folder, `${name}.png`))
  console.log(name)
}

async function show(page: Page, screen: Screen): Promise<void> {
  await page.goto(screen.path)
  await page.waitForLoadState('networkidle')
  await screen.open?.(page)
}

async function takeFull(page: Page, screen: Screen): Promise<void> {
  await show(page, screen)
  await take(page, `${screen.name}-full`)
  if (!screen.name.startsWith('phone-')) return
  const size = page.viewportSize()!
  await page.setViewportSize(desktop)
  await take(page, `${screen.name}-desktop`)
  await page.setViewportSize(size)
}

/** The same screen where what it reads does not come. */
async function takeFailing(page: Page, screen: Screen, reads: RegExp): Promise<void> {
  const refuse = (address: URL) => address.pathname.startsWith('/api/v1/') && reads.test(address.pathname)
  if (screen.open) await show(page, screen)
  await page.route(refuse, (route) =>
    route.fulfill({ status: broken.status, contentType: 'application/problem+json', body: JSON.stringify(broken) }),
  )
  await (screen.open ? page.reload() : page.goto(screen.path))
  await take(page, `${screen.name}-failing`)
  await page.unroute(refuse)
}

const isWanted = ({ name }: Screen) => wanted.length === 0 || wanted.some((part) => name.includes(part))
const screens = [...phoneScreens, ...deskScreens].filter(isWanted)
mkdirSync(folder, { recursive: true })
const browser = await launchBrowser()

async function inDemonstration(clock: Record<string, string>, work: (url: string) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-pictures-'))
  const server = await startServer({ DATA_DIR: dataDir, ...clock })
  try {
    await work(server.url)
  } finally {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

try {
  await inDemonstration({}, async (url) => {
    const pageOf = visitsTo(browser, url)
    for (const screen of screens) {
      const page = await pageOf(screen.who)
      await takeFull(page, screen)
      if (screen.reads) await takeFailing(page, screen, screen.reads)
    }
  })
  await inDemonstration({ APP_CLOCK: '2026-06-16T09:00:00+08:00' }, async (url) => {
    const pageOf = visitsTo(browser, url)
    for (const screen of screens.filter(({ empties }) => empties)) {
      const page = await pageOf(screen.who)
      await page.goto(screen.path)
      await take(page, `${screen.name}-empty`)
    }
  })
} finally {
  await browser.close()
}
