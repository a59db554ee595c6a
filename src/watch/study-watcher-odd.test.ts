import { describe, expect, test } from 'vitest';
import { ArchiveError } from '../dicomweb/archive.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { A, B, hospital, MINUTE, OPEN_GATE } from './hospital.fixture.ts';
import { ODD_DATES_AT_MOST } from './list-studies.ts';

describe('studies of odd dates', () => {
  test.each([
    ['none', null],
    ['no date', '2024-03-10'],
    ['no day of the calendar', '20240231'],
    ['of before DICOM', '19800101'],
    ['of the far future', '21240310'],
  ])('StudyDate %s: found, though no window of days holds it', async (_, date) => {
    const world = hospital();
    world.dates.set(A, date);
    world.put(A, '1', 10);
    await world.run(10);
    expect(world.submitted).toEqual([{ study: A, why: 'complete', minute: 3 }]);
  });

  test('one that arrives later is found, and followed when more images come', async () => {
    const world = hospital();
    world.dates.set(A, null);
    await world.run(60, (minute) => {
      if (minute === 8) world.put(A, '1', 10);
      if (minute === 40) world.put(A, '1', 20);
    });
    expect(world.submitted).toEqual([
      { study: A, why: 'complete', minute: 15 },
      { study: A, why: 'complete', minute: 45 },
    ]);
    // While it was awaited, and once more when the query told its count.
    expect(world.looks).toHaveLength(2 * 5);
  });

  test('the past of the archive stays where it is', async () => {
    const world = hospital();
    for (const [index, date] of ['20240210', '20150101', '19950606'].entries()) {
      const study = `1.9.${index + 1}` as StudyInstanceUid;
      world.dates.set(study, date);
      world.put(study, '1', 10);
    }
    await world.run(20);
    expect(world.submitted).toEqual([]);
    expect(world.looks).toEqual([]);
  });

  test('asked for in the first poll and in every sixth, for a limited number, and not where all is listed anyway', async () => {
    const world = hospital();
    await world.run(11);
    expect(world.oddQueries).toHaveLength(2 * 3);
    const of = (studyDate: unknown) => ({ studyDate, atMost: ODD_DATES_AT_MOST });
    expect(world.oddQueries.slice(0, 3)).toEqual([
      of({ from: '19000101', to: '19891231' }),
      of({ from: '20240312', to: '29991231' }),
      of(null),
    ]);
    const all = hospital({ lookBackDays: null });
    await all.run(11);
    expect(all.oddQueries).toEqual([]);
  });

  test('a query that is cut off is told once', async () => {
    const world = hospital();
    for (let index = 0; index <= ODD_DATES_AT_MOST; index += 1) {
      const study = `1.9.${index + 1}` as StudyInstanceUid;
      world.dates.set(study, '20150101');
      world.put(study, '1', 1);
    }
    await world.run(15);
    expect(world.kinds().filter((kind) => kind === 'odd-dates-cut-off')).toHaveLength(1);
  });

  test('an archive that refuses the query loses no other study by it', async () => {
    const world = hospital();
    world.oddQueryFault = new ArchiveError('find studies: HTTP 400', { retryable: false, status: 400 });
    world.put(A, '1', 10);
    await world.run(8);
    expect(world.submitted).toHaveLength(1);
    expect(world.cursor).not.toBeNull();
    expect(world.kinds()).toContain('odd-dates-failed');
    expect(world.kinds()).not.toContain('poll-failed');
  });
});

describe('counts that cannot be true', () => {
  test('late images are noticed where the study-level count never changes; told once', async () => {
    const world = hospital();
    world.countsTold = 1;
    world.put(A, '1', 10);
    await world.run(30, (minute) => {
      if (minute === 20) world.put(A, '2', 5);
    });
    expect(world.submitted).toEqual([
      { study: A, why: 'complete', minute: 3 },
      { study: A, why: 'complete', minute: 23 },
    ]);
    expect(world.kinds().filter((kind) => kind === 'count-untrue')).toHaveLength(1);
  });

  test('images that arrive between the two questions are no untrue count', async () => {
    const world = hospital();
    let images = 10;
    world.put(A, '1', images);
    world.countsTold = images - 1;
    await world.run(20, (minute) => {
      if (minute > 9) {
        world.countsTold = true;
        return;
      }
      images += 1;
      world.put(A, '1', images);
      world.countsTold = images - 1;
    });
    expect(world.kinds()).not.toContain('count-untrue');
    expect(world.submitted).toHaveLength(1);
  });
});

