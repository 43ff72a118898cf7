/**
 * Random numbers by position: the same seed, stream and index always give the same number, in whatever order and by whatever thread they
 * are asked for. So workers and shards can each take their part of one schedule without telling each other anything.
 */

/** One stream for each use of chance, so that arrivals, mix and data do not depend on each other. */
export const STREAM = { mix: 1, retry: 2, tenant: 3, sweep: 4, cancel: 5, pairs: 6, arrivals: 1000, feed: 1_000_000 } as const;

/** Finalizer of MurmurHash3 (public domain, Austin Appleby): every bit of the input moves every bit of the output. */
function mixed(bits: number): number {
  let h = bits;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * A number in the open interval (0, 1), in steps of 2^-32.
 * @param index a whole number from 0 to 2^53
 */
export function uniformAt(seed: number, stream: number, index: number): number {
  const high = Math.floor(index / 4_294_967_296);
  let h = mixed((seed ^ 0x9e3779b9) | 0);
  h = mixed((h + Math.imul(stream, 0x7feb352d)) | 0);
  h = mixed((h + Math.imul(index | 0, 0x9e3779b1)) | 0);
  if (high > 0) h = mixed((h + Math.imul(high, 0x846ca68b)) | 0);
  return ((mixed(h ^ stream) >>> 0) + 0.5) / 4_294_967_296;
}
