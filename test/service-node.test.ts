import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const project = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(`${project}${path}`, 'utf8');
const asService = `${project}scripts/service-node.sh`;

/** Flags of Node, what malloc is told, and where compiled code is kept, of a process that is started as the service is. */
function told(): { flags: string[]; arenas: string; compiled: string } {
  const program =
    'const { MALLOC_ARENA_MAX: arenas, NODE_COMPILE_CACHE: compiled } = process.env; console.log(JSON.stringify({ flags: process.execArgv, arenas, compiled }))';
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
  return JSON.parse(execFileSync('sh', [asService, '-e', program], { env, encoding: 'utf8' }));
}

test('the image starts Node as npm start does', () => {
  const { flags, arenas, compiled } = told();
  expect(flags.slice(0, -2)).toEqual([
    expect.stringMatching(/^--min-semi-space-size=\d+$/),
    expect.stringMatching(/^--max-semi-space-size=\d+$/),
  ]);
  const dockerfile = read('Dockerfile');
  const entrypoint = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)![1]!) as string[];
  expect(entrypoint).toEqual(['node', ...flags.slice(0, -2)]);
  expect(/\bMALLOC_ARENA_MAX=(\d+)/.exec(dockerfile)![1]).toBe(arenas);
  expect(/\bNODE_COMPILE_CACHE=(\S+)/.exec(dockerfile)![1]).toBe(
    resolve('/app', relative(project, compiled)),
  );
});

test('npm start and npm run bench start it by that script alone', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const name of ['start', 'bench']) expect(scripts[name]).toContain('sh scripts/service-node.sh ');
  const others = Object.values(scripts).join('\n') + read('src/cli/demo/service-process.ts');
  expect(others).not.toMatch(/semi-space-size|MALLOC_ARENA_MAX/);
});

test('what was compiled once is read at the next start, beside the packages and nowhere else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'compiled-'));
  mkdirSync(join(folder, 'node_modules'));
  cpSync(asService, join(folder, 'scripts/service-node.sh'));
  const start = () => {
    const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
    const program = `import '${project}src/domain/catalogue.ts'; console.log(process.execPath)`;
    const given = ['scripts/service-node.sh', '--input-type=module', '-e', program];
    execFileSync('sh', given, { cwd: folder, env, encoding: 'utf8' });
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      lstatSync(join(folder, file)).isFile(),
    );
  };
  try {
    const written = start();
    expect(written.filter((file) => file.startsWith('node_modules/.cache/compiled/')).length).toBe(
      written.length - 1,
    );
    expect(written.length).toBeGreaterThan(1);
    expect(start()).toEqual(written);
    rmSync(join(folder, 'node_modules'), { recursive: true });
    writeFileSync(join(folder, 'node_modules'), 'no folder');
    expect(start()).toHaveLength(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the process is Node itself, so that signals reach it', () => {
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
  const { stdout } = spawnSync('sh', ['-c', `echo $$; exec sh ${asService} -p process.pid`], {
    env,
    encoding: 'utf8',
  });
  const [shell, node] = stdout.trim().split('\n');
  expect(node).toBe(shell);
});

test('the Node of the image is the one that the project is tested with', () => {
  const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: { node: string } };
  expect(/^ARG NODE_IMAGE=node:([\d.]+)-/m.exec(read('Dockerfile'))![1]).toBe(devDependencies.node);
  expect(/NODE_IMAGE:-node:([\d.]+)-/.exec(read('compose.yaml'))![1]).toBe(devDependencies.node);
});
