import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';

export interface SwallowingUpstream {
  /** host:port */
  readonly address: string;
  /** From here on connects get no answer at all: neither accepted nor refused. */
  swallow(): Promise<void>;
  /** Serves again. */
  serve(): void;
}

const SCRIPT = `
  const server = require('node:net').createServer((socket) => { socket.on('error', () => {}); socket.pipe(socket); });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => process.send(server.address().port));
  process.on('disconnect', () => process.exit());`;

/**
 * An echo server that can be made to swallow connects, as a firewall that drops packets does: its process is stopped and its backlog filled,
 * and Linux then drops what asks for a connection.
 */
export async function swallowingUpstream(): Promise<SwallowingUpstream> {
  const child: ChildProcess = spawn(process.execPath, ['-e', SCRIPT], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [port] = (await once(child, 'message')) as [number];
  return {
    address: `127.0.0.1:${port}`,
    swallow: async () => {
      child.kill('SIGSTOP');
      // Until one is left hanging.
      for (let tries = 0; tries < 16; tries++) {
        const socket = connect({ port, host: '127.0.0.1' });
        socket.on('error', () => undefined);
        onTestFinished(() => void socket.destroy());
        const connected = await new Promise<boolean>((resolve) => {
          socket.once('connect', () => resolve(true));
          setTimeout(() => resolve(false), 250);
        });
        if (!connected) return;
      }
      throw new Error('this machine does not let a backlog fill up');
    },
    serve: () => void child.kill('SIGCONT'),
  };
}
