import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { PlannedFault } from '../../src/scenario/faults/fault-plan.js';
import { type Recipe, readParameters } from '../../src/scenario/faults/recipe.js';
import { recipeNamed } from '../../src/scenario/faults/recipe-catalogue.js';

/** Builds dist/, which the processes of the agent run from; does nothing when it is fresh. */
export function build(): void {
  const root = join(import.meta.dirname, '../..');
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/build.js')], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-faults-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A TCP server that sends back what it gets. @returns host:port */
export async function echoServer(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** One round trip on a connection of its own. @returns milliseconds, or why there was none */
export async function roundTrip(port: number, limitMs = 3000): Promise<number | string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const startedMs = performance.now();
  try {
    return await new Promise<number | string>((resolve) => {
      socket.setTimeout(limitMs, () => resolve('hung'));
      socket.once('connect', () => socket.write('x'));
      socket.once('data', () => resolve(performance.now() - startedMs));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.once('close', () => resolve('closed'));
    });
  } finally {
    socket.destroy();
  }
}

/** A fault of the catalogue on `dependency`, as a plan. */
export function planned(
  name: string,
  options: {
    readonly with?: Readonly<Record<string, unknown>>;
    readonly atMs?: number;
    readonly forMs: number;
    readonly fault?: number;
  },
): PlannedFault {
  const recipe = recipeNamed(name) as Recipe;
  const read = readParameters(recipe, options.with ?? {});
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const { forMs, atMs = 0, fault = 0 } = options;
  const steps = recipe.steps({ dependency: 'dep', forMs, values: read.values });
  return { fault, dependency: 'dep', recipe: name, atMs, forMs, steps };
}
