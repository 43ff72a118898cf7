import { describe, expect, it } from 'vitest';
import { calledTools, planCalls, toolsOf } from '../../src/load/call-plan.js';
import { minimal, parse, problemsOf } from './minimal.js';

const calls = (text: string, more: Record<string, string> = {}) => minimal({ calls: text, ...more });
describe('resource, prompt and list in the mix', () => {
  it('are calls of their own name beside tools, alone and in journeys', () => {
    const { scenario } = parse(
      calls(
        '[{ tool: echo, weight: 2 }, { resource: "file:///{{ seq }}", expect: { text: x } }, { prompt: greet, arguments: { name: "{{ seq }}" } }, { list: tools }, { journey: j, steps: [{ list: resources, save: { uri: /resources/0/uri } }, { think: 1s }, { resource: "{{ uri }}" }] }]',
        { slo: '{ tools: { "list tools": { p95: 1s } } }' },
      ),
    );
    expect(toolsOf(scenario)).toEqual([
      'echo',
      'resource file:///{{ seq }}',
      'prompt greet',
      'list tools',
      'list resources',
      'resource {{ uri }}',
    ]);
    expect(calledTools(scenario)).toEqual(['echo']);
    const { arrivals } = planCalls(scenario, [{ name: 'greet', inputSchema: {} }]);
    expect(arrivals[1]!.steps[0]).toMatchObject({ request: { kind: 'resource', method: 'resources/read' }, wantResult: true });
    expect(arrivals[1]!.steps[0]!.arguments.render(7, new Map())).toBe('{"uri":"file:///7"}');
    expect(arrivals[2]!.steps[0]).toMatchObject({ request: { kind: 'prompt', method: 'prompts/get', name: 'greet' } });
    // A prompt is not the tool of the same name.
    expect(arrivals[2]!.steps[0]!.description).toBeUndefined();
    expect(arrivals[4]!.steps[1]!.arguments.render(7, new Map([['uri', 'a:b']]))).toBe('{"uri":"a:b"}');
  });

  it.each([
    [
      'two requests at once',
      '[{ tool: echo, resource: "a:b" }]',
      'calls.0.resource  found resource together with tool, accepted: one of tool, resource, prompt, list',
    ],
    [
      'nothing to call',
      '[{ weight: 1 }]',
      'calls.0  found an entry with neither tool nor journey, accepted: tool, resource, prompt, list, or journey with steps',
    ],
    ['arguments of a resource', '[{ resource: "a:b", arguments: { x: 1 } }]', 'calls.0.arguments  found arguments of a resource'],
    ['arguments of a list', '[{ list: tools, arguments: {} }]', 'calls.0.arguments  found arguments of a list'],
    ['an unknown list', '[{ list: tool }]', 'did you mean "tools"?'],
    [
      'a prompt whose arguments are no texts',
      '[{ prompt: p, arguments: { n: 1 } }]',
      'calls.0.arguments.n  found 1, accepted: a text',
    ],
    [
      'a schema that only tools have',
      '[{ prompt: p, expect: { schema: true } }]',
      'calls.0.expect  found expect.schema on a prompt',
    ],
    ['a template of nothing', '[{ resource: "a:{{ x }}" }]', 'calls.0.resource  found {{ x }}, which nothing defines'],
    [
      'a request beside a pause',
      '[{ journey: j, steps: [{ list: tools, think: 1s }] }]',
      'calls.0.steps.0.list  found list together with think',
    ],
    ['a journey that only waits', '[{ journey: j, steps: [{ think: 1s }] }]', 'steps that call no tool'],
  ])('refuses %s', (_, text, message) => {
    expect(problemsOf(calls(text))).toContain(message);
  });
});
