import { DefaultMap } from '../../analysis/default-map.js';
import { Tally } from '../../analysis/tally.js';
import type { JournalEntry } from '../../journal/journal-entry.js';
import { LatencyHistogram } from '../../journal/latency-histogram.js';
import type { PairBuild } from '../../journal/pair-entry.js';
import type { CellEntry } from '../../journal/second-entry.js';
import { blockOf } from './pair-plan.js';

/** Adds up what one build did in the blocks of one drive. Pure. */
export class PairRecorder {
  readonly #cells = new Map<number, CellEntry>();
  readonly #sums = new DefaultMap<number, Tally>(() => new Tally());
  #rssBytes: number | undefined;

  add(entry: JournalEntry): void {
    if (entry.type === 'cell') this.#cells.set(entry.id, entry);
    else if (entry.type === 'process') this.#rssBytes = entry.rssBytes ?? this.#rssBytes;
    else if (entry.type === 'second') {
      for (const second of entry.cells) this.#sums.of(second.cell).addSecond(second);
    }
  }

  /** 99th percentile of all calls, microseconds; null among unanswered ones, undefined without any. */
  get p99Us(): number | null | undefined {
    const all = new LatencyHistogram();
    let unanswered = 0;
    for (const sum of this.#sums.values()) {
      all.add(sum.response);
      unanswered += sum.unanswered;
    }
    return all.count + unanswered === 0 ? undefined : (all.percentile(0.99, unanswered) ?? null);
  }

  /** @param blocks how many there were */
  measured(blocks: number): Omit<PairBuild, 'startS' | 'cpuS' | 'died'> {
    const counted = new Map<string, { readonly cell: CellEntry; readonly sum: Tally }>();
    const byBlock = Array.from({ length: blocks }, () => ({ calls: 0, failed: 0 }));
    let scheduled = 0;
    let started = 0;
    let calls = 0;
    for (const [id, sum] of this.#sums) {
      const cell = this.#cells.get(id);
      if (cell === undefined) continue;
      calls += sum.count('started');
      scheduled += sum.count('offered');
      started += sum.count('offered') - sum.count('droppedByGenerator');
      const block = byBlock[blockOf(cell.segment) ?? -1];
      if (block === undefined) continue;
      const due = sum.count('offered') - sum.count('droppedByGenerator') - sum.count('cancelled');
      block.calls += due;
      block.failed += due - sum.count('ok');
      const key = JSON.stringify([cell.tool, cell.endpoint]);
      const own = counted.get(key) ?? { cell, sum: new Tally() };
      counted.set(key, own);
      own.sum.add(sum);
    }
    return {
      scheduled,
      started,
      blocks: byBlock,
      cells: [...counted.values()].map(({ cell: { tool, endpoint }, sum }) => ({ tool, endpoint, ...sum.toSecond() })),
      calls,
      ...(this.#rssBytes === undefined ? {} : { rssBytes: this.#rssBytes }),
    };
  }
}
