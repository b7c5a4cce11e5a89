import { Agent, request } from 'undici';
import type { ServiceLayerSimulator } from '../../../src/simulators/sap-b1/index.js';

/** A small client of its own: sends paths as text and knows nothing of the simulator but its address and authority. */

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}
export type Row = Record<string, unknown>;

export interface AskOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  cookie?: string;
  prefer?: string;
  body?: unknown;
}

export class Asker {
  readonly #agent: Agent;
  cookie = '';

  constructor(readonly simulator: Pick<ServiceLayerSimulator, 'url' | 'caPem' | 'credentials'>) {
    this.#agent = new Agent({ connect: { ca: simulator.caPem } });
  }

  async ask(path: string, { method = 'GET', cookie = this.cookie, prefer, body }: AskOptions = {}): Promise<Answer> {
    const response = await request(this.simulator.url + path.replaceAll(' ', '%20'), {
      method,
      dispatcher: this.#agent,
      headers: { ...(cookie && { cookie }), ...(prefer !== undefined && { prefer }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
  }

  /** Logs in and keeps both cookies, as they are before the first semicolon. */
  async login(version: 'v1' | 'v2' = 'v1', credentials: object = this.simulator.credentials): Promise<Answer> {
    const answer = await this.ask(`/b1s/${version}/Login`, { method: 'POST', body: credentials, cookie: '' });
    const cookies = answer.headers['set-cookie'];
    if (answer.status === 200)
      this.cookie = [cookies]
        .flat()
        .map((text) => text!.split(';', 1)[0])
        .join('; ');
    return answer;
  }

  async json(path: string, options?: AskOptions): Promise<Row> {
    return JSON.parse((await this.ask(path, options)).text) as Row;
  }

  /** Every row, page by page after the last key. */
  async everything(entity: string, key: string, select: string, filter?: string): Promise<Row[]> {
    const rows: Row[] = [];
    for (;;) {
      const last = rows.at(-1)?.[key];
      const conditions = [
        filter && `(${filter})`,
        last !== undefined && `${key} gt ${JSON.stringify(last).replaceAll('"', "'")}`,
      ];
      const condition = conditions.filter(Boolean).join(' and ');
      const filtered = condition && `&$filter=${encodeURIComponent(condition.replace(/gt '(\d+)'/, 'gt $1'))}`;
      const page = await this.json(`/b1s/v1/${entity}?$select=${key},${select}&$orderby=${key}${filtered}`, {
        prefer: 'odata.maxpagesize=1000',
      });
      const value = page.value as Row[];
      rows.push(...value);
      if (page['odata.nextLink'] === undefined) return rows;
    }
  }

  close(): Promise<void> {
    return this.#agent.close();
  }
}

/** The code and the message of an error, in either version's words. */
export function errorOf({ text }: Answer): { code: unknown; message: unknown } {
  const { error } = JSON.parse(text) as { error: { code: unknown; message: unknown } };
  return error;
}
