import { EXIT, type ExitCode } from '../../errors/exit-codes.js';
import { trustedRate } from '../../run/generator/generator-reading.js';
import { measureGenerator } from '../../run/generator/measure-generator.js';
import { smallestLimitUs } from '../../run/generator/smallest-limit.js';
import { type QuietEnd, QuietWatch } from '../../run/quiet/quiet-watch.js';
import { runProcesses } from '../../run/quiet/run-processes.js';
import { refuseHosts } from '../../run/refuse-hosts.js';
import { planOf } from '../../scenario/plan/plan.js';
import type { Scenario } from '../../scenario/scenario.js';
import type { Console } from '../console.js';
import { loadFromArguments, type ScenarioFlags } from '../load-from-arguments.js';
import { waitQuietOf } from '../run/doubt-flags.js';
import { type Finding, renderFindings } from './finding.js';
import { generatorFindings, peakFinding } from './generator-findings.js';
import { watchMachine } from './machine-facts.js';
import { machineFindings } from './machine-findings.js';
import { noiseFindings } from './noise-findings.js';
import { visitTarget } from './target-findings.js';

export interface DoctorArguments extends ScenarioFlags {
  readonly scenario?: string | undefined;
  readonly 'yes-i-may-load'?: readonly string[] | undefined;
  readonly 'wait-quiet'?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/**
 * The command `doctor`.
 * @returns 0, or what would spoil a run: 7 the fault engine, 8 this machine, 6 the target, 5 a machine that is too noisy; the first of them in that order
 */
export async function doctorFromArguments(args: DoctorArguments, console: Console): Promise<ExitCode> {
  const waitQuietMs = waitQuietOf(args['wait-quiet']);
  const scenario =
    args.scenario === undefined
      ? undefined
      : (await loadFromArguments(args.scenario, { ...args, withoutEvents: true }, console)).scenario;
  if (scenario !== undefined) refuseHosts(scenario, args['yes-i-may-load'] ?? []);
  const onStep = (text: string): void => {
    if (args.quiet !== true) console.err(text);
  };
  const machine = watchMachine();
  const quiet = waitQuietMs === 0 ? undefined : await lookAtOthers(scenario, waitQuietMs, onStep);
  const peakPerS = scenario === undefined ? undefined : peakOf(scenario);
  const reading = await measureGenerator(onStep, peakPerS);
  const visit = scenario === undefined ? undefined : await visitTarget(scenario, onStep, console.redactor);
  const peak = peakPerS === undefined ? [] : [peakFinding(peakPerS, visit?.workers ?? 1, reading)];
  const ours = [...machineFindings(machine(), scenario?.load.maxInFlight), ...generatorFindings(reading), ...peak];
  const noise = noiseFindings(reading, smallestLimitUs(scenario), quiet);
  const findings = [...ours, ...noise, ...(visit?.findings ?? [])];
  const trustedPerS = Math.round(trustedRate(reading));
  if (args.json) console.json({ trustedPerS, reading, findings });
  else console.out(renderFindings(findings));
  return firstOf([
    [ours, EXIT.machine],
    [visit?.findings ?? [], visit?.exitCode ?? EXIT.target],
    [noise, EXIT.inconclusive],
  ]);
}

/** What else uses this machine, after waiting for quiet as a run does. */
function lookAtOthers(scenario: Scenario | undefined, limitMs: number, say: (text: string) => void): Promise<QuietEnd> {
  const { pid } = scenario?.target ?? {};
  const ours = scenario === undefined ? [process.pid] : runProcesses(scenario, pid === undefined ? {} : { pid });
  say('what else uses this machine');
  return new QuietWatch().wait({ limitMs, ours, signal: new AbortController().signal, say });
}

/** A scenario's peak in calls/s, which a journey has several of. */
function peakOf(scenario: Scenario): number | undefined {
  const { peakPerS, callsPerArrival } = planOf(scenario);
  return peakPerS === undefined ? undefined : peakPerS * callsPerArrival;
}

/** When several apply: the order of the outcomes of a run. */
const ORDER: readonly ExitCode[] = [EXIT.faultEngine, EXIT.machine, EXIT.target, EXIT.inconclusive];

/** The exit code of the gravest kind that has a problem. */
function firstOf(kinds: readonly (readonly [readonly Finding[], ExitCode])[]): ExitCode {
  const found = kinds.filter(([findings]) => findings.some(({ level }) => level === 'problem')).map(([, exitCode]) => exitCode);
  return ORDER.find((exitCode) => found.includes(exitCode)) ?? EXIT.pass;
}
