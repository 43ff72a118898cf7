import { PlimsollError } from '../errors/plimsoll-error.js';
import type { PlannedStep } from '../load/call-plan.js';
import type { CallAnswer } from '../mcp/driver.js';
import { callHint, type FailedCall } from '../mcp/protocol/call-hint.js';
import type { ClientSide } from '../scenario/client.js';
import { countText } from '../text/figure-text.js';

/** What was wrong with one step before any load. */
export interface PreflightFault {
  readonly tool: string;
  /** Name of the tenant on whose behalf it was called; undefined: there are none, or nothing was called. */
  readonly tenant?: string | undefined;
  /** A sentence, without its end. */
  readonly what: string;
  readonly hint: string;
}

const SHOWN = 300;

/** The arguments of a step do not fit the inputSchema of its tool. */
export const schemaFault = (tool: string, fault: string, sent: string): PreflightFault => ({
  tool,
  what: `the arguments of ${tool} do not fit its inputSchema: ${fault}`,
  hint: `the scenario sends ${sent.slice(0, SHOWN)}`,
});

/** A step was called and did not answer as it should. */
export const callFault = (
  step: PlannedStep,
  tenant: string | undefined,
  fault: string,
  sent: {
    readonly argumentsJson: string;
    readonly answer: CallAnswer;
    readonly client: ClientSide | undefined;
    readonly once: boolean;
    /** Where it went, and for how long it was waited for. */
    readonly sentTo: Omit<FailedCall, 'answer'>;
  },
): PreflightFault => ({
  tool: step.tool,
  tenant,
  what: `the preflight call of ${step.tool}${tenant === undefined ? '' : ` for the tenant ${tenant}`} failed: ${fault}`,
  hint: hintOf(sent),
});

/** What the server asks its client for, by the method and by the words in which servers say that they miss it. */
const CLIENT_SIDES = [
  ['elicitation', /elicit/i, '{ content: { NAME: VALUE } }'],
  ['roots', /\broots?\b(?!\s+(cause|element|node|password|user))/i, '{ uris: ["file:///workspace"] }'],
  ['sampling', /sampling|createMessage|create_message/i, '{ text: "a reply of the model" }'],
] as const;

function hintOf({ argumentsJson, answer, client, once, sentTo }: Parameters<typeof callFault>[3]): string {
  const sends = `the scenario sends ${argumentsJson.slice(0, SHOWN)}`;
  const { text = '', outcome } = answer;
  const asked = CLIENT_SIDES.find(([side, words]) => client?.[side] === undefined && words.test(text));
  if (asked !== undefined) return `the tool asks its client: add client.${asked[0]}, such as ${asked[2]}`;
  const elsewhere = callHint({ answer, ...sentTo });
  if (elsewhere !== undefined) return `${once ? 'it was not repeated, because the tool may write; ' : ''}${elsewhere}`;
  const skip = 'set target.preflight: schema to skip the call';
  const named = outcome === 'tool-error' ? argumentIn(text, argumentsJson) : undefined;
  if (named !== undefined) return `${sends}; put a value for ${named} that the server has into calls[].arguments, or ${skip}`;
  const again = once ? 'it was not repeated, because the tool may write; ' : '';
  return `${again}${sends}; change calls[].arguments or expect, or ${skip}`;
}

/** The argument that an answer is about: one that it names, or one whose value it repeats (`no order 1`), else the only one. */
function argumentIn(text: string, argumentsJson: string): string | undefined {
  const words = new Set(text.toLowerCase().match(/[\p{L}\p{N}_-]+/gu) ?? []);
  const scalars = Object.entries(JSON.parse(argumentsJson) as Readonly<Record<string, unknown>>).filter(
    ([, value]) => typeof value === 'string' || typeof value === 'number',
  );
  const found =
    scalars.find(([, value]) => words.has(String(value).toLowerCase())) ??
    scalars.find(([key]) => words.has(key.toLowerCase())) ??
    scalars.find(([, value]) => String(value).length > 2 && text.includes(String(value)));
  return found?.[0];
}

/**
 * All that was found, in one error (exit code 6): one fault in a sentence, several in a list with a hint each. The same fault of other tenants
 * is told once.
 */
export function preflightError(faults: readonly PreflightFault[]): PlimsollError {
  const distinct = new Map<string, PreflightFault>();
  for (const fault of faults) {
    const key = fault.tenant === undefined ? fault.what : fault.what.replace(` for the tenant ${fault.tenant}`, '');
    if (!distinct.has(key)) distinct.set(key, fault);
  }
  const told = [...distinct.values()];
  const [only] = told;
  if (only !== undefined && told.length === 1) return new PlimsollError(only.what, 'target', { hint: only.hint });
  const head = `${countText(told.length, 'call')} failed before the load:`;
  const lines = told.flatMap(({ what, hint }) => [`  ${onOneLine(what)}`, `    hint: ${onOneLine(hint)}`]);
  return new PlimsollError([head, ...lines], 'target', {
    hint: 'target.preflight: schema only checks the arguments, and calls nothing before the load',
  });
}

/** Text of a server must not make lines of its own in a list. */
const onOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
