import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { createLoadEngine } from '../load/create-load-engine.js';
import type { Drive, LoadEngine } from '../load/load-engine.js';
import type { EndpointDescription } from '../mcp/driver.js';
import type { Scenario } from '../scenario/scenario.js';
import { startSignals } from '../signals/signals.js';
import { startWatchdog, type Watchdog } from '../watchdog/watchdog.js';
import type { Environment, EnvironmentOptions } from './environment.js';
import { preflight } from './preflight.js';
import { refuseTakenPorts, waitUntilReady } from './ready-wait.js';
import { type ServerProcess, startServerProcess } from './server-process.js';
import { destructiveNotes, refuseUnknownTools } from './tool-checks.js';

/** The parts with threads; tests put others in their place. */
export interface EnvironmentParts {
  createEngine(scenario: Scenario): LoadEngine;
}

const realParts: EnvironmentParts = { createEngine: (scenario) => createLoadEngine({ scenario }) };

const never = new Promise<string>(() => {});

/**
 * Opens what outlives a drive: the server under test where the scenario has one (with a watchdog that stops it should we die), the load
 * threads with their sessions, and the checks before any load. Whatever fails, what was opened is closed again.
 * @throws PlimsollError: 6 for a target that cannot be loaded, 8 for a port that is taken.
 */
export async function openEnvironment(
  scenario: Scenario,
  options: EnvironmentOptions,
  parts: EnvironmentParts = realParts,
): Promise<Environment> {
  const { target } = scenario;
  const { onStep, signal } = options;
  let watchdog: Watchdog | undefined;
  let child: ServerProcess | undefined;
  let engine: LoadEngine | undefined;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      // Sessions first: a server that is gone cannot be told that they end.
      await settled(engine?.close());
      await settled(child?.stop());
      watchdog?.dismiss();
    })();
    return closing;
  };
  const goOn = (): void => {
    if (signal.aborted) throw new PlimsollError('stopped before the load started', EXIT.interrupted);
  };

  try {
    if (target.server !== undefined) {
      await refuseTakenPorts(target);
      watchdog = startWatchdog();
      onStep(`starting ${target.server.command.join(' ')}`);
      child = await startServerProcess(target.server, {
        watchdog,
        redact: options.redact ?? ((text) => text),
        ...(options.serverLog === undefined ? {} : { log: options.serverLog }),
      });
      await waitUntilReady(target, child, signal);
      goOn();
      onStep(`the server under test is ready (pid ${child.pid})`);
    }
    engine = parts.createEngine(scenario);
    const endpoints = await openSessions(engine, scenario, child);
    goOn();
    for (const endpoint of endpoints) onStep(describe(endpoint, scenario.sessions.count));
    refuseUnknownTools(scenario, endpoints);
    await preflight(scenario, endpoints, signal);
    goOn();
    return environmentOf(scenario, endpoints, engine, child, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function environmentOf(
  opened: Scenario,
  endpoints: readonly EndpointDescription[],
  engine: LoadEngine,
  child: ServerProcess | undefined,
  close: () => Promise<void>,
): Environment {
  const { target } = opened;
  const pid = child?.pid ?? target.pid;
  return {
    endpoints,
    workers: engine.workers,
    notes: destructiveNotes(opened, endpoints),
    serverExited: child?.exited ?? never,
    drive: (scenario, timeline, onEntry): Drive => {
      const drive = engine.drive({ scenario, timeline, shard: { index: 0, count: 1 } }, onEntry);
      const signals = startSignals(
        {
          nowS: () => (Date.now() - drive.startedAtMs) / 1000,
          ...(target.health === undefined ? {} : { health: target.health }),
          ...(target.metrics === undefined ? {} : { metrics: target.metrics }),
          ...(pid === undefined ? {} : { pid }),
        },
        onEntry,
      );
      return {
        startedAtMs: drive.startedAtMs,
        // Nothing may be told of a drive that has ended.
        ended: drive.ended.finally(() => signals.stop()),
        stop: (how, reason) => drive.stop(how, reason),
      };
    },
    close,
  };
}

async function openSessions(
  engine: LoadEngine,
  scenario: Scenario,
  child: ServerProcess | undefined,
): Promise<readonly EndpointDescription[]> {
  try {
    return await engine.open();
  } catch (error) {
    if (child?.gone !== true) throw error;
    throw new PlimsollError(`${await child.exited}, while ${scenario.sessions.count} sessions were opened`, EXIT.target, {
      cause: error,
    });
  }
}

const describe = (
  { endpoint, era, protocolVersion, stateful, serverName, probe }: EndpointDescription,
  sessions: number,
): string => {
  const name = serverName === undefined ? '' : ` (${serverName})`;
  const how = era === 'modern' || !stateful ? 'no sessions' : `${sessions} sessions`;
  return `${endpoint}${name}: MCP ${protocolVersion}, ${how}${probe === undefined ? '' : `; ${probe}`}`;
};

async function settled(work: Promise<void> | undefined): Promise<void> {
  try {
    await work;
  } catch {
    // Closing goes on with the rest: a part that cannot be closed must not keep the server alive.
  }
}
