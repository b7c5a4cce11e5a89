import { describe, expect, it } from '@jest/globals';
import pg from 'pg';

describe('the servers live tests share', () => {
  it('there is a PostgreSQL, and we are its superuser', async () => {
    const client = new pg.Client({ connectionString: process.env.TEST_POSTGRES_URL });
    await client.connect();
    const { rows } = await client.query(
      `select current_setting('is_superuser') as superuser, current_setting('server_encoding') as encoding`,
    );
    await client.end();
    expect(rows).toEqual([{ superuser: 'on', encoding: 'UTF8' }]);
  });
});
