import { startEmbeddedPostgres } from '../../src/store/embedded.js';

// PostgreSQL as a process that can be killed and started again on the same folder and port. What a killed process leaves
// to the operating system is not lost, so nothing is gained by waiting for the disk.
const [dataDir, port] = process.argv.slice(2);
if (!dataDir || !port) throw new Error('expected the folder for the data and a port');
await startEmbeddedPostgres({ dataDir, port: Number(port), settings: ['fsync=off'] });
