import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { LISTED, pageBench } from './support/page-bench.ts';
import { type Seeded, seedAnalyses } from './support/seed-analyses.ts';
import { PATIENCE_MS } from './support/service-client.ts';

vi.setConfig({ testTimeout: 2 * PATIENCE_MS });

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const bench = pageBench('keys');
let seeded: Seeded;
beforeAll(async () => {
  seeded = await seedAnalyses(bench.api, bench.database);
}, 120_000);

/** A window in which nobody has signed in; what its policy refused, its scripts threw and it asked of others is kept. */
async function opened(options: Parameters<typeof bench.window>[0] = {}) {
  const context = await bench.window({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('console', (message) => {
    const text = message.text();
    if (/Content Security Policy|Refused/.test(text)) wrong.push(text);
  });
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('request', (asked) => {
    const url = asked.url();
    if (!url.startsWith(bench.url) && !url.startsWith('data:')) wrong.push(`asked ${url}`);
  });
  toClose.push(() => context.close());
  return { page, wrong };
}
const toClose: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

async function signIn(page: Page, who = 1): Promise<void> {
  await page.goto('/page/sign-in');
  await page.getByLabel('API key').fill(LISTED[who]!.token);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Analyses', level: 1 }).waitFor();
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe-core has against a page; its script is put in by the debugger, past the page's policy. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const found = (await page.evaluate(
    'axe.run(document).then(({ violations }) => violations)',
  )) as Violation[];
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
  );
}

const LOOKS = [
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
  // Both schemes and both widths; neither depends on the other.
  ['phone, dark', { colorScheme: 'dark', viewport: { width: 390, height: 844 } }],
] as const;

describe.each(LOOKS)(
  '%s: axe-core finds nothing, no page is wider than the window, nothing is refused',
  (_, look) => {
    test('every page', async () => {
      const { page, wrong } = await opened(look);
      const held = async (url: string) => {
        await page.goto(url);
        expect([url, await violations(page)]).toEqual([url, []]);
        const [wide, room] = (await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')) as [
          number,
          number,
        ];
        expect([url, wide <= room]).toEqual([url, true]);
      };
      await held('/page/sign-in');
      await signIn(page);
      const region = 'condition=neural_foraminal_narrowing&level=L3/L4&side=right';
      for (const url of [
        ...['/', '/?state=failed&priority=stat', '/?cursor=x'],
        ...Object.values(seeded).map((id) => `/page/analyses/${id}`),
        ...[
          `/page/analyses/${seeded.stored}?${region}`,
          `/page/analyses/${seeded.stored}?measured=L4/L5&plane=axial&outlines=true`,
          '/page/dead-letters',
          '/page/deliveries',
          '/page/nowhere',
        ],
      ]) {
        await held(url);
      }
      expect(wrong).toEqual([]);
    });
  },
);

test('the contract is shown at /docs by what is served here alone', async () => {
  for (const [, look] of LOOKS) {
    const { page, wrong } = await opened(look);
    await page.goto('/docs');
    await page.getByText('Ask for the analysis of a study').first().click();
    await page.getByRole('button', { name: 'Execute' }).first().waitFor();
    expect(wrong).toEqual([]);
    const [wide, room] = (await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')) as [
      number,
      number,
    ];
    expect(wide).toBeLessThanOrEqual(room);
  }
});

test('the list takes in by itself what comes in, and leaves the focus where it is', async () => {
  const { page, wrong } = await opened();
  await signIn(page);
  const link = page.locator(`a[href="/page/analyses/${seeded.stored}"]`);
  await link.focus();
  const study = `2.25.${Date.now()}`;
  const { id } = await bench.api.queue.submit(study as never, 'watch');
  await page.locator(`a[href="/page/analyses/${id}"]`).waitFor();
  expect(
    await link.evaluate(
      (element) =>
        element === (globalThis as never as { document: { activeElement: unknown } }).document.activeElement,
    ),
  ).toBe(true);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText(/^Paused/).waitFor();
  expect(wrong).toEqual([]);
});

test('an analysis is cancelled, retried and acknowledged by the keyboard alone', async () => {
  const { page } = await opened();
  await signIn(page);
  await page.goto(`/page/analyses/${seeded.queued}`);
  await page.getByRole('button', { name: 'Cancel' }).focus();
  await page.keyboard.press('Enter');
  await page
    .getByRole('status')
    .getByText(/^Cancelled/)
    .waitFor();
  await page.locator('.head .badge.cancelled').waitFor();
  expect((await bench.api.queue.find(seeded.queued))?.state).toBe('cancelled');
  await page.goto('/page/dead-letters');
  await page.getByRole('button', { name: 'Acknowledge' }).first().focus();
  await page.keyboard.press('Enter');
  await page.getByText('Nothing that nobody has looked at.').waitFor();
  expect((await bench.api.queue.find(seeded.failed))?.acknowledgedAt).toBeInstanceOf(Date);
  await page.goto(`/page/analyses/${seeded.ineligible}`);
  await page.getByRole('button', { name: 'Retry' }).click();
  await page
    .getByRole('status')
    .getByText(/^Asked for again/)
    .waitFor();
  expect(await page.locator('.revisions li').count()).toBe(2);
});

