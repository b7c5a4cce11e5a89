export { dailyReport, tellAlerts } from './daily-report.js';
export { distributorOnboarding } from './distributor-onboarding.js';
export { distributorSync } from './distributor-sync.js';
export { fileIngestion } from './file-ingestion.js';
export { reconciliation } from './reconciliation.js';
export { retention } from './retention.js';
export { syncRun } from './sync-run.js';
export { syncTick } from './sync-tick.js';
export { uploadPreview } from './upload-preview.js';
