import { isDeepStrictEqual } from 'node:util';
import type { Expectation, JsonExpectation } from '../../scenario/call.js';
import type { ToolDescription } from '../driver.js';
import { parsePointer, valueAt } from './json-pointer.js';
import { isObject, textItems, textOf } from './rpc-answer.js';
import { schemaCheck } from './tool-schema.js';

/** Members that make a result a list. */
const LISTS = ['tools', 'resources', 'prompts', 'resourceTemplates'] as const;

type ToolResult = Readonly<Record<string, unknown>>;
type Check = (result: ToolResult) => string | undefined;

const compiled = new WeakMap<Expectation, { readonly tool: ToolDescription | undefined; readonly check: Check }>();

/**
 * Weighs a well-formed tool result by the scenario's `expect`. Compiles each expectation once.
 * @returns undefined when all conditions hold, else the first that does not, in a sentence.
 */
export function checkExpectation(
  expectation: Expectation,
  result: ToolResult,
  tool: ToolDescription | undefined,
): string | undefined {
  let known = compiled.get(expectation);
  if (known === undefined || known.tool !== tool) {
    known = { tool, check: compile(expectation, tool) };
    compiled.set(expectation, known);
  }
  return known.check(result);
}

function compile(expectation: Expectation, tool: ToolDescription | undefined): Check {
  const checks: Check[] = [errorCheck(expectation.error ?? false)];
  if (expectation.text !== undefined) checks.push(textCheck(expectation.text));
  if (expectation.schema === true) checks.push(outputCheck(tool));
  if (expectation.json !== undefined) checks.push(jsonCheck(expectation.json));
  return (result) => {
    for (const check of checks) {
      const fault = check(result);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

function errorCheck(expected: boolean): Check {
  return (result) =>
    (result.isError === true) === expected ? undefined : `isError is ${String(!expected)}, expected ${String(expected)}`;
}

function textCheck(pattern: string): Check {
  const expression = new RegExp(pattern);
  return (result) => (expression.test(textOf(textItems(result))) ? undefined : `the text does not match /${pattern}/`);
}

function outputCheck(tool: ToolDescription | undefined): Check {
  if (tool?.outputSchema === undefined) return () => 'the tool lists no outputSchema to check against';
  let check: Check;
  try {
    const fits = schemaCheck(tool.outputSchema);
    check = (result) => {
      // What a tool answers when it fails is no output of it.
      if (result.isError === true) return undefined;
      if (result.structuredContent === undefined) return 'structuredContent is missing';
      const fault = fits(result.structuredContent);
      return fault === undefined ? undefined : `structuredContent breaks the outputSchema: ${fault}`;
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    check = () => `the outputSchema is not a valid JSON Schema: ${reason}`;
  }
  return check;
}

function jsonCheck(conditions: Readonly<Record<string, JsonExpectation>>): Check {
  const checks = Object.entries(conditions).map(([pointer, condition]) => {
    const path = parsePointer(pointer);
    const holds = valueCheck(condition);
    return (document: unknown): string | undefined => {
      const fault = holds(valueAt(document, path));
      return fault === undefined ? undefined : `${pointer === '' ? 'the value' : pointer} ${fault}`;
    };
  });
  return (result) => {
    const document = documentOf(result);
    for (const check of checks) {
      const fault = check(document);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

/** Every condition but `exists: false` needs the value to be there. */
function valueCheck(condition: JsonExpectation): (value: unknown) => string | undefined {
  const { min, max, equals, matches, exists } = condition;
  const expression = matches === undefined ? undefined : new RegExp(matches);
  return (value) => {
    if (exists === false) return value === undefined ? undefined : 'is there, expected not to be';
    if (value === undefined) return 'is missing';
    if (min !== undefined && !(typeof value === 'number' && value >= min)) return `is ${show(value)}, expected at least ${min}`;
    if (max !== undefined && !(typeof value === 'number' && value <= max)) return `is ${show(value)}, expected at most ${max}`;
    if (equals !== undefined && !isDeepStrictEqual(value, equals)) return `is ${show(value)}, expected ${show(equals)}`;
    if (expression !== undefined && !(typeof value === 'string' && expression.test(value)))
      return `is ${show(value)}, expected a text that matches /${matches}/`;
    return undefined;
  };
}

/** What JSON Pointers point into: `structuredContent`, else a list as it came, else the first text read as JSON; undefined when there is none of them. */
export function documentOf(result: ToolResult): unknown {
  if (result.structuredContent !== undefined) return result.structuredContent;
  for (const key of LISTS) if (Array.isArray(result[key])) return result;
  const text = textItems(result).find((item) => isObject(item) && item.type === 'text');
  if (!isObject(text) || typeof text.text !== 'string') return undefined;
  try {
    return JSON.parse(text.text) as unknown;
  } catch {
    return undefined;
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
