import { defineConfig } from 'vitest/config';

// Two ES modules that OHIF imports at run time; React is bundled, because OHIF shares none of its own.
export default defineConfig({
  define: { 'process.env.NODE_ENV': JSON.stringify('production') },
  esbuild: { jsx: 'automatic' },
  build: {
    target: 'es2022',
    outDir: 'dist',
    lib: {
      entry: { 'hepatia-extension': 'src/index.ts', 'hepatia-mode': 'src/mode.ts' },
      formats: ['es'],
      fileName: (_format, name) => `${name}.js`,
    },
  },
  test: { environment: 'jsdom', include: ['tests/**/*.test.{ts,tsx}'] },
});
