import type { Finding } from '../finding';
import { compartmentOf, nameObject } from '../rule';
import { type Declared, type DeclaredApp, nameEnd } from './declared';
import type { Model } from './model';
import { PROOF_RULES } from './tell';

/**
 * Holds ends of passages against what is rendered. A passage whose end nobody is opens nothing today and whatever takes that name
 * tomorrow; pods that are no app are at the end of no passage; pods on their node's network pass no gate.
 */
export function checkEnds(model: Model, declared: Declared): Finding[] {
  return [...endsOfNobody(model, declared), ...podsOfNoApp(model), ...podsOnNodes(model)];
}

function endsOfNobody({ cluster }: Model, { passages }: Declared): Finding[] {
  const ends = new Map<string, { readonly end: DeclaredApp; readonly passage: string }>();
  for (const { from, to } of passages) {
    for (const end of [from, to]) {
      const name = nameEnd(end);
      if (end.kind !== 'app' || end.app === undefined || ends.has(name)) continue;
      ends.set(name, { end, passage: `${nameEnd(from)} → ${nameEnd(to)}` });
    }
  }
  return [...ends].flatMap(([name, { end, passage }]) => {
    const isAlone = cluster.podsAt(end).every(({ isOurs, makers }) => isOurs && makers.length === 0);
    if (!isAlone) return [];
    return {
      ...{ rule: PROOF_RULES.missing, object: name, path: '', compartment: end.namespace },
      problem: `Nothing rendered makes its pods, but ${passage} is declared.`,
      fix: 'Render a workload with its label and service account, or remove the passage.',
    };
  });
}

function podsOfNoApp({ cluster }: Model): Finding[] {
  return cluster.pods.flatMap(({ app, makers }) =>
    (app === undefined ? makers : []).map((manifest) => ({
      ...{ rule: PROOF_RULES.missing, object: nameObject(manifest), path: '', compartment: compartmentOf(manifest) },
      problem:
        'Its pods are no app: they carry no label of one or, in the mesh, the label of another than they run as.',
      fix: 'Give them the label of their app, and in the mesh its service account.',
    })),
  );
}

function podsOnNodes({ onNodes, isPrivileged }: Model): Finding[] {
  return onNodes
    .filter(({ namespace }) => !isPrivileged(namespace))
    .map(({ manifest }) => ({
      ...{
        rule: PROOF_RULES.unsupported,
        object: nameObject(manifest),
        path: '',
        compartment: compartmentOf(manifest),
      },
      problem: "Its pods use their node's network, where no gate stands.",
      fix: 'Leave hostNetwork out, or move it to a privileged compartment.',
    }));
}
