import { image } from '../../constructs/app/image-spec';
import { readInput } from '../../constructs/input/read-input';
import { wholeAppReference } from '../../constructs/names';
import { UsageError } from '../exit';
import type { LoadedEnvironment } from './environments';

/** An environment with the images that the command line names, before those that it names itself. */
export function withGivenImages(loaded: LoadedEnvironment, written: readonly string[]): LoadedEnvironment {
  const { environment } = loaded;
  if (!environment || written.length === 0) return loaded;
  const given = imagesOf(written);
  return {
    ...{ ...loaded, given: Object.keys(given) },
    environment: { ...environment, images: { ...environment.images, ...given } },
  };
}

/**
 * Images by app, as the command line writes them: `shop/web=registry.example.com/web:1@sha256:…`.
 * @throws {UsageError} when one is no image, or an app has two
 */
export function imagesOf(written: readonly string[]): Record<string, string> {
  const images: Record<string, string> = {};
  for (const each of written) {
    const [, app = each, name = ''] = /^([^=]*)=(.*)$/s.exec(each) ?? [];
    const [problem] = [...problemsOf(wholeAppReference, app), ...problemsOf(image, name)];
    if (problem !== undefined) throw new UsageError(`--image ${each}: ${problem}`);
    if (Object.hasOwn(images, app)) throw new UsageError(`--image names an image of ${app} twice. Leave one out.`);
    images[app] = name;
  }
  return images;
}

function problemsOf(schema: typeof image, value: string): string[] {
  const read = readInput(schema, value);
  return 'problems' in read ? read.problems.map(({ fix }) => fix) : [];
}
