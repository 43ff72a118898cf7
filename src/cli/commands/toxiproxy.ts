import { EXIT } from '../../errors/exit-codes.js';
import { command, once, outputOptions } from '../command.js';
import { portOf } from '../port.js';

export const toxiproxyCommand = command({
  usage: 'toxiproxy',
  describe: 'Run the embedded, Toxiproxy-compatible proxy on its own',
  examples: [
    ['$0 toxiproxy', 'the API on 127.0.0.1:8474, until Ctrl-C'],
    ['$0 toxiproxy --config proxies.json', 'with the proxies of a file: [{ "name", "listen", "upstream" }]'],
  ],
  positionals: {},
  options: {
    host: { ...once, default: '127.0.0.1', describe: 'Address on which the API listens' },
    port: { ...once, default: '8474', describe: 'Port of the API; 0 takes any free port' },
    config: { ...once, describe: 'Proxies to create at the start, in the format of Toxiproxy' },
    ...outputOptions,
  },
  run: async (args, console) => {
    const { serveToxiproxy } = await import('../../toxiproxy/serve-toxiproxy.js');
    const stopped = new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    });
    const server = await serveToxiproxy({
      host: args.host ?? '127.0.0.1',
      port: portOf('--port', args.port ?? '8474'),
      ...(args.config === undefined ? {} : { config: args.config }),
    });
    if (args.json) console.json({ url: server.url, seed: server.seed }, JSON.stringify);
    else if (!args.quiet) console.out(`embedded Toxiproxy ready: ${server.url} (Ctrl-C stops it)`);
    await stopped;
    await server.close();
    return EXIT.pass;
  },
});
