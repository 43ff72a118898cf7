import { solveRising } from './solve-rising.js';

/** Erlang B: share of calls that find all c servers taken and are lost, at an offered load of a (calls in service if none waited), by its recursion. */
export function erlangB(servers: number, offered: number): number {
  let blocked = 1;
  for (let k = 1; k <= servers; k++) blocked = (offered * blocked) / (k + offered * blocked);
  return blocked;
}

/** Erlang C: share of calls that wait, in an M/M/c queue; 1 from a >= c on. */
export function erlangC(servers: number, offered: number): number {
  if (offered >= servers) return 1;
  const blocked = erlangB(servers, offered);
  return (servers * blocked) / (servers - offered * (1 - blocked));
}

/**
 * P(R > t) of an M/M/c queue, t in mean service times: e^-t (1 + C g), g = (1 - e^(-e t)) / e with e = c - a - 1, and g = t where e is 0, which
 * the plain formula cannot do.
 */
export function longerThan(servers: number, offered: number, t: number): number {
  if (offered >= servers) return 1;
  const e = servers - offered - 1;
  const g = Math.abs(e) < 1e-9 ? t : -Math.expm1(-e * t) / e;
  return Math.exp(-t) * (1 + erlangC(servers, offered) * g);
}

/** Response time that a share p of calls stays below, in mean service times. */
export function responseQuantile(servers: number, offered: number, p: number): number {
  if (offered >= servers) return Number.POSITIVE_INFINITY;
  return solveRising((t) => 1 - longerThan(servers, offered, t), p);
}

/** Highest utilisation at which a share p of calls takes at most `limit` mean service times; 0 when even an idle server is slower. */
export function maxUtilisation(servers: number, limit: number, p = 0.99): number {
  if (longerThan(servers, 0, limit) > 1 - p) return 0;
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (longerThan(servers, servers * middle, limit) <= 1 - p) low = middle;
    else high = middle;
  }
  return low;
}
