import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseScenario } from '../src/scenario/reading/parse-scenario.js';

const root = join(import.meta.dirname, '..');
const blocks = [...readFileSync(join(root, 'docs', 'ci.md'), 'utf8').matchAll(/```yaml\n(.*?)```/gs)].map(
  ([, text]) => text as string,
);

interface WorkflowStep {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly name: string;
  readonly on: string | { readonly workflow_run: { readonly workflows: readonly string[] } };
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly WorkflowStep[] }>>;
}

const [scenario = '', gate, comment, included] = blocks;
const workflowOf = (text: string | undefined): Workflow => parse(text ?? '') as Workflow;
const stepsOf = ({ jobs }: Workflow): readonly WorkflowStep[] => Object.values(jobs).flatMap(({ steps }) => steps);
const stepWith = (workflow: Workflow, uses: RegExp): WorkflowStep | undefined =>
  stepsOf(workflow).find((step) => uses.test(step.uses ?? ''));

describe('the page about CI', () => {
  it('shows a scenario that is accepted, with ports of its own', () => {
    const { scenario: read } = parseScenario(scenario, {
      fileName: 'orders.yaml',
      folder: '/repo/load',
      env: {},
      ports: () => 4321,
      files: { read: () => '', exists: () => true, findProgram: (name: string) => `/usr/bin/${name}` },
    });
    expect(read.gate?.build).toEqual(['npm', 'ci']);
    expect(new URL(read.target.urls[0] ?? '').port).toBe('4321');
  });

  it('gives the action only inputs that it has, and the rights that it needs', () => {
    const workflow = workflowOf(gate);
    const { inputs } = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as {
      readonly inputs: Readonly<Record<string, unknown>>;
    };
    const given = Object.keys(stepWith(workflow, /plimsoll@/)?.with ?? {});
    expect(given).toContain('scenario');
    expect(given.filter((name) => !Object.keys(inputs).includes(name))).toEqual([]);
    expect(workflow.on).toBe('pull_request');
    expect(workflow.permissions).toEqual({ contents: 'read', 'pull-requests': 'write' });
    expect(stepWith(workflow, /actions\/checkout@/)?.with).toMatchObject({ 'fetch-depth': 0 });
  });

  it('comments for forks without their code: nothing is checked out, and the artifact is that of the gate', () => {
    const [first, second] = [workflowOf(gate), workflowOf(comment)];
    expect(second.on).toMatchObject({ workflow_run: { workflows: [first.name] } });
    expect(stepWith(second, /checkout/)).toBeUndefined();
    expect(second.permissions).not.toHaveProperty('contents');
    const artifact = stepWith(second, /download-artifact/)?.with;
    expect(artifact?.name).toBe(stepWith(first, /upload-artifact/)?.with?.name);
    const runs = stepsOf(second).flatMap(({ run }) => run ?? []);
    expect(runs).toEqual([expect.stringMatching(new RegExp(` comment ${artifact?.path}$`))]);
    // What comes from the event must not become a part of a script.
    for (const run of runs) expect(run).not.toContain('${{');
    for (const block of blocks) expect(block).not.toContain('pull_request_target');
  });

  it('extends the job that the file for GitLab has', () => {
    const jobs = parse(readFileSync(join(root, 'ci', 'gitlab.yml'), 'utf8')) as Readonly<Record<string, unknown>>;
    const { load } = parse(included ?? '') as { readonly load: { readonly extends: string } };
    expect(Object.keys(jobs)).toEqual([load.extends]);
  });
});
