// Sessions of plimsoll's driver, opened and held. Returns what ends them.
import { createDriver } from '../../dist/mcp/create-driver.js';

export const openPlimsollSessions = async (url, count) => {
  const target = {
    urls: [url],
    transport: 'streamable-http',
    env: {},
    protocol: 'legacy',
    headers: {},
    preflight: 'schema',
    startTimeoutMs: 30_000,
    allow: [],
  };
  const driver = createDriver({ target, classify: [], maxInFlight: 100 });
  await driver.open(count);
  const { opened } = driver.counters().sessions;
  if (opened !== count) throw new Error(`${opened} of ${count} sessions opened`);
  return () => driver.close();
};
