import { LatencyHistogram } from '../journal/latency-histogram.js';
import type { GeneratorSecond } from '../journal/second-entry.js';
import type { HostEntry, ProcessEntry } from '../journal/signal-entry.js';
import type { SegmentValidity } from '../result/phase-figures.js';
import { coresText, givenLatencyText, givenRatioText, latencyText, numberText, percentText } from '../text/figure-text.js';
import { latencyFigures } from './tally.js';

/**
 * When a segment says nothing about the server, because the generator or its machine was the limit. The lateness rule is the one that
 * was simulated for trials (p99 of actual minus intended start above max(1 ms, 5 % of the limit)); the others name causes that lateness
 * of starts need not show, because they also delay the reading of answers.
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

/** Collects the state of the generator over some seconds (a segment, or the whole run) and tells whether it can be trusted. */
export class ValidityTally {
  readonly #lateness = new LatencyHistogram();
  readonly #threadCores = new Map<number, Mean>();
  readonly #eventLoop = new Mean();
  readonly #generatorCores = new Mean();
  readonly #steal = new Mean();
  readonly #busy = new Mean();
  readonly #throttled = new Mean();
  readonly #serverCores = new Mean();

  /** @param worker load thread: one that is full makes its own calls late, however idle the others are */
  addGenerator({ lateness, cpuS, eventLoopUtilisation }: GeneratorSecond, worker: number): void {
    if (lateness !== undefined) this.#lateness.addInterval(lateness);
    let threadCores = this.#threadCores.get(worker);
    if (threadCores === undefined) {
      threadCores = new Mean();
      this.#threadCores.set(worker, threadCores);
    }
    threadCores.add(cpuS);
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
   * @param latencyLimitUs the smallest latency limit that the run is judged by
   * @param droppedByGenerator starts given up because the load generator was late
   */
  judge(latencyLimitUs: number, droppedByGenerator: number): SegmentValidity {
    const reasons: string[] = [];
    const allowedUs = Math.max(VALIDITY_LIMITS.latenessFloorUs, VALIDITY_LIMITS.latenessShareOfLimit * latencyLimitUs);
    const latenessP99Us = this.#lateness.percentile(0.99);
    if (typeof latenessP99Us === 'number' && latenessP99Us > allowedUs) {
      reasons.push(`starts were ${latencyText(latenessP99Us)} late at p99 (allowed ${givenLatencyText(allowedUs)})`);
    }
    if (droppedByGenerator > 0) {
      const starts = droppedByGenerator === 1 ? '1 start was' : `${numberText(droppedByGenerator)} starts were`;
      reasons.push(`${starts} given up because the load generator was late`);
    }
    const over = (value: number | undefined, limit: number): value is number => value !== undefined && value > limit;
    const cores = Math.max(...[...this.#threadCores.values()].map(({ value }) => value ?? 0));
    if (over(cores, VALIDITY_LIMITS.threadCores)) {
      reasons.push(`a load thread used ${percentText(cores)} of a core (allowed ${givenRatioText(VALIDITY_LIMITS.threadCores)})`);
    }
    const steal = this.#steal.value;
    if (over(steal, VALIDITY_LIMITS.steal)) {
      reasons.push(
        `${percentText(steal)} of the machine's CPU time was stolen by its hypervisor (allowed ${givenRatioText(VALIDITY_LIMITS.steal)})`,
      );
    }
    const throttledS = this.#throttled.value;
    if (over(throttledS, VALIDITY_LIMITS.throttled)) {
      reasons.push(
        `the CPU limit of the container throttled it ${percentText(throttledS)} of the time (allowed ${givenRatioText(VALIDITY_LIMITS.throttled)})`,
      );
    }
    const busy = this.#busy.value;
    if (over(busy, VALIDITY_LIMITS.busy)) {
      reasons.push(
        `this machine's CPU was ${percentText(busy)} busy (allowed ${givenRatioText(VALIDITY_LIMITS.busy)})${this.#users()}`,
      );
    }
    const generatorCores = this.#generatorCores.value;
    return {
      valid: reasons.length === 0,
      reasons,
      ...(this.#lateness.count === 0 ? {} : { latenessUs: latencyFigures(this.#lateness, 0) }),
      ...(generatorCores === undefined ? {} : { generatorCores }),
      ...(steal === undefined ? {} : { steal }),
      ...(throttledS === undefined ? {} : { throttledS }),
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
