/** A column of a table: its head, and the cell that a row has in it. */
export interface Column<Row, Cell> {
  readonly head: string;
  readonly cell: (row: Row) => Cell;
  /** Figures stand at the right, digits below digits. */
  readonly numeric: boolean;
}

/** A column of words. */
export const column = <Row, Cell>(head: string, cell: (row: Row) => Cell): Column<Row, Cell> => ({ head, cell, numeric: false });

/** A column of figures. */
export const numeric = <Row, Cell>(head: string, cell: (row: Row) => Cell): Column<Row, Cell> => ({ head, cell, numeric: true });
