import {
  command,
  doubtOptions,
  loadOptions,
  once,
  outputOptions,
  quietOptions,
  repeatable,
  scenarioOptions,
} from '../command.js';

export const capacityCommand = command({
  usage: 'capacity <scenario>',
  describe: 'Find the highest rate that meets the SLO, healthy and under faults, and size for it',
  examples: [
    ['$0 capacity scenarios/capacity.yaml', 'with the settings of `capacity:` in the file'],
    ['$0 capacity my.yaml --budget 2m', 'a first look: estimate within about 25 %'],
    ['$0 capacity my.yaml --under none --under slow-dependency@postgres', 'and how much of it a slow database costs'],
  ],
  positionals: { scenario: { type: 'string', demandOption: true, describe: 'Scenario file' } },
  options: {
    budget: { ...once, describe: 'Time for each search: 2m, 5m, 10m or 20m' },
    under: { ...repeatable, describe: 'none, or recipe@dependency (repeatable)' },
    start: { ...once, describe: 'First rate, for instance 10/s' },
    peak: { ...once, describe: 'Planned peak to size for, for instance 1000/s' },
    law: { type: 'boolean', describe: 'Also sweep callers without think time and fit the scalability law (with 20m always)' },
    'recovery-search': {
      type: 'boolean',
      describe: 'Also find the largest load at which the system recovers after each fault of `under`',
    },
    out: { ...once, describe: 'Run folder; default reports/<scenario>/<UTC time>-<id>' },
    label: { ...repeatable, describe: 'key=value kept in the result (repeatable)' },
    toxiproxy: {
      ...once,
      describe: 'URL of a Toxiproxy to inject the faults with, or embedded (the default; else TOXIPROXY_URL)',
    },
    ...scenarioOptions,
    ...quietOptions,
    ...doubtOptions,
    ...loadOptions,
    ...outputOptions,
  },
  run: async (args, console) => {
    const { capacityFromArguments } = await import('../capacity/capacity-from-arguments.js');
    return capacityFromArguments(args, console);
  },
});
