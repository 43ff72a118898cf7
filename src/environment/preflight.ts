import { setTimeout as wait } from 'node:timers/promises';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { SentBeside } from '../journal/sessions-entry.js';
import { MissingSavedValue } from '../load/argument-template.js';
import { type PlannedArrival, type PlannedStep, planCalls } from '../load/call-plan.js';
import { callOnce } from '../mcp/call/call-once.js';
import { createDriver } from '../mcp/create-driver.js';
import type { CallAnswer, Driver, EndpointDescription } from '../mcp/driver.js';
import { carriesCredentials } from '../mcp/http/request-headers.js';
import { answerWords, type FailedCall } from '../mcp/protocol/call-hint.js';
import { eraOf } from '../mcp/protocol/era-reading.js';
import { checkExpectation, documentOf } from '../mcp/protocol/expectation.js';
import { valueAt } from '../mcp/protocol/json-pointer.js';
import { checkArguments } from '../mcp/protocol/tool-arguments.js';
import { whyMayWrite } from '../mcp/protocol/tool-effect.js';
import type { ServerOutput } from '../mcp/server-process-event.js';
import type { ClientSide } from '../scenario/client.js';
import { compact } from '../scenario/file/compact.js';
import { OUTCOMES } from '../scenario/outcome.js';
import type { Scenario } from '../scenario/scenario.js';
import { headersFor } from '../scenario/url-credentials.js';
import { callFault, type PreflightFault, preflightError, schemaFault } from './preflight-fault.js';
import type { SharedToken } from './shared-token.js';

const TRIES = 3;

/** What a preflight tells while it goes on. */
export interface PreflightWatch {
  /** Told before each call which it is: should the server die, this is what ended it. */
  onCall(tool: string): void;
  /** Told once what all of it sent, when its sessions are ended. */
  onSent?(sent: SentBeside): void;
  /** Resolves with a sentence when the server that was started for the run has ended. */
  readonly exited?: Promise<string>;
}

/** A step that needs what only a second call of a tool that may write would bring. */
interface UncheckedStep {
  readonly tool: string;
  /** Name of the saved value. */
  readonly value: string;
  /** The tool that saves it. */
  readonly source: string;
}

/** How the calls of a preflight have gone so far. */
interface Round {
  readonly scenario: Scenario;
  readonly driver: Driver;
  readonly signal: AbortSignal;
  readonly watch: PreflightWatch;
  /** Calls that were made, repeated ones too. */
  readonly sent: { calls: number; failed: number };
  /** Tools that may write and were called: never a second time, for whatever tenant. */
  readonly written: Set<string>;
  readonly faults: PreflightFault[];
  /** Steps that could not be checked, with the tenants for which. */
  readonly unchecked: Map<string, { readonly step: UncheckedStep; readonly tenants: string[] }>;
  /** The last call that ended without an answer although the server took it. */
  suspect?: { readonly tool: string; readonly words: string };
}

/**
 * Before any load: the arguments of each step are checked against the inputSchema of its tool, and, with `preflight: call`, each listed
 * tool is called once, untimed, for each tenant. Steps of a journey are called in their order, so that saved values are there. A tool that may
 * write is called once in all, and never repeated: for other tenants and journeys its arguments are only checked.
 * @returns what could not be called for want of a value that such a tool would have brought, in sentences.
 * @throws PlimsollError with exit code 6 that names all tools that failed, what came back, and what to change.
 */
