import {
  COMPARED_METRICS,
  type ComparedBaseline,
  type ComparedGroup,
  type ComparedRun,
  type ComparedScope,
  type Comparison,
  type RunComparison,
} from '../../compare/comparison.js';
import { countText } from '../../text/figure-text.js';
import { compareText, INTERVALS_NOTE, runText, sideText } from './compare-cells.js';
import { figureChangeText, figureSideText } from './figure-cells.js';

/** One line of a comparison. */
export interface CompareRow {
  /** Phase, tool, search or metric that it belongs to; a row of each group. */
  readonly of: string;
  readonly name: string;
  readonly a: string;
  readonly b: string;
  readonly change: string;
}

/** Rows that are shown as one table. */
export interface CompareTable {
  readonly id: string;
  readonly title: string;
  /** What the first column names; absent where there is but one. */
  readonly head?: string;
  readonly rows: readonly CompareRow[];
}

/** A comparison as it is read, whatever its kind: what the terminal, Markdown and the page have in common. */
export interface CompareView {
  /** What is compared, for instance `Two runs`. */
  readonly title: string;
  readonly scenarios: string;
  readonly sides: Readonly<Record<'a' | 'b', string>>;
  readonly caveats: readonly string[];
  readonly tables: readonly CompareTable[];
  /** What the intervals are. */
  readonly note: string;
  readonly proof: string;
  /** Where the figures come from. */
  readonly source: string;
}

const TITLES: Readonly<Record<Comparison['kind'], string>> = {
  runs: 'Two runs',
  capacity: 'Two capacity searches',
  gates: 'Two gates',
  baselines: 'Two baselines',
};

const NOTES: Readonly<Record<Comparison['kind'], string>> = {
  runs: INTERVALS_NOTE,
  capacity:
    'In brackets: the interval of each estimate by its own trials, of each cost by its regression. That of a change is made of both.',
  gates: 'In brackets: 95 % intervals over the pairs of each gate. That of a change from A to B is made of both.',
  baselines: 'In brackets: 95 % intervals over the sittings (host, boot, day) of each file. That of a change is made of both.',
};

export function compareView(comparison: Comparison): CompareView {
  const { kind, a, b, caveats, proof } = comparison;
  return {
    title: TITLES[kind],
    scenarios: a.scenario === b.scenario ? a.scenario : `${a.scenario} and ${b.scenario}`,
    sides: { a: sourceText(a), b: sourceText(b) },
    caveats,
    tables: kind === 'runs' ? runTables(comparison) : figureTables(comparison.groups),
    note: NOTES[kind],
    proof,
    source: kind === 'baselines' ? 'the two baseline files' : 'journal.ndjson in the two folders',
  };
}

const sourceText = (side: ComparedRun | ComparedBaseline): string => ('file' in side ? baselineText(side) : runText(side));

const baselineText = ({ file, scenario, savedAt, runs, sittings }: ComparedBaseline): string =>
  `${file} (${scenario}, saved ${savedAt.slice(0, 10)}, ${countText(runs, 'run')}${sittings === undefined ? '' : ` of ${countText(sittings, 'sitting')}`})`;

const RUN_TABLES: readonly (readonly [ComparedScope['by'], string, string?])[] = [
  ['all', 'All judged calls'],
  ['phase', 'Phases', 'Phase'],
  ['tool', 'Tools', 'Tool'],
];

const runTables = ({ scopes }: RunComparison): readonly CompareTable[] =>
  RUN_TABLES.map(([by, title, head]) => ({
    id: by,
    title,
    ...(head === undefined ? {} : { head }),
    rows: scopes
      .filter((scope) => scope.by === by)
      .flatMap((scope) =>
        COMPARED_METRICS.map((metric) => ({
          of: scope.name,
          name: metric,
          a: sideText(metric, scope.a),
          b: sideText(metric, scope.b),
          change: compareText({ scope, metric }),
        })),
      ),
  })).filter(({ rows }) => rows.length > 0);

/** Without a title: by the name of its only group. */
const GROUP_TABLES: readonly (readonly [ComparedGroup['by'], string?, string?])[] = [
  ['all'],
  ['metric', 'Metrics', 'Metric'],
  ['search', 'Capacity', 'Search'],
  ['resources', 'What one instance uses'],
  ['sizing', 'Sizing for the planned peak'],
  ['tool', 'Tools', 'Tool'],
];

/** Names that `--fail-on` takes, as a reader knows them. */
const LABELS: Readonly<Record<string, string>> = {
  cpu: 'CPU per call',
  memory: 'memory at rest',
  cost: 'cost a month',
};

const figureTables = (groups: readonly ComparedGroup[]): readonly CompareTable[] =>
  GROUP_TABLES.map(([by, title, head]) => ({
    id: by,
    title: title ?? groups.find((group) => group.by === by)?.name ?? by,
    ...(head === undefined ? {} : { head }),
    rows: groups
      .filter((group) => group.by === by)
      .flatMap(({ name: of, figures }) =>
        figures.map((figure) => ({
          of,
          name: LABELS[figure.name] ?? figure.name,
          a: figureSideText(figure.unit, figure.a),
          b: figureSideText(figure.unit, figure.b),
          change: figureChangeText(figure),
        })),
      ),
  })).filter(({ rows }) => rows.length > 0);
