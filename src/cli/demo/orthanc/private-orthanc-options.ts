/** An Orthanc that serves this process alone. */
export interface PrivateOrthanc {
  /** The DICOMweb root, without a trailing slash. */
  readonly dicomWebUrl: string;
  /** The root of Orthanc's own REST API, without a trailing slash. */
  readonly baseUrl: string;
  readonly pid: number;
  /** SIGTERM, then SIGKILL after a limit; removes the folder unless the caller named it. May be called twice. */
  stop(): Promise<void>;
}

/** How it is started; nothing need be said. */
export interface PrivateOrthancOptions {
  /** Holds configuration, index and objects, and is left in place; a temporary one is made and removed by default. */
  readonly folder?: string;
  /** A fixed port, to come back in the same place; a free one by default. */
  readonly port?: number;
  readonly binary?: string;
  readonly plugin?: string;
  /** Lua files it runs, to make it as odd as another archive. */
  readonly luaScripts?: readonly string[];
  /** Settings of its configuration beside its own. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Plugins beside that for DICOMweb. */
  readonly furtherPlugins?: readonly string[];
  readonly startTimeoutMs?: number;
  readonly stopTimeoutMs?: number;
}
