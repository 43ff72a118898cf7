import { highestEquivalent } from '../../journal/hdr-index.js';
import { LatencyHistogram } from '../../journal/latency-histogram.js';
import type { CapacityStart } from '../../journal/start-entry.js';
import type { TrialEntry } from '../../journal/trial-entry.js';
import type { WorksOn } from '../../result/capacity-figures.js';
import { amountText, coresText, latencyText, rateText, shareText } from '../../text/figure-text.js';
import type { JudgedFacts } from './estimate-conditions.js';

/** Seconds over which a throughput says something. */
const LEAST_S = 3;
/** A window that leaves more of its calls outstanding than this had more than the server could do. */
const LEFT_OVER = 0.03;
/** The trial that tells the service time uses no more of the throughput than this: hardly a call waits in it. */
const LOW_USE = 0.6;
const FEWEST_CALLS = 30;
const ROUNDS = 50;
/** Times that never vary leave nothing to divide by. */
const TINY = 1e-9;
/** Cores for each call that is worked on: above the one it computes, below the other it mostly waits for something. */
const COMPUTES = 0.8;
const WAITS = 0.5;

/** A trial of the journal with its verdict. */
export interface WorkTrial extends Pick<JudgedFacts, 'verdict'> {
  readonly entry: TrialEntry;
}

/**
 * How many calls the server works on at once where it can do no more, by Little's law: the largest throughput times the service time of a
 * call. Throughput is that of a trial that left calls outstanding, so that every place was taken; without one, the largest there is, and the
 * figure is a lower bound. Service time is the least mean of the passed trials at low rates (a disturbance only adds to it), from the start of a call to its end, less the
 * wait in a queue of that many places: S = R / (1 + w) with w = p^(sqrt(2(c + 1)) - 1) / (c (1 - p)) x (ca^2 + cs^2) / 2, c = throughput x S
 * and p the share of the throughput in use (Sakasegawa 1977, exact for M/M/1; ca^2 is 1 for Poisson arrivals and 0 for constant ones, cs^2 the
 * squared variation of the times measured), times exp(-2 (1 - p) (1 - ca^2)^2 / (3 p (ca^2 + cs^2))) for arrivals that are more even than
 * Poisson's (Kraemer and Langenbach-Belz 1976). What a call takes on its way counts as service. Undefined where the trials do not tell.
 */
export function worksOn(
  trials: readonly WorkTrial[],
  { arrivals, instances }: Pick<CapacityStart, 'arrivals' | 'instances'>,
  machineCores?: number,
): WorksOn | undefined {
  const told = trials.flatMap(({ entry, verdict }) => {
    const seconds = entry.wholeS ?? (entry.stopped === undefined ? entry.measuredS : 0);
    const counts = entry.purpose !== 'warm-up' && (verdict.outcome === 'pass' || verdict.outcome === 'fail');
    return counts && seconds >= LEAST_S ? [{ entry, verdict, perS: entry.succeeded / seconds }] : [];
  });
  const full = told.filter(({ entry, verdict }) => verdict.outcome === 'fail' && leftOver(entry) > LEFT_OVER);
  const throughput = Math.max(0, ...(full.length > 0 ? full : told).map(({ perS }) => perS));
  const services = told
    .filter(({ verdict, perS }) => verdict.outcome === 'pass' && perS > 0 && perS <= LOW_USE * throughput)
    .flatMap(({ entry, perS }) => {
      const times = serviceOf(entry);
      const enough = times !== undefined && times.count >= FEWEST_CALLS;
      return enough ? [withoutWait(times, throughput, perS, arrivals === 'poisson' ? 1 : 0)] : [];
    });
  if (services.length === 0) return undefined;
  const serviceS = Math.min(...services);
  const knee = told.filter(({ entry }) => entry.purpose === 'soak').at(-1) ?? told.at(-1);
  const cpuCores = knee?.entry.server?.cpuCores;
  const gauges = knee?.entry.gauges;
  const figures = {
    calls: throughput * serviceS,
    ...(full.length > 0 ? {} : { atLeast: true as const }),
    throughput,
    serviceUs: Math.round(serviceS * 1e6),
    ...(cpuCores === undefined ? {} : { cpuCores }),
    ...(cpuCores === undefined || machineCores === undefined ? {} : { machineCores }),
    ...(gauges === undefined ? {} : { gauges }),
  };
  return { ...figures, text: textOf(figures, instances) };
}

