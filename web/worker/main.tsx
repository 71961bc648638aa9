import { createRoot } from 'react-dom/client'
import '../ui/tokens.css'
import './worker.css'
import { App } from './app.tsx'
import { applyTextSize } from './textSize.ts'

applyTextSize()
createRoot(document.getElementById('root')!).render(<App />)
