import { execFile } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { phantomDicom } from '../src/phantom/dicom/phantom-dicom.ts';
import { element, withAttributes } from './support/alter-image.ts';
import { inspect, seen } from './support/inspect-command.ts';
import { studyFolders, WHEN } from './support/study-folders.ts';

const folders = studyFolders();

describe('a folder', () => {
  test('of a whole study: exit code 0, every series with its role and the evidence', async () => {
    const folder = folders.folderOf(
      'whole',
      folders.objects.map(({ bytes }) => bytes),
    );
    const ran = await inspect([folder, '--json']);
    expect(ran).toMatchObject({ code: 0, err: '' });
    const [found] = seen(ran);
    expect(found).toMatchObject({
      studyInstanceUid: folders.study.studyInstanceUid,
      analysable: true,
      reasons: [],
    });
    expect(found!.series.map(({ role, chosen }) => `${role} ${chosen}`).sort()).toEqual([
      'axial-t2 true',
      'sagittal-t1 true',
      'sagittal-t2 true',
    ]);
    const text = await inspect([folder]);
    expect(text.code).toBe(0);
    expect(text.out).toContain(': can be analysed');
    expect(text.out).toMatch(
      /series 3, MR, 18 objects: sagittal-t1, chosen\n.*\n {4}- sagittal by orientation/,
    );
  }, 120_000);

  test('without sagittal T2: exit code 3, and why', async () => {
    const folder = folders.folderOf(
      'no-t2',
      folders.objects.filter(({ role }) => role !== 'sagittal-t2').map(({ bytes }) => bytes),
    );
    const ran = await inspect([folder]);
    expect(ran.code).toBe(3);
    expect(ran.out).toContain('cannot be analysed\n  - no series qualifies as sagittal T2\n');
  }, 120_000);

  test('with an image cut off: exit code 3, the file named, and what is wrong with it', async () => {
    const cut = folders.objects.map(({ bytes }, index) =>
      index === 3 ? bytes.subarray(0, bytes.length - 900) : bytes,
    );
    const ran = await inspect([folders.folderOf('cut', cut), '--json']);
    expect(ran.code).toBe(3);
    expect(seen(ran)[0]!.reasons.join()).toMatch(/images[\\/]3\.dcm: .*\(7FE0,0010\)/);
  }, 120_000);

  test('of compressed images that do not decode: exit code 3', async () => {
    const broken = phantomDicom(folders.study, WHEN, (dataSet, { role, index }) =>
      role === 'sagittal-t2' && index === 9
        ? withAttributes(dataSet, { '00280101': element('US', 17) })
        : dataSet,
    );
    const ran = await inspect([
      folders.folderOf(
        'bits',
        broken.map(({ bytes }) => bytes),
      ),
    ]);
    expect(ran.code).toBe(3);
    expect(ran.out).toMatch(/ {2}- SOP instance 2\.25\.\d+: .*\(0028,0101\)/);
  }, 120_000);

  test('without DICOM: exit code 3', async () => {
    const ran = await inspect([folders.folderOf('empty', [])]);
    expect(ran).toMatchObject({ code: 3 });
    expect(ran.out).toContain('there is no DICOM file in the folder');
  });

  test('of links: files are read through them, what cannot be read is named, the rest passed over', async () => {
    const folder = folders.folderOf(
      'linked',
      folders.objects.slice(1).map(({ bytes }) => bytes),
    );
    writeFileSync(join(folders.root, 'elsewhere'), folders.objects[0]!.bytes);
    symlinkSync(join(folders.root, 'elsewhere'), join(folder, 'first'));
    symlinkSync('images', join(folder, 'folder.dcm'));
    symlinkSync('nowhere', join(folder, 'notes'));
    const whole = await inspect([folder, '--json']);
    expect(whole).toMatchObject({ code: 0, err: '' });
    const counts = seen(whole)[0]!.series.map(({ instanceCount }) => instanceCount);
    expect(counts.reduce((a, b) => a + b)).toBe(folders.objects.length);
    symlinkSync('round.dcm', join(folder, 'round.dcm'));
    symlinkSync('nowhere', join(folder, 'lost.dcm'));
    const ran = await inspect([folder, '--json']);
    expect(ran).toMatchObject({ code: 3, err: '' });
    expect(seen(ran)[0]!.reasons).toEqual([
      'lost.dcm: cannot be read (ENOENT)',
      'round.dcm: cannot be read (ELOOP)',
    ]);
  }, 120_000);

  test('a reader that has seen enough changes nothing of the exit code', async () => {
    const folder = folders.folderOf('ignored', []);
    const script = '"$0" src/cli/main.ts inspect "$1" --json | true; echo "$PIPESTATUS"';
    const ran = await new Promise<string>((resolve) => {
      execFile('bash', ['-c', script, process.execPath, folder], (_, out, err) => resolve(out + err));
    });
    expect(ran).toBe('3\n');
  });

  test.each([
    ['STUDY_MAX_IMAGES', '70', '76 MR images are more than the limit of 70 a study'],
    ['STUDY_MAX_MIB', '1', 'more than the limit of 1.0 MiB a study'],
    ['STUDY_MAX_FRAME_PIXELS', '1000', 'images of more pixels than the limit of 1000 a frame'],
  ])(
    'beyond %s: exit code 3, the limit named',
    async (name, value, words) => {
      const folder = folders.folderOf(
        name,
        folders.objects.map(({ bytes }) => bytes),
      );
      const ran = await inspect([folder], { [name]: value });
      expect(ran.code).toBe(3);
      const said = words.replace('76 MR', `${folders.objects.length} MR`);
      expect(ran.out).toContain(said);
    },
    120_000,
  );
});

describe('misuse has exit code 2', () => {
  test.each([
    ['nothing named', []],
    ['two folders', ['.', '.']],
    ['an unknown option', ['.', '--loud']],
    ['neither a folder nor a UID', ['no-such-folder']],
    ['a file', ['package.json']],
    ['a path through a file', ['package.json/study']],
    ['a study and no PACS', ['1.2.3']],
  ])('%s', async (_, args) => {
    const ran = await inspect(args);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(/^inspect: /);
  });
});
