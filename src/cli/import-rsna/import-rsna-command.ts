import { MisuseError, parseOptions, tellFault } from '../options/option-values.ts';
import { ImportError } from './import-error.ts';
import { importRsna } from './import-rsna.ts';

const USAGE = `usage: import-rsna FOLDER --out FOLDER [--study-date YYYYMMDD]

Turns studies of the RSNA 2024 Lumbar Spine Degenerative Classification challenge into conforming DICOM.
FOLDER   holds <study>/<series>/<instance>.dcm, or is one such study.
--out    receives <study>/<series>/<instance>.dcm and import.json, which maps the challenge's numbers to UIDs.
`;

/**
 * The import-rsna command.
 * @param args what follows the command's name.
 * @returns the exit code: 0 done, 1 the folder cannot be imported, 2 misuse.
 */
export async function importRsnaCommand(args: readonly string[]): Promise<number> {
  try {
    const options = { out: { type: 'string' }, 'study-date': { type: 'string' } } as const;
    const { values, positionals } = parseOptions({ args: [...args], options, allowPositionals: true });
    const { out, 'study-date': studyDate } = values;
    const [folder, ...rest] = positionals;
    if (folder === undefined || rest.length > 0) throw new MisuseError('name one folder');
    if (out === undefined) throw new MisuseError('--out is missing');
    const { studies } = await importRsna(folder, out, studyDate === undefined ? {} : { studyDate });
    for (const { studyId, studyInstanceUid, series } of studies) {
      const images = series.reduce((sum, { instances }) => sum + Object.keys(instances).length, 0);
      console.log(
        `${studyId}: ${series.length} series, ${images} images, StudyInstanceUID ${studyInstanceUid}`,
      );
    }
    return 0;
  } catch (fault) {
    return tellFault('import-rsna', USAGE, fault, ImportError);
  }
}
