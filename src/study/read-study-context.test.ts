import { expect, test } from 'vitest';
import { encodePart10 } from '../dicom/part10/encode-part10.ts';
import { isDoubtful } from '../dicom/text/text-doubts.ts';
import { ArchiveError } from '../dicomweb/archive.ts';
import { inWords } from '../domain/remark.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { contextRemarks } from '../sr/encode/context-remarks.ts';
import { copiedStudyContext } from '../sr/encode/copied-study-context.ts';
import { readStudyContext } from './read-study-context.ts';

const STUDY = '1.2.3' as StudyInstanceUid;
// PS3.5 H.3.2.
const NAME =
  '\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J';
const CHARACTER_SETS = ['ISO 2022 IR 13', 'ISO 2022 IR 87'];

/** An image with that name: its bytes take the place of as many letters. */
function image(): Uint8Array {
  const letters = 'x'.repeat(NAME.length);
  const written = encodePart10({
    '00080005': { vr: 'CS', Value: CHARACTER_SETS },
    '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.4'] },
    '00080018': { vr: 'UI', Value: ['1.2.3.4.5'] },
    '00100010': { vr: 'PN', Value: [letters] },
    '00101002': { vr: 'SQ', Value: [{ '00100020': { vr: 'LO', Value: ['o'.repeat(6)] } }] },
    '00104000': { vr: 'LT', Value: ['a\\b'] },
  });
  const text = Buffer.from(written).toString('latin1');
  // Functions, for `$` in a replacement text has a meaning.
  const named = text.replace(letters, () => NAME).replace('oooooo', () => '\xd4\xcf\xc0\xde\xc0\xdb');
  return Buffer.from(named, 'latin1');
}

const metadata = (characterSets: readonly string[]) => ({
  '00080005': { vr: 'CS', Value: characterSets },
  '00080018': { vr: 'UI', Value: ['1.2.3.4.5'] },
  '0020000E': { vr: 'UI', Value: ['1.2.3.4'] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'ﾔﾏﾀﾞ^ﾀﾛｳ', Ideographic: ';3ED^B@O:' }] },
  '00101002': { vr: 'SQ', Value: [{ '00100020': { vr: 'LO', Value: ['??????'] } }] },
  '00104000': { vr: 'LT', Value: ['a\\b'] },
});

test('text with code extensions is read from the image, not from what an archive makes of it', async () => {
  const asked: string[] = [];
  const archive = {
    async retrieveInstance(...[study, series, instance]: readonly [string, string, string, AbortSignal?]) {
      asked.push(`${study} ${series} ${instance}`);
      return image();
    },
  };
  expect(await readStudyContext(archive, STUDY, metadata(CHARACTER_SETS))).toEqual({
    '00100010': {
      vr: 'PN',
      Value: [{ Alphabetic: 'ﾔﾏﾀﾞ^ﾀﾛｳ', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }],
    },
    '00101002': { vr: 'SQ', Value: [{ '00100020': { vr: 'LO', Value: ['ﾔﾏﾀﾞﾀﾛ'] } }] },
    '00104000': { vr: 'LT', Value: ['a\\b'] },
  });
  expect(asked).toEqual(['1.2.3 1.2.3.4 1.2.3.4.5']);
});

test('an image that cannot be read leaves what the archive made of it', async () => {
  const archive = { retrieveInstance: async () => new Uint8Array(200) };
  const { '00100010': name } = await readStudyContext(archive, STUDY, metadata(CHARACTER_SETS));
  expect(name).toEqual(metadata([])['00100010']);
});

test('any other text is taken as the archive gives it, without asking for the image', async () => {
  const archive = {
    async retrieveInstance() {
      throw new Error('asked');
    },
  };
  const others = { '00101002': { vr: 'SQ', Value: [{ '00100020': { vr: 'LO', Value: ['Grün'] } }] } };
  const { '00080005': _, '00080018': __, '0020000E': ___, ...context } = { ...metadata([]), ...others };
  expect(await readStudyContext(archive, STUDY, { ...metadata(['ISO_IR 100']), ...others })).toEqual(context);
  expect(await readStudyContext(archive, STUDY, {})).toEqual({});
});

