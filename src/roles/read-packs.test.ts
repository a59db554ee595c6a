import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { ModelPackError } from '../inference/pack/model-pack-error.ts';
import type { PackManifest } from '../inference/pack/pack-manifest.ts';
import { packOf, readPacks } from './read-packs.ts';

const root = mkdtempSync(join(tmpdir(), 'read-packs-'));
afterAll(() => rmSync(root, { recursive: true }));

const MANIFEST = JSON.parse(readFileSync('models/default/manifest.json', 'utf8')) as PackManifest;

/** The folder of a pack with a manifest and nothing else. */
function folderOf(manifest: PackManifest): string {
  const folder = mkdtempSync(join(root, 'pack-'));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return folder;
}
const { segmenter: _, ...WITHOUT_SEGMENTER } = MANIFEST;
const another = folderOf({ ...MANIFEST, name: 'another' });
/** Without the networks that read axial images. */
const sagittal = folderOf({
  ...WITHOUT_SEGMENTER,
  name: 'sagittal',
  uses: MANIFEST.uses.filter((role) => role !== 'axial-t2'),
  classifiers: MANIFEST.classifiers.map((spec) => ({
    ...spec,
    inputs: spec.inputs.map((input) => ({
      ...input,
      views: input.views.map((view) => ({ ...view, role: 'sagittal-t2' as const })),
    })),
    output: {
      ...spec.output,
      heads: spec.output.heads.map(({ calibrationWithout: _, ...head }) => head),
    } as typeof spec.output,
  })),
});

const read = (settings: Readonly<Record<string, string>>) => {
  const database = settings['ROLE'] === undefined ? {} : { DATABASE_URL: 'postgresql://127.0.0.1/none' };
  const env = { PACS_URL: 'http://127.0.0.1:9/dicom-web', MODEL_PACK: 'models/default', ...database };
  return readPacks(readConfig({ ...env, ...settings }));
};
const problemsOf = (settings: Readonly<Record<string, string>>) =>
  read(settings).then(
    () => [],
    (cause: unknown) => (cause instanceof ConfigError ? cause.problems : Promise.reject(cause)),
  );

test.each([
  ['all', 'another', 'sagittal'],
  ['worker', 'another', 'sagittal'],
  ['watcher', 'another', undefined],
  ['api', undefined, undefined],
])('a process of role %s knows of the packs that it works with', async (role, canary, shadow) => {
  const packs = await read({
    ...(role === 'all' ? {} : { ROLE: role }),
    CANARY_PACK: another,
    CANARY_SHARE: '5',
    SHADOW_PACK: sagittal,
  });
  const names = [packs.serving, packs.canary, packs.shadow].map((pack) => pack?.manifest.name);
  expect(names).toEqual(['spinegrade-default', canary, shadow]);
});

test('a pack that is not there is named', async () => {
  await expect(read({ SHADOW_PACK: join(root, 'nowhere') })).rejects.toThrow(ModelPackError);
});

test('packs that do not go together are named, and why', async () => {
  const same =
    /^(?:CANARY|SHADOW)_PACK and MODEL_PACK are the same pack: spinegrade-default \d.*SHA-256 [0-9a-f]{64}$/;
  const both = { CANARY_PACK: 'models/default', CANARY_SHARE: '0', SHADOW_PACK: 'models/default' };
  expect(await problemsOf(both)).toEqual([expect.stringMatching(same), expect.stringMatching(same)]);
  const unseen = (setting: string) =>
    `SHADOW_PACK uses axial T2, ${setting} does not: a shadow is shown what was fetched`;
  expect(await problemsOf({ MODEL_PACK: sagittal, SHADOW_PACK: another })).toEqual([
    expect.stringContaining(unseen('MODEL_PACK')),
  ]);
  expect(await problemsOf({ CANARY_PACK: sagittal, CANARY_SHARE: '5', SHADOW_PACK: another })).toEqual([
    expect.stringContaining(unseen('CANARY_PACK')),
  ]);
  expect(await problemsOf({ CANARY_PACK: another, CANARY_SHARE: '5', SHADOW_PACK: another })).toEqual([]);
});

test('without a canary pack, or with none of the studies for it, every study is the first pack’s', () => {
  const study = '1.2.840.113619.2.1' as StudyInstanceUid;
  const of = (canary: 'canary' | null, sharePercent: number) =>
    packOf(study, { serving: 'serving', canary }, { canary: { packDir: '', sharePercent } });
  expect([of('canary', 0), of('canary', 100), of(null, 100)]).toEqual(['serving', 'canary', 'serving']);
});
