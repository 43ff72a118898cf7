import { PlimsollError } from '../errors/plimsoll-error.js';
import type { JournalEntry } from '../journal/journal-entry.js';
import { addSessions, type SessionCounts } from '../journal/session-counts.js';
import type { SentBeside } from '../journal/sessions-entry.js';
import { isPlainHttp, plainCeiling } from '../load/ceiling/plain-ceiling.js';
import type { DriveEntry, LoadEngine } from '../load/load-engine.js';
import type { EndpointDescription } from '../mcp/driver.js';
import { compact } from '../scenario/file/compact.js';
import type { Scenario } from '../scenario/scenario.js';
import { type Signals, startSignals } from '../signals/signals.js';
import { carryFaults } from './carry-faults.js';
import { delayPlaceOf } from './delay-place.js';
import type { Environment, EnvironmentDrive, HeldFaults } from './environment.js';
import { holdFaults } from './hold-faults.js';
import { foreignToxicNotes, type ProxiedDependencies } from './proxied-dependencies.js';
import type { ServerProcess } from './server-process.js';
import type { SharedToken } from './shared-token.js';
import { destructiveNotes } from './tool-checks.js';

const never = new Promise<string>(() => {});

/** What was opened, in the order in which it is used. */
interface Opened {
  readonly endpoints: readonly EndpointDescription[];
  /** What the preflight did not call, in sentences. */
  readonly uncalled: readonly string[];
  /** What the preflight sent; undefined where it called nothing. */
  readonly sentBefore: SentBeside | undefined;
  /** Makes an engine that sends as the load does. */
  readonly engineBeside: (scenario: Scenario) => LoadEngine;
  readonly engine: LoadEngine;
  readonly child: ServerProcess | undefined;
  /** Signals of the drives that go on. */
  readonly running: Set<Signals>;
  readonly faults: ProxiedDependencies | undefined;
  readonly token: SharedToken | undefined;
  readonly close: () => Promise<readonly string[]>;
}

/** Drives the load through what was opened, with probes, faults and tokens beside it. */
export function environmentOf(
  opened: Scenario,
  { endpoints, uncalled, sentBefore, engineBeside, engine, child, running, faults, token, close }: Opened,
): Environment {
  const { target, capacity } = opened;
  const pid = child?.pid ?? target.pid;
  const { replicas } = capacity.target;
  const delay = delayPlaceOf(opened, { child: child?.pid, overStdio: () => engine.serverProcesses?.() ?? [] });
  let held: HeldFaults | undefined;
  const beside: LoadEngine[] = [];
  const probed: SessionCounts[] = [];
  return {
    endpoints,
    workers: engine.workers,
    notes: [
      ...insecureNotes(target),
      ...(token?.before ?? []),
      ...destructiveNotes(opened, endpoints),
      ...uncalled.map((text) => ({ level: 'info' as const, code: 'preflight-not-called', text })),
      ...foreignToxicNotes(faults),
    ],
    ...compact({ faults: faults?.line, sentBefore }),
    serverExited: child?.exited ?? never,
    ...(pid === undefined ? {} : { pid }),
    holdFaults: async (scenario, originMs, onEntry) => {
      if (faults === undefined || held !== undefined) {
        throw new PlimsollError('faults are held once, and where the scenario has dependencies', 'internalError');
      }
      const holding = await holdFaults(faults.agent, scenario, originMs, onEntry);
      held = {
        release: async () => {
          await holding.release();
          held = undefined;
        },
      };
      return held;
    },
    drive: (scenario, timeline, tell, more): EnvironmentDrive => {
      const { tell: onEntry, turned } = fromNextTurn<DriveEntry | JournalEntry>(tell);
      const drive = engine.drive({ scenario, timeline, shard: { index: 0, count: 1 }, ...more }, onEntry);
      // From here on by a clock that nobody sets.
      const originMs = performance.now() + drive.startedAtMs - Date.now();
      const nowS = (): number => (performance.now() - originMs) / 1000;
      const signals = startSignals(
        {
          nowS,
          delay,
          ...compact({ health: target.health, metrics: target.metrics, replicas, tls: target.tls, pid }),
          ...(pid === undefined && target.transport === 'stdio' && engine.serverProcesses !== undefined
            ? { pids: () => engine.serverProcesses?.() ?? [] }
            : {}),
        },
        onEntry,
      );
      running.add(signals);
      token?.listen((note) => onEntry({ type: 'note', t: Math.max(0, nowS()), ...note }));
      const carried =
        faults === undefined || held !== undefined ? undefined : carryFaults(faults.agent, scenario, drive.startedAtMs, onEntry);
      return {
        startedAtMs: drive.startedAtMs,
        nowS,
        // Nothing may be told of a drive that has ended.
        ended: drive.ended.finally(async () => {
          token?.listen(undefined);
          await Promise.all([carried?.stop(), signals.stop(), turned]);
          running.delete(signals);
        }),
        stop: (how, reason) => {
          drive.stop(how, reason);
          void carried?.stop();
        },
      };
    },
    endSessions: async () => {
      await engine.close();
      const counters = engine.lastCounters;
      if (counters === undefined) return undefined;
      const others = beside.flatMap(({ lastCounters }) => lastCounters?.sessions ?? []);
      const sessions = [...others, ...probed, ...(sentBefore === undefined ? [] : [sentBefore.sessions])].reduce(
        addSessions,
        counters.sessions,
      );
      return { ...counters, sessions };
    },
    ...(isPlainHttp(opened)
      ? {
          probeCeiling: async (callers: number, durationS: number) => {
            const ceiling = await plainCeiling(opened, endpoints, callers, durationS);
            probed.push(ceiling.sent.sessions);
            return ceiling;
          },
        }
      : {}),
    engineBeside: (scenario) => {
      const made = engineBeside(scenario);
      beside.push(made);
      return made;
    },
    close,
  };
}

/** Whoever reads the figures should know that anybody could have stood in for the server. */
const insecureNotes = ({ tls, urls }: Scenario['target']): Environment['notes'] =>
  tls?.insecure === true && urls.some((url) => url.startsWith('https:'))
    ? [{ level: 'warning', code: 'tls-insecure', text: 'target.tls.insecure: the certificate of the server was not checked' }]
    : [];

/** Hands entries on, in their order, from the next turn of the event loop on: by then its caller has in hand what they are about. */
function fromNextTurn<Entry>(tell: (entry: Entry) => void): {
  readonly tell: (entry: Entry) => void;
  /** Resolves once nothing is held back any more. */
  readonly turned: Promise<void>;
} {
  let early: Entry[] | undefined = [];
  const turned = new Promise<void>((resolve) => {
    setImmediate(() => {
      const held = early ?? [];
      early = undefined;
      for (const entry of held) tell(entry);
      resolve();
    });
  });
  return { tell: (entry) => (early === undefined ? tell(entry) : void early.push(entry)), turned };
}
