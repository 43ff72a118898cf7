import { command, loadOptions, outputOptions, quietOptions, scenarioOptions } from '../command.js';

export const doctorCommand = command({
  usage: 'doctor [scenario]',
  describe: 'Measure what this machine can generate; check the target of a scenario',
  examples: [
    ['$0 doctor', 'the highest rate this machine can generate on time (about 10 s)'],
    [
      '$0 doctor my.yaml',
      'the same, and whether it can judge the scenario now (exit code 5: too noisy) and the target answers (6)',
    ],
  ],
  positionals: { scenario: { type: 'string', describe: 'Scenario file' } },
  options: { ...scenarioOptions, ...quietOptions, ...loadOptions, ...outputOptions },
  run: async (args, console) => {
    const { doctorFromArguments } = await import('../doctor/doctor-from-arguments.js');
    return doctorFromArguments(args, console);
  },
});
