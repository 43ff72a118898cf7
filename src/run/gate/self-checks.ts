import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileAtomically } from '../../journal/atomic-file.js';
import { machineDifferences } from '../../result/machine-differences.js';
import type { Result } from '../../result/result.js';
import { type SelfCheck, selfChecksSchema } from '../../result/self-check.js';
import { type RunFolder, scenarioFolder } from '../run-folder.js';

/** Self-checks that a file keeps: of so many machines and workloads, the oldest go. */
const MOST = 50;
/** Fewer pairs tell too little of a spread. */
const LEAST_PAIRS = 5;

/** Which self-check is asked for. */
export type SelfCheckQuestion = Pick<SelfCheck, 'host' | 'scenarioHash'> & Partial<Pick<SelfCheck, 'phase' | 'mode' | 'under'>>;

const fileIn = (folder: string): string => join(folder, 'gate-self.json');

/** What a gate tells as a self-check; undefined where it was none, was not played to its end, or has too few pairs. */
function selfCheckOf({ run, gate }: Pick<Result, 'run' | 'gate'>): SelfCheck | undefined {
  if (gate?.self !== true || run.end !== 'completed' || gate.sameProcesses) return undefined;
  const pairs = gate.pairs.filter(({ discarded }) => discarded === undefined).length;
  const metrics = gate.metrics.flatMap(({ name, pairSd }) => (pairSd === undefined ? [] : [{ name, pairSd }]));
  if (pairs < LEAST_PAIRS || metrics.length === 0) return undefined;
  const { mode, phase, under } = gate;
  return {
    runId: run.id,
    startedAt: run.startedAt,
    host: { ...run.host },
    scenarioHash: run.scenarioHash,
    mode,
    phase,
    ...(under === undefined ? {} : { under }),
    pairs,
    metrics,
  };
}

/** What is to be said of a self-check that was to be kept. */
export interface KeptSaid {
  readonly level: 'info' | 'warning';
  readonly text: string;
}

/**
 * Keeps the spread of a gate that was a self-check beside the run folders of its scenario, in place of the last one of its kind. Where the
 * run folder was put elsewhere nothing is written: a place that nobody named is no place for a file.
 * @returns what a reader should know of it; undefined where there is nothing to say. Never throws.
 */
export function keepFinishedCheck(
  { result, folder }: { readonly result: Pick<Result, 'run' | 'gate'>; readonly folder: Pick<RunFolder, 'dir'> },
  { usualPlace }: { readonly usualPlace: boolean },
): KeptSaid | undefined {
  const check = selfCheckOf(result);
  if (check === undefined) return undefined;
  if (!usualPlace) {
    const place = scenarioFolder(result.run.scenario);
    return {
      level: 'info',
      text: `validate and compare know the spread of self-checks in ${place} alone: for that leave --out out`,
    };
  }
  const parent = dirname(folder.dir);
  try {
    const others = readChecks(parent).filter((kept) => !isOneKind(kept, check));
    const checks = [check, ...others].slice(0, MOST);
    writeFileAtomically(fileIn(parent), `${JSON.stringify({ schema: 'plimsoll.gate-self/1', checks }, undefined, 2)}\n`);
    return undefined;
  } catch (error) {
    return { level: 'warning', text: `the spread could not be kept for later: ${(error as Error).message}` };
  }
}

/** The last self-check of a machine and workload, from beside the run folders of its scenario; undefined where none is known. */
export const lastSelfCheck = (folder: string, { phase, mode, ...asked }: SelfCheckQuestion): SelfCheck | undefined =>
  readChecks(folder).find((kept) => isOneKind(kept, { ...asked, phase: phase ?? kept.phase, mode: mode ?? kept.mode }));

const isOneKind = (
  kept: SelfCheck,
  { host, scenarioHash, phase, mode, under }: Pick<SelfCheck, 'host' | 'scenarioHash' | 'phase' | 'mode' | 'under'>,
): boolean =>
  kept.host.hostname === host.hostname &&
  machineDifferences(kept.host, host).length === 0 &&
  kept.scenarioHash === scenarioHash &&
  kept.phase === phase &&
  kept.mode === mode &&
  kept.under === under;

/** A file that is not there, or that is none, tells nothing: it is written anew by the next self-check. */
function readChecks(folder: string): readonly SelfCheck[] {
  try {
    const parsed = selfChecksSchema.safeParse(JSON.parse(readFileSync(fileIn(folder), 'utf8')));
    return parsed.success ? parsed.data.checks : [];
  } catch {
    return [];
  }
}
