import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { textValue } from '../../dicom/json/dicom-json-values.ts';
import { isUid, type StudyInstanceUid } from '../../domain/uid.ts';
import { ArchiveError } from '../archive.ts';
import type { RequestName } from '../archive-request.ts';
import type { OnPassedOver } from '../query/passed-over.ts';
import { parseAnswer } from './parse-answer.ts';
import { isReadable, readableDataSet } from './readable-data-set.ts';

const STUDY_INSTANCE_UID = '0020000D';

/**
 * Parses an answer that must be an array of data sets (PS3.18 F.2); an empty answer is an empty array. An attribute
 * that cannot be read is left out of its row, a row that is no data set out of the answer, and told of; but of metadata,
 * whose rows are counted, such a row stays as an empty data set.
 * @throws ArchiveError (retryable: the body may have been cut) without any byte of the answer; tooLarge (parseAnswer).
 */
export function parseDataSets(
  call: RequestName,
  text: string,
  onPassedOver: OnPassedOver = () => undefined,
): readonly DicomJson[] {
  if (text.trim() === '') return [];
  const parsed = parseAnswer(call, text);
  const noAnswer = () =>
    new ArchiveError(`${call}: the answer is not an array of DICOM JSON data sets`, { retryable: true });
  if (!Array.isArray(parsed)) throw noAnswer();
  if (parsed.every(isReadable)) return parsed;
  const passedOver = passedOverCounter();
  const rows = parsed.flatMap((row): readonly DicomJson[] => {
    const read = readableDataSet(row);
    if (read === null) {
      passedOver.add(null, `${call}: a row`);
      return call === 'series metadata' ? [{}] : [];
    }
    const study = textValue(read.dataSet, STUDY_INSTANCE_UID);
    const named = study !== null && isUid(study) ? (study as StudyInstanceUid) : null;
    for (const place of read.unreadable) passedOver.add(named, `${call}: ${place}`);
    return [read.dataSet];
  });
  // Rows of which none is a data set are another kind of answer, not an empty one.
  if (rows.length === 0) throw noAnswer();
  passedOver.tell(onPassedOver);
  return rows;
}

/** Parses an answer that is one data set, bare or as the only element of an array; null when it is anything else. */
export function parseDataSet(text: string): DicomJson | null {
  const parsed = parseAnswer('store', text);
  const candidate = Array.isArray(parsed) && parsed.length === 1 ? parsed[0] : parsed;
  return isReadable(candidate) ? candidate : (readableDataSet(candidate)?.dataSet ?? null);
}

/** The items of a sequence; empty when absent. */
export function sequenceItems(dataSet: DicomJson, tag: string): readonly DicomJson[] {
  return (dataSet[tag]?.Value ?? []).filter(isReadable);
}

/** What is wrong in one place of a study is told once, with how often it was met. */
function passedOverCounter() {
  const counts = new Map<string, { study: StudyInstanceUid | null; where: string; count: number }>();
  return {
    add(study: StudyInstanceUid | null, where: string) {
      const key = `${study} ${where}`;
      const met = counts.get(key) ?? { study, where, count: 0 };
      met.count += 1;
      counts.set(key, met);
    },
    tell(onPassedOver: OnPassedOver) {
      for (const { study, where, count } of counts.values())
        onPassedOver('row-unreadable', study, where, count);
    },
  };
}
