import { formsOf, HIDDEN, SUBSTRING_FROM } from './secret-forms.js';

/** Tokens that were fetched and are still hidden: older ones have run out, and hours of renewals must not pile up. */
const MOST_FETCHED = 100;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Short forms, where they stand alone. */
const patternOf = (forms: readonly string[]): RegExp | undefined =>
  forms.length === 0
    ? undefined
    : new RegExp(forms.map((form) => `(?<![\\p{L}\\p{N}_])${escaped(form)}(?![\\p{L}\\p{N}_])`).join('|'), 'gu');

/** `scheme://user:password@`: the password. The scheme is bounded, so that a long text without one costs no quadratic time. */
export const URL_PASSWORD = /([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/?#@"']{0,256}:)([^\s/?#"']{1,1024})(?=@)/gi;
/** `?token=...`: parameters of a URL that are named like a secret, and their values. */
export const URL_PARAMETER =
  /([?&;][\w.-]{0,64}(?:token|secret|passw(?:or)?d|api[_-]?key|access[_-]?key|subscription[_-]?key|credential|signature)[\w.-]{0,64}=)(?!(?:[0-9]{1,5}|true|false|none|null)(?:[\s&;#"'<>]|$))([^\s&;#"'<>]{1,2048})/gi;
const CREDENTIALS = /\b(Bearer|Basic|Digest|Negotiate)\s+[A-Za-z0-9._~+/=-]{6,}/gi;

/** How much of a form has to be there to be hidden where it was cut: half of it; of a URL, whose beginning is no secret, nearly all. */
const leastOf = (form: string): number =>
  Math.max(SUBSTRING_FROM, Math.ceil(form.length * (/^[a-z][a-z0-9+.-]*:\/\//i.test(form) ? 0.8 : 0.5)));

/** A form with what it takes to find it. */
interface Form {
  readonly text: string;
  readonly least: number;
}

/** The text without the form where it was cut off at its end or its beginning: texts are cut at limits that know of no secrets. */
function withoutCut(text: string, { text: form, least }: Form): string {
  const head = form.slice(0, SUBSTRING_FROM);
  let found = text;
  for (let at = found.indexOf(head); at >= 0; at = found.indexOf(head, at + 1)) {
    let length = head.length;
    while (length < form.length && found[at + length] === form[length]) length++;
    if (length >= least) found = found.slice(0, at) + HIDDEN + found.slice(at + length);
  }
  const foot = form.slice(-SUBSTRING_FROM);
  for (let at = found.indexOf(foot); at >= 0; at = found.indexOf(foot, at + 1)) {
    let length = foot.length;
    const end = at + length;
    while (length < form.length && end > length && found[end - length - 1] === form[form.length - length - 1]) length++;
    if (length >= least) found = found.slice(0, end - length) + HIDDEN + found.slice(end);
  }
  return found;
}

/** Takes the secrets of a scenario, and those that come up on the way, out of any text before it reaches a file or the screen. */
export class Redactor {
  readonly #secrets = new Map<string, readonly string[]>();
  readonly #fetched: string[] = [];
  #long: readonly Form[] = [];
  #short: RegExp | undefined;

  constructor(secrets: readonly string[] = []) {
    this.learn(secrets);
  }

  /** Hides these too. */
  learn(secrets: readonly string[]): void {
    // What is sent or printed of a secret has lost the line break that its file ended in.
    for (const secret of secrets.flatMap((each) => [each, each.trim()]))
      if (secret !== '') this.#secrets.set(secret, formsOf(secret));
    this.#prepare();
  }

  /** Hides a secret that came up later, such as a token that was fetched; the last hundred of them. */
  readonly add = (secret: string): void => {
    if (secret === '' || this.#secrets.has(secret)) return;
    this.#fetched.push(secret);
    const old = this.#fetched.length > MOST_FETCHED ? this.#fetched.shift() : undefined;
    if (old !== undefined) this.#secrets.delete(old);
    this.learn([secret]);
  };

  /** The text with every known secret, credentials of an authorization header and secrets in URLs replaced by `***`. */
  readonly redact = (text: string): string => {
    const long = this.redactLong(text);
    return this.#short === undefined ? long : long.replace(this.#short, HIDDEN);
  };

  /** The same but for secrets so short that they may be words of ours: for texts that hold nothing but what was redacted before. */
  readonly redactLong = (text: string): string => {
    let hidden = text;
    for (const { text: form } of this.#long) if (hidden.includes(form)) hidden = hidden.replaceAll(form, HIDDEN);
    for (const form of this.#long) hidden = withoutCut(hidden, form);
    return hidden.replace(URL_PASSWORD, `$1${HIDDEN}`).replace(URL_PARAMETER, `$1${HIDDEN}`).replace(CREDENTIALS, `$1 ${HIDDEN}`);
  };

  /** The same plain data with every text in it redacted; keys are left alone. What holds no secret is handed back as it is. */
  readonly redactData = <T>(value: T, redact: (text: string) => string = this.redact): T => {
    if (typeof value === 'string') return redact(value) as T;
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) {
      const items = value.map((item: unknown) => this.redactData(item, redact));
      return items.some((item, index) => item !== value[index]) ? (items as T) : value;
    }
    const entries = Object.entries(value).map(([key, item]) => [key, this.redactData(item as unknown, redact)] as const);
    return entries.some(([key, item]) => item !== (value as Record<string, unknown>)[key])
      ? (Object.fromEntries(entries) as T)
      : value;
  };

  #prepare(): void {
    const forms = [...new Set([...this.#secrets.values()].flat())].sort((a, b) => b.length - a.length);
    this.#long = forms.filter((form) => form.length >= SUBSTRING_FROM).map((text) => ({ text, least: leastOf(text) }));
    this.#short = patternOf(forms.filter((form) => form.length < SUBSTRING_FROM));
  }
}
