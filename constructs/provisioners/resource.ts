import { Construct, type IConstruct } from 'constructs';
import type { Use } from '../app/uses-spec';
import type { Workload } from '../app-spec';
import type { Compartment } from '../compartment';
import type { ContentManifest } from '../contents';
import { environmentOf } from '../environment';
import { ANNOTATION } from '../labels';
import { ManifestObject } from '../manifest-object';
import { credentialManifests, passwordGenerator } from './credentials';
import { diskOf, provisionerOf, secretNameOf, serverNameOf } from './provision';
import type { Provisioner } from './provisioners-spec';
import { serverManifests } from './server';

interface ResourceProps {
  readonly secret: string;
  readonly server: string;
  readonly use: Use;
  readonly provisioner: Provisioner;
}

/**
 * What a compartment holds of a resource that its apps use, once however many share it: whatever makes its Secret and, where the
 * environment provides it in the cluster, its server. Nothing, where it lies elsewhere and somebody delivers the Secret.
 *
 * It opens no way: each app that uses it does that.
 */
export class Resource extends Construct {
  /** Whether an app needs it for what it runs before its releases. */
  private comesFirst = false;

  /** Provides what an app uses, unless another app uses it already. The caller knows that somebody does provide it. */
  static provide(compartment: Compartment, app: Workload, name: string, use: Use): void {
    const provisioner = provisionerOf(use, environmentOf(compartment));
    if (!provisioner) return;
    const secret = secretNameOf(app.name, name, use);
    const known = compartment.node.tryFindChild(secret);
    const props = { secret, server: serverNameOf(app.name, name, use), use, provisioner };
    const resource = isResource(known) ? known : new Resource(compartment, props);
    resource.comesFirst ||= Object.values(app.jobs).some(({ beforeRelease }) => beforeRelease);
  }

  private constructor(compartment: Compartment, { secret, server, use, provisioner }: ResourceProps) {
    super(compartment, secret);
    const { type } = use;
    const { credentials } = provisioner;
    const wanted = { name: secret, namespace: compartment.namespace, type };
    for (const manifest of credentialManifests(credentials, wanted)) compartment.addBoundary(manifest);
    if (credentials.kind === 'generated') generatePasswords(compartment);
    if (provisioner.kind !== 'in-cluster') return;
    compartment.addIdentity(server);
    const served = { name: server, secret, type, disk: diskOf(use, provisioner) };
    for (const manifest of serverManifests(served, provisioner, compartment)) {
      new ServerObject(this, manifest, () => this.comesFirst);
    }
  }
}

function isResource(construct: IConstruct | undefined): construct is Resource {
  return construct instanceof Resource;
}

function generatePasswords(compartment: Compartment): void {
  const generator = passwordGenerator(compartment.namespace);
  const { kind, metadata } = generator;
  if (!compartment.node.tryFindChild(`${kind}.${metadata.name}`)) compartment.addBoundary(generator);
}

/** An object of a server. Which apps use it, is known once all are there: so it is made when it is asked for. */
class ServerObject extends ManifestObject {
  constructor(
    scope: Construct,
    private readonly made: ContentManifest,
    private readonly comesFirst: () => boolean,
  ) {
    super(scope, made);
  }

  override toJson(): ContentManifest {
    if (!this.comesFirst()) return this.made;
    const { metadata } = this.made;
    const annotations = { ...metadata.annotations, [ANNOTATION.beforeRelease]: 'true' };
    return { ...this.made, metadata: { ...metadata, annotations } };
  }
}
