import { setTimeout as sleep } from 'node:timers/promises';

/** An analysis in a list. */
export interface ListedAnalysis {
  readonly id: string;
  readonly studyInstanceUid: string;
  readonly state: string;
  readonly reasonCodes: readonly string[];
  readonly failureCode: string | null;
}

export interface WholeAnalysis extends Omit<ListedAnalysis, 'failureCode'> {
  readonly forced: boolean;
  readonly attempts: number;
  readonly failure: { readonly code: string; readonly reason: string } | null;
  readonly objects: readonly { readonly kind: string; readonly sopInstanceUid: string }[];
}

/** The API of a service that may be killed at any time. */
export interface SoakApi {
  /** One request; null where there was no answer, or it was that something is away (5xx, 429). */
  ask(method: string, path: string, body?: object): Promise<{ status: number; body: never } | null>;
  /** Every analysis there is, the newest first; asks until it is told. */
  listed(): Promise<readonly ListedAnalysis[]>;
  whole(id: string): Promise<WholeAnalysis>;
  /** Deliveries that wait. */
  waiting(): Promise<readonly { readonly id: string; readonly attempts: number }[]>;
}

export function soakApi(url: string): SoakApi {
  const ask: SoakApi['ask'] = async (method, path, body) => {
    try {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(20_000),
      });
      const said = (await answer.json()) as never;
      return answer.status >= 500 || answer.status === 429 ? null : { status: answer.status, body: said };
    } catch {
      return null;
    }
  };
  const told = async <Body>(path: string): Promise<Body> => {
    for (let tries = 0; tries < 240; tries += 1) {
      const answer = await ask('GET', path);
      if (answer?.status === 200) return answer.body;
      await sleep(500);
    }
    throw new Error(`GET ${path}: no answer in two minutes`);
  };
  return {
    ask,
    async listed() {
      const analyses: ListedAnalysis[] = [];
      let cursor: string | null = null;
      do {
        const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page: { analyses: ListedAnalysis[]; next: string | null } = await told(
          `/analyses?limit=200${after}`,
        );
        analyses.push(...page.analyses);
        cursor = page.next;
      } while (cursor !== null);
      return analyses;
    },
    whole: (id) => told(`/analyses/${id}`),
    waiting: async () => (await told<{ deliveries: never[] }>('/deliveries?state=waiting')).deliveries,
  };
}
