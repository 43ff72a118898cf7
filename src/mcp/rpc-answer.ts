import type { OtherRequest } from '../scenario/call.js';
import type { Era, WireFault } from './call-record.js';

/** Which result a request has; `any`: an object. */
export type AnswerKind = 'tool' | OtherRequest['kind'] | 'any';

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
 * An id of another type (`"7"` for 7) is a wrong id. An error with the id `null` is taken as ours: the peer could not read the id.
 */
export function readAnswer(message: unknown, id: number, era: Era, into: AnswerContent, kind: AnswerKind = 'tool'): void {
  if (!isObject(message) || message.jsonrpc !== '2.0') {
    into.fault = 'schema';
    return;
  }
  const { result, error } = message;
  if (message.id !== id && !(error !== undefined && (message.id === null || message.id === undefined))) {
    into.fault = 'protocol-violation';
    return;
  }
  if (error !== undefined) {
    if (result === undefined && isObject(error) && typeof error.code === 'number' && Number.isInteger(error.code)) {
      into.rpcCode = error.code;
      into.rpcMessage = typeof error.message === 'string' ? error.message : '';
      if (message.id !== id) into.withoutId = true;
    } else into.fault = 'schema';
    return;
  }
  if (!isObject(result)) {
    into.fault = 'schema';
    return;
  }
  into.fault = faultOfResult(result, era, kind);
  if (into.fault !== 'none') {
    if (into.fault === 'unsupported-interaction' && era === 'modern') into.interaction = result;
    return;
  }
  into.result = result;
  if (kind === 'tool' && result.isError === true) {
    into.isError = true;
    into.toolErrorText = textOf(result.content);
  }
}

/** The JSON-RPC error in the body of an HTTP error, if there is one. */
export function readErrorBody(body: string, into: AnswerContent): void {
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
