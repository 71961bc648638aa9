/** `npm run bench -- [--json] [part]…`: measures the parts that are named, or all. What is measured: README.md beside. */
import { measureExport, plantAwards } from './awards.ts'
import { openHouse, type House } from './house.ts'
import { driveHttp, type Pace } from './drive.ts'
import { measure, neededFor } from './measure.ts'
import { plantMillion } from './million.ts'
import { annexOf, filingOf, plantDecisions, plantDrafts, plantWaiting } from './plant.ts'

const perRound = 400
/** Reads may be sent again; pages take longer than a decision. */
const pagesPerRound = 220
const sheetsPerRound = 100

type Figures = { readonly connections: number; readonly perSecond: number }

const parts: Readonly<Record<string, (house: House) => Promise<readonly Figures[]>>> = {
  async filings(house) {
    const drafts = await plantDrafts(house, neededFor(perRound))
    return measure(house, drafts.map(filingOf), perRound)
  },
  async decisions(house) {
    return measure(house, await plantDecisions(house, neededFor(perRound)), perRound)
  },
  async queuePage(house) {
    const { first, deep } = await plantMillion(house)
    const needed = Array.from({ length: neededFor(pagesPerRound) })
    const atAnyDepth = needed.map(() => deep[Math.floor(Math.random() * deep.length)]!)
    const firstPages = await measure(
      house,
      needed.map(() => first),
      pagesPerRound,
    )
    const pages = await measure(house, atAnyDepth, pagesPerRound)
    return pages.map((page, at) => ({ ...page, firstPage: firstPages[at]! }))
  },
  async pdf(house) {
    const requests = (await plantWaiting(house, sheetsPerRound * 4)).map(annexOf)
    const rounds: Pace[] = []
    for (let from = 0; from < requests.length; from += sheetsPerRound)
      rounds.push(await driveHttp(house, sheetConnections, requests.slice(from, from + sheetsPerRound)))
    // the first round starts the typesetters; what a core does in a second is what it does in a second of its own time
    const [, middle] = rounds.slice(1).toSorted((a, b) => a.cpuMs - b.cpuMs)
    return [{ connections: sheetConnections, perSecond: Math.round(1000 / middle!.cpuMs) }]
  },
  async export(house) {
    return measureExport(house, await plantAwards(house))
  },
}
const sheetConnections = 4

const asked = process.argv.slice(2).filter((argument) => argument !== '--json')
const unknown = asked.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}: the parts are ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

const answer: Record<string, object> = {}
for (const name of asked.length > 0 ? asked : Object.keys(parts)) {
  const house = await openHouse()
  try {
    const measured = await parts[name]!(house)
    // one line for each number of connections, for whoever watches; the answer is that of the fewest
    for (const { connections, ...figures } of measured)
      console.error(`${name}, ${connections} connections: ${JSON.stringify(figures)}`)
    const { connections: _connections, ...figures } = measured[0]!
    answer[name] = figures
  } finally {
    await house.stop()
  }
}
if (process.argv.includes('--json')) console.log(JSON.stringify(answer, null, 2))
