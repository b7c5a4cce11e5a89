/** A file of the connector's configuration is missing or wrong. One sentence a fault: what, where, what was expected. */
export class SettingsInvalid extends Error {
  override readonly name = 'SettingsInvalid';
  readonly kind = 'configuration';
  constructor(
    file: string,
    readonly faults: string[],
  ) {
    super(faults.map((fault) => `${file}: ${fault}`).join('\n'));
  }
}
