import type { FaultFinding } from '../fault-findings.js';
import type { Evidence } from './findings.js';
import { callsText, microsText, secondsText } from './words.js';

const round = (value: number): string => String(Number(value.toFixed(value < 10 ? 1 : 0)));

/** What became of calls that had to wait: time limits, the pool of connections, the queue in front of it. */
export function waitingFindings(evidence: Evidence): readonly FaultFinding[] {
  return [...hanging(evidence), ...givingUp(evidence), ...pool(evidence), ...queue(evidence)];
}

/** Calls that hung although nothing failed them: no time limit on the dependency. */
function hanging({ figures, family, timeoutMs, answeredFailures }: Evidence): readonly FaultFinding[] {
  const { hung, dependency } = figures;
  if (hung === undefined) return [];
  const { calls, answeredLate, failedLate, timedOut, unfinished, afterMs } = hung;
  // The server gave up on most of them itself: see givingUp.
  if (answeredFailures > calls / 2) return [];
  const ends = [
    timedOut > 0 ? `${timedOut} were given up by the client at ${secondsText(timeoutMs / 1000)}` : '',
    answeredLate > 0 ? `${answeredLate} were answered in the end` : '',
    failedLate > 0 ? `${failedLate} failed late` : '',
    unfinished > 0 ? `${unfinished} had no end when the drain was over` : '',
  ].filter(Boolean);
  const failures =
    answeredFailures === 0 ? 'the server itself failed none of them' : `the server itself failed only ${answeredFailures}`;
  const silent = family === 'silent';
  return [
    {
      code: 'no-timeout',
      level: 'problem',
      text: `${callsText(calls)} hung (longer than ${secondsText(afterMs / 1000)}) and ${failures}: ${ends.join(', ')}. The server has no time limit on ${silent ? `a ${dependency} that says nothing: neither a query timeout nor one on waiting for a connection` : `queries to ${dependency}, or on waiting for a connection of its pool, that is shorter than its callers' patience`}`,
      runbook: {
        taxonomy: 'latency',
        check: `calls waiting for a connection and the age of the oldest query to ${dependency}`,
        mitigate: `set a query timeout and a pool-acquire timeout below the callers' own (${secondsText(timeoutMs / 1000)} here), and answer with an error at once`,
      },
    },
  ];
}

/** The server's own time limit, as its failures show it. */
function givingUp({ figures, during, answeredFailures, timeoutMs, family, p95LimitMs }: Evidence): readonly FaultFinding[] {
  const failed = during.latencyUs.failed;
  if (answeredFailures < 5 || typeof failed?.p50 !== 'number') return [];
  const slow = failed.p50 > Math.max(1000, (p95LimitMs ?? 400) * 2.5) * 1000;
  const waits = family === 'silent' || family === 'slow' || family === 'thin';
  if (!waits) return [];
  return [
    slow
      ? {
          code: 'gives-up-late',
          level: 'problem',
          text: `the server gives up on ${figures.dependency}, but late: its ${answeredFailures} failures took ${microsText(failed.p50)} at the median (the client waits ${secondsText(timeoutMs / 1000)})`,
          runbook: {
            taxonomy: 'latency',
            check: 'which time limit fired: query, connect, or acquire',
            mitigate: 'lower it towards what callers are promised, so that a slow dependency does not hold their slots',
          },
        }
      : {
          code: 'gives-up',
          level: 'good',
          text: `the server gives up on ${figures.dependency} by itself: ${answeredFailures} calls failed after ${microsText(failed.p50)} at the median, and held no caller for longer`,
        },
  ];
}

/** Connections in use times queries each can carry is what a pool serves under added latency (Little's law). */
function pool({ figures, during, addedMs, unharmed, p95LimitMs }: Evidence): readonly FaultFinding[] {
  const open = figures.proxy?.connectionsOpen.duringMax;
  if (unharmed || addedMs === undefined || addedMs <= 0 || open === undefined || open === 0) return [];
  const fits = open / (addedMs / 1000);
  const { offeredRate, goodput } = during.counts;
  if (offeredRate === undefined || fits > offeredRate * 1.3) return [];
  return [
    {
      code: 'pool-exhausted',
      level: 'problem',
      text: `${open} connections to ${figures.dependency} carried everything: at ${addedMs} ms and more a query they fit at most ${round(fits)} queries/s, and ${round(offeredRate)} calls/s were due (${round(goodput ?? 0)}/s succeeded). The pool was the bottleneck, and calls waited for a connection`,
      runbook: {
        taxonomy: 'latency',
        check: `connections in use and calls waiting at the pool for ${figures.dependency}`,
        mitigate: `size the pool for the slow case (rate x latency: about ${Math.ceil(offeredRate * (addedMs / 1000) * 1.2)} connections here), and bound the wait for one${p95LimitMs === undefined ? '' : ` below ${p95LimitMs} ms`}`,
      },
    },
  ];
}

/** Waiting calls pile up in the server. */
function queue({ figures, waiting, unharmed, during }: Evidence): readonly FaultFinding[] {
  const { inFlight, hung } = figures;
  // A server that gives up in time holds rate x its time limit in flight, and sheds the rest: that is no queue without end.
  const abandoned = (hung?.timedOut ?? 0) + (hung?.unfinished ?? 0) + during.counts.dropped;
  if (unharmed || inFlight?.before === undefined || abandoned === 0) return [];
  const { before, duringMax } = inFlight;
  if (duringMax < Math.max(20, before * 5)) return [];
  const seen = waiting !== undefined && waiting.value > 0 ? ` (${waiting.name} rose to ${round(waiting.value)})` : '';
  return [
    {
      code: 'unbounded-queue',
      level: 'problem',
      text: `calls in flight rose from ${round(before)} to ${round(duringMax)}${seen}: the server takes in work that it cannot do, and nothing sheds it`,
      runbook: {
        taxonomy: 'availability',
        check: 'calls in flight, memory and the queue of the pool',
        mitigate:
          'bound the queue and refuse early (overloaded, with Retry-After), so that those who are let in are served in time',
      },
    },
  ];
}