/** An image whose name has these bytes, and who asked for it. */
function imageNamed(name: Buffer, characterSet: string) {
  const letters = 'x'.repeat(name.length);
  const written = encodePart10({
    '00080005': { vr: 'CS', Value: [characterSet] },
    '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.4'] },
    '00080018': { vr: 'UI', Value: ['1.2.3.4.5'] },
    '00100010': { vr: 'PN', Value: [letters] },
  });
  const at = Buffer.from(written).indexOf(letters);
  written.set(name, at);
  return { retrieveInstance: async () => written };
}
const told = (characterSet: string, name: string) => ({
  '00080005': { vr: 'CS', Value: [characterSet] },
  '00080018': { vr: 'UI', Value: ['1.2.3.4.5'] },
  '0020000E': { vr: 'UI', Value: ['1.2.3.4'] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: name }] },
});
const latin = (name: string) => Buffer.from(name, 'latin1');
const NAME_READ = 'Gr\u00fcn^Zo\u00eb!';

test.each([
  ['characters lost by the archive', 'ISO_IR 100', 'Gr\ufffdn^Zo\ufffd!', latin(NAME_READ)],
  ['question marks in their place', 'ISO_IR 100', 'Gr?n^Zo?!', latin(NAME_READ)],
  [
    'UTF-8 that the archive read as Latin-1',
    'ISO_IR 192',
    'Gr\u00c3\u00bcn^Zo\u00c3\u00ab!',
    Buffer.from(NAME_READ),
  ],
  [
    'UTF-8 in images that say Latin-1',
    'ISO_IR 100',
    'Gr\u00c3\u00bcn^Zo\u00c3\u00ab!',
    Buffer.from(NAME_READ),
  ],
  ['Latin-1 that the archive passed on as C1 characters', 'ISO_IR 100', 'Gr\u0081n', latin(NAME_READ)],
  ['escape sequences that were not converted', 'ISO_IR 100', 'Gr\u001b-An', latin(NAME_READ)],
])('text that cannot be right is read from the image: %s', async (_, characterSet, name, bytes) => {
  const { '00100010': read } = await readStudyContext(
    imageNamed(bytes, characterSet),
    STUDY,
    told(characterSet, name),
  );
  expect(read).toEqual({ vr: 'PN', Value: [{ Alphabetic: NAME_READ }] });
});

test('what the image does not tell either is left out of the results, with a word', async () => {
  const archive = imageNamed(latin(NAME_READ), 'ISO_IR 192');
  for (const from of [archive, { retrieveInstance: async () => null }]) {
    const context = await readStudyContext(from, STUDY, told('ISO_IR 192', 'Gr\ufffdn^Zo\ufffd!'));
    expect(copiedStudyContext(context).dataSet['00100010']).toBeUndefined();
    expect(contextRemarks(context).map(inWords)).toContain(
      'Not readable in the character set of the images, left empty here: (0010,0010).',
    );
  }
});

test('text in other scripts, and Latin text, is not doubted', () => {
  const names = [
    'Gr\u00fcnw\u00e4lder^Zo\u00eb',
    'Ch\u00e2teau \u00ab\u00e9\u00bb',
    'И\u0432анов',
    '山田^太郎',
    '홍^길동',
    'Wa\u0142\u0119sa',
    '€ 5',
  ];
  expect(names.filter(isDoubtful)).toEqual([]);
});

test('an image larger than the limit leaves the metadata’s text: the study is ineligible for it elsewhere, not failed here', async () => {
  const words = 'retrieve instance: UND_ERR_RES_EXCEEDED_MAX_SIZE';
  const large = new ArchiveError(words, { retryable: false, tooLarge: true });
  const away = new ArchiveError('retrieve instance: HTTP 503', { retryable: true });
  const given = metadata(CHARACTER_SETS);
  const read = (fault: ArchiveError) =>
    readStudyContext({ retrieveInstance: () => Promise.reject(fault) }, STUDY, given);
  expect((await read(large))['00100010']).toEqual(given['00100010']);
  await expect(read(away)).rejects.toBe(away);
});
