import fc from 'fast-check';
import { bufferProblems, neededVolume, volumeOf } from '../../constructs/collector/buffer';
import { backendPort, imageOf } from '../../constructs/collector/collector-spec';
import { type CollectorConfig, configText } from '../../constructs/collector/config';
import { COLLECTOR_SIZES } from '../../constructs/collector/defaults';
import { memoryLimiter } from '../../constructs/collector/processors';
import { needOf, roomFor } from '../../constructs/collector/room';
import { COMPARTMENT_SIZES, type Size } from '../../constructs/defaults';
import { fingerprint } from '../../constructs/fingerprint';
import { readInput } from '../../constructs/input/read-input';
import { type LoggingInput, loggingSchema } from '../../constructs/logging/logging-spec';
import { cores, mebibytes } from '../../constructs/quantity';
import { type TelemetryInput, telemetrySchema } from '../../constructs/telemetry/telemetry-spec';

const backend = { endpoint: 'https://otlp.example.net/otlp', cidrs: ['203.0.113.7/32'] as [string] };
const logging: LoggingInput = { version: '0.149.0', backend: { kind: 'outside', ...backend } };
const telemetry: TelemetryInput = { version: '0.149.0', metrics: { kind: 'outside', ...backend }, traces: backend };

/** The problems of an input, each as one line. */
function problems(schema: typeof loggingSchema | typeof telemetrySchema, input: object): string[] {
  const read = readInput(schema, input);
  return 'problems' in read
    ? read.problems.map(({ path, problem, fix }) => `${path.join('.')}: ${problem} ${fix}`)
    : [];
}

test('the least that can be said is enough', () => {
  expect(problems(loggingSchema, logging)).toEqual([]);
  expect(problems(telemetrySchema, telemetry)).toEqual([]);
});

test.each<[string, object, string]>([
  [
    'a release that the types do not describe',
    { ...logging, version: '0.164.0' },
    'version: "0.164.0" is not possible here. Write "0.149.0".',
  ],
  ['no release', { backend: logging.backend }, 'version: Missing. Write "0.149.0".'],
  [
    'an image with a tag',
    { ...logging, image: 'otel/collector:latest' },
    'image: "otel/collector:latest" is not possible here. Write the image without tag and digest: version and digest say which.',
  ],
  [
    'a backend without TLS',
    { ...logging, backend: { ...logging.backend, endpoint: 'http://otlp.example.net' } },
    'backend.endpoint: "http://otlp.example.net" is plaintext: whoever listens on the way reads it. Write an https address, or allowPlaintext: true beside it.',
  ],
  [
    'a password in an address',
    { ...logging, backend: { ...logging.backend, endpoint: 'https://me:secret@otlp.example.net' } },
    'backend.endpoint: "https://me:secret@otlp.example.net" is not possible here. Write an address such as "https://otlp.example.com/path": lower case, without credentials or query.',
  ],
  [
    'an address that the collector would expand',
    { ...logging, backend: { ...logging.backend, endpoint: 'https://otlp.example.net/$NODE_NAME' } },
    'backend.endpoint: "https://otlp.example.net/$NODE_NAME" is not possible here. Write an address such as "https://otlp.example.com/path": lower case, without credentials or query.',
  ],
  [
    'a backend that is everywhere',
    { ...logging, backend: { ...logging.backend, cidrs: ['0.0.0.0/0'] } },
    'backend.cidrs.0: "0.0.0.0/0" is not possible here. Write the ranges that are meant: there is no passage to everywhere.',
  ],
  [
    'a queue in no unit',
    { ...logging, buffer: { queue: '64' } },
    'buffer.queue: "64" is not possible here. Write whole mebibytes or gibibytes, for example "64Mi" or "2Gi".',
  ],
  [
    'a queue that is larger than its volume',
    { ...logging, buffer: { queue: '1Gi', volume: '512Mi' } },
    'buffer.volume: A queue of 1Gi and its file need 4128Mi. Write at least "4128Mi", or a smaller queue.',
  ],
  [
    'a misspelt member',
    { ...logging, toleration: [] },
    'toleration: Unknown key "toleration". Did you mean "tolerations"?',
  ],
])('%s is told with what to write', (_what, input, message) => {
  expect(problems(loggingSchema, input)).toEqual([message]);
});

test('either backend of telemetry must be reached by TLS, unless plaintext is allowed', () => {
  const plain = { ...backend, endpoint: 'http://otlp.example.net:4318' };
  const both = { ...telemetry, metrics: { kind: 'outside', ...plain }, traces: plain };
  expect(problems(telemetrySchema, both)).toHaveLength(2);
  expect(problems(telemetrySchema, { ...both, allowPlaintext: true })).toEqual([]);
});

test('the port of a backend is the one that is said, or the one of its address', () => {
  expect(backendPort(backend)).toBe(443);
  expect(backendPort({ ...backend, endpoint: 'http://otlp.example.net/x' })).toBe(80);
  expect(backendPort({ ...backend, endpoint: 'https://otlp.example.net:8443' })).toBe(8443);
  expect(backendPort({ ...backend, endpoint: 'https://otlp.example.net:8443', port: 6443 })).toBe(6443);
});

