import { EXIT } from '../../errors/exit-codes.js';
import type { GateSettings } from '../../scenario/gate-settings.js';
import type { LoadedScenario } from '../../scenario/reading/parse-scenario.js';
import { command, outputOptions, scenarioOptions } from '../command.js';

export const validateCommand = command({
  usage: 'validate <scenario>',
  describe: 'Check a scenario and print its plan; no traffic',
  examples: [
    ['$0 validate my.yaml', 'phases, calls, peak rate, what will be judged'],
    ['$0 validate my.yaml --env staging --set load.seed=7', 'with an overlay and an override'],
    ['$0 validate my.yaml --json', 'the plan as JSON'],
  ],
  positionals: { scenario: { type: 'string', demandOption: true, describe: 'Scenario file' } },
  options: { ...outputOptions, ...scenarioOptions },
  run: async (args, console) => {
    const [{ loadFromArguments }, { planOf }, { renderPlan }, { hostsNotAllowed }] = await Promise.all([
      import('../load-from-arguments.js'),
      import('../../scenario/plan/plan.js'),
      import('../../scenario/plan/plan-text.js'),
      import('../../scenario/hosts.js'),
    ]);
    const loaded = await loadFromArguments(args.scenario, args, console);
    const { scenario } = loaded;
    const plan = planOf(scenario);
    const unnamed = hostsNotAllowed(scenario, []);
    const gate = scenario.gate && (await gateTerms(loaded, args.scenario, scenario.gate));
    if (args.json) {
      console.json({ ...plan, ...(gate === undefined ? {} : { gate: gate.planned }), hostsNotAllowed: unnamed });
    } else if (args.quiet) console.out(`${args.scenario}: valid`);
    else {
      const lines = gate === undefined ? [] : ['', 'Gate', ...gate.lines.map((line) => `  ${line}`)];
      console.out([...renderPlan(plan).trimEnd().split('\n'), ...lines]);
    }
    for (const host of unnamed) {
      console.err(`note: ${host} is not this machine: a run needs target.allow: [${host}] or --yes-i-may-load ${host}`);
    }
    return EXIT.pass;
  },
});

/** How long a gate of the scenario takes and what it finds here, as data and in lines. Loaded only where it has one. */
async function gateTerms(
  { scenario, hash }: LoadedScenario,
  path: string,
  settings: GateSettings,
): Promise<{ readonly planned: Readonly<Record<string, unknown>>; readonly lines: readonly string[] }> {
  const [
    { gateOrder, pairMs },
    { gateFindsLine, gateTermLines },
    { lastSelfCheck },
    { selfCheckFinds },
    { hostFacts },
    { scenarioFolder },
  ] = await Promise.all([
    import('../../run/gate/gate-order.js'),
    import('../gate/gate-plan-lines.js'),
    import('../../run/gate/self-checks.js'),
    import('../../gate/self-check-finds.js'),
    import('../../run/host-facts.js'),
    import('../../run/run-folder.js'),
  ]);
  if (settings.stored !== undefined) {
    const file = settings.stored;
    return {
      planned: { mode: 'stored', file },
      lines: [`one run of the candidate, judged by what the saved runs of ${file} predict`],
    };
  }
  const gate = gateOrder(scenario, settings, { self: false });
  const { phase, pairs } = gate.settings;
  const { under } = settings;
  const asked = { host: hostFacts(), scenarioHash: hash, phase, ...(under === undefined ? {} : { under }) };
  const check = lastSelfCheck(scenarioFolder(scenario.name), asked);
  const finds = check === undefined ? [] : selfCheckFinds(check, settings);
  return {
    planned: {
      mode: gate.mode,
      phase,
      looks: pairs.looks,
      pairS: pairMs(gate.settings, gate.mode) / 1000,
      budgetS: gate.budgetMs / 1000,
      ...(check === undefined
        ? {}
        : { selfCheck: { runId: check.runId, startedAt: check.startedAt, pairs: check.pairs, finds } }),
    },
    lines: [...gateTermLines(gate), gateFindsLine({ check, finds }, { last: pairs.looks.at(-1), scenario: path })],
  };
}
