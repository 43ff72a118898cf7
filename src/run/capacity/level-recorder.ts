import { Tally } from '../../analysis/tally.js';
import type { IntervalHistogram } from '../../journal/interval-histogram.js';
import type { JournalEntry } from '../../journal/journal-entry.js';
import { LatencyHistogram } from '../../journal/latency-histogram.js';
import type { RecoveryLevelEntry, RecoverySecond } from '../../journal/recovery-entry.js';
import type { CellEntry, SecondEntry } from '../../journal/second-entry.js';
import { compact } from '../../scenario/file/compact.js';

/** Keeps the seconds of a load that is held around a fault, all load threads together, and what the fault agent tells. Pure. */
export class LevelRecorder {
  readonly #dependency: string;
  readonly #cells = new Map<number, CellEntry>();
  readonly #seconds = new Map<
    number,
    { inFlight: number; readonly sums: Map<string, { readonly cell: CellEntry; readonly tally: Tally }> }
  >();
  readonly #lateness = new LatencyHistogram();
  readonly #proxy: { t: number; bytesUpstream: number }[] = [];
  #onS: number | undefined;
  #offS: number | undefined;

  constructor(dependency: string) {
    this.#dependency = dependency;
  }

  add(entry: JournalEntry): void {
    switch (entry.type) {
      case 'cell':
        this.#cells.set(entry.id, entry);
        return;
      case 'second':
        this.#addSecond(entry);
        return;
      case 'fault':
        if (entry.what === 'on') this.#onS ??= entry.t;
        if (entry.what === 'off') this.#offS = entry.t;
        return;
      case 'proxy':
        if (entry.dependency === this.#dependency) this.#proxy.push({ t: entry.t, bytesUpstream: entry.bytesUpstream });
    }
  }

  recorded(): Pick<RecoveryLevelEntry, 'seconds' | 'faultOnS' | 'faultOffS' | 'lateness' | 'proxy'> {
    const lateness: IntervalHistogram | undefined = this.#lateness.toInterval();
    return {
      seconds: [...this.#seconds]
        .sort(([a], [b]) => a - b)
        .map(([t, { inFlight, sums }]): RecoverySecond => ({ t, inFlight, cells: [...sums.values()].map(slim) })),
      ...compact({ faultOnS: this.#onS, faultOffS: this.#offS, lateness }),
      ...(this.#proxy.length === 0 ? {} : { proxy: this.#proxy }),
    };
  }

  #addSecond({ t, inFlight, generator, cells }: SecondEntry): void {
    const second = this.#seconds.get(t) ?? { inFlight: 0, sums: new Map() };
    this.#seconds.set(t, second);
    second.inFlight += inFlight;
    if (generator.lateness !== undefined) this.#lateness.addInterval(generator.lateness);
    for (const each of cells) {
      const cell = this.#cells.get(each.cell);
      if (cell === undefined) continue;
      const key = `${cell.tool}\n${cell.endpoint}`;
      const sum = second.sums.get(key) ?? { cell, tally: new Tally() };
      second.sums.set(key, sum);
      sum.tally.addSecond(each);
    }
  }
}

/** Response times alone, of successes and of failures: the other histograms would swell the journal and decide nothing. */
function slim({ cell, tally }: { readonly cell: CellEntry; readonly tally: Tally }): RecoverySecond['cells'][number] {
  const { service: _, firstByte: __, clientDelay: ___, ...second } = tally.toSecond();
  return { tool: cell.tool, endpoint: cell.endpoint, ...second };
}
