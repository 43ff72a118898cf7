import type { Era } from '../era.js';
import { askText } from './ask-in-vain.js';
import type { AnswerKind, WireFault } from './call-record.js';

/** What the answer to a call holds; written by `readAnswer`. */
export interface AnswerContent {
  fault: WireFault;
  rpcCode: number | undefined;
  rpcMessage: string;
  /** The error has the id null, or none. */
  withoutId?: boolean;
  isError: boolean;
  toolErrorText: string;
  result: Readonly<Record<string, unknown>> | undefined;
  /** A result of the modern era that is not the end of the call. */
  interaction: Readonly<Record<string, unknown>> | undefined;
  /** What the answer is instead of what it should be; empty without a fault. */
  violation: string;
  /** The id came back as a text (`"7"` for 7). */
  idIsText: boolean;
}

/** The text items of any result: content of tools, contents of resources, content of the messages of prompts. */
export function textItems(result: Readonly<Record<string, unknown>>): readonly unknown[] {
  if (Array.isArray(result.content)) return result.content;
  if (Array.isArray(result.contents))
    return (result.contents as readonly unknown[]).map((item) => (isObject(item) ? { ...item, type: 'text' } : item));
  if (Array.isArray(result.messages))
    return (result.messages as readonly unknown[]).map((item) => (isObject(item) ? item.content : item));
  return [];
}

const TOOL_ERROR_TEXT_LIMIT = 64 * 1024;

/**
 * Reads a parsed JSON-RPC message as the answer to our request `id` and fills `into`. Pure but for that.
 * A number that comes back as a text (`"7"` for 7) is taken, as both official SDKs do. An error with the id `null` is taken as ours: the peer
 * could not read the id.
 */
export function readAnswer(message: unknown, id: number, era: Era, into: AnswerContent, kind: AnswerKind = 'tool'): void {
  const violation = envelopeViolation(message, id);
  if (violation !== undefined) {
    into.violation = violation;
    into.fault = isObject(message) && message.jsonrpc === '2.0' && !isOurs(message, id) ? 'protocol-violation' : 'schema';
    return;
  }
  const { result, error, id: theirs } = message as Readonly<Record<string, unknown>>;
  if (theirs !== id && typeof theirs === 'string') into.idIsText = true;
  if (isObject(error)) {
    into.rpcCode = error.code as number;
    into.rpcMessage = typeof error.message === 'string' ? error.message : '';
    if (theirs === undefined || theirs === null) into.withoutId = true;
    return;
  }
  if (!isObject(result)) return;
  into.fault = faultOfResult(result, era, kind);
  if (into.fault !== 'none') {
    into.violation = resultViolation(result, into.fault, kind);
    if (into.fault === 'unsupported-interaction' && era === 'modern') into.interaction = result;
    return;
  }
  into.result = result;
  if (kind === 'tool' && result.isError === true) {
    into.isError = true;
    into.toolErrorText = textOf(result.content);
  }
}

/** Whether a message is meant for the request `id`: under that id, as a number or a text, or an error to what the peer could not read. */
function isOurs(message: Readonly<Record<string, unknown>>, id: number): boolean {
  return (
    message.id === id ||
    message.id === String(id) ||
    (message.error !== undefined && (message.id === null || message.id === undefined))
  );
}

/** What is wrong with a message as the answer to the request `id`, whatever it holds; undefined when nothing is. */
export function envelopeViolation(message: unknown, id: number): string | undefined {
  if (Array.isArray(message)) return `a batch of ${message.length} ${message.length === 1 ? 'message' : 'messages'}`;
  if (!isObject(message)) return `${nounOf(message)} in place of a JSON-RPC message`;
  const { jsonrpc, result, error } = message;
  if (jsonrpc !== '2.0')
    return `an answer ${jsonrpc === undefined ? 'without "jsonrpc": "2.0"' : `with "jsonrpc": ${shortly(jsonrpc)}`}`;
  if (!isOurs(message, id))
    return message.id === undefined
      ? 'an answer without an id'
      : `an answer with the id ${shortly(message.id)} to the request with the id ${id}`;
  if (error === undefined) {
    if (result === undefined) return 'an answer without result and error';
    return isObject(result) ? undefined : `an answer whose result is ${nounOf(result)}`;
  }
  if (result !== undefined && error === null) return 'an answer with both "error": null and a result';
  if (result !== undefined) return 'an answer with both result and error';
  if (!isObject(error)) return `an answer whose error is ${nounOf(error)}`;
  return typeof error.code === 'number' && Number.isInteger(error.code)
    ? undefined
    : `an answer whose error code is ${shortly(error.code)}`;
}

/** The JSON-RPC error in the body of an HTTP error, if there is one. */
export function readErrorBody(body: string, into: Pick<AnswerContent, 'rpcCode' | 'rpcMessage'>): void {
  if (!body.trimStart().startsWith('{')) return;
  try {
    const message: unknown = JSON.parse(body);
    if (!isObject(message) || !isObject(message.error)) return;
    const { code, message: text } = message.error;
    if (typeof code === 'number' && Number.isInteger(code)) into.rpcCode = code;
    if (typeof text === 'string') into.rpcMessage = text;
  } catch {
    // Not JSON, or cut off: the status alone speaks.
  }
}

