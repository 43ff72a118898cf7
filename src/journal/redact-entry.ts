import type { JournalEntry } from './journal-entry.js';

/** What takes secrets out of an entry; `Redactor` is one. */
export interface EntryRedactor {
  redact(text: string): string;
  redactData<T>(value: T): T;
}

type Kind = JournalEntry['type'];
type EntryOf<K extends Kind> = Extract<JournalEntry, { readonly type: K }>;

/**
 * What of an entry is ours alone, and stays as it is even where a secret happens to be the same word: names that readers of the journal look
 * for, and the scenario, whose secrets were hidden where they stand in it. Everything else is redacted, also what entries get one day.
 */
const OURS: { readonly [K in Kind]: readonly (keyof EntryOf<K>)[] } = {
  start: [
    'type',
    'schema',
    'runId',
    'version',
    'startedAt',
    'scenario',
    'scenarioHash',
    'timeline',
    'slo',
    'baseline',
    'proxiedPaths',
    'capacity',
  ],
  cell: ['type', 'tenant'],
  second: ['type', 'generator', 'cells'],
  host: ['type'],
  delay: ['type', 'view', 'slots'],
  health: ['type', 'probe', 'state'],
  process: ['type'],
  metrics: ['type', 'values'],
  sample: ['type', 'kind', 'class', 'traceparent', 'requestId'],
  note: ['type', 'level', 'code'],
  fault: ['type', 'dependency', 'recipe', 'what', 'toxics'],
  proxy: ['type', 'dependency'],
  event: ['type', 'name', 'what'],
  trial: ['type', 'under', 'purpose', 'stopped'],
  pair: ['type'],
  search: ['type', 'under'],
  sweep: ['type'],
  'recovery-level': ['type', 'under', 'stopped'],
  'recovery-search': ['type', 'under'],
  resources: ['type'],
  sessions: ['type'],
  traffic: ['type', 'what'],
  end: ['type', 'reason'],
};

/** The entry without secrets, in names too that came from a server, such as those of metrics and endpoints. */
export function redactEntry<E extends JournalEntry>(entry: E, redactor: EntryRedactor): E {
  // A second is counts alone, and the greater part of a journal.
  if (entry.type === 'second') return entry;
  const ours: ReadonlySet<string> = new Set(OURS[entry.type]);
  const redacted = Object.entries(entry).map(([key, value]) => [
    key,
    ours.has(key) ? value : redactor.redactData(value as unknown),
  ]);
  const clean = Object.fromEntries(redacted) as E;
  if (clean.type !== 'metrics') return clean;
  const values = Object.entries(clean.values).map(([series, value]) => [redactor.redact(series), value]);
  return { ...clean, values: Object.fromEntries(values) as Readonly<Record<string, number>> };
}
