/** A point or vector in the patient coordinate system (PS3.3 C.7.6.2.1.1): +x left, +y posterior, +z head; mm. */
export type Point = readonly [number, number, number];
