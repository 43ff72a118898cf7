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

/** `target.startTimeout` where nothing else is said. */
export const START_TIMEOUT_MS = 30_000;

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
  /** For the first answer of a server, and for each request before the load starts. */
  readonly startTimeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A connection that lies idle for so long is closed. Absent over stdio, and where nothing is said: the default. */
  readonly idleTimeoutMs?: number;
  readonly auth?: Auth;
  readonly tls?: TlsMaterial;
  readonly server?: ServerUnderTest;
  readonly preflight: 'call' | 'schema';
  readonly allow: readonly string[];
  readonly health?: HealthProbes;
  readonly metrics?: string;
  readonly pid?: number;
}
