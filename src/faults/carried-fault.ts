import type { FaultStep } from '../scenario/faults/fault-action.js';
import type { PlannedFault } from '../scenario/faults/fault-plan.js';
import { type ErrorStub, startErrorStub } from './error-stub-server.js';
import type { HeldProxy } from './held-proxy.js';

type ToxicRecord = Readonly<Record<string, unknown>>;

/** A fault while it is carried out: what was done is remembered, and taken back in the reverse order. */
export class CarriedFault {
  /** By what it undoes, in the order of doing; a proxy that is switched ten times is switched back once. */
  readonly #undo = new Map<string, () => Promise<string | undefined>>();
  readonly #inForce: ToxicRecord[] = [];
  state: 'waiting' | 'on' | 'over' = 'waiting';

  constructor(
    readonly plan: PlannedFault,
    readonly runId: string,
    readonly proxies: ReadonlyMap<string, HeldProxy>,
  ) {}

  /** What was put in force, for the journal. */
  get inForce(): readonly ToxicRecord[] {
    return this.#inForce;
  }

  /** Carries out one step. @throws PlimsollError when the engine does not do it. */
  async carry(step: FaultStep): Promise<void> {
    const proxy = this.#proxy(step.dependency);
    const { dependency } = step;
    switch (step.do) {
      case 'add': {
        const name = this.#toxicName(step.label);
        this.#undoBy(`toxic ${dependency} ${name}`, () => removal(proxy, name));
        await proxy.add(name, step.toxic);
        this.#inForce.push({ dependency, name, ...step.toxic });
        return;
      }
      case 'update':
        return proxy.update(this.#toxicName(step.label), step.attributes);
      case 'remove':
        await proxy.remove(this.#toxicName(step.label));
        return;
      case 'disable':
        this.#undoEnabled(proxy);
        await proxy.setEnabled(false);
        this.#inForce.push({ dependency, enabled: false });
        return;
      case 'enable':
        return proxy.setEnabled(true);
      case 'cut':
        this.#undoEnabled(proxy);
        await proxy.cut();
        this.#inForce.push({ dependency, cut: true });
        return;
      case 'upstream':
        this.#undoUpstream(proxy);
        await proxy.setUpstream(step.to);
        this.#inForce.push({ dependency, upstream: step.to });
        return;
      case 'stub': {
        const stub = await startErrorStub(step.status, step.retryAfterS);
        this.#undoUpstream(proxy, stub);
        await proxy.setUpstream(stub.address);
        this.#inForce.push({ dependency, answers: step.status });
        return;
      }
    }
  }

  /** Takes everything back, whatever part of it fails. @returns remarks, and what could not be taken back. */
  async takeBack(): Promise<{ readonly remarks: readonly string[]; readonly failures: readonly string[] }> {
    const remarks: string[] = [];
    const failures: string[] = [];
    for (const [key, undo] of [...this.#undo].reverse()) {
      try {
        const remark = await undo();
        if (remark !== undefined) remarks.push(remark);
        this.#undo.delete(key);
      } catch (error) {
        failures.push((error as Error).message);
      }
    }
    return { remarks, failures };
  }

  #proxy(dependency: string): HeldProxy {
    const proxy = this.proxies.get(dependency);
    if (proxy === undefined) throw new Error(`no proxy for ${dependency} was prepared`);
    return proxy;
  }

  #toxicName(label: string): string {
    return `plimsoll-${this.runId}-${this.plan.fault}-${label}`;
  }

  #undoBy(key: string, undo: () => Promise<string | undefined>): void {
    if (!this.#undo.has(key)) this.#undo.set(key, undo);
  }

  #undoEnabled(proxy: HeldProxy): void {
    this.#undoBy(`enabled ${proxy.dependency}`, async () => {
      await proxy.setEnabled(true);
      return undefined;
    });
  }

  #undoUpstream(proxy: HeldProxy, stub?: ErrorStub): void {
    this.#undoBy(`upstream ${proxy.dependency}`, async () => {
      await proxy.setUpstream(proxy.original.upstream);
      stub?.close();
      return undefined;
    });
  }
}

async function removal(proxy: HeldProxy, name: string): Promise<string | undefined> {
  if (!proxy.toxics.includes(name)) return undefined;
  const how = await proxy.remove(name);
  if (how === 'removed') return undefined;
  return `removing a toxic of ${proxy.dependency} hung in Toxiproxy: the proxy was deleted and made anew, which cut its connections`;
}
