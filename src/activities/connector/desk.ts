import type { Logger } from 'pino';
import type { RuleSettings } from '../../canonical/rules.js';
import type { PlatformClient } from '../../delivery/platform-client.js';
import type { QuarantineLog } from '../../delivery/quarantine-log.js';
import type { PlatformKey } from '../../delivery/seal.js';
import type { StateFile } from '../../delivery/state-file.js';
import type { ConnectorSecrets, ConnectorSettings } from '../../ops/connector-settings.js';
import type { Source } from '../../sources/source.js';
import type { HeldWindows } from './held-windows.js';

/** Everything a connector's activities work with: made once by the process, shared by all of them. */
export interface ConnectorDesk {
  settings: ConnectorSettings;
  secrets: ConnectorSecrets;
  source: Source<unknown, unknown>;
  platform: PlatformClient;
  platformKey: PlatformKey;
  quarantineLog: QuarantineLog;
  stateFile: StateFile;
  held: HeldWindows;
  /** The queue of this process start alone. */
  processQueue: string;
  /** Rules as of today in the distributor's zone. */
  rules(): RuleSettings;
  /** Stands for the rules and settings records are made by; another number when they change (see `rulesMark`). */
  rulesMark: number;
  lastBatchId: string | null;
  log: Logger;
}
