import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startRealToxiproxy } from '../faults/real-toxiproxy.js';
import { freePort } from '../fixtures/ports.js';
import { lacking } from '../requirement.js';
import { type Ended, fixture, miniServer, plimsoll, temporaryFolder } from './plimsoll.js';
import { scenarioFile } from './scenario-file.js';

// What a stranger gets wrong about faults: one clear error each, before any load.

async function echo(): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as { readonly port: number }).port}`;
}

const slow = { dependency: 'backend', inject: 'slow-dependency', at: '0s', for: '1s' };

interface Wrong {
  readonly faults?: readonly object[];
  readonly listen?: string;
  readonly upstream?: string;
  /** Whether the server goes through the proxy. */
  readonly used?: boolean;
  readonly flags?: readonly string[];
}

/** Runs it, and holds it to having loaded nothing. */
async function refused({ faults = [slow], listen, upstream, used = true, flags = [] }: Wrong): Promise<Ended> {
  const port = await freePort();
  const at = listen ?? `127.0.0.1:${port}`;
  const asks = used ? at.slice(at.lastIndexOf(':') + 1) : '1';
  const server = used ? await miniServer('--asks', asks) : await miniServer();
  const out = join(temporaryFolder(), 'run');
  const scenario = scenarioFile({
    url: `http://127.0.0.1:${server}/mcp`,
    more: { dependencies: { backend: { listen: at, upstream: upstream ?? (await echo()), tools: ['echo'] } }, faults },
  });
  const ended = await plimsoll(['run', scenario, '--out', out, ...flags]);
  expect(existsSync(join(out, 'journal.ndjson')), ended.stderr).toBe(false);
  return ended;
}

