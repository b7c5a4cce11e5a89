import { ApplicationFailure, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import { z } from 'zod';
import { FILE_FAILURE, type FileTasks, type PreviewAsked, type PreviewDone } from '../activities/files/tasks.js';
import { sentenceOf } from '../canonical/sentence.js';
import { UploadId } from '../canonical/uploads.js';
import { HEARTBEAT_TIMEOUT } from './activity-proxies.js';

const Asked = z.strictObject({ uploadId: UploadId }, 'expected {"uploadId": "…"}');

/** A gigabyte is read in minutes; whoever waits asks again. */
const files = proxyActivities<Pick<FileTasks, 'previewUpload'>>({
  startToCloseTimeout: '2h',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: {
    initialInterval: '1s',
    backoffCoefficient: 3,
    maximumInterval: '1m',
    maximumAttempts: 8,
    nonRetryableErrorTypes: Object.values(FILE_FAILURE).filter((name) => name !== FILE_FAILURE.unavailable),
  },
});

/** Looks at a file somebody uploaded; what it would bring stands in the store, for them to decide. */
export async function uploadPreview(raw: PreviewAsked): Promise<PreviewDone> {
  const asked = Asked.safeParse(raw);
  if (!asked.success) throw ApplicationFailure.nonRetryable(sentenceOf(asked.error, 'The preview'), 'InvalidInput');
  const done = await files.previewUpload(asked.data);
  const { code, rowsRead, rowsAccepted, rowsRefused } = done;
  setCurrentDetails(
    code === null
      ? `rows read ${rowsRead}, accepted ${rowsAccepted}, refused ${rowsRefused}`
      : `the file cannot be taken: ${code}`,
  );
  return done;
}
