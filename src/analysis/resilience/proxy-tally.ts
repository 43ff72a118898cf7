import type { ProxyEntry } from '../../journal/fault-entry.js';
import type { ProxyUse } from '../../result/fault-figures.js';

type Counters = Pick<ProxyEntry, 't' | 'connectionsAccepted' | 'connectionsOpen' | 'bytesUpstream'>;

/** A stretch of the run with the calls that the tools of the dependency made in it. */
export interface ProxySpan {
  readonly fromS: number;
  readonly toS: number;
  readonly calls: number;
}

/** What the embedded engine counted at the proxy of each dependency, reading by reading. */
export class ProxyTally {
  readonly #readings = new Map<string, Counters[]>();

  add({ dependency, t, connectionsAccepted, connectionsOpen, bytesUpstream }: ProxyEntry): void {
    const readings = this.#readings.get(dependency) ?? [];
    this.#readings.set(dependency, readings);
    readings.push({ t, connectionsAccepted, connectionsOpen, bytesUpstream });
  }

  /** Use of a dependency during a fault against before; undefined where nothing was counted during it. */
  use(dependency: string, before: ProxySpan | undefined, during: ProxySpan): ProxyUse | undefined {
    const readings = this.#readings.get(dependency) ?? [];
    const inside = ({ fromS, toS }: ProxySpan): Counters[] => readings.filter(({ t }) => t >= fromS && t <= toS);
    const open = inside(during).map(({ connectionsOpen }) => connectionsOpen);
    if (open.length === 0) return undefined;
    const grown = (span: ProxySpan, of: 'connectionsAccepted' | 'bytesUpstream'): number =>
      valueAt(readings, of, span.toS) - valueAt(readings, of, span.fromS);
    const perCall = (span: ProxySpan | undefined): number | undefined =>
      span === undefined || span.calls === 0 ? undefined : grown(span, 'bytesUpstream') / span.calls;
    const bytesBefore = perCall(before);
    const bytesDuring = perCall(during);
    const openBefore = before === undefined ? undefined : inside(before).at(-1)?.connectionsOpen;
    return {
      connectionsOpen: { ...(openBefore === undefined ? {} : { before: openBefore }), duringMax: Math.max(...open) },
      connectionsOpened: {
        before: before === undefined ? 0 : grown(before, 'connectionsAccepted'),
        during: grown(during, 'connectionsAccepted'),
      },
      ...(bytesBefore === undefined || bytesDuring === undefined || bytesBefore <= 0
        ? {}
        : {
            bytesPerCall: { before: round(bytesBefore), during: round(bytesDuring) },
            amplification: round(bytesDuring / bytesBefore),
          }),
    };
  }
}

/** A counter at a time between two readings, taken as growing evenly from one to the other. */
function valueAt(readings: readonly Counters[], of: 'connectionsAccepted' | 'bytesUpstream', atS: number): number {
  let before: Counters | undefined;
  for (const reading of readings) {
    if (reading.t >= atS) {
      if (before === undefined || reading.t === atS) return reading[of];
      return before[of] + ((reading[of] - before[of]) * (atS - before.t)) / (reading.t - before.t);
    }
    before = reading;
  }
  return before?.[of] ?? 0;
}

const round = (value: number): number => Number(value.toFixed(2));
