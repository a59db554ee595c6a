import { asText, type Written } from './everything-kept.ts';
import { until } from './service-client.ts';

type Body = Readonly<Record<string, unknown>>;

/** A client of the API that keeps every answer, head and body. */
export function recordedApi(url: string, key: string) {
  const answers: Written[] = [];
  const ask = async (method: string, path: string, options: { headers?: object; body?: string } = {}) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${key}`, ...options.headers },
      ...(options.body === undefined ? {} : { body: options.body }),
    });
    const body = new Uint8Array(await answer.arrayBuffer());
    const head = JSON.stringify([answer.status, ...answer.headers]);
    const where = `${method} ${path} ${JSON.stringify(options)}`;
    answers.push({ where, text: asText(head) + asText(body) });
    return { status: answer.status, text: Buffer.from(body).toString('utf8') };
  };
  const get = async (path: string, accept = '*/*') => ask('GET', path, { headers: { Accept: accept } });
  const analysis = async (id: string) => JSON.parse((await get(`/analyses/${id}`)).text) as Body;
  return {
    answers,
    ask,
    get,
    /** Asks for an analysis; its id. */
    async analyze(study: string, body: object = {}): Promise<string> {
      const headers = { 'Content-Type': 'application/json' };
      const { status, text } = await ask('POST', `/studies/${study}/analyze`, {
        headers,
        body: JSON.stringify(body),
      });
      if (status !== 202) throw new Error(`HTTP ${status}: ${text}`);
      return JSON.parse(text).id;
    },
    /** The analysis once it is as `enough` says. */
    once: (id: string, what: string, enough: (analysis: Body) => boolean) =>
      until(what, async () => {
        const now = await analysis(id);
        return enough(now) && now;
      }),
  };
}
