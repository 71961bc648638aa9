/**
 * `npm run pictures [-- <part of a name>…]`: every screen as `docs/screens/<name>-<full|empty|failing>.png`, taken from
 * demonstrations that start for the moment: one as it is, one that goes on, one on the first morning, when nobody has
 * filed yet.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Browser, Page, Request } from 'playwright-core'
import sharp from 'sharp'
import { errorSays, errorStatus } from '../../contract/errors.ts'
import type { Problem } from '../../contract/problem.ts'
import { launchBrowser } from '../browser.ts'
import { desk, phone, type Visit, visitor } from '../browser/people.ts'
import { startServer } from '../serverProcess.ts'
import { type Demonstration, pathsOf, routeOf, type Screen } from './screen.ts'
import { demonstrations, isOfPhone } from './screens.ts'

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

const asked = new WeakMap<Page, Set<Request>>()
function watched(page: Page): Set<Request> {
  const open = asked.get(page) ?? new Set<Request>()
  if (asked.has(page)) return open
  asked.set(page, open)
  page.on('request', (request) => open.add(request))
  page.on('requestfinished', (request) => open.delete(request))
  page.on('requestfailed', (request) => open.delete(request))
  return open
}
/** Nothing that was asked for is still to come, and what came has faded in. */
async function settled(page: Page): Promise<void> {
  const open = watched(page)
  for (let calm = 0, tries = 0; calm < 5 && tries < 200; tries++) {
    await page.waitForTimeout(100)
    const isReading = open.size > 0 || (await page.locator('.bones, [aria-busy]:empty, .loading').count()) > 0
    calm = isReading ? 0 : calm + 1
  }
}

async function take(page: Page, name: string): Promise<void> {
  await settled(page)
  const picture = sharp(await page.screenshot()).png({ palette: true, colours: 128 })
  await picture.toFile(path.join(folder, `${name}.png`))
  console.log(name)
}

async function show(page: Page, screen: Screen): Promise<void> {
  watched(page)
  await page.goto(screen.path)
  await settled(page)
  await screen.open?.(page)
  const { pathname } = new URL(page.url())
  if (!pathsOf(routeOf(screen)).test(pathname)) throw new Error(`${screen.name} stands at ${pathname}`)
}

async function takeFull(page: Page, screen: Screen): Promise<void> {
  await show(page, screen)
  await take(page, `${screen.name}-full`)
  if (screen.prints) {
    await page.emulateMedia({ media: 'print' })
    await take(page, `${screen.name}-printed`)
    await page.emulateMedia({ media: null })
  }
  if (!isOfPhone(screen)) return
  if (screen.large) {
    const press = () => page.locator('.text-size').evaluate((button: HTMLElement) => button.click())
    await press()
    await take(page, `${screen.name}-large`)
    await press()
  }
  const size = page.viewportSize()!
  await page.setViewportSize(desktop)
  await take(page, `${screen.name}-desktop`)
  await page.setViewportSize(size)
}

/** The screen that has just been taken, where what it reads does not come. */
async function takeFailing(page: Page, screen: Screen, reads: RegExp): Promise<void> {
  const refuse = (address: URL) => address.pathname.startsWith('/api/v1/') && reads.test(address.pathname)
  await page.route(refuse, (route) =>
    route.fulfill({ status: broken.status, contentType: 'application/problem+json', body: JSON.stringify(broken) }),
  )
  await (screen.open ? page.reload() : page.goto(screen.path))
  await take(page, `${screen.name}-failing`)
  await page.unroute(refuse)
}

const isWanted = ({ name }: Screen) => wanted.length === 0 || wanted.some((part) => name.includes(part))
// taken whole, it holds what is taken now and nothing else
if (wanted.length === 0) rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const browser = await launchBrowser('zh_CN.UTF-8')

async function inDemonstration(
  clock: Record<string, string>,
  work: (demonstration: Demonstration) => Promise<void>,
): Promise<void> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'jiangsheng-pictures-'))
  const server = await startServer({ DATA_DIR: dataDir, ...clock })
  try {
    await work({ pageOf: visitsTo(browser, server.url), dataDir })
  } finally {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Up to the last that is wanted, as each may rest on what was planted for those above it. */
async function takeAll(all: readonly Screen[]): Promise<void> {
  const screens = all.slice(0, all.findLastIndex(isWanted) + 1)
  if (screens.length === 0) return
  await inDemonstration({}, async (demonstration) => {
    for (const screen of screens) {
      await screen.plant?.(demonstration)
      if (!isWanted(screen)) continue
      const page = await demonstration.pageOf(screen.who)
      // who has not signed in comes by phone
      if (!isOfPhone(screen)) await page.setViewportSize(desktop)
      await takeFull(page, screen)
      if (screen.reads) await takeFailing(page, screen, screen.reads)
    }
  })
}

try {
  for (const all of demonstrations) await takeAll(all)
  const empty = demonstrations.flat().filter((screen) => screen.empties && isWanted(screen))
  if (empty.length > 0)
    await inDemonstration({ APP_CLOCK: '2026-06-16T09:00:00+08:00' }, async ({ pageOf }) => {
      for (const screen of empty) {
        const page = await pageOf(screen.who)
        watched(page)
        await page.goto(screen.path)
        await take(page, `${screen.name}-empty`)
      }
    })
} finally {
  await browser.close()
}
