import type { ToolDescription } from '../mcp/driver.js';
import { parsePointer } from '../mcp/protocol/json-pointer.js';
import { cellJson } from '../mcp/protocol/tool-arguments.js';
import type { CancelPlan, Expectation, OtherRequest, ToolStep } from '../scenario/call.js';
import type { Scenario } from '../scenario/scenario.js';
import { type ArgumentTemplate, compileArguments } from './argument-template.js';

/** One tool call of an arrival, compiled. */
export interface PlannedStep {
  readonly tool: string;
  /** Index in `CallPlan.tools`. */
  readonly toolIndex: number;
  /** Absent: `tools/call`. */
  readonly request?: OtherRequest;
  readonly cancel?: CancelPlan;
  /** Pause before it is due: from the arrival for the first step, from the end of the step before for the others. */
  readonly thinkMs: number;
  readonly arguments: ArgumentTemplate;
  readonly expect?: Expectation;
  readonly description?: ToolDescription;
  readonly save: readonly { readonly name: string; readonly path: readonly string[]; readonly pointer: string }[];
  /** The whole result must be parsed and handed over. */
  readonly wantResult: boolean;
}

/** What one arrival does: a single call, or the steps of a journey. */
export interface PlannedArrival {
  readonly steps: readonly PlannedStep[];
  /** Pause after the last step; it only holds a user of a closed phase. */
  readonly thinkAfterMs: number;
}

/** The scenario's calls, compiled once. */
export interface CallPlan {
  readonly arrivals: readonly PlannedArrival[];
  readonly weights: readonly number[];
  /** Every tool that is called. */
  readonly tools: readonly string[];
}

/** Tools and other requests of a scenario by the names that tables show, each once, in the order in which they appear. */
export function toolsOf(scenario: Pick<Scenario, 'calls'>): readonly string[] {
  const steps = scenario.calls.flatMap((call) =>
    call.type === 'call' ? [call.tool] : call.steps.map((step) => ('tool' in step ? step.tool : '')),
  );
  return [...new Set(steps)].filter((tool) => tool !== '');
}

/** Tools alone, without the other requests. */
export function calledTools(scenario: Pick<Scenario, 'calls'>): readonly string[] {
  const steps = scenario.calls.flatMap((call): readonly Pick<ToolStep, 'tool' | 'request'>[] =>
    call.type === 'call' ? [call] : call.steps.filter((step) => 'tool' in step),
  );
  return [...new Set(steps.flatMap(({ tool, request }) => (request === undefined ? [tool] : [])))];
}

/** @param listed the tools as the server lists them; their schemas say which type a CSV cell takes. */
export function planCalls(scenario: Scenario, listed: readonly ToolDescription[]): CallPlan {
  const tools = toolsOf(scenario);
  const stepOf = (step: Omit<ToolStep, 'save'>, save: ToolStep['save'], thinkMs: number): PlannedStep => {
    const { request } = step;
    const description = request === undefined ? listed.find(({ name }) => name === step.tool) : undefined;
    const saved = Object.entries(save).map(([name, pointer]) => ({ name, pointer, path: parsePointer(pointer) }));
    return {
      tool: step.tool,
      toolIndex: tools.indexOf(step.tool),
      ...(request === undefined ? {} : { request }),
      ...(step.cancel === undefined ? {} : { cancel: step.cancel }),
      thinkMs,
      arguments: compileArguments(step.arguments, {
        seed: scenario.load.seed,
        ...(scenario.load.firstSeq === undefined ? {} : { firstSeq: scenario.load.firstSeq }),
        data: scenario.data,
        cellJson: (cell, path) => cellJson(cell, schemaAt(description?.inputSchema, path)),
      }),
      save: saved,
      wantResult: saved.length > 0 || step.expect !== undefined,
      ...(step.expect === undefined ? {} : { expect: step.expect }),
      ...(description === undefined ? {} : { description }),
    };
  };
  const arrivals = scenario.calls.map((call): PlannedArrival => {
    if (call.type === 'call') return { steps: [stepOf(call, {}, 0)], thinkAfterMs: 0 };
    const steps: PlannedStep[] = [];
    let thinkMs = 0;
    for (const step of call.steps) {
      if ('thinkMs' in step) thinkMs += step.thinkMs;
      else {
        steps.push(stepOf(step, step.save, thinkMs));
        thinkMs = 0;
      }
    }
    return { steps, thinkAfterMs: thinkMs };
  });
  return { arrivals, weights: scenario.calls.map(({ weight }) => weight), tools };
}

/** The part of a JSON Schema that speaks of the value at a path, as far as `properties` and `items` lead. */
function schemaAt(schema: unknown, path: readonly (string | number)[]): unknown {
  let at: unknown = schema;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    const { properties, items } = at as { readonly properties?: Readonly<Record<string, unknown>>; readonly items?: unknown };
    at =
      typeof key === 'number' ? items : properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
  }
  return at;
}
