import { figuresOfPair } from '../../gate/figures-of-pair.js';
import { judgedMetrics } from '../../gate/gate-rule.js';
import { changeText, metricText } from '../../gate/gate-words.js';
import type { PairEntry } from '../../journal/pair-entry.js';
import type { GateRequest, GateWatcher } from '../../run/gate/gate-request.js';
import { countText, latencyText, spanText } from '../../text/figure-text.js';
import type { Console } from '../console.js';
import { type Spoken, spokenSession } from '../spoken-session.js';

/** Says on stderr what a gate is doing, a line for each pair; with `quiet` only what is wrong. */
export function gateWatcher(
  console: Console,
  quiet: boolean,
  { settings }: { readonly settings: Pick<GateRequest['settings'], 'metrics' | 'tools' | 'pairs'> },
): Spoken<GateWatcher> {
  const { say, told } = spokenSession(console, quiet);
  return {
    ...told,
    onPair: (pair) => say(pairLine(pair, settings)),
    onLook: ({ outcome, unconfirmed }, pairs) =>
      say(
        `after ${countText(pairs, 'pair')}: ${
          outcome === 'more'
            ? unconfirmed.length > 0
              ? `${unconfirmed.join(', ')} worse, more pairs to confirm it`
              : 'more pairs are needed'
            : outcome
        }`,
      ),
  };
}

/** One line about a pair: each judged latency of both builds with its change, and how long the pair took. */
function pairLine(pair: PairEntry, settings: Pick<GateRequest['settings'], 'metrics' | 'tools' | 'pairs'>): string {
  const of = settings.pairs.looks.at(-1);
  const head = `pair ${pair.index + 1}/${of}  ${spanText(pair.tookS)}`;
  if (pair.discarded !== undefined) return `${head}  not counted: ${pair.discarded}`;
  const metrics = judgedMetrics({ metrics: settings.metrics, tools: [] });
  const { baseline, candidate } = figuresOfPair(pair, metrics);
  const told = metrics.flatMap(({ name, metric }) => {
    const [base, cand] = [baseline.metrics[name], candidate.metrics[name]];
    if (typeof base !== 'number' || typeof cand !== 'number') return [];
    return [
      `${metricText({ name, metric })} ${latencyText(base)} -> ${latencyText(cand)} (${changeText({ unit: 'us', ratio: cand / base, baseline: base, candidate: cand })})`,
    ];
  });
  const failed = [pair.baseline, pair.candidate].map(({ blocks }) => blocks.reduce((sum, block) => sum + block.failed, 0));
  const failures = failed.some((count) => count > 0) ? [`failed ${failed.join(' -> ')}`] : [];
  return [head, ...told, ...failures].join('  ');
}
