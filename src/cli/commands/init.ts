import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { command } from '../command.js';
import { once, outputOptions } from '../common-options.js';

export const initCommand = command({
  usage: 'init [url]',
  describe: 'Look at the tools of a server and write a starter scenario; nothing is called',
  examples: [
    ['$0 init http://127.0.0.1:3001/mcp', 'write <name of the server>.yaml here'],
    ['$0 init http://127.0.0.1:3001/mcp --out load/orders.yaml --force', 'write that file, even over another'],
  ],
  positionals: { url: { type: 'string', describe: 'Streamable HTTP endpoint of the server' } },
  options: {
    out: { ...once, describe: 'File to write' },
    force: { type: 'boolean', describe: 'Write over a file that is there' },
    ...outputOptions,
  },
  run: async (args, console) => {
    if ((args['--']?.length ?? 0) > 0) {
      throw new PlimsollError('init -- COMMAND (a stdio server) is not in this version yet', EXIT.usage, {
        hint: 'start the server with its Streamable HTTP transport and give its URL',
      });
    }
    if (args.url === undefined)
      throw new PlimsollError('init needs the URL of a server', EXIT.usage, { hint: 'see init --help' });
    const { initScenario } = await import('../init/init-scenario.js');
    const written = await initScenario({ url: args.url, out: args.out, force: args.force === true });
    if (args.json) console.out(JSON.stringify(written, undefined, 2));
    else {
      console.out(
        `wrote ${written.file}: ${written.active.length} of ${written.active.length + written.leftOut.length} tools active`,
      );
      if (!args.quiet) for (const { tool, why } of written.leftOut) console.err(`  left out ${tool}: ${why}`);
    }
    if (written.active.length === 0)
      console.err('no tool may be called unseen: take the comment signs off one of the calls in the file');
    else if (!args.quiet) console.err(`next: plimsoll validate ${written.file}`);
    return EXIT.pass;
  },
});
