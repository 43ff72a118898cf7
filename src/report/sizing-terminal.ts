import pc from 'picocolors';
import { countText, numberText } from '../capacity/number-text.js';
import { plainMemoryText } from '../capacity/plain-formula.js';
import type { SizingFigures } from '../capacity/sizing-figures.js';
import { oneLine } from '../text/one-line.js';
import { rateText, ratioText } from './figure-text.js';
import { columns, type TerminalOptions } from './terminal.js';

/** A sizing for a terminal, line by line: the answer, its chain, the counts, the fleet, faults, warnings, and the plain formula beside it. */
export function renderTerminalSizing(sizing: SizingFigures, { colours }: TerminalOptions): readonly string[] {
  const paint = pc.createColors(colours);
  const { instances, binding, plannedCalls, counts, chain, warnings, sensitivity, burstAbsorbed } = sizing;
  const answer =
    instances === null
      ? paint.red(`no number of instances is enough (${binding.join(', ')})`)
      : paint.bold(`${instances} instances (binding: ${binding.join(', ')})`);
  return [
    `${answer} for ${rateText(plannedCalls)} at the planned peak`,
    ...chain.map((line) => paint.dim(`  ${oneLine(line, 200)}`)),
    '',
    ...columns([
      ['counts', ...Object.keys(counts)],
      ['', ...Object.values(counts).map((count) => (count === null ? 'none' : count === 0 ? '-' : String(count)))],
    ]).map((line, index) => (index === 0 ? paint.dim(line) : line)),
    ...fleetLines(sizing),
    ...(sensitivity === undefined || sensitivity.smallestFail === null
      ? []
      : [`  by the smallest rate that failed: ${sensitivity.smallestFail} instances`]),
    ...(burstAbsorbed === undefined
      ? []
      : [
          `  without buying the burst: ${burstAbsorbed.instances} instances and ${numberText(burstAbsorbed.addedWaitS * 1000)} ms more of wait while it lasts`,
        ]),
    ...sizing.underFaults.map(
      ({ name, instances: needed, reason }) =>
        `  under ${oneLine(name, 80)}: ${needed === null ? (reason ?? 'no number is enough') : `${needed} instances`}`,
    ),
    ...autoscalingLines(sizing),
    ...measuredLines(sizing),
    ...(warnings.length === 0 ? [] : ['', ...warnings.map((text) => `  ${paint.yellow('!')} ${oneLine(text, 300)}`)]),
    ...plainLines(sizing).map((line) => paint.dim(line)),
  ];
}

function fleetLines({ fleet, dependency }: SizingFigures): readonly string[] {
  if (fleet === undefined) return [];
  const { utilisation, worstFailureUtilisation, survivors, coresTotal, coresWorst, memoryMb, inflight, costMonth } = fleet;
  const parts = [
    `in use ${ratioText(utilisation.allUp)} all up, ${ratioText(worstFailureUtilisation)} in the worst failure (${survivors} left)`,
    coresTotal === undefined ? undefined : `cores in use ${numberText(coresTotal)}`,
    coresWorst === undefined ? undefined : `${numberText(coresWorst)} by the hottest survivor`,
    memoryMb === undefined ? undefined : `its memory ${numberText(memoryMb)} MB`,
    inflight === undefined ? undefined : `in flight ${numberText(inflight)} calls`,
  ];
  const cost =
    costMonth === undefined
      ? []
      : [
          `  price ${numberText(costMonth)} a month${fleet.costPerMillionCalls === undefined ? '' : `, ${numberText(fleet.costPerMillionCalls)} a million calls`}`,
        ];
  return [
    '',
    `  ${parts.filter((part) => part !== undefined).join('; ')}`,
    ...cost,
    ...(dependency === undefined
      ? []
      : [
          `  connections ${dependency.connections} of ${dependency.room} (${dependency.instances} instances at once); a pool of ${dependency.poolThatFits} fits`,
        ]),
  ];
}

function autoscalingLines({ autoscaling }: SizingFigures): readonly string[] {
  if (autoscaling === undefined) return [];
  const { minReplicas, maxReplicas, targetPercent, worstRatioAt } = autoscaling;
  return [`  autoscaler: ${minReplicas} to ${maxReplicas} at ${targetPercent} % CPU (held down by a loss at ${worstRatioAt})`];
}

/** Inputs from a regression, with how sure they are. */
function measuredLines({ inputs }: SizingFigures): readonly string[] {
  const told = inputs.flatMap(({ name, value, unit, interval }) =>
    interval === undefined || typeof value !== 'number'
      ? []
      : [`${name} ${short(value)} ${unit} (${short(interval[0])} to ${short(interval[1])})`],
  );
  return told.length === 0 ? [] : [`  measured, 95 % intervals: ${told.join('; ')}`];
}

const short = (value: number): string => String(Number(value.toPrecision(3)));

function plainLines({ plainFormula }: SizingFigures): readonly string[] {
  if (plainFormula === undefined) return [];
  const { cores, memoryMb, instances, misses } = plainFormula;
  return [
    '',
    `  the plain formula: ${numberText(cores)} cores, ${plainMemoryText(memoryMb)}, ${countText(instances, 'instance')}; what it misses:`,
    ...misses.map((miss) => `    - ${oneLine(miss, 300)}`),
  ];
}
