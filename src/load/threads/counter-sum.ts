import { addSessions } from '../../journal/session-counts.js';
import type { DriverCounters } from '../../mcp/driver.js';

/** Counters of two load threads taken together. */
export function counterSum(a: DriverCounters, b: DriverCounters): DriverCounters {
  const warnings: Record<string, number> = { ...a.warnings };
  for (const [name, count] of Object.entries(b.warnings)) warnings[name] = (warnings[name] ?? 0) + count;
  return {
    connectionsOpened: a.connectionsOpened + b.connectionsOpened,
    connectionsReused: a.connectionsReused + b.connectionsReused,
    sessions: addSessions(a.sessions, b.sessions),
    warnings,
    ...(a.streams === undefined || b.streams === undefined
      ? {}
      : {
          streams: {
            open: a.streams.open + b.streams.open,
            opened: a.streams.opened + b.streams.opened,
            lost: a.streams.lost + b.streams.lost,
            messages: a.streams.messages + b.streams.messages,
          },
        }),
  };
}
