import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vitest/config';

/** Writes a .gz beside every file, so that the server need not compress at every request. */
const compressed = (): Plugin => ({
  name: 'compressed',
  writeBundle({ dir = 'dist' }) {
    for (const name of readdirSync(dir).filter(one => one.endsWith('.js'))) {
      writeFileSync(join(dir, `${name}.gz`), gzipSync(readFileSync(join(dir, name)), { level: 9 }));
    }
  },
});

// Two ES modules that OHIF imports at run time; React is bundled, because OHIF shares none of its own.
export default defineConfig({
  // Tests act on React's development build.
  define: process.env.VITEST ? {} : { 'process.env.NODE_ENV': JSON.stringify('production') },
  esbuild: { jsx: 'automatic' },
  // Chunks are found beside the one that asks for them, below any path.
  base: './',
  plugins: [compressed()],
  build: {
    target: 'es2022',
    outDir: 'dist',
    // Which file needs which: tests/extension.py adds them up.
    manifest: 'manifest.json',
    modulePreload: false,
    rollupOptions: {
      input: { 'hepatia-extension': 'src/index.ts', 'hepatia-mode': 'src/mode.ts' },
      // The entries' names are what OHIF imports. Vite's own way for libraries keeps all white space.
      preserveEntrySignatures: 'strict',
      // What is named by its contents is kept by browsers for ever (orthanc_plugin/static.py).
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].[hash:16].js', hashCharacters: 'hex' },
    },
  },
  test: { environment: 'jsdom', include: ['tests/**/*.test.{ts,tsx}'], setupFiles: ['tests/setup.ts'] },
});
