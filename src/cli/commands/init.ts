import { EXIT } from '../../errors/exit-codes.js';
import { countText, numberText } from '../../text/figure-text.js';
import { command, mcpConfigOptions, once, outputOptions } from '../command.js';

export const initCommand = command({
  usage: 'init [url]',
  describe: 'Look at the tools of a server and write a starter scenario; nothing is called without --try',
  examples: [
    ['$0 init http://127.0.0.1:3001/mcp', 'write <name of the server>.yaml here'],
    ['$0 init http://127.0.0.1:3001/mcp --try', 'call each tool that only reads once, and take ids from what it answers'],
    ['$0 init -- node server.js', 'for a server that speaks MCP on its standard input and output'],
    ['$0 init --mcp-config .mcp.json --server orders', 'for a server from the settings of an MCP client'],
    ['$0 init http://127.0.0.1:3001/mcp --out load/orders.yaml --force', 'write that file, and overwrite it if it exists'],
  ],
  positionals: { url: { type: 'string', describe: 'Streamable HTTP endpoint of the server' } },
  options: {
    out: { ...once, describe: 'File to write' },
    try: { type: 'boolean', describe: 'Call each tool that only reads once, and take ids from what it answers' },
    force: { type: 'boolean', describe: 'Overwrite an existing file' },
    ...mcpConfigOptions,
    ...outputOptions,
  },
  run: async (args, console) => {
    const [{ initScenario }, { initTarget }, { nothingActive }] = await Promise.all([
      import('../init/init-scenario.js'),
      import('../init/init-target.js'),
      import('../init/starter-scenario.js'),
    ]);
    const written = await initScenario({
      target: initTarget(args, console),
      out: args.out,
      force: args.force === true,
      tryTools: args.try === true,
      redactor: console.redactor,
    });
    if (args.json) console.json(written);
    else {
      console.out(
        `wrote ${written.file}: ${numberText(written.active.length)} of ${countText(written.active.length + written.leftOut.length, 'tool')} active`,
      );
      if (!args.quiet) for (const { tool, why } of written.leftOut) console.err(`  left out ${tool}: ${why}`);
    }
    if (!args.quiet && written.madeUp.length > 0 && args.try !== true)
      console.err(`made up: ${written.madeUp.join(', ')}; replace them with real values, or let --try read them from the server`);
    if (written.active.length === 0) console.err(nothingActive(written.leftOut.length, args.try === true));
    else if (!args.quiet) console.err(`next: plimsoll validate ${written.file}`);
    return EXIT.pass;
  },
});
