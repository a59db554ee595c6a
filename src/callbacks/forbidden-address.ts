import { BlockList, isIP } from 'node:net';

/**
 * Addresses at which a host finds itself, its own link, or the metadata service of a cloud, which gives out
 * credentials: what is said there says more than a callback should. Hospitals live in private networks (RFC 1918), so
 * those are not among them: which hosts may be told is the settings' to say.
 */
const FORBIDDEN: readonly string[] = [
  // This host and network (RFC 1122), loopback, link-local with most metadata services (RFC 3927).
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16'],
  // Multicast, reserved, broadcast.
  ...['224.0.0.0/4', '240.0.0.0/4'],
  // Metadata of Alibaba Cloud, of Oracle Cloud's older shapes, of Azure.
  ...['100.100.100.200/32', '192.0.0.192/32', '168.63.129.16/32'],
  // Unspecified and loopback, link-local, multicast, metadata of AWS and of Google Cloud (RFC 4291).
  ...['::/128', '::1/128', 'fe80::/10', 'ff00::/8', 'fd00:ec2::/32', 'fd20:ce::254/128'],
  // IPv4 in IPv6, by translators (RFC 6052, 8215) and tunnels (RFC 3056, 4380), and as IPv4-compatible: what is reached
  // behind them cannot be told from here.
  ...['64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32', '::/96'],
];

/** Whether a host is named by its address. */
export const isAddress = (host: string): boolean => isIP(host) !== 0;

/** Whether a text is a network as in 127.0.0.0/8 or fe80::/10. */
export function isNetwork(text: string): boolean {
  const [, address = '', prefix = ''] = /^([0-9A-Fa-f.:]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(prefix) <= (family === 4 ? 32 : 128);
}

/**
 * Tells of an address, as text, whether it must not be connected to.
 * @param localNetworks those that may be all the same; each `isNetwork`.
 */
export function forbiddenAddresses(localNetworks: readonly string[]): (address: string) => boolean {
  const [forbidden, allowed] = [blockList(FORBIDDEN), blockList(localNetworks)];
  return (address) => {
    // A link-local address of IPv6 may name its interface.
    const bare = address.split('%', 1)[0]!;
    const family = isIP(bare) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(bare) === 0) return true;
    return forbidden.check(bare, family) && !allowed.check(bare, family);
  };
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
