import { createRequire } from 'node:module';
import type dcmjs from 'dcmjs';

const require = createRequire(import.meta.url);

let loaded: typeof dcmjs | null = null;

/**
 * dcmjs, loaded when it is first needed: 11 MB, and 45 ms that hold up the event loop. A process that only takes studies in
 * never needs it.
 */
export function loadDcmjs(): typeof dcmjs {
  if (loaded === null) {
    loaded = require('dcmjs') as typeof dcmjs;
    // It logs attribute values, which are patient data.
    loaded.log.setLevel('silent', false);
  }
  return loaded;
}

/** The data dictionary by keyword (PS3.6 chapter 6). */
export const dataDictionary = () => loadDcmjs().data.DicomMetaDictionary.nameMap;
