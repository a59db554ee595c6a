import { lookup } from 'node:dns';
import { buildConnector } from 'undici';
import { isAddress } from './forbidden-address.ts';

/** A host is at addresses that must not be connected to, and at no other. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
  constructor() {
    super('the host is at an address that must not be connected to');
  }
}

/**
 * Connects as undici does, but to no forbidden address. What a name resolves to is judged in the very look-up whose
 * answer is connected to: a name that means something else a moment later gains nothing by that (DNS rebinding).
 */
export function guardedConnector(
  timeoutMs: number,
  isForbidden: (address: string) => boolean,
): buildConnector.connector {
  const connect = buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    lookup(hostname, options, callback) {
      lookup(hostname, { ...options, all: true }, (error, found) => {
        if (error !== null) return callback(error, []);
        const allowed = found.filter(({ address }) => !isForbidden(address));
        const [first] = allowed;
        if (first === undefined) return callback(new ForbiddenAddressError(), []);
        if (options.all) return callback(null, allowed);
        callback(null, first.address, first.family);
      });
    },
  });
  return (options, callback) => {
    // An address is connected to without any look-up.
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1');
    if (isAddress(host) && isForbidden(host)) return callback(new ForbiddenAddressError(), null);
    connect(options, callback);
  };
}
