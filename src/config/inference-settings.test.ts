import { expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { ConfigError } from './config-error.ts';

const INFERENCE_URL = 'https://triton.example:8443/team-a/';

const inferenceOf = (env: Record<string, string>) =>
  readConfig({ PACS_URL: 'http://pacs/dicom-web', ...env }).model.inference;

test('networks run in the process unless a server is named', () => {
  expect(inferenceOf({})).toBeNull();
  expect(inferenceOf({ INFERENCE_URL: '' })).toBeNull();
});

test('a server, which networks are which of its models, and which stay here', () => {
  const settings = inferenceOf({
    INFERENCE_URL,
    INFERENCE_AUTHORIZATION: 'Bearer abc',
    INFERENCE_MODELS: 'localiser.onnx=spine, canary/classifier.onnx=spine-b:3,axial.onnx=in-process',
  })!;
  expect(settings).toMatchObject({ url: 'https://triton.example:8443/team-a', ca: null, timeoutMs: 60_000 });
  expect([...settings.models]).toEqual([
    ['localiser.onnx', { model: 'spine', version: null }],
    ['canary/classifier.onnx', { model: 'spine-b', version: '3' }],
    ['axial.onnx', null],
  ]);
  expect(JSON.stringify(settings)).not.toContain('abc');
  expect(settings.authorization!.reveal()).toBe('Bearer abc');
});

test.each<[Record<string, string>, string]>([
  [{ INFERENCE_URL: 'triton:8000' }, 'INFERENCE_URL must be an http or https URL'],
  [{ INFERENCE_URL: 'https://me:secret@triton' }, 'INFERENCE_URL must not hold credentials'],
  [{ INFERENCE_URL: 'https://triton/?a=b' }, 'INFERENCE_URL must end with the path'],
  [{ INFERENCE_MODELS: 'a.onnx=b' }, 'INFERENCE_MODELS is set without INFERENCE_URL'],
  [{ INFERENCE_AUTHORIZATION: 'Bearer secret' }, 'INFERENCE_AUTHORIZATION is set without INFERENCE_URL'],
  [{ INFERENCE_URL, INFERENCE_AUTHORIZATION: 'secret' }, 'INFERENCE_AUTHORIZATION must be a scheme'],
  [{ INFERENCE_URL, INFERENCE_MODELS: 'a.onnx' }, '"a.onnx" does not fit'],
  [{ INFERENCE_URL, INFERENCE_MODELS: 'a.onnx=b,a.onnx=c' }, '"a.onnx=c" does not fit'],
  [{ INFERENCE_URL, INFERENCE_MODELS: 'a.onnx=b/c' }, '"a.onnx=b/c" does not fit'],
  [{ INFERENCE_URL, INFERENCE_TIMEOUT_MS: '5' }, 'INFERENCE_TIMEOUT_MS must be'],
])('%j is refused without repeating a secret', (env, words) => {
  let said = '';
  try {
    inferenceOf(env);
  } catch (error) {
    said = (error as ConfigError).problems.join('\n');
    expect(error).toBeInstanceOf(ConfigError);
  }
  expect(said).toContain(words);
  expect(said).not.toContain('secret');
});