describe('studies that end the process', () => {
  test('cut off three times, it is set aside and left alone, the others are not', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    world.put(B, '1', 10);
    await world.run(1);
    world.looksCutOff.set(A, 3);
    await world.run(60, (minute) => {
      if (minute === 30) world.put(A, '1', 20);
    });
    expect(world.submitted).toEqual([{ study: B, why: 'complete', minute: 5 }]);
    expect(world.events.filter(({ kind }) => kind === 'study-set-aside')).toEqual([
      { kind: 'study-set-aside', study: A },
    ]);
  });

  test('a suspect is looked at, and no suspect any more once the look was whole', async () => {
    const world = hospital();
    world.put(A, '1', 10);
    world.looksCutOff.set(A, 2);
    await world.run(5);
    expect(world.submitted).toHaveLength(1);
    expect(world.looksCutOff.size).toBe(0);
  });

  test('while another process looks at it, it waits; after the longest wait the queue has it', async () => {
    const world = hospital();
    world.lookedAtElsewhere = true;
    world.put(A, '1', 10);
    await world.run(40);
    expect(world.rolesAsked).toBe(0);
    expect(world.submitted).toEqual([{ study: A, why: 'longest-wait', minute: 30 }]);
  });
});

test('what failed for now is submitted again when the store says so', async () => {
  const world = hospital();
  world.put(A, '1', 10);
  await world.run(20, (minute) => {
    if (minute === 10) world.failedForNow = [A];
  });
  expect(world.submitted).toEqual([
    { study: A, why: 'complete', minute: 3 },
    { study: A, why: 'failed-for-now', minute: 12 },
  ]);
});

describe('an archive that is away', () => {
  test('is not polled until it answers, and at once when it does', async () => {
    const world = hospital();
    const fault = new ArchiveError('ECONNREFUSED', { retryable: true, code: 'archive-unreachable' });
    world.put(A, '1', 10);
    let away = false;
    world.gate = {
      get closed() {
        return away ? 'archive-unreachable' : null;
      },
      async isAway() {
        away = world.archiveFault !== null;
        return away;
      },
      async opened() {
        if (!away) return;
        world.elapsedMs += 5 * MINUTE;
        away = false;
        world.archiveFault = null;
      },
    };
    await world.run(20, (minute) => {
      if (minute === 2) world.archiveFault = fault;
    });
    expect(world.kinds().filter((kind) => kind === 'poll-failed')).toHaveLength(1);
    expect(world.submitted).toEqual([{ study: A, why: 'complete', minute: 7 }]);
  });

  test('that goes away in the middle of a poll is asked after no further study, and no day is left out', async () => {
    const world = hospital({ concurrency: 1 });
    const fault = new ArchiveError('ECONNREFUSED', { retryable: true, code: 'archive-unreachable' });
    for (let index = 1; index <= 20; index += 1) {
      const study = `1.9.${index}` as StudyInstanceUid;
      world.put(study, '1', 1);
      world.seriesFault.set(study, fault);
    }
    let away = false;
    world.gate = {
      ...OPEN_GATE,
      get closed() {
        return away ? ('archive-unreachable' as const) : null;
      },
      async isAway() {
        away = true;
        return true;
      },
      async opened() {
        if (!away) return;
        away = false;
        world.seriesFault.clear();
      },
    };
    await world.run(0);
    expect(world.looks).toHaveLength(1 + 20);
    expect(world.events.filter(({ kind }) => kind === 'study-failed')).toHaveLength(1);
  });
});
