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

export const runCommand = command({
  usage: 'run [scenario]',
  describe: 'Drive the load of a scenario, judge it, write a run folder and a report',
  examples: [
    ['$0 run my.yaml', 'into reports/<scenario>/<time>-<id>'],
    ['$0 run my.yaml --set load.seed=7 --label build=1234 --out out/run', 'with an override, a label, into your own folder'],
    ['$0 run my.yaml --retries 2 --wait-quiet 60s', 'on a busy CI runner: wait for quiet, and run again while in doubt'],
    [
      '$0 run http://127.0.0.1:3001/mcp --tool echo --arguments \'{"message":"hi"}\' --rate 50/s --for 10s --slo p95=400ms',
      'without a file',
    ],
    [
      '$0 run http://127.0.0.1:3001/mcp --tool echo --rate 50/s --for 10s --print-scenario',
      'print the scenario file of this command',
    ],
    [
      '$0 run --mcp-config .mcp.json --server orders --tool echo --rate 50/s --for 10s',
      'a server from the settings of an MCP client, without a file',
    ],
  ],
  positionals: {
    scenario: { type: 'string', describe: 'Scenario file, or the URL of a server; none with --mcp-config and --tool' },
  },
  options: {
    out: { ...once, describe: 'Run folder; default reports/<scenario>/<UTC time>-<id>' },
    label: { ...repeatable, describe: 'key=value kept in the result (repeatable)' },
    tool: { ...once, describe: 'Without a file: the tool to call' },
    arguments: { ...once, describe: 'Without a file: its arguments as JSON' },
    rate: { ...once, describe: 'Without a file: arrival rate, for instance 50/s' },
    for: { ...once, describe: 'Without a file: for how long, for instance 10s' },
    slo: { ...repeatable, describe: 'Without a file: a limit such as p95=400ms or success=99% (repeatable)' },
    toxiproxy: {
      ...once,
      describe: 'URL of a Toxiproxy to inject the faults with, or embedded (the default; else TOXIPROXY_URL)',
    },
    retries: {
      ...once,
      describe: 'How often to run again while the outcome is in doubt; then a pass needs two attempts that passed',
    },
    'print-scenario': { type: 'boolean', describe: 'Print the scenario and exit' },
    ...scenarioOptions,
    ...quietOptions,
    ...doubtOptions,
    ...loadOptions,
    ...outputOptions,
  },
  run: async (args, console) => {
    const { runFromArguments } = await import('../run/run-from-arguments.js');
    return runFromArguments(args, console);
  },
});
