import type {} from './global-setup.ts';

export default async function globalTeardown(): Promise<void> {
  const ended = await Promise.allSettled((globalThis.endings ?? []).map((end) => end()));
  for (const outcome of ended) if (outcome.status === 'rejected') throw outcome.reason;
}
