import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call } from './api-client.js';
import { ask, endingOf, type Rig, startRig } from './peers.js';

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(() => rig.close());

const stillServes = async (): Promise<void> => {
  expect((await call(rig.api, 'GET', '/version')).status).toBe(200);
  expect(await ask(await rig.open(), 'alive')).toBe('alive');
};

/** Sends bytes as they are to the API port and gives back what comes until it closes. */
const raw = async (bytes: string): Promise<string> => {
  const { hostname, port } = new URL(rig.api);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let answer = '';
  socket.on('data', (data: Buffer) => {
    answer += data.toString();
  });
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  socket.end(bytes);
  await closed;
  return answer;
};

describe('bad requests', () => {
  it('a huge body gets 413 and is not kept', async () => {
    const answer = await call(rig.api, 'POST', '/proxies', 'x'.repeat(5_000_000));
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toEqual({ error: 'request body of more than 1048576 bytes', status: 413 });
    await stillServes();
  });

  it('a body without end is cut off', async () => {
    const { hostname, port } = new URL(rig.api);
    const socket = connect(Number(port), hostname);
    const ending = endingOf(socket);
    socket.write('POST /populate HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
    const block = `${(1_000_000).toString(16)}\r\n${' '.repeat(1_000_000)}\r\n`;
    let sent = 0;
    while (!socket.destroyed && sent < 1000) {
      sent += 1;
      if (!socket.write(block)) await Promise.race([once(socket, 'drain'), ending]).catch(() => undefined);
    }
    expect(sent).toBeLessThan(150);
    await stillServes();
  });

  it.each([
    ['[', 300_000],
    ['{"a":', 150_000],
  ])('JSON nested beyond reason (%s) is refused or read, and harms nothing', async (open, times) => {
    const answer = await call(rig.api, 'POST', '/proxies', open.repeat(times));
    expect(answer.status).toBe(400);
    await stillServes();
  });

  it('keys that every object has are just names', async () => {
    const answer = await call(
      rig.api,
      'POST',
      '/proxies/p/toxics',
      '{"type":"latency","__proto__":{"toxicity":9},"attributes":{"__proto__":5}}',
    );
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('__proto__');
    expect((await call(rig.api, 'POST', '/proxies/p/toxics', '{"type":"constructor"}')).body).toContain('invalid toxic type');
    await stillServes();
  });

  it('a name of a megabyte is not repeated in the answer', async () => {
    const body = JSON.stringify({ type: 'latency', attributes: { ['l'.repeat(900_000)]: 1 } });
    const answer = await call(rig.api, 'POST', '/proxies/p/toxics', body);
    expect(answer.status).toBe(400);
    expect(answer.body.length).toBeLessThan(500);
  });

  it('what is not HTTP gets 400', async () => {
    expect(await raw('\x16\x03\x01 hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    await stillServes();
  });

  it('a client that goes away in the middle of its body harms nothing', async () => {
    await raw('POST /proxies HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\n{"name":');
    expect((await call(rig.api, 'GET', '/proxies')).body).not.toContain('"name":""');
    await stillServes();
  });
});

describe('bad peers', () => {
  it('clients that connect and reset, again and again, leave nothing behind', async () => {
    for (let round = 0; round < 5; round++) {
      const sockets = await Promise.all(Array.from({ length: 40 }, () => rig.open()));
      for (const socket of sockets) {
        socket.write('x');
        socket.resetAndDestroy();
      }
    }
    let open = -1;
    while (open !== 0) open = (await rig.counters()).connections.open;
    expect((await rig.counters()).connections.accepted).toBe(200);
    await stillServes();
  });

  it('an upstream name that does not exist, or makes no sense, costs its clients only', async () => {
    for (const upstream of ['no-such-host.invalid:1', 'nonsense', '127.0.0.1:99999']) {
      const made = await call(rig.api, 'POST', '/proxies', JSON.stringify({ name: upstream, listen: '127.0.0.1:0', upstream }));
      expect(made.status).toBe(201);
      const { listen } = JSON.parse(made.body) as { listen: string };
      const socket = connect(Number(listen.split(':')[1]), '127.0.0.1');
      expect(['end', 'ECONNRESET']).toContain(await endingOf(socket));
    }
    await stillServes();
  });

  it('an upstream that swallows connects holds up no management call (the real server hangs for minutes)', async () => {
    // A black-hole address of the documentation range: no SYN is answered. Where a network refuses it at once, calls are quick all the same.
    await call(rig.api, 'PATCH', '/proxies/p', '{"upstream":"192.0.2.1:9"}');
    const sockets = await Promise.all(Array.from({ length: 5 }, () => rig.open()));
    for (const [method, path, body] of [
      ['GET', '/proxies', null],
      ['POST', '/proxies/p/toxics', '{"type":"latency"}'],
      ['PATCH', '/proxies/p', '{"enabled":false}'],
      ['POST', '/reset', null],
      ['DELETE', '/proxies/p', null],
    ] as const) {
      const answer = await call(rig.api, method, path, body);
      expect(answer.status).toBeLessThan(300);
      expect(answer.tookMs).toBeLessThan(1000);
    }
    for (const socket of sockets) socket.destroy();
  });
});
