// What the contenders that speak plain HTTP send: the request that an MCP client sends for a tool call.
export const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2025-06-18',
};

export const BODY = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'search_orders', arguments: { customer: 'acme', limit: 20 } },
});
