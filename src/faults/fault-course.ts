import { type FaultStep, stepText } from '../scenario/faults/fault-action.js';
import type { AgentReport } from './agent-messages.js';
import type { CarriedFault } from './carried-fault.js';

export interface CourseParts {
  /** Does work at a time by the wall clock, in order with everything else that speaks to the engine. */
  readonly at: (timeMs: number, work: () => Promise<void>) => void;
  /** A call to the engine failed. */
  readonly suspect: (error: unknown) => Promise<void>;
  readonly tell: (report: AgentReport) => void;
}

/** The faults of one drive, carried out at their times and told as they come and go. */
export class FaultCourse {
  readonly #faults: readonly CarriedFault[];
  readonly #parts: CourseParts;

  constructor(faults: readonly CarriedFault[], parts: CourseParts) {
    this.#faults = faults;
    this.#parts = parts;
  }

  schedule(startedAtMs: number): void {
    for (const fault of this.#faults) {
      const { atMs, forMs, steps } = fault.plan;
      const moments = [...new Set(steps.map((step) => step.atMs))].filter((at) => at < forMs).sort((a, b) => a - b);
      moments.forEach((moment, index) => {
        const due = steps.filter((step) => step.atMs === moment);
        this.#parts.at(startedAtMs + atMs + moment, () => this.#carry(fault, due, index === 0));
      });
      this.#parts.at(startedAtMs + atMs + forMs, () => this.#off(fault));
    }
  }

  /** Takes back what is on, the last one first. What could not be taken back is told, and tried again by the proxies' own books. */
  async takeBack(): Promise<void> {
    for (const fault of [...this.#faults].reverse()) await this.#off(fault);
  }

  async #carry(fault: CarriedFault, steps: readonly FaultStep[], first: boolean): Promise<void> {
    if (fault.state === 'over') return;
    fault.state = 'on';
    try {
      for (const step of steps) await fault.carry(step);
    } catch (error) {
      await this.#parts.suspect(error);
      const { failures } = await fault.takeBack();
      fault.state = 'over';
      this.#report(fault, { what: 'failed', text: [(error as Error).message, ...failures].join('; ') });
      return;
    }
    const text = steps.map(stepText).join('; ');
    this.#report(fault, first ? { what: 'on', text, toxics: fault.inForce } : { what: 'step', text });
  }

  async #off(fault: CarriedFault): Promise<void> {
    if (fault.state === 'over') return;
    const begun = fault.state === 'on';
    fault.state = 'over';
    if (!begun) return;
    const { remarks, failures } = await fault.takeBack();
    if (failures.length === 0) {
      this.#report(fault, { what: 'off', ...(remarks.length === 0 ? {} : { text: remarks.join('; ') }) });
    } else {
      this.#report(fault, { what: 'failed', text: `it could not be ended: ${failures.join('; ')}` });
    }
  }

  #report(
    { plan: { fault, dependency, recipe } }: CarriedFault,
    rest: Pick<Extract<AgentReport, { readonly report: 'fault' }>, 'what' | 'text' | 'toxics'>,
  ): void {
    this.#parts.tell({ report: 'fault', atMs: Date.now(), fault, dependency, recipe, ...rest });
  }
}
