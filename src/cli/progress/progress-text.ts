import type { LiveQuantiles, LiveSnapshot } from './live-figures.js';

/** One line about a run, for logs. */
export function progressLine(now: LiveSnapshot): string {
  const overS = Math.round(now.elapsedS - now.totalS);
  // The drain comes after the time that was planned, and is no part of it.
  const phase = now.phase !== undefined ? now.phase.name : overS > 0 ? `draining for ${overS} s` : 'draining';
  return [
    `${Math.round(Math.min(now.elapsedS, now.totalS))} s of ${Math.round(now.totalS)} s`,
    phase,
    `offered ${rate(now.offeredPerS)}, achieved ${rate(now.achievedPerS)}`,
    `response ${quantiles(now.soFar)}`,
    `errors ${errorCount(now)}`,
    `in flight ${Math.round(now.inFlight)}`,
  ].join(' | ');
}

/** A block about a run, rewritten each second on a terminal. */
export function progressBlock(now: LiveSnapshot): readonly string[] {
  const left = Math.max(0, now.totalS - now.elapsedS);
  const phase = now.phase === undefined ? 'draining' : `${now.phase.name} (${now.phase.kind}, ${clock(now.phase.leftS)} left)`;
  const width = 30;
  const done = Math.round(Math.min(1, now.totalS === 0 ? 1 : now.elapsedS / now.totalS) * width);
  const classes = Object.entries(now.errors)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 5)
    .map(([name, count]) => `${name} ${count}`);
  return [
    `${'█'.repeat(done)}${'░'.repeat(width - done)}  ${clock(left)} left of ${clock(now.totalS)}   phase ${phase}`,
    `rate       offered ${rate(now.offeredPerS)}   achieved ${rate(now.achievedPerS)}   in flight ${Math.round(now.inFlight)}`,
    `response   ${quantiles(now.soFar)}   (last ${now.latelyS} s: ${quantiles(now.lately)})`,
    `errors     ${errorCount(now)}${classes.length > 0 ? `: ${classes.join(', ')}` : ''}`,
  ];
}

function errorCount(now: LiveSnapshot): string {
  const count = Object.values(now.errors).reduce((sum, value) => sum + value, 0);
  if (count === 0 || now.offered === 0) return String(count);
  return `${count} (${((count / now.offered) * 100).toFixed(count / now.offered < 0.1 ? 2 : 1)} %)`;
}

function quantiles({ p50, p95, p99 }: LiveQuantiles): string {
  if (p50 === undefined) return 'nothing answered yet';
  return `p50 ${duration(p50)} p95 ${duration(p95)} p99 ${duration(p99)}`;
}

/** `null` is a quantile among calls that were never answered: it has no time. */
function duration(us: number | null | undefined): string {
  if (us === null || us === undefined) return 'no answer';
  if (us >= 10_000_000) return `${(us / 1_000_000).toFixed(1)} s`;
  if (us >= 1_000_000) return `${(us / 1_000_000).toFixed(2)} s`;
  return us >= 10_000 ? `${(us / 1000).toFixed(0)} ms` : `${(us / 1000).toFixed(1)} ms`;
}

function rate(perS: number): string {
  return `${perS < 100 ? perS.toFixed(1) : perS.toFixed(0)}/s`;
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  return `${hours > 0 ? `${hours}:` : ''}${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
}
