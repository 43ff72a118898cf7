import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { SizingQuestion } from '../../src/result/sizing-question.js';
import { kubernetesManifest } from '../../src/sizing/kubernetes-manifest.js';
import { kubernetesPlan } from '../../src/sizing/kubernetes-plan.js';
import { computeSizing } from '../../src/sizing/sizing.js';
import { caseQuestion } from './sizing-question-of.js';

type Known = Record<string, unknown>;
type Models = Readonly<Record<string, new (object: Known) => { validate(): void }>>;

/** The classes of one API group. Named by text: they are wanted for their schemas alone, their many types would only slow the compiler down. */
const modelsOf = async (group: string) => {
  const name = `kubernetes-models/${group}`;
  return (await import(/* @vite-ignore */ name)) as Models;
};
const MODELS: Models = {
  ...(await modelsOf('apps/v1')),
  ...(await modelsOf('autoscaling/v2')),
  ...(await modelsOf('policy/v1')),
};

const deployed = { name: 'orders-mcp', port: 3000, readyPath: '/health' };
const of = (change: Partial<SizingQuestion> = {}, name = 'manifest') => computeSizing({ ...caseQuestion(name), ...change });
const objectsOf = (change: Partial<SizingQuestion> = {}, name = 'manifest'): Known[] =>
  parseAllDocuments(kubernetesManifest(of(change, name), deployed) as string).map((document) => document.toJS() as Known);

/** @throws what the schema of its kind has against it */
function validate(object: Known): void {
  const Model = MODELS[String(object.kind)];
  if (Model === undefined) throw new Error(`no schema for ${String(object.kind)}`);
  new Model(object).validate();
}

/** Every way to put something of a wrong type in place of one value. */
function* spoiled(value: unknown): Generator<readonly [path: string, spoiled: unknown]> {
  yield ['', [[[]]]];
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      for (const [path, wrong] of spoiled(item)) yield [`.${i}${path}`, value.with(i, wrong)];
    }
  } else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      for (const [path, wrong] of spoiled(item)) yield [`.${key}${path}`, { ...value, [key]: wrong }];
    }
  }
}

