import type { StandingResponse } from '../../canonical/contract.js';
import type { PlatformClient } from '../../delivery/platform-client.js';

/** What the platform holds whose keys begin so, or only what of it is quarantined, page by page. */
export async function* standing(
  platform: Pick<PlatformClient, 'standing'>,
  distributorId: string,
  prefix: string,
  quarantined: boolean,
): AsyncIterable<StandingResponse['documents'][number]> {
  for (let after: string | null = ''; after !== null; ) {
    const page: StandingResponse = await platform.standing({
      distributor_id: distributorId,
      prefix,
      after,
      quarantined,
    });
    yield* page.documents;
    after = page.next;
  }
}
