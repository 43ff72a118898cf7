/** `1,234`. For columns whose head names what is counted; elsewhere use `countText`. */
export const numberText = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** The noun that goes with a number as it is written: `1 call`, `0 calls`, `1.5 calls`. The one place that knows. */
export const nounFor = (written: string | number, singular: string, plural = `${singular}s`): string =>
  String(written) === '1' ? singular : plural;

/** `1 call`, `1,234 calls`. */
export function countText(count: number, singular: string, plural?: string): string {
  const written = numberText(count);
  return `${written} ${nounFor(written, singular, plural)}`;
}
