import { readFileSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The order of test files: project by project, as the configuration has them, so that workers change projects once; of a
 * project those first that may take longest, so that no worker is left alone with one at the end. How long a file may
 * take is the longest time in milliseconds that it names; among equals the longer text goes first.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { projects } = this.ctx;
    return files
      .map((file) => {
        const text = readFileSync(file.moduleId, 'utf8');
        return {
          file,
          project: projects.indexOf(file.project),
          timeMs: longestTimeMs(text),
          length: text.length,
        };
      })
      .sort((a, b) => a.project - b.project || b.timeMs - a.timeMs || b.length - a.length)
      .map(({ file }) => file);
  }
}

/** Times as they are written here: `120_000`. */
function longestTimeMs(text: string): number {
  const times = text.match(/\b\d{2,3}_000\b/g) ?? [];
  return Math.max(0, ...times.map((time) => Number(time.replace('_', ''))));
}
