/** Which proxy carries the faults. `version` as the server tells it (`git` for a real one that was built from source). */
export interface FaultEngine {
  readonly name: 'embedded' | 'toxiproxy';
  readonly version: string;
  readonly url: string;
}

/** A fault of the scenario as the fault agent carried it out. */
export interface FaultEntry {
  readonly type: 'fault';
  readonly t: number;
  /** Index into `scenario.faults`. */
  readonly fault: number;
  readonly dependency: string;
  /** Recipe name, or `toxics` for raw ones. */
  readonly recipe: string;
  /** `on`: the first step is in force. `step`: a later one. `off`: everything was taken back. `failed`: it could not be done or undone. */
  readonly what: 'on' | 'step' | 'off' | 'failed';
  readonly text?: string;
  /** With `on`: what was put in force. */
  readonly toxics?: readonly Readonly<Record<string, unknown>>[];
}

/** What went through the proxy of a dependency since the run began (embedded engine only). */
export interface ProxyEntry {
  readonly type: 'proxy';
  readonly t: number;
  readonly dependency: string;
  readonly connectionsAccepted: number;
  readonly connectionsOpen: number;
  readonly bytesUpstream: number;
  readonly bytesDownstream: number;
}
