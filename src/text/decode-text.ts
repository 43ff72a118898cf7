/** A file that is not in the encoding that it has to be in. */
export class NotUnicode extends Error {
  override readonly name = 'NotUnicode';

  /** @param line from 1, @param byte the first that is wrong */
  constructor(
    readonly line: number,
    readonly byte: number,
  ) {
    super(`not UTF-8 in line ${line} (byte 0x${byte.toString(16).toUpperCase().padStart(2, '0')})`);
  }
}

/** How to make a file UTF-8 that is not. */
export const UTF_8_HINT = 'save it as UTF-8; of a file in Latin-1, iconv -f latin1 -t utf-8 makes one';

/**
 * The text of a file: UTF-8, or UTF-16 where a byte order mark says so. A mark of UTF-8 is left in the text: who reads it knows what to do.
 * @throws NotUnicode where a character would have to be replaced
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw faultIn(bytes);
  }
}

function faultIn(bytes: Uint8Array): NotUnicode {
  // As far as the text is right it decodes and encodes to the same bytes.
  const again = Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), 'utf8');
  const at = bytes.findIndex((byte, index) => again[index] !== byte);
  const offset = at < 0 ? bytes.length - 1 : at;
  const line = bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length + 1;
  return new NotUnicode(line, bytes[offset] ?? 0);
}
