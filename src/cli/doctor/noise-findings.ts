import type { GeneratorReading } from '../../run/generator/generator-reading.js';
import { othersText } from '../../run/quiet/others-use.js';
import type { QuietEnd } from '../../run/quiet/quiet-watch.js';
import { latencyText, rateText, ratioText } from '../../text/figure-text.js';
import type { Finding } from './finding.js';

/** Starts that may be missing from a phase that is to pass anything. */
const MISSING_STARTS = 0.01;
/** Delay that is worth a word, microseconds. */
const SLIGHT_US = 10_000;

/**
 * Whether this machine is too noisy for a run: by the rules of a run, with the delay of starts at its peak rate. Pure.
 * @param limitUs smallest latency limit of the scenario, microseconds
 * @param quiet what else uses the machine, where that was looked at
 */
export function noiseFindings(
  { lateness }: Pick<GeneratorReading, 'lateness'>,
  limitUs: number,
  quiet: QuietEnd | undefined,
): readonly Finding[] {
  return [latenessFinding(lateness, limitUs), ...(quiet === undefined ? [] : quietFinding(quiet))];
}

function latenessFinding(
  { ratePerS, starts, p50Us, p99Us, droppedByGenerator }: GeneratorReading['lateness'],
  limitUs: number,
): Finding {
  const finding = {
    about: 'lateness',
    figures: { p50Us, p99Us, droppedByGenerator },
  };
  const late = `starts at ${rateText(ratePerS)} were late by ${latencyText(p50Us)} (p50) and ${latencyText(p99Us)} (p99)`;
  const missing = droppedByGenerator / starts;
  if (missing > MISSING_STARTS)
    return {
      ...finding,
      level: 'problem',
      text: `${late}, and ${ratioText(missing)} of them were given up: load that is not made passes no limit.`,
    };
  if (p99Us > limitUs / 2)
    return {
      ...finding,
      level: 'problem',
      text: `${late}, more than half of the smallest limit (${latencyText(limitUs)}): a missed limit would be in doubt.`,
    };
  if (p99Us > SLIGHT_US || droppedByGenerator > 0)
    return { ...finding, level: 'warning', text: `${late}: a limit that is missed by no more than that would be in doubt.` };
  return { ...finding, level: 'ok', text: `${late}.` };
}

function quietFinding({ state, others, text }: QuietEnd): readonly Finding[] {
  if (state === 'unseen')
    return [{ level: 'warning', about: 'quiet', text: `${text ?? 'what else uses this machine cannot be seen'}.` }];
  if (others === undefined) return [];
  const figures = { othersCores: others.cores, ofCores: others.ofCores };
  return state === 'noisy'
    ? [
        {
          level: 'problem',
          about: 'quiet',
          text: `${othersText(others)}: end them, or wait longer with --wait-quiet 60s.`,
          figures,
        },
      ]
    : [{ level: 'ok', about: 'quiet', text: `${othersText(others)}.`, figures }];
}
