/** The entry of a process is compiled JavaScript, even when the module that starts it runs from its TypeScript source, as it does under test. */
export const compiledEntry = (path: string): string =>
  path.replace(/([\\/])src([\\/](?:faults|toxiproxy)[\\/][a-z-]+\.js)$/, '$1dist$2');
