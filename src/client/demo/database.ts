import { startEmbeddedPostgres } from '../../store/embedded.js';

// A process of its own: the embedded server ends its process on a signal, which must not be the demonstration's.
const [dataDir] = process.argv.slice(2);
if (!dataDir) throw new Error('expected the folder for the data');
const { databaseUrl } = await startEmbeddedPostgres({ dataDir });
console.log(JSON.stringify({ databaseUrl }));
