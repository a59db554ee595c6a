import { expect, test } from 'vitest';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { encodePart10 } from '../imaging/encode-part10.ts';
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
  const { '00080005': _, '00080018': __, '0020000E': ___, ...context } = metadata([]);
  expect(await readStudyContext(archive, STUDY, metadata(['ISO_IR 100']))).toEqual(context);
  expect(await readStudyContext(archive, STUDY, {})).toEqual({});
});
