// A stateful MCP server as most are built: node:http and the official SDK, a transport for each session. Here the server sets the pace.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

const transports = new Map();

const transportFor = async (id) => {
  const known = transports.get(id);
  if (known !== undefined) return known;
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (given) => void transports.set(given, transport),
    onsessionclosed: (given) => void transports.delete(given),
  });
  const server = new McpServer({ name: 'sessions', version: '1' });
  server.registerTool('hello', { description: 'greets' }, () => ({ content: [{ type: 'text', text: 'hello' }] }));
  await server.connect(transport);
  return transport;
};

const server = createServer((request, response) => {
  transportFor(request.headers['mcp-session-id']).then(
    (transport) => transport.handleRequest(request, response),
    (error) => response.writeHead(500).end(String(error)),
  );
});

server.listen(0, '127.0.0.1', () => process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`));
process.stdin.on('end', () => process.exit(0)).resume();
