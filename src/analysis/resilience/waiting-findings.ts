import type { FaultFinding } from '../../result/fault-findings.js';
import { DEFAULT_SLO } from '../../scenario/objective.js';
import { amountText, countText, givenLatencyText, latencyText, rateText } from '../../text/figure-text.js';
import type { FaultFamily } from './fault-family.js';
import type { Evidence } from './finding-evidence.js';

/** What became of calls that had to wait: time limits, the pool of connections, the queue in front of it. */
export function waitingFindings(evidence: Evidence): readonly FaultFinding[] {
  return [...hanging(evidence), ...givingUp(evidence), ...pool(evidence), ...queue(evidence)];
}

/** Calls that hung although nothing failed them. */
function hanging({ figures, family, timeoutMs, answeredFailures, processes }: Evidence): readonly FaultFinding[] {
  const { hung, dependency } = figures;
  if (hung === undefined) return [];
  const { calls, answeredLate, failedLate, timedOut, unfinished, afterMs } = hung;
  // The server gave up on most of them itself: see givingUp.
  if (answeredFailures > calls / 2) return [];
  const ends = [
    timedOut > 0 ? `${timedOut} were given up by the client at ${givenLatencyText(timeoutMs * 1000)}` : '',
    answeredLate > 0 ? `${answeredLate} were answered in the end` : '',
    failedLate > 0 ? `${failedLate} failed late` : '',
    unfinished > 0 ? `${unfinished} had not ended when the drain was over` : '',
  ].filter(Boolean);
  const failures =
    answeredFailures === 0 ? 'the server itself failed none of them' : `the server itself failed only ${answeredFailures}`;
  const { code, cause, check, mitigate } = hangingBy(family, dependency, processes !== undefined);
  return [
    {
      code,
      level: 'problem',
      text: `${countText(calls, 'call')} hung (longer than ${givenLatencyText(afterMs * 1000)}) and ${failures}: ${ends.join(', ')}. ${cause}`,
      runbook: {
        taxonomy: 'latency',
        check,
        mitigate: `${mitigate} (${givenLatencyText(timeoutMs * 1000)} here), and answer with an error at once`,
      },
    },
  ];
}

/** Why calls hang under a fault of this family: a query that is never answered, or a server that waits for what it was refused at once. */
function hangingBy(
  family: FaultFamily,
  dependency: string,
  stdio: boolean,
): { readonly code: string; readonly cause: string; readonly check: string; readonly mitigate: string } {
  // A process that handles one call at a time has a line of calls, and no pool.
  const line = stdio ? 'calls that wait for the one before them in the same process' : 'calls waiting for a connection';
  const waiting = stdio ? 'on the calls that wait behind one' : 'on waiting for a connection';
  switch (family) {
    case 'refused':
    case 'flapping':
    case 'reset':
    case 'moved':
    case 'errors': {
      const met = {
        refused: 'refused every connection at once',
        flapping: 'came and went, and refused connections at once while it was gone',
        reset: 'broke connections at once',
        moved: 'broke its connections and was back at another place',
        errors: 'answered with an error at once',
      }[family];
      return {
        code: 'waits-for-dependency',
        cause: `${dependency} ${met}; the server kept its calls waiting for it, trying again or holding them in a queue, for longer than callers wait`,
        check: `retries, back-off and the offline queue of the client of ${dependency}`,
        mitigate: `limit the time and the attempts that a call spends on ${dependency} to less than callers wait`,
      };
    }
    case 'cut-short':
      return {
        code: 'no-timeout',
        cause: `Answers of ${dependency} ended in the middle, and the server has no time limit on the rest`,
        check: `reads from ${dependency} that have not ended, and their age`,
        mitigate: `set a read timeout below the callers' own`,
      };
    case 'silent':
      return {
        code: 'no-timeout',
        cause: `The server has no time limit when ${dependency} is silent: neither a query timeout nor one ${waiting}`,
        check: `${line} and the age of the oldest query to ${dependency}`,
        mitigate: `set a query timeout and ${stdio ? 'one for the whole call' : 'a pool-acquire timeout'} below the callers' own`,
      };
    default:
      return {
        code: 'no-timeout',
        cause: `The server has no time limit on queries to ${dependency}, or ${waiting}${stdio ? '' : ' of its pool'}, that is shorter than its callers' patience`,
        check: `${line} and the age of the oldest query to ${dependency}`,
        mitigate: `set a query timeout and ${stdio ? 'one for the whole call' : 'a pool-acquire timeout'} below the callers' own`,
      };
  }
}

