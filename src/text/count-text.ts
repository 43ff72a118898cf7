/** Commas between the thousands of a number that is written without an exponent: `1,234.5`. */
export const grouped = (written: string): string => {
  const [whole = '', ...fraction] = written.split('.');
  return [whole.replace(/\B(?=(\d{3})+(?!\d))/g, ','), ...fraction].join('.');
};

/** `1,234`; `< 1` for less than a half that is not nothing. For columns whose head names what is counted; elsewhere use `countText`. */
export function numberText(count: number): string {
  const whole = Math.round(count);
  return whole === 0 && count > 0 ? '< 1' : grouped(String(whole === 0 ? 0 : whole));
}

/** The noun that goes with a number as it is written: `1 call`, `0 calls`, `1.5 calls`. The one place that knows. */
export const nounFor = (written: string | number, singular: string, plural = `${singular}s`): string =>
  /^(< )?1$/.test(String(written)) ? singular : plural;

/** `1 call`, `1,234 calls`. */
export function countText(count: number, singular: string, plural?: string): string {
  const written = numberText(count);
  return `${written} ${nounFor(written, singular, plural)}`;
}
