import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';

/** A file that is read again and again. */
export interface HeldFile {
  /** Its text as it stands now; undefined when what it tells of is gone. */
  read(): string | undefined;
  close(): void;
}

/** Files in which a system tells of itself, as far as we may look. Nothing here throws; tests put others in their place. */
export interface SystemFiles {
  text(path: string): string | undefined;
  /** Names in a folder; none where it cannot be read. */
  names(folder: string): readonly string[];
  /** What a symbolic link points at. */
  link(path: string): string | undefined;
  hold(path: string): HeldFile | undefined;
}

/** A page at a time: what is read most is shorter than one. */
const buffer = Buffer.allocUnsafe(4096);

function textFrom(descriptor: number): string {
  const first = readSync(descriptor, buffer, 0, buffer.length, null);
  const text = buffer.toString('utf8', 0, first);
  if (first < buffer.length) return text;
  const parts = [Buffer.from(buffer)];
  for (;;) {
    const more = readSync(descriptor, buffer, 0, buffer.length, null);
    if (more === 0) return Buffer.concat(parts).toString('utf8');
    parts.push(Buffer.from(buffer.subarray(0, more)));
  }
}

const attempt = <T>(act: () => T): T | undefined => {
  try {
    return act();
  } catch {
    // Another's, gone, or of another system.
    return undefined;
  }
};

/** The files of this machine. */
export const systemFiles: SystemFiles = {
  text: (path) => {
    const descriptor = attempt(() => openSync(path, 'r'));
    if (descriptor === undefined) return undefined;
    const text = attempt(() => textFrom(descriptor));
    attempt(() => closeSync(descriptor));
    return text;
  },
  names: (folder) => attempt(() => readdirSync(folder)) ?? [],
  link: (path) => attempt(() => readlinkSync(path)),
  hold: (path) => {
    const descriptor = attempt(() => openSync(path, 'r'));
    if (descriptor === undefined) return undefined;
    return {
      // From its beginning: the system writes such a file anew for each reader.
      read: () => attempt(() => buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, 0))),
      close: () => void attempt(() => closeSync(descriptor)),
    };
  },
};
