import { PlimsollError } from '../errors/plimsoll-error.js';
import type { WantedProxy } from './agent-messages.js';
import { HeldProxy } from './held-proxy.js';
import { sameAddress } from './same-address.js';
import type { ProxyState, ToxiproxyDriver } from './toxiproxy-driver.js';

/**
 * A proxy for each dependency. One that stands with the same addresses is adopted; what is missing is made, after `held` was told of it.
 * @throws PlimsollError: 7 when it cannot be had, 8 when the port is taken.
 */
export async function prepareProxies(
  wanted: readonly WantedProxy[],
  options: {
    readonly driver: ToxiproxyDriver;
    readonly runId: string;
    /** The Toxiproxy is not ours alone: what we make there carries the run id, so that everybody sees whose it is. */
    readonly shared: boolean;
    readonly record: () => void;
    /** Told of each before it is made. */
    readonly hold: (proxy: HeldProxy) => void;
  },
): Promise<void> {
  const { driver, runId, shared, record, hold } = options;
  const standing = await driver.proxies();
  for (const { dependency, listen, upstream } of wanted) {
    const there = standing.find((proxy) => sameAddress(proxy.listen, listen));
    if (there !== undefined) {
      refuseUnfit(there, upstream, driver.url);
      hold(new HeldProxy(dependency, there, false, await driver.toxics(there.name), driver, record));
      continue;
    }
    const name = shared ? `plimsoll-${runId}-${dependency}` : dependency;
    hold(new HeldProxy(dependency, { name, listen, upstream, enabled: true }, true, [], driver, record));
    record();
    try {
      await driver.createProxy({ name, listen, upstream });
    } catch (error) {
      if (!/address already in use/.test((error as Error).message)) throw error;
      throw new PlimsollError(`something already listens on ${listen}, where the proxy of ${dependency} would`, 'machine', {
        hint: 'stop it (is a server or proxy of an earlier run left?), or choose another port for dependencies.*.listen',
        cause: error,
      });
    }
  }
}

function refuseUnfit(there: ProxyState, upstream: string, url: string): void {
  const { name, listen, enabled } = there;
  if (!sameAddress(there.upstream, upstream)) {
    throw new PlimsollError(
      `the Toxiproxy at ${url} has a proxy ${name} on ${listen} already, which leads to ${there.upstream} and not to ${upstream}`,
      'faultEngine',
      { hint: 'delete that proxy, or make dependencies.*.upstream agree with it' },
    );
  }
  if (!enabled) {
    throw new PlimsollError(`the proxy ${name} of the Toxiproxy at ${url} is switched off`, 'faultEngine', {
      hint: 'enable it, or delete it: plimsoll leaves what stood before as it was',
    });
  }
}
