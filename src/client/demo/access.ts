import type { Pool } from '../../store/database.js';

/** How the demonstration's books come to the platform: by a connector, or in files. */
export interface Access {
  /** Step 4: hands over what is needed. */
  give(distributorId: string): Promise<void>;
  /** Step 5. */
  open(): void;
  /** Step 6: what the distributor sends by itself. */
  send(): Promise<void>;
  /** Step 7, for people. */
  line(): Promise<string>;
  /** Has the platform take what is new, and waits until it has. */
  takeNews(distributorId: string): Promise<void>;
  came(pool: Pool, distributorId: string): Promise<Came>;
}

/** What the platform says that has come to it. */
export interface Came {
  sent: number;
  accepted: number;
  duplicates: number;
  quarantined: Partial<Record<string, number>>;
  watermark: string | null;
}
