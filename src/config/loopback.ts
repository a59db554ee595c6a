/** Addresses of which no other machine is answered (RFC 1122 3.2.1.3, RFC 4291 2.5.3), and the name for them. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/** Whether only this machine reaches what listens there. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);
