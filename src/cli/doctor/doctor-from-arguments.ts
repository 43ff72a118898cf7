import { EXIT, type ExitCode } from '../../errors/exit-codes.js';
import { trustedRate } from '../../run/generator/generator-reading.js';
import { measureGenerator } from '../../run/generator/measure-generator.js';
import { refuseHosts } from '../../run/refuse-hosts.js';
import { planOf } from '../../scenario/plan/plan.js';
import type { Scenario } from '../../scenario/scenario.js';
import type { Console } from '../console.js';
import { loadFromArguments } from '../load-from-arguments.js';
import type { Finding } from './finding.js';
import { renderFindings } from './finding-lines.js';
import { generatorFindings, peakFinding } from './generator-findings.js';
import { watchMachine } from './machine-facts.js';
import { machineFindings } from './machine-findings.js';
import { visitTarget } from './target-findings.js';

export interface DoctorArguments {
  readonly scenario?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly env?: string | undefined;
  readonly 'yes-i-may-load'?: readonly string[] | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** The command `doctor`. @returns 0, or 6 and 8 when a problem of the target or of this machine would spoil a run. */
export async function doctorFromArguments(args: DoctorArguments, console: Console): Promise<ExitCode> {
  const scenario =
    args.scenario === undefined
      ? undefined
      : (await loadFromArguments(args.scenario, { ...args, withoutEvents: true }, console)).scenario;
  if (scenario !== undefined) refuseHosts(scenario, args['yes-i-may-load'] ?? []);
  const onStep = (text: string): void => {
    if (args.quiet !== true) console.err(text);
  };
  const machine = watchMachine();
  const reading = await measureGenerator(onStep);
  const ours = [...machineFindings(machine(), scenario?.load.maxInFlight), ...generatorFindings(reading)];
  const visit = scenario === undefined ? undefined : await visitTarget(scenario, onStep, console.redactor);
  const peak = scenario === undefined ? [] : peakFindings(scenario, visit?.workers, reading);
  const findings = [...ours, ...(visit?.findings ?? []), ...peak];
  const trustedPerS = Math.round(trustedRate(reading));
  if (args.json) console.json({ trustedPerS, reading, findings });
  else console.out(renderFindings(findings));
  return exitCodeOf([...ours, ...peak], visit?.findings ?? []);
}

/** A scenario's peak in calls, which a journey has several of. */
function peakFindings(
  scenario: Scenario,
  workers: number | undefined,
  reading: Parameters<typeof peakFinding>[2],
): readonly Finding[] {
  const { peakPerS, callsPerArrival } = planOf(scenario);
  return peakPerS === undefined ? [] : [peakFinding(peakPerS * callsPerArrival, workers ?? 1, reading)];
}

function exitCodeOf(machine: readonly Finding[], target: readonly Finding[]): ExitCode {
  const isProblem = ({ level }: Finding): boolean => level === 'problem';
  if (machine.some(isProblem)) return EXIT.machine;
  return target.some(isProblem) ? EXIT.target : EXIT.pass;
}
