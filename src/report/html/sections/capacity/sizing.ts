import { plainMemoryText } from '../../../../capacity/plain-formula.js';
import type { SizingCount, SizingFigures } from '../../../../capacity/sizing-figures.js';
import { ABSENT, countText, numberText, rateText, ratioText } from '../../../figure-text.js';
import { calculator } from '../../calculator/calculator.js';
import { dataTable } from '../../data-table.js';
import { type Html, html, NOTHING } from '../../html.js';
import { pageAsset } from '../../page-asset.js';
import type { SectionMaker } from '../../section.js';
import { COUNTS } from './count-words.js';

const number = (value: number | null | undefined, digits = 2): string =>
  value === undefined || value === null
    ? ABSENT
    : numberText(value) === String(value)
      ? String(value)
      : String(Number(value.toFixed(digits)));

/** Four significant digits: a CPU time of a call is far below a second. */
const figure = (value: number): string => String(Number(value.toPrecision(4)));

/** Instances for the planned traffic with every assumption: the table stands with scripts blocked; the calculator is drawn beside it. */
export const sizingSection: SectionMaker = async (view) => {
  const sizing = view.result.capacity?.sizing;
  if (sizing === undefined) return undefined;
  return {
    id: 'sizing',
    title: 'Sizing',
    body: sizingBody(sizing, view.result.run.scenario),
    script: await pageAsset('calculator.js'),
  };
};

function sizingBody(sizing: SizingFigures, scenario: string): Html {
  const { instances, binding, chain, warnings, inputs, counts, sensitivity, burstAbsorbed } = sizing;
  return html`<p class="lead">${instances === null ? 'No number of instances is enough' : html`<strong>${instances} instances</strong>`} for ${rateText(sizing.plannedCalls)} at the planned peak${
    binding.length === 0 ? NOTHING : html`; what binds: ${binding.map((count) => COUNTS[count]).join(', ')}`
  }.</p>
${calculator(sizing.question, scenario)}
<ol class="chain">${chain.map((step) => html`<li>${step}</li>`)}</ol>
${
  sensitivity === undefined
    ? NOTHING
    : html`<p class="note">At both ends of what was measured: ${number(sensitivity.confirmed)} instances by the confirmed rate, ${sensitivity.smallestFail === null ? 'none known' : `${number(sensitivity.smallestFail)} by the smallest that failed`}.${
        burstAbsorbed === undefined
          ? NOTHING
          : ` Without buying the burst: ${burstAbsorbed.instances} instances, and a wait of ${number(burstAbsorbed.addedWaitS * 1000, 0)} ms more while it lasts.`
      }</p>`
}
${dataTable({
  label: 'Instances that each count asks for',
  columns: [{ head: 'Count' }, { head: 'Instances', numeric: true }, { head: 'Binds' }],
  rows: (Object.keys(COUNTS) as SizingCount[]).flatMap((count) => {
    const value = counts[count];
    if (value === undefined) return [];
    const shown = value === null ? 'none suffice' : value === 0 ? 'does not apply' : String(value);
    return [[COUNTS[count], shown, binding.includes(count) ? 'yes' : '']];
  }),
})}
${warnings.length === 0 ? NOTHING : html`<h3>What instances cannot cure, and what is taken for granted</h3><ul class="caveats">${warnings.map((text) => html`<li>${text}</li>`)}</ul>`}
${fleetTable(sizing)}${faultTable(sizing)}${dependencyNote(sizing)}${autoscalingTable(sizing)}${plainFormula(sizing)}
<h3>Every input, and where it comes from</h3>
${dataTable({
  label: 'Inputs of the sizing',
  columns: [{ head: 'Input' }, { head: 'Value', numeric: true }, { head: 'Unit' }, { head: 'Source' }, { head: '95 % interval' }],
  rows: inputs.map(({ name, value, unit, source, interval }) => [
    html`<code>${name}</code>`,
    value === null ? 'none' : typeof value === 'number' ? figure(value) : value,
    unit,
    source,
    interval === undefined ? '' : `${figure(interval[0])} to ${figure(interval[1])}`,
  ]),
})}`;
}

