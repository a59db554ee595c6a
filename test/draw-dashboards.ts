/**
 * Draws the dashboards from what a run of test/watched-run.test.ts answered, into PNG files of a folder:
 *   DASHBOARD_ANSWERS=answers.json npx vitest run test/watched-run.test.ts
 *   node test/draw-dashboards.ts answers.json FOLDER
 * Needs Debian's chromium (scripts/setup.sh viewer). The drawing is ours, not Grafana's.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { dashboards } from './support/dashboards.ts';
import { drawDashboard } from './support/draw-dashboard.ts';

const [answersFile, folder] = process.argv.slice(2);
if (answersFile === undefined || folder === undefined) {
  throw new Error('usage: node test/draw-dashboards.ts ANSWERS FOLDER');
}
const answers = JSON.parse(readFileSync(answersFile, 'utf8'));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({ viewport: { width: 1510, height: 900 } });
  for (const dashboard of dashboards()) {
    await page.setContent(drawDashboard(dashboard, answers));
    await page.screenshot({ path: join(folder, `${dashboard.uid}.png`), fullPage: true });
  }
} finally {
  await browser.close();
}
