/** Path of keys of a JSON Pointer (RFC 6901); the empty pointer is the whole document. @throws SyntaxError when it does not start with `/` */
export function parsePointer(pointer: string): readonly string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw new SyntaxError(`a JSON Pointer starts with /, found ${JSON.stringify(pointer)}`);
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value at a path, or undefined when there is none. Only own properties and array indexes count. */
export function valueAt(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const key of path) {
    if (Array.isArray(value)) value = /^(?:0|[1-9]\d*)$/.test(key) ? (value as readonly unknown[])[Number(key)] : undefined;
    else if (typeof value === 'object' && value !== null && Object.hasOwn(value, key))
      value = (value as Record<string, unknown>)[key];
    else return undefined;
  }
  return value;
}
