import type { ProxyCollection } from './proxy-collection.js';

/** Live figures of every proxy: `GET /plimsoll/counters`, which a real Toxiproxy does not have. */
export const countersJson = (proxies: ProxyCollection, seed: number): object => ({
  engine: 'plimsoll',
  seed,
  proxies: Object.fromEntries(
    proxies.list().map((proxy) => [
      proxy.name,
      {
        ...proxy.counters,
        toxics: Object.fromEntries(proxy.toxics.map(({ name }) => [name, { affected: proxy.affected(name) }])),
      },
    ]),
  ),
});
