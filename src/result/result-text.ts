import { randomUUID } from 'node:crypto';
import type { Result } from './result.js';

/** `result.json`. */
export const resultText = (result: Result): string => jsonText(result);

/** JSON indented for readers, but with each list of bucket counts on one line, for such a list has thousands of numbers. */
export function jsonText(content: unknown): string {
  // Made anew each time, so that no text of a server can be taken for a list.
  const mark = randomUUID();
  const text = JSON.stringify(
    content,
    (key, value: unknown) => (key === 'counts' && Array.isArray(value) ? `${mark}${JSON.stringify(value)}` : value),
    2,
  );
  return `${text.replaceAll(new RegExp(`"${mark}(\\[[^\\]]*\\])"`, 'g'), '$1')}\n`;
}
