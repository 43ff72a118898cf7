import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MISBEHAVIOURS } from '../fixtures/misbehaving-server.js';
import { HOSTILE_COUNT, hostilePage } from './hostile-page.js';

it('is the page in docs, with every misbehaviour of the fixture once', async () => {
  const page = hostilePage();
  const names = [...page.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name]) => name);
  expect(names.toSorted()).toEqual(Object.keys(MISBEHAVIOURS).toSorted());
  expect(HOSTILE_COUNT).toBeGreaterThanOrEqual(50);
  await expect(page).toMatchFileSnapshot(join(import.meta.dirname, '..', '..', 'docs', 'hostile-servers.md'));
});
