import { PlimsollError } from '../errors/plimsoll-error.js';
import type { FaultAgent } from '../faults/fault-agent.js';
import type { SentBeside } from '../journal/sessions-entry.js';
import type { LoadEngine } from '../load/load-engine.js';
import { createLoadEngine } from '../load/threads/create-load-engine.js';
import type { ServerOutput } from '../mcp/server-process-event.js';
import { compact } from '../scenario/file/compact.js';
import type { Scenario } from '../scenario/scenario.js';
import type { Signals } from '../signals/signals.js';
import { countText } from '../text/figure-text.js';
import { startWatchdog, type Watchdog } from '../watchdog/watchdog.js';
import { endpointText } from './endpoint-text.js';
import type { Environment, EnvironmentOptions } from './environment.js';
import { environmentOf } from './opened-environment.js';
import { causeOf, deadDependency, redacted } from './opening-error.js';
import { OutputLog } from './output-log.js';
import { preflight, stageOf } from './preflight.js';
import { isNearby, type ProxiedDependencies, startProxies } from './proxied-dependencies.js';
import { provePaths, refuseDeadUpstreams } from './proxied-paths.js';
import { refuseTakenPorts, waitUntilReady } from './ready-wait.js';
import { type ServerProcess, startServerProcess } from './server-process.js';
import { watchServerSockets } from './server-sockets.js';
import { openSharedToken, type SharedToken } from './shared-token.js';
import { refuseUnknownTools } from './tool-checks.js';

/** The parts with threads; tests put others in their place. */
export interface EnvironmentParts {
  /**
   * @param token of `target.auth`, to start with
   * @param onServerOutput stdio: told what server processes print
   */
  createEngine(scenario: Scenario, token?: string, onServerOutput?: ServerOutput): LoadEngine;
}

const realParts: EnvironmentParts = {
  createEngine: (scenario, token, onServerOutput) => createLoadEngine(compact({ scenario, token, onServerOutput })),
};

/**
 * Opens what outlives a drive: the server under test where the scenario has one (with a watchdog that stops it should we die), the load
 * threads with their sessions, and the checks before any load. Whatever fails, what was opened is closed again.
 * @throws PlimsollError: 6 for a target that cannot be loaded, 7 for faults that cannot be carried out, 8 for a port that is taken.
 */
