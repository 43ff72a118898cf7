import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { keysAt, scenarioJsonSchema } from '../../../src/scenario/schema/json-schema.js';
import { grammarRows, referencePage } from '../../../src/scenario/schema/reference-page.js';

const root = join(import.meta.dirname, '..', '..', '..');
const committed = (path: string): string => readFileSync(join(root, path), 'utf8');
const contract = (name: string): unknown => parseYaml(committed(`test/scenario/contract/${name}.yaml`));
const HOW = 'run `npm run schema` and commit what it writes';

describe('files made from the grammar', () => {
  it('schema/scenario.schema.json is fresh', () => {
    expect(JSON.parse(committed('schema/scenario.schema.json')), HOW).toEqual(JSON.parse(JSON.stringify(scenarioJsonSchema())));
  });

  it('docs/scenario-reference.md is fresh', () => {
    expect(committed('docs/scenario-reference.md'), HOW).toBe(referencePage());
  });

  const validate = new Ajv2020.default({ strict: false, validateFormats: false }).compile(scenarioJsonSchema() as object);

  it.each(['complete', 'everything', 'first-run', 'gate', 'stdio'])('the JSON Schema accepts %s.yaml in an editor', (name) => {
    expect(validate(contract(name)), JSON.stringify(validate.errors)).toBe(true);
  });

  it('the JSON Schema refuses unknown keys, plain numbers for units and phases that are neither open nor closed', () => {
    const file = contract('stdio') as { load: Record<string, unknown> };
    expect(validate({ ...file, owners: [] })).toBe(false);
    expect(validate({ ...file, load: { ...file.load, timeout: 5 } })).toBe(false);
    expect(validate({ ...file, load: { ...file.load, phases: [{ name: 'a', for: '1s' }] } })).toBe(false);
    expect(validate({ ...file, load: { ...file.load, phases: [{ name: 'a', for: '1s', rate: '1/s', users: 2 }] } })).toBe(false);
  });

  it('describes every key', () => {
    const rows = grammarRows();
    expect(rows.length).toBeGreaterThan(150);
    expect(rows.filter(({ text }) => text === '').map(({ key }) => key)).toEqual([]);
  });

  it('knows the keys at a path, through lists, maps and alternatives', () => {
    expect(keysAt(['load', 'phases', 3])).toContain('warmUp');
    expect(keysAt(['slo', 'during', 'fault'])).toContain('p999');
    expect(keysAt(['load', 'retry'])).toEqual(['attempts', 'backoff', 'budget']);
    expect(keysAt(['baseline'])).toContain('tolerance');
    expect(keysAt(['calls', 0, 'arguments', 'x'])).toEqual([]);
  });

  /** Keys that complete.yaml cannot show beside the others, or that sizing takes from the measurement unless they are given. */
  const ELSEWHERE = [
    // Only over stdio, or without `server`.
    'target.command',
    'target.env',
    'target.cwd',
    'target.pid',
    // Other limits and conditions of the same kind as those shown.
    /^slo\.(p90|p999|max)$/,
    // Who calls, in docs/auth-and-tenants.md and scenarios/tenants.yaml.
    /^tenants/,
    'sessions.stream',
    // What a client can do, in docs/protocol.md.
    /^client/,
    /^calls\[\](\.steps\[\])?\.cancel/,
    // How the target is reached, on the same page.
    /^target\.(auth|tls)/,
    /^slo\.(tools|during)\.<name>\./,
    /^calls\[\]\.expect\.json\.<name>\.(max|equals|matches|exists)$/,
    /^calls\[\]\.steps\[\]\.expect/,
    // What may stand in the place of a tool, in docs/protocol.md.
    /^calls\[\](\.steps\[\])?\.(resource|prompt|list)$/,
    // Limits over every answered call, in docs/how-a-run-is-judged.md.
    /^slo\.answered/,
    'classify[].when.httpStatus',
    'classify[].when.rpcMessage',
    'load.phases[].kind',
    'data.<name>.file',
    'faults[].toxics[].toxicity',
    // Commands of the user's own: no file of the contract starts any.
    /^events/,
    // A gate of two builds, in the contract's gate.yaml.
    /^gate/,
    // Where there is such a gauge, in docs/capacity.md.
    'capacity.target.replicas',
    // Sizing inputs with a default beyond those of the design.
    'capacity.burstWindow',
    'capacity.minimum',
    /^capacity\.(dependency|rolling|autoscaling|measured)/,
    /^capacity\.instance\.(heapShare|fill|maxSessions|baseMemory|sessionMemory|callMemory|descriptors|baseDescriptors|sessionDescriptors|callDescriptors|cpuPerCall|idleCores)$/,
    /^capacity\.sessions\.(openingCost|rateVariation|affinity)$/,
  ];

  it('complete.yaml shows every key of the grammar that is not listed above', () => {
    const shown = new Set<string>();
    const walk = (value: unknown, path: string): void => {
      if (Array.isArray(value)) for (const item of value) walk(item, `${path}[]`);
      else if (value !== null && typeof value === 'object') {
        const named =
          keysAt(
            path
              .split(/[.[\]]+/)
              .filter((part) => part !== '')
              .map((part) => part),
          ).length === 0;
        for (const [key, item] of Object.entries(value)) {
          const next = path === '' ? key : `${path}.${key}`;
          shown.add(next);
          if (named) shown.add(`${path}.<name>`);
          walk(item, next);
          walk(item, `${path}.<name>`);
        }
      }
    };
    walk(contract('complete'), '');
    const hidden = grammarRows()
      .map(({ key }) => key)
      .filter((key) => !shown.has(key))
      .filter((key) => !ELSEWHERE.some((known) => (typeof known === 'string' ? known === key : known.test(key))));
    expect(hidden).toEqual([]);
  });

  it('lists nothing as hidden that complete.yaml shows or that is no key', () => {
    const keys = grammarRows().map(({ key }) => key);
    const unused = ELSEWHERE.filter(
      (known) => !keys.some((key) => (typeof known === 'string' ? known === key : known.test(key))),
    );
    expect(unused).toEqual([]);
  });
});
