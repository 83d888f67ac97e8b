import { defineConfig } from 'vite'
import react from '@vitejs/plugin-react'

export default defineConfig({
  server: { proxy: { '/api': 'http://api:3000' } },
  plugins: [react()],
  preview: { port: 8080, strictPort: true },
})
