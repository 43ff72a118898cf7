import type { Environment, EnvironmentOptions, HeldFaults } from '../../environment/environment.js';
import type { GateBuild } from '../../journal/pair-entry.js';
import type { Fault } from '../../scenario/faults/fault.js';
import type { Scenario } from '../../scenario/scenario.js';
import type { CpuReading } from '../../signals/cpu-use.js';
import { cpuSecondsBetween, readFamilyCpu } from '../../signals/family-cpu.js';

/** One build of one pair, open. */
export class OpenBuild {
  /** Why it exited; undefined while it stands. */
  died: string | undefined;
  #held: HeldFaults | undefined;

  private constructor(
    readonly build: GateBuild,
    readonly scenario: Scenario,
    readonly environment: Environment,
    /** From the order to start it to its last check before the load, seconds; undefined where nothing was started. */
    readonly startS: number | undefined,
  ) {
    void environment.serverExited.then((text) => {
      this.died ??= text;
    });
  }

  static async open(
    build: GateBuild,
    scenario: Scenario,
    options: EnvironmentOptions,
    openEnvironment: (scenario: Scenario, options: EnvironmentOptions) => Promise<Environment>,
    nowMs: () => number,
  ): Promise<OpenBuild> {
    const startedMs = nowMs();
    const environment = await openEnvironment(scenario, {
      ...options,
      onStep: (text) => options.onStep(`${build}: ${text}`),
      ...(options.faults === undefined
        ? {}
        : {
            // A Toxiproxy that both use tells their proxies apart by the run.
            faults: {
              ...options.faults,
              runId: `${options.faults.runId}-${build}`,
              intentFile: `${options.faults.intentFile}.${build}`,
            },
          }),
    });
    const started = scenario.target.server === undefined ? undefined : (nowMs() - startedMs) / 1000;
    return new OpenBuild(build, scenario, environment, started);
  }

  /** CPU time so far; undefined where its process is not known or cannot be seen. */
  readCpu(): CpuReading | undefined {
    const { pid } = this.environment;
    return pid === undefined ? undefined : readFamilyCpu(pid);
  }

  /** Puts a fault in force until it is closed. */
  async hold(fault: Fault | undefined): Promise<void> {
    if (fault !== undefined)
      this.#held = await this.environment.holdFaults({ ...this.scenario, faults: [fault] }, Date.now(), () => {});
  }

  /** @returns what stayed in force at the fault engine, in words */
  async close(): Promise<readonly string[]> {
    await this.#held?.release();
    await this.environment.endSessions?.().catch(() => undefined);
    return this.environment.close();
  }
}

/** CPU seconds of a build between two readings, without what it uses idle. Undefined where any of them is missing. */
export function cpuBeyondIdle(
  idle: { readonly from: CpuReading | undefined; readonly to: CpuReading | undefined },
  load: { readonly from: CpuReading | undefined; readonly to: CpuReading | undefined },
): number | undefined {
  const idleS = cpuSecondsBetween(idle.from, idle.to);
  const loadS = cpuSecondsBetween(load.from, load.to);
  if (idleS === undefined || loadS === undefined || idle.from === undefined || idle.to === undefined) return undefined;
  if (load.from === undefined || load.to === undefined) return undefined;
  const idleShare = idleS / (idle.to.atMs - idle.from.atMs);
  return Math.max(0, loadS - idleShare * (load.to.atMs - load.from.atMs));
}
