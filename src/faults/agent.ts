import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { FaultEngine } from '../journal/fault-entry.js';
import type { PlannedFault } from '../scenario/faults/fault-plan.js';
import type { AgentOrder, AgentReport } from './agent-messages.js';
import { CarriedFault } from './carried-fault.js';
import { FaultCourse } from './fault-course.js';
import { HeldEngine } from './held-engine.js';
import type { HeldProxy } from './held-proxy.js';
import { writeIntent } from './intent-file.js';
import { prepareProxies } from './prepare-proxies.js';
import { Restitution } from './restitution.js';
import type { ProxyCounters } from './toxiproxy-driver.js';

const WATCH_EVERY_MS = 1000;

type Prepare = Extract<AgentOrder, { readonly order: 'prepare' }>;

/** The fault agent: the only one who writes to Toxiproxy. Everything it does goes through one queue, in order. */
export class Agent {
  readonly #tell: (report: AgentReport) => void;
  readonly #proxies = new Map<string, HeldProxy>();
  readonly #appointments = new Appointments();
  #prepared: Prepare | undefined;
  #engine: HeldEngine | undefined;
  #engineName: FaultEngine | undefined;
  #course: FaultCourse | undefined;
  #queue: Promise<void> = Promise.resolve();
  #driving = false;
  #ending = false;

  constructor(tell: (report: AgentReport) => void) {
    this.#tell = tell;
  }

  obey(order: AgentOrder): void {
    switch (order.order) {
      case 'prepare':
        this.#enqueue(() => this.#prepare(order));
        break;
      case 'schedule':
        this.#enqueue(async () => this.#schedule(order.startedAtMs, order.faults));
        break;
      case 'count':
        this.#enqueue(async () => this.#tell({ report: 'counted', ...(await this.#counted().catch(() => ({}))) }));
        break;
      case 'lift':
        this.#cancelTimers();
        this.#enqueue(async () => this.#tell({ report: 'lifted', left: await this.#lift() }));
        break;
      case 'end':
        void this.end('ordered');
        break;
    }
  }

  /** Takes everything back and lets go of the engine. `lease lost`: nobody is there any more who could be told. */
  async end(why: 'ordered' | 'lease lost'): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    this.#engine?.leave();
    this.#cancelTimers();
    // Behind whatever call is under way, which ends within its limit.
    await new Promise<void>((done) => {
      this.#enqueue(async () => {
        const left = [...(await this.#lift()), ...(await new Restitution(this.#engine).deleteMade(this.#proxies.values()))];
        this.#proxies.clear();
        if (left.length === 0) this.#record(true);
        if (why === 'ordered') await this.#engine?.stop();
        else this.#engine?.release();
        this.#tell({ report: 'ended', left });
        done();
      }, done);
    });
  }

  #enqueue(work: () => Promise<void>, failed: () => void = () => undefined): void {
    this.#queue = this.#queue.then(work).catch((error: unknown) => {
      this.#note('error', 'fault-agent', `the fault agent failed: ${(error as Error).message}`);
      failed();
    });
  }

  async #prepare(order: Prepare): Promise<void> {
    this.#prepared = order;
    try {
      const engine = await HeldEngine.open(order.engine, order.seed, (why, atMs) =>
        this.#note('error', 'fault-engine-lost', `${why}; from here on the figures say nothing about faults`, atMs),
      );
      this.#engine = engine;
      if (this.#ending) engine.leave();
      const named = await engine.name();
      this.#engineName = named;
      await prepareProxies(order.proxies, {
        driver: engine.driver,
        runId: order.runId,
        shared: !engine.own,
        record: () => this.#record(false),
        hold: (proxy) => this.#proxies.set(proxy.dependency, proxy),
      });
      const proxies = [...this.#proxies.values()].map(({ dependency, original, made, foreign }) => ({
        dependency,
        name: original.name,
        adopted: !made,
        foreignToxics: foreign.map(({ name }) => name),
      }));
      this.#tell({ report: 'prepared', engine: named, proxies });
    } catch (error) {
      const { message } = error as Error;
      const known = error instanceof PlimsollError ? error : undefined;
      const hint = known?.details.hint;
      const exitCode = known?.exitCode ?? EXIT.faultEngine;
      this.#tell({ report: 'refused', message, exitCode, ...(hint === undefined ? {} : { hint }) });
    }
  }

  #schedule(startedAtMs: number, faults: readonly PlannedFault[]): void {
    const { runId = '' } = this.#prepared ?? {};
    this.#course = new FaultCourse(
      faults.map((plan) => new CarriedFault(plan, runId, this.#proxies)),
      {
        at: (timeMs, work) => this.#appointments.at(timeMs, async () => this.#enqueue(work)),
        suspect: async (error) => this.#engine?.suspect(error),
        tell: this.#tell,
      },
    );
    this.#course.schedule(startedAtMs);
    this.#driving = true;
    this.#watch();
  }

  /** @returns what could not be taken off, in words. */
  async #lift(): Promise<readonly string[]> {
    await this.#course?.takeBack();
    // What one fault could not take back is tried once more, by the proxy's own books.
    const left = await new Restitution(this.#engine).lift(this.#proxies.values());
    this.#course = undefined;
    return left;
  }

  async #counted(): Promise<{ readonly counters?: Readonly<Record<string, ProxyCounters>> }> {
    const counters = await this.#engine?.counters();
    if (counters === undefined) return {};
    const entries = [...this.#proxies].flatMap(([dependency, { original }]) => {
      const own = counters.get(original.name);
      return own === undefined ? [] : [[dependency, own] as const];
    });
    return { counters: Object.fromEntries(entries) };
  }

  /** Looks after the engine once a second, beside the queue: it only reads. */
  #watch(): void {
    const look = async (): Promise<void> => {
      try {
        if (this.#engineName?.name !== 'embedded') await this.#engine?.name();
        const { counters = {} } = await this.#counted();
        for (const [dependency, own] of Object.entries(counters)) {
          this.#tell({ report: 'proxy', atMs: Date.now(), dependency, counters: own });
        }
      } catch (error) {
        await this.#engine?.suspect(error);
      }
      if (this.#engine?.lost === false && this.#driving) this.#appointments.later(WATCH_EVERY_MS, look);
    };
    this.#appointments.later(0, look);
  }

  #cancelTimers(): void {
    this.#driving = false;
    this.#appointments.cancel();
  }

  #record(clean: boolean): void {
    if (this.#prepared === undefined || this.#engineName === undefined) return;
    const { runId, intentFile } = this.#prepared;
    const proxies = [...this.#proxies.values()].map(({ intent }) => intent);
    const intent = { schema: 'plimsoll.faults/1' as const, runId, engine: this.#engineName, clean, proxies };
    try {
      writeIntent(intentFile, intent);
    } catch (error) {
      // Nothing is injected without a record; a clean end needs none.
      if (!clean) throw new PlimsollError(`cannot write ${intentFile}: ${(error as Error).message}`, 'machine', { cause: error });
    }
  }

  #note(level: 'warning' | 'error', code: string, text: string, atMs = Date.now()): void {
    this.#tell({ report: 'note', atMs, level, code, text });
  }
}

/** Work that is due at a time. What was made before `cancel` never comes due. */
class Appointments {
  readonly #timers = new Set<NodeJS.Timeout>();

  /** @param timeMs by the wall clock; what is past is due at once. */
  at(timeMs: number, work: () => Promise<void>): void {
    this.later(Math.max(0, timeMs - Date.now()), work);
  }

  later(ms: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void work();
    }, ms);
    this.#timers.add(timer);
  }

  cancel(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
