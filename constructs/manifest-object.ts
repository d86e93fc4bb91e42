import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Manifest } from './manifest';

/**
 * A finished manifest in the construct tree. It skips cdk8s' resolving and sanitizing of values, which costs twice what
 * all our own building does, and stands beside a user's ordinary `ApiObject`s.
 */
export class ManifestObject extends ApiObject {
  constructor(
    scope: Construct,
    private readonly manifest: Manifest,
  ) {
    super(scope, `${manifest.kind}.${manifest.metadata.name}`, {
      apiVersion: manifest.apiVersion,
      kind: manifest.kind,
      metadata: { name: manifest.metadata.name },
    });
  }

  override toJson(): Manifest {
    return this.manifest;
  }

  /** @throws always: a patch would be a second place that decides what a platform object says */
  override addJsonPatch(): never {
    throw new Error(
      `${this.node.path}: a platform object takes no JSON patch. Change the property that makes it, or add an object of your own.`,
    );
  }
}
