import { answersText } from '../../result/failure-words.js';
import type { FaultFinding } from '../../result/fault-findings.js';
import { countText, latencyText, numberText, percentText } from '../../text/figure-text.js';
import type { Evidence } from './finding-evidence.js';
import { listText } from './list-text.js';

/** A failure that takes this long was no quick refusal. */
const FAST_US = 500_000;

/** How calls failed: told apart by what the dependency did (silence, refusal, reset) and by what the server made of it. */
export function answerFindings(evidence: Evidence): readonly FaultFinding[] {
  return [...refusal(evidence), ...resets(evidence), ...wrongAnswers(evidence), ...crash(evidence), ...otherFailures(evidence)];
}

const failuresOf = ({ during, success }: Evidence): string =>
  `${percentText(1 - success)} of its calls (${listText(during.errors.slice(0, 3).map((error) => `${numberText(error.count)} ${error.class} ${answersText(error)}`.trim()))})`;

function refusal(evidence: Evidence): readonly FaultFinding[] {
  const { family, during, unharmed, figures, answeredFailures } = evidence;
  if ((family !== 'refused' && family !== 'flapping' && family !== 'moved') || unharmed) return [];
  const p50 = during.latencyUs.failed?.p50;
  if (answeredFailures < 5 || typeof p50 !== 'number') return [];
  const fast = p50 <= FAST_US;
  const { dependency } = figures;
  return [
    {
      code: fast ? 'refused-fast' : 'refused-slow',
      level: fast ? 'good' : 'problem',
      text: fast
        ? `connections to ${dependency} were refused, and the server passed that on at once: ${failuresOf(evidence)} failed after ${latencyText(p50)} at the median; nobody was kept waiting`
        : `connections to ${dependency} were refused at once, yet failures took ${latencyText(p50)} at the median: the server keeps retrying before it reports the failure`,
      ...(fast
        ? {}
        : {
            runbook: {
              taxonomy: 'availability',
              check: 'connect retries and their pauses',
              mitigate: 'fail fast while the dependency refuses (circuit breaker), and retry in the background',
            },
          }),
    },
  ];
}

function resets(evidence: Evidence): readonly FaultFinding[] {
  const { family, unharmed, figures, during } = evidence;
  if (family !== 'reset' || unharmed) return [];
  const opened = figures.proxy?.connectionsOpened.during;
  const { dependency } = figures;
  return [
    {
      code: 'reset-reaches-callers',
      level: 'problem',
      text: `connections to ${dependency} were reset, and callers felt it: ${failuresOf(evidence)} failed of ${during.counts.offered} due${opened === undefined ? '' : `; ${countText(opened, 'new connection')} were opened meanwhile`}`,
      runbook: {
        taxonomy: 'availability',
        check: `errors of idle and of busy connections to ${figures.dependency}`,
        mitigate: 'drop broken connections, and retry once, on a fresh connection, what is safe to retry',
      },
    },
  ];
}

/** Answers that are wrong are worse than none. */
function wrongAnswers({ during, where }: Evidence): readonly FaultFinding[] {
  const wrong = during.errors.filter(({ taxonomy, class: name }) => taxonomy === 'correctness' && name !== 'tool-error');
  const count = wrong.reduce((sum, error) => sum + error.count, 0);
  if (count === 0) return [];
  return [
    {
      code: 'wrong-answers',
      level: 'problem',
      text: `${countText(count, 'call')} got an answer that is wrong (${listText(wrong.map((error) => error.class))}) while ${where} was on: a caller cannot tell that from a good one`,
      runbook: {
        taxonomy: 'correctness',
        check: 'what the tool returns when its query fails half-way',
        mitigate: 'answer with isError or a JSON-RPC error whenever the dependency did not answer in full',
      },
    },
  ];
}

function crash({ during, where }: Evidence): readonly FaultFinding[] {
  const lost = during.errors.filter(({ class: name }) =>
    ['connect-failed', 'connection-reset', 'crash', 'session-lost'].includes(name),
  );
  const count = lost.reduce((sum, error) => sum + error.count, 0);
  if (count < 3) return [];
  return [
    {
      code: 'server-down',
      level: 'problem',
      text: `${countText(count, 'call')} could not reach the server itself, or lost it (${listText(lost.map((error) => `${numberText(error.count)} ${error.class}`))}), while ${where} was on: the dependency's failure became the server's`,
      runbook: {
        taxonomy: 'availability',
        check: 'exits and restarts of the server, unhandled errors of the dependency client',
        mitigate: 'handle the error events of the client and its pool; never let them end the process',
      },
    },
  ];
}

/** Failures that no other sentence tells of. */
function otherFailures(evidence: Evidence): readonly FaultFinding[] {
  const { family, unharmed, figures, during, success, slo } = evidence;
  if (unharmed || success >= (slo.success ?? 0.99)) return [];
  if (!['errors', 'cut-short', 'other'].includes(family)) return [];
  const p50 = during.latencyUs.failed?.p50;
  return [
    {
      code: 'failures-passed-on',
      level: 'problem',
      text: `${failuresOf(evidence)} failed while ${figures.recipe} on ${figures.dependency} was on${typeof p50 === 'number' ? `, after ${latencyText(p50)} at the median` : ''}`,
      runbook: {
        taxonomy: 'availability',
        check: `errors of the client of ${figures.dependency}`,
        mitigate: 'decide for each tool what it can still answer without the dependency',
      },
    },
  ];
}
