/** Something that the doctor found: `warning` may spoil a run, `problem` will. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'problem';
  /** Stable name, for instance `descriptors`. */
  readonly about: string;
  /** One sentence. */
  readonly text: string;
  readonly figures?: Readonly<Record<string, number | string>>;
}

/** One line a finding, problems last so that they are what stands above the prompt. */
export function renderFindings(findings: readonly Finding[]): readonly string[] {
  const order = ['ok', 'warning', 'problem'];
  const sorted = [...findings].sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  return sorted.map(({ level, about, text }) => `${level.padEnd(8)} ${about.padEnd(14)} ${text}`);
}
