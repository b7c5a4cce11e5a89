import { defineSearchAttributeKey } from '@temporalio/common';

/** What operators filter by in the UI. Never personal data: Temporal stores these in clear. */
export const DISTRIBUTOR_ID = defineSearchAttributeKey('DistributorId', 'KEYWORD');
export const ERP_TYPE = defineSearchAttributeKey('ErpType', 'KEYWORD');
export const ONBOARDING_STAGE = defineSearchAttributeKey('OnboardingStage', 'KEYWORD');
export const WAITING_ON = defineSearchAttributeKey('WaitingOn', 'KEYWORD');
export const SYNC_OUTCOME = defineSearchAttributeKey('SyncOutcome', 'KEYWORD');
export const SYNCED_THROUGH = defineSearchAttributeKey('SyncedThrough', 'DATETIME');
