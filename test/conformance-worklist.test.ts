import { expect, onTestFinished, test } from 'vitest';
import { upsWorklist } from '../src/dicomweb/ups/ups-worklist.ts';
import { CATALOGUE, type Code } from '../src/domain/catalogue.ts';
import { SERIES_ROLES } from '../src/domain/series-role.ts';
import type { SopInstanceUid } from '../src/domain/uid.ts';
import { discontinuationReasons } from '../src/worklist/discontinuation.ts';
import { processingParameters } from '../src/worklist/processing-parameters.ts';
import { matchingKeys } from '../src/worklist/which-steps.ts';
import { TAGS } from '../src/worklist/workitem-tags.ts';
import { pathsUnder, tableUnder } from './support/conformance-tables.ts';
import { recordedFront } from './support/recorded-front.ts';
import { startUpsServer } from './support/ups-server.ts';
import { readOfWorkitem, type TagPath, writtenOfWorkitem } from './support/workitem-attributes.ts';
import { coded, workitem } from './support/workitems.ts';

/** What a code is made of, said once of all of them. */
const OF_CODES = [TAGS.codeValue, TAGS.longCodeValue, TAGS.codingScheme, TAGS.codeMeaning] as const;
const isOfCode = (path: TagPath) => (OF_CODES as readonly string[]).includes(path.at(-1)!);
const shown = (paths: readonly TagPath[]) =>
  paths.filter((path) => !isOfCode(path)).map((path) => path.join('>'));

test('attributes read of a workitem', () => {
  const read = readOfWorkitem();
  expect(pathsUnder('Attributes read of a workitem')).toEqual(shown(read).toSorted());
  expect(new Set(read.filter(isOfCode).map((path) => path.at(-1)))).toEqual(new Set(OF_CODES));
});

test('attributes written of a workitem', async () => {
  const when = new Map<string, string[]>();
  for (const [occasion, paths] of Object.entries(await writtenOfWorkitem())) {
    for (const path of shown(paths)) when.set(path, [...(when.get(path) ?? []), occasion]);
  }
  const paths = pathsUnder('Attributes written of a workitem');
  const told = tableUnder('Attributes written of a workitem').map(
    ([, , on], index) => `${paths[index]} ${on}`,
  );
  expect(told).toEqual([...when].map(([path, on]) => `${path} ${on.join(', ')}`).toSorted());
});

test('reasons for discontinuation', () => {
  const canEnd = ['reason', 'workitem', 'fault'];
  const codes = (Object.keys(CATALOGUE) as Code[]).filter((code) => canEnd.includes(CATALOGUE[code].kind));
  const table = tableUnder('Reasons for discontinuation');
  const named = new Set(table.flatMap(([, , list = '']) => list.split(', ')));
  const told = new Map(
    table.flatMap(([value, meaning, list = '']) =>
      list.split(', ').map((code) => [code, `${value} ${meaning} DCM`] as const),
    ),
  );
  for (const code of codes) {
    const [standard, own, ...more] = discontinuationReasons([code]);
    const kind = CATALOGUE[code].kind === 'fault' ? 'every fault' : 'every other reason';
    expect(`${standard!.value} ${standard!.meaning} ${standard!.scheme}`, code).toBe(
      told.get(named.has(code) ? code : kind),
    );
    expect([own, more]).toEqual([
      { value: code, scheme: '99SPINEGRADE', meaning: CATALOGUE[code].meaning },
      [],
    ]);
  }
  const known: ReadonlySet<string> = new Set([...codes, 'every fault', 'every other reason']);
  expect([...named].filter((each) => !known.has(each))).toEqual([]);
});

test('parameters of a workitem', () => {
  const asked = (name: string, value: object) =>
    processingParameters({
      [TAGS.processingParameters]: {
        vr: 'SQ',
        Value: [{ [TAGS.conceptName]: { vr: 'SQ', Value: [coded(name, '99SPINEGRADE', 'x')] }, ...value }],
      },
    });
  const effects = tableUnder('Parameters of a workitem').map(([name = '', type]) =>
    type === 'TEXT'
      ? asked(name, { [TAGS.textValue]: { vr: 'UT', Value: ['YES'] } })
      : asked(name, { [TAGS.uidValue]: { vr: 'UI', Value: ['1.2'] } }),
  );
  expect(effects).toEqual([
    { force: true, series: {} },
    ...SERIES_ROLES.map((role) => ({ force: false, series: { '1.2': role } })),
  ]);
});

test('requests to the worklist', async () => {
  const ups = await startUpsServer();
  const front = await recordedFront(Number(new URL(ups.url).port));
  const worklist = upsWorklist({ url: `http://127.0.0.1:${front.port}` });
  onTestFinished(async () => {
    await worklist.close();
    await front.close();
    await ups.close();
  });
  const [step, transaction] = ['2.25.11' as SopInstanceUid, '2.25.12'];
  const code = { value: 'A', scheme: '99A' };
  const keys = matchingKeys({ code, label: 'A', station: code });
  await worklist.create(step, workitem());
  await worklist.search({ ProcedureStepState: 'SCHEDULED', ...keys });
  await worklist.changeState(step, transaction, 'IN PROGRESS');
  await worklist.retrieve(step);
  await worklist.update(step, transaction, {});
  await worklist.changeState(step, transaction, 'CANCELED');
  await worklist.subscribe('AE', keys);
  const channel = { signal: AbortSignal.timeout(2_000), openTimeoutMs: 1_000, silenceMs: 1_000 };
  const listening = worklist.follow('AE', null, { ...channel, onEvent() {}, onOpen() {} });
  await listening.catch(() => undefined);
  // Bodies end without a line break.
  const lines = front.heard.join('').matchAll(/([A-Z]+) (\/\S*) HTTP\/1\.1\r$/gm);
  const sent = [...lines].map(([, method, target]) => {
    const { pathname, searchParams } = new URL(target!, ups.url);
    const path = pathname.replace(step, '{workitem}').replace(/\/AE$/, '/{AE title}');
    const names = [...searchParams.keys()].join(', ') || '–';
    return [`${method} ${path}`, names.replace(step, "the step's UID, without a name")];
  });
  expect(sent).toEqual(tableUnder('Worklist').map(([, , request, parameters]) => [request, parameters]));
  const bodies = front.heard.join('').matchAll(/PUT \S+ HTTP.*?\r\n\r\n(\[\{.*?\}\}\])/gs);
  expect([...bodies].map(([, body]) => Object.keys(JSON.parse(body!)[0]))).toEqual(
    Array(2).fill(['00081195', '00741000']),
  );
});
