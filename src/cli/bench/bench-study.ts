import { setTimeout as delay } from 'node:timers/promises';
import { type Archive, ArchiveError } from '../../dicomweb/archive.ts';
import { dicomWebArchive } from '../../dicomweb/dicomweb-archive.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import { loadModelPack } from '../../inference/pack/load-model-pack.ts';
import type { ModelPack } from '../../inference/pack/model-pack.ts';
import { startDecoderPool } from '../../pixels/decoder-pool.ts';
import type { DecodeFrame } from '../../pixels/encoded-frame.ts';
import { archiveImages } from '../../study/archive-images.ts';
import { fetchVolumes } from '../../study/fetch-volumes.ts';
import { type InspectedStudy, inspectStudy } from '../../study/inspect-study.ts';
import type { Volumes } from '../../volume/volume.ts';
import { type DemoStudy, demoStudy } from '../demo/demo-study.ts';
import { startPrivateOrthanc } from '../demo/private-orthanc.ts';
import { copiedStudy } from './copied-study.ts';

const SETTLE_MS = 20;

/** The demo's synthetic study in a private Orthanc, and the model pack that reads it. */
export interface BenchStudy {
  readonly archive: Archive;
  readonly dicomWebUrl: string;
  readonly decode: DecodeFrame;
  readonly study: StudyInstanceUid;
  /** The same images once more, as a study that nothing has been written into yet. */
  readonly another: () => Promise<StudyInstanceUid>;
  readonly inspected: InspectedStudy;
  /** WADO-RS addresses of the chosen series. */
  readonly seriesUrls: readonly string[];
  readonly volumes: Volumes;
  readonly pack: ModelPack;
  readonly packFolder: string;
  /** Of each network. */
  readonly threads: number;
}

/** @param stopping gets what has to be stopped, last started last. */
export async function benchStudy(
  packFolder: string,
  threads: number,
  stopping: (() => Promise<unknown>)[],
): Promise<BenchStudy> {
  const pack = await loadModelPack(packFolder, { preferred: ['cpu'], required: true }, threads);
  stopping.push(() => pack.close());
  const orthanc = await startPrivateOrthanc();
  stopping.push(() => orthanc.stop());
  const archive = dicomWebArchive({ url: orthanc.dicomWebUrl });
  stopping.push(() => archive.close());
  const decoders = startDecoderPool();
  stopping.push(() => decoders.close());
  const { decode } = decoders;
  const original = await demoStudy(null, 1);
  const { studyInstanceUid: study } = original;
  const store = async ({ studyInstanceUid, objects }: Pick<DemoStudy, 'studyInstanceUid' | 'objects'>) => {
    // Making them held the event loop up: that the archive has closed a connection meanwhile is noticed now.
    await delay(SETTLE_MS);
    const refused = (await archive.store(studyInstanceUid, objects)).find((result) => !result.stored);
    if (refused) throw new ArchiveError(`the PACS refused an image: ${refused.reason}`, { retryable: false });
    return studyInstanceUid;
  };
  await store(original);
  let copies = 0;
  const inspected = await inspectStudy(archiveImages(archive, study), pack.manifest);
  const { chosen } = inspected.selection;
  const seriesUrls = [...chosen.values()]
    .flat()
    .map((series) => `${orthanc.dicomWebUrl}/studies/${study}/series/${series.seriesInstanceUid}`);
  const volumes = await fetchVolumes(archiveImages(archive, study), decode, inspected);
  const another = () => {
    copies += 1;
    return store(copiedStudy(original, copies));
  };
  const { dicomWebUrl } = orthanc;
  return {
    ...{ archive, dicomWebUrl, decode, study, another, inspected, seriesUrls, volumes },
    ...{ pack, packFolder, threads },
  };
}