export async function preflight(
  scenario: Scenario,
  endpoints: readonly EndpointDescription[],
  signal: AbortSignal,
  token?: SharedToken,
  onServerOutput?: ServerOutput,
  watch: PreflightWatch = { onCall: () => {} },
): Promise<readonly string[]> {
  const { arrivals } = planCalls(scenario, endpoints[0]?.tools ?? []);
  const faults: PreflightFault[] = [];
  if (scenario.target.preflight === 'schema') {
    for (const { steps } of arrivals) for (const step of steps) renderedArguments(step, new Map(), faults);
    if (faults.length > 0) throw preflightError(faults);
    return [];
  }
  const { target, classify, tenants, client } = scenario;
  const current = token?.current();
  const driver = createDriver({
    target,
    classify,
    maxInFlight: 1,
    eras: endpoints.map(eraOf),
    ...compact({ tenants, token: current }),
    ...(client === undefined ? {} : { client: atOnce(client) }),
    ...(onServerOutput === undefined
      ? {}
      : {
          onServerProcess: (event) => {
            if (event.type === 'printed') onServerOutput(event.pid, event.lines);
          },
        }),
    // Some servers ask their client on no other way.
    ...(scenario.sessions.stream === undefined ? { watchStreams: true } : { stream: true }),
  });
  const round: Round = {
    scenario,
    driver,
    signal,
    watch,
    sent: { calls: 0, failed: 0 },
    written: new Set(),
    faults,
    unchecked: new Map(),
  };
  // A preflight of many tools and tenants may outlast a token.
  const unfollow = token?.follow((next) => driver.setToken?.(next));
  // A tool that is called once in all is best called where a later step lives off its answer.
  const inOrder = [...arrivals].sort((a, b) => Number(saves(b)) - Number(saves(a)));
  try {
    await driver.open(tenants?.length ?? 1);
    for (const tenant of tenants?.keys() ?? [0]) await callEach(round, inOrder, tenant);
  } finally {
    unfollow?.();
    await driver.close();
    watch.onSent?.({ ...round.sent, sessions: driver.counters().sessions });
  }
  if (faults.length > 0 && !signal.aborted) throw preflightError(faults);
  return [...round.unchecked.values()].map(({ step, tenants: whose }) => uncheckedText(step, whose));
}

const saves = ({ steps }: PlannedArrival): boolean => steps.some(({ save }) => save.length > 0);

const mayWrite = ({ description }: PlannedStep): boolean => description !== undefined && whyMayWrite(description) !== undefined;

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
async function callEach(round: Round, arrivals: readonly PlannedArrival[], tenant: number): Promise<void> {
  const { scenario, signal, written, faults } = round;
  const called = new Set<string>();
  const name = scenario.tenants?.[tenant]?.name;
  const due = (step: PlannedStep): boolean => !called.has(step.tool) && !(mayWrite(step) && written.has(step.tool));
  for (const { steps } of arrivals) {
    // A call whose tool was called already only needs its arguments checked, unless a later step lives off its answer.
    const needed = steps.some(due);
    const saved = new Map<string, unknown>();
    /** Tools whose answer would bring a value and that were not called for it. */
    const withheld = new Map<string, string>();
    for (const step of steps) {
      if (signal.aborted) return;
      const text = renderedArguments(step, saved, faults);
      if (text instanceof MissingSavedValue) {
        const source = withheld.get(text.saved);
        if (source !== undefined) leaveUnchecked(round, { tool: step.tool, value: text.saved, source }, name);
      }
      const again = mayWrite(step) && written.has(step.tool);
      if (again) for (const { name: value } of step.save) withheld.set(value, step.tool);
      if (!needed || again || typeof text !== 'string') continue;
      called.add(step.tool);
      if (mayWrite(step)) written.add(step.tool);
      const answer = await callTool(round, step, text, { tenant, name });
      if (answer === undefined) continue;
      for (const { name: value, path, pointer } of step.save) {
        const found = answer.result === undefined ? undefined : valueAt(documentOf(answer.result), path);
        if (found !== undefined) saved.set(value, found);
        else faults.push(unsavedFault(step.tool, name, value, pointer));
      }
    }
  }
}

function leaveUnchecked({ unchecked }: Round, step: UncheckedStep, tenant: string | undefined): void {
  const key = JSON.stringify(step);
  const known = unchecked.get(key) ?? { step, tenants: [] };
  unchecked.set(key, known);
  if (tenant !== undefined && !known.tenants.includes(tenant)) known.tenants.push(tenant);
}

function uncheckedText({ tool, value, source }: UncheckedStep, tenants: readonly string[]): string {
  const [first] = tenants;
  const whose =
    first === undefined
      ? ' in another journey'
      : tenants.length === 1
        ? ` for the tenant ${first}`
        : ` for ${tenants.length} tenants, ${first} among them`;
  return `${tool} was not checked before the load${whose}: it needs ${value}, which ${source} saves, and ${source} may write and is called once in all`;
}

const unsavedFault = (tool: string, tenant: string | undefined, value: string, pointer: string): PreflightFault => ({
  tool,
  tenant,
  what: `the answer of ${tool} has nothing at ${pointer}, which the scenario saves as ${value}`,
  hint: 'change save, or the arguments that should bring it',
});

