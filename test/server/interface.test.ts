/** The OpenAPI document says of every route what it takes and what it answers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withApp } from '../app.ts'

type Operation = {
  summary?: string
  requestBody?: { content: object }
  responses: { [status: string]: { content?: { [kind: string]: unknown } } }
}
type Document = { openapi: string; paths: { [path: string]: { [method: string]: Operation } } }

test('every route is described: its summary, its answer, its refusals, the files it takes and gives', async () => {
  const office = await withApp()
  const { body } = await office.client().ask<Document>('GET', '/api/openapi.json')
  assert.match(body.openapi, /^3\.1/)
  for (const [path, methods] of Object.entries(body.paths)) {
    for (const [method, { summary, responses }] of Object.entries(methods)) {
      assert.ok(summary, `${method} ${path} has a summary`)
      assert.ok(responses['200'] ?? responses['204'], `${method} ${path} says what it answers`)
      assert.ok(responses.default?.content?.['application/problem+json'], `${method} ${path} says how it refuses`)
    }
  }
  assert.deepEqual(Object.keys(body.paths['/api/v1/files/{id}']!.put!.requestBody!.content), [
    'image/jpeg',
    'image/png',
    'application/pdf',
  ])
  const page = body.paths['/api/v1/files/{id}/pages/{page}']!.get!
  assert.deepEqual(Object.keys(page.responses['200']!.content!), ['image/jpeg'])
})
