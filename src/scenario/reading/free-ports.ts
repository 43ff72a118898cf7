import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { PortOf } from '../file/ports.js';

/** Below the ports that Linux and most others give to clients. */
const FROM = 10_000;
const TO = 30_000;
const TRIES = 1000;

/**
 * Free ports of this machine by name, each drawn once. Where /proc lists what is listened to such ports are left out; elsewhere the draw alone
 * keeps them apart, and a port that is taken is told when the server starts.
 */
export function freePorts(): PortOf {
  const drawn = new Map<string | undefined, number>();
  const taken = listenedPorts();
  return (name) => {
    const known = drawn.get(name);
    if (known !== undefined) return known;
    let port = randomInt(FROM, TO);
    for (let tries = 0; taken.has(port) && tries < TRIES; tries++) port = randomInt(FROM, TO);
    taken.add(port);
    drawn.set(name, port);
    return port;
  };
}

const LISTEN = '0A';

/** Ports of sockets that listen, from the tables of the kernel; empty where there are none. */
function listenedPorts(): Set<number> {
  const ports = new Set<number>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    let text: string;
    try {
      text = readFileSync(table, 'latin1');
    } catch {
      continue;
    }
    for (const line of text.split('\n').slice(1)) {
      const [, local, , state] = line.trim().split(/\s+/);
      if (state === LISTEN && local !== undefined) ports.add(Number.parseInt(local.split(':')[1] ?? '', 16));
    }
  }
  return ports;
}
