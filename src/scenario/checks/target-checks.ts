import { MISSING } from '../schema/schema-issues.js';
import type { Report, ScenarioParts } from './scenario-parts.js';

type TargetPart = NonNullable<ScenarioParts['target']>;

/** Which keys of `target` go together. */
export const checkTarget = ({ target }: ScenarioParts, report: Report): void => {
  if (target === undefined) return;
  const { value, wrong } = target;
  // A transport that is none says nothing about the keys that go with it.
  if (!wrong.has('transport')) checkKeysOfTransport(target, report);
  if (value.transport === 'sse' && (value.protocol === 'modern' || value.protocol === '2026-07-28')) {
    report(
      ['target', 'protocol'],
      `${value.protocol} over sse`,
      'auto, legacy or a revision before 2026-07-28: the modern protocol has no SSE transport',
    );
  }
  if (value.pid !== undefined && value.server !== undefined) {
    report(['target', 'pid'], 'pid together with server', 'one of them: the pid is known when plimsoll starts the server', {
      key: true,
    });
  }
  value.allow.forEach((host, index) => {
    if (/[/\s@]/.test(host))
      report(
        ['target', 'allow', index],
        JSON.stringify(host),
        'a host name without scheme, port and path, such as staging.example.org',
      );
  });
};

const checkKeysOfTransport = ({ value, raw, incomplete }: TargetPart, report: Report): void => {
  const stdio = value.transport === 'stdio';
  const refuse = (key: string, accepted: string): void => {
    if (raw[key] !== undefined) report(['target', key], `${key} with transport: ${value.transport}`, accepted, { key: true });
  };
  if (stdio) {
    for (const key of ['url', 'headers', 'idleTimeout', 'server'])
      refuse(key, 'command, env and cwd: a stdio server is started as one process a session');
    if (value.command === undefined && !incomplete)
      report(['target', 'command'], MISSING, 'transport: stdio needs command, such as [node, server.js]');
  } else {
    const hint =
      value.command === undefined
        ? undefined
        : 'a command needs transport: stdio; a server to start that is reached by url goes under target.server';
    if (value.url === undefined && !incomplete) report(['target', 'url'], MISSING, 'the URL of the MCP endpoint', { hint });
    for (const key of ['command', 'env', 'cwd']) {
      if (value.url !== undefined || key !== 'command')
        refuse(key, 'only with transport: stdio; for a server to start see target.server');
    }
  }
};
