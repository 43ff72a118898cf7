// The official MCP SDK client over Streamable HTTP, one client with all slots in flight.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { closedLoop } from '../window.js';

// Its transport piles up abort listeners under load and Node would write a warning for nearly every call.
process.removeAllListeners('warning');
process.on('warning', () => {});
const { url, slots, warmUpMs, measureMs } = JSON.parse(process.argv[2]);
const client = new Client({ name: 'bench', version: '1' });
await client.connect(new StreamableHTTPClientTransport(new URL(url)));
const params = { name: 'search_orders', arguments: { customer: 'acme', limit: 20 } };
const start = (done) => {
  client.callTool(params).then(
    (result) => done(result.content.length === 1),
    () => done(false),
  );
};
const reading = await closedLoop({ slots, warmUpMs, measureMs, start });
await client.close();
process.stdout.write(`${JSON.stringify(reading)}\n`);
