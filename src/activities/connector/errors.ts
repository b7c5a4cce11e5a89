/** This process does not hold the window: it restarted, or the window's time to live ran out. */
export class WindowNotHeld extends Error {
  override readonly name = 'WindowNotHeld';
  constructor(syncId: string) {
    super(`The window ${syncId} is not held by this process; it has to be read again.`);
  }
}
