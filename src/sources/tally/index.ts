export { SplitBooks } from './split-books.js';
export { createTallySource } from './tally-source.js';
