import { EXIT } from '../errors/exit-codes.js';
import type { Verdict } from '../result/verdict.js';

const MEANINGS: Readonly<Record<number, string>> = {
  [EXIT.pass]: 'every judged limit was met',
  [EXIT.internalError]: 'internal error: a bug in plimsoll',
  [EXIT.usage]: 'bad usage or scenario',
  [EXIT.sloMissed]: 'SLO missed',
  [EXIT.worseThanBaseline]: 'worse than the baseline',
  [EXIT.inconclusive]: 'inconclusive: not enough to judge',
  [EXIT.target]: 'target not reachable, not ready, or not MCP',
  [EXIT.faultEngine]: 'fault engine not reachable, wedged, or cleaning up failed',
  [EXIT.machine]: 'this machine: disk full, out of descriptors, port taken',
  [EXIT.interrupted]: 'stopped by SIGINT',
  [EXIT.terminated]: 'stopped by SIGTERM',
};

/** What an exit code of plimsoll stands for. */
const exitMeaning = (exitCode: number): string => MEANINGS[exitCode] ?? 'not an exit code of plimsoll';

/** What the exit code of a verdict stands for: of a capacity search that it confirmed a rate, or that the plan does not fit. */
export function verdictMeaning({ exitCode, checks, outcome }: Pick<Verdict, 'exitCode' | 'checks' | 'outcome'>): string {
  if (outcome === 'invalid' && exitCode === EXIT.pass) return 'in doubt: a warning only, as asked for (--on-doubt warn)';
  if (outcome === 'invalid' && exitCode === EXIT.inconclusive) return 'in doubt: this machine was too noisy to tell';
  if (checks.some(({ source }) => source === 'gate')) {
    if (exitCode === EXIT.pass) return 'no regression';
    if (exitCode === EXIT.worseThanBaseline) return 'the candidate is worse than the baseline';
    if (exitCode === EXIT.sloMissed) return 'the candidate misses an SLO that the baseline meets';
    if (exitCode === EXIT.target) return 'the candidate cannot be loaded';
  }
  if (checks.some(({ metric }) => metric === 'capacity')) {
    const unfit = checks.some(({ metric, outcome }) => metric === 'instances' && outcome === 'fail');
    if (exitCode === EXIT.pass) return 'a soak confirmed the capacity';
    if (exitCode === EXIT.sloMissed) return unfit ? 'the plan does not fit' : 'no capacity: the SLO was missed';
  }
  return exitMeaning(exitCode);
}
