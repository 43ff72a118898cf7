import type { SizingCount, SizingFigures } from '../../../../result/sizing-figures.js';
import { plainMemoryText } from '../../../../sizing/plain-formula.js';
import { burstText, COUNT_WORDS, connectionsText, drivenBy, rangeText, warningLines } from '../../../../sizing/sizing-words.js';
import { ABSENT, amountText, countText, rateText, ratioText, valueText } from '../../../../text/figure-text.js';
import { column, numeric } from '../../../column.js';
import { calculator } from '../../calculator/calculator.js';
import { dataTable, type Html, html, listColumns, NOTHING, type SectionMaker } from '../../html.js';
import { pageAsset } from '../../page-asset.js';

const number = (value: number | null | undefined): string => (value === undefined || value === null ? ABSENT : amountText(value));

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
  const { instances, doesNotFit, binding, chain, inputs, sensitivity, burstAbsorbed, question } = sizing;
  const range = rangeText(question, sensitivity);
  const warnings = warningLines(sizing);
  return html`<p class="lead">${
    instances === null
      ? html`<strong>The plan of ${rateText(sizing.plannedCalls)} ${doesNotFit?.summary ?? 'does not fit: no number of instances is enough'}</strong>.`
      : html`<strong>${countText(instances, 'instance')}</strong> for ${rateText(sizing.plannedCalls)} at the planned peak, driven by: ${drivenBy(binding, question)}.`
  }</p>
${doesNotFit === undefined || doesNotFit.remedies.length === 0 ? NOTHING : html`<ul class="caveats">${doesNotFit.remedies.map((text) => html`<li>${text}</li>`)}</ul>`}
${calculator(sizing, scenario)}
<ol class="chain">${chain.map((step) => html`<li>${step}</li>`)}</ol>
${range === undefined ? NOTHING : html`<p class="note">${range}</p>`}
${burstAbsorbed === undefined ? NOTHING : html`<p class="note">${burstText(burstAbsorbed)}</p>`}
${dataTable(countRows(sizing), {
  label: 'Instances that each count asks for',
  columns: [
    column('Count', ({ name }) => name),
    numeric('Instances', ({ instances }) => instances),
    column('Drives the answer', ({ drives }) => (drives ? 'yes' : '')),
  ],
})}
${warnings.length === 0 ? NOTHING : html`<h3>Limits and assumptions</h3><ul class="caveats">${warnings.map((text) => html`<li>${text}</li>`)}</ul>`}
${fleetTable(sizing)}${faultTable(sizing)}${dependencyNote(sizing)}${autoscalingTable(sizing)}${plainFormula(sizing)}
<h3>Every input, and where it comes from</h3>
${dataTable(inputs, {
  label: 'Inputs of the sizing',
  columns: [
    column('Input', ({ name }) => html`<code>${name}</code>`),
    numeric('Value', ({ name, value }) =>
      value === null ? (LIMITS.has(name) ? 'no limit' : 'not known') : typeof value === 'number' ? valueText(value) : value,
    ),
    column('Unit', ({ unit }) => unit),
    column('Source', ({ source }) => source),
    column('95 % interval', ({ interval }) =>
      interval === undefined ? '' : `${valueText(interval[0])} to ${valueText(interval[1])}`,
    ),
  ],
})}`;
}

interface CountRow {
  readonly name: string;
  readonly instances: string;
  readonly drives: boolean;
}

function countRows(sizing: SizingFigures): readonly CountRow[] {
  const { counts, binding, doesNotFit, question } = sizing;
  const rows = (Object.keys(counts) as SizingCount[]).flatMap((count): readonly CountRow[] => {
    const value = counts[count];
    if (value === undefined) return [];
    const instances = value === null ? 'no number is enough' : value === 0 ? 'does not apply' : String(value);
    return [{ name: countName(count, value, sizing), instances, drives: binding.includes(count) }];
  });
  if (doesNotFit?.allowed === undefined) return rows;
  return [...rows, { name: COUNT_WORDS.connections(question), instances: `at most ${doesNotFit.allowed}`, drives: true }];
}

/** Inputs that are limits: without one there is none, where all others are not known. */
const LIMITS: ReadonlySet<string> = new Set(['instance.memory', 'instance.heap', 'instance.maxSessions', 'instance.descriptors']);

/** A count that does not apply has no figures to name. */
const countName = (count: SizingCount, value: number | null, { question }: SizingFigures): string =>
  value !== 0
    ? COUNT_WORDS[count](question)
    : count === 'instanceLoss'
      ? 'losing an instance at peak'
      : count === 'zoneLoss'
        ? 'losing a zone at peak'
        : COUNT_WORDS[count](question);

