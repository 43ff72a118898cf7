import { describe, expect, it } from 'vitest';
import { listTools } from '../../../src/cli/init/list-tools.js';
import { answerTo, readRequest } from '../../../src/run/generator/stub-protocol.js';
import { stubScenario } from '../../../src/run/generator/stub-scenario.js';
import { startStub } from '../../../src/run/generator/stub-server.js';

const post = (body: string) => `POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe('stub protocol', () => {
  it('finds requests in a buffer, wherever it is cut', () => {
    const text = Buffer.from(post('{"id":1,"x":"é"}') + post('{}'));
    const first = readRequest(text);
    expect(first).toMatchObject({ method: 'POST', body: '{"id":1,"x":"é"}' });
    for (let cut = 0; cut < (first?.length ?? 0); cut += 1) expect(readRequest(text.subarray(0, cut))).toBeUndefined();
    expect(readRequest(text.subarray(first?.length))?.body).toBe('{}');
  });

  it('answers with the id of the call, number or text', () => {
    const call = (id: string) =>
      answerTo({ method: 'POST', body: `{"jsonrpc":"2.0","id":${id},"method":"tools/call"}`, length: 0 });
    expect(call('17')).toContain('"id":17,');
    expect(call('"a-1"')).toContain('"id":"a-1",');
    expect(call('17')).toContain('HTTP/1.1 200 OK');
  });

  it('takes notifications and refuses other methods', () => {
    expect(answerTo({ method: 'POST', body: '{"method":"notifications/initialized"}', length: 0 })).toContain('202 Accepted');
    expect(answerTo({ method: 'GET', body: '', length: 0 })).toContain('405');
  });
});

describe('stub server', () => {
  it('is an MCP server to our own driver', async () => {
    const stub = await startStub();
    const endpoint = await listTools(`http://127.0.0.1:${stub.port}/mcp`).finally(() => stub.close());
    expect(endpoint).toMatchObject({ serverName: 'plimsoll-doctor-stub', protocolVersion: '2025-06-18', stateful: false });
    expect(endpoint.tools.map(({ name }) => name)).toEqual(['echo']);
  });
});

describe('the scenario of the stub', () => {
  it('is one phase of one load thread, closed or open, without think time', () => {
    const closed = stubScenario('http://127.0.0.1:1/mcp', 50, '{ name: closed, users: 50, for: 2s }');
    expect(closed.load).toMatchObject({ workers: 1, maxInFlight: 50, drainMs: 1000, timeoutMs: 5000, arrivals: 'constant' });
    expect(closed.load.phases).toMatchObject([{ model: 'closed', users: 50, thinkMs: 0, forMs: 2000, warmUp: false }]);
    const open = stubScenario('http://127.0.0.1:1/mcp', 1000, '{ name: open, rate: 1000/s, for: 2s }');
    expect(open.load.phases).toMatchObject([{ model: 'open', fromPerS: 1000, toPerS: 1000, forMs: 2000, warmUp: false }]);
  });
});
