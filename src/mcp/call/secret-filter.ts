/** Of secrets that are over so many are still hidden: an answer may name one late. */
const KEPT_AFTER_END = 1000;

/** Takes header values and session ids out of what a server says, before it becomes a sample. */
export class SecretFilter {
  /** How often each was given. */
  readonly #secrets = new Map<string, number>();
  /** Those that are over, the oldest first. */
  readonly #over: string[] = [];

  constructor(headers: Readonly<Record<string, string>>) {
    this.addHeaders(headers);
  }

  addHeaders(headers: Readonly<Record<string, string>>): void {
    for (const value of Object.values(headers)) {
      this.add(value);
      const token = /^(?:Bearer|Basic)\s+(.+)$/i.exec(value)?.[1];
      if (token !== undefined) this.add(token);
    }
  }

  /** Short values are left alone: hiding a tenant called `acme` would blank words, and a secret is longer. */
  add(secret: string): void {
    if (secret.length >= 8) this.#secrets.set(secret, (this.#secrets.get(secret) ?? 0) + 1);
  }

  /** A secret that was added is over. Sessions that are renewed for hours must not pile up here. */
  retire(secret: string): void {
    if (!this.#secrets.has(secret) || this.#over.push(secret) <= KEPT_AFTER_END) return;
    const oldest = this.#over.shift()!;
    const left = (this.#secrets.get(oldest) ?? 0) - 1;
    if (left > 0) this.#secrets.set(oldest, left);
    else this.#secrets.delete(oldest);
  }

  readonly redact = (text: string): string => {
    let hidden = text;
    for (const secret of this.#secrets.keys()) if (hidden.includes(secret)) hidden = hidden.replaceAll(secret, '***');
    return hidden;
  };
}
