// A stateless MCP server that sleeps for a log-normal time and uses little CPU. Arguments: port, median and p95 of the law in ms, seed.
import { createServer } from 'node:http';
import { seeded } from './seeded.js';

const [port, medianMs, p95Ms, seed] = process.argv.slice(2).map(Number);
const random = seeded(seed);
/** z of the 95th percentile of a normal law. */
const Z95 = 1.6448536;
const sigma = Math.log(p95Ms / medianMs) / Z95;
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const tool = { name: 'work', inputSchema: { type: 'object' } };
const info = { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'law', version: '1.0.0' } };
const results = { initialize: info, 'tools/list': { tools: [tool] }, ping: {} };

const server = createServer((request, response) => {
  if (request.method !== 'POST') return void response.end('up');
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const { id, method } = JSON.parse(body);
    if (id === undefined) return void response.writeHead(202).end();
    const answer = (result) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    };
    if (method !== 'tools/call') return answer(results[method] ?? {});
    setTimeout(() => answer({ content: [{ type: 'text', text: 'done' }] }), medianMs * Math.exp(sigma * normal()));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(port, '127.0.0.1');
