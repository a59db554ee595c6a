import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { composeReport } from '../src/sr/encode/encode-report.ts';
import { reportToCompose } from '../src/sr/report.fixture.ts';
import { readStudyContext } from '../src/study/read-study-context.ts';
import { storeAll } from './support/archive-client.ts';
import { dcmtkJson, first } from './support/dcmtk-json.ts';
import { withPatientName } from './support/phantom-objects.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';
import { testUid, tinyMr } from './support/tiny-mr.ts';

/** Who else reads the name: DCMTK (Debian's has no ISO 2022 of two bytes a character), or nobody but the standard. */
type Reader = 'dcmtk' | null;

/** SpecificCharacterSet (PS3.3 C.12.1.1.2), the name's bytes as Latin-1, the name, and another reader of it. */
const NAMES: readonly (readonly [readonly string[], string, string, Reader])[] = [
  [[''], 'Plain^Name', 'Plain^Name', 'dcmtk'],
  [['ISO_IR 100'], 'Gr\xfcnw\xe4lder^Zo\xeb', 'Grünwälder^Zoë', 'dcmtk'],
  [['ISO_IR 101'], 'Wa\xb3\xeasa^\xa3ukasz', 'Wałęsa^Łukasz', 'dcmtk'],
  [['ISO_IR 109'], '\xd8or\xf8o^\xa6oso', 'Ĝorĝo^Ĥoso', 'dcmtk'],
  [['ISO_IR 110'], 'B\xbarzi\xf1\xb9^J\xe0nis', 'Bērziņš^Jānis', 'dcmtk'],
  [['ISO_IR 144'], '\xbb\xee\xdace\xdc\xd1yp\xd3', 'Люкceмбypг', 'dcmtk'],
  [['ISO_IR 127'], '\xe2\xc8\xc7\xe6\xea^\xe4\xe6\xd2\xc7\xd1', 'قباني^لنزار', 'dcmtk'],
  [['ISO_IR 126'], '\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2', 'Διονυσιος', 'dcmtk'],
  [['ISO_IR 138'], '\xf9\xf8\xe5\xef^\xe3\xe1\xe5\xf8\xe4', 'שרון^דבורה', 'dcmtk'],
  [['ISO_IR 148'], '\xc7avu\xfeo\xf0lu^\xddpek', 'Çavuşoğlu^İpek', 'dcmtk'],
  [['ISO_IR 203'], '\xbcuvr\xe9^\xb4o', 'Œuvré^Žo', null],
  [['ISO_IR 13'], '\xd4\xcf\xc0\xde^\xc0\xdb\xb3', 'ﾔﾏﾀﾞ^ﾀﾛｳ', 'dcmtk'],
  [['ISO_IR 166'], '\xb9\xd2\xc1\xca\xa1\xd8\xc5^\xaa\xd7\xe8\xcd', 'นามสกุล^ชื่อ', 'dcmtk'],
  [['ISO_IR 192'], 'Wang^Xiao=\xe7\x8e\x8b^\xe5\xb0\x8f', 'Wang^Xiao=王^小', 'dcmtk'],
  [['GB18030'], 'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab', 'Wang^XiaoDong=王^小东', 'dcmtk'],
  [['GBK'], 'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab', 'Wang^XiaoDong=王^小东', 'dcmtk'],
  // PS3.5 H.3.1, H.3.2, I.2, K.2.
  [
    ['', 'ISO 2022 IR 87'],
    'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B',
    'Yamada^Tarou=山田^太郎=やまだ^たろう',
    null,
  ],
  [
    ['ISO 2022 IR 13', 'ISO 2022 IR 87'],
    '\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J',
    'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
    null,
  ],
  [
    ['', 'ISO 2022 IR 149'],
    'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf',
    'Hong^Gildong=洪^吉洞=홍^길동',
    'dcmtk',
  ],
  [
    ['', 'ISO 2022 IR 58'],
    'Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab',
    'Zhang^XiaoDong=张^小东',
    'dcmtk',
  ],
  [['', 'ISO 2022 IR 87', 'ISO 2022 IR 159'], 'Sakura=\x1b$(D0!\x1b$B]/\x1b(B', 'Sakura=丂櫻', null],
  [['ISO 2022 IR 13'], '\xd4\xcf\xc0\xde^\xc0\xdb\xb3', 'ﾔﾏﾀﾞ^ﾀﾛｳ', null],
  [['ISO 2022 IR 100'], 'Gr\xfcnw\xe4lder', 'Grünwälder', null],
  [['ISO 2022 IR 100', 'ISO 2022 IR 144'], 'M\xfcller=\x1b-L\xbb\xee\xda', 'Müller=Люк', 'dcmtk'],
  [['ISO 2022 IR 6', 'ISO 2022 IR 126'], 'Dionysios=\x1b-F\xc4\xe9\xef', 'Dionysios=Διο', 'dcmtk'],
  // Terms that do not exist, as they occur.
  [['ISO-IR 100'], 'Gr\xfcnw\xe4lder', 'Grünwälder', null],
  [['ISO_IR 87'], 'Yamada=\x1b$B;3ED\x1b(B', 'Yamada=山田', null],
];

let site: TestSite;
beforeAll(async () => {
  site = await startTestSite();
}, 60_000);
afterAll(() => site?.close());

/** The only name of an object, its component groups joined as in Part 10. */
async function nameIn(bytes: Uint8Array): Promise<string> {
  const name = first(await dcmtkJson(bytes), '00100010') as Readonly<Record<string, string>>;
  const { Alphabetic = '', Ideographic = '', Phonetic = '' } = name;
  return [Alphabetic, Ideographic, Phonetic].join('=').replace(/=+$/, '');
}

test.each(NAMES)('a name in %j', async (characterSets, bytes, name, reader) => {
  const { archive, folder } = site;
  const study = testUid<StudyInstanceUid>(characterSets.join('\\'));
  const tiny = { ...tinyMr({ study }), studyInstanceUid: study };
  // Its series description is in UTF-8, which no other set is.
  const plain = Buffer.from(Buffer.from(tiny.bytes).toString('latin1').replace('\xc3\xa4', 'ae'), 'latin1');
  const [image] = withPatientName([{ ...tiny, bytes: plain }], bytes, characterSets);
  await storeAll(archive, [image!]);
  const [metadata] = await archive.seriesMetadata(study, tiny.seriesInstanceUid);
  const studyContext = await readStudyContext(archive, study, metadata!);
  const report = composeReport(reportToCompose({ studyContext })).bytes;
  expect(first(await dcmtkJson(report), '00080005')).toBe('ISO_IR 192');
  expect(await nameIn(report)).toBe(name);
  if (reader === null) return;
  const [original, converted] = [join(folder, 'original.dcm'), join(folder, 'utf-8.dcm')];
  writeFileSync(original, image!.bytes);
  await promisify(execFile)('dcmconv', ['+U8', original, converted]);
  expect(await nameIn(readFileSync(converted))).toBe(name);
});
