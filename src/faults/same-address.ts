/** An address as it is compared: `localhost` is 127.0.0.1, and every interface is told in two ways (a real Toxiproxy answers `[::]` for `0.0.0.0`). */
const plain = (address: string): string =>
  address
    .toLowerCase()
    .replace(/^localhost:/, '127.0.0.1:')
    .replace(/^(0\.0\.0\.0|\[::\]):/, '*:');

/** Whether two `host:port` are one place, as far as that can be told without asking anybody. */
export const sameAddress = (a: string, b: string): boolean => plain(a) === plain(b);
