import type { FaultFinding } from '../../result/fault-findings.js';
import { countText, latencyText, nounFor, numberText, percentText, spanText } from '../../text/figure-text.js';
import type { Evidence } from './finding-evidence.js';
import { listText } from './list-text.js';

/** Upstream bytes a call: above this the server asks its dependency again and again. */
const AMPLIFIED = 1.5;

/** How far the fault reached: other tools, the readiness probe, the dependency itself, work for nobody. */
export function reachFindings(evidence: Evidence): readonly FaultFinding[] {
  return [...blastRadius(evidence), ...readiness(evidence), ...amplification(evidence), ...waste(evidence), ...hidden(evidence)];
}

function blastRadius({ figures }: Evidence): readonly FaultFinding[] {
  const { bystanders = [], dependency } = figures;
  const touched = bystanders.filter((tool) => tool.touched);
  if (bystanders.length === 0 || figures.inDoubt?.includes('bystanders') === true) return [];
  const text = (tool: (typeof bystanders)[number]): string => {
    const { successRate, p95 } = tool.during;
    const latency = p95 === null ? 'p95 beyond the timeout' : p95 === undefined ? '' : `p95 ${latencyText(p95)}`;
    return `${tool.tool} (${[successRate === undefined ? '' : `${percentText(successRate)} success`, latency].filter(Boolean).join(', ')})`;
  };
  return touched.length === 0
    ? [
        {
          code: 'contained',
          level: 'good',
          text: `tools that do not use ${dependency} were not affected: ${listText(bystanders.map(text))}`,
        },
      ]
    : [
        {
          code: 'blast-radius',
          level: 'problem',
          text: `tools that do not use ${dependency} missed the SLO too: ${listText(touched.map(text))}`,
          runbook: {
            taxonomy: 'availability',
            check: 'what the tools share: event loop, thread pool, queue, sessions',
            mitigate: 'bulkheads: give each dependency its own bounded pool and queue',
          },
        },
      ];
}

function readiness({ figures, success, slo, family }: Evidence): readonly FaultFinding[] {
  const { readiness: reaction, dependency } = figures;
  if (reaction === undefined) return [];
  const { missedAfterS, missedAfterEndS, backAfterS, probes, misses } = reaction;
  // A probe each second may fall between the outages of a dependency that comes and goes.
  const broken = success < (slo.success ?? 0.99) && family !== 'flapping';
  const late: readonly FaultFinding[] =
    missedAfterEndS === undefined
      ? []
      : [
          {
            code: 'readiness-late',
            level: 'note',
            text: `readiness missed for the first time ${spanText(missedAfterEndS)} after the fault had ended, and in none of ${countText(probes, 'probe')} while it was on: the fault was not the cause`,
          },
        ];
  if (missedAfterS === undefined) {
    return broken
      ? [
          ...late,
          {
            code: 'readiness-blind',
            level: 'problem',
            text: `readiness said ready ${probes === 1 ? 'in the only probe' : `in all ${probes} probes`} while ${percentText(1 - success)} of the calls that need ${dependency} failed: a load balancer would have kept sending`,
            runbook: {
              taxonomy: 'availability',
              check: 'what the readiness probe asks',
              mitigate: `have it ask ${dependency} with a short time limit, through the path that calls take`,
            },
          },
        ]
      : late;
  }
  const flip = `readiness flipped ${spanText(missedAfterS)} after the fault began (${numberText(misses)} of ${countText(probes, 'probe')} missed)`;
  return backAfterS === undefined
    ? [
        {
          code: 'readiness-stuck',
          level: 'problem',
          text: `${flip} and did not come back while load was on`,
          runbook: {
            taxonomy: 'availability',
            check: 'what keeps the probe failing: connections, a breaker, a cache of the last answer',
            mitigate: 'let the probe check afresh each time, and the pool replace its broken connections',
          },
        },
      ]
    : [{ code: 'readiness-flipped', level: 'good', text: `${flip} and came back ${spanText(backAfterS)} after it ended` }];
}

function amplification({ figures }: Evidence): readonly FaultFinding[] {
  const { proxy, dependency } = figures;
  if (proxy?.amplification === undefined || proxy.amplification < AMPLIFIED) return [];
  return [
    {
      code: 'retry-amplification',
      level: 'problem',
      text: `the server sent ${proxy.amplification} times as many bytes to ${dependency} for each call as before: it retries against a dependency that is already in trouble`,
      runbook: {
        taxonomy: 'availability',
        check: `retries of the client of ${dependency}`,
        mitigate: 'a retry budget (10 % of the calls), pauses that grow, and a circuit breaker',
      },
    },
  ];
}

function waste({ figures, during }: Evidence): readonly FaultFinding[] {
  const { wastedCalls } = figures;
  // Only a call that nobody waited for any more can be work for nobody.
  const givenUp = Math.max(during.latencyUs.response.unanswered, figures.hung?.timedOut ?? 0);
  if (wastedCalls === undefined || wastedCalls === 0 || givenUp === 0) return [];
  return [
    {
      code: 'wasted-work',
      level: 'problem',
      text: `the server finished ${countText(wastedCalls, 'call')} that nobody waited for any more, by its own counter`,
      runbook: {
        taxonomy: 'latency',
        check: 'whether a call is dropped from the queue when its caller is gone',
        mitigate: 'carry a deadline with each call, and skip work that is past it',
      },
    },
  ];
}

function hidden({ figures }: Evidence): readonly FaultFinding[] {
  const { hiddenByClient } = figures;
  if (hiddenByClient === undefined || hiddenByClient === 0) return [];
  return [
    {
      code: 'hidden-by-client',
      level: 'note',
      text: `${countText(hiddenByClient, 'failed attempt was', 'failed attempts were')} sent again by the scenario's own retry policy: without it ${nounFor(hiddenByClient, 'it', 'they')} would count as failures`,
    },
  ];
}
