import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../src/phantom/random.ts';
import type { ListedAnalysis, SoakApi } from './soak-api.ts';
import type { SoakStudy } from './soak-studies.ts';

/** What people ask of the API meanwhile, by the share of what they do. */
const DEEDS = [
  ['ask', 0.3],
  ['cancel', 0.25],
  ['retry', 0.2],
  ['force', 0.15],
  ['retry in bulk', 0.1],
] as const;
type Deed = (typeof DEEDS)[number][0];

/**
 * Asks, cancels and repeats without end, of studies that are there.
 * @returns how often what was taken (2xx), until the signal aborts.
 */
export async function people(
  random: Random,
  api: SoakApi,
  there: readonly SoakStudy[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  while (!signal.aborted) {
    await sleep(random.uniform(300, 1500), undefined, { signal }).catch(() => undefined);
    if (there.length === 0) continue;
    const deed = drawn(random);
    const taken = await done(deed, random, api, there).catch(() => false);
    if (taken) counts[deed] = (counts[deed] ?? 0) + 1;
  }
  return counts;
}

/** Asks for some that are stored once more, and anew: there is a second report then of the latter alone. */
export async function askOnceMore(api: SoakApi): Promise<void> {
  const stored = (await api.listed()).filter(({ state }) => state === 'stored');
  for (const [index, { studyInstanceUid }] of stored.slice(0, 4).entries()) {
    await api.ask('POST', `/studies/${studyInstanceUid}/analyze`, { force: index % 2 === 0 });
  }
}

function drawn(random: Random): Deed {
  let left = random.next();
  return (DEEDS.find(([, share]) => {
    left -= share;
    return left < 0;
  }) ?? DEEDS[0])[0];
}

async function done(deed: Deed, random: Random, api: SoakApi, there: readonly SoakStudy[]): Promise<boolean> {
  const study = random.pick(there).uid;
  const priority = random.pick(['stat', 'routine', 'backfill'] as const);
  const asked = (body: object) => api.ask('POST', `/studies/${study}/analyze`, body);
  const one = async (state: string) => {
    const answer = await api.ask('GET', `/analyses?state=${state}&limit=20`);
    const { analyses = [] } = (answer?.body ?? {}) as { analyses?: readonly ListedAnalysis[] };
    return analyses.length === 0 ? null : random.pick(analyses);
  };
  const steered = async (state: string, method: string, below: string) => {
    const analysis = await one(state);
    return analysis && api.ask(method, `/analyses/${analysis.id}${below}`);
  };
  const forced = async () => {
    const stored = await one('stored');
    const body = { priority, force: true, note: 'soak' };
    return stored && api.ask('POST', `/studies/${stored.studyInstanceUid}/analyze`, body);
  };
  const answer = await {
    ask: () => asked({ priority }),
    force: forced,
    cancel: () => steered(random.chance(0.5) ? 'running' : 'queued', 'DELETE', ''),
    retry: () => steered(random.pick(['cancelled', 'failed', 'queued']), 'POST', '/retry'),
    'retry in bulk': () => api.ask('POST', '/analyses/retry', { limit: 5 }),
  }[deed]();
  return answer !== null && answer.status < 300;
}