function fleetTable({ fleet, instances }: SizingFigures): Html {
  if (fleet === undefined) return NOTHING;
  const { utilisation } = fleet;
  const rows: readonly (readonly [string, string])[] = [
    ['use of the capacity, all up', ratioText(utilisation.allUp)],
    ...(utilisation.instanceLoss === undefined ? [] : [['with instances lost', ratioText(utilisation.instanceLoss)] as const]),
    ...(utilisation.zoneLoss === undefined ? [] : [['with a zone lost', ratioText(utilisation.zoneLoss)] as const]),
    ...(utilisation.rollingUpdate === undefined
      ? []
      : [['during a rolling update', ratioText(utilisation.rollingUpdate)] as const]),
    ['worst failure', ratioText(fleet.worstFailureUtilisation)],
    ['survivors of the larger loss', number(fleet.survivors)],
    ['load of the hottest survivor, of the mean', `${number(fleet.hotspotLoad)} x`],
    ['calls in flight (rate x response time)', number(fleet.inflight, 0)],
    ['memory of the hottest survivor', fleet.memoryMb === undefined ? ABSENT : `${number(fleet.memoryMb, 0)} MB`],
    ['descriptors of the hottest survivor', number(fleet.descriptors, 0)],
    ['sessions coming back after the loss', rateText(fleet.reconnectRate)],
    ['cores in use, all instances', number(fleet.coresTotal)],
    ['cores of the hottest survivor', number(fleet.coresWorst)],
    ['capacity over the stated peak', `${number(fleet.overPeak)} x`],
    ...(fleet.costMonth === undefined ? [] : [['price a month (730 h)', number(fleet.costMonth)] as const]),
    ...(fleet.costPerMillionCalls === undefined
      ? []
      : [['price of a million calls', number(fleet.costPerMillionCalls, 4)] as const]),
  ];
  return html`<h3>The fleet of ${instances} instances</h3>${dataTable({
    label: 'Figures of the fleet',
    columns: [{ head: 'Figure' }, { head: 'Value', numeric: true }],
    rows: rows.filter(([, value]) => value !== ABSENT),
  })}`;
}

function faultTable({ underFaults }: SizingFigures): Html {
  if (underFaults.length === 0) return NOTHING;
  return html`<h3>Under each tested dependency failure</h3>${dataTable({
    label: 'Instances under each dependency failure',
    columns: [
      { head: 'Under' },
      { head: 'Instances', numeric: true },
      { head: 'Use at the planned number', numeric: true },
      { head: 'Why' },
    ],
    rows: underFaults.map(({ name, instances, utilisationAtPlannedInstances, reason }) => [
      name,
      instances === null ? 'cannot be bought' : String(instances),
      utilisationAtPlannedInstances === undefined ? ABSENT : ratioText(utilisationAtPlannedInstances),
      reason ?? '',
    ]),
  })}`;
}

function dependencyNote({ dependency }: SizingFigures): Html {
  if (dependency === undefined) return NOTHING;
  const { connections, room, instances, instancesThatFit, poolThatFits, utilisation } = dependency;
  return html`<h3>The dependency they share</h3><p>${instances} instances open ${connections} connections; ${room} are left for them, enough for ${instancesThatFit} instances, or a pool of ${poolThatFits} in each.${utilisation === null ? NOTHING : ` It is used to ${ratioText(utilisation)}.`}</p>`;
}

function autoscalingTable({ autoscaling }: SizingFigures): Html {
  if (autoscaling === undefined) return NOTHING;
  return html`<h3>Autoscaler</h3><p class="note">Beside the usual starting point of 2 to 10 replicas at 70 % CPU and 80 % memory. A memory target is no target for servers that hold sessions or collect garbage.</p>${dataTable(
    {
      label: 'Autoscaler',
      columns: [{ head: 'Setting' }, { head: 'Value', numeric: true }],
      rows: [
        ['fewest replicas', String(autoscaling.minReplicas)],
        ['most replicas', String(autoscaling.maxReplicas)],
        ['CPU target', `${autoscaling.targetPercent} %`],
        ['CPU request', `${number(autoscaling.requestCores)} cores`],
        ['replicas at the planned peak', number(autoscaling.replicasAtPlannedPeak)],
        ['highest target at which new ones come in time', ratioText(autoscaling.targetLag)],
        ['highest target at which survivors hold', ratioText(autoscaling.targetSurvive)],
        ['pod disruption budget, unavailable at most', String(autoscaling.pdbMaxUnavailable)],
      ],
    },
  )}`;
}

function plainFormula({ plainFormula: plain }: SizingFigures): Html {
  if (plain === undefined) return NOTHING;
  return html`<h3>The plain formula, and what it misses</h3><p>cores = rate x CPU x 1.5, memory = rate x MB x 1.5, instances = cores / cores of one: <strong>${number(plain.cores)} cores, ${plainMemoryText(plain.memoryMb)}, ${countText(plain.instances, 'instance')}</strong>. Its buffer hides a utilisation of ${ratioText(plain.impliedUtilisation)}.</p><ul class="caveats">${plain.misses.map((text) => html`<li>${text}</li>`)}</ul>`;
}
