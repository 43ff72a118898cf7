import { buildFigureText, changeText, detectsText, metricText } from '../../../../gate/gate-words.js';
import type { GateFigures, GateMetricFigures } from '../../../../result/gate-figures.js';
import { compact } from '../../../../scenario/file/compact.js';
import {
  ABSENT,
  bytesText,
  countText,
  givenLatencyText,
  latencyText,
  numberText,
  percentText,
  signedPercent,
  spanText,
} from '../../../../text/figure-text.js';
import { type RatioRow, ratioChartSpec } from '../../../charts/ratio-chart-spec.js';
import { column, numeric } from '../../../column.js';
import { dataTable, type Html, html, NOTHING, type SectionMaker } from '../../html.js';
import { outcomeBadge } from '../../outcome-badge.js';
import { staticPlot } from '../../static-plot.js';

const OUTCOMES = { worse: 'fail', 'not-worse': 'pass', open: 'inconclusive', 'not-judged': 'not-applicable' } as const;

/** The answer of a gate: each judged metric with its change, the pairs behind it, and what it could have found. */
export const gateSection: SectionMaker = async ({ result }) => {
  const { gate } = result;
  if (gate === undefined) return undefined;
  const counted = gate.pairs.filter(({ discarded }) => discarded === undefined);
  const rows = gate.metrics.flatMap((metric) => ratioRow(metric, gate) ?? []);
  return {
    id: 'gate',
    title: gate.self === true ? 'The build against itself' : 'Candidate against baseline',
    body: html`<p>Baseline <strong>${gate.baseline}</strong>${gate.self === true ? NOTHING : html`, candidate <strong>${gate.candidate}</strong>`}: phase ${gate.phase}${
      gate.under === undefined ? '' : ` under ${gate.under}`
    }, ${countText(counted.length, 'pair')}, ${gate.mode === 'duet' ? 'both builds by turns' : 'one build after the other'}.${
      gate.sameProcesses
        ? ' The same processes answered in every pair: a difference between the two processes themselves cannot be told from one between the builds, so every interval is wider.'
        : ''
    }</p>
${metricTable(gate.metrics)}
${
  rows.length === 0
    ? NOTHING
    : html`<figure><figcaption>Change of each metric</figcaption>${await staticPlot(
        (size) => ratioChartSpec(rows, size),
        'wide',
        `Change of ${rows.map(({ label, change }) => `${label} ${signedPercent(change)}`).join(', ')}: figures are in the table above`,
      )}<p class="note">Dots are pairs, the bar is the 95 % interval of their mean. Dashed line: what counts as worse. Solid line: what a change has to stay under to pass.</p></figure>`
}
${detectsText(gate) === undefined ? NOTHING : html`<p>This gate ${detectsText(gate)}. What is smaller passes unseen in more than one of ten gates.</p>`}
${contract(gate)}
<h3>Tools</h3>
${toolTable(gate.tools)}
<h3>Pairs</h3>
${pairTable(gate.pairs)}`,
  };
};

function ratioRow(metric: GateMetricFigures, { pairs }: GateFigures): RatioRow | undefined {
  const { ratio, interval, regression = 0, margin, outcome, tool } = metric;
  if (ratio === undefined || interval === undefined) return undefined;
  const own = tool === undefined ? FIGURES[metric.metric] : undefined;
  return {
    label: metricText(metric),
    change: ratio - 1,
    low: interval[0] - 1,
    high: interval[1] - 1,
    pairs:
      own === undefined
        ? []
        : pairs.flatMap(({ baseline, candidate, discarded }) => {
            const [base, head] = [baseline[own], candidate[own]];
            return discarded === undefined && base && head ? [head / base - 1] : [];
          }),
    regression,
    margin,
    worse: outcome === 'worse',
  };
}

/** Where a pair keeps a metric. */
const FIGURES: Readonly<Partial<Record<GateMetricFigures['metric'], 'p50Us' | 'p95Us' | 'p99Us' | 'cpuUs'>>> = {
  p50: 'p50Us',
  p95: 'p95Us',
  p99: 'p99Us',
  cpu: 'cpuUs',
};

