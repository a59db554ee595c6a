import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const DESCRIPTIONS_FILE = 'train_series_descriptions.csv';

/** Series number → description, from the challenge's table in the folder or in one of the two above it. */
export async function readDescriptions(folder: string): Promise<ReadonlyMap<string, string>> {
  for (const place of [folder, dirname(folder), dirname(dirname(folder))]) {
    const text = await readFile(join(place, DESCRIPTIONS_FILE), 'utf8').catch(() => null);
    if (text === null) continue;
    const rows = text
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(','));
    return new Map(
      rows.flatMap(([, seriesId, description]) => (seriesId && description ? [[seriesId, description]] : [])),
    );
  }
  return new Map();
}
