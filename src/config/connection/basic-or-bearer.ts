import type { Secret, SettingReader } from '../setting.ts';

/** RFC 7617 and RFC 6750. */
export type BasicOrBearer =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: Secret }
  | { readonly kind: 'basic'; readonly username: string; readonly password: Secret };

/** `…_TOKEN`, or `…_USERNAME` with `…_PASSWORD`; null where none of them is set, `none` where they do not fit together. */
export function basicOrBearer(settings: SettingReader, prefix: string): BasicOrBearer | null {
  const [TOKEN, USERNAME, PASSWORD] = [`${prefix}_TOKEN`, `${prefix}_USERNAME`, `${prefix}_PASSWORD`];
  const token = settings.secret(TOKEN);
  const username = settings.text(USERNAME, null);
  const password = settings.secret(PASSWORD);
  if (token !== null) {
    if (username !== null || password !== null) {
      settings.problems.push(`${TOKEN} and ${USERNAME}/${PASSWORD} exclude each other`);
    }
    return { kind: 'bearer', token };
  }
  if (username !== null && password !== null) return { kind: 'basic', username, password };
  if (username === null && password === null) return null;
  settings.problems.push(
    username === null ? `${PASSWORD} is set without ${USERNAME}` : `${USERNAME} is set without ${PASSWORD}`,
  );
  return { kind: 'none' };
}
