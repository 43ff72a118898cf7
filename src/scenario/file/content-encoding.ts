import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

/** A coding of a body that is read though nobody asked for it. */
export type Coding = 'gzip' | 'deflate' | 'br';

const CODINGS: Readonly<Record<string, Coding>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate', br: 'br' };

/** What a `Content-Encoding` says: undefined for a plain body, a coding, or the text of a header that is not read here. */
export function codingOf(header: string): Coding | { readonly unknown: string } | undefined {
  if (header === '') return undefined;
  const names = header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  const [name] = names;
  if (name === undefined) return undefined;
  const known = names.length === 1 && Object.hasOwn(CODINGS, name) ? CODINGS[name] : undefined;
  return known ?? { unknown: names.join(', ').slice(0, 60) };
}

// What came is handed on at once, and a body that lacks its last bytes gives what it has: both as browsers do.
const ZLIB = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI = { flush: constants.BROTLI_OPERATION_FLUSH, finishFlush: constants.BROTLI_OPERATION_FLUSH };

/** A stream that takes a coding off. `firstByte` of the body: servers send `deflate` with and without the head of zlib. */
export function decompressor(coding: Coding, firstByte: number) {
  if (coding === 'br') return createBrotliDecompress(BROTLI);
  if (coding === 'gzip') return createGunzip(ZLIB);
  return (firstByte & 0x0f) === 8 ? createInflate(ZLIB) : createInflateRaw(ZLIB);
}

/** The sentence for a body that is not what its header says. */
export function undecodableText(coding: Coding, error: Error): string {
  return `the body is not in ${coding}, as its content-encoding says (${error.message})`;
}

/** The sentence for a coding that is not read here. */
export function unknownCodingText(unknown: string): string {
  return `content encoding ${unknown}, which is not read here (gzip, deflate and br are) and was not asked for`;
}

/** The sentence for a text that is in truth a body in gzip, though no header says so; undefined for any other. */
export function looksCoded(text: string): string | undefined {
  // The second byte of gzip is no UTF-8.
  return text.startsWith('\u001f\ufffd') ? 'a body in gzip without a content-encoding that says so' : undefined;
}

/**
 * A whole body with its coding taken off.
 * @throws Error with a short sentence: another coding, not what its header says, more than `maxBytes`
 */
export async function decodedBody(bytes: Buffer, header: string, maxBytes: number): Promise<Buffer> {
  const coding = codingOf(header);
  if (coding === undefined || bytes.length === 0) return bytes;
  if (typeof coding === 'object') throw new Error(unknownCodingText(coding.unknown));
  const stream = decompressor(coding, bytes[0] ?? 0);
  const chunks: Buffer[] = [];
  let size = 0;
  stream.end(bytes);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new Error(undecodableText(coding, error as Error), { cause: error });
  }
  if (size > maxBytes) throw new Error(`more than ${maxBytes} bytes once decoded`);
  return Buffer.concat(chunks);
}
