import { buildFigureText, changeText, detectsText, metricText } from '../gate/gate-words.js';
import type { Result } from '../result/result.js';
import { column, numeric } from './column.js';
import { gateFacts, gateTools } from './gate-terminal.js';
import { markdownTable, markdownText } from './markdown-text.js';

const MAX_METRICS = 12;

/** The table of a gate, its builds and what it could have found: short enough for a comment. Nothing for any other run. */
export function markdownGate({ gate, run }: Pick<Result, 'gate' | 'run'>): readonly string[] {
  if (gate === undefined) return [];
  const detects = detectsText(gate);
  const tools = gateTools(gate);
  return [
    markdownText(gateFacts(gate, run), 400),
    markdownTable(
      gate.metrics,
      [
        column('', (metric) => markdownText(metricText(metric))),
        numeric('baseline', ({ unit, baseline }) => markdownText(buildFigureText(unit, baseline))),
        numeric('candidate', ({ unit, candidate }) => markdownText(buildFigureText(unit, candidate))),
        numeric('change', (metric) => markdownText(changeText(metric))),
      ],
      MAX_METRICS,
    ),
    ...(tools === undefined ? [] : [markdownText(tools, 400)]),
    ...(detects === undefined ? [] : [markdownText(detects)]),
  ];
}
