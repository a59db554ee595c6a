import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CATALOGUE, type CatalogueEntry } from '../src/domain/catalogue.ts';
import { SERIES_CODES } from '../src/domain/series-codes.ts';

const SRC = fileURLToPath(new URL('../src', import.meta.url));
const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$|http\/contract\.ts$/.test(file))
  .map((file) => ({ file, text: readFileSync(`${SRC}/${file}`, 'utf8') }));

/** Errors that need no code, and why. */
const WITHOUT_CODE = {
  ApiKeyError: 'of a command, told in words',
  ClientGoneError: 'there is nobody to tell',
  CodecError: 'becomes an ImagingError, which names the image',
  ComparisonError: 'of a command, told in words',
  CsvError: 'of a command, told in words',
  ForbiddenAddressError: 'becomes what a delivery failed of',
  ImportError: 'of a command, told in words',
  Misuse: 'of a command, told in words',
  MisuseError: 'of a command, told in words',
  NotActingError: 'another watcher acts, which is no fault; this one stands by within seconds',
  PackSourceError: 'of a command, told in words',
  PortTaken: 'of the demonstration, which takes another port',
  ShadowSourceError: 'of a command, told in words',
  SliceError: 'evaluating and training on pictures: told on the command line',
};

test('every error of the service is a Fault, or carries a code, or is known to need none', () => {
  const plain = FILES.flatMap(({ text }) =>
    [...text.matchAll(/class (\w+) extends Error \{([^}]*)/g)]
      .filter(([, , body]) => !/readonly code/.test(body!))
      .map(([, name]) => name!),
  );
  expect(plain.sort()).toEqual(Object.keys(WITHOUT_CODE).sort());
});

test('nobody asks an error of others whether a retry can help, or writes that on it', () => {
  const asking = FILES.filter(({ text }) => /'retryable' in|assign\([^)]*retryable/.test(text));
  expect(asking.map(({ file }) => file)).toEqual([]);
});

/** Where a code is made of a role. */
const BY_ROLE = /^(no|without)-(sagittal-t1|sagittal-t2|axial-t2)$/;

test('every code of the catalogue is used, outside the catalogue and the sentences', () => {
  const used = FILES.filter(({ file }) => !file.startsWith('domain/'))
    .map(({ text }) => text)
    .join('\n');
  const unused = Object.keys(CATALOGUE)
    .filter((code) => !BY_ROLE.test(code) && !used.includes(`'${code}'`))
    // Refusals by the status of express or of routes to come.
    .filter((code) => CATALOGUE[code as keyof typeof CATALOGUE].kind !== 'refusal');
  expect(unused).toEqual([]);
});

test('what is said of a series has codes of one kind', () => {
  for (const code of Object.keys(SERIES_CODES)) {
    const { kind }: CatalogueEntry = CATALOGUE[code as keyof typeof SERIES_CODES];
    expect(kind).toBe('series');
  }
});
