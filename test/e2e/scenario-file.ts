import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './plimsoll.js';

/** What a test may say about its scenario; all else is a short steady load on one tool. */
export interface ScenarioOptions {
  readonly url: string;
  readonly tool?: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly rate?: string;
  readonly for?: string;
  readonly target?: Readonly<Record<string, unknown>>;
  readonly load?: Readonly<Record<string, unknown>>;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Writes a scenario file (JSON is YAML) into a temporary folder. @returns its path. */
export function scenarioFile(options: ScenarioOptions): string {
  const path = join(temporaryFolder(), 'scenario.yaml');
  const scenario = {
    plimsoll: 1,
    name: 'e2e',
    target: { url: options.url, ...options.target },
    sessions: { count: 2 },
    load: {
      seed: 1,
      arrivals: 'constant',
      timeout: '2s',
      drain: '3s',
      phases: [{ name: 'steady', rate: options.rate ?? '160/s', for: options.for ?? '2s' }],
      ...options.load,
    },
    calls: [{ tool: options.tool ?? 'echo', arguments: options.arguments ?? { message: 'hello {{ seq }}' } }],
    ...options.more,
  };
  writeFileSync(path, JSON.stringify(scenario, undefined, 2));
  return path;
}
