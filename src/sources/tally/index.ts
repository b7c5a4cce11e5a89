export { inspectTallyFile } from './inspect.js';
export { createTallySource } from './tally-source.js';
