import { coresText, countText, numberText, percentText, spanText } from '../../text/figure-text.js';
import type { Finding } from './finding.js';

/** The machine as far as it bears on making load; absent is what could not be read. */
export interface MachineFacts {
  readonly nodeVersion: string;
  readonly cores: number;
  /** CPU limit of the cgroup in cores. */
  readonly cgroupCores?: number;
  /** Soft limit of open files. */
  readonly descriptors?: number;
  /** Share of CPU time taken by the hypervisor while the doctor measured, 0..1. */
  readonly steal?: number;
  /** Seconds for which the cgroup was held back while the doctor measured. */
  readonly throttledS?: number;
}

const OLDEST_NODE = [20, 19] as const;

/** What the machine itself would limit. `connections`: how many the scenario may open (its maxInFlight), where there is one. */
export function machineFindings(facts: MachineFacts, connections = 1000): readonly Finding[] {
  return [nodeFinding(facts), coresFinding(facts), descriptorsFinding(facts, connections), heldBackFinding(facts)].filter(
    (finding) => finding !== undefined,
  );
}

function nodeFinding({ nodeVersion }: MachineFacts): Finding {
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number);
  const old = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  return old
    ? {
        level: 'problem',
        about: 'node',
        text: `Node ${nodeVersion} is too old: plimsoll needs ${OLDEST_NODE.join('.')} or newer.`,
      }
    : { level: 'ok', about: 'node', text: `Node ${nodeVersion}.` };
}

function coresFinding({ cores, cgroupCores }: MachineFacts): Finding {
  const usable = Math.min(cores, cgroupCores ?? cores);
  const text = `${countText(cores, 'core')}${cgroupCores === undefined ? '' : `, limited by the cgroup to ${coresText(cgroupCores)}`}`;
  if (usable < 1)
    return {
      level: 'warning',
      about: 'cores',
      text: `${text}: less than a core is held back many times a second, and each pause may bring a missed limit in doubt.`,
    };
  if (usable < 2)
    return { level: 'warning', about: 'cores', text: `${text}: load thread, reports and a server on the same machine share it.` };
  return { level: 'ok', about: 'cores', text: `${text}.` };
}

function descriptorsFinding({ descriptors }: MachineFacts, connections: number): Finding | undefined {
  if (descriptors === undefined) return undefined;
  // Files, pipes, probes and the listener beside the connections.
  const needed = connections + 100;
  const text = `${countText(descriptors, 'open file')} allowed, up to ${numberText(needed)} needed for ${countText(connections, 'connection')}`;
  if (descriptors >= needed) return { level: 'ok', about: 'descriptors', text: `${text}.` };
  return {
    level: 'problem',
    about: 'descriptors',
    text: `${text}: raise the limit (ulimit -n ${needed}) or lower load.maxInFlight.`,
  };
}

function heldBackFinding({ steal, throttledS }: MachineFacts): Finding | undefined {
  if (steal === undefined && throttledS === undefined) return undefined;
  const found = [
    ...(steal === undefined ? [] : [`${percentText(steal)} of CPU time stolen by the hypervisor`]),
    ...(throttledS === undefined ? [] : [`throttled by the cgroup for ${spanText(throttledS)}`]),
  ].join(', ');
  const bad = (steal ?? 0) > 0.01 || (throttledS ?? 0) > 0.05;
  return bad
    ? { level: 'warning', about: 'held back', text: `${found} while measuring: such pauses read as latency of the server.` }
    : { level: 'ok', about: 'held back', text: `${found} while measuring.` };
}
