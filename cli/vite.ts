/** One build for both webs: `worker` (phone, at `/`) and `desk` (at `/desk/`). */
import path from 'node:path'
import react from '@vitejs/plugin-react'
import type { InlineConfig } from 'vite'

export type App = 'worker' | 'desk'

const checkout = path.join(import.meta.dirname, '..')
/** Where a web's page is served, with the closing slash. */
const bases: Readonly<Record<App, string>> = { worker: '/', desk: '/desk/' }

export function webConfig(app: App, outDir: string): InlineConfig {
  return {
    configFile: false,
    root: path.join(checkout, 'web', app),
    base: bases[app],
    publicDir: false,
    logLevel: 'warn',
    clearScreen: false,
    plugins: [react()],
    build: {
      outDir,
      emptyOutDir: true,
      // what the browser inside WeChat on a phone of some years ago understands
      target: ['chrome87', 'safari14'],
      manifest: true,
      reportCompressedSize: false,
      // an icon inside the script would be loaded by everybody, and refused by a strict content policy
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2000,
    },
  }
}
