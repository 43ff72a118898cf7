import { EXIT } from '../../errors/exit-codes.js';
import { command } from '../command.js';
import { outputOptions, scenarioOptions } from '../common-options.js';

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
    const [{ loadFromArguments }, { planOf }, { renderPlan }, { hostsNotAllowed }, { gateOrder, pairMs }, { gateTermLines }] =
      await Promise.all([
        import('../load-from-arguments.js'),
        import('../../scenario/plan/plan.js'),
        import('../../scenario/plan/plan-text.js'),
        import('../../scenario/hosts.js'),
        import('../../run/gate/gate-order.js'),
        import('../gate/gate-plan-lines.js'),
      ]);
    const loaded = await loadFromArguments(args.scenario, args, console);
    const { scenario } = loaded;
    const plan = planOf(scenario);
    const unnamed = hostsNotAllowed(scenario, []);
    const gate = scenario.gate && gateOrder(scenario, scenario.gate, { self: false });
    if (args.json) {
      const planned = gate && {
        mode: gate.mode,
        phase: gate.settings.phase,
        looks: gate.settings.pairs.looks,
        pairS: pairMs(gate.settings, gate.mode) / 1000,
        budgetS: gate.budgetMs / 1000,
      };
      console.json({ ...plan, ...(planned === undefined ? {} : { gate: planned }), hostsNotAllowed: unnamed });
    } else if (args.quiet) console.out(`${args.scenario}: valid`);
    else {
      const lines = gate === undefined ? [] : ['', 'Gate', ...gateTermLines(gate).map((line) => `  ${line}`)];
      console.out([...renderPlan(plan).trimEnd().split('\n'), ...lines]);
    }
    for (const host of unnamed) {
      console.err(`note: ${host} is not this machine: a run needs target.allow: [${host}] or --yes-i-may-load ${host}`);
    }
    return EXIT.pass;
  },
});
