import { PlimsollError } from '../errors/plimsoll-error.js';
import { type IntendedProxy, readIntent, writeIntent } from './intent-file.js';
import { sameAddress } from './same-address.js';
import { kindOf, type ProxyState, ToxiproxyDriver } from './toxiproxy-driver.js';

/**
 * Takes back what the fault record of a run says was, or may have been, done: our toxics by name, the state of the proxies, and proxies
 * that we made. Nothing else of that Toxiproxy is touched.
 * @returns what was done, in words; empty when nothing was left
 * @throws PlimsollError: 2 for a record that cannot be read, 7 when the Toxiproxy is not there or something stayed.
 */
export async function cleanFaults(intentFile: string): Promise<readonly string[]> {
  const intent = readIntent(intentFile);
  if (intent.clean) return [];
  const driver = new ToxiproxyDriver(intent.engine.url);
  let standing: readonly ProxyState[];
  try {
    standing = await driver.proxies();
  } catch (error) {
    if (intent.engine.name !== 'embedded' || kindOf(error) !== 'unreachable') throw error;
    // What the embedded engine held, it held in memory.
    writeIntent(intentFile, { ...intent, clean: true, proxies: [] });
    return [`the embedded Toxiproxy at ${intent.engine.url} is gone, and its faults with it`];
  }
  const done: string[] = [];
  const left: string[] = [];
  for (const proxy of intent.proxies) {
    const there = standing.find(({ name, listen }) => name === proxy.name && sameAddress(listen, proxy.listen));
    if (there === undefined) continue;
    try {
      done.push(...(await cleanProxy(driver, proxy, there)));
    } catch (error) {
      left.push(`${proxy.name}: ${(error as Error).message}`);
    }
  }
  if (left.length > 0) {
    throw new PlimsollError(`not everything could be removed: ${left.join('; ')}`, 'faultEngine', {
      hint: `restart the Toxiproxy at ${intent.engine.url}: it keeps its faults in memory alone`,
    });
  }
  writeIntent(intentFile, { ...intent, clean: true, proxies: [] });
  return done;
}

async function cleanProxy(driver: ToxiproxyDriver, proxy: IntendedProxy, there: ProxyState): Promise<readonly string[]> {
  const { name, listen, upstream, enabled } = proxy;
  if (proxy.made) {
    await driver.deleteProxy(name);
    return [`proxy ${name} deleted`];
  }
  const done: string[] = [];
  const toxics = await driver.toxics(name);
  const others = toxics.filter((toxic) => !proxy.toxics.includes(toxic.name));
  for (const toxic of toxics.filter((one) => proxy.toxics.includes(one.name))) {
    await driver.removeToxic(name, toxic.name, { name, listen, upstream, enabled, toxics: others });
    done.push(`toxic ${toxic.name} removed from ${name}`);
  }
  if (there.upstream !== upstream || there.enabled !== enabled) {
    await driver.updateProxy(name, { upstream, enabled });
    done.push(`proxy ${name} leads to ${upstream} again, ${enabled ? 'enabled' : 'disabled'}`);
  }
  return done;
}
