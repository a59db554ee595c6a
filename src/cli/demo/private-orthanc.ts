import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './orthanc/free-port.ts';
import type { PrivateOrthanc, PrivateOrthancOptions } from './orthanc/private-orthanc-options.ts';
import { startOnPort } from './orthanc/start-on-port.ts';
import { INSTALL_HINT, PortTaken } from './orthanc/until-ready.ts';

const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';
const PORT_ATTEMPTS = 5;

/**
 * Starts a real Orthanc with the DICOMweb plugin for this process alone, and waits until it answers. HTTP on
 * loopback only (Orthanc 1.10 binds every address but is told to refuse remote peers), no DICOM listener.
 * @throws Error in one line: not installed, did not start, or no free port.
 */
export async function startPrivateOrthanc(options: PrivateOrthancOptions = {}): Promise<PrivateOrthanc> {
  const plugin = options.plugin ?? PLUGIN;
  await access(plugin).catch(() => {
    throw new Error(`Orthanc's DICOMweb plugin was not found: ${INSTALL_HINT}`);
  });
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'orthanc-')));
  const temporary = options.folder === undefined;
  try {
    for (let attempt = 1; ; attempt += 1) {
      const port = options.port ?? (await freePort());
      try {
        return await startOnPort(port, folder, plugin, temporary, options);
      } catch (error) {
        const again = error instanceof PortTaken && options.port === undefined && attempt < PORT_ATTEMPTS;
        if (!again) throw error;
      }
    }
  } catch (error) {
    if (temporary) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