/** @returns the rendered arguments; undefined when they do not fit, which is then among the faults; what is missing when only a call would bring it */
function renderedArguments(
  step: PlannedStep,
  saved: ReadonlyMap<string, unknown>,
  faults: PreflightFault[],
): string | MissingSavedValue | undefined {
  let text: string;
  try {
    text = step.arguments.render(0, saved);
  } catch (error) {
    if (error instanceof MissingSavedValue) return error;
    throw error;
  }
  const fault = step.description === undefined ? undefined : checkArguments(step.description, JSON.parse(text));
  if (fault === undefined) return text;
  faults.push(schemaFault(step.tool, fault, text));
  return undefined;
}

/** @returns undefined when `signal` ended it, or when it failed, which is then among the faults. @throws PlimsollError when the server is gone. */
async function callTool(
  round: Round,
  step: PlannedStep,
  argumentsJson: string,
  { tenant, name }: { readonly tenant: number; readonly name: string | undefined },
): Promise<CallAnswer | undefined> {
  const { scenario, driver, signal, watch, faults } = round;
  const once = mayWrite(step);
  const { timeoutMs } = scenario.load;
  const { tool, request } = step;
  for (let attempt = 1; ; attempt++) {
    watch.onCall(tool);
    round.sent.calls += 1;
    const answer = await callOnce(driver, { tool, request, argumentsJson, tenant, timeoutMs }, signal);
    if (answer === undefined) return undefined;
    const fault = faultOf(step, answer);
    if (fault === undefined) return answer;
    round.sent.failed += 1;
    await refuseIfGone(round, tool, answer);
    if (signal.aborted) return undefined;
    // One lost call is what the run is there to count; only a server that never answers is not ready for it.
    const { taxonomy } = OUTCOMES[answer.outcome];
    const passing = taxonomy === 'availability' || taxonomy === 'latency' || taxonomy === 'quota';
    if (passing && !once && attempt < TRIES) continue;
    const { client } = scenario;
    const sentTo = sentToOf(scenario, tenant);
    faults.push(callFault(step, name, fault, { argumentsJson, answer, client, once: once && passing, sentTo }));
    return undefined;
  }
}

/** Where the calls of a preflight go, and as whom. */
function sentToOf({ target, tenants, load }: Scenario, tenant: number): Omit<FailedCall, 'answer'> {
  const [url] = target.urls;
  const headers = { ...(url === undefined ? target.headers : headersFor(url, target)), ...tenants?.[tenant]?.headers };
  return {
    url,
    transport: target.transport,
    authorized: target.auth !== undefined || carriesCredentials(Object.entries(headers).flat()),
    timeoutMs: load.timeoutMs,
  };
}

/** The calls that follow on one that ended the server say nothing about their own tools. */
async function refuseIfGone(round: Round, tool: string, answer: CallAnswer): Promise<void> {
  const { outcome, answered } = answer;
  if (answered) return;
  const { watch, suspect, faults } = round;
  // Its sockets close a moment before we hear of its end.
  const sentence = await Promise.race([
    watch.exited ?? never,
    wait(watch.exited === undefined ? 0 : 300, undefined, { ref: false }),
  ]);
  if (sentence !== undefined) throw new PlimsollError(`${sentence}, ${stageOf(tool)}`, 'target');
  if (outcome !== 'connect-failed') {
    round.suspect ??= { tool, words: answerWords(answer) };
    return;
  }
  if (suspect === undefined) return;
  const before = faults.filter((fault) => fault.tool !== suspect.tool);
  throw new PlimsollError(
    `the server cannot be reached any more since the preflight call of ${suspect.tool}, which ended as ${suspect.words}${before.length === 0 ? '' : `; before that, ${before.map(({ what }) => what).join('; ')}`}`,
    'target',
    { hint: `look at the log of the server: ${suspect.tool} may have ended it; leave that call out, or change its arguments` },
  );
}

/** Where a preflight was when the server ended, in words that follow on how it ended. */
export const stageOf = (tool: string): string => `at the preflight calls, when ${tool} was called`;

const never = new Promise<undefined>(() => {});

function faultOf(step: PlannedStep, answer: CallAnswer): string | undefined {
  const mayExpect = answer.outcome === 'ok' || (answer.outcome === 'tool-error' && step.expect?.error === true);
  if (!mayExpect) return answerWords(answer);
  if (step.expect === undefined || answer.result === undefined) return undefined;
  const missed = checkExpectation(step.expect, answer.result, step.description);
  return missed === undefined ? undefined : `its answer does not meet \`expect\`: ${missed}`;
}