describe('Kubernetes manifest', () => {
  it('holds the numbers of the reference manifest', () => {
    const [deployment, autoscaler, budget] = objectsOf() as [Known, Known, Known];
    expect(deployment).toMatchObject({
      kind: 'Deployment',
      metadata: { name: 'orders-mcp' },
      spec: {
        strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: {
          spec: {
            topologySpreadConstraints: [
              {
                topologyKey: 'topology.kubernetes.io/zone',
                maxSkew: 1,
                whenUnsatisfiable: 'DoNotSchedule',
                nodeTaintsPolicy: 'Honor',
              },
              { topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
            ],
            containers: [
              {
                env: [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=348' }],
                resources: { requests: { cpu: '1000m', memory: '768Mi' }, limits: { memory: '768Mi' } },
              },
            ],
          },
        },
      },
    });
    // The autoscaler owns the count.
    expect(deployment.spec).not.toHaveProperty('replicas');
    expect(autoscaler).toMatchObject({
      apiVersion: 'autoscaling/v2',
      spec: {
        minReplicas: 6,
        maxReplicas: 22,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 46 } } }],
      },
    });
    expect(budget).toMatchObject({ apiVersion: 'policy/v1', spec: { maxUnavailable: 1 } });
  });

  it('says where each number comes from', () => {
    const text = kubernetesManifest(of(), deployed) as string;
    for (const words of [
      'instances, fixed: 18, driven by: losing 1 of 3 zones at peak',
      'smaller of 73.31 %',
      'and 46.75 % (survivors of a loss at 7 replicas)',
      '18 planned, 22 held by the target at the peak, 19 under the worst tested fault',
      'connections: 23 instances at once x pool 5 = 115 of 187; a pool of 8 would still fit',
      '2..10 replicas at 70 % CPU, 80 % memory',
      'assumes linear scaling',
    ]) {
      expect(text).toContain(words);
    }
  });

  it('passes the schemas of Kubernetes, which know every key in it', () => {
    const objects = [...objectsOf(), ...objectsOf({ autoscaling: null, cpuPerCallS: null }, 'session churn')];
    expect(objects.map(({ kind }) => kind)).toEqual([
      'Deployment',
      'HorizontalPodAutoscaler',
      'PodDisruptionBudget',
      'Deployment',
      'PodDisruptionBudget',
    ]);
    let tried = 0;
    for (const object of objects) {
      expect(() => validate(object)).not.toThrow();
      // A key that the schema does not know may hold anything: so a wrong value that passes is a wrong key.
      for (const [path, wrong] of spoiled(object)) {
        if (path === '' || path === '.kind') continue;
        tried++;
        expect(() => validate(wrong as Known), `${String(object.kind)}${path}`).toThrow();
      }
    }
    expect(tried).toBeGreaterThan(100);
  });

  it('fixes the count and leaves out what is not known', () => {
    const [deployment, budget, ...more] = objectsOf(
      { cpuPerCallS: null, memoryLimitMb: null, heapLimitMb: null, baseMemoryMb: null, autoscaling: null },
      'naive',
    ) as Known[];
    expect(more).toEqual([]);
    expect(budget?.kind).toBe('PodDisruptionBudget');
    expect(deployment?.spec).toMatchObject({ replicas: 4 });
    expect(JSON.stringify(deployment)).not.toContain('resources');
    expect(JSON.stringify(deployment)).not.toContain('topology.kubernetes.io/zone');
  });

  it('asks for memory from the measured use where no limit is given', () => {
    const plan = kubernetesPlan(of({ memoryLimitMb: null, heapLimitMb: null }));
    // 250 MB under the slow dependency at 18 instances, / 0.8 = 312.5, in steps of 64.
    expect(plan?.memoryMi).toBe(320);
  });

  it('counts the connections of the largest fleet that it may run, also when nobody described the autoscaler', () => {
    const plan = kubernetesPlan(of({ autoscaling: null, rolling: null, averagePerS: 300 }));
    const most = plan?.autoscaler?.max ?? 0;
    expect(most).toBeGreaterThan(18);
    expect(plan?.reasons.join()).toContain(`${most + 1} instances at once x pool 5 = ${(most + 1) * 5} of 187`);
    expect(plan?.reasons.join()).toContain('the autoscaler was not described');
  });

  it('goes no higher than the connections allow, but to what is planned', () => {
    const question = caseQuestion('manifest');
    const dependency = { ...(question.dependency as NonNullable<typeof question.dependency>), maxConnections: 118 };
    // 105 connections: 21 instances, one of them for the update.
    expect(kubernetesPlan(of({ dependency }))?.autoscaler?.max).toBe(20);
    // 90 connections: 18 instances, and none for an update; with the update planned there is nothing to deploy.
    const tight = { ...dependency, maxConnections: 103 };
    expect(kubernetesPlan(of({ dependency: tight }))).toBeUndefined();
    const plan = kubernetesPlan(of({ dependency: tight, rolling: null }));
    expect(plan).toMatchObject({ autoscaler: { max: 18 }, rolling: { maxUnavailable: 1, maxSurge: 0 } });
    expect(plan?.reasons.join()).toContain('the connections leave no room for one more');
    expect(plan?.reasons.join()).not.toContain('does not fit');
  });

  it('is nothing where no number of instances is enough, and takes no line break or odd name', () => {
    expect(kubernetesManifest(of({}, 'two instances measured at 90'), deployed)).toBeUndefined();
    const text = kubernetesManifest(of(), { ...deployed, name: 'Orders MCP!\nkind: Secret' }) as string;
    expect(parseAllDocuments(text).map((document) => (document.toJS() as { metadata: Known }).metadata.name)).toEqual(
      Array(3).fill('orders-mcp-kind-secret'),
    );
  });
});
