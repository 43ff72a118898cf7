import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { hostsNotAllowed } from '../src/scenario/hosts.js';
import { loadScenario } from '../src/scenario/reading/load-scenario.js';
import { lacking, requireAll } from './requirement.js';

const root = join(import.meta.dirname, '..');

/** The part of the Compose specification that the file uses; whatever else stands in it is refused, as compose would. */
const service = z.strictObject({
  image: z.string().regex(/^[a-z0-9./-]+:[A-Za-z0-9._-]+$/),
  build: z.literal('.').optional(),
  init: z.boolean().optional(),
  user: z.string().optional(),
  command: z.array(z.string()).min(1).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string().regex(/^\.\/[^:]+:\/[^:]+(:ro)?$/)).optional(),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.literal('CMD')], z.string()).refine((test) => test.length > 1),
      interval: z.string().regex(/^\d+s$/),
      timeout: z.string().regex(/^\d+s$/),
      retries: z.int().positive(),
    })
    .optional(),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({ condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']) }),
    )
    .optional(),
});
const composeFile = z.strictObject({ name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/), services: z.record(z.string(), service) });

const { services } = composeFile.parse(parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8')));
const proxies = z
  .array(z.strictObject({ name: z.string(), listen: z.string(), upstream: z.string(), enabled: z.literal(true) }))
  .parse(JSON.parse(readFileSync(join(root, 'compose', 'toxiproxy.json'), 'utf8')));
const load = (overlay?: string) =>
  loadScenario(join(root, 'scenarios', 'first-run.yaml'), { env: {}, ...(overlay === undefined ? {} : { overlay }) });
const compose = load('compose');

/** Value after a flag of a command. */
const flag = (name: string, option: string): string => {
  const { command = [] } = services[name] ?? {};
  return command[command.indexOf(option) + 1] ?? '';
};

describe('docker-compose.yml', () => {
  it('has a real Toxiproxy 2.12.0, PostgreSQL, the sample server and a run, each image at a version', () => {
    expect(Object.keys(services).sort()).toEqual(['postgres', 'run', 'sample', 'toxiproxy']);
    expect(services.toxiproxy?.image).toBe('ghcr.io/shopify/toxiproxy:2.12.0');
    expect(services.postgres?.image).toMatch(/^postgres:\d+\.\d+/);
    for (const { image } of Object.values(services)) expect(image).not.toMatch(/:latest$/);
    // Who uses an image that no registry has builds it.
    for (const { image, build } of Object.values(services)) expect(build !== undefined).toBe(image.startsWith('plimsoll'));
  });

  it('waits only for services that there are, and for health only where health is asked', () => {
    const waits = Object.values(services).flatMap(({ depends_on = {} }) => Object.entries(depends_on));
    expect(waits.length).toBeGreaterThanOrEqual(3);
    for (const [name, { condition }] of waits) {
      expect(Object.keys(services)).toContain(name);
      if (condition === 'service_healthy') expect(services[name]?.healthcheck, name).toBeDefined();
    }
  });

  it('mounts what the repository holds, and builds from a Dockerfile that copies what there is', () => {
    const mounts = Object.values(services).flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')));
    for (const [source = ''] of mounts) if (source !== './reports') expect(existsSync(join(root, source)), source).toBe(true);
    expect(mounts.map(([, target]) => target)).toContain('/config/toxiproxy.json');
    expect(services.toxiproxy?.command).toContain('-config=/config/toxiproxy.json');
    const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
    expect(copied).toContain('package-lock.json');
    for (const name of copied) expect(existsSync(join(root, name)), name).toBe(true);
    const kept = [...dockerfile.matchAll(/^COPY --from=build \/plimsoll\/(\S+) /gm)].map(([, name]) => name);
    const { files, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      files: string[];
      peerDependencies: Record<string, string>;
    };
    // The pages are for who reads, not for what runs.
    const needed = files.filter((name) => !name.includes('.') && name !== 'LICENSE' && name !== 'docs');
    for (const name of ['pg', 'prom-client']) expect(dockerfile).toContain(`${name}@${peerDependencies[name]}`);
    expect(kept).toEqual(expect.arrayContaining(['node_modules', 'package.json', ...needed]));
    const left = readFileSync(join(root, '.dockerignore'), 'utf8').trim().split('\n');
    for (const name of [...copied, ...needed.filter((one) => one !== 'dist')]) expect(left).not.toContain(name);
  });

  it('wires the services so that the server meets PostgreSQL through the proxy that the run breaks', () => {
    const { postgres } = compose.scenario.dependencies;
    expect(proxies).toEqual([{ name: 'postgres', listen: postgres?.listen, upstream: postgres?.upstream, enabled: true }]);
    const [upstreamHost = '', upstreamPort] = (postgres?.upstream ?? '').split(':');
    expect(services[upstreamHost]?.image).toMatch(/^postgres:/);
    expect(upstreamPort).toBe('5432');
    const database = new URL(flag('sample', '--database'));
    expect(database.hostname).toBe('toxiproxy');
    expect(database.port).toBe((postgres?.listen ?? '').split(':')[1]);
    expect(database.pathname).toBe(`/${services.postgres?.environment?.POSTGRES_DB}`);
    expect(flag('run', '--toxiproxy')).toBe('http://toxiproxy:8474');
    expect(services.toxiproxy?.command).toContain('-host=0.0.0.0');
    const { urls, health, metrics } = compose.scenario.target;
    for (const url of [...urls, health?.live, health?.ready, metrics]) {
      expect(new URL(url ?? '').hostname).toBe('sample');
      expect(new URL(url ?? '').port).toBe(flag('sample', '--port'));
    }
  });

  it('runs the first run: the same workload by its hash, the same limits, on hosts that are named', () => {
    const first = load();
    expect(services.run?.command?.slice(0, 2)).toEqual(['run', 'scenarios/first-run.yaml']);
    expect(flag('run', '--env')).toBe('compose');
    expect(compose.hash).toBe(first.hash);
    expect(compose.scenario.slo).toEqual(first.scenario.slo);
    expect(compose.scenario.baseline).toEqual(first.scenario.baseline);
    expect(compose.scenario.target.server).toBeUndefined();
    expect(hostsNotAllowed(compose.scenario, [])).toEqual([]);
    expect(compose.scenario.target.allow).toEqual(['sample']);
  });

  // What cannot be asked in CI is no test there: the structure above is what the machine allows.
  const unasked = lacking('docker compose');
  if (!unasked || !requireAll)
    it.skipIf(unasked)('is accepted by docker compose itself', () => {
      const { status, stderr } = spawnSync('docker', ['compose', 'config', '-q'], { cwd: root, encoding: 'utf8' });
      expect(status, stderr).toBe(0);
    });
});
