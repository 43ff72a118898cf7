import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { Refused } from './database.js';
import type { OrderStore } from './order-store.js';
import { FIRST_ORDER } from './seed.js';

const order = {
  id: z.number().int(),
  customer: z.number().int(),
  item: z.string(),
  quantity: z.number().int(),
  status: z.string(),
};

/** Told of each call once it has ended. */
export type CallObserver = (tool: string, seconds: number, failed: boolean) => void;

const answer = (structured: Record<string, unknown>): CallToolResult => ({
  content: [{ type: 'text', text: JSON.stringify(structured) }],
  structuredContent: structured,
});

const refusal = (text: string): CallToolResult => ({ content: [{ type: 'text', text }], isError: true });

/** The MCP server of one session: four tools over the orders. */
export function createOrderTools(store: OrderStore, observe: CallObserver): McpServer {
  const server = new McpServer({ name: 'plimsoll-sample', version: '1.0.0' });
  const timed =
    <Input>(tool: string, run: (input: Input) => Promise<CallToolResult>) =>
    async (input: Input): Promise<CallToolResult> => {
      const startedMs = performance.now();
      let result: CallToolResult;
      try {
        result = await run(input);
      } catch (error) {
        // What a caller may know: that the database failed, and not its address or its query.
        result = refusal(
          error instanceof Refused ? error.message : `database error: ${(error as { code?: string }).code ?? 'no answer'}`,
        );
      }
      observe(tool, (performance.now() - startedMs) / 1000, result.isError === true);
      return result;
    };

  server.registerTool(
    'search_orders',
    {
      description: 'Orders of a customer, newest first',
      inputSchema: { customer: z.number().int().min(1), limit: z.number().int().min(1).max(100).default(20) },
      outputSchema: { total: z.number().int(), orders: z.array(z.object(order)) },
      annotations: { readOnlyHint: true },
    },
    timed('search_orders', async ({ customer, limit }) => answer({ ...(await store.search(customer, limit)) })),
  );
  server.registerTool(
    'get_order',
    {
      description: 'One order by its id',
      inputSchema: {
        id: z
          .number()
          .int()
          .min(1)
          .meta({ examples: [FIRST_ORDER] }),
      },
      outputSchema: order,
      annotations: { readOnlyHint: true },
    },
    timed('get_order', async ({ id }) => {
      const found = await store.get(id);
      return found === undefined ? refusal(`no order ${id}`) : answer({ ...found });
    }),
  );
  server.registerTool(
    'place_order',
    {
      description: 'Places an order; the same idempotency key never places two',
      inputSchema: {
        customer: z.number().int().min(1),
        item: z.string().min(1).max(100),
        quantity: z.number().int().min(1).max(1000),
        idempotencyKey: z.string().min(1).max(100),
      },
      outputSchema: order,
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
    },
    timed('place_order', async ({ idempotencyKey, ...rest }) =>
      answer({ ...(await store.place({ ...rest, key: idempotencyKey })) }),
    ),
  );
  server.registerTool(
    'echo',
    { description: 'The message as it came', inputSchema: { message: z.string() }, annotations: { readOnlyHint: true } },
    timed('echo', async ({ message }) => ({ content: [{ type: 'text', text: message }] })),
  );
  return server;
}