/** The server's own time limit, as its failures show it. */
function givingUp({ figures, during, answeredFailures, timeoutMs, family, p95LimitMs }: Evidence): readonly FaultFinding[] {
  const failed = during.latencyUs.failed;
  if (answeredFailures < 5 || typeof failed?.p50 !== 'number') return [];
  const slow = failed.p50 > Math.max(1000, (p95LimitMs ?? DEFAULT_SLO.p95Ms) * 2.5) * 1000;
  const waits = family === 'silent' || family === 'slow' || family === 'thin';
  if (!waits) return [];
  return [
    slow
      ? {
          code: 'gives-up-late',
          level: 'problem',
          text: `the server gives up on ${figures.dependency}, but late: its ${countText(answeredFailures, 'failure')} took ${latencyText(failed.p50)} at the median (the client waits ${givenLatencyText(timeoutMs * 1000)})`,
          runbook: {
            taxonomy: 'latency',
            check: 'which time limit fired: query, connect, or acquire',
            mitigate: 'lower it towards what callers are promised, so that a slow dependency does not hold their slots',
          },
        }
      : {
          code: 'gives-up',
          level: 'good',
          text: `the server has its own time limit on ${figures.dependency}: ${countText(answeredFailures, 'call')} failed after ${latencyText(failed.p50)} at the median, and no caller waited longer`,
        },
  ];
}

/** Connections in use times queries each can carry is what a pool serves under added latency (Little's law). */
function pool({ figures, during, addedMs, unharmed, p95LimitMs, processes }: Evidence): readonly FaultFinding[] {
  const open = figures.proxy?.connectionsOpen.duringMax;
  if (unharmed || addedMs === undefined || addedMs <= 0 || open === undefined || open === 0) return [];
  const fits = open / (addedMs / 1000);
  const { offeredRate, goodput } = during.counts;
  if (offeredRate === undefined || fits > offeredRate * 1.3) return [];
  // A connection for each process is no pool: each process handles one call after the other.
  if (processes !== undefined && open <= processes)
    return [
      {
        code: 'one-at-a-time',
        level: 'problem',
        text: `${countText(open, 'connection')} to ${figures.dependency} for ${processes === 1 ? '1 server process' : `${processes} server processes`} carried everything: at ${addedMs} ms and more a query they fit at most ${amountText(fits)} queries/s, and ${amountText(offeredRate)} calls/s were due (${rateText(goodput ?? 0)} succeeded). Calls waited in line for their process, not for a pool`,
        runbook: {
          taxonomy: 'latency',
          check: 'whether the server handles the calls of one session at the same time',
          mitigate: `handle them at the same time, over more than one connection, and put a time limit on each${p95LimitMs === undefined ? '' : ` below ${p95LimitMs} ms`}`,
        },
      },
    ];
  return [
    {
      code: 'pool-exhausted',
      level: 'problem',
      text: `${countText(open, 'connection')} to ${figures.dependency} carried everything: at ${addedMs} ms and more a query they fit at most ${amountText(fits)} queries/s, and ${amountText(offeredRate)} calls/s were due (${rateText(goodput ?? 0)} succeeded). The pool was the bottleneck, and calls waited for a connection`,
      runbook: {
        taxonomy: 'latency',
        check: `connections in use and calls waiting at the pool for ${figures.dependency}`,
        mitigate: `size the pool for the slow case (rate x latency: about ${Math.ceil(offeredRate * (addedMs / 1000) * 1.2)} connections here), and bound the wait for one${p95LimitMs === undefined ? '' : ` below ${p95LimitMs} ms`}`,
      },
    },
  ];
}

/** Waiting calls pile up in the server. */
function queue({ figures, waiting, unharmed, during, processes }: Evidence): readonly FaultFinding[] {
  const { inFlight, hung } = figures;
  // A server that gives up in time holds rate x its time limit in flight, and sheds the rest: that is no queue without end.
  const abandoned = (hung?.timedOut ?? 0) + (hung?.unfinished ?? 0) + during.counts.dropped;
  if (unharmed || inFlight?.before === undefined || abandoned === 0) return [];
  const { before, duringMax } = inFlight;
  if (duringMax < Math.max(20, before * 5)) return [];
  const seen = waiting !== undefined && waiting.value > 0 ? ` (${waiting.name} rose to ${amountText(waiting.value)})` : '';
  if (processes !== undefined)
    return [
      {
        code: 'unbounded-queue',
        level: 'problem',
        text: `calls in flight rose from ${amountText(before)} to ${amountText(duringMax)}${seen}: over stdio nothing rejects them; they wait in the pipe or in the process`,
        runbook: {
          taxonomy: 'availability',
          check: 'calls in flight and memory of each process',
          mitigate: 'put a time limit on each call in the server, and bound the calls that a client has in flight on one session',
        },
      },
    ];
  return [
    {
      code: 'unbounded-queue',
      level: 'problem',
      text: `calls in flight rose from ${amountText(before)} to ${amountText(duringMax)}${seen}: the server accepts more work than it can finish and never rejects any`,
      runbook: {
        taxonomy: 'availability',
        check: 'calls in flight, memory and the queue of the pool',
        mitigate: 'bound the queue and refuse early (overloaded, with Retry-After), so that accepted calls finish in time',
      },
    },
  ];
}
