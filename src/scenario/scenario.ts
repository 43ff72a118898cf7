import type { Call } from './call.js';
import type { CapacitySettings } from './capacity-settings.js';
import type { ClientSide } from './client.js';
import type { Fault } from './faults/fault.js';
import type { Json } from './file/json.js';
import type { GateSettings } from './gate-settings.js';
import type { Load } from './load.js';
import type { BaselineLimits, Slo, SloLimits } from './objective.js';
import type { OutcomeClass } from './outcome.js';
import type { Target } from './target.js';

/** Rows of a data feed, already read from CSV or the file itself; CSV cells are strings until the tool's schema is known. */
export interface Feed {
  readonly order: 'random' | 'sequential';
  readonly rows: readonly Readonly<Record<string, Json>>[];
  readonly source: 'csv' | 'rows';
}

export interface ClassifyRule {
  readonly when: {
    readonly rpcCode?: number;
    readonly httpStatus?: number;
    /** Regular expressions. */
    readonly toolErrorText?: string;
    readonly rpcMessage?: string;
  };
  readonly as: OutcomeClass;
}

export interface Dependency {
  readonly listen: string;
  readonly upstream: string;
  readonly tools: readonly string[];
  readonly maxConnections?: number;
}

/** Who an arrival belongs to. One of `weight` and `ratePerS` is given. */
export interface Tenant {
  readonly name: string;
  /** In place of those of the same name in the target's. */
  readonly headers: Readonly<Record<string, string>>;
  /** Share of what the tenants with a rate leave. */
  readonly weight?: number;
  /** Arrivals per second of its own in every open phase, part of the rate of the phase. */
  readonly ratePerS?: number;
  readonly slo?: SloLimits;
}

/** A command of the user's own in the time line. */
export interface ScenarioEvent {
  readonly name: string;
  readonly atMs: number;
  /** Program and arguments; there is no shell. */
  readonly command: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  readonly timeoutMs: number;
}

export interface Scenario {
  readonly name: string;
  readonly description?: string;
  readonly target: Target;
  /** At least one; absent when the file has none. */
  readonly tenants?: readonly Tenant[];
  readonly sessions: {
    readonly count: number;
    readonly calls?: number;
    /** A stream is held open for each. Absent: none is. */
    readonly stream?: true;
  };
  /** Absent: nothing is declared, and requests of the server are refused. */
  readonly client?: ClientSide;
  readonly load: Load;
  readonly data: Readonly<Record<string, Feed>>;
  readonly calls: readonly Call[];
  readonly classify: readonly ClassifyRule[];
  readonly dependencies: Readonly<Record<string, Dependency>>;
  readonly faults: readonly Fault[];
  readonly recovery: { readonly withinMs: number };
  /** Absent: none. `run` alone carries them out. */
  readonly events?: readonly ScenarioEvent[];
  readonly slo: Slo;
  /** A saved baseline file (absolute path) or limits in place; `stored` of a gate, which fails only by what the saved runs predict. */
  readonly baseline?: { readonly file: string; readonly stored?: true } | BaselineLimits;
  readonly abort?: { readonly errorRate: number; readonly forMs: number };
  /** Search and sizing, read by `capacity` and `size`. */
  readonly capacity: CapacitySettings;
  /** Read by `gate`; absent: its defaults. */
  readonly gate?: GateSettings;
}
