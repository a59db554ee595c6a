import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inspect, seen } from './support/inspect-command.ts';
import { studyFolders } from './support/study-folders.ts';

const folders = studyFolders();

describe('rules of a site', () => {
  const rulesFile = (rules: readonly object[]) => {
    const path = join(folders.root, `rules-${Math.random()}.json`);
    writeFileSync(path, JSON.stringify({ rules }));
    return path;
  };

  test('turn a series down, give another its role, and are named in the reasons', async () => {
    const folder = folders.folderOf(
      'rules',
      folders.objects.map(({ bytes }) => bytes),
    );
    const rules = rulesFile([
      { name: 'no turbo axials', when: { SeriesDescription: { matches: '^ax' } }, refuse: true },
      { name: 'our T1 is T2', when: { EchoTime: { atMost: 20 } }, role: 'sagittal-t2' },
    ]);
    for (const ran of [
      await inspect([folder, '--json', '--rules', rules]),
      await inspect([folder, '--json'], { SERIES_RULES_FILE: rules }),
    ]) {
      expect(ran.code).toBe(0);
      const bySeries = new Map(seen(ran)[0]!.series.map((series) => [series.seriesNumber, series]));
      expect(bySeries.get(4)).toMatchObject({ role: null, chosen: false });
      expect(bySeries.get(4)!.reasons.join()).toContain(
        'rule "no turbo axials" of this site turns them down',
      );
      expect(bySeries.get(3)).toMatchObject({ role: 'sagittal-t2', chosen: true });
      expect(bySeries.get(3)!.reasons.join()).toContain('rule "our T1 is T2" of this site gives it the role');
      expect(bySeries.get(2)!.reasons.at(-1)).toContain(
        'series number 3 was preferred because a rule of this site gives it that role',
      );
    }
  }, 120_000);

  test('cannot give a role to images of another plane', async () => {
    const folder = folders.folderOf(
      'plane',
      folders.objects.map(({ bytes }) => bytes),
    );
    const rules = rulesFile([{ name: 'upside down', when: { SeriesNumber: 4 }, role: 'sagittal-t2' }]);
    const [found] = seen(await inspect([folder, '--json', '--rules', rules]));
    const axial = found!.series.find(({ seriesNumber }) => seriesNumber === 4)!;
    expect(axial.role).toBeNull();
    expect(axial.reasons.join()).toContain('its images are axial, so that it cannot have that role');
  }, 120_000);

  test('that are wrong: exit code 2, every problem named', async () => {
    const rules = rulesFile([
      { name: 'a', when: { EchoTme: 3 }, refuse: true },
      { name: 'b', when: { PatientID: 'x' }, refuse: true },
    ]);
    const ran = await inspect([folders.root, '--rules', rules]);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toContain(
      'SERIES_RULES_FILE: /rules/0/when/EchoTme is no DICOM keyword or tag: is EchoTime meant?',
    );
    expect(ran.err).toContain('SERIES_RULES_FILE: /rules/1/when/PatientID cannot be tested');
  });
});
