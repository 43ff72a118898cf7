// biome-ignore lint/suspicious/noControlCharactersInRegex: taking control characters out is the point.
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
/** Characters that reorder the text around them: an error text could otherwise make a line read as something else. */
const BIDI = /[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g;

/** Text from a server or a file as one line without control characters: no terminal escape, no line break, no reordering survives. */
export function oneLine(text: string, limit = 300): string {
  const flat = text
    .replace(/[\t\r\n\u2028\u2029]+/g, ' ')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(CONTROLS, '')
    .replace(BIDI, '');
  const points = [...flat];
  return points.length > limit ? `${points.slice(0, limit - 1).join('')}…` : flat;
}
