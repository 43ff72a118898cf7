import pc from 'picocolors';
import { buildFigureText, changeText, detectsText, metricText } from '../gate/gate-words.js';
import type { GateFigures } from '../result/gate-figures.js';
import type { MeasuredResult } from '../result/result.js';
import type { Check, Verdict } from '../result/verdict.js';
import { countText, spanText } from '../text/figure-text.js';
import { oneLine } from '../text/one-line.js';
import { verdictMeaning } from './exit-meaning.js';
import { columns, SIGNS, type TerminalOptions, WORDS } from './terminal.js';

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
  { colours }: TerminalOptions,
): readonly string[] {
  const paint = pc.createColors(colours);
  const tones: Readonly<Record<Check['outcome'], (text: string) => string>> = {
    pass: paint.green,
    fail: paint.red,
    inconclusive: paint.yellow,
    invalid: paint.magenta,
    'not-applicable': paint.dim,
  };
  const tone = tones[verdict.outcome];
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
    `${tone(paint.bold(`${SIGNS[verdict.outcome]} ${WORDS[verdict.outcome]}`))}  ${oneLine(verdict.summary, 400)}`,
    paint.dim(`  ${oneLine(gateFacts(gate, run), 300)}`),
    '',
    ...columns(rows).map((line, index) => (index === 0 ? paint.dim(line) : line)),
    ...(tools === undefined ? [] : [`  ${oneLine(tools, 300)}`]),
    ...(detects === undefined ? [] : [paint.dim(`  ${detects}`)]),
    ...others.map(
      (check) => `  ${tones[check.outcome](SIGNS[check.outcome])} ${oneLine(`${check.name}: ${check.evidence}`, 400)}`,
    ),
    '',
    `  exit code ${verdict.exitCode}: ${verdictMeaning(verdict)}`,
  ];
}
