import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/cli/demo/orthanc/free-port.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { seededRandom } from '../../src/phantom/random.ts';
import { storeAll } from '../support/archive-client.ts';
import { type ArchiveProxy, archiveProxy } from '../support/archive-proxy.ts';
import { startLedgerPlace } from '../support/ledger-databases.ts';
import { startTestSite } from '../support/test-site.ts';
import { drain } from './drain.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { type KillPlan, killPlan } from './kill-plan.ts';
import { type Growth, memoryGrowth } from './memory-growth.ts';
import { askOnceMore, people } from './people.ts';
import { soakApi } from './soak-api.ts';
import { type LedgerKind, type SoakOptions, soakOptions, USAGE } from './soak-options.ts';
import { type SoakStudy, soakStudies } from './soak-studies.ts';
import { startTold } from './told.ts';
import { leftInDatabase, verdict } from './verdict.ts';
import { weather } from './weather.ts';

const FLEETS = {
  postgresql: [
    ['api', 'api'],
    ['watcher 1', 'watcher'],
    ['watcher 2', 'watcher'],
    ['worker 1', 'worker'],
    ['worker 2', 'worker'],
  ],
  embedded: [['all', 'all']],
} as const;
/** Mean times between what happens, milliseconds. */
const EVERY = {
  postgresql: { study: 2_000, kill: 12_000, restart: 25_000 },
  embedded: { study: 2_000, kill: 15_000, restart: null },
} as const;

/** One soak on one kind of database. @returns what was wrong. */
async function soak(kind: LedgerKind, { seed, trouble, calm }: SoakOptions): Promise<readonly string[]> {
  const random = (of: string) => seededRandom(seed, `${kind} ${of}`);
  const [site, place] = await Promise.all([startTestSite(), startLedgerPlace(kind)]);
  const sky = weather(random('weather'));
  const told = await startTold(random('receiver'));
  const port = await freePort();
  const proxies: ArchiveProxy[] = [];
  const killing: { plan: KillPlan | null } = { plan: null };
  const fleet: Fleet = startFleet(
    place.dataDir,
    await Promise.all(
      FLEETS[kind].map(async ([name, role]) => {
        const proxy = await archiveProxy(site.orthanc.dicomWebUrl);
        proxy.treat = (request) => {
          const isStore = request.method === 'POST';
          if (isStore && killing.plan?.reached(name, 'results sent')) return {};
          return sky.treat(request);
        };
        proxies.push(proxy);
        const settings = settingsOf(place.databaseUrl, role === 'api' || role === 'all' ? port : 0);
        return { name, role, pacsUrl: proxy.dicomWebUrl, settings: { ...settings, ...told.settings } };
      }),
    ),
    (slot, { event, stage }) => {
      killing.plan?.reached(slot, event === 'stage-finished' ? `${stage} finished` : String(event));
    },
  );
  const api = soakApi(`http://127.0.0.1:${port}`);
  const nextStudy = soakStudies(random('studies'));
  const studies: SoakStudy[] = [];
  const wrong: string[] = [];
  try {
    await fleet.started();
    const arrive = async () => {
      const study = nextStudy();
      await storeAll(site.archive, study.objects);
      studies.push(study);
    };
    const slots = FLEETS[kind].map(([name]) => name);
    const every = EVERY[kind];
    const plan = killPlan(random('kills'), slots, every.kill, (slot) => fleet.kill(slot));
    killing.plan = plan;
    const over = AbortSignal.timeout(trouble[kind] * 1000);
    const restarts = { database: 0 };
    const [deeds] = await Promise.all([
      people(random('people'), api, studies, over),
      repeatedly(random('arrivals'), every.study, over, arrive),
      every.restart === null
        ? null
        : repeatedly(random('restarts'), every.restart, over, async () => {
            await place.crashAndRestart();
            restarts.database += 1;
          }),
    ]);
    plan.end();
    sky.clear();
    told.behave();
    const calmed = AbortSignal.timeout(calm * 1000);
    await repeatedly(random('calm arrivals'), 3 * every.study, calmed, arrive);
    print('killed', plan.counts);
    print('archive', sky.counts);
    print('database restarted', restarts);
    print('people', deeds);

    for (const then of [() => askOnceMore(api), async () => undefined]) {
      const drained = await drain(api, studies);
      print(`drained in ${Math.round(drained.seconds)} s`, drained.asked);
      if (drained.left !== null) wrong.push(`not drained: ${drained.left}`);
      await then();
    }
    const found = await verdict(api, site.orthanc.dicomWebUrl, studies, told);
    print('came to', { ...found.counts, 'messages received': told.count });
    wrong.push(...found.wrong);
  } finally {
    killing.plan?.end();
    wrong.push(...(await fleet.stop()), ...fleet.unexpected);
    print('errors logged', fleet.errors);
    print('starts', { 'given up without database': fleet.startsGivenUp });
    const growth = memoryGrowth(fleet.memory);
    for (const [slot] of FLEETS[kind]) {
      const longest = growth.find((life) => life.slot === slot);
      if (longest !== undefined) print(`memory of ${slot}`, inMib(longest));
    }
    for (const life of growth.filter(({ isFlat }) => !isFlat))
      wrong.push(`${life.slot} grew: ${JSON.stringify(inMib(life))}`);
    const database = await openDatabase({ ...place, onFault: () => undefined });
    wrong.push(...(await leftInDatabase(database)));
    await database.close();
    await Promise.all([site.close(), told.close(), ...proxies.map((proxy) => proxy.close())]);
    await place.remove();
  }
  return wrong;
}

function settingsOf(databaseUrl: string | null, port: number): Readonly<Record<string, string>> {
  return {
    ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    PORT: String(port),
    LOG_LEVEL: 'debug',
    WATCH_POLL_MS: '300',
    WATCH_QUIET_MS: '1500',
    // Some studies lack what the model could use.
    WATCH_LONGEST_WAIT_MS: '3000',
    JOB_RETRY_LIMIT: '12',
    JOB_RETRY_DELAY_MS: '200',
    SHUTDOWN_TIMEOUT_MS: '10000',
  };
}

const inMib = ({ seconds, firstMib, lastMib }: Growth) => ({
  'seconds lived': Math.round(seconds),
  'MiB in the first third': Math.round(firstMib),
  'in the last': Math.round(lastMib),
});

async function repeatedly(
  random: ReturnType<typeof seededRandom>,
  everyMs: number,
  signal: AbortSignal,
  run: () => Promise<void>,
): Promise<void> {
  for (;;) {
    await sleep(everyMs * random.uniform(0.5, 1.5), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    await run();
  }
}

function print(what: string, counts: Readonly<Record<string, number>>): void {
  const all = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  process.stdout.write(`${what}: ${all.join(', ') || 'nothing'}\n`);
}

async function main(args: string[]): Promise<number> {
  const options = soakOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${USAGE}`);
    return 2;
  }
  let code = 0;
  for (const kind of options.kinds) {
    const began = performance.now();
    process.stdout.write(`\n${kind}, ${options.trouble[kind]} s of trouble, seed ${options.seed}\n`);
    const wrong = await soak(kind, options);
    for (const what of wrong) process.stdout.write(`WRONG: ${what}\n`);
    const seconds = Math.round((performance.now() - began) / 1000);
    process.stdout.write(
      `${kind}: ${wrong.length === 0 ? 'as it should be' : `${wrong.length} wrong`}, ${seconds} s\n`,
    );
    if (wrong.length > 0) code = 1;
  }
  return code;
}

process.exit(await main(process.argv.slice(2)));
