import { command, outputOptions } from '../command.js';

export const reportCommand = command({
  usage: 'report <run>',
  describe: 'Write result and reports again from a run folder',
  examples: [
    ['$0 report reports/first-run/20260101T120000Z-abc123', 'also for a run that was killed: up to its last second'],
    ['$0 report out/run --json', 'the result as JSON'],
  ],
  positionals: { run: { type: 'string', demandOption: true, describe: 'Run folder' } },
  options: outputOptions,
  run: async (args, console) => {
    const [{ finishRun }, { savedRunFolder }, { tellResult }] = await Promise.all([
      import('../../run/finish-run.js'),
      import('../../run/run-folder.js'),
      import('../run/tell-result.js'),
    ]);
    const finished = await finishRun(savedRunFolder(args.run));
    tellResult(finished, console, { json: args.json === true, quiet: args.quiet === true });
    return finished.exitCode;
  },
});
