import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LEVELS } from '../domain/level.ts';
import { LEVEL_TARGETS, targetKey } from '../domain/target.ts';
import { phantomDicom } from '../phantom/phantom-dicom.ts';
import { phantomStudy } from '../phantom/phantom-study.ts';

const USAGE = `usage: npm run -s cli -- phantom --out DIR [--studies N] [--seed S] [--study-date YYYYMMDD]

Synthetic lumbar MRI studies, one folder a study, as DICOM files, with train.csv (the grades they were made with,
in the challenge's columns). The same seed gives the same bytes.
`;

/** `cli phantom`: exit code 0, or 2 on misuse. */
export async function phantomCommand(args: string[]): Promise<number> {
  let out: string | undefined;
  let [studies, seed, studyDate] = [1, 1, '20240101'];
  try {
    const { values } = parseArgs({
      args,
      options: {
        out: { type: 'string' },
        studies: { type: 'string', default: '1' },
        seed: { type: 'string', default: '1' },
        'study-date': { type: 'string', default: '20240101' },
      },
    });
    out = values.out;
    [studies, seed, studyDate] = [Number(values.studies), Number(values.seed), values['study-date']];
  } catch (cause) {
    process.stderr.write(`phantom: ${(cause as Error).message}\n`);
  }
  if (
    !out ||
    !Number.isInteger(studies) ||
    studies < 1 ||
    !Number.isSafeInteger(seed) ||
    !/^\d{8}$/.test(studyDate)
  ) {
    process.stderr.write(USAGE);
    return 2;
  }
  await mkdir(out, { recursive: true });
  const columns = LEVELS.flatMap((level) => LEVEL_TARGETS.map((target) => targetKey({ ...target, level })));
  const rows = [['study_id', ...columns].join(',')];
  for (let i = 0; i < studies; i++) {
    const study = phantomStudy(seed + i, { family: 'demo', contrast: 'physical' });
    const folder = join(out, String(seed + i));
    await mkdir(folder, { recursive: true });
    for (const { role, instanceNumber, bytes } of phantomDicom(study, { studyDate, studyTime: '080000' })) {
      await writeFile(join(folder, `${role}-${String(instanceNumber).padStart(3, '0')}.dcm`), bytes);
    }
    rows.push([seed + i, ...columns.map((column) => study.truth.grades[column])].join(','));
  }
  await writeFile(join(out, 'train.csv'), `${rows.join('\n')}\n`);
  return 0;
}
