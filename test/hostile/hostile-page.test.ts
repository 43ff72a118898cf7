import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MISBEHAVIOURS } from '../fixtures/misbehaving-server.js';
import { EXPECTED_SSE, SILENT_SSE } from './expected-sse.js';
import { EXPECTED_STDIO, SILENT_STDIO } from './expected-stdio.js';
import { hostilePage } from './hostile-page.js';
import { TLS_NAMES } from './misbehaving-tls-server.js';

it('is the page in docs, with every misbehaviour of the fixtures once', async () => {
  const page = hostilePage();
  const names = [...page.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name]) => name);
  const known = new Set([
    ...Object.keys(MISBEHAVIOURS),
    ...Object.keys(EXPECTED_STDIO),
    ...SILENT_STDIO,
    ...Object.keys(EXPECTED_SSE),
    ...SILENT_SSE,
    ...TLS_NAMES,
  ]);
  expect(names.toSorted()).toEqual([...known].toSorted());
  expect(names.length).toBeGreaterThanOrEqual(50);
  await expect(page).toMatchFileSnapshot(join(import.meta.dirname, '..', '..', 'docs', 'hostile-servers.md'));
});
