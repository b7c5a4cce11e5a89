export { createSapSource } from './sap-source.js';
