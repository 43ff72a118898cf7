import { setTimeout as wait } from 'node:timers/promises';
import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { FaultEngine } from '../measure/fault-entry.js';
import type { AgentOrder, AgentReport } from './agent-messages.js';
import { CarriedFault } from './carried-fault.js';
import { type EmbeddedProcess, startEmbedded } from './embedded-process.js';
import type { FaultStep } from './fault-action.js';
import type { PlannedFault } from './fault-plan.js';
import type { HeldProxy } from './held-proxy.js';
import { writeIntent } from './intent-file.js';
import { prepareProxies } from './prepare-proxies.js';
import { stepText } from './step-text.js';
import { kindOf, type ProxyCounters, ToxiproxyDriver } from './toxiproxy-driver.js';

const WATCH_EVERY_MS = 1000;

/** An engine of ours that answers no more is most often dead: how it ended says more than the call that noticed it first. */
const EXIT_NEWS_MS = 1000;

type Prepare = Extract<AgentOrder, { readonly order: 'prepare' }>;

/** The fault agent: the only one who writes to Toxiproxy. Everything it does goes through one queue, in order. */
export class Agent {
  readonly #tell: (report: AgentReport) => void;
  readonly #proxies = new Map<string, HeldProxy>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #prepared: Prepare | undefined;
  #engine: FaultEngine | undefined;
  #driver: ToxiproxyDriver | undefined;
  #embedded: EmbeddedProcess | undefined;
  #faults: CarriedFault[] = [];
  #queue: Promise<void> = Promise.resolve();
  #lost = false;
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
    this.#cancelTimers();
    // Behind whatever call is under way, which ends within its limit.
    await new Promise<void>((done) => {
      this.#enqueue(async () => {
        const left = [...(await this.#lift()), ...(await this.#deleteMade())];
        if (left.length === 0) this.#record(true);
        if (why === 'ordered') await this.#embedded?.stop();
        else this.#embedded?.release();
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
      if (order.engine === 'embedded') {
        this.#embedded = await startEmbedded(order.seed);
        void this.#embedded.exited.then((why) => {
          if (!this.#ending) this.#engineLost(why);
        });
      }
      const driver = new ToxiproxyDriver(this.#embedded?.url ?? order.engine);
      this.#driver = driver;
      this.#engine = await driver.engine();
      await prepareProxies(order.proxies, {
        driver,
        runId: order.runId,
        shared: this.#embedded === undefined,
        record: () => this.#record(false),
        hold: (proxy) => this.#proxies.set(proxy.dependency, proxy),
      });
      const proxies = [...this.#proxies.values()].map(({ dependency, original, made, foreign }) => ({
        dependency,
        name: original.name,
        adopted: !made,
        foreignToxics: foreign.map(({ name }) => name),
      }));
      this.#tell({ report: 'prepared', engine: this.#engine, proxies });
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
    this.#faults = faults.map((plan) => new CarriedFault(plan, runId, this.#proxies));
    for (const fault of this.#faults) {
      const { atMs, forMs, steps } = fault.plan;
      const moments = [...new Set(steps.map((step) => step.atMs))].filter((at) => at < forMs).sort((a, b) => a - b);
      moments.forEach((moment, index) => {
        const due = steps.filter((step) => step.atMs === moment);
        this.#at(startedAtMs + atMs + moment, () => this.#carry(fault, due, index === 0));
      });
      this.#at(startedAtMs + atMs + forMs, () => this.#off(fault));
    }
    this.#driving = true;
    this.#watch();
  }

  async #carry(fault: CarriedFault, steps: readonly FaultStep[], first: boolean): Promise<void> {
    if (fault.state === 'over') return;
    fault.state = 'on';
    try {
      for (const step of steps) await fault.carry(step);
    } catch (error) {
      await this.#suspect(error);
      const { failures } = await fault.takeBack();
      fault.state = 'over';
      this.#faultReport(fault, { what: 'failed', text: [(error as Error).message, ...failures].join('; ') });
      return;
    }
    const text = steps.map(stepText).join('; ');
    this.#faultReport(fault, first ? { what: 'on', text, toxics: fault.inForce } : { what: 'step', text });
  }