/** Text content of a tool result, items joined by newlines; at most 64 Ki characters. */
export function textOf(content: unknown): string {
  if (!Array.isArray(content)) return '';
  let text = '';
  for (const item of content as readonly unknown[]) {
    if (!isObject(item) || item.type !== 'text' || typeof item.text !== 'string') continue;
    text = text === '' ? item.text : `${text}\n${item.text}`;
    if (text.length > TOOL_ERROR_TEXT_LIMIT) return text.slice(0, TOOL_ERROR_TEXT_LIMIT);
  }
  return text;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function faultOfResult(result: Readonly<Record<string, unknown>>, era: Era, kind: AnswerKind): WireFault {
  const { resultType, content } = result;
  // Before 2026-07-28 there is no `resultType`; a server that sends one means it.
  if (resultType !== undefined && resultType !== 'complete') return 'unsupported-interaction';
  if (kind !== 'tool') {
    const fault = faultOfOther(result, kind);
    if (fault !== 'none') return fault;
  } else if (content === undefined) {
    if (result.isError !== true && result.structuredContent === undefined) return 'empty-result';
  } else {
    if (!Array.isArray(content)) return 'schema';
    for (const item of content as readonly unknown[]) if (!isContentItem(item)) return 'schema';
  }
  return era === 'modern' && resultType === undefined ? 'schema' : 'none';
}

/** What a result is instead of what it should be, once that is known. */
function resultViolation(result: Readonly<Record<string, unknown>>, fault: WireFault, kind: AnswerKind): string {
  const { resultType } = result;
  if (fault === 'unsupported-interaction') return `a result with the resultType ${shortly(resultType)}${askedIn(result)}`;
  const key = kind === 'tool' ? 'content' : kind === 'resource' ? 'contents' : kind === 'prompt' ? 'messages' : kind;
  const items = result[key];
  if (kind !== 'any' && items !== undefined) {
    if (!Array.isArray(items)) return `a result whose ${key} is ${nounOf(items)}, not a list`;
    const at = (items as readonly unknown[]).findIndex((item) =>
      kind === 'tool' ? !isContentItem(item) : !isObject(item) || !hasItsFields(item, kind),
    );
    if (at >= 0) return `a result whose ${key}[${at}] is ${itemWords(items[at])}`;
  } else if (fault === 'empty-result') return `a result without ${key}`;
  return 'a result without a resultType, which 2026-07-28 wants';
}

/** What a server of 2026-07-28 wants before it goes on. */
function askedIn({ inputRequests }: Readonly<Record<string, unknown>>): string {
  const [first] = isObject(inputRequests) ? Object.values(inputRequests) : [];
  return isObject(first) && typeof first.method === 'string' ? `: ${askText({ method: first.method })}` : '';
}

function itemWords(item: unknown): string {
  if (!isObject(item)) return nounOf(item);
  return item.type === undefined
    ? `without what it must have: ${shortly(item)}`
    : `no valid item of type ${shortly(item.type)}: ${shortly(item)}`;
}

/** A JSON value by its type. */
function nounOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return 'an object';
  }
}

function shortly(value: unknown): string {
  return (JSON.stringify(value) ?? 'none').slice(0, 80);
}

/** What a result that is no tool's must have. */
function faultOfOther(result: Readonly<Record<string, unknown>>, kind: Exclude<AnswerKind, 'tool'>): WireFault {
  if (kind === 'any') return 'none';
  const items = result[kind === 'resource' ? 'contents' : kind === 'prompt' ? 'messages' : kind];
  if (items === undefined) return 'empty-result';
  if (!Array.isArray(items)) return 'schema';
  for (const item of items as readonly unknown[]) if (!isObject(item) || !hasItsFields(item, kind)) return 'schema';
  return 'none';
}

function hasItsFields(item: Readonly<Record<string, unknown>>, kind: Exclude<AnswerKind, 'tool' | 'any'>): boolean {
  switch (kind) {
    case 'resource':
      return typeof item.uri === 'string' && (typeof item.text === 'string' || typeof item.blob === 'string');
    case 'prompt':
      return typeof item.role === 'string' && isContentItem(item.content);
    case 'resources':
      return typeof item.uri === 'string';
    case 'resourceTemplates':
      return typeof item.uriTemplate === 'string';
    default:
      return typeof item.name === 'string';
  }
}

function isContentItem(item: unknown): boolean {
  if (!isObject(item)) return false;
  switch (item.type) {
    case 'text':
      return typeof item.text === 'string';
    case 'image':
    case 'audio':
      return typeof item.data === 'string' && typeof item.mimeType === 'string';
    case 'resource':
      return isObject(item.resource) && typeof item.resource.uri === 'string';
    case 'resource_link':
      return typeof item.uri === 'string';
    default:
      return false;
  }
}
