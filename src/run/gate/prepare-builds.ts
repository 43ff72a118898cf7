import { dirname, resolve } from 'node:path';
import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { GateBuild } from '../../journal/pair-entry.js';
import type { GateSettings, GateSource } from '../../scenario/gate-settings.js';
import { withTarget } from '../../scenario/reading/load-scenario.js';
import type { LoadedScenario } from '../../scenario/reading/parse-scenario.js';
import type { Scenario } from '../../scenario/scenario.js';
import { startWatchdog, type Watchdog } from '../../watchdog/watchdog.js';
import { refuseStopped } from '../refuse-stopped.js';
import { buildIn } from './build-in.js';
import { type CheckedOut, checkOut } from './checked-out.js';
import type { BuildScenarios } from './gate-request.js';
import { sharedAddress } from './shared-address.js';

/** Both builds, ready to be started any number of times. */
export interface PreparedBuilds {
  /** As a reader calls them. */
  readonly labels: Readonly<Record<GateBuild, string>>;
  /** The same load for each, with free ports of their own. */
  scenarios(): BuildScenarios;
  /** The candidate alone, with free ports. */
  candidate(): LoadedScenario;
  /** Takes away what was checked out. Idempotent, never rejects. */
  close(): Promise<void>;
}

export interface BuildOrder extends Pick<GateSettings, 'build' | 'start'> {
  readonly baseline: GateSource;
  readonly candidate: GateSource;
}

interface Prepared {
  readonly label: string;
  readonly keys: Readonly<Record<string, unknown>>;
}

/**
 * Checks out, builds and finds both builds.
 * @throws PlimsollError: 2 for a build that makes no target, 5 when the baseline is not there or does not build, 6 when the candidate does not,
 * 130 and 143 when stopped.
 */
export async function prepareBuilds(
  loaded: LoadedScenario,
  order: BuildOrder,
  { onStep, signal }: { readonly onStep: (text: string) => void; readonly signal: AbortSignal },
): Promise<PreparedBuilds> {
  const checkedOut: CheckedOut[] = [];
  let watchdog: Watchdog | undefined;
  const close = async (): Promise<void> => {
    await Promise.all(checkedOut.map((one) => one.remove()));
    watchdog?.dismiss();
    watchdog = undefined;
  };
  const prepare = async (build: GateBuild, source: GateSource): Promise<Prepared> => {
    if (source.kind === 'target') return { label: labelOf(source.keys, loaded, build), keys: source.keys };
    let folder: string;
    let label: string;
    if (source.kind === 'git') {
      refuseStopped(signal);
      watchdog ??= startWatchdog();
      onStep(`${build}: checking ${source.ref} out`);
      const out = await checkOut(source.ref, dirname(resolve(loaded.path)), watchdog);
      checkedOut.push(out);
      folder = out.folder;
      // CI systems name the base by its whole commit.
      label = source.ref.startsWith(out.commit) ? out.commit : `${source.ref} (${out.commit})`;
    } else {
      folder = source.folder;
      label = folder;
    }
    if (order.build !== undefined) {
      onStep(`${build}: ${order.build.join(' ')}`);
      watchdog ??= startWatchdog();
      await buildIn(folder, order.build, build === 'baseline' ? EXIT.inconclusive : EXIT.target, { watchdog, signal });
    }
    return { label, keys: startedIn(folder, order.start, loaded.written) };
  };
  try {
    // One after the other: two builds at once would only be slower, and their output would mix.
    const baseline = await prepare('baseline', order.baseline);
    const candidate = await prepare('candidate', order.candidate);
    const loadedOf = ({ keys }: Prepared): LoadedScenario => {
      const own = withTarget(loaded, keys, process.env);
      return { ...own, scenario: withPort(own.scenario) };
    };
    const draw = (): BuildScenarios => ({ baseline: loadedOf(baseline).scenario, candidate: loadedOf(candidate).scenario });
    return {
      labels: { baseline: baseline.label, candidate: candidate.label },
      scenarios: () => {
        const drawn = draw();
        // Free ports of both may be the same by chance; fixed ones are the same again.
        return sharedAddress(drawn) === undefined ? drawn : draw();
      },
      candidate: () => loadedOf(candidate),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** With its port in the environment of a server that plimsoll starts, unless that says its own. */
function withPort(scenario: Scenario): Scenario {
  const { server, urls } = scenario.target;
  const port = urls[0] === undefined ? '' : new URL(urls[0]).port;
  if (server === undefined || port === '' || server.env.PORT !== undefined) return scenario;
  return { ...scenario, target: { ...scenario.target, server: { ...server, env: { ...server.env, PORT: port } } } };
}

/** Keys of `target` for a build that is started in a folder: everything as the scenario has it, but where and how it is started. */
function startedIn(
  folder: string,
  start: readonly string[] | undefined,
  { target }: LoadedScenario['written'],
): Readonly<Record<string, unknown>> {
  const written = target as Readonly<Record<string, unknown>>;
  const { transport, server, url, health, metrics, command } = written;
  if (transport === 'stdio') return { command: start ?? command, cwd: folder };
  const own = (server ?? {}) as Readonly<Record<string, unknown>>;
  const started = start ?? own.command;
  if (started === undefined) {
    throw new PlimsollError('gate.start: a git or folder build needs a command that starts it', 'usage', {
      hint: 'give gate.start, or target.server.command, with {{ port }} where its port stands',
    });
  }
  return {
    url,
    ...(health === undefined ? {} : { health }),
    ...(metrics === undefined ? {} : { metrics }),
    server: { ...own, command: started, cwd: folder },
  };
}

/** A server that runs by its URL, one that is started by its command. Ports that are drawn anew for each pair are left out. */
function labelOf(keys: Readonly<Record<string, unknown>>, { written }: LoadedScenario, build: GateBuild): string {
  const target = written.target as Readonly<Record<string, unknown>>;
  const { url, server, command } = keys.url === undefined && keys.command === undefined ? { ...target, ...keys } : keys;
  const started = command ?? (server as { readonly command?: unknown } | undefined)?.command;
  const named = Array.isArray(started) ? started.join(' ') : typeof url === 'string' ? url : build;
  return named.replace(/\{\{.*?\}\}/g, '*');
}
