import { describe, expect, it } from 'vitest';
import { type ApiRefusal, CommentApi } from '../../../src/cli/comment/comment-api.js';
import { RIGHT_TOKEN, type StubApi, stubGithub } from '../../fixtures/stub-comment-api.js';

/** An API whose waits pass at once on a clock of their own, and what it waited. */
function virtual({ url }: StubApi, { slowMs = 0 } = {}) {
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  const waited: number[] = [];
  const clock = {
    nowMs: () => {
      nowMs += slowMs;
      return nowMs;
    },
    pause: async (ms: number) => {
      nowMs += ms;
      waited.push(ms);
    },
  };
  const api = new CommentApi({ authorization: `Bearer ${RIGHT_TOKEN}` }, clock, () => {});
  const ask = () => api.ask({ method: 'GET', url: `${url}/user` });
  return { ask, waited };
}

/** Answers each request with the next of these, the last one again and again. */
const answering = (...answers: readonly { readonly status: number; readonly after?: string; readonly text?: string }[]) => {
  let next = 0;
  return stubGithub({
    before: (_request, response) => {
      const { status, after, text = '{}' } = answers[Math.min(next++, answers.length - 1)] ?? { status: 500 };
      response.writeHead(status, after === undefined ? {} : { 'retry-after': after }).end(text);
      return true;
    },
  });
};

describe('the API of comments', () => {
  it('waits 60 s at most in all, over all its requests', async () => {
    const limited = { status: 429, after: '25' };
    const stub = await answering(limited, { status: 200 }, limited, limited);
    const { ask, waited } = virtual(stub);
    await ask();
    await expect(ask()).rejects.toThrow(/^rate limit, HTTP 429.*it wants 25 s and at most 60 s/);
    expect(waited).toEqual([25_000, 25_000]);
    expect(stub.asked).toHaveLength(4);
  });

  it('does not ask without end where the wait is nothing', async () => {
    const stub = await answering({ status: 403, after: '0' });
    const { ask, waited } = virtual(stub);
    await expect(ask()).rejects.toThrow(/rate limit/);
    expect(waited).toHaveLength(60);
  });

  it('ends three minutes after its beginning, however slowly it gets there', async () => {
    const { ask } = virtual(await answering({ status: 200 }), { slowMs: 50_000 });
    for (let request = 0; request < 3; request++) await ask();
    await expect(ask()).rejects.toThrow('not done after 180 s');
  });

  it('tells a rate limit without a time from a lack of rights', async () => {
    const statusOf = async (text: string): Promise<number | undefined> => {
      const { ask } = virtual(await answering({ status: 403, text: JSON.stringify({ message: text }) }));
      return ask().then(
        () => undefined,
        (error: unknown) => (error as ApiRefusal).status,
      );
    };
    expect(await statusOf('You have exceeded a secondary rate limit')).toBe(429);
    expect(await statusOf('Resource not accessible by integration')).toBe(403);
  });
});
