import { api } from 'dicomweb-client';
import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { textValue } from '../../dicom/json/dicom-json-values.ts';
import { objectDifferences } from '../../results/object-differences.ts';
import { ArchiveRequestForViewers, PREFIXES, ROOT } from './archive-xml-http-request.ts';
import { type Check, found, missing } from './check.ts';
import type { Examined } from './examined.ts';
import type { OwnObject, OwnStudy } from './own-study.ts';

const SERIES_INSTANCE_UID = '0020000E';
const SOP_INSTANCE_UID = '00080018';

/** What another program reads of an object. */
interface Read {
  readonly series: readonly DicomJson[];
  readonly metadata: readonly DicomJson[];
  readonly bytes: Uint8Array;
}

/** What dicomweb-client, the client of many viewers, makes of the study: it has to find and read what our own reader does. */
export async function examineByOtherReader(examined: Examined, study: OwnStudy): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const object of study.objects) {
    const name = `dicomweb-client, ${object.modality}`;
    try {
      checks.push(agreement(name, object, await readByOther(examined, study, object)));
    } catch (fault) {
      examined.signal.throwIfAborted();
      const { status } = fault as { readonly status?: unknown };
      const words = typeof status === 'number' ? `is answered HTTP ${status}` : 'cannot read the answer';
      checks.push(missing(name, `${words}: viewers will not show results`, { code: 'archive-fault' }));
    }
  }
  return checks;
}

async function readByOther(
  { http, signal }: Examined,
  { studyInstanceUid }: OwnStudy,
  { seriesInstanceUid, sopInstanceUid }: OwnObject,
): Promise<Read> {
  const client = new api.DICOMwebClient({ url: ROOT, ...PREFIXES, verbose: false, singlepart: false });
  const ask = <Answer>(run: (options: never) => unknown) => {
    const instance = new ArchiveRequestForViewers(http, signal);
    const uids = {
      studyInstanceUID: studyInstanceUid,
      seriesInstanceUID: seriesInstanceUid,
      sopInstanceUID: sopInstanceUid,
    };
    // Its types ask for what is optional.
    const options = { ...uids, request: { instance } } as never;
    return Promise.race([run(options), instance.stopped]) as Promise<Answer>;
  };
  const series = await ask<readonly DicomJson[]>((options) => client.searchForSeries(options));
  const metadata = await ask<readonly DicomJson[]>((options) => client.retrieveSeriesMetadata(options));
  const bytes = await ask<ArrayBuffer>((options) => client.retrieveInstance(options));
  return { series, metadata, bytes: new Uint8Array(bytes) };
}

function agreement(name: string, { seriesInstanceUid, sopInstanceUid, bytes }: OwnObject, read: Read): Check {
  const isListed = read.series.some((row) => textValue(row, SERIES_INSTANCE_UID) === seriesInstanceUid);
  const isTold = read.metadata.some((row) => textValue(row, SOP_INSTANCE_UID) === sopInstanceUid);
  const differences = [
    ...(isListed ? [] : ['the series is not listed']),
    ...(isTold ? [] : ['the metadata do not name it']),
    ...objectDifferences(bytes, read.bytes),
  ];
  return differences.length === 0
    ? found(name, 'finds and reads it as our own reader does')
    : missing(name, `does not agree with our own reader: ${differences.join(', ')}`, {
        code: 'archive-fault',
      });
}
