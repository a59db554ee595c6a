import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { EXECUTION_PROVIDERS, type ExecutionProvider } from '../inference/network/execution-provider.ts';
import { type InferenceSettings, inferenceSettings } from './inference-settings.ts';
import type { SettingReader } from './setting.ts';

export interface ModelSettings {
  readonly packDir: string;
  /** In order of preference. */
  readonly executionProviders: readonly ExecutionProvider[];
  /** Only the first will do. */
  readonly executionProviderRequired: boolean;
  readonly threads: number;
  /** Null: every network runs in this process. */
  readonly inference: InferenceSettings | null;
  /** A pack that grades and reports a share of the studies in the place of the first. */
  readonly canary: { readonly packDir: string; readonly sharePercent: number } | null;
  /** Folder of a pack that is compared with the one that reports. */
  readonly shadowPackDir: string | null;
}

const COMMITTED_PACK = fileURLToPath(new URL('../../models/default', import.meta.url));

/** Which networks run, and where. */
export function modelSettings(settings: SettingReader): ModelSettings {
  return {
    packDir: modelPackDir(settings),
    executionProviders: settings.listOf('EXECUTION_PROVIDERS', EXECUTION_PROVIDERS, ['cpu']),
    executionProviderRequired: settings.flag('EXECUTION_PROVIDER_REQUIRED', false),
    threads: settings.integer('MODEL_THREADS', availableParallelism(), 1, 1024),
    inference: inferenceSettings(settings),
    canary: canary(settings),
    shadowPackDir: settings.text('SHADOW_PACK', null),
  };
}

function canary(settings: SettingReader): ModelSettings['canary'] {
  const packDir = settings.text('CANARY_PACK', null);
  const isShare = settings.text('CANARY_SHARE', null) !== null;
  const sharePercent = settings.integer('CANARY_SHARE', 0, 0, 100);
  if (isShare && packDir === null) settings.problems.push('CANARY_SHARE is set without CANARY_PACK');
  if (packDir === null) return null;
  if (!isShare) settings.problems.push('CANARY_PACK is set without CANARY_SHARE: 0 to 100 % of the studies');
  return { packDir, sharePercent };
}

/** Folder of the model pack. */
export function modelPackDir(settings: SettingReader): string {
  return settings.text('MODEL_PACK', COMMITTED_PACK);
}
