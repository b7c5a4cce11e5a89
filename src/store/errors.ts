/** Data: what is asked contradicts what the platform holds; the same request will not succeed. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
  constructor(
    readonly code:
      | 'batch_id_reused'
      | 'batch_seq_taken'
      | 'batch_total_differs'
      | 'already_published'
      | 'counts_differ'
      | 'incomplete'
      | 'changed'
      | 'registration_differs'
      | 'distributor_inactive'
      | 'no_bundle'
      | 'source_of_another'
      | 'upload_not_ready'
      | 'upload_refused'
      | 'upload_committed'
      | 'upload_discarded'
      | 'request_id_reused'
      | 'attempt_superseded'
      | 'job_closed'
      | 'row_invalid',
    message: string,
  ) {
    super(message);
  }
}

/** Data: the set was given up; whoever still works on it may stop. */
export class SetSuperseded extends Error {
  override readonly name = 'SetSuperseded';
}

/** Configuration: no such distributor. */
export class UnknownDistributor extends Error {
  override readonly name = 'UnknownDistributor';
  constructor(distributorId: string) {
    super(`There is no distributor ${distributorId}.`);
  }
}

/** Configuration: no such source of files. */
export class UnknownSource extends Error {
  override readonly name = 'UnknownSource';
  constructor(sourceId: string) {
    super(`There is no source ${sourceId}; altscore files sources lists those that are registered.`);
  }
}

/** Configuration: no such upload. */
export class UnknownUpload extends Error {
  override readonly name = 'UnknownUpload';
  constructor(uploadId: string) {
    super(`There is no upload ${uploadId}.`);
  }
}

/** Configuration: no such company with a bridge. */
export class UnknownCompany extends Error {
  override readonly name = 'UnknownCompany';
  constructor(companyId: string) {
    super(`There is no company ${companyId}; altscore bridge list names those that are registered.`);
  }
}

/** Configuration: no such job of vouchers, or no such row in it. */
export class UnknownJob extends Error {
  override readonly name = 'UnknownJob';
  constructor(jobId: string, row?: number) {
    super(row === undefined ? `There is no job ${jobId}.` : `Job ${jobId} has no row ${row}.`);
  }
}

/** Transient: somebody else holds the file by now, or its claim ran out; whoever still works on it stops. */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost';
}

/** Configuration: nothing can be read for a distributor before its credentials were issued. */
export class NoDigestKey extends Error {
  override readonly name = 'NoDigestKey';
  constructor(distributorId: string) {
    super(
      `Distributor ${distributorId} was issued no credentials yet, and so has no digest key; step 3 of its onboarding issues them.`,
    );
  }
}
