import { HIDDEN } from './variables.js';

/** Below this length a secret is hidden only where it stands alone: else a secret `1` would blank every figure. */
const SUBSTRING_FROM = 8;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The forms in which a value may turn up in a text: as it is, in a URL, in JSON, in base64. */
const formsOf = (secret: string): readonly string[] => {
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  if (secret.length >= SUBSTRING_FROM) {
    const bytes = Buffer.from(secret, 'utf8');
    forms.push(bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url'), bytes.toString('hex'));
  }
  return forms;
};

const patternOf = (secrets: readonly string[]): RegExp | undefined => {
  const forms = [...new Set(secrets.filter((secret) => secret !== '').flatMap(formsOf))].sort((a, b) => b.length - a.length);
  if (forms.length === 0) return undefined;
  const alternatives = forms.map((form) =>
    form.length >= SUBSTRING_FROM ? escaped(form) : `(?<![\\p{L}\\p{N}_])${escaped(form)}(?![\\p{L}\\p{N}_])`,
  );
  return new RegExp(alternatives.join('|'), 'gu');
};

/** `scheme://user:password@`: the password. The scheme is bounded, so that a long text without one costs no quadratic time. */
export const URL_PASSWORD = /([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/?#@"']{0,256}:)([^\s/?#"']{1,1024})(?=@)/gi;
const CREDENTIALS = /\b(Bearer|Basic|Digest|Negotiate)\s+[A-Za-z0-9._~+/=-]{6,}/gi;

/** Takes the secrets of a scenario out of any text before it reaches a file or the screen. */
export class Redactor {
  readonly #secrets: Set<string>;
  #pattern: RegExp | undefined;

  constructor(secrets: readonly string[]) {
    this.#secrets = new Set(secrets);
    this.#pattern = patternOf(secrets);
  }

  /** Hides a secret that came up later, such as a token that was fetched. */
  readonly add = (secret: string): void => {
    if (this.#secrets.has(secret)) return;
    this.#secrets.add(secret);
    this.#pattern = patternOf([...this.#secrets]);
  };

  /** The text with every known secret, credentials of an authorization header and passwords in URLs replaced by `***`. */
  readonly redact = (text: string): string => {
    const known = this.#pattern === undefined ? text : text.replace(this.#pattern, HIDDEN);
    return known.replace(URL_PASSWORD, `$1${HIDDEN}`).replace(CREDENTIALS, `$1 ${HIDDEN}`);
  };

  /** The same plain data with every text in it redacted; keys are left alone. */
  readonly redactData = <T>(value: T): T => {
    if (typeof value === 'string') return this.redact(value) as T;
    if (Array.isArray(value)) return value.map((item: unknown) => this.redactData(item)) as T;
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.redactData(item as unknown)])) as T;
    }
    return value;
  };
}
