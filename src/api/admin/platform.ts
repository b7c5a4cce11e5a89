import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { CentralSecrets } from '../../ops/central-secrets.js';
import type { Pool } from '../../store/database.js';

/** What the routes of the Admin Service work with. */
export interface AdminPlatform {
  pool: Pool;
  secrets: CentralSecrets;
  /** What connectors are told to call. */
  apiEndpoint: string;
  /** Where one-time links point, without a slash at the end; known once the listener listens. */
  publicUrl: () => string;
}

/** Every route of the admin listener is one of these. */
export type AdminRoute = (platform: AdminPlatform) => FastifyPluginAsyncZod;
