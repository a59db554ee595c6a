import type { KeyObject } from 'node:crypto';
import { compiledSchema } from '../process/compiled-schema.ts';
import schema from './callback-rules.schema.json' with { type: 'json' };
import { isNetwork } from './forbidden-address.ts';
import { signingKey } from './signature.ts';

/** Whom the service may tell of analyses that have ended, and how it signs what it says to each. */
export interface CallbackRules {
  /** Told of every analysis. */
  readonly endpoints: readonly { readonly url: string; readonly keys: readonly KeyObject[] }[];
  /** Where clients may ask to be told; `host` as URL.host has it. */
  readonly hosts: readonly { readonly host: string; readonly keys: readonly KeyObject[] }[];
  /** Networks, as address/prefix, that may be connected to whatever they are. */
  readonly localNetworks: readonly string[];
}

export const NO_CALLBACKS: CallbackRules = { endpoints: [], hosts: [], localNetworks: [] };

/** Rules, or every problem of the file; none of them quotes a secret. */
export type ParsedCallbacks =
  | { readonly kind: 'rules'; readonly rules: CallbackRules }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

interface CallbacksFile {
  readonly endpoints?: readonly { readonly url: string; readonly secrets: readonly string[] }[];
  readonly hosts?: readonly { readonly host: string; readonly secrets: readonly string[] }[];
  readonly localNetworks?: readonly string[];
}

const callbacksFile = compiledSchema<CallbacksFile>(schema);

/** Reads rules from the text of a JSON file that callback-rules.schema.json describes. */
export function parseCallbackRules(text: string): ParsedCallbacks {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // Its message would quote the text, and that may be a secret.
    return { kind: 'problems', problems: ['not JSON'] };
  }
  const validate = callbacksFile();
  if (!validate(json)) {
    const problems = (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath || '/'} ${message}`,
    );
    return { kind: 'problems', problems };
  }
  const { endpoints = [], hosts = [], localNetworks = [] } = json;
  const problems: string[] = [];
  const need = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  const keysOf = (place: string, secrets: readonly string[]): readonly KeyObject[] =>
    secrets.flatMap((secret, index) => {
      const key = signingKey(secret);
      need(key !== null, `${place}/secrets/${index} must be whsec_ and the base64 of 24 to 64 bytes`);
      return key ?? [];
    });
  const rules: CallbackRules = {
    endpoints: endpoints.map(({ url, secrets }, index) => {
      const place = `/endpoints/${index}`;
      need(
        isCallbackUrl(url),
        `${place}/url must be an http or https URL without user, password and fragment`,
      );
      return { url: URL.parse(url)?.href ?? '', keys: keysOf(place, secrets) };
    }),
    hosts: hosts.map(({ host, secrets }, index) => {
      const place = `/hosts/${index}`;
      const isHost = ['http', 'https'].some((scheme) => URL.parse(`${scheme}://${host}/`)?.host === host);
      need(isHost, `${place}/host must be a host as in ris.example or ris.example:8443`);
      return { host, keys: keysOf(place, secrets) };
    }),
    localNetworks,
  };
  for (const [index, network] of localNetworks.entries()) {
    need(isNetwork(network), `/localNetworks/${index} must be a network as in 127.0.0.0/8 or ::1/128`);
  }
  const urls = rules.endpoints.map(({ url }) => url);
  need(new Set(urls).size === urls.length, '/endpoints two have the same url');
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'rules', rules };
}

/** Whether it can be called at all; credentials in it would be told to whoever lists deliveries. */
export function isCallbackUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && `${url.username}${url.password}${url.hash}` === '';
}

/** The keys by which what is said to a URL is signed; null where nothing may be said to it. */
export function keysFor(rules: CallbackRules, url: string): readonly KeyObject[] | null {
  const endpoint = rules.endpoints.find((each) => each.url === url);
  if (endpoint !== undefined) return endpoint.keys;
  return hostKeys(rules, url);
}

/** The same of what a client asks for. */
export function hostKeys({ hosts }: CallbackRules, url: string): readonly KeyObject[] | null {
  if (!isCallbackUrl(url)) return null;
  return hosts.find(({ host }) => host === URL.parse(url)?.host)?.keys ?? null;
}
