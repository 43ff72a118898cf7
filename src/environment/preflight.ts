import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { type PlannedStep, planCalls } from '../load/call-plan.js';
import { createDriver } from '../mcp/create-driver.js';
import type { CallAnswer, Driver, EndpointDescription } from '../mcp/driver.js';
import { checkExpectation, documentOf } from '../mcp/expectation.js';
import { valueAt } from '../mcp/json-pointer.js';
import { OUTCOMES } from '../mcp/outcome.js';
import type { ServerOutput } from '../mcp/server-process-event.js';
import { checkArguments } from '../mcp/tool-arguments.js';
import type { ClientSide } from '../scenario/client.js';
import type { Scenario } from '../scenario/scenario.js';
import type { SharedToken } from './shared-token.js';

/** A preflight call is no measurement: its trace id says so. */
const TRACEPARENT = '00-00000000000000000000000000000001-0000000000000001-00';
const TRIES = 3;

/**
 * Before any load: the arguments of each step are checked against the inputSchema of its tool, and, with `preflight: call`, each listed
 * tool is called once, untimed. Steps of a journey are called in their order, so that saved values are there.
 * @throws PlimsollError with exit code 6 that names the tool, what came back, and what to change.
 */
export async function preflight(
  scenario: Scenario,
  endpoints: readonly EndpointDescription[],
  signal: AbortSignal,
  token?: SharedToken,
  onServerOutput?: ServerOutput,
): Promise<void> {
  const { arrivals } = planCalls(scenario, endpoints[0]?.tools ?? []);
  if (scenario.target.preflight === 'schema') {
    for (const { steps } of arrivals) for (const step of steps) checkSchema(step, new Map(), false);
    return;
  }
  const { target, classify, tenants, client } = scenario;
  const current = token?.current();
  const driver = createDriver({
    target,
    classify,
    maxInFlight: 1,
    ...(tenants === undefined ? {} : { tenants }),
    ...(current === undefined ? {} : { token: current }),
    ...(client === undefined ? {} : { client: atOnce(client) }),
    ...(onServerOutput === undefined
      ? {}
      : {
          onServerProcess: (event) => {
            if (event.type === 'printed') onServerOutput(event.pid, event.lines);
          },
        }),
    // Some servers ask their client on no other way.
    ...(scenario.sessions.stream === undefined ? {} : { stream: true }),
  });
  // A preflight of many tools and tenants may outlast a token.
  const unfollow = token?.follow((next) => driver.setToken?.(next));
  try {
    await driver.open(tenants?.length ?? 1);
    for (const tenant of tenants?.keys() ?? [0]) await callEach(scenario, arrivals, driver, tenant, signal);
  } finally {
    unfollow?.();
    await driver.close();
  }
}

/** The same replies without their delay: nothing is measured here. */
function atOnce(client: ClientSide): ClientSide {
  const delay = { law: 'constant', ms: 0 } as const;
  const { sampling, elicitation, roots } = client;
  return {
    ...client,
    ...(sampling && { sampling: { ...sampling, delay } }),
    ...(elicitation && { elicitation: { ...elicitation, delay } }),
    ...(roots && { roots: { ...roots, delay } }),
  };
}

/** Calls each tool once on behalf of one tenant: what one may do another may be refused. */
async function callEach(
  scenario: Scenario,
  arrivals: ReturnType<typeof planCalls>['arrivals'],
  driver: Driver,
  tenant: number,
  signal: AbortSignal,
): Promise<void> {
  const called = new Set<string>();
  const who = scenario.tenants?.[tenant]?.name;
  for (const { steps } of arrivals) {
    // A call whose tool was called already only needs its arguments checked, unless a later step lives off its answer.
    const needed = steps.some(({ tool }) => !called.has(tool));
    const saved = new Map<string, unknown>();
    for (const step of steps) {
      if (signal.aborted) return;
      const argumentsJson = checkSchema(step, saved, needed);
      if (!needed || argumentsJson === undefined) continue;
      const answer = await callTool(driver, step, argumentsJson, scenario.load.timeoutMs, signal, { tenant, name: who });
      if (answer === undefined) return;
      called.add(step.tool);
      for (const { name, path, pointer } of step.save) saved.set(name, savedValue(answer, step.tool, name, path, pointer));
    }
  }
}

/** @returns the rendered arguments, or undefined when they need a value that only a call would bring */
function checkSchema(step: PlannedStep, saved: ReadonlyMap<string, unknown>, complete: boolean): string | undefined {
  let text: string;
  try {
    text = step.arguments.render(0, saved);
  } catch (error) {
    if (!complete && error instanceof RangeError) return undefined;
    throw error;
  }
  const fault = step.description === undefined ? undefined : checkArguments(step.description, JSON.parse(text));
  if (fault === undefined) return text;
  throw new PlimsollError(`the arguments of ${step.tool} do not fit its inputSchema: ${fault}`, EXIT.target, {
    hint: `the scenario sends ${text.slice(0, 300)}`,
  });
}

/** @returns undefined when `signal` ended it */
async function callTool(
  driver: Driver,
  step: PlannedStep,
  argumentsJson: string,
  timeoutMs: number,
  signal: AbortSignal,
  caller: { readonly tenant: number; readonly name: string | undefined },
): Promise<CallAnswer | undefined> {
  for (let attempt = 1; ; attempt++) {
    let stop = (): void => {};
    const answer = await new Promise<CallAnswer>((done) => {
      const { tenant } = caller;
      const call = {
        tool: step.tool,
        request: step.request,
        argumentsJson,
        endpoint: 0,
        tenant,
        traceparent: TRACEPARENT,
        timeoutMs,
        wantResult: true,
      };
      const cancel = driver.start(call, done);
      stop = () => cancel('cancelled');
      signal.addEventListener('abort', stop, { once: true });
    });
    signal.removeEventListener('abort', stop);
    if (signal.aborted) return undefined;
    const fault = faultOf(step, answer);
    if (fault === undefined) return answer;
    // One lost call is what the run is there to count; only a server that never answers is not ready for it.
    const { taxonomy } = OUTCOMES[answer.outcome];
    const passing = taxonomy === 'availability' || taxonomy === 'latency' || taxonomy === 'quota';
    if (passing && attempt < TRIES) continue;
    throw new PlimsollError(
      `the preflight call of ${step.tool}${caller.name === undefined ? '' : ` for the tenant ${caller.name}`} failed: ${fault}`,
      EXIT.target,
      {
        hint: `the scenario sends ${argumentsJson.slice(0, 300)}; change calls[].arguments or expect, or set target.preflight: schema to skip the call`,
      },
    );
  }
}

function faultOf(step: PlannedStep, answer: CallAnswer): string | undefined {
  const words = answer.text === undefined ? '' : `: ${answer.text}`;
  const mayExpect = answer.outcome === 'ok' || (answer.outcome === 'tool-error' && step.expect?.error === true);
  if (!mayExpect) return `${answer.outcome}${words}`;
  if (step.expect === undefined || answer.result === undefined) return undefined;
  const missed = checkExpectation(step.expect, answer.result, step.description);
  return missed === undefined ? undefined : `its answer does not meet \`expect\`: ${missed}`;
}

function savedValue(answer: CallAnswer, tool: string, name: string, path: readonly string[], pointer: string): unknown {
  const value = answer.result === undefined ? undefined : valueAt(documentOf(answer.result), path);
  if (value !== undefined) return value;
  throw new PlimsollError(`the answer of ${tool} has nothing at ${pointer}, which the scenario saves as ${name}`, EXIT.target, {
    hint: 'change save, or the arguments that should bring it',
  });
}
