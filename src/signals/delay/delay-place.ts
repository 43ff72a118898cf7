/** Where the server under test and what it depends on run, as far as a scenario tells. */
export interface DelayPlace {
  /** No address of the server is of this machine, and nothing of it was started here. */
  readonly elsewhere: boolean;
  /** Processes of the server that are known: given by the scenario, or started for it. */
  readonly pids: () => readonly number[];
  /** They are the server even where none of them listens on a port of it. */
  readonly trusted: boolean;
  /** Ports of this machine on which the server listens. */
  readonly ports: readonly number[];
  /** Ports of this machine on which dependencies listen. */
  readonly upstreamPorts: readonly number[];
  /** Ports of this machine on which our proxies of dependencies listen. */
  readonly proxyPorts: readonly number[];
}
