import { command, once, outputOptions } from '../command.js';
import { sizingOptions } from '../size/sizing-flags.js';

export const sizeCommand = command({
  usage: 'size <result>',
  describe: 'Size again from a saved capacity search, with other inputs; no traffic',
  examples: [
    ['$0 size reports/capacity/20260101T120000Z-abc123 --peak 2000/s', 'instances for another peak'],
    ['$0 size out/result.json --zones 3 --survive.zones 1 --k8s capacity.k8s.yaml', 'and the manifest for it'],
  ],
  positionals: {
    result: { type: 'string', demandOption: true, describe: 'Run folder of a capacity search, or its result.json' },
  },
  options: {
    ...sizingOptions,
    k8s: { ...once, describe: 'Also write a Kubernetes manifest to this file' },
    ...outputOptions,
  },
  run: async (args, console) => {
    const { sizeFromArguments } = await import('../size/size-from-arguments.js');
    return sizeFromArguments(args, console);
  },
});
