/** Takes header values and session ids out of what a server says, before it becomes a sample. */
export class SecretFilter {
  readonly #secrets = new Set<string>();

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
    if (secret.length >= 8) this.#secrets.add(secret);
  }

  readonly redact = (text: string): string => {
    let hidden = text;
    for (const secret of this.#secrets) if (hidden.includes(secret)) hidden = hidden.replaceAll(secret, '***');
    return hidden;
  };
}
