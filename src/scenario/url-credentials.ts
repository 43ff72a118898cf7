import type { Target } from './target.js';

/** The `Authorization` that the user and password of a URL stand for; undefined where it has neither. */
export function basicAuthorization(url: string): string | undefined {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return undefined;
  return `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`, 'utf8').toString('base64')}`;
}

/** Headers of the target for one of its URLs: user and password of the URL count where neither headers nor `target.auth` say who calls. */
export function headersFor(url: string, { headers, auth }: Pick<Target, 'headers' | 'auth'>): Readonly<Record<string, string>> {
  const basic = basicAuthorization(url);
  const said = auth !== undefined || Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  return basic === undefined || said ? headers : { ...headers, authorization: basic };
}

/** A `%` that begins no escape is one. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
