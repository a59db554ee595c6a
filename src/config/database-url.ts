import type { Secret, SettingReader } from './setting.ts';

/** The PostgreSQL to use; null for the embedded database. */
export function databaseUrl(settings: SettingReader): Secret | null {
  const url = settings.secret('DATABASE_URL');
  if (url !== null && !/^postgres(?:ql)?:$/.test(URL.parse(url.reveal())?.protocol ?? '')) {
    settings.problems.push('DATABASE_URL must be a postgresql:// URL');
  }
  return url;
}
