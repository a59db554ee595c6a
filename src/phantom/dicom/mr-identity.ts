import { text } from '../../dicom/part10/data-elements.ts';
import type { DataSetToEncode } from '../../dicom/part10/encode-part10.ts';
import type { MrImageAttributes } from './mr-image-attributes.ts';

/** Patient, General Study, General Series, Frame of Reference, General Equipment and SOP Common modules. */
export function mrIdentity(attributes: MrImageAttributes): DataSetToEncode {
  return {
    '00080005': text('CS', 'ISO_IR 192'),
    '00080018': text('UI', attributes.sopInstanceUid),
    '00080020': text('DA', attributes.studyDate),
    '00080021': text('DA', attributes.studyDate),
    '00080023': text('DA', attributes.studyDate),
    '00080030': text('TM', attributes.studyTime),
    '00080031': text('TM', attributes.studyTime),
    '00080033': text('TM', attributes.studyTime),
    '00080050': text('SH', attributes.accessionNumber),
    '00080060': text('CS', 'MR'),
    '00080070': text('LO', attributes.manufacturer),
    '00080090': text('PN'),
    '00081030': text('LO', attributes.studyDescription),
    '0008103E': text('LO', attributes.seriesDescription),
    '00081090': text('LO', attributes.manufacturerModelName),
    '00100010': text('PN', attributes.patientName),
    '00100020': text('LO', attributes.patientId),
    '00100030': text('DA'),
    '00100040': text('CS', 'O'),
    '00180015': text('CS', 'LSPINE'),
    '00181020': text('LO', attributes.softwareVersions),
    '00185100': text('CS', 'HFS'),
    '0020000D': text('UI', attributes.studyInstanceUid),
    '0020000E': text('UI', attributes.seriesInstanceUid),
    '00200010': text('SH', attributes.studyId),
    '00200011': text('IS', String(attributes.seriesNumber)),
    '00200013': text('IS', String(attributes.instanceNumber)),
    '00200052': text('UI', attributes.frameOfReferenceUid),
    '00201040': text('LO'),
  };
}
