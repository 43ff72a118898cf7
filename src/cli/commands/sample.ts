import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { command, once, outputOptions } from '../command.js';
import { portOf } from '../port.js';

export const sampleCommand = command({
  usage: 'sample',
  describe: 'Start the sample "orders" MCP server on a real PostgreSQL',
  examples: [
    ['$0 sample --postgres 15433', 'start a PostgreSQL too, and seed it'],
    ['$0 sample --database postgres://me@127.0.0.1:5432/orders', 'on an existing PostgreSQL'],
    ['$0 sample --postgres 15433 --hardened', 'with timeouts, a bounded queue and a breaker'],
  ],
  positionals: {},
  options: {
    host: { ...once, default: '127.0.0.1', describe: 'Address to listen on' },
    port: { ...once, default: '3001', describe: 'Port to listen on; 0 takes any free port' },
    postgres: { ...once, describe: 'Start a PostgreSQL on this port of 127.0.0.1, seed it, stop it at the end' },
    database: { ...once, describe: 'Database URL; default: the PostgreSQL that was started' },
    hardened: { type: 'boolean', describe: 'Pool sized for the load, timeouts, bounded queue, breaker' },
    'query-time': { ...once, describe: 'Extra milliseconds that every query holds its connection' },
    'tenant-limit': { ...once, describe: 'Requests a second for each tenant (header x-tenant); more get 429' },
    leak: { type: 'boolean', describe: 'Leak memory on purpose' },
    ...outputOptions,
  },
  run: async (args, console) => {
    const { runSample } = await import('../../sample/run-sample.js');
    const stopped = new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    });
    const sample = await runSample({
      host: args.host ?? '127.0.0.1',
      port: portOf('--port', args.port ?? '3001'),
      ...(args.postgres === undefined ? {} : { postgresPort: portOf('--postgres', args.postgres) }),
      ...(args.database === undefined ? {} : { databaseUrl: args.database }),
      hardened: args.hardened === true,
      leak: args.leak === true,
      ...(args['query-time'] === undefined
        ? {}
        : { queryTimeMs: wholeNumber('--query-time', args['query-time'], 'milliseconds') }),
      ...(args['tenant-limit'] === undefined
        ? {}
        : { tenantLimitPerS: wholeNumber('--tenant-limit', args['tenant-limit'], 'requests a second') }),
    });
    if (args.json) console.json({ url: sample.url }, JSON.stringify);
    else if (!args.quiet) console.err(`sample server ready: ${sample.url} (Ctrl-C stops it)`);
    await stopped;
    await sample.close();
    return EXIT.pass;
  },
});

function wholeNumber(option: string, text: string, unit: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1_000_000) return value;
  throw new PlimsollError(`${option} ${text}: accepted: a whole number of ${unit}, at least 1`, 'usage');
}
