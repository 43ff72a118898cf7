import { describe, expect, it } from 'vitest';
import { planOf } from '../../src/scenario/plan/plan.js';
import { renderPlan } from '../../src/scenario/plan/plan-text.js';
import { minimal, parse, problemsOf } from './minimal.js';

describe('the client side of a scenario', () => {
  it('is read into results of the protocol with the law of their delay', () => {
    const { scenario } = parse(
      minimal({
        client:
          '{ sampling: { text: short, delay: { mean: 800ms } }, elicitation: { content: { sure: true }, delay: { from: 1s, to: 2s } }, roots: { uris: ["file:///a"] }, tasks: true }',
      }),
    );
    expect(scenario.client).toEqual({
      tasks: true,
      progress: false,
      sampling: {
        result: { role: 'assistant', content: { type: 'text', text: 'short' }, model: 'plimsoll', stopReason: 'endTurn' },
        delay: { law: 'exponential', meanMs: 800 },
      },
      elicitation: { result: { action: 'accept', content: { sure: true } }, delay: { law: 'uniform', fromMs: 1000, toMs: 2000 } },
      roots: { result: { roots: [{ uri: 'file:///a' }] }, delay: { law: 'constant', ms: 0 } },
    });
    expect(renderPlan(planOf(scenario))).toContain(
      'client     answers sampling after 800ms on average, answers elicitation after 1s to 2s, answers roots at once, follows tasks',
    );
    expect(parse(minimal({ client: '{ elicitation: { action: decline } }' })).scenario.client?.elicitation?.result).toEqual({
      action: 'decline',
    });
  });

  it('goes with every transport, and held streams with those that have streams', () => {
    const stdio = '{ transport: stdio, command: [x] }';
    const sse = '{ transport: sse, url: "http://127.0.0.1:1/sse" }';
    for (const target of [stdio, sse]) expect(problemsOf({ target, client: '{ tasks: true }' })).toBe('');
    expect(problemsOf({ target: stdio, sessions: '{ stream: true }' })).toContain(
      'sessions.stream  found stream with transport: stdio, accepted: streamable-http or sse: a process has its pipes',
    );
    expect(problemsOf({ target: sse, sessions: '{ stream: true }' })).toBe('');
    expect(problemsOf({ sessions: '{ stream: true }' })).toBe('');
  });

  it('counts as workload', () => {
    const hash = (client: string): string => parse(minimal({ client })).hash;
    expect(hash('{ tasks: true }')).not.toBe(hash('{ tasks: false }'));
  });

  it.each([
    [
      'a delay of another kind',
      '{ sampling: { text: a, delay: soon } }',
      'client.sampling.delay  found "soon", accepted: a duration such as',
    ],
    ['a key that is nearly right', '{ sampling: { text: a, dealy: 1s } }', 'did you mean "delay"?'],
    ['sampling without words', '{ sampling: {} }', 'client.sampling.text'],
    [
      'a delay from much to little',
      '{ roots: { uris: [], delay: { from: 2s, to: 1s } } }',
      'client.roots.delay.to  found a longest delay that is not above the shortest',
    ],
    [
      'content of a user who declines',
      '{ elicitation: { action: decline, content: { a: 1 } } }',
      'client.elicitation.content  found content with action: decline',
    ],
  ])('refuses %s', (_, client, message) => {
    expect(problemsOf({ client })).toContain(message);
  });
});

describe('cancel', () => {
  it('is read on calls and steps', () => {
    const { scenario } = parse(
      minimal({
        calls: '[{ tool: a, cancel: { after: 200ms, share: 5% } }, { journey: j, steps: [{ tool: b, cancel: { after: 1s } }] }]',
      }),
    );
    expect(scenario.calls).toMatchObject([
      { cancel: { afterMs: 200, share: 0.05 } },
      { steps: [{ cancel: { afterMs: 1000, share: 1 } }] },
    ]);
    expect(renderPlan(planOf(scenario))).toContain('5 % canceled after 200 ms');
  });

  it('is refused where there is no call', () => {
    expect(problemsOf({ calls: '[{ journey: j, cancel: { after: 1s }, steps: [{ tool: b }] }]' })).toContain(
      'calls.0.cancel  found cancel on a journey',
    );
    expect(problemsOf({ calls: '[{ journey: j, steps: [{ tool: b }, { think: 1s, cancel: { after: 1s } }] }]' })).toContain(
      'found cancel together with think',
    );
  });
});
