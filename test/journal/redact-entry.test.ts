import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import { redactEntry } from '../../src/journal/redact-entry.js';
import { Redactor } from '../../src/scenario/file/redactor.js';

const SECRET = 'hunter22-hunter22';
const URL_WITH = `http://user:${SECRET}@127.0.0.1:1/mcp?api_key=${SECRET}`;
const said = `said ${SECRET}`;
type Entries = { readonly [K in JournalEntry['type']]: Extract<JournalEntry, { readonly type: K }> };

const cell = { tool: said, endpoint: URL_WITH, ok: 1 };

/** One entry of every kind, with the secret wherever a text can come from outside. The compiler asks for a new kind here. */
const ENTRIES: Entries = {
  start: {
    type: 'start',
    schema: 'plimsoll.journal/1',
    runId: 'r',
    version: '1',
    startedAt: '2026-01-01T00:00:00.000Z',
    scenario: { name: 'orders' },
    scenarioHash: 'h',
    labels: { branch: said },
    host: { hostname: said },
    target: { endpoints: [{ endpoint: URL_WITH, serverName: said, tools: [said] }] },
    timeline: [],
    workers: 1,
    timeoutMs: 1,
    slo: { declared: true, tools: {}, during: {} },
    faultEngine: { name: 'toxiproxy', version: said, url: URL_WITH },
  },
  cell: { type: 'cell', id: 1, segment: 0, tool: said, endpoint: URL_WITH },
  second: { type: 'second', t: 1, worker: 0, inFlight: 1, generator: {}, cells: [{ cell: 1, ok: 1 }] },
  host: { type: 'host', t: 1, busy: 0.5 },
  health: { type: 'health', t: 1, probe: 'ready', ok: false, detail: said, state: 'unhealthy' },
  process: { type: 'process', t: 1, pid: 7 },
  metrics: { type: 'metrics', t: 1, values: { [`up{token="${SECRET}"}`]: 1 } },
  sample: {
    type: 'sample',
    t: 1,
    kind: 'error',
    class: 'tool-error',
    tool: said,
    endpoint: URL_WITH,
    segment: 0,
    text: said,
    traceparent: '00-1-2-01',
    requestId: '1',
  },
  note: { type: 'note', t: 1, level: 'error', code: 'x', text: said },
  fault: { type: 'fault', t: 1, fault: 0, dependency: 'db', recipe: 'dead', what: 'failed', text: said },
  proxy: {
    type: 'proxy',
    t: 1,
    dependency: 'db',
    connectionsAccepted: 1,
    connectionsOpen: 1,
    bytesUpstream: 1,
    bytesDownstream: 1,
  },
  delay: { type: 'delay', t: 0, view: 'run-delay', slots: [[0, 100, 250, null]] },
  event: { type: 'event', t: 1, name: 'deploy', what: 'start' },
  trial: {
    type: 'trial',
    t: 1,
    under: 'none',
    purpose: 'double',
    offeredRate: 1,
    searchS: 1,
    settleS: 1,
    plannedS: 1,
    measuredS: 1,
    tookS: 1,
    completed: 1,
    succeeded: 1,
    inFlight: [1],
    blocks: [{ startS: 0, endS: 1, cells: [cell] }],
  },
  pair: {
    type: 'pair',
    t: 1,
    index: 0,
    seed: 1,
    edgeMs: 50,
    blockMs: 1000,
    tookS: 1,
    ownS: 0,
    baseline: { scheduled: 1, started: 1, blocks: [{ calls: 1, failed: 0 }], cells: [cell], calls: 1 },
    candidate: { scheduled: 1, started: 1, blocks: [{ calls: 1, failed: 0 }], cells: [cell], calls: 1, died: said },
    discarded: said,
  },
  search: { type: 'search', t: 1, under: 'none', tookS: 1, end: { ending: 'interrupted', reason: said } },
  sweep: { type: 'sweep', t: 1, callers: 1, settleS: 1, measuredS: 1, ok: 1, failed: 0 },
  'recovery-level': {
    type: 'recovery-level',
    t: 1,
    under: 'dead@db',
    share: 1,
    offeredRate: 1,
    searchS: 1,
    leadS: 1,
    faultS: 1,
    holdS: 1,
    drainS: 1,
    loadEndS: 1,
    tookS: 1,
    seconds: [{ t: 0, inFlight: 1, cells: [cell] }],
  },
  'recovery-search': { type: 'recovery-search', t: 1, under: 'dead@db', tookS: 1, end: { ending: 'not-started', reason: said } },
  resources: { type: 'resources', t: 1, remarks: [said] },
  sessions: { type: 'sessions', t: 1, opened: 1, lost: 0, replaced: 0, ended: 1, endedByStatus: { '200': 1 } },
  traffic: { type: 'traffic', t: 1, what: 'trial', calls: 1, failed: 0 },
  end: { type: 'end', t: 1, reason: 'failed', text: said },
};

describe('redactEntry', () => {
  it.each(Object.values(ENTRIES))('takes secrets out of an entry of the kind $type', (entry) => {
    const clean = JSON.stringify(redactEntry(entry, new Redactor([SECRET])));
    expect(clean).not.toContain(SECRET);
    expect(clean).not.toContain(encodeURIComponent(SECRET));
    // Everything else stands: as many fields, and no figure changed.
    expect(clean.replaceAll('***', SECRET)).toBe(JSON.stringify(entry));
  });

  it.each(Object.values(ENTRIES))('hides the password and the key of a URL that nobody called secret ($type)', (entry) => {
    const other = JSON.stringify(entry).replaceAll(said, 'said');
    const clean = JSON.stringify(redactEntry(JSON.parse(other) as typeof entry, new Redactor()));
    if (entry.type !== 'metrics') expect(clean).not.toContain(SECRET);
  });

  it('leaves names of ours that happen to be a secret', () => {
    const words = ['error', 'note', 'ready', 'none', 'db', 'fault', 'orders', 'completed', 'tool-error'];
    for (const entry of Object.values(ENTRIES)) {
      const { type } = redactEntry(entry, new Redactor(words));
      expect(type).toBe(entry.type);
    }
    expect(redactEntry(ENTRIES.note, new Redactor(['error', 'x']))).toMatchObject({ level: 'error', code: 'x' });
    expect(redactEntry(ENTRIES.start, new Redactor(['orders']))).toMatchObject({ scenario: { name: 'orders' } });
    expect(redactEntry(ENTRIES.sample, new Redactor(['tool-error']))).toMatchObject({ class: 'tool-error' });
  });
});
