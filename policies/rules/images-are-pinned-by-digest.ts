import { WRITTEN } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const imagesArePinnedByDigest: CelRule = {
  id: 'images-are-pinned-by-digest',
  why: 'A tag moves: the same manifest runs another program tomorrow, and each node another one.',
  see: 'https://kubernetes.io/docs/concepts/containers/images/#image-names',
  level: 'mandatory',
  on: WRITTEN,
  within: TENANTS,
  holds: "variables.containers.all(c, c.image.matches('^[^@]+@sha256:[a-f0-9]{64}$'))",
  problem: 'An image is named without its digest.',
  fix: 'Write the image as name:tag@sha256:<64 hex digits>.',
};
