import { fileURLToPath } from 'node:url';
import express, { type Express, type RequestHandler } from 'express';
import { middleware as openApiValidator } from 'express-openapi-validator';
import type { Registry } from 'prom-client';
import { DatabaseFault } from '../database/database-fault.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { uid } from '../domain/uid.ts';
import type { AnalysisReader } from '../jobs/analysis-reader.ts';
import type { AnalysisSubmitter } from '../jobs/analysis-submitter.ts';
import type { Events } from '../observe/events.ts';
import { analysisRepresentation } from './analysis-representation.ts';
import { oneAnswerAtATime } from './connections.ts';
import type { components } from './contract.ts';
import { databaseTurns } from './database-turns.ts';
import { problemHandler } from './problem.ts';
import { ProblemError } from './problem-error.ts';
import { BODY_LIMIT_BYTES, refuseBody } from './request-body.ts';
import { latestResults, sendReport } from './study-report.ts';

type Schemas = components['schemas'];

/** What the service says of its parts; the app adds them up. */
export type ReadinessChecks = Schemas['ReadinessChecks'];

export interface AppParts {
  readonly queue: AnalysisSubmitter & AnalysisReader;
  /** Asks every part; a part that does not answer is `ok: false`, never a rejection. */
  readonly readiness: () => Promise<ReadinessChecks>;
  /** False when only another start of the process can help. */
  readonly alive?: () => boolean;
  readonly registry: Registry;
  readonly events: Events;
  /** Answers that break the contract become faults: for tests. */
  readonly validateResponses?: boolean;
}

const CONTRACT = fileURLToPath(new URL('../../openapi/spinegrade.yaml', import.meta.url));

/** The HTTP API of openapi/spinegrade.yaml. Requests that break the contract are turned down before any handler. */
export function createApp(parts: AppParts): Express {
  const { queue, registry, events, validateResponses = false, alive = () => true } = parts;
  const app = express();
  const turn = databaseTurns();
  const readiness = sharedWhileRunning(parts.readiness);
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.use(observed(events), protectiveHeaders, oneAnswerAtATime(), headAsGet);
  app.use(refuseBody, express.json({ limit: BODY_LIMIT_BYTES }));
  app.use(
    openApiValidator({
      apiSpec: CONTRACT,
      validateRequests: true,
      validateResponses,
      fileUploader: false,
    }),
  );

  app.post('/studies/:studyInstanceUid/analyze', async (request, response) => {
    const study = uid<StudyInstanceUid>(request.params.studyInstanceUid, 'studyInstanceUid');
    const { id, created } = await turn(request, () => queue.submit(study, 'api'));
    const submission: Schemas['Submission'] = { id, studyInstanceUid: study, created };
    response.status(202).location(`/analyses/${id}`).json(submission);
  });
  app.get('/studies/:studyInstanceUid/analyses', async (request, response) => {
    const study = uid<StudyInstanceUid>(request.params.studyInstanceUid, 'studyInstanceUid');
    const analyses = await turn(request, () => queue.ofStudy(study));
    response.json({ analyses: analyses.map(analysisRepresentation) });
  });
  app.get('/studies/:studyInstanceUid/report', async (request, response) => {
    const study = uid<StudyInstanceUid>(request.params.studyInstanceUid, 'studyInstanceUid');
    const analyses = await turn(request, () => queue.ofStudy(study));
    sendReport(latestResults(analyses), request, response);
  });
  app.get('/analyses/:id', async (request, response) => {
    const record = await turn(request, () => queue.find(request.params.id));
    if (record === null) throw new ProblemError(404, 'There is no analysis of that id.');
    response.json(analysisRepresentation(record));
  });

  app.get('/healthz', (_request, response) => {
    if (!alive()) throw new DatabaseFault('database-unavailable', 'its thread does not answer');
    response.json({ status: 'ok' });
  });
  app.get('/readyz', async (_request, response) => {
    const checks = await readiness();
    const ready = Object.values(checks).every(({ ok }) => ok);
    const status = queue.stopping ? 'stopping' : ready ? 'ready' : 'not-ready';
    const body: Schemas['Readiness'] = { status, checks };
    response.status(status === 'ready' ? 200 : 503).json(body);
  });
  app.get('/metrics', async (request, response) => {
    // The gauges of the queue ask the database.
    response.type(registry.contentType).send(await turn(request, () => registry.metrics()));
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
    const { method } = request;
    const startedAt = performance.now();
    response.once('close', () => {
      const { openapi } = request as { openapi?: { openApiRoute?: string } };
      events.httpRequest({
        method,
        route: openapi?.openApiRoute ?? 'none',
        status: response.statusCode,
        ms: performance.now() - startedAt,
      });
    });
    next();
  };
}

/** HEAD is GET without the content (RFC 9110 9.3.2), which Node leaves out by what the request began as. */
const headAsGet: RequestHandler = (request, _response, next) => {
  if (request.method === 'HEAD') request.method = 'GET';
  next();
};

/** Who asks while an answer is being found gets that one. */
function sharedWhileRunning<Result>(ask: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | null = null;
  return () => {
    running ??= ask().finally(() => {
      running = null;
    });
    return running;
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
