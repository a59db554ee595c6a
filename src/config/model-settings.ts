import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { EXECUTION_PROVIDERS, type ExecutionProvider } from '../inference/network/execution-provider.ts';
import type { SettingReader } from './setting.ts';

export interface ModelSettings {
  readonly packDir: string;
  /** In order of preference. */
  readonly executionProviders: readonly ExecutionProvider[];
  /** Only the first will do. */
  readonly executionProviderRequired: boolean;
  readonly threads: number;
}

const COMMITTED_PACK = fileURLToPath(new URL('../../models/default', import.meta.url));

/** Which networks run, and where. */
export function modelSettings(settings: SettingReader): ModelSettings {
  return {
    packDir: modelPackDir(settings),
    executionProviders: settings.listOf('EXECUTION_PROVIDERS', EXECUTION_PROVIDERS, ['cpu']),
    executionProviderRequired: settings.flag('EXECUTION_PROVIDER_REQUIRED', false),
    threads: settings.integer('MODEL_THREADS', availableParallelism(), 1, 1024),
  };
}

/** Folder of the model pack. */
export function modelPackDir(settings: SettingReader): string {
  return settings.text('MODEL_PACK', COMMITTED_PACK);
}
