// A small MCP server: one tool, over Streamable HTTP, without sessions.
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

const PRICES = { apple: 120, pear: 140, quince: 310 };

function shop() {
  const server = new McpServer({ name: 'shop', version: '1.0.0' });
  server.registerTool(
    'price',
    { description: 'Price of a fruit in cents', inputSchema: { fruit: z.enum(Object.keys(PRICES)) } },
    async ({ fruit }) => ({ content: [{ type: 'text', text: String(PRICES[fruit]) }] }),
  );
  return server;
}

createServer(async (request, response) => {
  if (request.url === '/ready') return void response.end('ready');
  const server = shop();
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  response.on('close', () => void server.close());
  await server.connect(transport);
  await transport.handleRequest(request, response);
}).listen(Number(process.argv[2]), '127.0.0.1');
