import * as z from 'zod';
import type { KubernetesMinor } from '../kubernetes-minors';
import { domainName, name } from '../names';
import { size } from '../size';
import { GATEWAY_API_VERSIONS } from './gateway-api-versions';
import { ISTIO_VERSIONS, type IstioVersionFor } from './istio-versions';

const istioVersion = z.enum(ISTIO_VERSIONS);

const folder = z.string().regex(/^(\/[\w.-]+)+$/, 'Write an absolute path, for example "/opt/cni/bin".');

/** The environment's section `mesh`. */
export const meshSchema = z
  .strictObject({
    versions: z
      .tuple([istioVersion], istioVersion)
      .describe('Versions of Istio whose control planes run side by side, oldest first.'),
    tags: z.record(name, istioVersion).describe('Revision tags, each with the version that it stands for.'),
    revisionTag: name
      .default('stable')
      .describe('The revision tag that meshed compartments are bound to if they are in no ring.'),
    defaultVersion: istioVersion
      .optional()
      .describe('The version that checks what is written for the mesh. Left out: that of revisionTag.'),
    trustDomain: domainName.default('cluster.local').describe('Trust domain of workload identities.'),
    gatewayApi: z.enum(GATEWAY_API_VERSIONS).describe('Version of the Gateway API, standard channel.'),
    cni: z
      .strictObject({
        binDir: folder.describe("Where the nodes keep their network plugins' programs."),
        confDir: folder.describe("Where the nodes keep their network plugins' configuration."),
        size: size.default('L').describe('Size of its compartment, which holds one pod per node.'),
      })
      .describe(
        'The part of the mesh on every node. Providers differ in its paths, and no chart can guess them offline.',
      ),
    size: size.default('M').describe("Size of the control planes' compartment."),
  })
  .superRefine((mesh, context) => {
    const { versions, tags } = mesh;
    const refuse = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const notLive = `Write a version that mesh.versions holds: ${versions.join(', ')}.`;
    for (const [index, version] of versions.entries()) {
      const earlier = versions[index - 1];
      if (earlier !== undefined && ISTIO_VERSIONS.indexOf(version) <= ISTIO_VERSIONS.indexOf(earlier)) {
        refuse(['versions', index], 'Write each version once, oldest first.');
      }
    }
    for (const [tag, version] of Object.entries(tags)) if (!versions.includes(version)) refuse(['tags', tag], notLive);
    if (name.safeParse(mesh.revisionTag).success && !Object.hasOwn(tags, mesh.revisionTag)) {
      refuse(['revisionTag'], `Write one of mesh.tags: ${Object.keys(tags).join(', ')}.`);
    }
    if (mesh.defaultVersion && !versions.includes(mesh.defaultVersion)) refuse(['defaultVersion'], notLive);
  });

type Written = z.input<typeof meshSchema>;
type VersionsFor<Minor extends KubernetesMinor> = [IstioVersionFor<Minor>, ...IstioVersionFor<Minor>[]];

/** The section as it is written for a cluster of that minor: with no version of Istio that was not tested with it. */
export type MeshInput<Minor extends KubernetesMinor = KubernetesMinor> = Omit<Written, 'versions'> & {
  versions: VersionsFor<Minor>;
};

/** The section as the platform reads it: complete. */
export type MeshSpec = z.output<typeof meshSchema>;
