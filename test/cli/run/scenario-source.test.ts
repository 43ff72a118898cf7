import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../../src/cli/run/perform-from-arguments.js';
import { scenarioOf, scenarioText } from '../../../src/cli/run/scenario-source.js';
import { EXIT } from '../../../src/errors/exit-codes.js';
import { heardConsole } from '../heard-console.js';

const { console } = heardConsole();
const url = 'http://127.0.0.1:3001/mcp';
const flags = { scenario: url, tool: 'echo', rate: '50/s', for: '10s' };
const usage = (message: string) => expect.objectContaining({ exitCode: EXIT.usage, message: expect.stringContaining(message) });

describe('a scenario from the command line', () => {
  it('stands for a file', async () => {
    const { scenario } = await scenarioOf(
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

  it('does not mix flags of a URL with a file, nor an overlay with a URL', async () => {
    await expect(scenarioOf({ scenario: 'my.yaml', rate: '5/s' }, console)).rejects.toThrow(
      usage('--rate goes with a URL or --mcp-config'),
    );
    await expect(scenarioOf({ ...flags, env: 'staging' }, console)).rejects.toThrow(usage('--env goes with a scenario file'));
  });

  it('points at the flag in place of a line of a file', async () => {
    await expect(scenarioOf({ ...flags, rate: 'fast' }, console)).rejects.toThrow(usage('fast'));
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
