import type { Manifest } from '../manifest';
import { readFields, readList, readTexts } from './read';
import { givenLabels, readSelector, type Selector, selects } from './selector';

/** Set by Kubernetes on every namespace to its name. */
const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

type LabelMap = Readonly<Record<string, string>>;

/** A webhook that gives pods their sidecar, and without whose answer no such pod is stored. */
export interface Injector {
  readonly namespaces: Selector;
  readonly pods: Selector;
}

/** The injectors of a configuration. One whose failure is ignored injects nothing for sure. @throws {Unreadable} */
export function readInjectors({ webhooks }: Manifest): Injector[] {
  return readList(webhooks, 'webhooks').flatMap((webhook, index): Injector[] => {
    const path = `webhooks[${index}]`;
    const { name, failurePolicy, rules, namespaceSelector, objectSelector } = readFields(webhook, path);
    const isInjector = typeof name === 'string' && name.endsWith('sidecar-injector.istio.io');
    if (!isInjector || failurePolicy === 'Ignore' || !isAskedAboutPods(rules, `${path}.rules`)) return [];
    return [
      {
        namespaces: readSelector(namespaceSelector, `${path}.namespaceSelector`),
        pods: readSelector(objectSelector, `${path}.objectSelector`),
      },
    ];
  });
}

function isAskedAboutPods(rules: unknown, path: string): boolean {
  return readList(rules, path).some((rule) => {
    const { apiGroups, resources, operations } = readFields(rule, path);
    const names = (list: unknown, ...wanted: readonly string[]) =>
      readTexts(list, path).some((each) => wanted.includes(each));
    return names(apiGroups, '', '*') && names(resources, 'pods', '*', '*/*') && names(operations, 'CREATE', '*');
  });
}

/** Tells which pods get a sidecar: those that an injector is asked about. */
export class Injection {
  private readonly asked = new Map<string, readonly Injector[]>();

  constructor(
    private readonly injectors: readonly Injector[],
    private readonly namespaces: ReadonlyMap<string, Manifest>,
  ) {}

  /** Whether pods with these labels get one; without labels: those that say nothing of it. */
  isInjected(namespace: string, labels: LabelMap = {}): boolean {
    const told = givenLabels(labels);
    return this.askedIn(namespace).some(({ pods }) => selects(pods, told));
  }

  private askedIn(namespace: string): readonly Injector[] {
    const labels = { ...this.namespaces.get(namespace)?.metadata.labels, [NAMESPACE_NAME]: namespace };
    const asked =
      this.asked.get(namespace) ?? this.injectors.filter(({ namespaces }) => selects(namespaces, givenLabels(labels)));
    this.asked.set(namespace, asked);
    return asked;
  }
}
