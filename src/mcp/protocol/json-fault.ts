import { looksCoded } from '../../scenario/file/content-encoding.js';
import { saidIn } from '../../text/said-in.js';

const SHOWN = 160;

/** Why a text is no JSON, in words that name what it is instead; `error` is what `JSON.parse` threw. Pure. */
export function jsonFault(text: string, error?: unknown): string {
  if (text === '') return 'an empty answer';
  const coded = looksCoded(text);
  if (coded !== undefined) return coded;
  if (/^\s+$/.test(text)) return 'an answer of blanks alone';
  if (text.startsWith('\ufeff')) {
    const rest = text.slice(1);
    return isJson(rest)
      ? 'JSON with a byte order mark (U+FEFF) before it, which JSON must not have'
      : `a byte order mark (U+FEFF), and no JSON after it: ${shortly(rest)}`;
  }
  if (text.startsWith('\u00ef\u00bb\u00bf')) return 'JSON with a byte order mark before it that was encoded twice (ï»¿)';
  if (/^\s*(data|event|id|retry):/.test(text)) return `an event stream under the content type of JSON: ${shortly(text)}`;
  if (/^\s*</.test(text)) return `markup instead of JSON: ${shortly(text)}`;
  if (text.includes('\0')) return `bytes that are no UTF-8 text (UTF-16?): ${shortly(text.replaceAll('\0', ''))}`;
  if (/[:[,]\s*(NaN|-?Infinity)\b/.test(text)) return `JSON with NaN or Infinity, which JSON does not have: ${shortly(text)}`;
  if (/^\s*\{\s*'/.test(text)) return `an object in single quotes, which is not JSON: ${shortly(text)}`;
  const said = error instanceof Error ? error.message : '';
  if (/Unexpected end|Unterminated/.test(said)) return `JSON that breaks off: ${shortly(text)}`;
  if (/after JSON/.test(said)) return `more than one JSON value: ${shortly(text)}`;
  return `an answer that is not JSON: ${shortly(text)}`;
}

const shortly = (text: string): string => saidIn(text).slice(0, SHOWN);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