test('an image is named by its release, and by its digest where there is one', () => {
  const image = { image: 'images.example.com:5000/otel', version: '0.149.0' };
  expect(imageOf(image)).toBe('images.example.com:5000/otel:0.149.0');
  expect(imageOf({ ...image, digest: `sha256:${'1'.repeat(64)}` })).toBe(
    `images.example.com:5000/otel:0.149.0@sha256:${'1'.repeat(64)}`,
  );
});

test('a buffer that passes has room for all of its queues', () => {
  const amounts = fc.integer({ min: 1, max: 2048 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), amounts, fc.option(amounts), (queues, queue, volume) => {
      const buffer = { queue: `${queue}Mi`, ...(volume === null ? {} : { volume: `${volume}Mi` }) };
      const told = bufferProblems(queues, buffer);
      const holds = volumeOf(queues, buffer) >= neededVolume(queues, queue) && volumeOf(queues, buffer) <= 10 * 1024;
      expect(told.length === 0 ? holds : true).toBe(true);
      expect(neededVolume(queues, queue)).toBeGreaterThan(queues * queue);
    }),
  );
});

test('a buffer that is too small, or larger than a container may have, is told with its path', () => {
  expect(bufferProblems(16, { queue: '64Mi', volume: '1Gi' })).toEqual([
    {
      path: ['buffer', 'volume'],
      problem: '16 queues of 64Mi need 2208Mi, and the volume holds 1024Mi.',
      fix: 'Write at least "2208Mi", or a smaller queue.',
    },
  ]);
  expect(bufferProblems(200, { queue: '32Mi' })).toEqual([
    {
      path: ['buffer', 'queue'],
      problem: '200 queues of 32Mi take 12896Mi of disk, more than the 10112Mi that one container may.',
      fix: 'Write a queue that is smaller.',
    },
  ]);
});

test('the limiter stops below the garbage collector, and that below the container', () => {
  for (const { memory } of Object.values(COLLECTOR_SIZES)) {
    const { limit_mib, spike_limit_mib } = memoryLimiter(memory);
    expect(spike_limit_mib).toBeLessThan(limit_mib);
    expect(limit_mib).toBeLessThan(memory * 0.8);
  }
});

test('for all numbers and sizes, a compartment has room for every collector that may run in it, and hardly more', () => {
  const sizes = fc.constantFrom<Size>('S', 'M', 'L', 'XL');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), sizes, (pods, size) => {
      const need = needOf([{ pods, size }]);
      const room = roomFor(need);
      const most = COMPARTMENT_SIZES[room.size];
      const filled = [need.pods / most.pods, need.cpu / cores(most.cpu), need.memory / mebibytes(most.memory)];
      expect(Math.max(...filled)).toBeLessThanOrEqual(room.times);
      if (room.times > 1) expect(Math.max(...filled)).toBeGreaterThan(room.times - 1);
    }),
  );
  expect(roomFor(needOf([{ pods: 30, size: 'S' }]))).toEqual({ size: 'S', times: 1 });
  expect(roomFor(needOf([{ pods: 31, size: 'S' }]))).toEqual({ size: 'M', times: 1 });
  expect(roomFor(needOf([{ pods: 30, size: 'S' }]), 'L')).toEqual({ size: 'L', times: 1 });
  expect(roomFor(needOf([{ pods: 501, size: 'S' }]))).toEqual({ size: 'XL', times: 2 });
});

test('the fingerprint of two texts that differ differs', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(fingerprint(a) === fingerprint(b)).toBe(a === b);
      expect(fingerprint(a)).toMatch(/^[0-9a-f]{16}$/);
    }),
  );
});

test('a configuration that the release would refuse, or that could block a sender, does not type-check', () => {
  type Fits<T> = T extends CollectorConfig['exporters'][string]['sending_queue'] ? true : false;
  const queue = { enabled: true, sizer: 'bytes', queue_size: 1, storage: 'file_storage', num_consumers: 1 } as const;
  const batch = { sizer: 'bytes', flush_timeout: '1s', min_size: 1, max_size: 2 } as const;
  const good = { ...queue, block_on_overflow: false, batch } as const;
  const blocking = { ...queue, block_on_overflow: true, batch } as const;
  const inMemory = { ...good, storage: undefined };
  // The compiler decides: with a type that lets another one through, this line is an error.
  const fits: [Fits<typeof good>, Fits<typeof blocking>, Fits<typeof inMemory>] = [true, false, false];
  expect(fits).toEqual([true, false, false]);
});

test('the text does not depend on the order in which a configuration was put together', () => {
  const parts = { b: 1, a: [{ d: 2, c: 3 }] };
  expect(configText(Object.assign({}, parts) as never)).toBe(
    configText(JSON.parse('{"a":[{"c":3,"d":2}],"b":1}') as never),
  );
});
