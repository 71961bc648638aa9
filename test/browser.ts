/**
 * A real browser for tests and pictures. The browser and the Chinese font come inside npm packages, so nothing is
 * downloaded and nothing is asked of the machine.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inflate } from '@sparticuz/chromium'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'

const packageFolder = (name: string) => dirname(dirname(fileURLToPath(import.meta.resolve(name))))
const unpackedFolder = fileURLToPath(new URL('../node_modules/.cache/browser', import.meta.url))

/** Unpacks once per checkout, in a folder of its own that is then renamed: two test processes may start together. */
async function unpack(archive: string): Promise<string> {
  const unpacked = join(unpackedFolder, archive.replace(/(\.tar)?\.br$/, ''))
  if (existsSync(unpacked)) return unpacked
  mkdirSync(unpackedFolder, { recursive: true })
  const workshop = mkdtempSync(join(unpackedFolder, 'unpacking-'))
  const before = process.env.TMPDIR
  process.env.TMPDIR = workshop
  try {
    const fresh = await inflate(join(packageFolder('@sparticuz/chromium'), 'bin', archive))
    if (!existsSync(unpacked)) renameSync(fresh, unpacked)
  } catch (cause) {
    if (!existsSync(unpacked)) throw cause
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
    rmSync(workshop, { recursive: true, force: true })
  }
  return unpacked
}

/** Headless Chromium knows no Chinese font unless told; the package's family has a name of its own. */
function fontsFile(folder: string): string {
  const families = ['sans-serif', 'serif', 'PingFang SC', 'Noto Sans SC', 'Songti SC', 'system-ui']
  const alias = (family: string) =>
    `<alias binding="same"><family>${family}</family><prefer><family>Noto Sans S Chinese</family></prefer></alias>`
  const path = join(folder, 'fonts.conf')
  writeFileSync(
    path,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>${join(packageFolder('@embedpdf/fonts-sc'), 'fonts')}</dir><cachedir>${join(folder, 'font-cache')}</cachedir>
${families.map(alias).join('\n')}</fontconfig>`,
  )
  return path
}

/** Where libnss3 and its like are missing, the package brings them along. */
async function libraryPath(executable: string): Promise<string | undefined> {
  const runs = spawnSync(executable, ['--version', '--no-sandbox'], { timeout: 20_000 })
  if (runs.status === 0) return undefined
  return join(await unpack('al2023.tar.br'), 'lib')
}

/**
 * Close it with `close()`; its profile and temporary files go with it.
 * @param language of the browser's own boxes, such as a date's. Where the machine does not know it, names of downloads in
 * Chinese are lost.
 */
export async function launchBrowser(language?: string): Promise<Browser> {
  const executablePath = await unpack('chromium.br')
  const ownTmp = mkdtempSync(join(tmpdir(), 'jiangsheng-browser-'))
  const libraries = await libraryPath(executablePath)
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    env: {
      ...process.env,
      ...(language && { LANG: language }),
      TMPDIR: ownTmp,
      FONTCONFIG_FILE: fontsFile(ownTmp),
      ...(libraries && { LD_LIBRARY_PATH: libraries }),
    },
  })
  browser.on('disconnected', () => rmSync(ownTmp, { recursive: true, force: true }))
  return browser
}
