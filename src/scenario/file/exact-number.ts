/** What is accepted in the place of a number that is not held exactly. */
export const EXACT_NUMBERS = 'a number that is kept as it is written: any of up to 15 digits, whole ones up to 9007199254740991';
export const EXACT_HINT = 'in quotes it is a text; a cell of a CSV feed is sent digit by digit';

/** Digits without zeros at either end, and the power of ten of the last of them. */
const parsed = (decimal: string): { readonly digits: string; readonly exponent: number } | undefined => {
  const match = /^[+-]?(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(decimal);
  if (match === null) return undefined;
  const [, whole = '', fraction = '', power = '0'] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  if (kept === '') return { digits: '', exponent: 0 };
  return { digits: kept, exponent: Number(power) - fraction.length + digits.length - kept.length };
};

/**
 * Whether the number that is written here, in decimal, hexadecimal (`0x`) or octal (`0o`), is the one that comes out when it is read as a
 * double and written again. Of 0.1 that is so, of 9007199254740993 it is not.
 */
export function isHeldExactly(text: string): boolean {
  const value = Number(text);
  if (!Number.isFinite(value)) return false;
  if (/^0[xo]/i.test(text)) return BigInt(text) === BigInt(value);
  const written = parsed(text);
  const held = parsed(String(value));
  return written !== undefined && written.digits === held?.digits && written.exponent === held.exponent;
}

/** The first number of a JSON text that a double does not hold; undefined where all are held. */
export function inexactNumberIn(json: string): string | undefined {
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g)) {
    if (!token.startsWith('"') && !isHeldExactly(token)) return token;
  }
  return undefined;
}

/** Such a number in the words of an error. */
export const inexactText = (written: string): string => {
  const short = written.length > 60 ? `${written.slice(0, 57)}...` : written;
  return `the number ${short}, which would go out as ${String(Number(written))}`;
};
