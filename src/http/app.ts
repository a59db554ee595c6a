import { fileURLToPath } from 'node:url';
import express, { type Express, type RequestHandler } from 'express';
import { middleware as openApiValidator } from 'express-openapi-validator';
import type { Registry } from 'prom-client';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { uid } from '../domain/uid.ts';
import type { Events } from '../events.ts';
import type { AnalysisQueue } from '../jobs/analysis-queue.ts';
import { analysisRepresentation } from './analysis-representation.ts';
import type { components } from './contract.ts';
import { ProblemError, problemHandler } from './problem.ts';
import { latestResults, sendReport } from './study-report.ts';

type Schemas = components['schemas'];

/** What the service says of its parts; the app adds them up. */
export type ReadinessChecks = Schemas['ReadinessChecks'];

export interface AppParts {
  readonly queue: AnalysisQueue;
  /** Asks every part; a part that does not answer is `ok: false`, never a rejection. */
  readonly readiness: () => Promise<ReadinessChecks>;
  readonly registry: Registry;
  readonly events: Events;
  /** Answers that break the contract become faults: for tests. */
  readonly validateResponses?: boolean;
}

const CONTRACT = fileURLToPath(new URL('../../openapi/spinegrade.yaml', import.meta.url));

/** No operation needs a body; what clients send along is read up to here. */
const BODY_LIMIT = '16kb';

/** The HTTP API of openapi/spinegrade.yaml. Requests that break the contract are turned down before any handler. */
export function createApp({ queue, readiness, registry, events, validateResponses }: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.use(observed(events), protectiveHeaders, express.json({ limit: BODY_LIMIT }));
  app.use(
    openApiValidator({
      apiSpec: CONTRACT,
      validateRequests: true,
      validateResponses: validateResponses ?? false,
      fileUploader: false,
    }),
  );

  app.post('/studies/:studyInstanceUid/analyze', async (request, response) => {
    const study = uid<StudyInstanceUid>(request.params.studyInstanceUid, 'studyInstanceUid');
    const { id, created } = await queue.submit(study, 'api');
    const submission: Schemas['Submission'] = { id, studyInstanceUid: study, created };
    response.status(202).location(`/analyses/${id}`).json(submission);
  });
  app.get('/studies/:studyInstanceUid/analyses', async (request, response) => {
    const study = uid<StudyInstanceUid>(request.params.studyInstanceUid, 'studyInstanceUid');
    response.json({ analyses: (await queue.ofStudy(study)).map(analysisRepresentation) });
  });
  app.get('/studies/:studyInstanceUid/report', async (request, response) => {
    const study = uid<StudyInstanceUid>(request.params.studyInstanceUid, 'studyInstanceUid');
    sendReport(latestResults(await queue.ofStudy(study)), request, response);
  });
  app.get('/analyses/:id', async (request, response) => {
    const record = await queue.find(request.params.id);
    if (record === null) throw new ProblemError(404, 'There is no analysis of that id.');
    response.json(analysisRepresentation(record));
  });

  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', async (_request, response) => {
    const checks = await readiness();
    const ready = Object.values(checks).every(({ ok }) => ok);
    const status = queue.stopping ? 'stopping' : ready ? 'ready' : 'not-ready';
    const body: Schemas['Readiness'] = { status, checks };
    response.status(status === 'ready' ? 200 : 503).json(body);
  });
  app.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  app.get('/openapi.yaml', (_request, response) => {
    response.type('application/yaml').sendFile(CONTRACT);
  });

  app.use(problemHandler(events));
  return app;
}

/** One event a request, named by its path in the contract: paths as asked for would hold UIDs. */
function observed(events: Events): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once('close', () => {
      const { openapi } = request as { openapi?: { openApiRoute?: string } };
      events.httpRequest({
        method: request.method,
        route: openapi?.openApiRoute ?? 'none',
        status: response.statusCode,
        ms: performance.now() - startedAt,
      });
    });
    next();
  };
}

/** The answers are data for programs: not to be sniffed, framed, cached or run. */
const protectiveHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  });
  next();
};
