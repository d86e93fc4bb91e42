import type { Pods } from './pods';
import { givenLabels, type Labels, type Selector, selects } from './selector';

type LabelMap = Readonly<Record<string, string>>;

/** A namespace and the pods that there are in it, or may come to be. */
export class Namespace {
  readonly pods: Pods[] = [];
  private readonly byLabel = new Map<string, Pods[]>();
  private readonly byApp = new Map<string, Pods[]>();
  private readonly unknown: Pods[] = [];

  constructor(
    /** @default - any that is not known */
    readonly name: string | undefined,
    readonly labels: Labels,
  ) {}

  /** Adds pods whose labels a manifest or a passage gives. */
  addGiven(pods: Omit<Pods, 'labels'>, labels: LabelMap): void {
    const added = this.add({ ...pods, labels: givenLabels(labels) });
    for (const [key, value] of Object.entries(labels)) file(this.byLabel, `${key}=${value}`, added);
  }

  /** Adds pods whose labels nobody knows. */
  addUnknown(pods: Pods): void {
    this.unknown.push(this.add(pods));
  }

  /** Whether some pods have this label for sure. */
  hasLabel(key: string, value: string): boolean {
    return this.byLabel.has(`${key}=${value}`);
  }

  /** The pods of one app; without an app: of all. */
  ofApp(app: string | undefined): readonly Pods[] {
    return app === undefined ? [...this.byApp.values()].flat() : (this.byApp.get(app) ?? []);
  }

  /** The pods that a selector means. */
  select(selector: Selector): readonly Pods[] {
    const exact = selector.find(({ operator, values }) => operator === 'In' && values.length === 1);
    const candidates = exact
      ? [...(this.byLabel.get(`${exact.key}=${exact.values[0]}`) ?? []), ...this.unknown]
      : this.pods;
    return candidates.filter(({ labels }) => selects(selector, labels));
  }

  private add(pods: Pods): Pods {
    this.pods.push(pods);
    if (pods.app !== undefined) file(this.byApp, pods.app, pods);
    return pods;
  }
}

function file(index: Map<string, Pods[]>, key: string, pods: Pods): void {
  const known = index.get(key);
  if (known) known.push(pods);
  else index.set(key, [pods]);
}
