/** A map that makes a value when it is first asked for. */
export class DefaultMap<K, V> extends Map<K, V> {
  readonly #make: () => V;

  constructor(make: () => V) {
    super();
    this.#make = make;
  }

  of(key: K): V {
    const value = this.get(key) ?? this.#make();
    this.set(key, value);
    return value;
  }
}
