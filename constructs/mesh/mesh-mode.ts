/**
 * How a compartment takes part in the mesh. `member`: sidecars are injected and requests are denied by default. `identity`:
 * the mesh itself runs its pods and gives them identities (gateways). `none`: outside the mesh.
 */
export type MeshMode = 'member' | 'identity' | 'none';
