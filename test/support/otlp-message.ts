/** A span as it was sent (opentelemetry/proto/trace/v1/trace.proto). */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** '' where it has none. */
  readonly parentSpanId: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly facts: Readonly<Record<string, unknown>>;
  /** 0 unset, 2 error. */
  readonly status: number;
  /** Attributes of the process. */
  readonly resource: Readonly<Record<string, unknown>>;
}

/** Fields by number, each as often as it came: numbers, and bytes of what has a length. */
type Fields = Map<number, (bigint | Buffer)[]>;

/** The spans of an ExportTraceServiceRequest. */
export function readRequest(body: Buffer): ReceivedSpan[] {
  return messages(fieldsOf(body), 1).flatMap((resourceSpans) => {
    const resource = keyValues(messages(resourceSpans, 1)[0]!, 1);
    const spans = messages(resourceSpans, 2).flatMap((scopeSpans) => messages(scopeSpans, 2));
    return spans.map((span) => spanOf(span, resource));
  });
}

function spanOf(span: Fields, resource: ReceivedSpan['resource']): ReceivedSpan {
  return {
    traceId: bytes(span, 1).toString('hex'),
    spanId: bytes(span, 2).toString('hex'),
    parentSpanId: bytes(span, 4).toString('hex'),
    name: bytes(span, 5).toString(),
    kind: Number(number(span, 6)),
    from: Number(number(span, 7)) / 1e6,
    to: Number(number(span, 8)) / 1e6,
    facts: keyValues(span, 9),
    status: Number(number(messages(span, 15)[0] ?? new Map(), 3)),
    resource,
  };
}

/** KeyValue: key 1, value 2; AnyValue: string 1, bool 2, int 3, double 4 (common.proto). */
function keyValues(fields: Fields, at: number): Record<string, unknown> {
  return Object.fromEntries(
    messages(fields, at).map((pair) => {
      const value = messages(pair, 2)[0]!;
      const known = [
        ...(value.get(1) ?? []).map(String),
        ...(value.get(2) ?? []).map((flag) => flag === 1n),
        ...(value.get(3) ?? []).map(Number),
        ...(value.get(4) ?? []).map(
          (bits) => new Float64Array(new BigUint64Array([bits as bigint]).buffer)[0],
        ),
      ];
      return [bytes(pair, 1).toString(), known[0]];
    }),
  );
}

const messages = (fields: Fields, at: number) => (fields.get(at) ?? []).map((one) => fieldsOf(one as Buffer));
const bytes = (fields: Fields, at: number) => (fields.get(at)?.[0] ?? Buffer.alloc(0)) as Buffer;
const number = (fields: Fields, at: number) => (fields.get(at)?.[0] ?? 0n) as bigint;

/** Protocol Buffers' wire format: varint, 64 bits, with a length, 32 bits. */
function fieldsOf(message: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number) => {
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    let value: bigint | Buffer;
    if (wire === 0) value = varint();
    else if (wire === 1) value = take(8).readBigUInt64LE();
    else if (wire === 2) value = take(Number(varint()));
    else if (wire === 5) value = BigInt(take(4).readUInt32LE());
    else throw new Error(`wire type ${wire}`);
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}
