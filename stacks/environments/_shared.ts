/** What all environments have in common. Whatever may differ stands in their own files. */
export const shared = {
  kubernetes: '1.36',
  podSecurity: 'v1.36',
  owner: 'platform-engineers',
  mesh: { revisionTag: 'stable' },
} as const;
