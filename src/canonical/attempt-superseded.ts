/** Another attempt at the row was begun elsewhere: this one must say nothing more to Tally. */
export class AttemptSuperseded extends Error {
  override readonly name = 'AttemptSuperseded';
  constructor(row: number) {
    super(`Row ${row} was begun again by another process; this one leaves it.`);
  }
}
