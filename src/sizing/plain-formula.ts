import type { PlainFormula } from '../result/sizing-figures.js';
import type { SizingQuestion } from '../result/sizing-question.js';
import { amountText, countText, percentText } from '../text/figure-text.js';

/** What the plain formula reads: calls/s, cores in use a call/s, MB of a "connection", cores of an instance, and its buffer. */
export interface PlainInputs {
  readonly peakPerS: number;
  readonly cpuPerCallS: number;
  readonly memoryPerConnectionMb: number | null;
  readonly coresPerInstance: number;
  readonly buffer: number;
}

/** Two digits more than a float holds for sure, so that 1000 x 0.01 x 1.5 is 15. */
const exact = (value: number): number => Number(value.toPrecision(12));

/**
 * cores = rate x CPU x 1.5, memory = rate x MB x 1.5, instances = ceil(cores / cores of one): in wide use, and wrong in ways that are named
 * by {@link plainFormulaOf}.
 */
export function plainFormula(inputs: PlainInputs): Omit<PlainFormula, 'misses'> {
  const cores = exact(inputs.peakPerS * inputs.cpuPerCallS * inputs.buffer);
  return {
    cores,
    memoryMb:
      inputs.memoryPerConnectionMb === null ? null : exact(inputs.peakPerS * inputs.memoryPerConnectionMb * inputs.buffer),
    instances: Math.ceil(cores / inputs.coresPerInstance),
    impliedUtilisation: 1 / inputs.buffer,
  };
}

/** The plain formula for a sizing question, with what it misses in the numbers of that question. Undefined without CPU per call or cores. */
export function plainFormulaOf(question: SizingQuestion): PlainFormula | undefined {
  const { peakPerS, cpuPerCallS, cores } = question;
  if (cpuPerCallS === null || cores === null) return undefined;
  const memoryPerConnectionMb = question.callMemoryMb;
  const figures = plainFormula({ peakPerS, cpuPerCallS, memoryPerConnectionMb, coresPerInstance: cores, buffer: 1.5 });
  return { ...figures, misses: missesOf(question, figures, cpuPerCallS, cores) };
}

/** As every report writes it. */
export const plainMemoryText = (memoryMb: number | null): string =>
  memoryMb === null ? 'memory not known (instance.callMemory)' : `${amountText(memoryMb)} MB`;

function missesOf(
  question: SizingQuestion,
  { instances, impliedUtilisation }: Omit<PlainFormula, 'misses'>,
  cpuPerCallS: number,
  cores: number,
): readonly string[] {
  const { peakPerS, latencyS, callMemoryMb, sessionsHeld, sessionMemoryMb, capacityPerS, zones } = question;
  const use = (left: number) => (left < 1 ? 'nothing is left' : percentText((peakPerS * cpuPerCallS) / (left * cores)));
  const misses = [`its factor 1.5 is a hidden utilization target of ${percentText(impliedUtilisation)}`];
  if (latencyS !== null) {
    const inflight = peakPerS * latencyS;
    const memory = callMemoryMb === null ? '' : `, which take ${amountText(inflight * callMemoryMb)} MB`;
    misses.push(
      `it confuses calls per second with open connections: by Little's law ${amountText(peakPerS)}/s x ${amountText(latencyS)} s = ${amountText(inflight)} calls are in flight${memory}`,
    );
  }
  if (sessionsHeld > 0 && sessionMemoryMb !== null) {
    misses.push(
      `${amountText(sessionsHeld)} sessions held take ${amountText(sessionsHeld * sessionMemoryMb)} MB, whatever the rate`,
    );
  }
  if (question.baseMemoryMb !== null) misses.push(`each instance takes ${amountText(question.baseMemoryMb)} MB without any load`);
  const zoneLoss = zones > 1 ? `, with a zone of ${zones} down ${use(instances - Math.ceil(instances / zones))}` : '';
  misses.push(
    `no failure: CPU ${use(instances)} with all ${countText(instances, 'instance')} up, with one down ${use(instances - 1)}${zoneLoss}`,
  );
  const carried = instances * capacityPerS;
  misses.push(
    `no SLO: it assumes ${amountText(cores / cpuPerCallS)} calls/s of an instance at 100 % CPU, the sizing counts ${amountText(capacityPerS)}; its ${countText(instances, 'instance')} ${instances === 1 ? 'carries' : 'carry'} ${amountText(carried)} calls/s, the planned peak is ${amountText(peakPerS * question.burst * (1 + question.growth))}`,
  );
  return misses;
}
