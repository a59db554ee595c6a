/** So many images, in words. */
export function counted(images: number): string {
  return images === 1 ? '1 image' : `${images} images`;
}
