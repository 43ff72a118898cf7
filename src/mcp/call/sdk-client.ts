// The only file that imports the MCP SDK: its maintenance line ends one day, and the move to the next is then this file.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { LATEST_PROTOCOL_VERSION, McpError, ResultSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ToolDescription } from '../driver.js';
import { isObject } from '../protocol/rpc-answer.js';
import type { SdkTransport } from './sdk-transport.js';
import { WireFailure } from './wire-failure.js';

const MAX_PAGES = 1000;
/** The revision that `initialize` offers. */
export const INITIALIZE_VERSION = LATEST_PROTOCOL_VERSION;

/** The SDK client over our transport: makes the handshake and lists the tools. Not used for timed calls. */
export class SdkPeer {
  readonly #client: Client;
  readonly #transport: SdkTransport;
  readonly #timeoutMs: number;

  /** @param capabilities of ours; the requests that they invite are answered on the load path, never by this client */
  constructor(
    transport: SdkTransport,
    clientInfo: { readonly name: string; readonly version: string },
    timeoutMs: number,
    capabilities: Readonly<Record<string, object>> = {},
  ) {
    this.#client = new Client(clientInfo, { capabilities });
    this.#transport = transport;
    // The transport's own limit comes first and says more.
    this.#timeoutMs = timeoutMs + 1000;
  }

  /**
   * Legacy: `initialize` and `notifications/initialized`. Modern: nothing is sent.
   * @throws WireFailure, or Error with what the server said.
   */
  async connect(): Promise<void> {
    await this.#client.connect(this.#transport as unknown as Transport, { timeout: this.#timeoutMs }).catch(rethrow);
  }

  get server(): { readonly name: string; readonly version: string } | undefined {
    return this.#client.getServerVersion();
  }

  /** All pages of `tools/list`. @throws WireFailure, or Error with what the server said. */
  async listTools(): Promise<readonly ToolDescription[]> {
    const tools: ToolDescription[] = [];
    let cursor: string | undefined;
    const seen = new Map<string, number>();
    for (let page = 0; page < MAX_PAGES; page++) {
      const params = cursor === undefined ? {} : { cursor };
      const result = await this.#client
        .request({ method: 'tools/list', params }, ResultSchema, { timeout: this.#timeoutMs })
        .catch(rethrow);
      if (!Array.isArray(result.tools)) throw new Error('the answer to tools/list has no list of tools');
      for (const tool of result.tools as readonly unknown[]) tools.push(describe(tool));
      if (typeof result.nextCursor !== 'string' || result.nextCursor === '') return tools;
      cursor = result.nextCursor;
      // A list that comes back to where it was has no end.
      const before = seen.get(cursor);
      if (before !== undefined)
        throw new Error(`tools/list gives the same cursor after page ${before} and page ${page + 1}: its pages go in a circle`);
      seen.set(cursor, page + 1);
    }
    throw new Error(`tools/list has more than ${MAX_PAGES} pages`);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

function describe(tool: unknown): ToolDescription {
  if (!isObject(tool) || typeof tool.name !== 'string') throw new Error('tools/list names a tool without a name');
  const { name, description, inputSchema, outputSchema, annotations } = tool;
  return {
    name,
    inputSchema: isObject(inputSchema) ? inputSchema : { type: 'object' },
    ...(typeof description === 'string' ? { description } : {}),
    ...(isObject(outputSchema) ? { outputSchema } : {}),
    ...(isObject(annotations) ? { annotations } : {}),
  };
}

/** The JSON-RPC error that a request of the client was refused with; undefined for any other failure. */
export function refusalOf(
  error: unknown,
): { readonly code: number; readonly message: string; readonly data: unknown } | undefined {
  if (!(error instanceof McpError) || error.data instanceof WireFailure) return undefined;
  const { code, message, data } = error;
  return { code, message, data };
}

function rethrow(error: unknown): never {
  if (error instanceof McpError && error.data instanceof WireFailure) throw error.data;
  throw error;
}
