import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../../src/cli/run/labels.js';
import { scenarioOf, scenarioText } from '../../../src/cli/run/scenario-source.js';
import { toxiproxyOf } from '../../../src/cli/run/toxiproxy-url.js';
import { EXIT } from '../../../src/errors/exit-codes.js';
import { refuseHosts } from '../../../src/run/refuse-hosts.js';
import { heardConsole } from '../heard-console.js';

const { console } = heardConsole();
const url = 'http://127.0.0.1:3001/mcp';
const flags = { scenario: url, tool: 'echo', rate: '50/s', for: '10s' };
const usage = (message: string) => expect.objectContaining({ exitCode: EXIT.usage, message: expect.stringContaining(message) });

describe('a scenario from the command line', () => {
  it('stands for a file', () => {
    const { scenario } = scenarioOf(
      { ...flags, arguments: '{"message":"hi"}', slo: ['p95=400ms'], set: ['load.seed=7'] },
      console,
    );
    expect(scenario.target.urls).toEqual([url]);
    expect(scenario.load).toMatchObject({ seed: 7, phases: [{ fromPerS: 50, toPerS: 50, forMs: 10_000 }] });
    expect(scenario.calls).toEqual([expect.objectContaining({ tool: 'echo', arguments: { message: 'hi' } })]);
    expect(scenario.slo).toMatchObject({ declared: true, p95Ms: 400 });
  });

  it('says what is missing', () => {
    expect(() => scenarioText({ scenario: url, tool: 'echo' })).toThrow(usage('also needs --rate and --for'));
  });

  it('does not mix flags of a URL with a file, nor an overlay with a URL', () => {
    expect(() => scenarioOf({ scenario: 'my.yaml', rate: '5/s' }, console)).toThrow(
      usage('--rate goes with a URL or --mcp-config'),
    );
    expect(() => scenarioOf({ ...flags, env: 'staging' }, console)).toThrow(usage('--env goes with a scenario file'));
  });

  it('points at the flag in place of a line of a file', () => {
    expect(() => scenarioOf({ ...flags, rate: 'fast' }, console)).toThrow(usage('fast'));
  });
});

describe('what stops a run before anything is started', () => {
  const { scenario } = scenarioOf(flags, console);
  const elsewhere = scenarioOf({ ...flags, scenario: 'http://staging.example.org/mcp' }, console).scenario;

  it('is a host that nobody named', () => {
    expect(() => refuseHosts(scenario, [])).not.toThrow();
    expect(() => refuseHosts(elsewhere, [])).toThrow(usage('refusing to load staging.example.org'));
    expect(() => refuseHosts(elsewhere, ['staging.example.org'])).not.toThrow();
  });
});

describe('labelsOf', () => {
  it('reads key=value, with anything in the value', () => {
    expect(labelsOf(['build=17', 'why=a=b c'])).toEqual({ build: '17', why: 'a=b c' });
  });

  it.each([['build'], ['=17'], ['a b=1']])('refuses %s', (flag) => {
    expect(() => labelsOf([flag])).toThrow(usage(`--label ${flag}`));
  });

  it('refuses a key given twice', () => {
    expect(() => labelsOf(['a=1', 'a=2'])).toThrow(usage('more than once'));
  });
});

describe('toxiproxyOf', () => {
  it('takes the flag, else the environment, else the embedded one', () => {
    expect(toxiproxyOf('http://127.0.0.1:8474/', 'http://other:1')).toBe('http://127.0.0.1:8474');
    expect(toxiproxyOf('embedded', 'http://other:1')).toBe('embedded');
    expect(toxiproxyOf(undefined, 'http://other:1')).toBe('http://other:1');
    expect(toxiproxyOf(undefined, '')).toBe('embedded');
    expect(toxiproxyOf(undefined, undefined)).toBe('embedded');
  });

  it('refuses what is no URL, and says which of the two it was', () => {
    expect(() => toxiproxyOf('localhost:8474', undefined)).toThrow(usage('--toxiproxy localhost:8474'));
    expect(() => toxiproxyOf(undefined, 'nonsense')).toThrow(usage('TOXIPROXY_URL nonsense'));
  });
});
