/** A link of RFC 8288 with `rel="next"`, the target in pointy brackets. */
const NEXT = /<([^<>]*)>\s*((?:;[^,<>]*)*)/g;

/**
 * Address of the next page of a list, from the header `Link` (GitHub, and GitLab too). Undefined on the last page, and for an address on another
 * host: the token goes with the question. Pure.
 * @param from address of this page
 */
export function nextPage(link: string | undefined, from: string): string | undefined {
  for (const [, target = '', parameters = ''] of (link ?? '').matchAll(NEXT)) {
    if (!/;\s*rel\s*=\s*"?(?:[^"]*\s)?next(?:\s[^"]*)?"?\s*(?:;|$)/i.test(parameters)) continue;
    if (!URL.canParse(target, from)) return undefined;
    const next = new URL(target, from);
    return next.origin === new URL(from).origin ? next.href : undefined;
  }
  return undefined;
}
