/** Every address of the webs has its pictures, and every picture its screen: a page that nobody looked at fails here. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { picturesOf, screens } from './screens.ts'
import { routeOf } from './screen.ts'

const root = path.join(import.meta.dirname, '../..')
const found = (file: string, pattern: RegExp) =>
  [...readFileSync(path.join(root, file), 'utf8').matchAll(pattern)].map(([, address]) => address!)
const shown = new Set(screens.map(routeOf))

test('every page of the phone is a screen', () => {
  const routes = found('web/worker/app.tsx', /<Route path="([^"]+)"/g)
  assert.ok(routes.length > 15)
  assert.deepEqual(
    routes.filter((route) => !shown.has(route)),
    [],
  )
})

test('every page of the desk is a screen', () => {
  const routes = found('web/desk/router.tsx', /(?:\bat\(|\bpath: )'(\/[^']*)'/g)
  assert.ok(routes.length > 30)
  assert.deepEqual(
    routes.map((route) => `/desk${route}`).filter((route) => !shown.has(route)),
    [],
  )
})

test('docs/screens holds their pictures, and no others', () => {
  const files = readdirSync(path.join(root, 'docs/screens')).toSorted()
  assert.deepEqual(
    files,
    screens
      .flatMap(picturesOf)
      .map((name) => `${name}.png`)
      .toSorted(),
  )
})
