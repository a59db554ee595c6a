import request from 'supertest';
import { expect, test } from 'vitest';
import type { AuditEvent } from '../src/audit/audit-log.ts';
import { apiKeyStore } from '../src/http/guard/api-key-store.ts';
import { auditKeyChanges } from '../src/http/guard/audit-key-changes.ts';
import { keyRing } from '../src/http/guard/key-ring.ts';
import { guardedApi, operationsOfContract } from './support/guarded-api.ts';
import { ledgerForTests } from './support/ledger-for-tests.ts';
import { until } from './support/service-client.ts';

const TOKEN = 'r'.repeat(40);
const KEYS = [{ name: 'ris', scopes: ['read', 'analyze'] as const, token: TOKEN }];
const operations = operationsOfContract();
const recorded = operations.filter(
  ({ permission, operationId }) => permission !== 'none' && operationId !== 'metrics',
);

/** An API and what it records. */
function auditedApi() {
  const events: AuditEvent[] = [];
  const authenticate = [
    keyRing(
      async () => new Map(),
      () => KEYS,
    ),
  ];
  const { app } = guardedApi({ authenticate, record: (event) => events.push(event) });
  const ask = async (
    { method, path }: Pick<(typeof operations)[number], 'method' | 'path'>,
    token: string | null,
  ) => {
    const asked = request(app)[method](path);
    await (token === null ? asked : asked.auth(token, { type: 'bearer' }));
    // The answer has come before its connection is done with.
    await until('the entry', () => events.length > 0, { limitMs: 5_000 });
    return events.pop()!;
  };
  return { app, events, ask };
}

test.each(recorded)(
  '$operationId is recorded: who, from where, what, on what, with what result',
  async (operation) => {
    const { ask } = auditedApi();
    const event = await ask(operation, TOKEN);
    expect(event.operation).toBe(operation.operationId);
    expect(event.ActiveParticipant[0]).toEqual({
      UserID: 'key:ris',
      UserName: 'ris',
      UserIsRequestor: true,
      NetworkAccessPointTypeCode: '2',
      NetworkAccessPointID: expect.stringMatching(/127\.0\.0\.1$/),
    });
    const named = [...operation.path.matchAll(/2\.25\.4711|[\da-f]{8}-[\da-f-]{27}/g)].map(([id]) => id);
    expect(
      event.ParticipantObjectIdentification.map(({ ParticipantObjectID }) => ParticipantObjectID),
    ).toEqual(named);
    expect(JSON.stringify(event)).not.toContain(TOKEN);
    const anonymous = await ask(operation, null);
    expect(anonymous).toMatchObject({
      status: 401,
      EventIdentification: { EventID: { 'csd-code': '110114' }, EventOutcomeIndicator: 4 },
      ActiveParticipant: [{ UserID: 'anyone' }, {}],
    });
  },
);

test('asking, reading and what is refused are told apart', async () => {
  const { ask } = auditedApi();
  const of = (id: string) => operations.find(({ operationId }) => operationId === id)!;
  const code = ({ EventIdentification: { EventID, EventActionCode } }: AuditEvent) =>
    `${EventID['csd-code']} ${EventActionCode}`;
  expect(code(await ask(of('analyzeStudy'), TOKEN))).toBe('110111 C');
  expect(code(await ask(of('getAnalysis'), TOKEN))).toBe('110111 R');
  expect(code(await ask(of('shadowComparison'), TOKEN))).toBe('110112 E');
});

test('probes, metrics and the contract are not recorded', async () => {
  const { app, events } = auditedApi();
  for (const path of ['/healthz', '/openapi.yaml', '/metrics'])
    await request(app).get(path).auth(TOKEN, { type: 'bearer' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(events).toEqual([]);
});

const ledger = ledgerForTests('embedded');
test('changes of keys are recorded once, by whoever looks first, and not lost where that fails', async () => {
  const store = apiKeyStore(ledger.database);
  const { key, token } = await store.create({ name: 'pacs', scopes: ['admin'], expiresAt: null }, 'root');
  await store.revoke('pacs', 'somebody');
  const full = () => {
    throw new Error('disk full');
  };
  await expect(auditKeyChanges(ledger.database, full)).rejects.toThrow('disk full');
  const events: AuditEvent[] = [];
  await auditKeyChanges(ledger.database, (event) => events.push(event));
  await auditKeyChanges(ledger.database, (event) => events.push(event));
  expect(events).toMatchObject(
    [
      ['C', 'root'],
      ['D', 'somebody'],
    ].map(([action, by]) => ({
      EventIdentification: {
        EventID: { 'csd-code': '110113' },
        EventTypeCode: { 'csd-code': '110137' },
        EventActionCode: action,
      },
      ActiveParticipant: [{ UserID: by }],
      ParticipantObjectIdentification: [{ ParticipantObjectID: key.id, ParticipantObjectName: 'pacs' }],
    })),
  );
  expect(JSON.stringify(events)).not.toContain(token);
});
