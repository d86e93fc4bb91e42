/** Who the mesh says that a caller is, as its certificate proves it. */
export interface Identity {
  /** Whether the caller is, or may be, one that `pattern` means. */
  may(kind: 'principal' | 'namespace', pattern: string): boolean;
  /** Whether the caller is, or may be, one that `pattern` does not mean. */
  mayNot(kind: 'principal' | 'namespace', pattern: string): boolean;
}

/** No certificate: every pattern asks for one, also `*`. */
export const NO_IDENTITY: Identity = { may: () => false, mayNot: () => true };

/** What identities the cluster knows. */
export interface KnownIdentities {
  readonly trustDomain: string;
  readonly isNamespace: (namespace: string) => boolean;
  readonly isAccount: (namespace: string, account: string) => boolean;
}

/** The identity of a service account. */
export function identityOf(namespace: string, account: string, trustDomain: string): Identity {
  const names = { principal: `${trustDomain}/ns/${namespace}/sa/${account}`, namespace };
  const is = (kind: keyof typeof names, pattern: string) => isLike(names[kind], withDomain(pattern, trustDomain));
  return { may: is, mayNot: (kind, pattern) => !is(kind, pattern) };
}

/** Any identity in `namespace` that no known pod has; without a namespace: any in a namespace that nobody knows. */
export function unknownIdentity(namespace: string | undefined, known: KnownIdentities): Identity {
  return {
    may(kind, pattern) {
      if (kind === 'namespace') {
        return namespace === undefined
          ? pattern.includes('*') || !known.isNamespace(pattern)
          : isLike(namespace, pattern);
      }
      return mayBePrincipal(withDomain(pattern, known.trustDomain), namespace, known);
    },
    mayNot: (kind, pattern) =>
      kind === 'namespace' && namespace !== undefined ? !isLike(namespace, pattern) : pattern !== '*',
  };
}

function mayBePrincipal(pattern: string, namespace: string | undefined, known: KnownIdentities): boolean {
  if (pattern.startsWith('*')) return true;
  const [, domain, named = '', account] = /^(.*?)\/ns\/([^/]*)(?:\/sa\/(.*))?$/.exec(pattern) ?? [];
  if (domain === undefined) return pattern.endsWith('*');
  const isWild = pattern.endsWith('*');
  // An identity of another mesh is nobody's here, but may be a stranger's.
  if (domain !== known.trustDomain) return namespace === undefined;
  if (account === undefined) return isWild && isLike(namespace ?? named.replace('*', ''), named);
  if (namespace === undefined) return !known.isNamespace(named);
  return named === namespace && (isWild || !known.isAccount(named, account));
}

/** In a policy `cluster.local` always means the mesh's own trust domain. */
function withDomain(pattern: string, trustDomain: string): string {
  return pattern.startsWith('cluster.local/') ? `${trustDomain}${pattern.slice('cluster.local'.length)}` : pattern;
}

/** Istio's patterns: exact, `prefix*`, `*suffix`, or `*` for any that there is. */
function isLike(name: string, pattern: string): boolean {
  if (pattern.startsWith('*')) return name.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
