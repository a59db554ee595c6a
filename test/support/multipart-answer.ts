/** Of an answer whose boundary is b. */
export const MULTIPART = { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=b' };

/** One part of such an answer; `--b--` comes after the last. */
export const part = (body: string) => `--b\r\nContent-Type: application/dicom\r\n\r\n${body}\r\n`;

/** What came, as text. */
export async function collect(items: AsyncIterable<Uint8Array>): Promise<string[]> {
  const all: string[] = [];
  for await (const item of items) all.push(Buffer.from(item).toString());
  return all;
}
