import { nodeFiles } from '../../scenario/reading/load-scenario.js';
import { parseScenario } from '../../scenario/reading/parse-scenario.js';
import type { Scenario } from '../../scenario/scenario.js';

/** What is driven against the stub: one tool, one load thread, one phase as a scenario file has it. */
export function stubScenario(url: string, maxInFlight: number, phase: string): Scenario {
  const text = `{ plimsoll: 1, name: stub, target: { url: "${url}", protocol: legacy }, calls: [{ tool: echo, arguments: {} }],
    load: { seed: 1, arrivals: constant, timeout: 5s, drain: 1s, workers: 1, maxInFlight: ${maxInFlight}, phases: [${phase}] } }`;
  return parseScenario(text, { fileName: 'stub.yaml', folder: '.', env: {}, files: nodeFiles }).scenario;
}
