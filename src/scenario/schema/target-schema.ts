import { z } from 'zod';
import { authSchema, tlsSchema } from './access-schema.js';
import { command, count, duration, flag, group, httpUrl, nonEmpty, texts } from './field-types.js';

/** Revisions of MCP that can be pinned; `auto`, `legacy` and `modern` find the revision out. */
const PROTOCOL_REVISIONS = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'] as const;

const serverSchema = group('The server under test, when plimsoll is to start, watch and stop it.', {
  command: command().describe('Program and arguments; `plimsoll` itself is on its PATH.'),
  cwd: nonEmpty('a folder')
    .optional()
    .describe('Working folder, relative to the scenario file. Default: where plimsoll was started.'),
  env: texts('a map of names to texts').default({}).describe('Environment variables added to those of plimsoll.'),
  ready: httpUrl()
    .optional()
    .describe('URL that answers 200 once the server is ready. Default: the target answers an MCP request.'),
  readyTimeout: duration().prefault('30s').describe('How long to wait for `ready`.'),
});

const healthSchema = group('Health probes while the load runs; three misses in a row make the state unhealthy.', {
  live: httpUrl().optional().describe('Liveness URL: any 2xx is healthy.'),
  ready: httpUrl().optional().describe('Readiness URL: any 2xx is healthy; `checks` of a JSON answer are kept.'),
  every: duration().prefault('1s').describe('Time between two probes.'),
});

export const targetSchema = group(
  'What is loaded.',
  {
    url: z
      .union([httpUrl(), z.array(httpUrl()).min(1, { error: 'at least one URL' })], {
        error: 'a URL, or a list of URLs (calls go round robin)',
      })
      .optional()
      .describe('MCP endpoint, or a list of them: calls go round robin and figures are kept per endpoint.'),
    transport: z
      .enum(['streamable-http', 'sse', 'stdio'])
      .default('streamable-http')
      .describe('The transport of MCP. `stdio` takes `command`, `env` and `cwd` instead of `url`: one process a session.'),
    command: command().optional().describe('stdio only: program and arguments of the server.'),
    env: texts('a map of names to texts').optional().describe('stdio only: environment variables added to those of plimsoll.'),
    cwd: nonEmpty('a folder')
      .optional()
      .describe('stdio only: working folder, relative to the scenario file. Default: where plimsoll was started.'),
    protocol: z
      .enum(['auto', 'legacy', 'modern', ...PROTOCOL_REVISIONS])
      .default('auto')
      .describe(
        '`auto` probes as the specification says; `legacy` has a handshake, `modern` (2026-07-28) has none; or one revision.',
      ),
    startTimeout: duration()
      .prefault('30s')
      .describe(
        'How long the server may take before the load: to each answer of the opening, and over stdio from the start of a process to its first answer, at any time.',
      ),
    headers: texts('a map of header names to texts').default({}).describe('HTTP headers sent with every request.'),
    idleTimeout: duration()
      .prefault('55s')
      .describe(
        'How long a connection can be idle before plimsoll closes it, or less if the server says so (`Keep-Alive: timeout=N`). The default is below the usual 60 s.',
      ),
    auth: authSchema.optional(),
    tls: tlsSchema.optional(),
    server: serverSchema.optional(),
    preflight: z
      .enum(['call', 'schema'])
      .default('call')
      .describe(
        'Before load starts: `call` makes each listed call once, untimed (a tool that may write: once for all tenants and journeys); `schema` only checks the arguments against the inputSchema.',
      ),
    allow: z
      .array(nonEmpty('a host name'), { error: 'a list of host names' })
      .default([])
      .describe('Hosts that you may load-test, besides loopback.'),
    health: healthSchema.optional(),
    metrics: httpUrl().optional().describe('Prometheus page of the target, read every second.'),
    pid: count()
      .optional()
      .describe('Process whose CPU, memory, threads and descriptors are sampled (automatic when plimsoll starts the server).'),
  },
  { error: 'a map such as { url: http://127.0.0.1:3001/mcp }' },
);

export const sessionsSchema = group('MCP sessions.', {
  count: count(1, 100_000).default(10).describe('MCP sessions held, shared by the calls; each may have many calls in flight.'),
  stream: flag()
    .default(false)
    .describe(
      'Holds a stream open for each session during its calls: the GET stream of legacy eras, `subscriptions/listen` of 2026-07-28. A load dimension of its own: one socket each. Over HTTP+SSE those of the sessions are counted; stdio has none.',
    ),
  calls: count().optional().describe('Calls after which a session is replaced. Default: never.'),
});
