import { LatencyHistogram } from '../journal/latency-histogram.js';
import type { GeneratorSecond } from '../journal/second-entry.js';
import type { HostEntry, ProcessEntry } from '../journal/signal-entry.js';
import type { SegmentValidity } from '../result/phase-figures.js';
import { compact } from '../scenario/file/compact.js';
import { coresText, latencyText, numberText, percentText } from '../text/figure-text.js';
import { DefaultMap } from './default-map.js';
import type { MachineCause } from './machine-cause.js';
import { latencyFigures } from './tally.js';

/**
 * From where on the state of the generator and its machine is told beside a verdict: they name what may have delayed calls, and decide
 * nothing by themselves. The lateness rule is the one that was simulated for trials (p99 of actual minus intended start above max(1 ms, 5 %
 * of the limit)), which the trials of a capacity search are still held to.
 */
export const VALIDITY_LIMITS = {
  latenessFloorUs: 1000,
  latenessShareOfLimit: 0.05,
  /** Share of a core that one load thread may use on average. */
  threadCores: 0.95,
  /** Share of the machine's CPU time that a hypervisor may take away, on average. */
  steal: 0.05,
  /** Share of the time in which the cgroup may be throttled. */
  throttled: 0.05,
  /** Share of the machine's CPU in use, on average: above it server and generator wait for each other. */
  busy: 0.98,
} as const;

type MachineFigures = Pick<SegmentValidity, 'latenessUs' | 'generatorCores' | 'steal' | 'throttledS'>;

class Mean {
  #sum = 0;
  #count = 0;
  add(value: number | undefined): void {
    if (value === undefined || !Number.isFinite(value)) return;
    this.#sum += value;
    this.#count++;
  }
  get value(): number | undefined {
    return this.#count === 0 ? undefined : this.#sum / this.#count;
  }
}

/** Collects the state of the generator and its machine over some seconds: a segment, or the whole run. */
export class ValidityTally {
  readonly #lateness = new LatencyHistogram();
  readonly #threadCores = new DefaultMap<number, Mean>(() => new Mean());
  readonly #eventLoop = new Mean();
  readonly #generatorCores = new Mean();
  readonly #steal = new Mean();
  readonly #busy = new Mean();
  readonly #throttled = new Mean();
  readonly #serverCores = new Mean();

  /** @param worker load thread: one that is full makes its own calls late, however idle the others are */
  addGenerator({ lateness, cpuS, eventLoopUtilisation }: GeneratorSecond, worker: number): void {
    if (lateness !== undefined) this.#lateness.addInterval(lateness);
    this.#threadCores.of(worker).add(cpuS);
    this.#eventLoop.add(eventLoopUtilisation);
  }

  addHost({ generatorCores, steal, busy, throttledS }: HostEntry): void {
    this.#generatorCores.add(generatorCores);
    this.#steal.add(steal);
    this.#busy.add(busy);
    this.#throttled.add(throttledS);
  }

  /** The server under test, where it runs on this machine: named as a user of its cores, never judged by itself. */
  addProcess({ cpuCores }: ProcessEntry): void {
    this.#serverCores.add(cpuCores);
  }

  /** Shown beside the verdict, never judged: the micro-sleep loop keeps the event loop busy at a third of a core. */
  get eventLoopUtilisation(): number | undefined {
    return this.#eventLoop.value;
  }

  /**
   * What is worth telling of the generator and its machine.
   * @param latencyLimitUs the smallest latency limit that the run is judged by
   * @param droppedByGenerator starts given up because the load generator was late
   */
  causes(latencyLimitUs: number, droppedByGenerator: number): readonly MachineCause[] {
    const causes: MachineCause[] = [];
    const tell = (kind: MachineCause['kind'], size: number | null | undefined, from: number, text: (size: number) => string) => {
      if (typeof size === 'number' && size > from) causes.push({ kind, size, text: text(size) });
    };
    const { latenessFloorUs, latenessShareOfLimit, threadCores, steal, throttled, busy } = VALIDITY_LIMITS;
    tell('given-up', droppedByGenerator, 0, (starts) => {
      const were = starts === 1 ? '1 start was' : `${numberText(starts)} starts were`;
      return `${were} given up because the load generator was late`;
    });
    tell(
      'late',
      this.#lateness.percentile(0.99),
      Math.max(latenessFloorUs, latenessShareOfLimit * latencyLimitUs),
      (us) => `starts were ${latencyText(us)} late at p99`,
    );
    tell(
      'thread-full',
      Math.max(0, ...[...this.#threadCores.values()].map(({ value }) => value ?? 0)),
      threadCores,
      (cores) => `a load thread used ${percentText(cores)} of a core`,
    );
    tell(
      'stolen',
      this.#steal.value,
      steal,
      (share) => `${percentText(share)} of the machine's CPU time was stolen by its hypervisor`,
    );
    tell(
      'throttled',
      this.#throttled.value,
      throttled,
      (share) => `the CPU limit of the container throttled it ${percentText(share)} of the time`,
    );
    tell('busy', this.#busy.value, busy, (share) => `this machine's CPU was ${percentText(share)} busy${this.#users()}`);
    return causes;
  }

  figures(): MachineFigures {
    const [generatorCores, steal, throttledS] = [this.#generatorCores.value, this.#steal.value, this.#throttled.value];
    return {
      ...(this.#lateness.count === 0 ? {} : { latenessUs: latencyFigures(this.#lateness, 0) }),
      ...compact({ generatorCores, steal, throttledS }),
    };
  }

  /** Tells a server that fills the machine from something else that runs on it. */
  #users(): string {
    const used = [
      ['plimsoll', this.#generatorCores.value],
      ['the server under test', this.#serverCores.value],
    ] as const;
    const known = used.flatMap(([name, value]) => (value === undefined ? [] : [`${name} used ${coresText(value)}`]));
    return known.length === 0 ? '' : `: ${known.join(', ')}`;
  }
}
