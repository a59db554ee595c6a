import { describe, expect, test } from 'vitest';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import type { KeptResults } from '../src/results/result-outbox.ts';
import { deleteInstance } from './support/archive-client.ts';
import { expectOfEachKind, expectWithoutErrors } from './support/expect-left-objects.ts';
import { startTestLedger } from './support/ledger-databases.ts';
import { asAnotherStudy } from './support/phantom-objects.ts';
import { resultsBench } from './support/results-bench.ts';

const bench = resultsBench();

describe('with the ledger lost', () => {
  let study: StudyInstanceUid;
  let stored: KeptResults;
  const again = async () => {
    const empty = await startTestLedger('embedded');
    const outcome = await bench.analyse(study, bench.pack, {}, { in: empty });
    await empty.close();
    if (outcome.kind !== 'stored') throw new Error(outcome.reasons.join('; '));
    return outcome.results;
  };
  const placesIn = ({ objects }: KeptResults) =>
    objects.map(({ kind, seriesInstanceUid, sopInstanceUid }) => ({
      kind,
      seriesInstanceUid,
      sopInstanceUid,
    }));

  test('what an earlier day left in the archive is adopted: nothing is doubled, nothing fails', async () => {
    const objects = asAnotherStudy(bench.phantom, 8);
    study = objects[0]!.studyInstanceUid;
    await bench.send(objects);
    const outcome = await bench.analyse(study, bench.pack, {}, { now: new Date('2024-02-29T23:59:00Z') });
    if (outcome.kind !== 'stored') throw new Error(outcome.reasons.join('; '));
    stored = outcome.results;
    const found = await again();
    expect(placesIn(found)).toEqual(placesIn(stored));
    expect(found.objects.map(({ kind }) => kind)).toEqual(['SR', 'SC', 'KO', 'SEG', 'SEG']);
    expect(found.objects.every(({ warning }) => warning === null)).toBe(true);
    for (const [index, { bytes }] of found.objects.entries()) {
      expect(Buffer.compare(bytes!, stored.objects[index]!.bytes!)).toBe(0);
    }
    expect(await bench.inStudy(study)).toHaveLength(5);
  });

  test('what says something else stays as it is, beside ours', async () => {
    for (const { kind, bytes, sopInstanceUid } of stored.objects) {
      await deleteInstance(bench.site.orthanc.baseUrl, sopInstanceUid);
      // Of the same length, so that the rest of the file stays as it is: words of the text, samples of picture or outline.
      const words = Buffer.from(bytes!)
        .toString('latin1')
        .replaceAll(/Severe|Moderate/g, (word) => 'x'.repeat(word.length));
      const planted = Buffer.from(words, 'latin1');
      if (kind === 'SC' || kind === 'SEG') planted.fill(0xff, planted.length - 4000, planted.length - 3000);
      await bench.site.archive.store(study, [{ sopInstanceUid, bytes: planted }]);
    }
    const found = await again();
    const warning = expect.stringMatching(/^result-uid-taken: /);
    expect(found.objects).toMatchObject(stored.objects.map(() => ({ warning })));
    const taken = placesIn(stored).flatMap(({ sopInstanceUid, seriesInstanceUid }) => [
      sopInstanceUid,
      seriesInstanceUid,
    ]);
    for (const { sopInstanceUid, seriesInstanceUid } of placesIn(found)) {
      expect(taken).not.toContain(sopInstanceUid);
      expect(taken).not.toContain(seriesInstanceUid);
    }
    expect(await bench.inStudy(study)).toHaveLength(10);
    // Found again under those, and not tripled.
    expect(placesIn(await again())).toEqual(placesIn(found));
    expect(await bench.inStudy(study)).toHaveLength(10);
  });
});

describe('every object made above', () => {
  test('is of each kind', () => expectOfEachKind(bench.left, { SR: 2, SC: 2, KO: 2, SEG: 4 }));

  test('is without errors to every validator', () => expectWithoutErrors(bench.left), 1_800_000);
});
