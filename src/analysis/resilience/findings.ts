import type { FaultFigures } from '../../result/fault-figures.js';
import type { FaultFinding } from '../../result/fault-findings.js';
import { countText, percentText, spanText } from '../../text/figure-text.js';
import { answerFindings } from './answer-findings.js';
import { addedLatencyMs, faultFamily } from './fault-family.js';
import type { Evidence, FindingContext } from './finding-evidence.js';
import { reachFindings } from './reach-findings.js';
import { recoveryFindings } from './recovery-findings.js';
import { waitingFindings } from './waiting-findings.js';

const FEWEST_CALLS = 10;
/** The engine takes a few milliseconds; a second is late enough to blur the phases. */
const LATE_S = 1;

/** What one fault showed, in sentences that name the figures they rest on. The order is that of their weight. Pure. */
export function findingsOf(figures: Omit<FaultFigures, 'findings'>, context: FindingContext): readonly FaultFinding[] {
  const { startS, plannedAtS, removedAtS, during, path, dependency } = figures;
  const notes: FaultFinding[] = [];
  const note = (code: string, text: string): void => void notes.push({ code, level: 'note', text });
  if (startS === undefined) {
    note('not-carried-out', 'the fault never started: this run does not show how the server handles it');
    return notes;
  }
  if (plannedAtS !== undefined && startS - plannedAtS > LATE_S)
    note('late', `the fault started ${spanText(startS - plannedAtS)} late; calls due before that count in its phase`);
  if (context.serverExitedS !== undefined && context.serverExitedS >= startS)
    notes.push(exited(figures, context.serverExitedS - startS));
  if (removedAtS === undefined) note('end-not-told', 'the end of the fault was not recorded');
  if (path === 'unverified')
    note(
      'unverified-path',
      figures.detectS === undefined
        ? `no connection of the server to ${dependency} was seen at the proxy before the load: the fault may not have been in its path`
        : `no connection of the server to ${dependency} was seen at the proxy before the load, but calls felt the fault, so it was in their path`,
    );
  if (context.held === true) return notes;
  const offered = during === undefined ? 0 : during.counts.offered - during.counts.droppedByGenerator;
  if (during === undefined || offered < FEWEST_CALLS) {
    note('few-calls', `${countText(offered, 'call')} of its tools were due while it was on: too few to tell`);
    return notes;
  }
  const success = during.counts.ok / offered;
  const p95 = during.latencyUs.response.p95;
  const { slo, p95LimitMs } = context;
  const evidence: Evidence = {
    ...context,
    figures,
    during,
    family: faultFamily(figures.recipe, figures.toxics),
    addedMs: addedLatencyMs(figures.toxics),
    where: `${figures.recipe} on ${dependency}`,
    success,
    unharmed:
      success >= (slo.success ?? 0.99) && (p95LimitMs === undefined || (typeof p95 === 'number' && p95 <= p95LimitMs * 1000)),
    answeredFailures: during.latencyUs.failed?.count ?? 0,
  };
  const { inDoubt = [] } = figures;
  if (inDoubt.includes('during'))
    note(
      'phase-in-doubt',
      `this machine delayed calls while ${evidence.where} was on, enough to explain what they show: in doubt`,
    );
  const found = [
    ...(inDoubt.includes('during')
      ? []
      : [...survived(evidence), ...waitingFindings(evidence), ...answerFindings(evidence), ...reachFindings(evidence)]),
    ...recoveryFindings(evidence),
  ];
  const weight = { problem: 0, good: 1, note: 2 } as const;
  return [...found, ...notes].sort((a, b) => weight[a.level] - weight[b.level]);
}

/** The worst that a dependency can do to a server. */
const exited = ({ recipe, dependency }: Omit<FaultFigures, 'findings'>, afterS: number): FaultFinding => ({
  code: 'server-exited',
  level: 'problem',
  text: `the server exited ${spanText(afterS)} after ${recipe} on ${dependency} began: the failure of its dependency ended it`,
  runbook: {
    taxonomy: 'availability',
    check: 'the last lines of server.log, and unhandled error events of the dependency client',
    mitigate: 'handle the error events of the client and its pool, and let a supervisor start it again meanwhile',
  },
});

function survived({ unharmed, success, during, figures, where }: Evidence): readonly FaultFinding[] {
  if (!unharmed) return [];
  const offered = during.counts.offered - during.counts.droppedByGenerator;
  const touched = figures.proxy !== undefined && figures.proxy.connectionsOpened.during > 0;
  return [
    {
      code: 'survived',
      level: 'good',
      text: `${percentText(success)} of ${countText(offered, 'call')} succeeded inside the SLO while ${where} was on${touched ? '' : figures.path === 'verified' ? '' : ' (its path was not verified)'}`,
    },
  ];
}
