import { parseArgs } from 'node:util';
import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { serveToxiproxy, type ToxiproxyOptions } from './serve-toxiproxy.js';

// The embedded proxy as a process of its own. The first line on stdout says where it is: {"url":"http://127.0.0.1:8474","seed":7}
// With --lease it ends with whoever holds the other end of stdin: all toxics go at once, forwarding goes on for the grace time.

const DEFAULT_PORT = 8474;
const DEFAULT_GRACE_MS = 5000;

const wholeNumber = (name: string, text: string, most: number): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= most) return value;
  throw new PlimsollError(`--${name}: expected a whole number from 0 to ${most}, found "${text}"`, 'usage');
};

const readArguments = (): { readonly options: ToxiproxyOptions; readonly lease: boolean; readonly graceMs: number } => {
  const { values } = parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: String(DEFAULT_PORT) },
      config: { type: 'string' },
      seed: { type: 'string' },
      lease: { type: 'boolean', default: false },
      grace: { type: 'string', default: String(DEFAULT_GRACE_MS) },
    },
  });
  return {
    options: {
      host: values.host,
      port: wholeNumber('port', values.port, 65_535),
      ...(values.config === undefined ? {} : { config: values.config }),
      ...(values.seed === undefined ? {} : { seed: wholeNumber('seed', values.seed, Number.MAX_SAFE_INTEGER) }),
    },
    lease: values.lease,
    graceMs: wholeNumber('grace', values.grace, 3_600_000),
  };
};

const main = async (): Promise<void> => {
  const { options, lease, graceMs } = readArguments();
  const server = await serveToxiproxy(options);
  const stop = async (exitCode: number): Promise<never> => {
    await server.close();
    process.exit(exitCode);
  };
  // A Ctrl-C on the terminal reaches the whole process group; whoever holds the lease decides when this ends.
  process.on('SIGINT', () => {
    if (!lease) void stop(EXIT.interrupted);
  });
  process.once('SIGTERM', () => void stop(EXIT.terminated));
  if (lease) {
    const lost = (): void => {
      // A proxy that cannot listen again must not keep this process alive.
      void server.reset().catch(() => undefined);
      setTimeout(() => void stop(EXIT.pass), graceMs);
    };
    process.stdin.once('close', lost).resume();
  }
  process.stdout.on('error', () => undefined);
  process.stdout.write(`${JSON.stringify({ url: server.url, seed: server.seed })}\n`);
};

try {
  await main();
} catch (error) {
  const hint = error instanceof PlimsollError ? error.details.hint : undefined;
  process.stderr.write(`${(error as Error).message}${hint === undefined ? '' : `\n${hint}`}\n`);
  process.exitCode = error instanceof PlimsollError ? error.exitCode : EXIT.usage;
}
