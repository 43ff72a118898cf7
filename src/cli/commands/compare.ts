import { command, once, outputOptions, repeatable } from '../command.js';

export const compareCommand = command({
  usage: 'compare <a> <b>',
  describe: 'Put two saved runs, capacity searches, gates or baseline files side by side',
  examples: [
    ['$0 compare out/before out/after', 'what changed from the first to the second'],
    ['$0 compare baselines/old.json baselines/new.json', 'two saved baselines; two searches or gates by their folders'],
    ['$0 compare out/before out/after -o compare.html', 'as a page; compare.md: as Markdown'],
    ['$0 compare out/before out/after --fail-on p95:10', 'exit code 4 where p95 is more than 10 % higher'],
  ],
  positionals: {
    a: { type: 'string', demandOption: true, describe: 'Folder of a run, search or gate to compare with, or a baseline file' },
    b: { type: 'string', demandOption: true, describe: 'What is compared with it, of the same kind' },
  },
  options: {
    out: { ...once, alias: 'o', describe: 'File to write: .html or .md' },
    'fail-on': {
      ...repeatable,
      describe:
        'METRIC:PERCENT: exit code 4 where it is worse by more; p50, p95, p99, success, goodput, for gates cpu, for searches confirmed, estimate, cpu, memory, instances, cost (repeatable)',
    },
    ...outputOptions,
  },
  run: async (args, console) => {
    const { compareFromArguments } = await import('../compare/compare-from-arguments.js');
    return compareFromArguments(args, console);
  },
});
