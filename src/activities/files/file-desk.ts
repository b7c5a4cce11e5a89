import type { Logger } from 'pino';
import { FileSourceConfig, streamIdOf } from '../../ops/file-source-schema.js';
import type { IdentityVault } from '../../ops/identity-vault.js';
import type { FileSource, ListedFile } from '../../sources/files/file-source.js';
import { openFileSource } from '../../sources/files/open-file-source.js';
import type { Pool } from '../../store/database.js';
import { readSource } from '../../store/file-sources.js';
import { UploadPlace } from './upload-place.js';

/** What the activities on files work with. */
export interface FileDesk {
  pool: Pool;
  vault: IdentityVault;
  log: Logger;
  /** age identity, to which files set aside are encrypted. */
  filesIdentity: string;
}

/** A source as it is registered. */
export interface OpenedSource {
  sourceId: string;
  tenantId: string;
  connectorId: string;
  config: FileSourceConfig;
  /** In the order in which they are read. */
  streamIds: string[];
}

/** @throws UnknownSource */
export async function sourceNamed({ pool, vault }: FileDesk, sourceId: string): Promise<OpenedSource> {
  const { tenantId, connectorId, settings } = await readSource(pool, vault, sourceId);
  const config = FileSourceConfig.parse(settings);
  return {
    sourceId,
    tenantId,
    connectorId,
    config,
    streamIds: config.streams.map(({ stream }) => streamIdOf(config, stream)),
  };
}

/** Opens the place where a source's files lie for as long as `work` takes. */
export async function atPlace<Result>(
  desk: FileDesk,
  { config, tenantId }: OpenedSource,
  work: (place: FileSource) => Promise<Result>,
): Promise<Result> {
  const place = config.place.kind === 'upload' ? new UploadPlace(desk, tenantId) : await openFileSource(config.place);
  try {
    return await work(place);
  } finally {
    await place.close();
  }
}

/** The path is kept apart, sealed: what else listing says may stand in the open. */
export const withoutPath = ({ path: _path, ...listed }: ListedFile): Omit<ListedFile, 'path'> => listed;
export const markOf = ({ sizeBytes, modifiedAt, tag }: Omit<ListedFile, 'path'>): string =>
  `${sizeBytes} ${modifiedAt} ${tag ?? ''}`.trim();

export const ownPhonesOf = ({ config }: OpenedSource): string[] =>
  config.rules.own_phone === undefined ? [] : [config.rules.own_phone];
