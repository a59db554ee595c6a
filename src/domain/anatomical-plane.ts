/** Of a stack of images: the plane its normal lies nearest to. */
export type AnatomicalPlane = 'sagittal' | 'coronal' | 'axial';
