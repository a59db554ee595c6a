/** Settings by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What this process was started with. */
export function processEnvironment(): Environment {
  return process.env;
}

/** The settings of ./.env, as the service is started with; what the process was started with goes before them. */
export function fileEnvironment(): Environment {
  const before = { ...process.env };
  try {
    process.loadEnvFile();
    return { ...process.env };
  } catch {
    return before;
  }
}

/**
 * ONNX Runtime's builds for Linux tell their makers of every session, with names and hashes of networks and a number for
 * the machine that is kept in the user's home, unless this stands in the environment before they are loaded. Said on the
 * main thread: what a thread puts into its copy of the environment no library hears of.
 */
export function withoutTelemetry(): void {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
}
