import type { StretchNoise } from './noise/stretch.js';

/** What of this machine delayed calls or withheld load, in the order in which it is told. */
const KINDS = ['given-up', 'server-waited', 'threads-held', 'late', 'thread-full', 'stolen', 'throttled', 'busy'] as const;

/** One thing that this machine did in a phase, in words. It is shown beside a verdict and decides nothing. */
export interface MachineCause {
  readonly kind: (typeof KINDS)[number];
  /** By which it is compared with the same of another phase. */
  readonly size: number;
  readonly text: string;
}

const NOISE_WORDS: Readonly<Record<StretchNoise['causes'][number], Omit<MachineCause, 'size'>>> = {
  'server-waited': { kind: 'server-waited', text: 'the server under test waited for a core of this machine' },
  'threads-held': { kind: 'threads-held', text: 'load threads of plimsoll did not run when they had to' },
  'starts-late': { kind: 'late', text: 'starts were late' },
};

/** What was measured as delay, in the words of the other causes. */
export const causesOfNoise = ({ causes, delayMs }: StretchNoise): readonly MachineCause[] =>
  causes.map((cause) => ({ ...NOISE_WORDS[cause], size: NOISE_WORDS[cause].kind === 'late' ? 0 : delayMs }));

/** Each kind once, with its largest figure. */
export const distinctCauses = (causes: readonly MachineCause[]): readonly MachineCause[] =>
  KINDS.flatMap((kind) => {
    const [largest] = causes.filter((cause) => cause.kind === kind).sort((a, b) => b.size - a.size);
    return largest === undefined ? [] : [largest];
  });

/** Each kind once, with its largest figure and the phases in which it was: `starts were 30 ms late at p99 during steady, burst`. */
export function causesByPhase(
  phases: readonly { readonly name: string; readonly causes: readonly MachineCause[] }[],
): readonly string[] {
  return distinctCauses(phases.flatMap(({ causes }) => causes)).map(({ kind, text }) => {
    const names = phases.filter(({ causes }) => causes.some((cause) => cause.kind === kind)).map(({ name }) => name);
    return `${text} during ${[...new Set(names)].join(', ')}`;
  });
}
