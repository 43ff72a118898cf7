import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Environment, EnvironmentOptions } from '../../src/environment/environment.js';
import { type EnvironmentParts, openEnvironment } from '../../src/environment/open-environment.js';
import { Redactor } from '../../src/scenario/file/redactor.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import type { ServerUnderTest, Target } from '../../src/scenario/target.js';
import { scenarioOf } from '../load/scenario-of.js';
import { FakeEngine } from './fake-engine.js';

const miniServer = fileURLToPath(new URL('../e2e/fixtures/mini-server.js', import.meta.url));

/** A scenario whose server is the small MCP server of the tests on this port, unless told otherwise. */
export function scenarioOn(
  port: number,
  {
    server,
    target,
    ...rest
  }: { server?: Partial<ServerUnderTest>; target?: Partial<Target> } & Omit<Partial<Scenario>, 'target'> = {},
): Scenario {
  const base = scenarioOf({ calls: [{ type: 'call', tool: 'echo', weight: 1, arguments: { message: 'hi' } }], ...rest } as never);
  return {
    ...base,
    target: {
      ...base.target,
      urls: [`http://127.0.0.1:${port}/mcp`],
      server: {
        command: [process.execPath, miniServer, '--port', String(port)],
        env: {},
        ready: `http://127.0.0.1:${port}/health`,
        readyTimeoutMs: 15_000,
        ...server,
      },
      ...target,
    },
  };
}

export const mini = (port: number, ...args: string[]) => ({
  command: [process.execPath, miniServer, '--port', String(port), ...args],
});

/** A server of one line of JavaScript. */
export const script = (code: string) => ({ command: [process.execPath, '-e', code] });

/** Opens an environment with an engine that sends nothing; it is closed when the test ends. */
export async function opened(
  scenario: Scenario,
  options: Partial<EnvironmentOptions> = {},
  engine = new FakeEngine(),
): Promise<{ readonly environment: Environment; readonly engine: FakeEngine; readonly steps: readonly string[] }> {
  const steps: string[] = [];
  const parts: EnvironmentParts = { createEngine: () => engine };
  const environment = await openEnvironment(
    scenario,
    { onStep: (text) => steps.push(text), redactor: new Redactor(), signal: new AbortController().signal, ...options },
    parts,
  );
  onTestFinished(async () => void (await environment.close()));
  return { environment, engine, steps };
}

export const answers = async (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/health`, { headers: { connection: 'close' } }).then(
    () => true,
    () => false,
  );
