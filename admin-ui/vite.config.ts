import {fileURLToPath} from 'node:url';
import react from '@vitejs/plugin-react';
import {defineConfig} from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  publicDir: false,
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../build/admin-ui', import.meta.url)),
    emptyOutDir: true,
    assetsDir: 'assets',
    // The content security policy allows no data: fonts, and every file may be cached for ever by its hash.
    assetsInlineLimit: 0,
    target: 'es2022',
    sourcemap: false,
    reportCompressedSize: false,
    // One chunk of libraries for the whole console, fetched once and cached by its hash.
    chunkSizeWarningLimit: 800,
  },
});
