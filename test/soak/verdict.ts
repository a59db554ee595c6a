import type { Database } from '../../src/database/sql.ts';
import { instancesIn } from '../support/archive-client.ts';
import type { SoakApi, WholeAnalysis } from './soak-api.ts';
import type { SoakStudy } from './soak-studies.ts';
import type { startTold } from './told.ts';

type Told = Pick<Awaited<ReturnType<typeof startTold>>, 'byAnalysis' | 'refused'>;

export interface Verdict {
  readonly counts: Readonly<Record<string, number>>;
  readonly wrong: readonly string[];
}

/** What has become of every study, in the ledger, in the archive, and by what receivers were told. */
export async function verdict(
  api: SoakApi,
  dicomWebUrl: string,
  studies: readonly SoakStudy[],
  told: Told,
): Promise<Verdict> {
  const wrong: string[] = [];
  const analyses: WholeAnalysis[] = [];
  for (const { id } of await api.listed()) analyses.push(await api.whole(id));
  let reports = 0;
  for (const study of studies) {
    const own = analyses.filter(({ studyInstanceUid }) => studyInstanceUid === study.uid);
    const results = await resultsIn(dicomWebUrl, study);
    reports += results.filter(({ modality }) => modality === 'SR').length;
    wrong.push(...ofStudy(study, own, results).map((what) => `study ${study.uid}: ${what}`));
  }
  wrong.push(...ofCallbacks(analyses, told));
  const states = Object.groupBy(analyses, ({ state }) => state);
  return {
    counts: {
      studies: studies.length,
      'to be graded': studies.filter(({ reason }) => reason === null).length,
      analyses: analyses.length,
      ...Object.fromEntries(Object.entries(states).map(([state, of]) => [state, of!.length])),
      attempts: analyses.reduce((sum, { attempts }) => sum + attempts, 0),
      'forced and stored': analyses.filter(({ state, forced }) => forced && state === 'stored').length,
      'reports in the archive': reports,
    },
    wrong,
  };
}

interface Result {
  readonly modality: string;
  readonly sopInstanceUid: string;
}

async function resultsIn(dicomWebUrl: string, { uid, objects }: SoakStudy): Promise<readonly Result[]> {
  const images = new Set<string>(objects.map(({ sopInstanceUid }) => sopInstanceUid));
  return (await instancesIn(dicomWebUrl, uid)).filter(({ sopInstanceUid }) => !images.has(sopInstanceUid));
}

/** What is wrong with a study, by its analyses and by what stands beside its images in the archive. */
export function ofStudy(
  { reason }: SoakStudy,
  own: readonly WholeAnalysis[],
  results: readonly Result[],
): readonly string[] {
  const open = own.filter(({ state }) => state === 'queued' || state === 'running');
  const wrong = open.map(({ id, state }) => `analysis ${id} is left ${state}`);
  const there = results.map(({ modality, sopInstanceUid }) => `${modality} ${sopInstanceUid}`).sort();
  if (reason !== null) {
    const told = own.filter(({ state }) => state === 'ineligible');
    if (told.length === 0) wrong.push(`is not told to be ineligible: ${statesOf(own)}`);
    for (const { reasonCodes } of told) {
      if (reasonCodes.join() !== reason) wrong.push(`is ineligible for ${reasonCodes.join()}, not ${reason}`);
    }
    if (own.some(({ state }) => state === 'stored')) wrong.push('was graded');
    if (there.length > 0) wrong.push(`has results: ${there.join(', ')}`);
    return wrong;
  }
  const stored = own.filter(({ state }) => state === 'stored');
  const kept = stored.flatMap(({ objects }) =>
    objects.map(({ kind, sopInstanceUid }) => `${kind} ${sopInstanceUid}`),
  );
  const known = [...new Set(kept)].sort();
  if (stored.length === 0) wrong.push(`has no result: ${statesOf(own)}`);
  const uids = (of: readonly string[]) =>
    of
      .map((each) => each.split(' ')[1]!)
      .sort()
      .join();
  if (uids(known) !== uids(there))
    wrong.push(`the ledger knows ${known.join(', ')}, the archive has ${there.join(', ')}`);
  const revisions = new Set(stored.map(({ objects }) => reportOf(objects))).size;
  const forced = stored.filter((analysis) => analysis.forced).length;
  if (revisions > 1 + forced) wrong.push(`${revisions} reports, and ${forced} were asked for anew`);
  const reports = results.filter(({ modality }) => modality === 'SR').length;
  if (reports !== revisions) wrong.push(`${reports} reports of ${revisions} revisions`);
  return wrong;
}

const reportOf = (objects: WholeAnalysis['objects']) =>
  objects.find(({ kind }) => kind === 'SR')?.sopInstanceUid;

function statesOf(own: readonly WholeAnalysis[]): string {
  const told = own.map(({ state, failure }) => (failure === null ? state : `${state} (${failure.reason})`));
  return told.join(', ') || 'never analysed';
}

/** What is wrong with what receivers were told. */
export function ofCallbacks(analyses: readonly WholeAnalysis[], told: Told): readonly string[] {
  const heard = told.byAnalysis();
  const wrong = analyses.flatMap(({ id, state }) => {
    const of = heard.get(id);
    if (of === undefined) return [`nobody was told of analysis ${id}, ${state}`];
    const ids = of.ids.size === 1 ? [] : [`analysis ${id} was told of under ${of.ids.size} ids`];
    const states = [...of.states].join();
    return states === state ? ids : [...ids, `analysis ${id} is ${state}, and was told to be ${states}`];
  });
  const known = new Set(analyses.map(({ id }) => id));
  const unknown = [...heard.keys()].filter((id) => !known.has(id));
  return [
    ...wrong,
    ...unknown.map((id) => `analysis ${id} was told of, and is not there`),
    ...(told.refused > 0 ? [`${told.refused} messages were not signed as they should be`] : []),
  ];
}

/** What the database holds once nothing runs any more: no work, no claim, nothing to be told. */
export async function leftInDatabase(database: Database): Promise<readonly string[]> {
  const counts = {
    'analyses open': `spinegrade.analysis WHERE state IN ('queued', 'running')`,
    'jobs open': `spinegrade_jobs.job WHERE name = 'analyses' AND state IN ('created', 'retry', 'active')`,
    'ends untold': 'spinegrade.analysis_end',
    'messages waiting': `spinegrade.delivery WHERE state = 'waiting'`,
  };
  const left: string[] = [];
  for (const [what, from] of Object.entries(counts)) {
    const { rows } = await database.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${from}`);
    if (rows[0]!.count > 0) left.push(`${rows[0]!.count} ${what}`);
  }
  return left;
}
