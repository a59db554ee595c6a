import { phantomDicom } from '../../src/phantom/dicom/phantom-dicom.ts';
import type { PhantomInstance } from '../../src/phantom/dicom/phantom-instance.ts';
import { phantomStudy } from '../../src/phantom/phantom-study.ts';
import { keptPhantom } from './kept-phantom.ts';
import { withMarkedAttributes } from './marked-attributes.ts';
import { asAnotherStudy } from './phantom-objects.ts';

type Study = readonly PhantomInstance[];

/** A study whose every attribute about persons and places is marked: MARKA…. */
export function markedStudy(seed: number): Study {
  const options = { family: 'demo', contrast: 'physical', prevalence: 'balanced' } as const;
  const when = { studyDate: '20240115', studyTime: '101112' };
  const marks = withMarkedAttributes({});
  return keptPhantom({ seed, options, when, marks }, () =>
    phantomDicom(phantomStudy(seed, options), when, withMarkedAttributes),
  );
}

/** The same images as another study, of another patient: the letter of all markers is this one, a capital. */
export function markedOtherwise(study: Study, letter: string): Study {
  const turn = letter.charCodeAt(0) - 'A'.charCodeAt(0);
  return asAnotherStudy(study, turn).map((object) => ({
    ...object,
    bytes: Buffer.from(
      Buffer.from(object.bytes).toString('latin1').replaceAll('MARKA', `MARK${letter}`),
      'latin1',
    ),
  }));
}
