// node connected.mjs [PORT]: healthy while this container holds an open connection to that port elsewhere, or to any.
// A worker opens no port of its own to ask; one that polls always holds such a connection, one that hangs or was cut off does not.
import { readFileSync } from 'node:fs';

const ESTABLISHED = '01';
const wanted = process.argv[2] ? Number(process.argv[2].split(':').at(-1)) : null;

const connections = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => {
  const [, ...rows] = readFileSync(table, 'utf8').trim().split('\n');
  return rows.map((row) => row.trim().split(/\s+/));
});
const held = connections.some(([, , remote, state]) => {
  const port = Number.parseInt(remote.split(':').at(-1), 16);
  return state === ESTABLISHED && (wanted === null || port === wanted);
});
process.exitCode = held ? 0 : 1;
