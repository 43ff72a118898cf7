/** What an error says about the target. `none` marks what is not a failure of the target. */
export type Taxonomy = 'availability' | 'latency' | 'correctness' | 'security' | 'quota' | 'none';

/**
 * Every way in which one tool call can end, with its taxonomy and whether an answer arrived.
 * Unanswered calls rank above every answered one in any quantile; answered failures are left out of the latency objective.
 */
export const OUTCOMES = {
  ok: { taxonomy: 'none', answered: true },
  // Never sent, or never allowed to end.
  dropped: { taxonomy: 'availability', answered: false },
  'dropped-by-generator': { taxonomy: 'none', answered: false },
  // Our own HTTP client would not make the request.
  unsendable: { taxonomy: 'none', answered: false },
  unfinished: { taxonomy: 'availability', answered: false },
  cancelled: { taxonomy: 'none', answered: false },
  // Security.
  unauthenticated: { taxonomy: 'security', answered: true },
  forbidden: { taxonomy: 'security', answered: true },
  'insufficient-scope': { taxonomy: 'security', answered: true },
  'token-unavailable': { taxonomy: 'security', answered: false },
  'policy-denied': { taxonomy: 'security', answered: true },
  // Quota and budget.
  'rate-limited': { taxonomy: 'quota', answered: true },
  'quota-exhausted': { taxonomy: 'quota', answered: true },
  quota: { taxonomy: 'quota', answered: true },
  // Latency.
  timeout: { taxonomy: 'latency', answered: false },
  // Availability.
  'connect-failed': { taxonomy: 'availability', answered: false },
  'connection-reset': { taxonomy: 'availability', answered: false },
  truncated: { taxonomy: 'availability', answered: false },
  'stream-lost': { taxonomy: 'availability', answered: false },
  'session-lost': { taxonomy: 'availability', answered: true },
  'server-error': { taxonomy: 'availability', answered: true },
  overloaded: { taxonomy: 'availability', answered: true },
  'rpc-internal-error': { taxonomy: 'availability', answered: true },
  'rpc-server-error': { taxonomy: 'availability', answered: true },
  crash: { taxonomy: 'availability', answered: false },
  'dependency-failed': { taxonomy: 'availability', answered: true },
  // Correctness.
  malformed: { taxonomy: 'correctness', answered: true },
  schema: { taxonomy: 'correctness', answered: true },
  'answer-too-large': { taxonomy: 'correctness', answered: true },
  'protocol-violation': { taxonomy: 'correctness', answered: true },
  contract: { taxonomy: 'correctness', answered: true },
  negotiation: { taxonomy: 'correctness', answered: true },
  redirect: { taxonomy: 'correctness', answered: true },
  'unsupported-interaction': { taxonomy: 'correctness', answered: true },
  'empty-result': { taxonomy: 'correctness', answered: true },
  'tool-error': { taxonomy: 'correctness', answered: true },
  'expectation-failed': { taxonomy: 'correctness', answered: true },
} as const satisfies Record<string, { taxonomy: Taxonomy; answered: boolean }>;

/** The class of an outcome, as it stands in `errors[].class` of a result. */
export type OutcomeClass = keyof typeof OUTCOMES;

export const OUTCOME_CLASSES = Object.keys(OUTCOMES) as readonly OutcomeClass[];
