/**
 * Runs one of the project's programs: `node boot.mjs server/main.ts …`. Needs Node 20.11 and nothing installed: installs
 * what the lock file names, once per lock file, then hands over to the Node that the lock file names.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

process.chdir(path.dirname(fileURLToPath(import.meta.url)))
const mark = 'node_modules/.installed'
const lock = '.install-lock'
const programs = path.resolve('node_modules/.bin')
const lockFile = readFileSync('package-lock.json')
const wanted = createHash('sha256').update(lockFile).update(`${process.platform} ${process.arch}`).digest('hex')

function markInstalled() {
  writeFileSync(`${mark}.tmp`, wanted)
  renameSync(`${mark}.tmp`, mark)
}

/** npm notes what it installed when it has finished: a tree that already is what the lock file asks for stays. */
function treeMatches() {
  try {
    const installed = JSON.parse(readFileSync('node_modules/.package-lock.json', 'utf8')).packages
    const fits = (value, list) => !list || [list].flat().includes(value)
    return Object.entries(JSON.parse(lockFile).packages).every(([folder, entry]) => {
      const found = installed[folder]
      if (found) return found.version === entry.version && found.integrity === entry.integrity
      const forThisMachine =
        entry.os && fits(process.platform, entry.os) && fits(process.arch, entry.cpu) && !entry.libc
      return folder === '' || (entry.optional && !forThisMachine)
    })
  } catch {
    return false
  }
}

const installed = () => existsSync(mark) && readFileSync(mark, 'utf8') === wanted

function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Runs a program with this one's terminal; answers its exit code. */
function run(command, args, { env, stdio = 'inherit', started } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio, env: env ?? process.env })
    started?.(child.pid)
    // A terminal sends Ctrl-C to the whole group, kill(1) only to this process: every signal is passed on, and the child
    // has to bear it twice.
    const pass = (signal) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, pass)
    child.on('error', (error) => {
      console.error(error.message)
      resolve(127)
    })
    child.on('close', (code, signal) => {
      for (const each of signals) process.off(each, pass)
      resolve(signal ? 128 + os.constants.signals[signal] : code)
    })
  })
}

/** True when this process now holds the lock; false when another holds it. */
function takeLock() {
  try {
    mkdirSync(lock)
    writeFileSync(`${lock}/pid`, String(process.pid))
    return true
  } catch {
    let holders = []
    try {
      holders = readFileSync(`${lock}/pid`, 'utf8').trim().split(' ').map(Number)
    } catch {
      // its maker may be about to write its pid, or was killed before it could
    }
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (holders.length > 0 ? !holders.some(alive) : age > 5000) rmSync(lock, { recursive: true, force: true })
    return false
  }
}

async function install() {
  for (let said = false; !installed();) {
    if (!takeLock()) {
      if (!said) console.error('another command is installing the packages; waiting for it')
      said = true
      await new Promise((resolve) => setTimeout(resolve, 300))
      continue
    }
    try {
      if (installed()) return 0
      if (!treeMatches()) {
        console.error('installing the packages (about a minute the first time)')
        const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
          // npm outlives a parent that was killed, so the lock names both
          started: (pid) => pid && writeFileSync(`${lock}/pid`, `${process.pid} ${pid}`),
        })
        if (code !== 0) return code
      }
      markInstalled()
    } finally {
      rmSync(lock, { recursive: true, force: true })
    }
  }
  return 0
}

const failed = await install()
if (failed) process.exit(failed)
const node = path.join(programs, 'node')
if (!existsSync(node)) {
  console.error(`no Node is packaged for ${process.platform} ${process.arch}, or optional packages were left out`)
  process.exit(1)
}
process.exit(
  await run(node, process.argv.slice(2), {
    env: {
      // types stripped and scripts compiled once, not at every start
      NODE_COMPILE_CACHE: path.resolve('node_modules/.cache/node'),
      ...process.env,
      PATH: `${programs}${path.delimiter}${process.env.PATH}`,
    },
    // the channel closes when this process dies, however it dies: a server stops then
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  }),
)
