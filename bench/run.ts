/** `npm run bench -- [--json] [part]…`: measures the parts that are named, or all. What is measured: README.md beside. */
import { openHouse, type House } from './house.ts'
import { measure, type Measured, neededFor } from './measure.ts'
import { plantMillion } from './million.ts'
import { filingOf, plantDecisions, plantDrafts } from './plant.ts'

const perRound = 300

const parts: Readonly<Record<string, (house: House) => Promise<Measured[]>>> = {
  async filings(house) {
    const drafts = await plantDrafts(house, neededFor(perRound))
    return measure(house, drafts.map(filingOf), perRound)
  },
  async queuePage(house) {
    const { first, deep } = await plantMillion(house)
    const count = neededFor(perRound)
    const random = Array.from({ length: count }, () => deep[Math.floor(Math.random() * deep.length)]!)
    const pages = await measure(house, random, perRound)
    const firstPages = await measure(
      house,
      Array.from({ length: count }, () => first),
      perRound,
    )
    return pages.map((page, at) => ({ ...page, firstPerSecond: firstPages[at]!.perSecond }))
  },
  decisions: async (house) => measure(house, await plantDecisions(house, neededFor(perRound)), perRound),
}

const asked = process.argv.slice(2).filter((argument) => argument !== '--json')
const unknown = asked.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}: the parts are ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}

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