export async function openEnvironment(
  scenario: Scenario,
  options: EnvironmentOptions,
  parts: EnvironmentParts = realParts,
): Promise<Environment> {
  const { target } = scenario;
  const { signal } = options;
  const { redact } = options.redactor;
  const onStep = (text: string): void => options.onStep(redact(text));
  let watchdog: Watchdog | undefined;
  let child: ServerProcess | undefined;
  let engine: LoadEngine | undefined;
  /** What was being done since the server was ready, in words. */
  let stage: string | undefined;
  let agent: FaultAgent | undefined;
  let token: SharedToken | undefined;
  // A process for each session: what they print goes into one file, each line under its pid.
  const output = target.transport === 'stdio' ? new OutputLog(options.serverLog, redact) : undefined;
  const onServerOutput =
    output && ((pid: number, lines: readonly string[]) => output.add(lines.map((line) => `[${pid}] ${line}`)));
  let closing: Promise<readonly string[]> | undefined;
  const running = new Set<Signals>();
  const close = (): Promise<readonly string[]> => {
    closing ??= (async () => {
      await settled(Promise.all([...running].map((signals) => signals.stop())));
      // Sessions first: a server that is gone cannot be told that they end.
      token?.close();
      await settled(engine?.close());
      await settled(child?.stop());
      output?.close();
      // Last, so that the server never loses its way to what it depends on.
      const left = (await agent?.close()) ?? [];
      if (left.length > 0) onStep(`could not be cleaned up: ${left.join('; ')}`);
      watchdog?.dismiss();
      return left.map(redact);
    })();
    return closing;
  };
  const goOn = (): void => {
    if (signal.aborted) throw new PlimsollError('stopped before the load started', 'interrupted');
  };

  try {
    if (target.server !== undefined) await refuseTakenPorts(target);
    if (Object.keys(scenario.dependencies).length > 0) {
      agent = await startProxies(scenario, options);
      goOn();
    }
    if (target.server !== undefined) {
      watchdog = startWatchdog();
      onStep(`starting ${target.server.command.join(' ')}`);
      child = await startServerProcess(target.server, {
        watchdog,
        redact,
        ...(options.serverLog === undefined ? {} : { log: options.serverLog }),
      });
      await waitUntilReady(target, child, signal);
      goOn();
      onStep(`the server under test is ready (pid ${child.pid})`);
    }
    stage = 'while a token was fetched';
    token = await openSharedToken(target, options.redactor.add);
    if (token !== undefined) onStep(token.before.map(({ text }) => text).join('; '));
    goOn();
    const opened = parts.createEngine(scenario, token?.current(), onServerOutput);
    engine = opened;
    token?.follow((value) => opened.setToken?.(value));
    stage = `while ${scenario.sessions.count === 1 ? 'a session was' : `${countText(scenario.sessions.count, 'session')} were`} opened`;
    const endpoints = await engine.open();
    goOn();
    for (const endpoint of endpoints) onStep(endpointText(endpoint, scenario.sessions.count, target.transport === 'stdio'));
    refuseUnknownTools(scenario, endpoints);
    if (agent !== undefined && isNearby(agent)) await refuseDeadUpstreams(scenario);
    const sockets = watchServerSockets(agent === undefined ? undefined : (child?.pid ?? target.pid));
    stage = 'at the preflight calls';
    let uncalled: readonly string[];
    let sentBefore: SentBeside | undefined;
    try {
      uncalled = await preflight(scenario, endpoints, signal, token, onServerOutput, {
        onCall: (tool) => {
          stage = stageOf(tool);
        },
        onSent: (sent) => {
          sentBefore = sent;
        },
        ...(child === undefined ? {} : { exited: child.exited }),
      });
    } finally {
      sockets.end();
    }
    goOn();
    for (const text of uncalled) onStep(text);
    const faults: ProxiedDependencies | undefined =
      agent === undefined
        ? undefined
        : { agent, line: { engine: agent.engine, proxiedPaths: await provePaths(scenario, agent, sockets.end()) } };
    const engineBeside = (beside: Scenario): LoadEngine =>
      followed(parts.createEngine(beside, token?.current(), onServerOutput), token);
    return environmentOf(scenario, {
      endpoints,
      uncalled,
      sentBefore,
      engineBeside,
      engine,
      child,
      running,
      faults,
      token,
      close,
    });
  } catch (error) {
    const told =
      (engine === undefined ? await deadDependency(error, scenario, agent) : undefined) ?? (await causeOf(error, child, stage));
    const left = await close();
    if (left.length > 0) {
      const text = `${(told as Error).message}; and faults could not be cleaned up: ${left.join('; ')}`;
      throw redacted(new PlimsollError(text, 'faultEngine', { hint: RESTART, cause: told }), redact);
    }
    throw told instanceof PlimsollError ? redacted(told, redact) : told;
  }
}

/** An engine that gets each new token for as long as it is open. */
function followed(engine: LoadEngine, token: SharedToken | undefined): LoadEngine {
  const unfollow = token?.follow((value) => engine.setToken?.(value));
  return {
    workers: engine.workers,
    open: () => engine.open(),
    drive: (spec, onEntry) => engine.drive(spec, onEntry),
    close: async () => {
      unfollow?.();
      await engine.close();
    },
    get lastCounters() {
      return engine.lastCounters;
    },
  };
}

const RESTART = 'restart that Toxiproxy: it keeps its faults in memory alone';

async function settled(work: Promise<unknown> | undefined): Promise<void> {
  try {
    await work;
  } catch {
    // Closing goes on with the rest: a part that cannot be closed must not keep the server alive.
  }
}
