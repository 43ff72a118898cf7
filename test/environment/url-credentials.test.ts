import { createServer, request as forward } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { planOf } from '../../src/scenario/plan/plan.js';
import { parseScenario } from '../../src/scenario/reading/parse-scenario.js';
import { basicAuthorization, headersFor } from '../../src/scenario/url-credentials.js';
import { readPage } from '../../src/signals/page.js';
import { drive, driverFor } from '../fixtures/drive-call.js';
import { listen } from '../fixtures/listen.js';
import { misbehavingSseServer } from '../hostile/misbehaving-sse-server.js';

const PASSWORD = 'p@ss:wörd/4711';
const BASIC = Buffer.from(`ada:${PASSWORD}`).toString('base64');
const withUser = (url: string): string => url.replace('//', `//ada:${encodeURIComponent(PASSWORD)}@`);

it('user and password of target.url go out with every request over HTTP+SSE', async () => {
  const server = await misbehavingSseServer();
  const seen: (string | undefined)[] = [];
  const { port } = new URL(server.url);
  const proxy = await listen(
    createServer((request, response) => {
      seen.push(request.headers.authorization);
      const out = forward({ port, path: request.url, method: request.method, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      out.on('error', () => response.destroy());
      request.pipe(out);
      response.on('close', () => out.destroy());
    }),
  );
  const driver = driverFor(withUser(`http://127.0.0.1:${proxy.port}${new URL(server.url).pathname}`), { transport: 'sse' });
  onTestFinished(async () => {
    await driver.close();
    await proxy.close();
    await server.close();
  });
  await driver.open(1);
  expect((await drive(driver, { tool: 'fine' })).outcome).toBe('ok');
  expect(seen.length).toBeGreaterThan(2);
  expect([...new Set(seen)]).toEqual([`Basic ${BASIC}`]);
});

it('those of a URL go out to health and metrics pages', async () => {
  const server = await listen(createServer((request, response) => response.end(request.headers.authorization ?? 'nobody')));
  onTestFinished(() => server.close());
  const url = `http://127.0.0.1:${server.port}/health`;
  const options = { timeoutMs: 5000, maxBytes: 1000 };
  expect((await readPage(withUser(url), options)).text).toBe(`Basic ${BASIC}`);
  expect((await readPage(url, options)).text).toBe('nobody');
});

it('they count only where nothing else says who calls, and the plan tells which', () => {
  const url = withUser('http://127.0.0.1:3001/mcp');
  expect(basicAuthorization('http://127.0.0.1/')).toBeUndefined();
  expect(basicAuthorization('http://key@127.0.0.1/')).toBe(`Basic ${Buffer.from('key:').toString('base64')}`);
  expect(basicAuthorization('http://a%zz:b@127.0.0.1/')).toBe(`Basic ${Buffer.from('a%zz:b').toString('base64')}`);
  expect(headersFor(url, { headers: { Authorization: 'mine' } })).toEqual({ Authorization: 'mine' });
  const warnings = (target: object) =>
    planOf(
      parseScenario(
        JSON.stringify({
          plimsoll: 1,
          name: 's',
          target: { url, ...target },
          load: { phases: [{ name: 'a', rate: '1/s', for: '1s' }] },
          calls: [{ tool: 'echo', arguments: {} }],
        }),
        { fileName: 's.yaml', folder: '.', env: {}, files: { read: () => '', exists: () => false } },
      ).scenario,
    ).warnings.filter((text) => text.startsWith('target.url'));
  expect(warnings({})).toEqual(['target.url: its user and password are sent as Authorization: Basic with every request']);
  expect(warnings({ auth: { bearer: 'a-token' } })).toEqual([
    'target.url: its user and password are not sent: target.auth says who calls',
  ]);
  expect(warnings({ headers: { authorization: 'Basic abc' } })).toEqual([
    'target.url: its user and password are not sent: target.headers says who calls',
  ]);
});
