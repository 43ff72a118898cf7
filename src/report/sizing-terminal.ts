import type { SizingFigures } from '../result/sizing-figures.js';
import { plainMemoryText } from '../sizing/plain-formula.js';
import { burstText, connectionsText, drivenBy, rangeText, unfitText, warningLines } from '../sizing/sizing-words.js';
import { amountText, countText, rateText, ratioText } from '../text/figure-text.js';
import { oneLine } from '../text/one-line.js';
import { type TerminalOptions, terminalPaint } from './terminal.js';

/** A sizing for a terminal, line by line: the answer, its chain, the counts, the fleet, faults, warnings, and the plain formula beside it. */
export function renderTerminalSizing(sizing: SizingFigures, options: TerminalOptions): readonly string[] {
  const { paint, table } = terminalPaint(options);
  const { instances, doesNotFit, binding, plannedCalls, counts, chain, sensitivity, burstAbsorbed, question } = sizing;
  const range = rangeText(question, sensitivity);
  const planned = `${rateText(plannedCalls)} at the planned peak`;
  const unfit = unfitText(sizing);
  const warned = warningLines(sizing);
  return [
    instances === null
      ? paint.red(oneLine(`${planned} ${unfit}`, 300))
      : `${paint.bold(countText(instances, 'instance'))} for ${planned}, driven by: ${drivenBy(binding, question)}`,
    ...(doesNotFit?.remedies ?? []).map((remedy) => `  ${oneLine(remedy, 200)}`),
    ...chain.map((line) => paint.dim(`  ${oneLine(line, 200)}`)),
    '',
    ...table([
      ['instances by count', ...Object.keys(counts)],
      ['', ...Object.values(counts).map((count) => (count === null ? 'none' : count === 0 ? '-' : String(count)))],
    ]),
    ...fleetLines(sizing),
    ...(range === undefined ? [] : [`  ${range}`]),
    ...(burstAbsorbed === undefined ? [] : [`  ${burstText(burstAbsorbed)}`]),
    ...sizing.underFaults.map(
      ({ name, instances: needed, reason }) =>
        `  under ${oneLine(name, 80)}: ${needed === null ? (reason ?? 'no number is enough') : countText(needed, 'instance')}`,
    ),
    ...autoscalingLines(sizing),
    ...measuredLines(sizing),
    ...(warned.length === 0 ? [] : ['', ...warned.map((text) => `  ${paint.yellow('!')} ${oneLine(text, 300)}`)]),
    ...plainLines(sizing).map((line) => paint.dim(line)),
  ];
}

function fleetLines({ fleet, dependency, question }: SizingFigures): readonly string[] {
  if (fleet === undefined) return [];
  const isLossPlanned = question.surviveInstances > 0 || question.surviveZones > 0;
  const busiest = isLossPlanned ? 'the busiest remaining instance' : 'the busiest instance';
  const { utilisation, worstFailureUtilisation, survivors, coresTotal, coresWorst, memoryMb, inflight, costMonth } = fleet;
  const parts = [
    `utilization ${ratioText(utilisation.allUp)} all healthy${isLossPlanned ? `, ${ratioText(worstFailureUtilisation)} after the worst failure (${survivors} left)` : ''}`,
    coresTotal === undefined ? undefined : `cores in use ${amountText(coresTotal)}`,
    coresWorst === undefined ? undefined : `${amountText(coresWorst)} by ${busiest}`,
    memoryMb === undefined ? undefined : `memory of ${busiest} ${amountText(memoryMb)} MB`,
    inflight === undefined ? undefined : `in flight ${countText(inflight, 'call')}`,
  ];
  const cost =
    costMonth === undefined
      ? []
      : [
          `  price ${amountText(costMonth)} a month${fleet.costPerMillionCalls === undefined ? '' : `, ${amountText(fleet.costPerMillionCalls)} a million calls`}`,
        ];
  return [
    '',
    `  ${parts.filter((part) => part !== undefined).join('; ')}`,
    ...cost,
    ...(dependency === undefined ? [] : [`  ${connectionsText(dependency)}`]),
  ];
}

function autoscalingLines({ autoscaling, question }: SizingFigures): readonly string[] {
  if (autoscaling === undefined) return [];
  const { minReplicas, maxReplicas, targetPercent, targetLag, targetSurvive, worstRatioAt } = autoscaling;
  if (targetPercent < 1) return ['  autoscaler: no CPU target is safe'];
  const isLossPlanned = question.surviveInstances > 0 || question.surviveZones > 0;
  const held = isLossPlanned && targetSurvive < targetLag ? ` (held down by a loss at ${worstRatioAt})` : '';
  return [`  autoscaler: ${minReplicas} to ${maxReplicas} at ${targetPercent} % CPU${held}`];
}

/** Inputs from a regression, with how sure they are. */
function measuredLines({ inputs }: SizingFigures): readonly string[] {
  const told = inputs.flatMap(({ name, value, unit, interval }) =>
    interval === undefined || typeof value !== 'number'
      ? []
      : [`${name} ${amountText(value)} ${unit} (${amountText(interval[0])} to ${amountText(interval[1])})`],
  );
  return told.length === 0 ? [] : [`  measured, 95 % intervals: ${told.join('; ')}`];
}

function plainLines({ plainFormula }: SizingFigures): readonly string[] {
  if (plainFormula === undefined) return [];
  const { cores, memoryMb, instances, misses } = plainFormula;
  return [
    '',
    `  the plain formula: ${amountText(cores)} cores, ${plainMemoryText(memoryMb)}, ${countText(instances, 'instance')}; what it misses:`,
    ...misses.map((miss) => `    - ${oneLine(miss, 300)}`),
  ];
}
