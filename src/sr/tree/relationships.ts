/** Relationships of the Comprehensive 3D SR IOD by value (PS3.3 table A.35.13-2), for the value types used here. */
const RELATIONSHIPS = [
  {
    type: 'CONTAINS',
    from: ['CONTAINER'],
    to: ['CONTAINER', 'CODE', 'TEXT', 'NUM', 'UIDREF', 'IMAGE', 'SCOORD', 'SCOORD3D'],
  },
  {
    type: 'HAS OBS CONTEXT',
    from: ['CONTAINER', 'CODE', 'TEXT', 'NUM'],
    to: ['CODE', 'TEXT', 'NUM', 'UIDREF'],
  },
  {
    type: 'HAS ACQ CONTEXT',
    from: ['CONTAINER', 'IMAGE', 'NUM'],
    to: ['CONTAINER', 'CODE', 'TEXT', 'NUM', 'UIDREF'],
  },
  {
    type: 'HAS CONCEPT MOD',
    from: ['CONTAINER', 'CODE', 'TEXT', 'NUM', 'UIDREF', 'IMAGE', 'SCOORD', 'SCOORD3D'],
    to: ['CODE', 'TEXT'],
  },
  {
    type: 'HAS PROPERTIES',
    from: ['CODE', 'TEXT', 'NUM'],
    to: ['CONTAINER', 'CODE', 'TEXT', 'NUM', 'UIDREF', 'IMAGE', 'SCOORD', 'SCOORD3D'],
  },
  {
    type: 'INFERRED FROM',
    from: ['CODE', 'TEXT', 'NUM'],
    to: ['CONTAINER', 'CODE', 'TEXT', 'NUM', 'UIDREF', 'IMAGE', 'SCOORD', 'SCOORD3D'],
  },
  { type: 'SELECTED FROM', from: ['SCOORD'], to: ['IMAGE'] },
] as const;

/** PS3.3 table C.17.3-7, as far as used here. */
export type ValueType = 'CONTAINER' | 'CODE' | 'TEXT' | 'NUM' | 'UIDREF' | 'IMAGE' | 'SCOORD' | 'SCOORD3D';
type Relationship = (typeof RELATIONSHIPS)[number];
export type RelationshipType = Relationship['type'];
/** The relationships that table A.35.13-2 lets an item of type Source have. */
export type RelationshipFrom<Source extends ValueType> =
  Extract<Relationship, { from: readonly ValueType[] }> extends infer R
    ? R extends { readonly from: readonly (infer From)[] }
      ? Source extends From
        ? R
        : never
      : never
    : never;

/** Whether table A.35.13-2 has it. */
export function isRelationship(source: ValueType, type: RelationshipType, target: ValueType): boolean {
  return RELATIONSHIPS.some(
    (each) => each.type === type && includes(each.from, source) && includes(each.to, target),
  );
}

function includes(types: readonly ValueType[], type: ValueType): boolean {
  return types.includes(type);
}
