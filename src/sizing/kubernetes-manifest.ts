import { stringify } from 'yaml';
import type { SizingFigures } from '../result/sizing-figures.js';
import { amountText } from '../text/figure-text.js';
import { type KubernetesPlan, kubernetesPlan } from './kubernetes-plan.js';

/** What a manifest needs to know of the server beside its size. */
export interface Deployed {
  /** Of the objects; turned into a name that Kubernetes takes. */
  readonly name: string;
  /** Container port. */
  readonly port: number;
  /** Path of the readiness probe. */
  readonly readyPath: string;
}

/** What nobody told: the reader of a manifest puts in their own, and its first line says so. */
export const PLACEHOLDERS: Omit<Deployed, 'name'> = { port: 3000, readyPath: '/health/ready' };

type KubernetesObject = Readonly<Record<string, unknown>>;

/** RFC 1123 label: lower case, digits and dashes, at most 63. */
const objectName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '') || 'server';

/** Deployment, HorizontalPodAutoscaler (where one can be computed) and PodDisruptionBudget. */
function kubernetesObjects(plan: KubernetesPlan, deployed: Deployed): readonly KubernetesObject[] {
  const name = objectName(deployed.name);
  const labels = { 'app.kubernetes.io/name': name };
  return [
    deployment(plan, deployed, name, labels),
    ...(plan.autoscaler === undefined ? [] : [autoscaler(plan.autoscaler, name)]),
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name },
      spec: { maxUnavailable: plan.disruption, selector: { matchLabels: labels } },
    },
  ];
}

type Labels = Readonly<Record<string, string>>;

function deployment(plan: KubernetesPlan, { port, readyPath }: Deployed, name: string, labels: Labels): KubernetesObject {
  const requests = {
    ...(plan.cpuMillicores === undefined ? {} : { cpu: `${plan.cpuMillicores}m` }),
    ...(plan.memoryMi === undefined ? {} : { memory: `${plan.memoryMi}Mi` }),
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      // Each apply would reset the count of an autoscaler.
      ...(plan.autoscaler === undefined ? { replicas: plan.replicas } : {}),
      minReadySeconds: 10,
      strategy: { type: 'RollingUpdate', rollingUpdate: plan.rolling },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: plan.stateful ? 120 : 30,
          topologySpreadConstraints: spread(plan.zones, labels),
          containers: [
            {
              name: 'server',
              image: `registry.example/${name}:1.0.0`,
              ports: [{ name: 'http', containerPort: port }],
              ...(plan.heapFlagMb === undefined
                ? {}
                : { env: [{ name: 'NODE_OPTIONS', value: `--max-old-space-size=${plan.heapFlagMb}` }] }),
              ...(Object.keys(requests).length === 0 ? {} : { resources: resources(requests, plan.memoryMi) }),
              readinessProbe: { httpGet: { path: readyPath, port: 'http' }, periodSeconds: 5, failureThreshold: 2 },
              lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
            },
          ],
        },
      },
    },
  };
}

const resources = (requests: Readonly<Record<string, string>>, memoryMi: number | undefined): KubernetesObject => ({
  requests,
  ...(memoryMi === undefined ? {} : { limits: { memory: `${memoryMi}Mi` } }),
});

/** By zone as a must, by host as a wish: the default of a cluster spreads too loosely for the counted loss of a zone. */
function spread(zones: number, labels: Labels): readonly KubernetesObject[] {
  const common = { labelSelector: { matchLabels: labels }, matchLabelKeys: ['pod-template-hash'] };
  const byZone = {
    topologyKey: 'topology.kubernetes.io/zone',
    maxSkew: 1,
    whenUnsatisfiable: 'DoNotSchedule',
    nodeTaintsPolicy: 'Honor',
    ...common,
  };
  const byHost = { topologyKey: 'kubernetes.io/hostname', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', ...common };
  return zones > 1 ? [byZone, byHost] : [byHost];
}

function autoscaler({ min, max, cpuPercent }: NonNullable<KubernetesPlan['autoscaler']>, name: string): KubernetesObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: min,
      maxReplicas: max,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuPercent } } }],
      behavior: {
        scaleUp: {
          stabilizationWindowSeconds: 0,
          policies: [
            { type: 'Percent', value: 100, periodSeconds: 15 },
            { type: 'Pods', value: 4, periodSeconds: 15 },
          ],
          selectPolicy: 'Max',
        },
        scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
      },
    },
  };
}

/** Where the rate of one instance came from. */
function originOf({ inputs, question }: SizingFigures): string {
  const rate = `${amountText(question.capacityPerS)} calls/s of one instance`;
  switch (inputs.find(({ name }) => name === 'measured.confirmed')?.source) {
    case 'measured':
      return `a measured capacity: ${rate}, confirmed by a soak`;
    case 'estimated':
      return `an estimated capacity: ${rate}, the low end of the estimate of a search`;
    default:
      return `a capacity that was given: ${rate}`;
  }
}

/** `capacity.k8s.yaml`: the objects, headed by where each number comes from. Undefined when no number of instances is enough. */
export function kubernetesManifest(sizing: SizingFigures, deployed: Deployed): string | undefined {
  const plan = kubernetesPlan(sizing);
  if (plan === undefined) return undefined;
  const head = [
    `Made by plimsoll from ${originOf(sizing)}. Image, port and probe are placeholders: put in your own.`,
    ...plan.reasons.map((reason) => `- ${reason}`),
    '- CPU does not rise under a slow dependency: where a metrics adapter exists add a Pods metric of calls in flight',
    `- matchLabelKeys needs Kubernetes 1.27${plan.zones > 1 ? ', nodeTaintsPolicy 1.26' : ''}`,
  ];
  const comments = head.map((line) => `# ${line.replaceAll(/[\r\n]+/g, ' ')}\n`).join('');
  const objects = kubernetesObjects(plan, deployed).map((object) =>
    stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return `${comments}${objects.join('---\n')}`;
}
