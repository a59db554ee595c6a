/** What inTime throws. */
export const TOO_LATE = Symbol('too late');

/** What the work comes to, unless its time is over before; the work itself goes on. @throws TOO_LATE */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(TOO_LATE), ms);
  try {
    return await Promise.race([work, limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}
