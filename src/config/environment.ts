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
