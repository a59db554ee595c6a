import { dataDictionary } from '../load-dcmjs.ts';

export type AttributeTag =
  | { readonly kind: 'known'; readonly tag: string }
  /** `meant`: the keyword that differs least, null when none is near. */
  | { readonly kind: 'unknown'; readonly meant: string | null };

/** The tag of `EchoTime`, `00180081` or `(0018,0081)`, as eight upper-case hex digits (PS3.6 chapter 6). */
export function attributeTag(text: string): AttributeTag {
  const digits = /^\(?([0-9A-F]{4}),?([0-9A-F]{4})\)?$/i.exec(text);
  if (digits !== null) return { kind: 'known', tag: `${digits[1]}${digits[2]}`.toUpperCase() };
  const nameMap = dataDictionary();
  const entry = Object.hasOwn(nameMap, text) ? nameMap[text] : undefined;
  const tag = entry?.tag.replace(/[(),]/g, '') ?? '';
  if (/^[0-9A-F]{8}$/i.test(tag)) return { kind: 'known', tag: tag.toUpperCase() };
  const near = Object.keys(nameMap).find((keyword) => nearlySame(keyword, text));
  return { kind: 'unknown', meant: near ?? null };
}

/** One letter more, less or other, or another case. */
function nearlySame(a: string, b: string): boolean {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  if (x === y) return true;
  if (Math.abs(x.length - y.length) > 1) return false;
  let i = 0;
  while (i < x.length && x[i] === y[i]) i += 1;
  const [restX, restY] = [x.slice(i), y.slice(i)];
  return restX.slice(1) === restY.slice(1) || restX.slice(1) === restY || restX === restY.slice(1);
}
