/** The window holds more documents than the connector's memory is meant for: it has to be read in parts. */
export class WindowTooLarge extends Error {
  override readonly name = 'WindowTooLarge';
  constructor(maxDocuments: number) {
    super(
      `The window holds more than ${maxDocuments} documents (sync.max_documents_in_memory); it has to be read in parts.`,
    );
  }
}

/** This process does not hold the window: it restarted, or the window's time to live ran out. */
export class WindowNotHeld extends Error {
  override readonly name = 'WindowNotHeld';
  constructor(syncId: string) {
    super(`The window ${syncId} is not held by this process; it has to be read again.`);
  }
}
