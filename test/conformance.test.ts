import { describe, expect, test } from 'vitest';
import { headerFromJson } from '../src/dicom/image/image-header.ts';
import { patientIdentity } from '../src/dicom/image/patient-identity.ts';
import { rescale } from '../src/dicom/image/read-instance.ts';
import { STUDY_CONTEXT_TAGS } from '../src/dicom/image/study-context.ts';
import type { DicomJson } from '../src/dicom/json/dicom-json.ts';
import { TRANSFER_SYNTAXES } from '../src/dicom/part10/transfer-syntax.ts';
import { ENHANCED_MR_IMAGE_STORAGE, MR_IMAGE_STORAGE } from '../src/dicom/sop-classes.ts';
import { dicomWebArchive } from '../src/dicomweb/dicomweb-archive.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../src/domain/uid.ts';
import { ALLOWED_CODES } from '../src/sr/tree/coded-concepts.ts';
import { tableUnder, tagsUnder } from './support/conformance-tables.ts';
import { encodedResults, readTop } from './support/encoded-results.ts';
import { httpAnswer, scriptedServer } from './support/scripted-server.ts';

const results = await encodedResults();
const kinds = Object.entries(results).map(([kind, objects]) => ({ kind, tops: objects.map(readTop) }));

test('SOP classes', () => {
  const written = kinds.flatMap(({ kind, tops }) =>
    tops.map(({ sopClassUid, modality }) => [sopClassUid, `written, ${kind}`, modality].join(' ')),
  );
  const read = [MR_IMAGE_STORAGE, ENHANCED_MR_IMAGE_STORAGE].map((uid) => `${uid} read MR`);
  const told = tableUnder('SOP classes').map(([, uid, use, modality]) => [uid, use, modality].join(' '));
  expect(told.toSorted()).toEqual([...new Set([...read, ...written])].toSorted());
});

describe('transfer syntaxes', () => {
  const known = Object.entries(TRANSFER_SYNTAXES);

  test('read', () => {
    const decoded = known.filter(([, [, coding]]) => coding !== null);
    expect(tableUnder('Transfer syntaxes read').map(([name, uid]) => [uid, name])).toEqual(
      decoded.map(([uid, [name]]) => [uid, name]),
    );
  });

  test('not read', () => {
    const refused = known.filter(([, [, coding]]) => coding === null);
    expect(tableUnder('Transfer syntaxes not read').map(([name, uid]) => [uid, name])).toEqual(
      refused.map(([uid, [name]]) => [uid, name]),
    );
  });

  test('written', () => {
    const written = new Set(
      kinds.flatMap(({ tops }) => tops.map(({ transferSyntaxUid }) => transferSyntaxUid)),
    );
    expect(tableUnder('Transfer syntaxes written').map(([, uid]) => uid)).toEqual([...written]);
  });
});

test('templates', () => {
  const named = kinds.flatMap(({ kind, tops }) =>
    tops.flatMap(({ templates }) => templates.map((tid) => `${tid} ${kind}`)),
  );
  const told = tableUnder('Templates').map(([tid, , kind]) => `${tid} ${kind}`);
  expect(told).toEqual([...new Set(named)].toSorted());
});

test('attributes used of images', () => {
  const read = new Set<string>();
  const uid = { vr: 'UI', Value: ['1.2'] };
  const image: DicomJson = { '00080016': uid, '00080018': uid, '0020000D': uid, '0020000E': uid };
  const watched = new Proxy(image, {
    get(target, tag) {
      if (/^[\dA-F]{8}$/.test(String(tag))) read.add(String(tag));
      return target[String(tag)];
    },
  });
  headerFromJson(watched);
  rescale(watched);
  patientIdentity(watched);
  expect(tagsUnder('Attributes used of images')).toEqual([...read].toSorted());
});

test('attributes copied from the images', () => {
  expect(tagsUnder('Attributes copied')).toEqual([...STUDY_CONTEXT_TAGS]);
});

test('attributes written', () => {
  const written = new Map<string, string[]>();
  for (const { kind, tops } of kinds) {
    for (const tag of new Set(tops.flatMap(({ tags }) => tags))) {
      written.set(tag, [...(written.get(tag) ?? []), kind]);
    }
  }
  const tags = tagsUnder('Attributes written');
  const told = tableUnder('Attributes written').map(([, , in_], index) => `${tags[index]} ${in_}`);
  expect(told).toEqual([...written].map(([tag, in_]) => `${tag} ${in_.join(', ')}`).toSorted());
});

/** `A_{B,C}` is `A_B` and `A_C`. */
function expanded(pattern: string): string[] {
  const [whole, choices] = /\{([^}]*)\}/.exec(pattern) ?? [];
  if (whole === undefined || choices === undefined) return [pattern];
  return choices.split(',').flatMap((choice) => expanded(pattern.replace(whole, choice)));
}

test('coded concepts', () => {
  const told = tableUnder('Codes').flatMap(([value = '', scheme, meaning = '']) => {
    const values = expanded(value);
    // Of many codes in one row the meaning is told in words.
    return values.map((each) => `${each} ${scheme} ${values.length === 1 ? meaning : '…'}`);
  });
  const families = new Set(told.filter((each) => each.endsWith('…')).map((each) => each.split(' ')[0]));
  const allowed = ALLOWED_CODES.map(
    ({ value, scheme, meaning }) => `${value} ${scheme} ${families.has(value) ? '…' : meaning}`,
  );
  expect(told.toSorted()).toEqual([...new Set(allowed)].toSorted());
});

test('requests to the archive', async () => {
  const [study, series, instance] = ['1.1', '1.2', '1.3'] as [
    StudyInstanceUid,
    SeriesInstanceUid,
    SopInstanceUid,
  ];
  const server = await scriptedServer((_, socket) =>
    socket.write(httpAnswer(200, '[]', { 'Content-Type': 'application/dicom+json' })),
  );
  const archive = dicomWebArchive({ url: server.url, retry: { attempts: 1 } });
  const isDone = () => undefined;
  await archive.findStudies({ studyDate: { from: '20260101', to: '20260102' } });
  await archive.findSeries(study);
  await archive.countInstances(study, series);
  await archive.seriesMetadata(study, series).catch(isDone);
  await archive.retrieveSeries(study, series)[Symbol.asyncIterator]().next().catch(isDone);
  await archive.retrieveInstance(study, series, instance).catch(isDone);
  await archive.store(study, [{ sopInstanceUid: instance, bytes: new Uint8Array(2) }]).catch(isDone);
  await archive.close();
  await server.close();
  const sent = server.requests.map(({ method, target, headers }) => {
    const { pathname, searchParams } = new URL(target, server.url);
    const path = pathname
      .replace('/dicom-web', '')
      .replace(study, '{study}')
      .replace(`/${series}`, '/{series}')
      .replace(`/${instance}`, '/{instance}');
    const names = [...new Set(searchParams.keys())].toSorted().join(', ');
    return [`${method} ${path}`, names || '–', headers['accept'] ?? '–'];
  });
  // What is asked in another form after an answer that is none is not the first form of a request.
  const first = sent.filter(([request], index) => sent.findIndex(([other]) => other === request) === index);
  const told = tableUnder('Requests').map(([, request, parameters, accept]) => [request, parameters, accept]);
  expect(told).toEqual(first);
});
