import request, { type Response } from 'supertest';
import { startServiceProcess } from '../../src/cli/demo/service-process.ts';
import { closingStack } from '../../src/process/closing-stack.ts';
import { storeAll } from './archive-client.ts';
import { archiveProxy } from './archive-proxy.ts';
import { contractChecker } from './contract-check.ts';
import { asAnotherStudy, phantomObjects } from './phantom-objects.ts';
import { serviceClient, until } from './service-client.ts';
import { startTestSite } from './test-site.ts';
import { newSecret, startReceiver } from './webhook-receiver.ts';

/** Where the contract shows each as an example: path, method and status of an operation, or the body of a webhook. */
export const SHOWN_AT = {
  Submission: ['/studies/{studyInstanceUid}/analyze', 'post', '202'],
  AnalysisStored: ['/analyses/{id}', 'get', '200'],
  AnalysisEvents: ['/analyses/{id}/events', 'get', '200'],
  AnalysesListed: ['/analyses', 'get', '200'],
  Stats: ['/stats', 'get', '200'],
  DeadLetters: ['/dead-letters', 'get', '200'],
  BulkRetried: ['/analyses/retry', 'post', '200'],
  Deliveries: ['/deliveries', 'get', '200'],
  Models: ['/models', 'get', '200'],
  Health: ['/healthz', 'get', '200'],
  Readiness: ['/readyz', 'get', '200'],
  InvalidRequest: ['/studies/{studyInstanceUid}/analyses', 'get', '400'],
  Unauthenticated: ['/analyses', 'get', '401'],
  Forbidden: ['/studies/{studyInstanceUid}/analyze', 'post', '403'],
  NoSuchAnalysis: ['/analyses/{id}', 'get', '404'],
  AnalysisFinal: ['/analyses/{id}', 'delete', '409'],
  UnknownSeries: ['/studies/{studyInstanceUid}/analyze', 'post', '422'],
  AnalysisEnded: 'webhook',
} as const;
export type ExampleName = keyof typeof SHOWN_AT;
export type RecordedAnswers = Readonly<Record<ExampleName, unknown>>;

const READER = 'r'.repeat(40);
const OWNER = 'o'.repeat(40);
const NOWHERE = '6b1f9a52-7a52-4a55-9a4c-0f6a3c1d2e4f';

/**
 * What the service really answers: keys, an archive with a study that is graded, one that is ineligible and one that
 * cannot be fetched, a receiver of callbacks. Each answer is held against the contract.
 */
export async function recordAnswers(): Promise<RecordedAnswers> {
  const closing = closingStack();
  try {
    return await record(closing);
  } finally {
    await closing.close();
  }
}

async function record(closing: ReturnType<typeof closingStack>): Promise<RecordedAnswers> {
  const site = await startTestSite();
  closing.add(() => site.close());
  const proxy = await archiveProxy(site.orthanc.dicomWebUrl);
  closing.add(() => proxy.close());
  const secret = newSecret();
  const receiver = await startReceiver(secret);
  closing.add(() => receiver.close());
  const endpoints = [{ url: receiver.url, secrets: [secret] }];
  const service = await startServiceProcess(`${site.folder}/data`, proxy.dicomWebUrl, {
    WATCH: 'false',
    MODEL_PACK: 'models/phantom',
    AUTH: 'keys',
    API_KEYS: `reader read ${READER}\nowner read,analyze,admin ${OWNER}`,
    CALLBACKS: JSON.stringify({ endpoints, localNetworks: ['127.0.0.0/8'] }),
    JOB_RETRY_LIMIT: '0',
  });
  closing.add(async () => void (await service.stop()));

  const check = contractChecker();
  const client = serviceClient(service.url, OWNER);
  const answers: Partial<Record<ExampleName, unknown>> = {};
  const keep = async (name: ExampleName, sent: PromiseLike<Response>) => {
    const answer = await sent;
    const [path, method, status] = SHOWN_AT[name];
    if (String(answer.status) !== status) throw new Error(`${name}: ${answer.status} ${answer.text}`);
    check([path!, method!], answer);
    answers[name] = answer.type === 'text/event-stream' ? answer.text : answer.body;
    return answer;
  };
  const get = (path: string, key = OWNER) => request(service.url).get(path).auth(key, { type: 'bearer' });
  const post = (path: string, body: object, key = OWNER) =>
    request(service.url).post(path).auth(key, { type: 'bearer' }).send(body);

  const whole = phantomObjects(21);
  const study = whole[0]!.studyInstanceUid;
  const ineligible = asAnotherStudy(whole, 1).filter(({ role }) => role === 'sagittal-t1');
  const unfetched = asAnotherStudy(whole, 2);
  for (const objects of [whole, ineligible, unfetched]) await storeAll(site.archive, objects);
  const ofUnfetched = new Set(unfetched.map(({ seriesInstanceUid }) => String(seriesInstanceUid)));
  proxy.treat = ({ retrievedSeries }) =>
    ofUnfetched.has(String(retrievedSeries)) ? { cut: { afterBytes: 100_000, by: 'close' } } : {};

  const asked = { priority: 'stat', note: 'asked for by the spine board' };
  const { id } = (await keep('Submission', post(`/studies/${study}/analyze`, asked))).body;
  // One after the other, and each told of before the next: lists have them in the order of their time.
  const told = async (analysis: string, count: number) => {
    await client.ended(analysis);
    await until('the callback', () => receiver.received.length === count);
  };
  await told(id, 1);
  for (const [index, [object]] of [ineligible, unfetched].entries())
    await told((await client.analyze(object!.studyInstanceUid)).body.id, index + 2);
  await keep('AnalysisStored', get(`/analyses/${id}`));
  await keep('AnalysisEvents', get(`/analyses/${id}/events`));
  await keep('AnalysesListed', get('/analyses'));
  await keep('Stats', get('/stats'));
  await keep('DeadLetters', get('/dead-letters'));
  await keep('Deliveries', get('/deliveries?state=delivered'));
  await keep('Models', get('/models'));
  await keep('Health', get('/healthz'));
  await keep('Readiness', get('/readyz'));
  await keep('InvalidRequest', get('/studies/1.2.abc/analyses'));
  await keep('Unauthenticated', request(service.url).get('/analyses'));
  await keep('Forbidden', post(`/studies/${study}/analyze`, {}, READER));
  await keep('NoSuchAnalysis', get(`/analyses/${NOWHERE}`));
  await keep('AnalysisFinal', request(service.url).delete(`/analyses/${id}`).auth(OWNER, { type: 'bearer' }));
  await keep('UnknownSeries', post(`/studies/${study}/analyze`, { series: { '1.2.3': 'ignore' } }));
  await keep('BulkRetried', post('/analyses/retry', { filter: { code: 'archive-fault' }, as: 'backfill' }));
  answers.AnalysisEnded = receiver.received.find(
    ({ message }) => message.data['state'] === 'stored',
  )?.message;
  return answers as RecordedAnswers;
}
