import { setTimeout as sleep } from 'node:timers/promises';
import request, { type Response } from 'supertest';
import type { Analysis } from '../../src/cli/demo/follow-analysis.ts';
import { contractChecker } from './contract-check.ts';

const POLL_MS = 20;
/** For what takes a second or two on an idle machine. */
export const PATIENCE_MS = 180_000;

/**
 * Asks until the answer is neither null nor undefined nor false.
 * @throws Error naming `what` when that takes longer than the limit.
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T> | T,
  { limitMs = PATIENCE_MS, pollMs = POLL_MS } = {},
): Promise<Exclude<T, null | undefined | false>> {
  const endsAt = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) {
      return answer as Exclude<T, null | undefined | false>;
    }
    if (performance.now() > endsAt) throw new Error(`${what}: not within ${limitMs / 1000} s`);
    await sleep(pollMs);
  }
}

const check = contractChecker();

export type ServiceClient = ReturnType<typeof serviceClient>;

/** The service's API; every answer is held against the contract. @param key where it wants one. */
export function serviceClient(url: string, key?: string) {
  const headers = key === undefined ? {} : { Authorization: `Bearer ${key}` };
  const ask = async (path: string, route = path): Promise<Response> => {
    const answer = await request(url).get(path).set(headers);
    check([route, 'get'], answer);
    return answer;
  };
  const analysis = async (id: string) => (await ask(`/analyses/${id}`, '/analyses/{id}')).body as Analysis;
  const metrics = async () => (await ask('/metrics')).text;
  return {
    analysis,
    metrics,
    readiness: () => ask('/readyz'),
    /** The image behind a finding, in PNG. */
    async region(
      id: string,
      { condition, level, side }: Pick<Analysis['findings'][number], 'condition' | 'level' | 'side'>,
    ) {
      const query = new URLSearchParams({ condition, level, ...(side && { side }) });
      return (await ask(`/analyses/${id}/region.png?${query}`, '/analyses/{id}/region.png')).body as Buffer;
    },
    health: async () => (await ask('/healthz')).status,
    /** Newest first. */
    async analyses(study: string): Promise<readonly Analysis[]> {
      const route = '/studies/{studyInstanceUid}/analyses';
      return (await ask(`/studies/${study}/analyses`, route)).body.analyses;
    },
    async analyze(study: string): Promise<Response> {
      const answer = await request(url).post(`/studies/${study}/analyze`).set(headers);
      check(['/studies/{studyInstanceUid}/analyze', 'post'], answer);
      return answer;
    },
    /** The analysis once its state is final. */
    ended: (id: string) =>
      until('the end of the analysis', async () => {
        const now = await analysis(id);
        return now.finishedAt !== null && now;
      }),
    /** Resolves after the watcher has polled the archive this often again. */
    async polls(count: number): Promise<void> {
      const polled = async () => metricValue(await metrics(), 'spinegrade_watcher_polls_total{outcome="ok"}');
      const before = await polled();
      await until(`${count} polls`, async () => (await polled()) >= before + count);
    },
  };
}

/** The value of a sample, 0 when there is none. @param sample name and labels as Prometheus' text format has them. */
export function metricValue(text: string, sample: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${sample} `));
  return line === undefined ? 0 : Number(line.slice(sample.length + 1));
}
