/** Forms of events that tell of studies, by which EVENT_KINDS_FILE names them. */
export const EVENT_FORM_NAMES = ['azure-dicom', 'google-healthcare', 'pointer'] as const;
export type EventFormName = (typeof EVENT_FORM_NAMES)[number];

/**
 * What became of an event: what it has done about its study; `left`, where it is no news of one that is analysed here; why
 * it was refused.
 */
export const EVENT_OUTCOMES = ['look', 'analyze', 'left', 'event-unknown', 'event-without-study'] as const;
export type EventOutcome = (typeof EVENT_OUTCOMES)[number];
/** An event of a form that its sender is told is none. */
export type EventRefusal = Extract<EventOutcome, `event-${string}`>;
