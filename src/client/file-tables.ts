import { table } from './table.js';

export interface FileRow {
  fileId: number;
  streamId: string;
  path: string;
  state: string;
  waitsFor: string | null;
  code: string | null;
  message: string | null;
  rowsRead: number | null;
  rowsRefused: number | null;
}

/** For the operator's own screen: paths may name people. */
export const filesTable = (files: FileRow[]): string =>
  table([
    ['file', 'stream', 'path', 'state', 'rows', 'refused', ''],
    ...files.map(({ fileId, streamId, path, state, waitsFor, rowsRead, rowsRefused, code, message }) => [
      String(fileId),
      streamId,
      printable(path),
      waitsFor === null ? state : `${state} (${waitsFor})`,
      String(rowsRead ?? ''),
      String(rowsRefused ?? ''),
      message === null ? '' : `${message} (${code})`,
    ]),
  ]);

// biome-ignore lint/suspicious/noControlCharactersInRegex: a name may steer the terminal.
const printable = (path: string): string => path.replace(/[\u0000-\u001f\u007f-\u009f]/g, '�');

export interface SchemaRow {
  stream_id: string;
  version: number;
  state: string;
  verdict: string;
  columns: { name: string; type: string }[];
  changes: { column: string; change: string; weight: string }[];
}

export const schemasTable = (schemas: SchemaRow[]): string =>
  table([
    ['stream', 'version', 'state', 'verdict', 'columns', 'changes'],
    ...schemas.map(({ stream_id, version, state, verdict, columns, changes }) => [
      stream_id,
      String(version),
      state,
      verdict,
      String(columns.length),
      changes
        .filter(({ weight }) => weight !== 'quiet')
        .map(({ column, change }) => `${column} ${change}`)
        .join(', '),
    ]),
  ]);

export const auditTable = ({
  lines,
}: {
  lines: { at: string; fileId: number | null; actor: string; action: string; details: object }[];
}): string =>
  table([
    ['at', 'file', 'by', 'what', ''],
    ...lines.map(({ at, fileId, actor, action, details }) => [
      at,
      String(fileId ?? ''),
      actor,
      action,
      Object.keys(details).length === 0 ? '' : JSON.stringify(details),
    ]),
  ]);
