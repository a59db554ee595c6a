import { sequence, text } from '../../src/dicom/part10/data-elements.ts';
import type { DataSetToEncode } from '../../src/dicom/part10/encode-part10.ts';

/**
 * Attributes of PS3.15 Table E.1-1 that say who the patient is, who had to do with them and where, by VR: all of those
 * that images carry as text.
 */
const TAGS_BY_VR: Readonly<Record<string, readonly string[]>> = {
  AE: ['00400241'],
  LO: [
    ...['00080080', '00081040', '00081080', '00100020', '00100021', '00101000', '00101040', '00101050'],
    ...['00101080', '00101081', '00101090', '00102000', '00102110', '00102150', '00102152', '001021F0'],
    ...['00102299', '00120010', '00120020', '00120021', '00120030', '00120031', '00120040', '00120042'],
    ...['00181000', '00181004', '00181007', '00181008', '00181400', '00321033', '00321060', '00321070'],
    ...['00380010', '00380011', '00380060', '00380062', '00380300', '00380400', '00380500', '00400254'],
    ...['00401004', '00401005', '00402016', '00402017'],
  ],
  LT: [
    ...['00084000', '00102155', '001021B0', '00104000', '00184000', '00204000', '00324000', '00384000'],
    '00401400',
  ],
  PN: [
    ...['00080090', '0008009C', '00081048', '00081050', '00081060', '00081070', '00100010', '00101001'],
    ...['00101005', '00101060', '00102297', '00321032', '00400006', '00401010', '00402008'],
  ],
  SH: [
    ...['00080050', '00080094', '00081010', '00102154', '00102160', '00102180', '00200010', '00400242'],
    ...['00400243', '00400253', '00401001', '00402010'],
  ],
  ST: ['00080081', '00080092', '00082111', '00400280'],
};

/** Series are told apart by these, so what they say stays beside the marker. */
const DESCRIPTIONS = ['00081030', '0008103E', '00181030'];

/** Dates, times and sizes that nothing else says. */
const FIGURES: DataSetToEncode = {
  '00080020': text('DA', '19870917'),
  '00080030': text('TM', '031741.270913'),
  '00100030': text('DA', '19130827'),
  '00100032': text('TM', '042753.180417'),
  '00101010': text('AS', '113Y'),
  '00101020': text('DS', '1.7313379'),
  '00101030': text('DS', '71.313379'),
  '00400244': text('DA', '19870918'),
  '00400245': text('TM', '051937.310523'),
};
const FIGURE_MARKERS = [
  ...['19870917', '1987-09-17', '031741.270913', '19130827', '1913-08-27', '042753.180417'],
  ...['1.7313379', '71.313379', '19870918', '1987-09-18', '051937.310523'],
];

/** Of the first study; of the others the letter is another. */
const marker = (tag: string) => `MARKA${tag}`;
const NAMES = ['Größmann', '麻吉'];
const named = (word: string) => `${word}^${NAMES[0]}=${word}^${NAMES[1]}`;

const person = (at: string): DataSetToEncode => ({
  '00080080': text('LO', marker(`${at}0080`)),
  '00401102': text('ST', marker(`${at}1102`)),
  '00401103': text('LO', marker(`${at}1103`)),
});

/** The image's data set with a marker of its own in each of these attributes. */
export function withMarkedAttributes(dataSet: DataSetToEncode): DataSetToEncode {
  const texts = Object.entries(TAGS_BY_VR).flatMap(([vr, tags]) =>
    tags.map((tag) => [tag, text(vr, vr === 'PN' ? named(marker(tag)) : marker(tag))] as const),
  );
  const described = DESCRIPTIONS.map((tag) => {
    const said = dataSet[tag]?.Value[0] ?? '';
    return [tag, text('LO', `${said} ${marker(tag)}`.trim())] as const;
  });
  const marked = {
    ...dataSet,
    ...Object.fromEntries([...texts, ...described]),
    ...FIGURES,
    '00080096': sequence(person('0096')),
    '00081072': sequence(person('1072')),
    '00101002': sequence({ '00100020': text('LO', marker('10020020')), '00100022': text('CS', 'TEXT') }),
    '00290010': text('LO', marker('00290010')),
    '00291001': text('LT', marker('00291001')),
    '00400275': sequence({
      '00080050': text('SH', marker('02750050')),
      '00321060': text('LO', marker('02751060')),
      '00400007': text('LO', marker('02750007')),
      '00400009': text('SH', marker('02750009')),
      '00401001': text('SH', marker('02751001')),
    }),
  };
  return Object.fromEntries(Object.entries(marked).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** What gives a study of this letter away, wherever it stands: letters in any case, names in UTF-8. */
export const identifiersOf = (letter: string): readonly string[] => [
  `MARK${letter}0`,
  `MARK${letter}1`,
  ...NAMES,
  ...FIGURE_MARKERS,
];
