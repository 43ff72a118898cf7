import { describe, expect, it } from 'vitest';
import { SdkPeer } from '../../../src/mcp/call/sdk-client.js';
import type { SdkTransport } from '../../../src/mcp/call/sdk-transport.js';

/** A peer whose server answers `tools/list` with these cursors, one after the other, and from the start again. */
async function peerOver(
  cursors: readonly (string | undefined)[],
): Promise<{ readonly peer: SdkPeer; readonly asked: () => number }> {
  let asked = 0;
  const transport: Record<string, unknown> = {
    start: async () => {},
    close: async () => {},
    send: async (message: { readonly id?: number; readonly method?: string }) => {
      if (message.id === undefined) return;
      const result =
        message.method === 'tools/list'
          ? { tools: [{ name: `t${asked}`, inputSchema: {} }], nextCursor: cursors[asked++ % cursors.length] }
          : { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } };
      const answer = { jsonrpc: '2.0', id: message.id, result };
      queueMicrotask(() => (transport.onmessage as (message: unknown) => void)(answer));
    },
  };
  const peer = new SdkPeer(transport as unknown as SdkTransport, { name: 'test', version: '1' }, 1000);
  await peer.connect();
  return { peer, asked: () => asked };
}

describe('the pages of a tool listing', () => {
  it('are read to their end', async () => {
    const { peer } = await peerOver(['a', 'b', undefined]);
    expect((await peer.listTools()).map(({ name }) => name)).toEqual(['t0', 't1', 't2']);
  });

  it.each([
    [['a'], 2, 'after page 1 and page 2'],
    [['a', 'b'], 3, 'after page 1 and page 3'],
    [['a', 'b', 'c', 'b'], 4, 'after page 2 and page 4'],
  ])('end where the cursors %j go in a circle', async (cursors, pages, words) => {
    const { peer, asked } = await peerOver(cursors);
    await expect(peer.listTools()).rejects.toThrow(`tools/list gives the same cursor ${words}: its pages go in a circle`);
    expect(asked()).toBe(pages);
  });
});
