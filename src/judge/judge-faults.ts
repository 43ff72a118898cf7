import type { FaultFigures } from '../result/fault-figures.js';
import type { MeasuredResult } from '../result/result.js';
import type { CheckDraft } from '../result/verdict.js';
import { givenLatencyText, spanText } from '../text/figure-text.js';

type Run = MeasuredResult['run'];

/** Notes that say: from here on the faults are not what the scenario says. */
const TROUBLE_NOTES: ReadonlySet<string> = new Set(['fault-engine-lost', 'fault-left', 'fault-failed', 'fault-agent']);

/** Something that kept the faults of a run from being what the scenario planned. */
export interface FaultTrouble {
  readonly atS: number;
  readonly text: string;
}

const nameOf = ({ fault, recipe, dependency }: FaultFigures): string => `faults.${fault} (${recipe} on ${dependency})`;

/**
 * The first sign that faults were not carried out as planned: a note of the agent, a fault that was due and that nothing says was
 * injected, or one that nothing says was taken back although the run went to its end. Undefined where all went by plan.
 */
export function faultTrouble({ run, faults }: Pick<MeasuredResult, 'run' | 'faults'>): FaultTrouble | undefined {
  const note = run.notes.find(({ code }) => TROUBLE_NOTES.has(code));
  if (note !== undefined) return { atS: note.atS, text: note.text };
  const missing = faults.find((fault) => fault.startS === undefined && wasDue(fault, run));
  if (missing !== undefined)
    return { atS: missing.plannedAtS ?? 0, text: `${nameOf(missing)} was due, but its injection was not recorded` };
  const left = run.end !== 'completed' ? undefined : faults.find((f) => f.startS !== undefined && f.removedAtS === undefined);
  return left === undefined
    ? undefined
    : {
        atS: left.startS ?? 0,
        text: `the end of ${nameOf(left)} was not recorded: run \`plimsoll faults clean\` with this run's folder`,
      };
}

/** A run that was stopped owes only the faults that were due before. */
const wasDue = ({ plannedAtS }: FaultFigures, { end, durationS, notes }: Run): boolean => {
  if (end === 'completed') return true;
  const stoppedS = Math.min(durationS, ...notes.filter(({ code }) => code === end).map(({ atS }) => atS));
  return plannedAtS !== undefined && end !== 'cut-short' && plannedAtS + 1 < stoppedS;
};

/**
 * `recovery.within` of the scenario: back inside the plain SLO that long after each fault. Where recovery could not be watched for that
 * long nothing is proved.
 */
export function judgeRecovery(withinS: number, { faults }: Pick<MeasuredResult, 'faults'>): CheckDraft[] {
  return faults.flatMap((fault): CheckDraft[] => {
    const { recovery, startS, dependency, recipe } = fault;
    if (startS === undefined) return [];
    const base = {
      name: `recovery from ${recipe} on ${dependency} within ${givenLatencyText(withinS * 1e6)}`,
      source: 'slo',
      scope: `after ${recipe} on ${dependency}`,
      metric: 'recovery',
      limit: withinS * 1_000_000,
      unit: 'us',
    } as const;
    if (recovery === undefined)
      return [
        { ...base, outcome: 'inconclusive', evidence: 'the SLO was missed before the fault: there is nothing to come back to' },
      ];
    const { state, text, recoverS, watchedS = 0, windowS, inDoubt } = recovery;
    const late = (actual: number | null): CheckDraft => ({
      ...base,
      actual,
      outcome: inDoubt === true ? 'invalid' : 'fail',
      evidence:
        inDoubt === true
          ? `${text}; in seconds that were outside it, this machine delayed calls, which may have put them there: in doubt`
          : text,
    });
    if (recoverS !== undefined && recoverS <= withinS)
      return [{ ...base, actual: Math.round(recoverS * 1_000_000), outcome: 'pass', evidence: text }];
    if (recoverS !== undefined) return [late(Math.round(recoverS * 1_000_000))];
    if (state === 'stayed-down' && watchedS >= withinS + windowS) return [late(null)];
    // A second fault that cuts the watching short is the scenario's choice, and its own recovery is judged.
    return [{ ...base, outcome: 'inconclusive', evidence: `${text}; ${spanText(withinS + windowS)} are needed to tell` }];
  });
}
