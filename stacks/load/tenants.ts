import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppSpec } from '../../constructs/app-spec';
import { type Read, readInput } from '../../constructs/input';
import { formatPath, type Problem } from '../../constructs/problem';
import { type TenantSpec, tenantFileSchema, tenantSpecSchema } from '../../constructs/tenant-spec';
import type { Finding } from '../../policies/finding';
import { readScore } from './score';
import { readYaml } from './yaml-source';

type Path = Problem['path'];

/** A tenant as its files say it. */
export interface LoadedTenant {
  /** Name of its folder. */
  readonly name: string;
  /** Complete only if there are no findings. */
  readonly spec: TenantSpec | undefined;
  readonly findings: readonly Finding[];
  /** Where a member of the spec stands: of one app, or of the tenant itself. */
  readonly locate: (app: string | undefined, path: Path) => Pick<Finding, 'object' | 'path'>;
}

const TENANT_FILE = 'tenant.yaml';
const SCORE_SUFFIX = '.score.yaml';

/**
 * Reads every tenant of a folder, by name. Each folder in it is a tenant: a `tenant.yaml` and one Score file per app.
 * A file that is wrong is reported in full and stops no other.
 */
export function loadTenants(folder: string): LoadedTenant[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
    .map((name) => loadTenant(name, join(folder, name)));
}

function loadTenant(name: string, folder: string): LoadedTenant {
  const loading = new Loading(name);
  const files = readdirSync(folder).sort();
  loading.checkName(folder);
  const tenant = loading.readTenantFile(join(folder, TENANT_FILE));
  const apps: AppSpec[] = [];
  for (const file of files.filter((file) => file.endsWith(SCORE_SUFFIX))) {
    const app = loading.readScoreFile(join(folder, file));
    if (app) apps.push(app);
  }
  for (const file of files) loading.checkFileName(folder, file);
  const spec = tenant && loading.findings.length === 0 ? { ...tenant, name, apps } : undefined;
  return { name, spec, findings: loading.findings, locate: loading.locate };
}

interface AppFile {
  readonly file: string;
  readonly place: (path: Path) => string;
  readonly origin: (path: Path) => Path;
}

/** One tenant while its files are read. */
class Loading {
  readonly findings: Finding[] = [];
  private readonly apps = new Map<string, AppFile>();
  private placeInTenantFile = (_path: Path): string => this.name;

  constructor(private readonly name: string) {}

  readonly locate = (app: string | undefined, path: Path): Pick<Finding, 'object' | 'path'> => {
    const file = app === undefined ? undefined : this.apps.get(app);
    if (!file) return { object: this.placeInTenantFile(path), path: formatPath(path) };
    const origin = file.origin(path);
    return { object: file.place(origin), path: formatPath(origin) };
  };

  checkName(folder: string): void {
    const read = readInput(tenantSpecSchema.shape.name, this.name);
    if ('problems' in read) for (const { problem, fix } of read.problems) this.report(folder, '', problem, fix);
  }

  readTenantFile(file: string): Omit<TenantSpec, 'name' | 'apps'> | undefined {
    if (!existsSync(file)) {
      this.report(file, '', 'Missing.', 'Write it with owner and domain: it says whose tenant this is.');
      return undefined;
    }
    return this.readFile(
      file,
      (value) => readInput(tenantFileSchema, value),
      (_value, place) => {
        this.placeInTenantFile = place;
      },
    );
  }

  readScoreFile(file: string): AppSpec | undefined {
    return this.readFile(file, readScore, ({ spec, origin }, place) => {
      const first = this.apps.get(spec.name);
      if (first) {
        this.report(
          place(['metadata', 'name']),
          'metadata.name',
          `${first.file} is called "${spec.name}" too.`,
          'Rename one of them.',
        );
      } else this.apps.set(spec.name, { file, place, origin });
    })?.spec;
  }

  checkFileName(folder: string, file: string): void {
    if (file === TENANT_FILE || file.endsWith(SCORE_SUFFIX) || !/\.(ya?ml|json|[cm]?ts)$/.test(file)) return;
    const app = file.replace(/\..*$/, '');
    this.report(
      join(folder, file),
      '',
      'Nothing reads a file of this name.',
      `Call it ${app}${SCORE_SUFFIX}, or remove it.`,
    );
  }

  private readFile<T>(
    file: string,
    read: (value: unknown) => Read<T>,
    use: (value: T, place: (path: Path) => string) => void,
  ): T | undefined {
    const source = readYaml(file, readFileSync(file, 'utf8'));
    if ('problem' in source) {
      this.report(source.place, '', source.problem, 'Correct it.');
      return undefined;
    }
    const outcome = read(source.value);
    if ('problems' in outcome) {
      for (const { path, problem, fix } of outcome.problems)
        this.report(source.place(path), formatPath(path), problem, fix);
      return undefined;
    }
    use(outcome.value, source.place);
    return outcome.value;
  }

  private report(object: string, path: string, problem: string, fix: string): void {
    this.findings.push({ rule: 'tenant-files-are-valid', object, path, problem, fix, compartment: this.name });
  }
}
