/** Ports that the system hands out by itself; both ends belong to it. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Linux's default, also where it cannot be read. */
const DEFAULT: PortRange = { first: 32_768, last: 60_999 };

/** Ports that this machine hands out by itself. */
export function ephemeralRange(read: (path: string) => string): PortRange {
  try {
    const [first, last] = read('/proc/sys/net/ipv4/ip_local_port_range').trim().split(/\s+/).map(Number);
    if (first === undefined || last === undefined || !(first > 0) || !(last >= first)) return DEFAULT;
    return { first, last };
  } catch {
    return DEFAULT;
  }
}
