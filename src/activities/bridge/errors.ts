/** Configuration: a task for books that this bridge does not write to. */
export class OtherCompany extends Error {
  override readonly name = 'OtherCompany';
  constructor(asked: string, own: string) {
    super(`The task is for the company ${asked}; this bridge writes to the books of ${own} alone.`);
  }
}
