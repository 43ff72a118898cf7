import { once } from 'node:events';
import { createServer } from 'node:net';
import { defineScenario, run } from 'plimsoll';
import { expect, it } from 'vitest';

/** A port that nothing listens on. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

it('finds a price within 250 ms at 50 calls a second', { timeout: 60_000 }, async ({ skip }) => {
  const port = await freePort();
  const scenario = defineScenario({
    plimsoll: 1,
    name: 'price',
    target: {
      url: `http://127.0.0.1:${port}/mcp`,
      // plimsoll starts the server, waits until it is ready, and stops it.
      server: {
        command: ['node', 'server.js', port],
        cwd: import.meta.dirname,
        ready: `http://127.0.0.1:${port}/ready`,
      },
    },
    load: {
      phases: [
        { name: 'warm-up', rate: '20/s', for: '2s', warmUp: true },
        { name: 'steady', rate: '50/s', for: '8s' },
      ],
    },
    data: { fruits: { rows: [{ fruit: 'apple' }, { fruit: 'pear' }, { fruit: 'quince' }] } },
    calls: [{ tool: 'price', arguments: { fruit: '{{ fruits.fruit }}' }, expect: { text: '^[0-9]+$' } }],
    slo: { success: '99%', p95: '250ms' },
  });

  const { result, folder } = await run(scenario);

  const { outcome, summary } = result.verdict;
  // A machine that is busy with something else proves nothing about the server, good or bad.
  if (outcome === 'invalid' || outcome === 'inconclusive') skip(`${summary} (${folder}/report.html)`);
  expect(outcome, `${summary} (${folder}/report.html)`).toBe('pass');
});
