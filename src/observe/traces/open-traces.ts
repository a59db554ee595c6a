import type { TraceSettings } from './trace-settings.ts';
import { NO_TRACES, type Traces } from './traces.ts';

/**
 * Traces as the settings have them. What sends them is loaded only where they are wanted.
 * @param process what the process says of itself, by OpenTelemetry's names of resource attributes.
 * @param onLost told of spans that could not be sent, and why.
 */
export async function openTraces(
  settings: TraceSettings | null,
  process: Readonly<Record<string, string>>,
  onLost: (spans: number, error: unknown) => void,
): Promise<Traces> {
  if (settings === null) return NO_TRACES;
  const { otlpTraces } = await import('./otlp-traces.ts');
  return otlpTraces(settings, process, onLost);
}
