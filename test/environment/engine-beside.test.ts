import { expect, it, onTestFinished } from 'vitest';
import { openEnvironment } from '../../src/environment/open-environment.js';
import { Redactor } from '../../src/scenario/file/redactor.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import { cannedServer } from '../fixtures/canned-server.js';
import { scenarioOf } from '../load/scenario-of.js';

it('opens idle sessions on a guarded server as the caller that the load is, and counts them', async () => {
  const refused: string[] = [];
  const server = await cannedServer({
    stateful: true,
    onMessage: (message, response, request) => {
      if (request.headers.authorization === 'Bearer the-token-of-today') return false;
      refused.push(message.method);
      response.writeHead(401).end();
      return true;
    },
  });
  onTestFinished(() => server.close());
  const base = scenarioOf();
  const scenario: Scenario = {
    ...base,
    target: {
      ...base.target,
      urls: [server.url],
      protocol: 'legacy',
      auth: { kind: 'bearer', token: 'the-token-of-today', timeoutMs: 5000 } as NonNullable<Scenario['target']['auth']>,
    },
  };
  const environment = await openEnvironment(scenario, {
    onStep: () => {},
    redactor: new Redactor(),
    signal: new AbortController().signal,
  });
  onTestFinished(async () => void (await environment.close()));
  const engine = environment.engineBeside?.({ ...scenario, sessions: { count: 3 } });
  await engine?.open();
  expect(server.sessions.size).toBe(4);
  await engine?.close();
  expect(server.sessions.size).toBe(1);
  const sessions = (await environment.endSessions?.())?.sessions;
  expect(sessions).toMatchObject({ opened: 4, ended: 4 });
  expect(refused).toEqual([]);
});
