import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { cannedServer, echo } from '../fixtures/canned-server.js';
import { plimsoll, temporaryFolder } from './plimsoll.js';
import { resultIn } from './run-result.js';
import { scenarioFile } from './scenario-file.js';
import { expectExitUnlessInDoubt } from './valid-run.js';

const PASSWORD = 'p@ss:wörd/4711';
const BASIC = Buffer.from(`ada:${PASSWORD}`).toString('base64');
const withUser = (url: string): string => url.replace('//', `//ada:${encodeURIComponent(PASSWORD)}@`);

it('user and password of target.url go out with every request of a run, and into no file', async () => {
  const refused: (string | undefined)[] = [];
  const server = await cannedServer({
    stateful: true,
    onMessage: (_message, response, request) => {
      if (request.headers.authorization === `Basic ${BASIC}`) return false;
      refused.push(request.method);
      response.writeHead(401, { 'www-authenticate': 'Basic realm="orders"' }).end();
      return true;
    },
    // Servers tell what they got.
    onCall: (message, response, request) =>
      echo({ ...message, params: { arguments: { got: request.headers.authorization, raw: BASIC } } }, response),
  });
  onTestFinished(() => server.close());
  const out = join(temporaryFolder(), 'run');
  const ended = await plimsoll(['run', scenarioFile({ url: withUser(server.url), rate: '20/s' }), '--out', out]);
  expectExitUnlessInDoubt(resultIn(out), ended.code, [0, 3, 5], ended.stderr);
  expect(refused).toEqual([]);
  expect(server.seen.filter(({ headers }) => headers.authorization !== `Basic ${BASIC}`)).toEqual([]);
  const said = [ended.stdout, ended.stderr, ...readdirSync(out).map((name) => readFileSync(join(out, name), 'utf8'))];
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), BASIC]) {
    for (const text of said) expect(text.includes(secret)).toBe(false);
  }
});
