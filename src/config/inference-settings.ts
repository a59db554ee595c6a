import type { InferenceServerOptions, ModelAddress } from '../inference/network/remote/inference-options.ts';
import { HOUR, MINUTE, SECOND } from './duration.ts';
import { serverRoot } from './server-root.ts';
import type { SettingReader } from './setting.ts';

/** An inference server, and which networks run on it. */
export interface InferenceSettings extends InferenceServerOptions {
  /**
   * By file of MODEL_PACK, or `canary/` or `shadow/` and the file: the model that it is there; null: it runs in this process.
   * Networks that are not named run there by the name that modelName gives them.
   */
  readonly models: ReadonlyMap<string, ModelAddress | null>;
}

/** In the place of a model: the network stays in this process. */
const IN_PROCESS = 'in-process';

/** Null: every network runs in this process. */
export function inferenceSettings(settings: SettingReader): InferenceSettings | null {
  const url = serverRoot(settings, 'INFERENCE_URL', {
    such: 'such as https://triton.example:8000',
    otherwise: 'INFERENCE_AUTHORIZATION',
  });
  const authorization = settings.secret('INFERENCE_AUTHORIZATION');
  const ca = settings.secret('INFERENCE_CA');
  const listed = settings.text('INFERENCE_MODELS', null);
  const timeoutMs = settings.integer('INFERENCE_TIMEOUT_MS', MINUTE, SECOND, HOUR);
  if (url === null) {
    const others = { INFERENCE_AUTHORIZATION: authorization, INFERENCE_CA: ca, INFERENCE_MODELS: listed };
    for (const [name, value] of Object.entries(others)) {
      if (value !== null) settings.problems.push(`${name} is set without INFERENCE_URL`);
    }
    return null;
  }
  const header = authorization?.reveal();
  if (header !== undefined && !/^[A-Za-z]+ [\x21-\x7E]+$/.test(header)) {
    settings.problems.push(
      'INFERENCE_AUTHORIZATION must be a scheme and its credentials, such as Bearer abc',
    );
  }
  const models = modelsOf(listed ?? '', settings.problems);
  return {
    url,
    authorization,
    ca: ca?.reveal() ?? null,
    timeoutMs,
    models,
  };
}

function modelsOf(text: string, problems: string[]): InferenceSettings['models'] {
  const models = new Map<string, ModelAddress | null>();
  const parts = text.split(',').map((part) => part.trim());
  for (const part of parts.filter((each) => each !== '')) {
    const [, network, model, version = null] = /^([^=\s]+)=([^=:\s/]+)(?::([^=:\s/]+))?$/.exec(part) ?? [];
    if (network === undefined || model === undefined || models.has(network)) {
      problems.push(
        `INFERENCE_MODELS must be a list such as localiser.onnx=spine-localiser,canary/classifier.onnx=spine:3, each network once; "${part}" does not fit`,
      );
      continue;
    }
    models.set(network, model === IN_PROCESS && version === null ? null : { model, version });
  }
  return models;
}
