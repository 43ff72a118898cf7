import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { SentBeside } from '../../journal/sessions-entry.js';
import type { EndpointDescription } from '../../mcp/driver.js';
import { createRequestMaker } from '../../mcp/http/http-driver.js';
import { checkExpectation } from '../../mcp/protocol/expectation.js';
import type { Scenario } from '../../scenario/scenario.js';
import { planCalls } from '../call-plan.js';
import { Mix } from '../mix.js';
import { TraceIds } from '../trace-ids.js';
import { probeCeiling } from './ceiling-probe.js';

export interface PlainCeiling {
  /** Successes per second. */
  readonly perS: number;
  readonly sent: SentBeside;
}

/**
 * Whether a client that knows HTTP alone can make the calls of a scenario: Streamable HTTP at one URL with `http:`, and none of what needs
 * more than a request and its answer. Tenants, `target.auth`, `client`, held streams, renewed sessions, journeys, cancelled calls, own
 * `classify` rules and an `accept-encoding` of the scenario's are such things. Certificates are one too: autocannon checks none.
 */
export function isPlainHttp({ target, tenants, client, sessions, calls, classify }: Scenario): boolean {
  const [url, ...others] = target.urls;
  const headers = Object.keys(target.headers).map((name) => name.toLowerCase());
  return (
    target.transport === 'streamable-http' &&
    url?.startsWith('http:') === true &&
    others.length === 0 &&
    target.auth === undefined &&
    !headers.includes('accept-encoding') &&
    tenants === undefined &&
    client === undefined &&
    sessions.stream === undefined &&
    sessions.calls === undefined &&
    classify.length === 0 &&
    calls.every((call) => call.type === 'call' && call.cancel === undefined)
  );
}

/**
 * What a closed loop of callers without think time reaches, by the cheapest client there is: a connection each, with the scenario's own
 * calls in its own mix. A caller keeps to one session; there are no more of them than the scenario has.
 * @param scenario for which `isPlainHttp` holds
 * @param durationS whole seconds
 * @returns 0 where the sessions for it could not be opened: a server may have no room for more than those of the load
 */
export async function plainCeiling(
  scenario: Scenario,
  [endpoint]: readonly EndpointDescription[],
  callers: number,
  durationS: number,
): Promise<PlainCeiling> {
  const { target, classify, load } = scenario;
  const { arrivals, weights } = planCalls(scenario, endpoint?.tools ?? []);
  const mix = new Mix(weights, load.seed);
  const traceIds = new TraceIds();
  const maker = createRequestMaker({ target, classify, maxInFlight: callers });
  let arrival = 0;
  let reading = { sent: 0, succeeded: 0, succeededPerS: 0 };
  try {
    await maker.open(Math.min(callers, scenario.sessions.count));
    reading = await probeCeiling({
      url: withoutCredentials(target.urls[0] as string),
      connections: callers,
      durationS,
      request: (connection) => {
        const index = arrival++;
        const step = arrivals[mix.choose(index)]?.steps[0] as (typeof arrivals)[number]['steps'][number];
        const argumentsJson = step.arguments.constant ?? step.arguments.render(index, new Map());
        const { tool, request, expect, description } = step;
        const made = maker.make(connection, {
          tool,
          request,
          argumentsJson,
          endpoint: 0,
          traceparent: traceIds.next(),
          timeoutMs: load.timeoutMs,
          wantResult: false,
        });
        return {
          headers: made.headers,
          body: made.body,
          isSuccess: (body) => {
            const result = made.resultIn(body);
            if (result === undefined) return false;
            return expect === undefined ? result.isError !== true : checkExpectation(expect, result, description) === undefined;
          },
        };
      },
    });
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.exitCode !== EXIT.target) throw error;
  } finally {
    await maker.close();
  }
  const { sent, succeeded, succeededPerS } = reading;
  return { perS: succeededPerS, sent: { calls: sent, failed: sent - succeeded, sessions: maker.counters().sessions } };
}

/** They are in the headers already. */
function withoutCredentials(text: string): string {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href;
}