  async #off(fault: CarriedFault): Promise<readonly string[]> {
    if (fault.state === 'over') return [];
    const begun = fault.state === 'on';
    fault.state = 'over';
    if (!begun) return [];
    const { remarks, failures } = await fault.takeBack();
    if (failures.length === 0) {
      this.#faultReport(fault, { what: 'off', ...(remarks.length === 0 ? {} : { text: remarks.join('; ') }) });
    } else {
      this.#faultReport(fault, { what: 'failed', text: `it could not be taken back: ${failures.join('; ')}` });
    }
    return failures;
  }

  /** @returns what could not be taken off, in words. */
  async #lift(): Promise<readonly string[]> {
    for (const fault of [...this.#faults].reverse()) await this.#off(fault);
    // What one fault could not take back is tried once more, by the proxy's own books.
    const left: string[] = [];
    for (const proxy of this.#proxies.values()) {
      for (const toxic of proxy.toxics)
        await this.#attempt(() => proxy.remove(toxic), `toxic ${toxic} on ${proxy.original.name}`, left);
      if (!proxy.displaced) continue;
      const { name, upstream } = proxy.original;
      const what = `proxy ${name} switched off or away from ${upstream}`;
      await this.#attempt(() => proxy.setUpstream(upstream).then(() => proxy.setEnabled(true)), what, left);
    }
    this.#faults = [];
    return left;
  }

  async #deleteMade(): Promise<readonly string[]> {
    const left: string[] = [];
    for (const [dependency, proxy] of this.#proxies) {
      const { name } = proxy.original;
      const driver = this.#driver as ToxiproxyDriver;
      // The proxies of our own embedded engine go with it.
      if (proxy.made && this.#embedded === undefined) await this.#attempt(() => driver.deleteProxy(name), `proxy ${name}`, left);
      this.#proxies.delete(dependency);
    }
    return left;
  }

  async #attempt(work: () => Promise<unknown>, what: string, left: string[]): Promise<void> {
    // An embedded engine that is gone took its toxics with it.
    if (this.#lost && this.#embedded !== undefined) return;
    try {
      await work();
    } catch (error) {
      if (this.#embedded !== undefined) await this.#suspect(error);
      if (this.#lost && this.#embedded !== undefined) return;
      left.push(`${what} (${(error as Error).message})`);
    }
  }

  async #counted(): Promise<{ readonly counters?: Readonly<Record<string, ProxyCounters>> }> {
    const counters = await this.#driver?.counters();
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
        if (this.#engine?.name !== 'embedded') await this.#driver?.engine();
        const { counters = {} } = await this.#counted();
        for (const [dependency, own] of Object.entries(counters)) {
          this.#tell({ report: 'proxy', atMs: Date.now(), dependency, counters: own });
        }
      } catch (error) {
        await this.#suspect(error);
      }
      if (!this.#lost && this.#driving) this.#later(WATCH_EVERY_MS, look);
    };
    this.#later(0, look);
  }

  async #suspect(error: unknown): Promise<void> {
    if (kindOf(error) !== 'unreachable') return;
    const atMs = Date.now();
    const ended = this.#embedded && (await Promise.race([this.#embedded.exited, wait(EXIT_NEWS_MS, undefined, { ref: false })]));
    this.#engineLost(ended ?? (error as Error).message, atMs);
  }

  #engineLost(why: string, atMs = Date.now()): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#note('error', 'fault-engine-lost', `${why}; from here on the figures say nothing about faults`, atMs);
  }

  #at(timeMs: number, work: () => Promise<unknown>): void {
    this.#later(Math.max(0, timeMs - Date.now()), async () => this.#enqueue(async () => void (await work())));
  }

  #later(ms: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void work();
    }, ms);
    this.#timers.add(timer);
  }

  #cancelTimers(): void {
    this.#driving = false;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #record(clean: boolean): void {
    if (this.#prepared === undefined || this.#engine === undefined) return;
    const { runId, intentFile } = this.#prepared;
    const proxies = [...this.#proxies.values()].map(({ intent }) => intent);
    const intent = { schema: 'plimsoll.faults/1' as const, runId, engine: this.#engine, clean, proxies };
    try {
      writeIntent(intentFile, intent);
    } catch (error) {
      // Nothing is injected without a record; a clean end needs none.
      if (!clean)
        throw new PlimsollError(`cannot write ${intentFile}: ${(error as Error).message}`, EXIT.machine, { cause: error });
    }
  }

  #faultReport(
    { plan: { fault, dependency, recipe } }: CarriedFault,
    rest: Pick<Extract<AgentReport, { readonly report: 'fault' }>, 'what' | 'text' | 'toxics'>,
  ): void {
    this.#tell({ report: 'fault', atMs: Date.now(), fault, dependency, recipe, ...rest });
  }

  #note(level: 'warning' | 'error', code: string, text: string, atMs = Date.now()): void {
    this.#tell({ report: 'note', atMs, level, code, text });
  }
}
