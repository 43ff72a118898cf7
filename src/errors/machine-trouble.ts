const MACHINE_TROUBLE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'a file may not grow any further (file size limit)',
  EMFILE: 'this process is out of file descriptors (see ulimit -n)',
  ENFILE: 'this machine is out of file descriptors',
  EROFS: 'the file system is read-only',
  EACCES: 'not permitted',
  EPERM: 'not permitted',
  EIO: 'the disk failed (input/output error)',
  ENOMEM: 'this machine is out of memory',
  EBUSY: 'the file is in use by something else',
};

/** What the machine refused, when that is what the error says. */
export function machineTrouble(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path } = error as NodeJS.ErrnoException;
  const text = code === undefined ? undefined : MACHINE_TROUBLE[code];
  return text === undefined ? undefined : `${text}${path === undefined ? '' : `: ${path}`}`;
}
