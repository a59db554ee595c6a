import { readConfig } from '../../config/config.ts';
import { ConfigError } from '../../config/config-error.ts';
import { fileEnvironment } from '../../config/environment.ts';
import { archiveOptions } from '../../dicomweb/open-archive.ts';
import { MisuseError, parseOptions, tellFault } from '../options/option-values.ts';
import { examinationTable, examinationText } from './examination-in-words.ts';
import { examineArchive } from './examine-archive.ts';

const USAGE = `usage: npm run -s cli -- doctor [--read-only] [--json | --table]

Whether the service can work with the archive that the settings name (.env or the environment), found out in less than a
minute: connection, certificate, credentials, QIDO-RS, WADO-RS, STOW-RS, UPS-RS. For that a study of its own is stored, a
report and a picture of the patient SPINEGRADE-TEST, read back by this program and by dicomweb-client, and taken away again
where the archive can do that. With WORKLIST_URL the worklist is asked for steps that wait, and its event channel is opened
and left, as AE SPINEGRADE-TEST. Nothing about a patient is printed.
  --read-only  nothing is stored or subscribed to, and what needs it is not tried
  --json       as JSON
  --table      as a table in Markdown

Exit code 0: it can. 1: it cannot, and what is missing. 2: misuse, or settings that cannot be used.
`;

/** `doctor`. */
export async function doctorCommand(args: string[]): Promise<number> {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const options = { 'read-only': flag, json: flag, table: flag };
    const { values } = parseOptions({ args, options });
    if (values.json && values.table) throw new MisuseError('--json and --table exclude each other');
    const config = readConfig(fileEnvironment());
    const examination = await examineArchive(archiveOptions(config), config.worklist, values['read-only']);
    const form = values.json
      ? `${JSON.stringify(examination, null, 2)}\n`
      : (values.table ? examinationTable : examinationText)(examination);
    process.stdout.write(form);
    return examination.works ? 0 : 1;
  } catch (fault) {
    if (!(fault instanceof ConfigError)) return tellFault('doctor', USAGE, fault);
    process.stderr.write(`doctor: ${fault.message}\n`);
    return 2;
  }
}