test('who may only read has no buttons that steer', async () => {
  const { page } = await opened();
  await signIn(page, 0);
  for (const url of ['/', `/page/analyses/${seeded.failed}`, '/page/dead-letters?acknowledged=true']) {
    await page.goto(url);
    expect(await page.locator('form[action^="/page/analyses"]').count()).toBe(0);
  }
});

describe('a finding', () => {
  const cell = (page: Page, name: RegExp) => page.getByRole('link', { name });

  test('shows its image in place, by keyboard, with all that is said of it', async () => {
    const { page, wrong } = await opened();
    await signIn(page);
    await page.goto(`/page/analyses/${seeded.stored}`);
    await cell(page, /Moderate.*uncertain/).focus();
    await page.keyboard.press('Enter');
    const region = page.locator('#region');
    await region.getByText('Uncertain, read with care: the model is not sure of the grade.').waitFor();
    const image = region.getByRole('img', {
      name: /^Image behind the finding at L3\/L4, spinal canal stenosis/,
    });
    await expect
      .poll(() => image.evaluate((element) => (element as never as { naturalWidth: number }).naturalWidth), {
        timeout: PATIENCE_MS,
      })
      .toBeGreaterThan(100);
    expect(new URL(page.url()).search).toBe('?condition=spinal_canal_stenosis&level=L3%2FL4');
    expect(wrong).toEqual([]);
  });

  test('whose image is not there says so in words', async () => {
    const { page } = await opened();
    await signIn(page);
    await page.goto(`/page/analyses/${seeded.stored}`);
    await cell(page, /^Normal\/Mild/)
      .first()
      .click();
    await page.getByText('The image cannot be shown').waitFor();
  });

  test('is shown without script too', async () => {
    const { page } = await opened({ javaScriptEnabled: false });
    await page.goto('/page/sign-in');
    await page.getByLabel('API key').fill(LISTED[1]!.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator(`a[href="/page/analyses/${seeded.stored}"]`).click();
    await cell(page, /^Severe/)
      .first()
      .click();
    await page.getByRole('heading', { name: 'L3/L4 · Neural foraminal narrowing, right' }).waitFor();
  });
});

describe('a length', () => {
  test('shows its slice in place, with outlines where they are switched on', async () => {
    const { page, wrong } = await opened();
    await signIn(page);
    await page.goto(`/page/analyses/${seeded.stored}`);
    const row = page.getByRole('row', { name: /^L4\/L5/ }).filter({ hasText: 'mm²' });
    await row
      .getByRole('link', { name: /Show its sagittal slice/ })
      .first()
      .click();
    const panel = page.locator('#measured');
    const image = panel.getByRole('img', {
      name: 'The sagittal slice on which L4/L5 was measured, with what was measured',
    });
    await image.waitFor();
    expect(await image.getAttribute('src')).toContain('outlines=false');
    await panel.getByRole('link', { name: 'Show outlines' }).click();
    await panel.getByRole('link', { name: 'Hide outlines' }).waitFor();
    expect(await panel.getByRole('img').getAttribute('src')).toContain('outlines=true');
    expect(new URL(page.url()).search).toBe('?measured=L4%2FL5&plane=sagittal&outlines=true');
    // What could not be measured says why, by its code and in words.
    await page
      .getByRole('row', { name: /^L5\/S1/ })
      .getByText('not-outlined')
      .waitFor();
    await page.getByText('What would be measured was not made out on the slice').waitFor();
    expect(wrong).toEqual([]);
  });

  test('of an address that names no slice is refused', async () => {
    const { page } = await opened();
    await signIn(page);
    const answer = await page.goto(`/page/analyses/${seeded.stored}?measured=L9/S1&plane=axial`);
    expect(answer!.status()).toBe(400);
  });
});

test('a running analysis is followed to its end', async () => {
  const { page, wrong } = await opened();
  await signIn(page);
  await page.goto(`/page/analyses/${seeded.running}`);
  await page.getByText('Under way: grade').waitFor();
  await bench.api.queue.steering.cancel(seeded.running);
  await page.locator('.head .badge.cancelled').waitFor();
  expect(await page.locator('[data-open]').count()).toBe(0);
  expect(wrong).toEqual([]);
});

test('what is away is told, and that work resumes by itself', async () => {
  const { page } = await opened();
  bench.at.checks = { ...bench.at.checks, archive: { ok: false, detail: 'the archive does not answer' } };
  await signIn(page);
  await page.getByText('Archive: the archive does not answer').waitFor();
  bench.at.checks = { ...bench.at.checks, archive: { ok: true, detail: null } };
});

test('whatever stands in a note stays text', async () => {
  const { page, wrong } = await opened();
  const note = `<img src=x onerror=alert(1)> " ' & </p><script>alert(2)</script>`;
  const request = { priority: 'stat' as const, force: false, note, series: {} };
  const { id } = await bench.api.queue.submit('2.25.471100' as never, 'api', { request });
  await signIn(page);
  for (const url of ['/', `/page/analyses/${id}`]) {
    await page.goto(url);
    await page.getByText(note).first().waitFor();
  }
  expect(wrong).toEqual([]);
});
