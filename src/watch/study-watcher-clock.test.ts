import fc from 'fast-check';
import { expect, test } from 'vitest';
import { A, hospital, MINUTE, SETTINGS } from './hospital.fixture.ts';

const QUIET_MINUTES = SETTINGS.quietMs / MINUTE;
const LONGEST_WAIT_MINUTES = SETTINGS.longestWaitMs / MINUTE;
const DAY_MINUTES = 24 * 60;

test('a clock set forward by a day submits nothing that still arrives', async () => {
  const world = hospital();
  world.put(A, '1', 60);
  await world.run(10, (minute) => {
    if (minute === 1) world.nowMs += DAY_MINUTES * MINUTE;
    if (minute === 2) world.put(A, '1', 77);
  });
  expect(world.submitted).toEqual([{ study: A, why: 'complete', minute: 5 }]);
});

test('a clock set back by a year holds nothing up', async () => {
  const world = hospital();
  world.put(A, '1', 60);
  await world.run(10, (minute) => {
    if (minute === 1) world.nowMs -= 365 * DAY_MINUTES * MINUTE;
  });
  expect(world.submitted).toEqual([{ study: A, why: 'complete', minute: 3 }]);
});

test('the time when nobody watched is neither quiet nor waited, however long it was', async () => {
  const world = hospital();
  world.put(A, '1', 60);
  await world.run(1);
  world.nowMs += 30 * DAY_MINUTES * MINUTE;
  const restartedAt = world.elapsedMs / MINUTE;
  await world.run(5);
  expect(world.submitted).toEqual([{ study: A, why: 'complete', minute: restartedAt + QUIET_MINUTES }]);
});

test('a watcher that is restarted again and again hands a study over after the longest wait', async () => {
  const world = hospital();
  world.roles = false;
  world.put(A, '1', 60);
  for (let start = 0; start < 20 && world.submitted.length === 0; start += 1) await world.run(4);
  // Of each run of four minutes the last two may not be saved, and the fifth is not watched.
  expect(world.submitted).toEqual([{ study: A, why: 'longest-wait', minute: expect.any(Number) }]);
  expect(world.submitted[0]!.minute).toBeGreaterThanOrEqual(LONGEST_WAIT_MINUTES);
});

test('whatever the clock on the wall does: never before the quiet time or the longest wait, and always in the end', async () => {
  const jumps = fc.array(
    fc.record({
      minute: fc.integer({ min: 1, max: 90 }),
      days: fc.oneof(fc.constantFrom(-400, -1, 1, 400), fc.double({ min: -3, max: 3, noNaN: true })),
    }),
    { maxLength: 6 },
  );
  const arrivals = fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(jumps, arrivals, fc.boolean(), async (jumped, arrived, roles) => {
      const world = hospital();
      world.roles = roles;
      world.put(A, '1', 1);
      let [images, changedAt] = [1, 0];
      const changes = [0];
      await world.run(90 + LONGEST_WAIT_MINUTES + 1, (minute) => {
        for (const { days } of jumped.filter((jump) => jump.minute === minute)) {
          world.nowMs += Math.round(days * DAY_MINUTES * MINUTE);
        }
        if (!arrived.includes(minute)) return;
        images += 1;
        changes.push(minute);
        world.put(A, '1', images);
      });
      for (const [index, { why, minute }] of world.submitted.entries()) {
        changedAt = changes.findLast((change) => change <= minute)!;
        const before = world.submitted[index - 1]?.minute ?? -1;
        const waitingSince = index === 0 ? 0 : changes.find((change) => change > before)!;
        if (why === 'complete') expect(minute - changedAt).toBeGreaterThanOrEqual(QUIET_MINUTES);
        else expect(minute - waitingSince).toBeGreaterThanOrEqual(LONGEST_WAIT_MINUTES);
      }
      const last = world.saved.get(A);
      expect(last?.submittedFingerprint).toBe(last?.fingerprint);
    }),
    { numRuns: 100 },
  );
});

test('a cursor that a clock in the future wrote loses no day', async () => {
  const world = hospital({ pollIntervalMs: DAY_MINUTES * MINUTE });
  world.nowMs += 365 * DAY_MINUTES * MINUTE;
  await world.run(0);
  expect(world.cursor!.getUTCFullYear()).toBe(2025);
  world.nowMs -= 365 * DAY_MINUTES * MINUTE;
  world.windows.length = 0;
  await world.run(0);
  // One day on: looked back as far as the first poll ever does.
  expect(world.windows).toEqual([{ from: '20240303', to: '20240312' }]);
});

test('a clock set forward while it runs leaves no day out of the windows that follow', async () => {
  const world = hospital();
  await world.run(3, (minute) => {
    if (minute === 2) world.nowMs += 365 * DAY_MINUTES * MINUTE;
  });
  expect(world.windows.at(-1)).toMatchObject({ from: '20240307' });
});
