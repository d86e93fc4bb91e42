import type { Container, Probe } from 'kubernetes-types/core/v1';
import { healthOf, type Question } from '../app/health-spec';
import type { Workload } from '../app-spec';
import { EXEC_TIMEOUT, LIVENESS, READINESS, STARTUP } from '../defaults';

type Probes = Pick<Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'>;

/**
 * One question, asked twice: at start-up with patience, then as readiness. Liveness only as told: it would start anew what is
 * only busy. Of a worker, which has no port, a command alone can ask.
 */
export function probes({ health: written, port, protocol }: Pick<Workload, 'health' | 'port' | 'protocol'>): Probes {
  const health = healthOf(written);
  if (!health) return {};
  const isAsked = (question: Question | undefined): question is Question =>
    question !== undefined && (port !== undefined || isCommand(question));
  return {
    ...(isAsked(health.ready) ? readiness(probe(health.ready, protocol), health.startupSeconds) : {}),
    ...(isAsked(health.live) ? { livenessProbe: { ...probe(health.live, protocol), ...LIVENESS } } : {}),
  };
}

function readiness(question: Probe, seconds: number): Probes {
  return {
    startupProbe: { ...question, ...startup(seconds) },
    readinessProbe: { ...question, ...READINESS },
  };
}

function startup(seconds: number): Probe {
  const { periodSeconds } = STARTUP;
  return { periodSeconds, failureThreshold: Math.ceil(seconds / periodSeconds) };
}

function isCommand(question: Question): question is { readonly exec: readonly string[] } {
  return typeof question === 'object' && 'exec' in question;
}

function probe(question: Question, port: string): Probe {
  if (question === 'tcp') return { tcpSocket: { port } };
  if (isCommand(question)) return { exec: { command: [...question.exec] }, timeoutSeconds: EXEC_TIMEOUT };
  return { httpGet: { path: question.path, port } };
}
