import { fileURLToPath } from 'node:url';

/** The only family that texts are drawn with: no font of the machine is, so the picture is the same everywhere. */
export const FONT_FAMILY = 'DejaVu Sans';
export const FONT = {
  loadSystemFonts: false,
  fontFiles: ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) =>
    fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${file}`)),
  ),
  defaultFontFamily: FONT_FAMILY,
};
