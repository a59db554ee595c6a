import { setTimeout as sleep } from 'node:timers/promises';
import createClient, { type Middleware } from 'openapi-fetch';
import { Agent, fetch, Request } from 'undici';
import type { components, paths } from '../../src/http/contract.ts';
import { contractChecker } from './contract-check.ts';

type Analysis = components['schemas']['Analysis'];
type Submission = components['schemas']['Submission'];

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
/** A connection a request: the service may have ended and begun anew since the last. */
const dispatcher = new Agent({ pipelining: 0 });

/** Every answer is held against the contract by other means than the service's own. */
const checked: Middleware = {
  async onResponse({ schemaPath, request, response }) {
    const { status, headers } = response;
    const isJson = headers.get('content-type')?.split(';')[0]?.endsWith('json');
    const body = isJson ? await response.clone().json() : null;
    const answer = { status, body, get: (name: string) => headers.get(name) ?? undefined };
    check([schemaPath, request.method.toLowerCase()], answer);
  },
};

export type ServiceClient = ReturnType<typeof serviceClient>;

/** The service's API by a client that is generated from the contract. @param key where it wants one. */
export function serviceClient(url: string, key?: string) {
  const api = createClient<paths>({
    baseUrl: url,
    headers: key === undefined ? {} : { Authorization: `Bearer ${key}` },
    Request: Request as never,
    fetch: ((asked: Request) => fetch(asked, { dispatcher })) as never,
  });
  api.use(checked);
  const analysis = async (id: string): Promise<Analysis> => {
    const { data } = await api.GET('/analyses/{id}', { params: { path: { id } } });
    if (data === undefined) throw new Error(`there is no analysis ${id}`);
    return data;
  };
  const metrics = async () => (await api.GET('/metrics', { parseAs: 'text' })).data ?? '';
  return {
    analysis,
    metrics,
    async readiness() {
      const { data, error, response } = await api.GET('/readyz');
      return { status: response.status, body: (data ?? error) as components['schemas']['Readiness'] };
    },
    /** The image behind a finding, in PNG. */
    async region(id: string, finding: Pick<Analysis['findings'][number], 'condition' | 'level' | 'side'>) {
      const { condition, level, side } = finding;
      const query = { condition, level, ...(side && { side }) };
      const params = { path: { id }, query };
      const { data } = await api.GET('/analyses/{id}/region.png', { params, parseAs: 'arrayBuffer' });
      return Buffer.from(data as unknown as ArrayBuffer);
    },
    health: async () => (await api.GET('/healthz')).response.status,
    /** Newest first. */
    async analyses(study: string): Promise<readonly Analysis[]> {
      const params = { path: { studyInstanceUid: study } };
      return (await api.GET('/studies/{studyInstanceUid}/analyses', { params })).data?.analyses ?? [];
    },
    async analyze(study: string) {
      const params = { path: { studyInstanceUid: study } };
      const asked = await api.POST('/studies/{studyInstanceUid}/analyze', { params });
      const body = (asked.data ?? asked.error) as Submission & Partial<components['schemas']['Problem']>;
      const { status, headers } = asked.response;
      return { status, body, get: (name: string) => headers.get(name) ?? undefined };
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
