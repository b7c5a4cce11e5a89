import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { CentralSecrets } from '../../ops/central-secrets.js';
import type { Pool } from '../../store/database.js';
import type { BridgeWorkflows } from '../bridge/platform.js';

/** What the routes of the Admin Service work with. */
export interface AdminPlatform {
  pool: Pool;
  secrets: CentralSecrets;
  /** What connectors are told to call. */
  apiEndpoint: string;
  /** Where one-time links point, without a slash at the end; known once the listener listens. */
  publicUrl: () => string;
  /** Null where the Admin Service was started without Temporal. */
  uploadWorkflows: UploadWorkflows | null;
  maxUploadBytes: number;
  /** As `uploadWorkflows`. */
  bridgeWorkflows: BridgeWorkflows | null;
}

/** Uploads are read and taken by workflows: the Admin Service only asks for it. Each throws where Temporal is away. */
export interface UploadWorkflows {
  answers(): Promise<void>;
  /** True once it was read; false where that takes longer than a request should. */
  preview(uploadId: string): Promise<boolean>;
  /** True once its source was gone through. */
  ingest(upload: { uploadId: string; sourceId: string }): Promise<boolean>;
}

/** Every route of the admin listener is one of these. */
export type AdminRoute = (platform: AdminPlatform) => FastifyPluginAsyncZod;
