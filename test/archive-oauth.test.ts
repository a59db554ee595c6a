import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { archiveAt, INSTANCE, STUDY } from './support/scripted-archive.ts';
import { httpAnswer, type ScriptedRequest } from './support/scripted-server.ts';
import { tokenServer } from './support/token-server.ts';

const rows = httpAnswer(200, '[]', { 'Content-Type': 'application/dicom+json' });

/** An archive that takes some tokens, and the server that gives them. */
async function guarded(taken: (token: string) => boolean = () => true, clientSecret = 'hunter2') {
  const server = await tokenServer();
  onTestFinished(() => server.close());
  const client = {
    tokenUrl: server.url,
    clientId: 'spinegrade',
    clientSecret,
    scope: 'dicom.read',
    audience: 'pacs',
  };
  const answer = ({ headers }: ScriptedRequest) =>
    taken(String(headers['authorization']).replace('Bearer ', '')) ? rows : httpAnswer(401);
  const { archive, requests } = await archiveAt((request, socket) => socket.write(answer(request)), {
    authorization: { kind: 'oauth2', ...client },
  });
  const tokens = () => requests.map(({ headers }) => headers['authorization']);
  return { archive, server, tokens };
}

test('one token is fetched, whoever asks at once, and kept', async () => {
  const { archive, server, tokens } = await guarded();
  server.at.waitMs = 50;
  await Promise.all([archive.ping(), archive.ping(), archive.findSeries(STUDY)]);
  await archive.ping();
  expect(new Set(tokens())).toEqual(new Set(['Bearer token-1']));
  expect(server.granted).toHaveLength(1);
  expect(Object.fromEntries(server.granted[0]!)).toEqual({
    grant_type: 'client_credentials',
    scope: 'dicom.read',
    audience: 'pacs',
  });
});

test('it is renewed before it ends, so that the archive never sees one that has', async () => {
  const { archive, server, tokens } = await guarded();
  server.at.expiresIn = 1;
  await archive.ping();
  await delay(600);
  await archive.ping();
  expect(tokens()).toEqual(['Bearer token-1', 'Bearer token-1']);
  await delay(320);
  await archive.ping();
  expect(tokens().at(-1)).toBe('Bearer token-2');
});

test('where the server does not say when, it is kept until the archive refuses it, and renewed once then', async () => {
  const { archive, server, tokens } = await guarded((token) => token !== 'token-1');
  server.at.expiresIn = undefined;
  await archive.store(STUDY, [{ sopInstanceUid: INSTANCE, bytes: new Uint8Array(10) }]);
  await archive.ping();
  expect(tokens()).toEqual(['Bearer token-1', 'Bearer token-2', 'Bearer token-2']);
  expect(server.granted).toHaveLength(2);
});

test('an archive that refuses every token is asked with one more, and told by its code', async () => {
  const { archive, server, tokens } = await guarded(() => false);
  await expect(archive.ping()).rejects.toMatchObject({ code: 'archive-refuses-credentials' });
  expect(tokens()).toEqual(['Bearer token-1', 'Bearer token-2']);
  expect(server.granted).toHaveLength(2);
});

test('a server that knows the client by the body alone is found out, once', async () => {
  const { archive, server } = await guarded((token) => token === 'token-1' || token === 'token-2');
  server.at.knowsTheHeader = false;
  server.at.expiresIn = 0;
  await archive.ping();
  await archive.ping();
  expect(server.granted.map((body) => body.get('client_secret'))).toEqual(['hunter2', 'hunter2']);
});

test('a client that the server does not know is told by code, without its secret; a server that is away may come back', async () => {
  const refused = await guarded(undefined, 'swordfish');
  const fault = await refused.archive.ping().catch((error: unknown) => error);
  expect(fault).toMatchObject({
    code: 'archive-refuses-credentials',
    message: 'no token: the token endpoint refuses this service (invalid_client)',
  });
  expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain('swordfish');
  const away = await guarded();
  away.server.at.away = true;
  await expect(away.archive.ping()).rejects.toMatchObject({ code: 'archive-unreachable', retryable: true });
  away.server.at.away = false;
  await away.archive.ping();
});
