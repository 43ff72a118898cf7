import { callOnce } from '../../mcp/call/call-once.js';
import type { Driver } from '../../mcp/driver.js';
import { wordsOfName } from '../../mcp/protocol/change-words.js';
import { KnownValues } from './known-values.js';
import { misfitOf, type ToolChoice } from './tool-choice.js';

const TIMEOUT_MS = 10_000;
const LISTING = new Set(['list', 'search', 'find']);

/**
 * Calls each active tool once, those first whose arguments need no guess, and takes ids for the others from what they answer.
 * @returns the same choices in their order: with the arguments that were sent, and as comments those that were not answered well.
 */
export async function tryTools(driver: Driver, choices: readonly ToolChoice[]): Promise<readonly ToolChoice[]> {
  const known = new KnownValues();
  const tried = new Map<ToolChoice, ToolChoice>();
  const waiting = new Set(choices.filter(({ leftOut, unfit }) => leftOut === undefined || unfit === true));
  while (waiting.size > 0) {
    const [next] = [...waiting]
      .map((choice) => filledIn(choice, known))
      .filter(({ filled }) => filled.leftOut === undefined)
      .sort((a, b) => a.guesses - b.guesses || rankOf(a) - rankOf(b));
    if (next === undefined) break;
    const { choice, filled } = next;
    waiting.delete(choice);
    const answer = await callOnce(driver, {
      tool: choice.tool.name,
      argumentsJson: JSON.stringify(filled.arguments),
      timeoutMs: TIMEOUT_MS,
    });
    if (answer?.outcome === 'ok') {
      if (answer.result !== undefined) known.add(choice.tool.name, answer.result);
      tried.set(choice, { ...filled, madeUp: [] });
    } else {
      const words = answer?.text === undefined ? '' : `: ${answer.text}`;
      tried.set(choice, { ...filled, leftOut: `called once, and it ended as ${answer?.outcome ?? 'cancelled'}${words}` });
    }
  }
  return choices.map((choice) => tried.get(choice) ?? choice);
}

interface Candidate {
  readonly choice: ToolChoice;
  readonly filled: ToolChoice;
  /** Arguments that are still made up. */
  readonly guesses: number;
}

/** Tools that list things first: what they answer is what the others need. */
const rankOf = ({ choice }: Candidate): number => (LISTING.has(wordsOfName(choice.tool.name)[0] ?? '') ? 0 : 1);

/** Puts values that the server is known to have in the place of those that were made up, as far as the schema takes them. */
function filledIn(choice: ToolChoice, known: KnownValues): Candidate {
  let { arguments: args } = choice;
  const madeUp: string[] = [];
  for (const name of choice.madeUp) {
    const found = known
      .for(choice.tool.name, name)
      .slice(0, 20)
      .map((value) => ({ ...args, [name]: typeof args[name] === 'string' ? String(value) : toNumber(value) }))
      .find((changed) => misfitOf(choice.tool, changed) === undefined);
    if (found === undefined) madeUp.push(name);
    else args = found;
  }
  const { leftOut, unfit: _, ...rest } = choice;
  const misfit = leftOut === undefined ? undefined : misfitOf(choice.tool, args);
  const filled = { ...rest, arguments: args, madeUp, ...(misfit === undefined ? {} : { leftOut: misfit }) };
  return { choice, filled, guesses: madeUp.length };
}

const toNumber = (value: string | number): string | number =>
  typeof value === 'string' && value.trim() !== '' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
