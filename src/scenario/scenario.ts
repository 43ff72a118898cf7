import type { OutcomeClass } from '../mcp/outcome.js';

/** JSON value as it may stand in a scenario. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface ServerUnderTest {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly ready?: string;
  readonly readyTimeoutMs: number;
}

export interface HealthProbes {
  readonly live?: string;
  readonly ready?: string;
  readonly everyMs: number;
}

export interface ClientCredentials {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string;
  readonly resource?: string;
  readonly authentication: 'basic' | 'post';
}

/** Where the token of every request comes from. */
export type Auth = { readonly timeoutMs: number; readonly refreshMs?: number } & (
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly cwd: string }
  | ({ readonly kind: 'client-credentials' } & ClientCredentials)
);

/** TLS as the files of the scenario hold it: PEM texts, never written anywhere. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  readonly serverName?: string;
  /** Any certificate is taken. */
  readonly insecure: boolean;
}

export interface Target {
  /** At least one for HTTP transports; empty for stdio. */
  readonly urls: readonly string[];
  readonly transport: 'streamable-http' | 'sse' | 'stdio';
  /** stdio only. */
  readonly command?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** `auto`, `legacy`, `modern` or a revision such as `2025-06-18`. */
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly auth?: Auth;
  readonly tls?: TlsMaterial;
  readonly server?: ServerUnderTest;
  readonly preflight: 'call' | 'schema';
  readonly allow: readonly string[];
  readonly health?: HealthProbes;
  readonly metrics?: string;
  readonly pid?: number;
}

export interface OpenPhase {
  readonly model: 'open';
  readonly name: string;
  readonly fromPerS: number;
  /** Equal to `fromPerS` for a constant rate. */
  readonly toPerS: number;
  readonly forMs: number;
  readonly warmUp: boolean;
  readonly kind?: 'burst';
}

export interface ClosedPhase {
  readonly model: 'closed';
  readonly name: string;
  readonly users: number;
  readonly thinkMs: number;
  readonly forMs: number;
  readonly warmUp: boolean;
}

export type Phase = OpenPhase | ClosedPhase;

export interface RetryPolicy {
  readonly attempts: number;
  readonly backoffMs: number;
  /** Share of first attempts that may be retried, 0..1. */
  readonly budget: number;
}

export interface Load {
  readonly seed: number;
  readonly arrivals: 'poisson' | 'constant';
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  readonly drainMs: number;
  readonly retry?: RetryPolicy;
  readonly workers: 'auto' | number;
  readonly phases: readonly Phase[];
}

/** Rows of a data feed, already read from CSV or the file itself; CSV cells are strings until the tool's schema is known. */
export interface Feed {
  readonly order: 'random' | 'sequential';
  readonly rows: readonly Readonly<Record<string, Json>>[];
  readonly source: 'csv' | 'rows';
}

export interface Expectation {
  /** Expected `isError`; default false. */
  readonly error?: boolean;
  /** Regular expression over the joined text content. */
  readonly text?: string;
  /** Check `structuredContent` against the tool's outputSchema. */
  readonly schema?: boolean;
  /** By JSON Pointer into `structuredContent` (or the first text content parsed as JSON). */
  readonly json?: Readonly<Record<string, JsonExpectation>>;
}

/** All given conditions must hold. */
export interface JsonExpectation {
  readonly min?: number;
  readonly max?: number;
  readonly equals?: Json;
  readonly matches?: string;
  readonly exists?: boolean;
}

/** How long a reply of ours takes. */
export type DelayLaw =
  | { readonly law: 'constant'; readonly ms: number }
  | { readonly law: 'uniform'; readonly fromMs: number; readonly toMs: number }
  | { readonly law: 'exponential'; readonly meanMs: number };

export interface ClientReply {
  /** The result as it goes over the wire. */
  readonly result: { readonly [key: string]: Json };
  readonly delay: DelayLaw;
}

/** What plimsoll can do when the server asks its client. */
export interface ClientSide {
  readonly sampling?: ClientReply;
  readonly elicitation?: ClientReply;
  readonly roots?: ClientReply;
  /** Declares the tasks extension. */
  readonly tasks: boolean;
  /** Asks for progress of every call. */
  readonly progress: boolean;
}

/** A share of the calls is taken back some time after its start. */
export interface CancelPlan {
  readonly afterMs: number;
  /** 0..1. */
  readonly share: number;
}

/** A request that is no `tools/call`. */
export interface OtherRequest {
  readonly kind: 'resource' | 'prompt' | 'tools' | 'resources' | 'prompts' | 'resourceTemplates';
  /** JSON-RPC method. */
  readonly method: string;
  /** Prompts: name of the prompt. */
  readonly name?: string;
}

export interface ToolCall {
  readonly type: 'call';
  /** Name of the tool, or of the request in tables (`resource file:///a`, `prompt greet`, `list tools`). */
  readonly tool: string;
  /** Absent: the tool is called. */
  readonly request?: OtherRequest;
  readonly cancel?: CancelPlan;
  readonly weight: number;
  readonly arguments: { readonly [key: string]: Json };
  readonly expect?: Expectation;
}

export interface ToolStep {
  readonly tool: string;
  readonly request?: OtherRequest;
  readonly cancel?: CancelPlan;
  readonly arguments: { readonly [key: string]: Json };
  readonly expect?: Expectation;
  /** Variable name -> JSON Pointer into the answer. */
  readonly save: Readonly<Record<string, string>>;
}

export interface ThinkStep {
  readonly thinkMs: number;
}

export interface Journey {
  readonly type: 'journey';
  readonly journey: string;
  readonly weight: number;
  readonly steps: readonly (ToolStep | ThinkStep)[];
}

export type Call = ToolCall | Journey;

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

export interface Fault {
  readonly dependency: string;
  /** Recipe name, or absent when `toxics` are given raw. */
  readonly inject?: string;
  readonly toxics?: readonly { readonly [key: string]: Json }[];
  readonly with: { readonly [key: string]: Json };
  readonly atMs: number;
  readonly forMs: number;
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

/** Limits in milliseconds and ratios; only what is given is judged. */
export interface SloLimits {
  readonly success?: number;
  readonly p50Ms?: number;
  readonly p90Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  readonly p999Ms?: number;
  readonly maxMs?: number;
}

export interface Slo extends SloLimits {
  /** False when the file has no `slo` and the default (99 %, p95 400 ms) stands in. */
  readonly declared: boolean;
  readonly tools: Readonly<Record<string, SloLimits>>;
  /** By segment kind or phase name. */
  readonly during: Readonly<Record<string, SloLimits>>;
  /** By tenant; absent where no tenant has limits of its own. */
  readonly tenants?: Readonly<Record<string, SloLimits>>;
}

export interface BaselineLimits {
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  readonly errorRate?: number;
  readonly throughputPerS?: number;
  /** 1.5 = 50 % worse is a degradation (throughput downward: limit / tolerance; the rest upward: limit x tolerance). */
  readonly tolerance: number;
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
  /** A saved baseline file (absolute path) or limits in place. */
  readonly baseline?: { readonly file: string } | BaselineLimits;
  readonly abort?: { readonly errorRate: number; readonly forMs: number };
  /** Checked and kept as given; the `capacity` command reads it. */
  readonly capacity?: { readonly [key: string]: Json };
}