describe('faults that make no sense', () => {
  it('are named all at once, each with line and column, what was found, what is accepted, and a guess', async () => {
    const { code, stderr } = await refused({
      faults: [
        { ...slow, inject: 'slow-dependancy' },
        { ...slow, with: { latncy: '5ms' } },
        { ...slow, with: { latency: '-200ms', jitter: '0.5ms' } },
        { dependency: 'backend', toxics: [{ type: 'bandwith' }], at: '0s', for: '1s' },
        { dependency: 'backend', toxics: [{ type: 'latency', attributes: { latncy: 5, jitter: 1.5 } }], at: '0s', for: '1s' },
        { dependency: 'backend', toxics: [{ type: 'bandwidth', attributes: { rate: -1 } }], at: '0s', for: '1s' },
        { dependency: 'backend', toxics: [{ type: 'slicer', attributes: {} }], at: '0s', for: '1s' },
        {
          dependency: 'backend',
          toxics: [{ type: 'slicer', attributes: { average_size: 5, size_variation: 5 } }],
          at: '0s',
          for: '1s',
        },
        { ...slow, inject: 'refused' },
        { ...slow, inject: 'flapping', at: '500ms' },
      ],
    });
    expect(code).toBe(2);
    const lines = stderr.split('\n').filter((line) => /:\d+:\d+ {2}faults\./.test(line));
    const said = lines.map((line) => line.replace(/^.*:\d+:\d+ +/, ''));
    expect(said).toEqual([
      expect.stringMatching(/^faults\.0\.inject +found "slow-dependancy".*did you mean "slow-dependency"/),
      expect.stringMatching(
        /^faults\.1\.with\.latncy +found "latncy", accepted: one of latency, jitter \(did you mean "latency"/,
      ),
      expect.stringMatching(/^faults\.2\.with\.latency +found "-200ms", accepted: a duration in whole milliseconds/),
      expect.stringMatching(/^faults\.2\.with\.jitter +found "0\.5ms", accepted: a duration in whole milliseconds/),
      expect.stringMatching(/^faults\.3\.toxics\.0\.type +found "bandwith".*did you mean bandwidth/),
      expect.stringMatching(/^faults\.4\.toxics\.0\.attributes\.latncy +found.*did you mean latency/),
      expect.stringMatching(/^faults\.4\.toxics\.0\.attributes\.jitter +found 1\.5, accepted: a whole number, 0 or more/),
      expect.stringMatching(/^faults\.5\.toxics\.0\.attributes\.rate +found -1, accepted: a whole number, 0 or more/),
      expect.stringMatching(
        /^faults\.6\.toxics\.0\.attributes\.average_size +found nothing, accepted: a whole number, 1 or more/,
      ),
      expect.stringMatching(/^faults\.7\.toxics\.0\.attributes\.size_variation +found 5, accepted: less than average_size \(5\)/),
      expect.stringMatching(/^faults\.9\.at +found 500ms, while faults\.8 \(refused\) switches backend as well, until 1s/),
    ]);
  });

  it('without an end, after the end of the load, on a dependency that is not there', async () => {
    const { for: _, ...endless } = slow;
    const { code, stderr } = await refused({
      faults: [endless, { ...slow, at: '1h' }, { ...slow, dependency: 'bakend' }],
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/faults\.0\.for +found nothing/);
    expect(stderr).toMatch(/faults\.1\.at +found 1h, accepted: a time before the load ends at 2s/);
    expect(stderr).toMatch(/faults\.2\.dependency +found "bakend".*did you mean "backend"/);
  });

  it('on a port that cannot be had again once it was given up', async () => {
    const { code, stderr } = await refused({ faults: [{ ...slow, inject: 'refused' }], listen: '127.0.0.1:45000' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/dependencies\.backend\.listen +found port 45000, which a fault takes down and up again/);
  });
});

describe('a dependency that cannot be broken', () => {
  it('has its listen port taken: exit 8', async () => {
    const taken = await echo();
    const { code, stderr } = await refused({ listen: taken });
    expect(code, stderr).toBe(8);
    expect(stderr).toContain(`something already listens on ${taken}, where the proxy of backend would`);
    expect(stderr).toContain('hint: ');
  });

  it('is down already: exit 7', async () => {
    const { code, stderr } = await refused({ upstream: '127.0.0.1:1', used: false });
    expect(code, stderr).toBe(7);
    expect(stderr).toContain('the dependency backend cannot be reached at 127.0.0.1:1: ECONNREFUSED');
    expect(stderr).toContain('hint: start it, or change dependencies.backend.upstream');
  });

  it('is not used by the server: exit 7, with how to point the server at the proxy', async () => {
    const { code, stderr } = await refused({ used: false });
    expect(code, stderr).toBe(7);
    expect(stderr).toMatch(/the proxy of backend on 127\.0\.0\.1:\d+ has seen no connection/);
    expect(stderr).toMatch(/hint: point the server at 127\.0\.0\.1:\d+ in place of 127\.0\.0\.1:\d+/);
  });

  it('has no Toxiproxy where one was named: exit 7', async () => {
    const { code, stderr } = await refused({ flags: ['--toxiproxy', 'http://127.0.0.1:1'] });
    expect(code, stderr).toBe(7);
    expect(stderr).toMatch(/the Toxiproxy at http:\/\/127\.0\.0\.1:1 cannot be reached/);
    expect(stderr).toMatch(/hint: is it running\?/);
  });

  it.skipIf(lacking('toxiproxy') || lacking('linux'))(
    'is not used, at a real Toxiproxy: told by the sockets of a server that plimsoll started, unless its connections are too short to be seen',
    async () => {
      const real = await startRealToxiproxy();
      onTestFinished(() => real.stop());
      const run = async (...args: readonly string[]): Promise<Ended> => {
        const [port, listen] = [await freePort(), await freePort()];
        const command = [process.execPath, fixture('mini-server.js'), '--port', String(port)];
        const scenario = scenarioFile({
          url: `http://127.0.0.1:${port}/mcp`,
          rate: '20/s',
          target: {
            server: {
              command: [...command, ...args.map((arg) => arg.replace('LISTEN', String(listen)))],
              ready: `http://127.0.0.1:${port}/health`,
            },
          },
          more: {
            dependencies: { backend: { listen: `127.0.0.1:${listen}`, upstream: await echo(), tools: ['echo'] } },
            faults: [{ ...slow, at: '500ms', for: '500ms' }],
          },
        });
        return plimsoll(['run', scenario, '--out', join(temporaryFolder(), 'run'), '--toxiproxy', real.url]);
      };
      const unused = await run();
      expect(unused.code, unused.stderr).toBe(7);
      expect(unused.stderr).toContain('has seen no connection');
      const short = await run('--asks', 'LISTEN');
      expect(short.stderr).not.toContain('has seen no connection');
      expect([0, 3, 5]).toContain(short.code);
    },
    30_000,
  );
});
