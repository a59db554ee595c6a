import { ConfigError } from '../../config/config-error.ts';
import { proxySettings } from '../../config/connection/proxies.ts';
import { databaseSettings } from '../../config/database-settings.ts';
import { fileEnvironment } from '../../config/environment.ts';
import { settingReader } from '../../config/setting.ts';
import { worklistSettings } from '../../config/worklist-settings.ts';
import { openPostgres } from '../../database/postgres-database.ts';
import { connectionOptions } from '../../dicomweb/connection-options.ts';
import { upsWorklist } from '../../dicomweb/ups/ups-worklist.ts';
import { Fault } from '../../domain/fault.ts';
import { sqlClaimStore } from '../../worklist/sql-claim-store.ts';
import { PERFORMER_STATION } from '../../worklist/which-steps.ts';
import { parseOptions, tellFault } from '../options/option-values.ts';
import { type ListedStep, listSteps } from './listed-step.ts';

const USAGE = `usage: npm run -s cli -- worklist [--json]

The steps of the worklist (WORKLIST_URL) that are for this service and not over, with whose they are:
open     nobody's yet
ours     claimed by this installation, which goes on with them
lost     IN PROGRESS under our station's name, and this installation knows nothing of them: of one whose database is gone
station  the same, where that cannot be told: an embedded database answers its service alone (DATABASE_URL names none)
other    another performer's
`;

/** `cli worklist`: exit code 0, 1 when the worklist cannot be asked, 2 on misuse. */
export async function worklistCommand(args: string[]): Promise<number> {
  try {
    const options = { json: { type: 'boolean', default: false } } as const;
    const { json } = parseOptions({ args, options }).values;
    const steps = await askedSteps();
    process.stdout.write(json ? `${JSON.stringify(steps, null, 2)}\n` : inWords(steps));
    return 0;
  } catch (fault) {
    return tellFault('worklist', USAGE, fault, Fault);
  }
}

async function askedSteps(): Promise<readonly ListedStep[]> {
  const settings = settingReader(fileEnvironment());
  const found = worklistSettings(settings, proxySettings(settings));
  const { databaseUrl } = databaseSettings(settings);
  if (found === null && settings.problems.length === 0) settings.problems.push('WORKLIST_URL is missing');
  if (found === null || settings.problems.length > 0) throw new ConfigError(settings.problems);
  const { url, station, ...which } = found;
  const worklist = upsWorklist({ url, ...connectionOptions(found) });
  try {
    const claims = databaseUrl === null ? null : await claimsIn(databaseUrl.reveal());
    return await listSteps(worklist, { ...which, station }, station ?? PERFORMER_STATION, claims);
  } finally {
    await worklist.close();
  }
}

async function claimsIn(databaseUrl: string): Promise<ReadonlySet<string>> {
  const database = await openPostgres(databaseUrl, () => undefined);
  try {
    // Nothing is written here.
    const claims = await sqlClaimStore(database, (write) => write(database)).open();
    return new Set(claims.map(({ workitem }) => workitem));
  } finally {
    await database.close();
  }
}

function inWords(steps: readonly ListedStep[]): string {
  if (steps.length === 0) return 'no step that is for this service is open or in progress\n';
  const line = ({ workitem, whose, priority, ready, studies }: ListedStep) =>
    [whose.padEnd(7), priority.padEnd(8), ready ? 'ready' : 'not ready', workitem, ...studies].join('  ');
  return `${steps.map(line).join('\n')}\n`;
}
