import { command, loadOptions, once, outputOptions, quietOptions, repeatable, scenarioOptions } from '../command.js';

export const gateCommand = command({
  usage: 'gate <scenario>',
  describe: 'Tell whether a new build is slower, fails more often or needs more CPU than another',
  examples: [
    ['$0 gate load/orders.yaml --baseline git:main', 'this checkout against the main branch, both built and started here'],
    ['$0 gate my.yaml --baseline http://127.0.0.1:3911/mcp', 'two servers that run already'],
    ['$0 gate my.yaml --baseline baselines/my.json', 'one run against saved runs'],
    ['$0 gate my.yaml --self', 'a build against itself: what this machine can find'],
  ],
  positionals: { scenario: { type: 'string', demandOption: true, describe: 'Scenario file' } },
  options: {
    baseline: {
      ...once,
      describe: 'The build to compare with: a URL, a folder, git:REF or a baseline file; default gate.baseline',
    },
    candidate: { ...once, describe: 'The build that is judged: a URL, a folder or git:REF; default gate.candidate, else target' },
    self: { type: 'boolean', describe: 'Compare the baseline with itself, and say which change can be found here' },
    budget: { ...once, describe: 'Longest that all pairs may take, for instance 12m' },
    seed: { ...once, describe: 'Seed of the arrivals; the same seed gives the same calls' },
    out: { ...once, describe: 'Run folder; default reports/<scenario>/<UTC time>-<id>' },
    label: { ...repeatable, describe: 'key=value kept in the result (repeatable)' },
    toxiproxy: {
      ...once,
      describe: 'URL of a Toxiproxy to inject the faults with, or embedded (the default; else TOXIPROXY_URL)',
    },
    ...scenarioOptions,
    ...quietOptions,
    ...loadOptions,
    ...outputOptions,
  },
  run: async (args, console) => {
    const { gateFromArguments } = await import('../gate/gate-from-arguments.js');
    return gateFromArguments(args, console);
  },
});