const metricTable = (metrics: readonly GateMetricFigures[]): Html =>
  dataTable(metrics, {
    label: 'Judged metrics',
    columns: [
      column('Metric', metricText),
      numeric('Baseline', ({ unit, baseline }) => buildFigureText(unit, baseline)),
      numeric('Candidate', ({ unit, candidate }) => buildFigureText(unit, candidate)),
      numeric('Change (95 % interval)', changeText),
      numeric('Worse from', ({ regression }) => (regression === undefined ? ABSENT : signedPercent(regression))),
      numeric('Passes under', ({ margin, unit }) =>
        unit === 'us' ? signedPercent(margin) : `${percentText(margin)} more failures`,
      ),
      numeric('Finds', ({ smallestDetectable }) =>
        smallestDetectable === undefined ? ABSENT : signedPercent(smallestDetectable),
      ),
      column('Outcome', ({ outcome }) => outcomeBadge(OUTCOMES[outcome])),
    ],
  });

const toolTable = (tools: GateFigures['tools']): Html =>
  dataTable(tools, {
    label: 'Tools',
    columns: [
      column('Tool', ({ tool }) => tool),
      numeric('Calls', ({ calls }) => numberText(calls)),
      numeric('Baseline p95', ({ baselineP95Us }) => buildFigureText('us', baselineP95Us)),
      numeric('Candidate p95', ({ candidateP95Us }) => buildFigureText('us', candidateP95Us)),
      numeric('Change (95 % interval)', ({ ratio, interval, baselineP95Us, candidateP95Us }) =>
        changeText({
          unit: 'us',
          ...compact({ ratio, interval, baseline: baselineP95Us, candidate: candidateP95Us }),
        }),
      ),
    ],
    empty: 'No call was counted.',
  });

const pairTable = (pairs: GateFigures['pairs']): Html =>
  dataTable(pairs, {
    label: 'Pairs',
    dense: true,
    columns: [
      column('Pair', ({ index }) => String(index)),
      numeric('p95 baseline', ({ baseline }) => buildFigureText('us', baseline.p95Us)),
      numeric('p95 candidate', ({ candidate }) => buildFigureText('us', candidate.p95Us)),
      numeric('Failed', ({ baseline, candidate }) => `${numberText(baseline.failed)} / ${numberText(candidate.failed)}`),
      numeric('Calls', ({ baseline, candidate }) => `${numberText(baseline.calls)} / ${numberText(candidate.calls)}`),
      numeric('CPU per call', ({ baseline, candidate }) => both(baseline.cpuUs, candidate.cpuUs, latencyText)),
      numeric('Memory', ({ baseline, candidate }) => both(baseline.rssBytes, candidate.rssBytes, bytesText)),
      numeric('Start', ({ baseline, candidate }) => both(baseline.startS, candidate.startS, spanText)),
      numeric('Took', ({ tookS }) => spanText(tookS)),
      numeric('Of it plimsoll', ({ ownS }) => spanText(ownS)),
      column('Remark', ({ discarded, baseline, candidate }) => discarded ?? candidate.died ?? baseline.died ?? ''),
    ],
    empty: 'No pair was finished.',
  });

const both = (baseline: number | undefined, candidate: number | undefined, text: (value: number) => string): string =>
  baseline === undefined && candidate === undefined
    ? ABSENT
    : `${baseline === undefined ? ABSENT : text(baseline)} / ${candidate === undefined ? ABSENT : text(candidate)}`;

function contract({ contract: { rule, changes }, edgeMs, blockMs }: GateFigures): Html {
  const lengths =
    blockMs === undefined || edgeMs === undefined
      ? NOTHING
      : html`<p class="note">Turns of ${givenLatencyText(blockMs * 1000)}; the first ${givenLatencyText(edgeMs * 1000)} of each are made and not counted.</p>`;
  if (rule === 'ignore' || changes.length === 0) return lengths;
  return html`${lengths}<h3>Tool lists</h3><ul>${changes.map(({ tool, text }) => html`<li><strong>${tool}</strong>: ${text}</li>`)}</ul>`;
}
