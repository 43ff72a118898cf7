import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listenersOn, listeningInodes } from '../../src/signals/local-listeners.js';

const PAGE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 100 0 0 10 0
   2: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 20 4 30 10 -1
`;

describe('who listens on a port of this machine', () => {
  it('is read from the tables of sockets: listening ones alone', () => {
    expect(listeningInodes(PAGE, new Set([8080]))).toEqual([['4711', 8080]]);
    expect(listeningInodes(PAGE, new Set([80]))).toEqual([]);
    expect(listeningInodes('', new Set([8080]))).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('is found in /proc', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    try {
      expect(listenersOn(new Set([port]))).toEqual([process.pid]);
      expect(listenersOn(new Set())).toEqual([]);
    } finally {
      server.close();
    }
  });
});
