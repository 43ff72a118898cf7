import type { FinishedRun } from '../finish-run.js';
import type { gateOrder } from './gate-order.js';
import type { GateParts, GateRequest, GateWatcher } from './gate-request.js';
import type { PreparedBuilds } from './prepare-builds.js';

/** The builds as a caller names them; what is absent is as the scenario has it. */
export interface NamedBuilds {
  readonly baseline?: string | undefined;
  readonly candidate?: string | undefined;
  /** The baseline against itself. */
  readonly self?: boolean | undefined;
}

/** What is played, with an address that both builds would listen on. */
export type GatePlan = ReturnType<typeof gateOrder> & { readonly shared?: string | undefined };

/** Told what is going to happen, after the builds are ready and before any load. */
export interface OrderedGateWatcher extends GateWatcher {
  onPlan?(plan: GatePlan, labels: PreparedBuilds['labels']): void;
}

/** A gate that can be carried out, as far as its scenario tells. */
export interface OrderedGate {
  /** What a watcher has to know of it. */
  readonly planned: { readonly settings: Pick<GateRequest['settings'], 'metrics' | 'tools' | 'pairs'> };
  /** @throws PlimsollError as `prepareBuilds` and `performGate` */
  perform(stop: AbortSignal, parts: GateParts, watcher: OrderedGateWatcher): Promise<FinishedRun>;
}
