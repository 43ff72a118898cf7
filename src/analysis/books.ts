import type { CellEntry, CellSecond } from '../journal/second-entry.js';
import type { TrialCell } from '../journal/trial-entry.js';
import type { OutcomeClass } from '../scenario/outcome.js';
import { Tally } from './tally.js';

/** The account of one cell. */
export class Book {
  readonly cell: CellEntry;
  readonly tally = new Tally();
  readonly firstErrorS = new Map<OutcomeClass, number>();

  constructor(cell: CellEntry) {
    this.cell = cell;
  }

  /** @param t seconds from the start of the first phase */
  addSecond(t: number, second: CellSecond): void {
    this.tally.addSecond(second);
    this.#note('dropped', t, second.dropped);
    this.#note('dropped-by-generator', t, second.droppedByGenerator);
    this.#note('unfinished', t, second.unfinished);
    if (second.errors === undefined) return;
    for (const [name, count] of Object.entries(second.errors)) this.#note(name as OutcomeClass, t, count);
  }

  #note(name: OutcomeClass, t: number, count: number | undefined): void {
    if (count === undefined || count <= 0) return;
    if (t < (this.firstErrorS.get(name) ?? Number.POSITIVE_INFINITY)) this.firstErrorS.set(name, t);
  }
}

/** The books of a journal: one for each cell that it names, and one for each tool at an endpoint in a trial or a level. */
export class Books {
  readonly #byCell = new Map<number, Book>();
  /** By segment: the books of each trial and each level. */
  readonly #stretches = new Map<number, readonly Book[]>();

  get all(): readonly Book[] {
    return [...this.#byCell.values()];
  }

  open(cell: CellEntry): void {
    this.#byCell.set(cell.id, new Book(cell));
  }

  /** @throws TypeError for a cell that was never named. */
  of(cell: number): Book {
    const book = this.#byCell.get(cell);
    if (book === undefined) throw new TypeError(`cell ${cell} was never named`);
    return book;
  }

  /** @param fromS start of the stretch, in seconds from the start of the run */
  addStretch(segment: number, fromS: number, cells: readonly TrialCell[]): void {
    for (const { tool, endpoint, ...second } of cells) {
      const book = this.#bookOf(segment, tool, endpoint);
      book.addSecond(fromS, { ...second, cell: book.cell.id });
    }
  }

  #bookOf(segment: number, tool: string, endpoint: string): Book {
    const own = this.#stretches.get(segment) ?? [];
    const known = own.find(({ cell }) => cell.tool === tool && cell.endpoint === endpoint);
    if (known !== undefined) return known;
    const book = new Book({ type: 'cell', id: this.#byCell.size, tool, endpoint, segment });
    this.#byCell.set(book.cell.id, book);
    this.#stretches.set(segment, [...own, book]);
    return book;
  }
}

/** All of these books in one. */
export function tallyOf(books: readonly Book[]): Tally {
  const tally = new Tally();
  for (const book of books) tally.add(book.tally);
  return tally;
}
