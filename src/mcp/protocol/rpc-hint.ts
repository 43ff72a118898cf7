/**
 * What to change when a step of the handshake was answered with a JSON-RPC error, or with a result that the client does not take. Pure.
 * @param said as the SDK client says it: `MCP error -32601: Method not found`, or a sentence of its own
 */
export function rpcHint(step: string, said: string): string {
  const code = Number(/-32\d{3}/.exec(said)?.[0] ?? Number.NaN);
  if (code === -32022 || /protocol version/i.test(said))
    return 'set target.protocol to `legacy`, or to the revision that the server speaks';
  switch (code) {
    case -32601:
      return step === 'the tool listing'
        ? 'the server offers no tools: load one that does, or call resources and prompts alone once it has a tool listing, even an empty one'
        : 'the server does not know this request: is it an MCP server, and of which revision? Set target.protocol';
    case -32602:
      return 'the server refuses what a client says of itself: look at its log, and set target.protocol to the revision that it speaks';
    case -32603:
      return 'the server failed at it: look at its log';
    case -32600:
    case -32700:
      return 'the server cannot read what plimsoll sends: does something on the way change requests? Look at its log';
    case -32001:
      return 'the server gave up on it, or wants a session or a token: look at its log, and at target.auth';
    case -32000:
      return 'the server refuses it with a code of its own: its log may say more';
    default:
      return 'the server answered, but not as MCP asks; look at its log';
  }
}
