import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/** A file that appears whole or not at all: pieces go to a file beside it, which takes its name at the end. */
export class AtomicFile {
  readonly #temporary: string;
  readonly #descriptor: number;
  #pieces: string[] = [];
  #held = 0;

  /** @throws what the file system says. */
  constructor(readonly path: string) {
    this.#temporary = `${path}.${process.pid}.tmp`;
    this.#descriptor = openSync(this.#temporary, 'w');
  }

  write(text: string): void {
    this.#pieces.push(text);
    this.#held += text.length;
    if (this.#held >= 1 << 20) this.#flush();
  }

  /** Writes the rest and gives the file its name. @throws what the file system says; nothing is left behind then. */
  commit(): void {
    try {
      this.#flush();
      fsyncSync(this.#descriptor);
      closeSync(this.#descriptor);
      renameSync(this.#temporary, this.path);
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** Takes away what was written so far; an older file of that name stays. */
  abandon(): void {
    try {
      closeSync(this.#descriptor);
    } catch {
      // Closed already: commit got as far as the name.
    }
    rmSync(this.#temporary, { force: true });
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pieces.join(''));
    this.#pieces = [];
    this.#held = 0;
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
  }
}

/** Writes a file whole or not at all. @throws what the file system says. */
export function writeFileAtomically(path: string, text: string): void {
  const file = new AtomicFile(path);
  try {
    file.write(text);
  } catch (error) {
    file.abandon();
    throw error;
  }
  file.commit();
}
