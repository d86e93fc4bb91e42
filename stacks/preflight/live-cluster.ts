import { groupOf, type Manifest } from '../../constructs/manifest';

/** What was read of a running cluster, at one moment. Nothing of it is asked for again. */
export class LiveCluster {
  private readonly kinds = new Map<string, Manifest[]>();
  private readonly objects = new Map<string, Manifest>();

  /** @param minor the minor that its API server behaves like, `1.36`; `undefined`: it does not say */
  constructor(
    readonly minor: string | undefined,
    objects: readonly Manifest[],
  ) {
    for (const object of objects) {
      const kind = `${groupOf(object.apiVersion)}/${object.kind}`;
      this.objects.set(identity(object), object);
      const list = this.kinds.get(kind);
      if (list) list.push(object);
      else this.kinds.set(kind, [object]);
    }
  }

  /** Its objects of one kind. The core group is `''`. */
  of(group: string, kind: string): readonly Manifest[] {
    return this.kinds.get(`${group}/${kind}`) ?? [];
  }

  /** What it holds under the name of `manifest`, in whatever version. */
  find(manifest: Manifest): Manifest | undefined {
    return this.objects.get(identity(manifest));
  }

  /** Its namespace of that name. */
  namespace(name: string): Manifest | undefined {
    return this.find({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
}

function identity({ apiVersion, kind, metadata }: Manifest): string {
  return `${groupOf(apiVersion)}/${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}
