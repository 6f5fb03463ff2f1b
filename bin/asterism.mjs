#!/usr/bin/env node
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';

const main = new URL('../dist/main.js', import.meta.url);
if (!existsSync(main)) {
  console.error('Asterism is not built yet: run `npm start` (or `npm run build`) in its folder first.');
  process.exit(1);
}
// Node 22 keeps what it has compiled from one start to the next; `-rx` in a script's loop gains most.
nodeModule.enableCompileCache?.();
await import(main.href);
