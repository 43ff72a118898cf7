import { PlimsollError } from '../../errors/plimsoll-error.js';

/** `key=value` flags as labels of a run. @throws PlimsollError with exit code 2. */
export function labelsOf(flags: readonly string[]): Readonly<Record<string, string>> {
  const labels = new Map<string, string>();
  for (const flag of flags) {
    const [, key, value] = /^([A-Za-z0-9._/-]+)=(.*)$/s.exec(flag) ?? [];
    if (key === undefined || value === undefined) {
      throw new PlimsollError(`--label ${flag}: accepted: key=value, the key of letters, digits and . _ / -`, 'usage');
    }
    if (labels.has(key)) throw new PlimsollError(`--label ${key} is given more than once`, 'usage');
    labels.set(key, value);
  }
  return Object.fromEntries(labels);
}
