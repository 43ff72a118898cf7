import { NO_SESSIONS } from '../../src/journal/session-counts.js';
import type { Drive, DriveEnd, DriveEntry, DriveSpec, LoadEngine } from '../../src/load/load-engine.js';
import type { ToolDescription } from '../../src/mcp/driver.js';

export const echoTool: ToolDescription = {
  name: 'echo',
  inputSchema: {
    type: 'object',
    required: ['message'],
    properties: { message: { type: 'string' } },
    additionalProperties: false,
  },
};

/** A load engine that sends nothing: it tells what it was asked, and a test ends its drives. */
export class FakeEngine implements LoadEngine {
  readonly workers = 1;
  readonly asked: string[] = [];
  readonly #tools: readonly ToolDescription[];
  tell: (entry: DriveEntry) => void = () => {};
  end: () => void = () => {};

  constructor(tools: readonly ToolDescription[] = [echoTool]) {
    this.#tools = tools;
  }

  async open() {
    this.asked.push('open');
    return [
      {
        endpoint: 'http://127.0.0.1:1/mcp',
        era: 'legacy' as const,
        protocolVersion: '2025-06-18',
        stateful: false,
        tools: this.#tools,
      },
    ];
  }

  drive(_spec: DriveSpec, onEntry: (entry: DriveEntry) => void): Drive {
    this.asked.push('drive');
    this.tell = onEntry;
    const counters = { connectionsOpened: 0, connectionsReused: 0, sessions: NO_SESSIONS, warnings: {} };
    const ended = new Promise<DriveEnd>((resolve) => {
      this.end = () => resolve({ reason: 'completed', endedS: 1, counters });
    });
    return { startedAtMs: Date.now(), ended, stop: () => this.end() };
  }

  async close(): Promise<void> {
    this.asked.push('close');
  }
}
