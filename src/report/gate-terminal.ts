import { buildFigureText, changeText, detectsText, metricText } from '../gate/gate-words.js';
import type { GateFigures } from '../result/gate-figures.js';
import type { MeasuredResult } from '../result/result.js';
import type { Verdict } from '../result/verdict.js';
import { countText, spanText } from '../text/figure-text.js';
import { oneLine } from '../text/one-line.js';
import { verdictMeaning } from './exit-meaning.js';
import { SIGNS, type TerminalOptions, terminalPaint } from './terminal.js';

const MAX_TOOLS = 6;

/** Both builds and how much of it was measured: `base a1b2c3d, head 9f8e7d6; 5 pairs, 3 min 40 s`. */
export const gateFacts = (gate: GateFigures, { durationS }: Pick<MeasuredResult['run'], 'durationS'>): string => {
  const counted = gate.pairs.filter(({ discarded }) => discarded === undefined).length;
  const builds =
    gate.self === true ? `${gate.baseline} against itself` : `baseline ${gate.baseline}, candidate ${gate.candidate}`;
  return `${builds}; ${countText(counted, 'pair')}, ${spanText(durationS)}`;
};

/** Each tool with its change of p95, busiest first, in one line; undefined for a single tool, which is the whole. */
export const gateTools = ({ tools }: GateFigures): string | undefined =>
  tools.length < 2
    ? undefined
    : `p95 of ${tools
        .slice(0, MAX_TOOLS)
        .map(
          ({ tool, ratio, interval }) =>
            `${tool} ${changeText({ unit: 'us', ...(ratio === undefined ? {} : { ratio }), ...(interval === undefined ? {} : { interval }) })}`,
        )
        .join(' · ')}`;

/** The end of `plimsoll gate` on a terminal, line by line. */
export function renderTerminalGate(
  { run, gate, verdict }: { readonly run: MeasuredResult['run']; readonly gate: GateFigures; readonly verdict: Verdict },
  options: TerminalOptions,
): readonly string[] {
  const { paint, tones, verdictLine, table } = terminalPaint(options);
  const rows = [
    ['', 'baseline', 'candidate', 'change'],
    ...gate.metrics.map((metric) => [
      metricText(metric),
      buildFigureText(metric.unit, metric.baseline),
      buildFigureText(metric.unit, metric.candidate),
      changeText(metric),
    ]),
  ];
  const others = verdict.checks.filter(
    ({ metric, outcome }) => !gate.metrics.some(({ name }) => name === metric) && outcome !== 'pass',
  );
  const detects = detectsText(gate);
  const tools = gateTools(gate);
  return [
    verdictLine(verdict),
    paint.dim(`  ${oneLine(gateFacts(gate, run), 300)}`),
    '',
    ...table(rows),
    ...(tools === undefined ? [] : [`  ${oneLine(tools, 300)}`]),
    ...(detects === undefined ? [] : [paint.dim(`  ${detects}`)]),
    ...others.map(
      (check) => `  ${tones[check.outcome](SIGNS[check.outcome])} ${oneLine(`${check.name}: ${check.evidence}`, 400)}`,
    ),
    '',
    `  exit code ${verdict.exitCode}: ${verdictMeaning(verdict)}`,
  ];
}
