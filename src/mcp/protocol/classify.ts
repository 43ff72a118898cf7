import type { OutcomeClass } from '../../scenario/outcome.js';
import type { ClassifyRule } from '../../scenario/scenario.js';
import type { CallRecord } from './call-record.js';
import { decidesAlone, hintsThatSessionIsGone, saysSessionIsGone } from './session-gone.js';

/** A site rule with its expressions compiled. All conditions given must hold. */
export interface CompiledRule {
  readonly rpcCode: number | undefined;
  readonly httpStatus: number | undefined;
  readonly toolErrorText: RegExp | undefined;
  readonly rpcMessage: RegExp | undefined;
  readonly as: OutcomeClass;
}

/** @throws SyntaxError when an expression is none (the scenario check reports that earlier, with its line). */
export function compileRules(rules: readonly ClassifyRule[]): readonly CompiledRule[] {
  return rules.map(({ when, as }) => ({
    rpcCode: when.rpcCode,
    httpStatus: when.httpStatus,
    toolErrorText: when.toolErrorText === undefined ? undefined : new RegExp(when.toolErrorText),
    rpcMessage: when.rpcMessage === undefined ? undefined : new RegExp(when.rpcMessage),
    as,
  }));
}

/**
 * Which outcome a call is: our own end, site rules, security, quota, timeout, availability, correctness, tool errors, success; the first that fits.
 * Pure. An `expect` of the scenario is weighed by the caller, on `ok` and `tool-error` alone.
 */
export function classify(record: CallRecord, rules: readonly CompiledRule[]): OutcomeClass {
  if (record.local === 'cancelled' || record.local === 'unfinished') return record.local;
  for (const rule of rules) if (fits(rule, record)) return rule.as;

  const { httpStatus: status, rpcCode: code } = record;
  if (status === 401) return 'unauthenticated';
  if (status === 403) return record.insufficientScope ? 'insufficient-scope' : 'forbidden';
  if (status === 429 || code === -32023) return 'rate-limited';
  if (status === 402) return 'quota-exhausted';
  if (record.local === 'timeout') return 'timeout';
  if (record.fault !== 'none') return record.fault;
  if (status >= 300) return ofHttpError(record);
  // Before 2026-07-28 a resource that is not there has a code of its own.
  if (code === -32002 && record.kind === 'resource') return 'contract';
  if (code !== undefined) return isSessionLost(record) ? 'session-lost' : ofRpcError(code);
  // SDK v1 servers report arguments that they refuse as a tool error with this text: our call is wrong, not the tool.
  if (record.isError) return record.toolErrorText.startsWith('MCP error -32602') ? 'contract' : 'tool-error';
  return 'ok';
}

/**
 * Whether the answer says that the session is gone, after a session id was sent; what is only a hint counts on a session that has served.
 * A site rule may give the call another class; the session is lost all the same.
 */
export function isSessionLost(record: CallRecord): boolean {
  if (!record.sessionSent || record.fault !== 'none') return false;
  return saysSessionIsGone(record) || (record.sessionServed === true && hintsThatSessionIsGone(record));
}

/** Whether a call that ended so was told that its session is gone: by the answer itself, or by a site rule that reads it so. */
export function meansLostSession(record: CallRecord, outcome: OutcomeClass): boolean {
  return record.sessionSent && ((outcome === 'session-lost' && record.local === 'none') || isSessionLost(record));
}

function ofHttpError(record: CallRecord): OutcomeClass {
  const { httpStatus: status, rpcCode: code } = record;
  if (isSessionLost(record)) return 'session-lost';
  if (code === -32022) return 'negotiation';
  if (decidesAlone(code)) return 'contract';
  if (status === 503) return 'overloaded';
  if (status >= 500) return 'server-error';
  if (status < 400) return 'redirect';
  return 'contract';
}

function ofRpcError(code: number): OutcomeClass {
  if (code === -32603) return 'rpc-internal-error';
  if (code === -32022) return 'negotiation';
  if (code === -32020 || code === -32021) return 'contract';
  if (code === -32042) return 'unsupported-interaction';
  if (code <= -32600 && code >= -32799) return 'contract';
  return 'rpc-server-error';
}

function fits(rule: CompiledRule, record: CallRecord): boolean {
  if (rule.rpcCode !== undefined && rule.rpcCode !== record.rpcCode) return false;
  if (rule.httpStatus !== undefined && rule.httpStatus !== record.httpStatus) return false;
  if (rule.toolErrorText !== undefined && !(record.isError && rule.toolErrorText.test(record.toolErrorText))) return false;
  if (rule.rpcMessage !== undefined && !(record.rpcCode !== undefined && rule.rpcMessage.test(record.rpcMessage))) return false;
  return true;
}
