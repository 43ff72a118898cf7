import { listenersByPort } from '../local-listeners.js';
import type { ProcStat } from '../proc-files.js';
import { familyOf } from '../process-tree.js';
import type { SystemFiles } from '../system-files.js';
import type { DelayPlace } from './delay-place.js';

/** Programs that pass connections on to a container: the server behind them is none of their processes. */
const FORWARDERS = /^(docker-proxy|rootlessport|rootlesskit|slirp4netns|pasta|passt|gvproxy|vpnkit|conmon)/;
/** Programs that have a container started by somebody else. */
const CONTAINER_CLIENTS = /^(docker|podman|nerdctl|finch)(-|$)/;
/** Who listens is looked up again at most this often while somebody is missing: all descriptors of the machine are read for it. */
const LOOK_UP_EVERY_MS = 5000;
/** CPU of children that have ended, of all that a server used, from which on it works by processes that end. */
const ENDED_SHARE = 0.1;
/** Less says nothing: CPU is counted in steps of 10 ms. */
const LEAST_ENDED_S = 0.03;
/** A server is one that works so when it was seen so often: what ends once may be the helper that started it. */
const SEEN_ENDING = 2;

/** Whose waiting is delay of the server. */
export interface DelayedProcesses {
  /** The server and what it depends on. */
  readonly server: ReadonlySet<number>;
  /** Our proxies between the two. */
  readonly proxies: ReadonlySet<number>;
  /** Why some cannot be seen, as the beginning of a sentence. */
  readonly unseen?: string;
}

/** Finds the processes of the server under test on this machine, again and again. */
export class DelayedProcessFinder {
  readonly #place: DelayPlace;
  readonly #files: SystemFiles;
  readonly #ports: ReadonlySet<number>;
  #listeners: ReadonlyMap<number, readonly number[]> = new Map();
  #nextLookUpMs = Number.NEGATIVE_INFINITY;
  #last: ReadonlyMap<number, ProcStat> = new Map();
  #seenEnding = 0;

  constructor(place: DelayPlace, files: SystemFiles) {
    this.#place = place;
    this.#files = files;
    this.#ports = new Set([...place.ports, ...place.upstreamPorts, ...place.proxyPorts]);
  }

  /** @param all processes of the machine now */
  find(all: readonly ProcStat[], nowMs: number): DelayedProcesses {
    const { pids, trusted, ports, upstreamPorts, proxyPorts } = this.#place;
    const byPid = new Map(all.map((one) => [one.pid, one]));
    this.#lookUp(byPid, nowMs);
    const on = (port: number): readonly number[] => (this.#listeners.get(port) ?? []).filter((pid) => byPid.has(pid));
    const known = pids().filter((pid) => byPid.has(pid));
    const listening = ports.flatMap(on);
    const upstream = upstreamPorts.flatMap(on);
    const server = this.#familyOf([...known, ...listening], all);
    const unseen =
      (trusted && known.length > 0 ? undefined : this.#unseenPort(ports, byPid)) ??
      this.#unseenPort(upstreamPorts, byPid) ??
      (listening.length === 0 ? containerText(server, byPid) : undefined) ??
      this.#endingText(server, byPid);
    return {
      server: new Set([...server, ...this.#familyOf(upstream, all)]),
      proxies: new Set(proxyPorts.flatMap(on)),
      ...(unseen === undefined ? {} : { unseen }),
    };
  }

  #lookUp(byPid: ReadonlyMap<number, ProcStat>, nowMs: number): void {
    if (nowMs < this.#nextLookUpMs) return;
    if ([...this.#ports].every((port) => (this.#listeners.get(port) ?? []).some((pid) => byPid.has(pid)))) return;
    this.#listeners = listenersByPort(this.#ports, this.#files);
    this.#nextLookUpMs = nowMs + LOOK_UP_EVERY_MS;
  }

  /** With descendants. We ourselves, who may be in the process group of a server, are no part of it unless we are it. */
  #familyOf(roots: readonly number[], all: readonly ProcStat[]): ReadonlySet<number> {
    const others = roots.includes(process.pid) ? all : all.filter(({ pid }) => pid !== process.pid);
    return new Set(roots.flatMap((root) => familyOf(root, others)));
  }

  #unseenPort(ports: readonly number[], byPid: ReadonlyMap<number, ProcStat>): string | undefined {
    for (const port of ports) {
      const listening = (this.#listeners.get(port) ?? []).flatMap((pid) => byPid.get(pid) ?? []);
      if (listening.length === 0) return `no process that listens on port ${port} of this machine can be seen`;
      if (listening.every(({ name }) => FORWARDERS.test(name)))
        return `${listening[0]?.name} passes port ${port} of this machine on, and what serves it cannot be seen`;
    }
    return undefined;
  }

  /** A child that ends hands its CPU over to its parent: where that is much, what its children waited for was lost with them. */
  #endingText(server: ReadonlySet<number>, byPid: ReadonlyMap<number, ProcStat>): string | undefined {
    let own = 0;
    let ended = 0;
    for (const pid of server) {
      const [before, now] = [this.#last.get(pid), byPid.get(pid)];
      if (before === undefined || now === undefined) continue;
      own += now.cpuS - before.cpuS;
      ended += now.waitedCpuS - before.waitedCpuS;
    }
    if (ended >= LEAST_ENDED_S && ended > ENDED_SHARE * (own + ended)) this.#seenEnding += 1;
    this.#last = byPid;
    return this.#seenEnding < SEEN_ENDING ? undefined : 'the server works with processes that end too soon to be watched';
  }
}

function containerText(server: ReadonlySet<number>, byPid: ReadonlyMap<number, ProcStat>): string | undefined {
  const client = [...server].flatMap((pid) => byPid.get(pid)?.name ?? []).find((name) => CONTAINER_CLIENTS.test(name));
  return client === undefined ? undefined : `${client} has the server started in a container, where it cannot be seen`;
}
