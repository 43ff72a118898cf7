import { didYouMean } from '../file/nearest.js';
import { BUILD_TARGET_KEYS } from '../schema/gate-schema.js';
import type { Report, ScenarioParts } from './scenario-parts.js';

const SIDES = ['baseline', 'candidate'] as const;

/** What the grammar of `gate` cannot say: which keys of a build go together, that names exist, that looks rise. */
export function checkGate({ gate, names, phases }: ScenarioParts, report: Report): void {
  if (gate === undefined) return;
  const { value } = gate;
  for (const side of SIDES) {
    const build = value[side];
    if (build === undefined) continue;
    const own = BUILD_TARGET_KEYS.filter((key) => build[key] !== undefined);
    const file = side === 'baseline' ? value.baseline?.file : undefined;
    const named = [
      build.git === undefined ? '' : 'git',
      build.folder === undefined ? '' : 'folder',
      file === undefined ? '' : 'file',
    ];
    const kinds = [...named, own[0] ?? ''].filter(Boolean);
    const accepted = `one of git, folder, ${side === 'baseline' ? 'file, ' : ''}or keys in place of those of target`;
    if (kinds.length > 1) report(['gate', side], kinds.join(' and '), accepted, { key: true });
  }
  if (value.mode === 'stored' && value.baseline !== undefined && value.baseline.file === undefined)
    report(['gate', 'mode'], 'stored, and a baseline that is a build', 'duet or pairs; stored with `baseline: { file: FILE }`');
  const { looks } = value.pairs;
  if (looks.some((look, at) => at > 0 && look <= (looks[at - 1] ?? 0)))
    report(['gate', 'pairs', 'looks'], `[${looks.join(', ')}]`, 'rising numbers such as [5, 8, 12]');
  for (const [at, tool] of value.tools.entries()) {
    if (names.tools.includes(tool)) continue;
    report(
      ['gate', 'tools', at],
      `the tool ${JSON.stringify(tool)}, which calls does not list`,
      [...new Set(names.tools)].join(', '),
      { hint: didYouMean(tool, names.tools) },
    );
  }
  if (new Set(value.metrics).size < value.metrics.length)
    report(['gate', 'metrics'], `[${value.metrics.join(', ')}]`, 'each metric once');
  if (value.phase !== undefined) checkPhase(value.phase, { names, phases }, report);
  else if (
    value.baseline?.file === undefined &&
    phases.length > 0 &&
    phases.length === names.phases.length &&
    !phases.some(({ value: phase }) => isSteady(phase))
  )
    report(
      ['gate'],
      'no steady phase to play',
      'a phase of constant rate in load.phases, or `phase` with the name of a closed one',
      {
        key: true,
      },
    );
  if (value.under !== undefined) {
    const dependency = value.under.slice(value.under.indexOf('@') + 1);
    if (!names.dependencies.includes(dependency)) {
      const accepted =
        names.dependencies.length === 0 ? 'a dependency of the scenario, which lists none' : names.dependencies.join(', ');
      report(['gate', 'under'], `the dependency ${JSON.stringify(dependency)}, which dependencies does not list`, accepted);
    }
  }
}

type PhaseValue = ScenarioParts['phases'][number]['value'];

const isSteady = ({ rate, warmUp, kind }: PhaseValue): boolean =>
  rate !== undefined && rate.fromPerS === rate.toPerS && !warmUp && kind === undefined;

function checkPhase(name: string, { names, phases }: Pick<ScenarioParts, 'names' | 'phases'>, report: Report): void {
  const path = ['gate', 'phase'];
  if (!names.phases.includes(name)) {
    report(path, `the phase ${JSON.stringify(name)}, which load.phases does not list`, names.phases.join(', '), {
      hint: didYouMean(name, names.phases),
    });
    return;
  }
  const phase = phases.find(({ value }) => value.name === name)?.value;
  if (phase?.rate !== undefined && phase.rate.fromPerS !== phase.rate.toPerS)
    report(path, `${JSON.stringify(name)}, which is a ramp`, 'a phase of constant rate, or a closed one');
}
