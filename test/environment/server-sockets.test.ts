import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { endedConnections, establishedPorts, watchServerSockets } from '../../src/environment/server-sockets.js';
import { lacking } from '../requirement.js';

const PAGE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 100 1 0 100 0 0 10 0
   1: 0100007F:C001 0100007F:3C98 01 00000000:00000000 00:00000000 00000000     0        0 101 1 0 20 4 30 10 -1
   2: 0100007F:C002 0100007F:3C99 01 00000000:00000000 00:00000000 00000000     0        0 999 1 0 20 4 30 10 -1
   3: 0100007F:C003 0100007F:3C9A 02 00000000:00000000 00:00000000 00000000     0        0 101 1 0 20 4 30 10 -1
   4: 0100007F:C004 0100007F:3C9B 06 00000000:00000000 03:00001770 00000000     0        0 0 3 0
`;
const PAGE6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0000000000000000FFFF00000100007F:C005 0000000000000000FFFF00000100007F:3C9C 01 00000000:00000000 00:00000000 00000000  0  0 102 1 0 20 4 30 10 -1
`;

describe('a page of /proc/net/tcp', () => {
  it('tells the remote ports of established connections that are of these sockets alone', () => {
    expect(establishedPorts(PAGE, new Set(['100', '101']))).toEqual([0x3c98]);
    expect(establishedPorts(PAGE6, new Set(['102']))).toEqual([0x3c9c]);
    expect(establishedPorts('', new Set(['102']))).toEqual([]);
  });

  it('tells the connections that wait out their end', () => {
    expect(endedConnections(PAGE)).toEqual([{ id: '0100007F:C004 0100007F:3C9B', ports: [0xc004, 0x3c9b] }]);
  });
});

describe.skipIf(lacking('linux'))('the watch on the sockets of a server', () => {
  const listening = async (): Promise<number> => {
    const server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return (server.address() as { readonly port: number }).port;
  };

  /** A process that runs this and says `ready` when it got there. */
  const processThat = async (code: string): Promise<ChildProcess> => {
    const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    return child;
  };

  it('sees connections of the server and of its children, and none of anybody else', async () => {
    const [own, childs, ours] = [await listening(), await listening(), await listening()];
    const connectTo = (port: number) =>
      `require('node:net').connect(${port}, '127.0.0.1').on('connect', () => process.stdout.write('ready'))`;
    const child = await processThat(`
      ${connectTo(own)}.removeAllListeners('connect');
      const inner = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(connectTo(childs))}]);
      inner.stdout.once('data', () => process.stdout.write('ready'));
      process.on('exit', () => inner.kill('SIGKILL'));
      process.on('SIGTERM', () => process.exit());`);
    onTestFinished(() => void child.kill('SIGTERM'));
    const mine = connect(ours, '127.0.0.1');
    onTestFinished(() => void mine.destroy());
    await once(mine, 'connect');
    const sightings = watchServerSockets(child.pid).end();
    expect([...(sightings?.connected ?? [])].filter((port) => [own, childs, ours].includes(port)).sort()).toEqual(
      [own, childs].sort(),
    );
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  it('knows of a connection that came and went while it watched', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { readonly port: number };
    const watch = watchServerSockets(process.pid);
    const socket = connect(port, '127.0.0.1');
    await once(socket.resume(), 'close');
    expect(watch.end()?.ended).toContain(port);
    // And not of one that was over before.
    expect(watchServerSockets(process.pid).end()?.ended).not.toContain(port);
  });

  it('sees nothing without a process, or with one that is gone', async () => {
    expect(watchServerSockets(undefined).end()).toBeUndefined();
    const child = await processThat("process.stdout.write('ready')");
    if (child.exitCode === null) await once(child, 'exit');
    expect(watchServerSockets(child.pid).end()).toBeUndefined();
  });
});
