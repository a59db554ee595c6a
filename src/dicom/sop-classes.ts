/** SOP Class UIDs (PS3.4 B.5). */
export const MR_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.4';
export const ENHANCED_MR_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.4.1';
export const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4';
