/** The members of one protobuf message by number, in the order in which they came: numbers as they are, everything else as bytes. */
export type Message = ReadonlyMap<number, readonly Member[]>;
type Member = bigint | Buffer;

/**
 * Reads one message as it was sent, without knowing its type.
 *
 * @throws when the bytes are no message, or one with groups
 */
export function readMessage(bytes: Buffer): Message {
  const message = new Map<number, Member[]>();
  for (let at = 0; at < bytes.length; ) {
    const tag = readNumber(bytes, at);
    const [member, end] = readMember(bytes, tag.end, Number(tag.value & 7n));
    const number = Number(tag.value >> 3n);
    const members = message.get(number);
    if (members) members.push(member);
    else message.set(number, [member]);
    at = end;
  }
  return message;
}

/** The messages in a member. */
export function messages(message: Message, number: number): readonly Message[] {
  return (message.get(number) ?? []).flatMap((member) => (typeof member === 'bigint' ? [] : [readMessage(member)]));
}

/** The text in a member, empty if there is none: protobuf does not send empty texts. */
export function text(message: Message, number: number): string {
  const member = message.get(number)?.at(-1);
  return member === undefined ? '' : member.toString();
}

function readMember(bytes: Buffer, at: number, type: number): readonly [Member, number] {
  if (type === 0) {
    const { value, end } = readNumber(bytes, at);
    return [value, end];
  }
  const { start, length } = type === 2 ? readLength(bytes, at) : { start: at, length: fixedLength(type) };
  if (start + length > bytes.length) throw new Error(`A member of ${length} bytes at ${start} ends after its message.`);
  return [bytes.subarray(start, start + length), start + length];
}

function readLength(bytes: Buffer, at: number): { readonly start: number; readonly length: number } {
  const { value, end } = readNumber(bytes, at);
  return { start: end, length: Number(value) };
}

function fixedLength(type: number): number {
  if (type === 1) return 8;
  if (type === 5) return 4;
  throw new Error(`There is no wire type ${type} in OTLP.`);
}

/** Seven bits a byte, the least significant first; the eighth bit says that more follow. */
function readNumber(bytes: Buffer, at: number): { readonly value: bigint; readonly end: number } {
  let value = 0n;
  for (let end = at; end < at + 10; end++) {
    const byte = bytes.readUInt8(end);
    value |= BigInt(byte & 127) << BigInt(7 * (end - at));
    if (byte < 128) return { value, end: end + 1 };
  }
  throw new Error(`The number at ${at} is longer than any number.`);
}
