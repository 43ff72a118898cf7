import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sizingOptions } from '../../src/cli/size/sizing-flags.js';
import { renderTerminalSizing } from '../../src/report/sizing-terminal.js';
import { packageRoot } from '../../src/run/version.js';
import { Fleet } from '../../src/sizing/fleet.js';
import { conditionsOf } from '../../src/sizing/instance-counts.js';
import { computeSizing } from '../../src/sizing/sizing.js';
import { caseQuestion } from './sizing-question-of.js';

const page = readFileSync(join(packageRoot, 'docs', 'sizing.md'), 'utf8');
const reference = readFileSync(join(packageRoot, 'docs', 'scenario-reference.md'), 'utf8');

describe('docs/sizing.md', () => {
  it('shows the worked example as the tool prints it', () => {
    const printed = renderTerminalSizing(computeSizing(caseQuestion('manifest')), { colours: false });
    const shown = page.split('```').find((block) => block.includes('counts '));
    expect(shown?.trim().split('\n')).toEqual(printed.map((line) => line.trimEnd()));
  });

  it('tells the utilisations of its words', () => {
    const fleet = new Fleet(caseQuestion('manifest'));
    expect(fleet.utilisation(18, 6)).toBeCloseTo(0.88, 2);
    expect(fleet.utilisation(17, 6)).toBeCloseTo(0.957, 3);
    expect(fleet.utilisation(16, 0)).toBeCloseTo(0.66, 2);
    expect(conditionsOf(fleet).get('zoneLoss')?.(17)).toBe(false);
  });
});

describe('flags of plimsoll size', () => {
  it('are inputs of the scenario by the same name', () => {
    for (const name of Object.keys(sizingOptions)) expect(reference).toContain(`\`capacity.${name}\``);
  });
});
