import { command, once, outputOptions } from '../command.js';

export const baselineCommand = command({
  usage: 'baseline <action> <paths..>',
  describe: 'Keep runs as the performance baseline, or show one',
  examples: [
    ['$0 baseline save reports/orders/20260101T120000Z-abc123 -o baselines/orders.json', 'of one run'],
    ['$0 baseline save out/run1 out/run2 out/run3 -o baselines/orders.json --tolerance 1.3', 'the median of several runs'],
    [
      '$0 baseline save baselines/orders.json out/run4 -o baselines/orders.json',
      'one run more; from 10 runs of 5 days on, they predict',
    ],
    ['$0 baseline show baselines/orders.json', 'its limits and the runs they come from'],
  ],
  positionals: {
    action: { choices: ['save', 'show'] as const, demandOption: true, describe: 'save RUN... -o FILE, or show FILE' },
    paths: {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Run folders to save (a baseline file keeps its runs), or the file to show',
    },
  },
  options: {
    out: { ...once, alias: 'o', describe: 'save: file to write' },
    tolerance: { ...once, describe: 'save: how much worse a later run may be while the runs are few, 1.5 = 50 % (default)' },
    ...outputOptions,
  },
  run: async (args, console) => {
    const { saveRuns, showBaseline } = await import('../baseline/baseline-actions.js');
    return args.action === 'save' ? saveRuns(args, console) : showBaseline(args, console);
  },
});
