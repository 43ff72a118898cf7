import type { MeasuredResult } from '../result/result.js';
import type { Verdict } from '../result/verdict.js';
import { latencyText, numberText } from '../text/figure-text.js';

/** How much the machine that made the load disturbed a run. */
export interface MachineWords {
  readonly state: 'quiet' | 'noisy' | 'unknown';
  /** `quiet`; `noisy in 12 of 30 s, up to 45 ms`. */
  readonly text: string;
  /** What could not be seen of it, in a sentence; absent where all was seen. */
  readonly unseen?: string;
}

/** Share of the seconds that may be disturbed on a machine that is called quiet, while no figure could have changed by a millisecond. */
const QUIET_SHARE = 0.05;
const SLIGHT_US = 1000;

const UNSEEN: Readonly<Record<MeasuredResult['validity']['disturbed']['view'], string | undefined>> = {
  'run-delay': undefined,
  pressure: 'The processes of the server cannot be seen from here. The CPU pressure of the whole machine counts as its delay.',
  elsewhere: 'The server runs on another machine. Noise there is not seen.',
  none: 'Nothing tells how long the server waited for a core of this machine. Each missed latency limit is in doubt.',
  unknown: 'The journal holds no delays. The lateness of starts counts in their place.',
};

/** Pure. */
export function machineWords(
  { validity: { disturbed } }: Pick<MeasuredResult, 'validity'>,
  { checks }: Pick<Verdict, 'checks'>,
): MachineWords {
  const unseen = UNSEEN[disturbed.view];
  const rest = unseen === undefined ? {} : { unseen };
  if (disturbed.of === 0) return { state: 'unknown', text: 'not measured', ...rest };
  const shiftUs = Math.max(0, ...checks.map((check) => check.shiftUs ?? 0));
  const slight = shiftUs < SLIGHT_US && disturbed.seconds <= QUIET_SHARE * disturbed.of;
  if (slight) return { state: 'quiet', text: 'quiet', ...rest };
  const most = shiftUs < SLIGHT_US ? '' : `, up to ${latencyText(shiftUs)}`;
  return { state: 'noisy', text: `noisy in ${numberText(disturbed.seconds)} of ${numberText(disturbed.of)} s${most}`, ...rest };
}
