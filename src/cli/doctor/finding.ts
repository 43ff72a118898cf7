/** Something that the doctor found: `warning` may spoil a run, `problem` will. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'problem';
  /** Stable name, for instance `descriptors`. */
  readonly about: string;
  /** One sentence. */
  readonly text: string;
  readonly figures?: Readonly<Record<string, number | string>>;
}