function fleetTable({ fleet, instances, question }: SizingFigures): Html {
  if (fleet === undefined || instances === null) return NOTHING;
  const { utilisation } = fleet;
  const isLossPlanned = question.surviveInstances > 0 || question.surviveZones > 0;
  const rows: readonly (readonly [string, string])[] = [
    ['utilization, all healthy', ratioText(utilisation.allUp)],
    [COUNT_WORDS.instanceLoss(question), ratioText(utilisation.instanceLoss)],
    [COUNT_WORDS.zoneLoss(question), ratioText(utilisation.zoneLoss)],
    ['during a rolling update', ratioText(utilisation.rollingUpdate)],
    ['after the worst failure', isLossPlanned ? ratioText(fleet.worstFailureUtilisation) : ABSENT],
    ['instances left after the larger loss', isLossPlanned ? number(fleet.survivors) : ABSENT],
    [
      'load of the busiest remaining instance, relative to the mean',
      question.affinity === 'session' ? `${number(fleet.hotspotLoad)} x` : ABSENT,
    ],
    ['calls in flight (rate x response time)', number(fleet.inflight)],
    ['memory of the busiest remaining instance', fleet.memoryMb === undefined ? ABSENT : `${number(fleet.memoryMb)} MB`],
    ['descriptors of the busiest remaining instance', number(fleet.descriptors)],
    ['sessions that reconnect after the loss', fleet.reconnectRate > 0 ? rateText(fleet.reconnectRate) : ABSENT],
    ['cores in use, all instances', number(fleet.coresTotal)],
    ['cores of the busiest remaining instance', number(fleet.coresWorst)],
    ['capacity over the stated peak', `${number(fleet.overPeak)} x`],
    ['price a month (730 h)', number(fleet.costMonth)],
    ['price of a million calls', number(fleet.costPerMillionCalls)],
  ];
  return html`<h3>The fleet of ${countText(instances, 'instance')}</h3>${dataTable(
    rows.filter(([, value]) => value !== ABSENT),
    { label: 'Figures of the fleet', columns: listColumns(['Figure', 'Value']) },
  )}`;
}

function faultTable({ underFaults }: SizingFigures): Html {
  if (underFaults.length === 0) return NOTHING;
  return html`<h3>Under each tested dependency failure</h3>${dataTable(underFaults, {
    label: 'Instances under each dependency failure',
    columns: [
      column('Under', ({ name }) => name),
      numeric('Instances', ({ instances }) => (instances === null ? 'no number is enough' : String(instances))),
      numeric('Utilization at the planned number', ({ utilisationAtPlannedInstances }) =>
        utilisationAtPlannedInstances === undefined ? ABSENT : ratioText(utilisationAtPlannedInstances),
      ),
      column('Why', ({ reason }) => reason ?? ''),
    ],
  })}`;
}

function dependencyNote({ dependency, doesNotFit }: SizingFigures): Html {
  // Where its connections are the reason, the answer says all of it.
  if (dependency === undefined || doesNotFit?.allowed !== undefined) return NOTHING;
  return html`<h3>The database they share</h3><p>${connectionsText(dependency)}${dependency.utilisation === null ? NOTHING : ` The plan uses ${ratioText(dependency.utilisation)} of the calls that it can serve.`}</p>`;
}

function autoscalingTable({ autoscaling }: SizingFigures): Html {
  if (autoscaling === undefined) return NOTHING;
  return html`<h3>Autoscaler</h3><p class="note">A usual starting point is 2 to 10 replicas at 70 % CPU and 80 % memory. Do not scale servers that hold sessions or collect garbage by memory.</p>${dataTable(
    [
      ['minimum replicas', String(autoscaling.minReplicas)],
      ['maximum replicas', String(autoscaling.maxReplicas)],
      ['CPU target', autoscaling.targetPercent < 1 ? 'no safe target' : `${autoscaling.targetPercent} %`],
      ['CPU request', `${number(autoscaling.requestCores)} cores`],
      [
        'replicas at the planned peak',
        autoscaling.replicasAtPlannedPeak === null ? 'no number' : number(autoscaling.replicasAtPlannedPeak),
      ],
      ['highest target at which new replicas start in time', ratioText(autoscaling.targetLag)],
      ['highest target at which the remaining replicas cope', ratioText(autoscaling.targetSurvive)],
      ['pod disruption budget, most unavailable', String(autoscaling.pdbMaxUnavailable)],
    ],
    { label: 'Autoscaler', columns: listColumns(['Setting', 'Value']) },
  )}`;
}

function plainFormula({ plainFormula: plain }: SizingFigures): Html {
  if (plain === undefined) return NOTHING;
  return html`<h3>The plain formula, and what it misses</h3><p>cores = rate x CPU x 1.5, memory = rate x MB x 1.5, instances = cores / cores of one: <strong>${number(plain.cores)} cores, ${plainMemoryText(plain.memoryMb)}, ${countText(plain.instances, 'instance')}</strong>. Its buffer hides a utilization of ${ratioText(plain.impliedUtilisation)}.</p><ul class="caveats">${plain.misses.map((text) => html`<li>${text}</li>`)}</ul>`;
}
