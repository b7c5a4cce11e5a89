import { type Command, Option } from 'commander';
import { z } from 'zod';
import { type BridgeJob, CompanyId, importWorkflowId, JobId, type JobReport } from '../../canonical/bridge.js';
import { pauseSignal, resumeSignal, retryRowUpdate, skipSignal } from '../../workflows/messages.js';
import { openAdminApi } from '../admin-api.js';
import { type IssuedBridge, writeBridgeFolder } from '../bridge-folder.js';
import { exchangesText, type FoundExchange, jobsText, reportCsv, reportText } from '../bridge-text.js';
import { InputRefused } from '../onboarding.js';
import { table } from '../table.js';
import { withClient } from '../with-client.js';

interface Company {
  company_id: string;
  label: string;
  certificate_expires_at: string | null;
  open_jobs: number;
}

/** `altscore bridge …`: companies whose Tally is written to, their jobs, and what became of each voucher. */
export function bridgeCommands(program: Command): void {
  const bridge = program.command('bridge').description('companies whose Tally is written to, and their vouchers');
  companyCommands(bridge);
  lookingCommands(bridge);
  steeringCommands(bridge);
}

function companyCommands(bridge: Command): void {
  bridge
    .command('register <company>')
    .description('register a company, or change its label')
    .requiredOption('--label <text>', 'its name for people')
    .action(async (company: string, { label }: { label: string }) => {
      await ask('POST', '/v1/admin/bridges', { company_id: checked(CompanyId, company, 'company'), label });
      console.log(`registered; next: altscore bridge credentials ${company} --dir FOLDER`);
    });
  bridge
    .command('credentials <company>')
    .description("issue a bridge's certificate and key, and write all that its folder must hold")
    .requiredOption('--dir <folder>', 'where the files are written; hand it over as a secret')
    .action(async (company: string, { dir }: { dir: string }) => {
      const issued = await ask<IssuedBridge>('POST', `${pathOf(company)}/credentials`);
      const written = await writeBridgeFolder(dir, issued);
      console.log(`${written.join(', ')} are in ${dir}; the certificate ends ${issued.certificate_expires_at}`);
    });
  bridge
    .command('revoke <company>')
    .description('revoke every certificate and key of its bridge, at once')
    .action(async (company: string) => {
      const { credentials } = await ask<{ credentials: number }>('DELETE', `${pathOf(company)}/credentials`);
      console.log(`revoked: ${credentials}`);
    });
  bridge
    .command('list')
    .description('companies with bridges')
    .action(async () => {
      const { companies } = await ask<{ companies: Company[] }>('GET', '/v1/admin/bridges');
      const rows = companies.map(({ company_id, label, certificate_expires_at, open_jobs }) => [
        company_id,
        label,
        certificate_expires_at ?? 'none',
        String(open_jobs),
      ]);
      console.log(table([['company', 'label', 'certificate until', 'open jobs'], ...rows]));
    });
}

function lookingCommands(bridge: Command): void {
  bridge
    .command('jobs <company>')
    .description('the newest jobs of a company, in counts')
    .action(async (company: string) => {
      const { jobs } = await ask<{ jobs: BridgeJob[] }>('GET', `${pathOf(company)}/jobs`);
      console.log(jobs.length === 0 ? 'There are no jobs.' : jobsText(jobs));
    });
  bridge
    .command('report <job>')
    .description('what became of every voucher of a job')
    .addOption(new Option('--format <form>', 'for other programs').choices(['csv', 'json']))
    .option('--with-identity', 'with names and GSTINs; that you asked for them is written down')
    .action(async (job: string, { format, withIdentity }: { format?: 'csv' | 'json'; withIdentity?: true }) => {
      const identity = withIdentity ? 'show' : 'hide';
      const report = await ask<JobReport>('GET', `${jobPath(job)}/report?identity=${identity}`);
      if (format === 'csv') process.stdout.write(reportCsv(report));
      else console.log(format === 'json' ? JSON.stringify(report) : reportText(report));
    });
  bridge
    .command('exchanges <company>')
    .description('what was said to Tally about vouchers of a number, or one row, and what it answered')
    .option('--number <number>', "the voucher's number")
    .option('--job <job>', 'a job; with --row')
    .option('--row <row>', 'a row of the job')
    .option('--show-identity', 'with names and all other text; that you asked for it is written down')
    .action(async (company: string, { showIdentity, ...sought }: Sought & { showIdentity?: true }) => {
      const query = new URLSearchParams({ ...sought, identity: showIdentity ? 'show' : 'hide' });
      const path = `${pathOf(company)}/exchanges?${query}`;
      const { exchanges } = await ask<{ exchanges: FoundExchange[] }>('GET', path);
      console.log(exchanges.length === 0 ? 'Nothing was said about it.' : exchangesText(exchanges));
    });
}
/** A voucher's number, or a job and a row. */
type Sought = Partial<Record<'number' | 'job' | 'row', string>>;

function steeringCommands(bridge: Command): void {
  bridge
    .command('pause <job>')
    .description('write nothing more of a job; the voucher under way comes to its end')
    .requiredOption('--by <who>')
    .requiredOption('--reason <text>')
    .action((job: string, { by, reason }: { by: string; reason: string }) =>
      withWorkflow(job, (handle) => handle.signal(pauseSignal, { by, reason })),
    );
  bridge
    .command('resume <job>')
    .description('go on after a pause, or after what stopped the job was mended')
    .requiredOption('--by <who>')
    .action((job: string, { by }: { by: string }) =>
      withWorkflow(job, (handle) => handle.signal(resumeSignal, { by })),
    );
  bridge
    .command('skip <job> <row>')
    .description('send nothing of a row')
    .requiredOption('--by <who>')
    .requiredOption('--reason <text>')
    .action((job: string, given: string, { by, reason }: { by: string; reason: string }) => {
      const row = rowNumber(given);
      return withWorkflow(job, (handle) => handle.signal(skipSignal, { by, row, reason }));
    });
  bridge
    .command('retry <job> <row>')
    .description('try a refused, unknown or skipped row again, and say how it ended')
    .requiredOption('--by <who>')
    .action((job: string, given: string, { by }: { by: string }) => {
      const row = rowNumber(given);
      return withWorkflow(job, async (handle) => {
        const { answer } = await handle.executeUpdate(retryRowUpdate, { args: [{ by, row }] });
        console.log(answer);
      });
    });
}

const ask = async <Answer>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Answer> =>
  (await openAdminApi()).call<Answer>(method, path, body);

type Workflows = Parameters<Parameters<typeof withClient>[0]>[0]['workflow'];

/** The workflow's id names the company, which the job knows. */
async function withWorkflow(
  job: string,
  work: (handle: ReturnType<Workflows['getHandle']>) => Promise<void>,
): Promise<void> {
  const { company_id, job_id } = await ask<BridgeJob>('GET', jobPath(job));
  await withClient((client) => work(client.workflow.getHandle(importWorkflowId(company_id, job_id))));
}

const pathOf = (company: string): string => `/v1/admin/bridges/${checked(CompanyId, company, 'company')}`;
const jobPath = (job: string): string => `/v1/admin/bridge-jobs/${checked(JobId, job, 'job')}`;
const rowNumber = (row: string): number =>
  checked(z.coerce.number('expected the number of a row').int().min(1, 'expected the number of a row'), row, 'row');

function checked<Value>(schema: z.ZodType<Value>, given: string, what: string): Value {
  const { data, error } = schema.safeParse(given);
  if (error) throw new InputRefused(`${what}: ${error.issues[0]!.message}.`);
  return data as Value;
}
