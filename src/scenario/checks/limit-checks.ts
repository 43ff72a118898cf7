import { didYouMean } from '../file/nearest.js';
import { SEGMENT_KINDS } from '../plan/phase-kind.js';
import type { FileAccess } from '../resolve/feeds.js';
import type { Report, ScenarioParts } from './scenario-parts.js';

const LIMITS = ['success', 'p50', 'p90', 'p95', 'p99', 'p999', 'max', 'answered'];

const checkSlo = ({ slo, names }: ScenarioParts, report: Report): void => {
  if (slo === undefined) return;
  const { value, raw, incomplete } = slo;
  if (Object.keys(raw).length === 0 && !incomplete)
    report(['slo'], 'an slo without a limit', `at least one of ${LIMITS.join(', ')}`);
  const tools = [...new Set(names.tools)];
  for (const tool of Object.keys(value.tools)) {
    if (tools.includes(tool)) continue;
    const accepted = tools.length === 0 ? 'a tool of calls, which lists none' : tools.join(', ');
    report(['slo', 'tools', tool], `the tool ${JSON.stringify(tool)}, which calls does not list`, accepted, {
      key: true,
      hint: didYouMean(tool, tools),
    });
  }
  const phases = [...new Set([...SEGMENT_KINDS, ...names.phases])];
  for (const name of Object.keys(value.during)) {
    if (phases.includes(name)) continue;
    report(
      ['slo', 'during', name],
      JSON.stringify(name),
      `a phase kind (${SEGMENT_KINDS.join(', ')}) or a phase name (${names.phases.join(', ')})`,
      {
        key: true,
        hint: didYouMean(name, phases),
      },
    );
  }
};

/** What contradicts within `capacity`, and between it and the target. */
export const checkCapacity = ({ capacity, target }: Pick<ScenarioParts, 'capacity' | 'target'>, report: Report): void => {
  if (capacity === undefined) return;
  const { replicas } = capacity.value.target;
  if (replicas !== undefined && target?.incomplete === false && target.value.metrics === undefined)
    report(
      ['capacity', 'target', 'replicas'],
      JSON.stringify(replicas),
      'a gauge on the page of target.metrics, which the scenario does not name',
    );
  const known = (...keys: readonly string[]): boolean => keys.every((key) => !capacity.wrong.has(key));
  const { zones, survive, utilisation, failureUtilisation, burst, burstWindow, window, measured } = capacity.value;
  if (known('zones') && survive.zones >= zones && survive.zones > 0)
    report(['capacity', 'survive', 'zones'], String(survive.zones), `fewer than the ${zones} zones of capacity.zones`);
  if (known('utilisation', 'failureUtilisation') && utilisation > failureUtilisation)
    report(['capacity', 'utilisation'], String(utilisation), `at most capacity.failureUtilisation, ${failureUtilisation}`);
  if (burst > 1 && burstWindow !== undefined && burstWindow >= window && known('window')) {
    report(
      ['capacity', 'burstWindow'],
      'a burst over the whole window',
      'a time shorter than capacity.window: else the peak already holds the burst and it would count twice',
    );
  }
  if (measured.confirmed !== undefined && measured.smallestFail !== undefined && measured.smallestFail <= measured.confirmed) {
    report(
      ['capacity', 'measured', 'smallestFail'],
      'a rate that is not above measured.confirmed',
      'the lowest rate that failed, above the one confirmed',
    );
  }
};

/** SLO, baseline, classification rules and capacity: names that exist and limits that can be met. */
export const checkLimits = (parts: ScenarioParts, path: (file: string) => string, files: FileAccess, report: Report): void => {
  checkSlo(parts, report);
  checkCapacity(parts, report);
  const baseline = parts.baseline?.value;
  if (typeof baseline === 'string') {
    if (!files.exists(path(baseline))) {
      report(
        ['baseline'],
        `${JSON.stringify(baseline)}, which does not exist`,
        'a baseline file, relative to the scenario file',
        {
          hint: 'plimsoll baseline save RUN -o FILE makes one',
        },
      );
    }
  } else if (
    baseline !== undefined &&
    parts.baseline?.incomplete === false &&
    Object.keys(parts.baseline?.raw ?? {}).every((key) => key === 'tolerance')
  ) {
    report(['baseline'], 'a baseline without a limit', 'at least one of p50, p95, p99, errorRate, throughput');
  }
  for (const { path: at, raw } of parts.classify) {
    // As written: a condition that is misspelt or of a wrong type has its own problem.
    if (Object.keys(raw.when ?? {}).length === 0)
      report([...at, 'when'], 'a rule without a condition', 'at least one of rpcCode, httpStatus, toolErrorText, rpcMessage');
  }
};
