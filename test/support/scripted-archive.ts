import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { DicomWebArchiveOptions } from '../../src/dicomweb/archive-connection.ts';
import { dicomWebArchive } from '../../src/dicomweb/dicomweb-archive.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../src/domain/uid.ts';
import { httpAnswer, type ScriptedRequest, scriptedServer } from './scripted-server.ts';

export const STUDY = '1.2.3' as StudyInstanceUid;
export const SERIES = '1.2.3.4' as SeriesInstanceUid;
export const INSTANCE = '1.2.3.4.5' as SopInstanceUid;

/** An archive that answers as scripted, as the adapter sees it; for the test that runs. Three tries, short waits. */
export async function archiveAt(
  answer: (request: ScriptedRequest, socket: Socket) => void,
  options: Partial<DicomWebArchiveOptions> = {},
) {
  const server = await scriptedServer(answer);
  const archive = dicomWebArchive({
    url: server.url,
    ...options,
    retry: { attempts: 3, firstDelayMs: 1, maxDelayMs: 4, ...options.retry },
  });
  onTestFinished(async () => {
    await archive.close();
    await server.close();
  });
  return { archive, requests: server.requests, server };
}

/** The parameters of a query as sent. */
export function parameters({ target }: Pick<ScriptedRequest, 'target'>): URLSearchParams {
  return new URLSearchParams(target.split('?')[1]);
}

/** An answer with data sets, empty where there are none. */
export function jsonAnswer(rows: readonly object[], headers: Readonly<Record<string, string>> = {}): Buffer {
  return httpAnswer(200, JSON.stringify(rows), { 'Content-Type': 'application/dicom+json', ...headers });
}

/** A row of a query for studies. */
export function studyRow(uid: string, more: object = {}): object {
  return { '0020000D': { vr: 'UI', Value: [uid] }, '00080061': { vr: 'CS', Value: ['MR'] }, ...more };
}

/** Of a row, where the archive counts: tag of the count, and what it says. */
export function counted(tag: string, count: unknown): object {
  return { [tag]: { vr: 'IS', Value: [count] } };
}
