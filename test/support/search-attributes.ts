/** What the product's workflows show of themselves, as a Temporal server has to know it. */
export const SEARCH_ATTRIBUTES = {
  DistributorId: 'Keyword',
  ErpType: 'Keyword',
  OnboardingStage: 'Keyword',
  WaitingOn: 'Keyword',
  SyncOutcome: 'Keyword',
  SyncedThrough: 'Datetime',
};
