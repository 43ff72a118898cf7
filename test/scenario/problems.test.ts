import { describe, expect, it } from 'vitest';
import { ScenarioProblems } from '../../src/scenario/file/problem.js';
import { type ParseOptions, parseScenario } from '../../src/scenario/reading/parse-scenario.js';

const files = {
  read: (path: string): string => {
    if (path === '/s/people.csv') return 'id,first name\n1,Ann\n2,Bob\n';
    if (path === '/s/empty.csv') return 'id\n';
    if (path === '/s/bad.csv') return 'a,b\n1,2,3\n';
    throw Object.assign(new Error('no'), { code: 'ENOENT' });
  },
  exists: () => false,
};

const messagesOf = (text: string, options: Partial<ParseOptions> = {}): readonly string[] => {
  try {
    parseScenario(text, { fileName: 's.yaml', folder: '/s', env: {}, files, ...options });
  } catch (error) {
    if (!(error instanceof ScenarioProblems)) throw error;
    expect(error.exitCode).toBe(2);
    const [head, ...lines] = error.message.split('\n');
    expect(head).toBe(`s.yaml: ${lines.length} problem${lines.length === 1 ? '' : 's'}`);
    return lines.map((line) => line.trim());
  }
  return [];
};

/** A good scenario with one part changed. Line numbers of the parts stay the same. */
const scenario = (parts: {
  readonly target?: string;
  readonly load?: string;
  readonly calls?: string;
  readonly more?: string;
}): string =>
  [
    'plimsoll: 1',
    'name: s',
    `target: ${parts.target ?? '{ url: "http://127.0.0.1:1/mcp" }'}`,
    `load: ${parts.load ?? '{ phases: [{ name: a, rate: 10/s, for: 10s }] }'}`,
    `calls: ${parts.calls ?? '[{ tool: echo, arguments: {} }]'}`,
    parts.more ?? '',
  ].join('\n');

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: scenario syntax
const CASES: readonly (readonly [string, string])[] = [
  [
    'capacity figures against each other',
    scenario({
      more: 'capacity: { under: [slow@pg], zones: 2, survive: { zones: 2 }, utilisation: 95%, burst: 2, burstWindow: 1s, measured: { confirmed: 10/s, smallestFail: 9/s } }',
    }),
  ],
  ['a gauge of replicas without a metrics page', scenario({ more: 'capacity: { target: { replicas: my_pods } }' })],
  ['retry and workers', scenario({ load: '{ retry: twice, workers: some, phases: [{ name: a, rate: 10/s, for: 10s }] }' })],
  ['retry as a map', scenario({ load: '{ retry: { attempts: 1, backof: 1s }, phases: [{ name: a, rate: 10/s, for: 10s }] }' })],
  ['baseline of another type', scenario({ more: 'baseline: [1]' })],
  ['infinite numbers and complex keys', scenario({ calls: '[{ tool: a, arguments: { x: .inf, ? [k] : v } }]' })],
  ['an unknown tag', scenario({ more: 'description: !secret x' })],
  ['empty', ''],
  ['comment only', '# nothing\n'],
  ['a list', '- a\n- b\n'],
  ['bad YAML', 'plimsoll: 1\nname: [a\ntarget: {}\n'],
  ['unquoted variable in a flow map', 'plimsoll: 1\ntarget: { url: ${URL} }\n'],
  ['duplicate key', scenario({ more: 'name: t' })],
  ['unknown key with a near one', scenario({ load: '{ phasess: [], phases: [{ name: a, rate: 10/s, for: 10s }] }' })],
  ['unknown key at the top', scenario({ more: 'owners: []' })],
  ['unknown key in a list', scenario({ load: '{ phases: [{ name: a, rat: 10/s, for: 10s }] }' })],
  ['missing keys', 'plimsoll: 1\nname: s\n'],
  ['wrong version', scenario({}).replace('plimsoll: 1', 'plimsoll: 2')],
  ['bad name', scenario({}).replace('name: s', 'name: My Run')],
  ['plain numbers for units', scenario({ load: '{ timeout: 5, phases: [{ name: a, rate: 100, for: 10 }] }' })],
  ['wrong units', scenario({ load: '{ timeout: 5sec, phases: [{ name: a, rate: 100rps, for: 1d }] }' })],
  ['zero and negative', scenario({ load: '{ maxInFlight: 0, phases: [{ name: a, rate: 0/s, for: 0s }] }' })],
  ['a percentage as a number', scenario({ more: 'slo: { success: 99 }' })],
  ['a ratio above one', scenario({ more: 'slo: { success: 120% }' })],
  ['text for a number', scenario({ more: 'sessions: { count: many }' })],
  ['a word that is nearly right', scenario({ load: '{ arrivals: poison, phases: [{ name: a, rate: 10/s, for: 10s }] }' })],
  ['empty lists', scenario({ load: '{ phases: [] }', calls: '[]' })],
  ['nothing where a map is needed', scenario({ target: '' })],
  ['no URL', scenario({ target: '{ protocol: auto }' })],
  ['a URL of another scheme', scenario({ target: '{ url: "ftp://127.0.0.1/mcp" }' })],
  ['a list of URLs with a bad one', scenario({ target: '{ url: ["http://127.0.0.1:1/mcp", "127.0.0.1:2"] }' })],
  ['stdio with url', scenario({ target: '{ transport: stdio, url: "http://127.0.0.1:1/mcp" }' })],
  ['command over HTTP', scenario({ target: '{ command: [node, x.js] }' })],
  ['unknown protocol', scenario({ target: '{ url: "http://127.0.0.1:1/mcp", protocol: 2025-06-17 }' })],
  ['modern over sse', scenario({ target: '{ url: "http://127.0.0.1:1/mcp", transport: sse, protocol: modern }' })],
  ['pid together with server', scenario({ target: '{ url: "http://127.0.0.1:1/mcp", pid: 4, server: { command: [x] } }' })],
  ['allow with a URL', scenario({ target: '{ url: "http://127.0.0.1:1/mcp", allow: ["https://a.example"] }' })],
  ['duplicate phase names', scenario({ load: '{ phases: [{ name: a, rate: 1/s, for: 1s }, { name: a, rate: 2/s, for: 1s }] }' })],
  [
    'neither rate nor users, and both',
    scenario({ load: '{ phases: [{ name: a, for: 1s }, { name: b, rate: 2/s, users: 3, for: 1s }] }' }),
  ],
  [
    'think and burst where they do not belong',
    scenario({ load: '{ phases: [{ name: a, rate: 1/s..2/s, kind: burst, think: 1s, for: 1s }] }' }),
  ],
  ['bad ramp', scenario({ load: '{ phases: [{ name: a, rate: 0/s..0/s, for: 1s }, { name: b, rate: 1/s..2, for: 1s }] }' })],
  ['weights', scenario({ calls: '[{ tool: a, weight: 0 }, { tool: b, weight: heavy }]' })],
  ['neither tool nor journey', scenario({ calls: '[{ weight: 1 }, { tool: a, journey: b, steps: [{ tool: a }] }]' })],
  [
    'journeys',
    scenario({
      calls:
        '[{ journey: j }, { journey: k, arguments: { a: 1 }, steps: [{ think: 1s, tool: a }, {}] }, { journey: l, steps: [{ think: 1s }] }]',
    }),
  ],
  [
    'template of an unknown feed',
    scenario({ calls: '[{ tool: a, arguments: { x: "{{ peple.id }}" } }]', more: 'data: { people: { file: people.csv } }' }),
  ],
  [
    'template of an unknown column',
    scenario({
      calls: '[{ tool: a, arguments: { deep: [{ x: "n {{ people.name }}" }] } }]',
      more: 'data: { people: { file: people.csv } }',
    }),
  ],
  [
    'rows without the column',
    scenario({ calls: '[{ tool: a, arguments: { x: "{{ f.b }}" } }]', more: 'data: { f: { rows: [{ b: 1 }, { a: 1 }] } }' }),
  ],
  [
    'missing, empty and broken CSV',
    scenario({ more: 'data: { a: { file: none.csv }, b: { file: empty.csv }, c: { file: bad.csv }, d: {} }' }),
  ],
  ['saved value outside a journey', scenario({ calls: '[{ tool: a, arguments: { x: "{{ id }}", y: "{{ seq" } }]' })],
  [
    'saved value before it is saved',
    scenario({
      calls:
        '[{ journey: j, steps: [{ tool: a, arguments: { x: "{{ id }}" }, save: { id: /a } }, { tool: b, arguments: { x: "{{ id }} {{ idd }}" } }] }]',
    }),
  ],
  [
    'bad pointer and names to save',
    scenario({ calls: '[{ journey: j, steps: [{ tool: a, save: { id: orders.0, "1x": /a } }] }]' }),
  ],
  ['bad regular expression', scenario({ calls: '[{ tool: a, expect: { text: "(" } }]' })],
  ['unknown class', scenario({ more: 'classify: [{ when: { rpcCode: -1 }, as: policy-deny }, { when: {}, as: quota }]' })],
  [
    'faults',
    scenario({
      more: 'dependencies: { postgres: { listen: 127.0.0.1:1, upstream: "127.0.0.1:99999" } }\nfaults:\n  - { dependency: postgrs, inject: refused, at: 10s, for: 1s }\n  - { dependency: postgres, at: 1s, for: 1s }\n  - { dependency: postgres, inject: down, toxics: [{ type: latency }], at: 1s, for: 1s }',
    }),
  ],
  ['slo of unknown tool and phase', scenario({ more: 'slo: { tools: { ehco: { p95: 1s } }, during: { brust: { p95: 1s } } }' })],
  ['empty slo and baseline', scenario({ more: 'slo: {}\nbaseline: { tolerance: 2 }' })],
  ['missing baseline file', scenario({ more: 'baseline: base.json' })],
  [
    'unset and malformed variables',
    scenario({ target: '{ url: "http://${HOST}:1/${1x}", headers: { authorization: "Bearer ${secret:TOKEN}" } }' }),
  ],
  [
    'capacity',
    scenario({
      more: 'capacity: { budget: 3m, under: [slow@pg], zones: 2, survive: { zones: 2 }, utilisation: 95%, instance: { memory: 16 } }',
    }),
  ],
  [
    'all problems of different parts at once',
    scenario({
      load: '{ timeout: 5, phases: [{ name: a, rate: 1/s, for: 1s }, { name: a, rate: 1/s, for: 1s }] }',
      calls: '[{ tool: a, weight: -1 }, { tool: b, arguments: { x: "{{ no.x }}" } }]',
    }),
  ],
];

// biome-ignore-end lint/suspicious/noTemplateCurlyInString: scenario syntax

describe('every problem has its place, what was found and what is accepted', () => {
  it.each(CASES)('%s', (_, text) => {
    const messages = messagesOf(text);
    expect(messages).not.toEqual([]);
    for (const message of messages) expect(message).toMatch(/^s\.yaml:\d+:\d+ {2}\S+ {2}found .+, accepted: .+/);
    expect(messages.join('\n')).toMatchSnapshot();
  });

  it('has a good base, so that each case fails for its own reason', () => {
    expect(messagesOf(scenario({}))).toEqual([]);
  });
});
