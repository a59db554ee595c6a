/** A folder or file that is not what the challenge ships, or an impossible option. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}
