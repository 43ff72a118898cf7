import { describe, expect, it } from 'vitest';
import { scenarioFromFlags } from '../../../src/scenario/reading/scenario-from-flags.js';
import { parse } from '../minimal.js';

const flags = { url: 'http://127.0.0.1:1/mcp', tool: 'Get Sum!', rate: '50/s', for: '10s' };

describe('scenarioFromFlags', () => {
  it('is a scenario file that goes through the same parser', () => {
    const { scenario } = parse(
      scenarioFromFlags({ ...flags, arguments: '{"a":2,"b":["{{ seq }}"]}', slo: ['p95=400ms,success=99%', 'p50=1s'] }),
    );
    expect(scenario).toMatchObject({
      name: 'get-sum',
      target: { urls: ['http://127.0.0.1:1/mcp'] },
      load: { phases: [{ name: 'steady', fromPerS: 50, toPerS: 50, forMs: 10_000 }] },
      calls: [{ tool: 'Get Sum!', arguments: { a: 2, b: ['{{ seq }}'] } }],
      slo: { declared: true, p95Ms: 400, success: 0.99, p50Ms: 1000 },
    });
    expect(parse(scenarioFromFlags(flags)).scenario.slo.declared).toBe(false);
  });

  it('takes ${ in arguments as it is: the shell has had its turn', () => {
    const dollar = '$';
    const { scenario } = parse(scenarioFromFlags({ ...flags, arguments: `{"a":"${dollar}{HOME} ${dollar}${dollar}{X}"}` }));
    expect(scenario.calls[0]).toMatchObject({ arguments: { a: `${dollar}{HOME} ${dollar}${dollar}{X}` } });
  });

  it('tells bad values by the name of the flag or of the key', () => {
    expect(() => scenarioFromFlags({ ...flags, arguments: '{a:1}' })).toThrow(/^--arguments: found \{a:1\}, which is not JSON/);
    expect(() => scenarioFromFlags({ ...flags, arguments: '[1]' })).toThrow('accepted: a JSON object');
    expect(() => scenarioFromFlags({ ...flags, slo: ['p95'] })).toThrow('--slo p95: found "p95"');
    expect(() => parse(scenarioFromFlags({ ...flags, rate: '50' }))).toThrow('write 50/s');
    expect(() => parse(scenarioFromFlags({ ...flags, slo: ['sucess=99%'] }))).toThrow('did you mean "success"?');
  });
});