/** Share of the calls due that were outstanding at the end of the window. */
function leftOver({ blocks, completed }: TrialEntry): number {
  const due = blocks.flatMap(({ cells }) => cells).reduce((sum, { offered = 0, cancelled = 0 }) => sum + offered - cancelled, 0);
  return due === 0 ? 0 : (due - completed) / due;
}

interface Times {
  readonly count: number;
  readonly meanS: number;
  /** Square of standard deviation over mean. */
  readonly variation: number;
}

/** Times of successes from their actual start on. */
function serviceOf({ blocks }: TrialEntry): Times | undefined {
  const histogram = LatencyHistogram.of(blocks.flatMap(({ cells }) => cells.map(({ service }) => service)));
  const { count, meanUs } = histogram;
  if (count === 0 || meanUs === undefined || meanUs <= 0) return undefined;
  let squares = 0;
  for (const [index, times] of histogram.buckets()) squares += times * (highestEquivalent(index) - meanUs) ** 2;
  return { count, meanS: meanUs / 1e6, variation: squares / count / meanUs ** 2 };
}

/** Mean time without the wait for a place. */
function withoutWait({ meanS, variation }: Times, throughput: number, perS: number, arrivalVariation: number): number {
  const use = perS / throughput;
  let serviceS = meanS;
  for (let round = 0; round < ROUNDS; round++) {
    const places = Math.max(1, throughput * serviceS);
    const even = Math.exp((-2 * (1 - use) * (1 - arrivalVariation) ** 2) / (3 * use * (arrivalVariation + variation + TINY)));
    const wait = even * (use ** (Math.sqrt(2 * (places + 1)) - 1) / (places * (1 - use))) * ((arrivalVariation + variation) / 2);
    serviceS = meanS / (1 + wait);
  }
  return serviceS;
}

function textOf(
  { calls, atLeast, throughput, serviceUs, cpuCores, machineCores, gauges }: Omit<WorksOn, 'text'>,
  instances: number,
): string {
  const about = amountText(calls < 10 ? Math.round(calls * 10) / 10 : Math.round(calls));
  const works = `works on ${atLeast ? 'at least' : 'about'} ${about} ${about === '1' ? 'call' : 'calls'} at a time${instances === 1 ? '' : `, all ${instances} instances together`} (${rateText(throughput)} x ${latencyText(serviceUs)} each)`;
  const pools =
    gauges === undefined
      ? ''
      : `; ${Object.entries(gauges)
          .map(([name, value]) => `${name} ${amountText(value)}`)
          .join(', ')}`;
  if (cpuCores === undefined) return `${works}${pools}`;
  const share = machineCores === undefined ? '' : `, ${shareText(cpuCores / machineCores)} of the machine`;
  const cpu = `${works} while its CPU is at ${coresText(cpuCores)}${share}`;
  return `${cpu}${meaning(calls, cpuCores, instances, atLeast)}${pools}`;
}

/** What that may come from. The process that is read is one of the instances. */
function meaning(calls: number, cpuCores: number, instances: number, atLeast: true | undefined): string {
  const coresForACall = (cpuCores * instances) / calls;
  if (atLeast) return '';
  if (coresForACall >= COMPUTES)
    return cpuCores < 1.3 && calls / instances < 1.5 ? ': a single thread that computes' : ': it computes, and CPU is the limit';
  if (coresForACall > WAITS) return '';
  const places = Math.max(1, Math.round(calls));
  return `: a pool or a lock of ${places}`;
}
