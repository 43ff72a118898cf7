/** What is shown of a web page that says nothing in its title or heading. */
const PAGE_TEXT = 120;

/**
 * What the body of an answer that is no MCP says, in a few words on one line: the title of a web page, the message of a JSON error in the usual
 * forms (problem details, OAuth, gateways), else its text as it came. A page of a proxy is nine lines of markup for three words. Pure.
 */
export function saidIn(body: string): string {
  const text = withoutMarkup(body);
  if (text.startsWith('{')) {
    const said = errorWords(parsed(text));
    if (said !== undefined) return oneLine(said);
  }
  return oneLine(text);
}

/** A web page by its title; any other text as it is, without blanks around it. Pure. */
export function withoutMarkup(body: string): string {
  const text = body.trim();
  const page = text.search(/<(?:!doctype html|html|head|body|title|h1)\b/i);
  // A note of ours may stand before the page.
  return page >= 0 && page < 200 ? oneLine(`${text.slice(0, page)}web page ${pageWords(text.slice(page))}`) : text;
}

function pageWords(page: string): string {
  const title = textOf(/<title[^>]*>([\s\S]*?)<\/title>/i.exec(page)?.[1] ?? '');
  const heading = textOf(/<h1[^>]*>([\s\S]*?)<\/h1>/i.exec(page)?.[1] ?? '');
  const words = title || heading || textOf(page).slice(0, PAGE_TEXT);
  return words === '' ? 'without text' : `"${words}"`;
}

const textOf = (markup: string): string =>
  oneLine(
    markup
      .replace(/<!--[\s\S]*?(?:-->|$)/g, ' ')
      .replace(/<(script|style)\b[\s\S]*?(?:<\/\1>|$)/gi, ' ')
      .replace(/<[^>]*(?:>|$)/g, ' ')
      .replace(/&nbsp;/gi, ' ')
      .replace(/&lt;/gi, '<')
      .replace(/&gt;/gi, '>')
      .replace(/&quot;/gi, '"')
      .replace(/&#39;|&apos;/gi, "'")
      .replace(/&amp;/gi, '&'),
  );

/** `{"error":{"message":..}}`, `{"error":"..","error_description":".."}`, `{"title":..,"detail":..}`, `{"message":..}`, `{"detail":..}`. */
function errorWords(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const { error, error_description: description, title, detail, message, reason } = value;
  if (isObject(error)) return errorWords(error);
  const parts = [error, description, title, detail, message, reason].filter((part) => typeof part === 'string' && part !== '');
  return parts.length === 0 ? undefined : [...new Set(parts)].join(': ');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
