import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { phantomDicom } from '../../src/phantom/dicom/phantom-dicom.ts';
import type { PhantomInstance } from '../../src/phantom/dicom/phantom-instance.ts';
import { phantomStudy } from '../../src/phantom/phantom-study.ts';
import { ofFewerPixels } from './phantom-objects.ts';

export const WHEN = { studyDate: '20240131', studyTime: '101500' };

/** Folders of DICOM files for the tests of one file, and a study to fill them with. */
export function studyFolders() {
  // Nothing is graded here.
  const study = phantomStudy(31, { window: ofFewerPixels });
  let root: string;
  let objects: readonly PhantomInstance[];
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'study-folders-'));
    objects = phantomDicom(study, WHEN);
  }, 120_000);
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return {
    study,
    get root() {
      return root;
    },
    /** Of the whole study. */
    get objects() {
      return objects;
    },
    /** A folder with the files one level down, beside a file that is not DICOM. */
    folderOf(name: string, files: readonly Uint8Array[]): string {
      const images = join(root, name, 'images');
      mkdirSync(images, { recursive: true });
      files.forEach((bytes, index) => {
        writeFileSync(join(images, `${index}.dcm`), bytes);
      });
      writeFileSync(join(root, name, 'notes.txt'), 'not DICOM');
      return join(root, name);
    },
  };
}
