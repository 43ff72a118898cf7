import { describe, expect, it } from 'vitest';
import { recordedScenario } from '../../../src/scenario/reading/recorded-scenario.js';
import { minimal, parse } from '../minimal.js';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: scenario syntax
const argumentsOf = (yaml: string, env: Record<string, string> = {}) => {
  const { scenario, redacted } = parse(minimal({ calls: `[{ tool: t, arguments: { a: ${yaml} } }]` }), { env });
  const [call] = scenario.calls;
  if (call?.type !== 'call') throw new Error('expected a call');
  return { value: call.arguments.a, redacted };
};

describe('variables', () => {
  it('are put into any text, with defaults for what is unset or empty', () => {
    expect(argumentsOf('"x-${A}-${B:-b}-${C:-c}"', { A: 'a', C: '' }).value).toBe('x-a-b-c');
    expect(argumentsOf('"${A}"', { A: '' }).value).toBe('');
    expect(argumentsOf('"${A:-}"').value).toBe('');
  });

  it('are not read from the environment of the process', () => {
    expect(() => argumentsOf('"${PATH}"')).toThrow(/PATH\}, which is not set/);
    expect(() => argumentsOf('"${constructor}"')).toThrow(/constructor\}, which is not set/);
  });

  it('take $${ as a literal ${', () => {
    expect(argumentsOf('"$${A} ${A}"', { A: '1' }).value).toBe('${A} 1');
  });

  it('are typed when unquoted and alone, as long as nothing is lost', () => {
    const block = (env: Record<string, string>) => {
      const { scenario } = parse(`${minimal()}\nsessions:\n  count: \${N:-7}\ndescription: \${D:-007}\n`, { env });
      return [scenario.sessions.count, scenario.description];
    };
    expect(block({})).toEqual([7, '007']);
    expect(block({ N: '12', D: 'true' })).toEqual([12, 'true']);
    expect(argumentsOf('"${A}"', { A: '5' }).value).toBe('5');
  });

  it('are not replaced twice', () => {
    expect(argumentsOf('"${A}"', { A: '${B} {{ seq }}', B: 'no' }).value).toBe('${B} {{ seq }}');
  });

  it('survive the resolved file, which is a scenario again with the same workload', () => {
    const first = parse(minimal({ calls: '[{ tool: t, arguments: { a: "$${A} ${B}" } }]' }), { env: { B: 'b' } });
    const second = parse(first.redactedYaml);
    expect(second.scenario).toEqual(first.scenario);
    expect(second.hash).toBe(first.hash);
    expect(recordedScenario(first.redacted)).toEqual(first.scenario);
  });
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: scenario syntax
