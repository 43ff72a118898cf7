import type { Scenario } from './scenario.js';

/** Whether a host name or address can only be this machine: `localhost` and its subdomains, 127.0.0.0/8, ::1 (mapped IPv4 included). */
export const isLoopbackHost = (host: string): boolean => {
  const bare = host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true;
  if (bare === '::1' || bare === '0:0:0:0:0:0:0:1') return true;
  const v4 = bare.replace(/^::ffff:/, '');
  const parts = v4.split('.');
  const isV4 = parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255);
  // `new URL` writes a mapped address in hexadecimal: ::ffff:7f00:1.
  return (isV4 && parts[0] === '127') || /^::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}$/.test(bare);
};

/** Host of a URL as `target.allow` names it: lower case, without port and brackets. */
const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '').toLowerCase();

/**
 * Hosts that this scenario would send traffic to and that nobody named: neither loopback, nor in `target.allow`, nor in `extra`
 * (the hosts given by `--yes-i-may-load`). Health probes, metrics and readiness count too. Empty when the run may start.
 */
export const hostsNotAllowed = ({ target }: Scenario, extra: readonly string[]): readonly string[] => {
  const urls = [...target.urls, target.server?.ready, target.health?.live, target.health?.ready, target.metrics];
  const named = new Set([...target.allow, ...extra].map((host) => host.replace(/^\[|\]$/g, '').toLowerCase()));
  const hosts = urls.filter((url) => url !== undefined).map(hostOf);
  return [...new Set(hosts)].filter((host) => !isLoopbackHost(host) && !named.has(host));
};
