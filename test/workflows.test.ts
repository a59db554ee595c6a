import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly Step[]; readonly 'timeout-minutes': number }>
  >;
}

const project = fileURLToPath(new URL('..', import.meta.url));
const folder = join(project, '.github/workflows');
const workflows = readdirSync(folder).map((file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  return [file, load(text) as Workflow, text] as const;
});

test.each(workflows)(
  '%s runs actions by commit alone, with no right that is not named',
  (_, workflow, text) => {
    const used = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
    expect(used.length).toBeGreaterThan(0);
    for (const each of used) expect(each).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    expect(text.match(/uses: .*@[0-9a-f]{40} # v\d+\.\d+\.\d+$/gm)).toHaveLength(used.length);
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const job of Object.values(workflow.jobs)) expect(job['timeout-minutes']).toBeLessThanOrEqual(90);
  },
);

test.each(workflows)('%s puts nothing that others wrote into a shell', (_, workflow) => {
  const scripts = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  for (const script of scripts)
    expect(script).not.toMatch(/\$\{\{\s*(?:github\.(?:event|head_ref|ref)|inputs|vars|secrets)/);
});

test('a release is built of the base that the Dockerfile names', () => {
  const dockerfile = readFileSync(join(project, 'Dockerfile'), 'utf8');
  const base = (name: string) => new RegExp(`^ARG ${name}_IMAGE=(.*)$`, 'm').exec(dockerfile)![1];
  const { env } = load(readFileSync(join(folder, 'release.yml'), 'utf8')) as { env: Record<string, string> };
  expect([env['NODE_BASE'], env['PYTHON_BASE']]).toEqual([base('NODE'), base('PYTHON')]);
});
