#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  console.error('plimsoll: this clone is not built yet\n  hint: run npm ci && npm run build in it');
  process.exitCode = 2;
}
