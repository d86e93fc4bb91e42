import { lstatSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize, relative } from 'node:path';
import type { AppSpec } from '../../constructs/app-spec';
import { closest } from '../../constructs/input/did-you-mean';
import { formatPath, type Problem } from '../../constructs/input/problem';
import { type Read, readInput } from '../../constructs/input/read-input';
import { valueAt } from '../../constructs/input/schema';
import { type TenantSpec, tenantFileSchema, tenantSpecSchema } from '../../constructs/tenant-spec';
import type { Finding } from '../../policies/finding';
import { readSource, sourcesIn } from './file-source';
import { leadsOut, readPlainFile } from './plain-file';
import { readScore } from './score';
import { readYaml, type YamlSource } from './yaml-source';

type Path = Problem['path'];

/** A tenant as its files say it. */
export interface LoadedTenant {
  /** Name of its folder. */
  readonly name: string;
  /** Complete only if there are no findings. */
  readonly spec: TenantSpec | undefined;
  /** What is sound of it although there are findings. @default - nothing: its own file is not */
  readonly sound?: SoundPart | undefined;
  readonly findings: readonly Finding[];
  /** Where a member of the spec stands: of one app, or of the tenant itself. */
  readonly locate: (app: string | undefined, path: Path) => Pick<Finding, 'object' | 'path'>;
  /** Whether a member of the spec is written in its file, and not only meant. */
  readonly says: (app: string | undefined, path: Path) => boolean;
}

/** A tenant with those of its apps whose files are sound. */
export interface SoundPart {
  readonly spec: TenantSpec;
  /** Whether a file that is not sound may be the one of an app of this name. */
  readonly mayHave: (app: string) => boolean;
}

const TENANT_FILE = 'tenant.yaml';
const SCORE_SUFFIX = '.score.yaml';

/** Of one file. Whoever has more has one mistake that many places repeat. */
const MOST_TOLD = 50;

/**
 * Reads every tenant of a folder, by name. Each folder in it is a tenant: a `tenant.yaml` and one Score file per app.
 * A file that is wrong is reported in full and stops no other.
 */
export function loadTenants(folder: string): LoadedTenant[] {
  return visible(readdirSync(folder))
    .filter((name) => !isPlainFile(join(folder, name)) || isWrittenToBeRead(name))
    .map((name) => loadTenant(join(folder, name)));
}

/** Reads one tenant: its folder. */
export function loadTenant(folder: string): LoadedTenant {
  return new Loading(folder).load();
}

/** Files and folders that start with a dot belong to editors and version control. */
function visible(names: readonly string[]): string[] {
  return names.filter((name) => !basename(name).startsWith('.')).sort();
}

/** A link that leads nowhere, in a circle or out of the tenants' folder is none, nor is a folder that nobody may look into. */
function isFolder(path: string): boolean {
  try {
    return !leadsOut(path, dirname(path)) && statSync(path).isDirectory() && readdirSync(path) !== undefined;
  } catch {
    return false;
  }
}

/** Paths of everything below a folder. Links to folders are not followed: two of them in a circle have no end. */
function allBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
}

function isPlainFile(path: string): boolean {
  return lstatSync(path).isFile();
}

/** Whoever wrote such a file expects that it has an effect; whoever wrote a README does not. */
function isWrittenToBeRead(file: string): boolean {
  return /\.(ya?ml|json|[cm]?ts)$/i.test(file);
}

interface AppFile {
  readonly file: string;
  readonly place: (path: Path) => string;
  readonly origin: (path: Path) => Path;
  readonly written: unknown;
}

/** One tenant while its files are read. */
class Loading {
  private readonly name: string;
  private readonly findings: Finding[] = [];
  private readonly apps = new Map<string, AppFile>();
  /** Names of apps that could not be read; `undefined`: not even its name. */
  private readonly unread = new Set<string | undefined>();
  private sound: SoundPart | undefined;
  /** Files that apps find in their containers. */
  private readonly sources = new Set<string>();
  /** A folder that cannot be a compartment has none that a finding could concern. */
  private compartment: string | undefined;
  private placeInTenantFile = (_path: Path): string => this.folder;
  private writtenInTenantFile: unknown;

  constructor(private readonly folder: string) {
    this.name = basename(folder);
  }

  load(): LoadedTenant {
    const spec = this.readSpec();
    return {
      ...{ name: this.name, spec, sound: this.sound, findings: this.findings },
      ...{ locate: this.locate, says: this.says },
    };
  }

  private readonly locate = (app: string | undefined, path: Path): Pick<Finding, 'object' | 'path'> => {
    const file = app === undefined ? undefined : this.apps.get(app);
    if (!file) return { object: this.placeInTenantFile(path), path: formatPath(path) };
    const origin = file.origin(path);
    return { object: file.place(origin), path: formatPath(origin) };
  };

  private readonly says = (app: string | undefined, path: Path): boolean => {
    const file = app === undefined ? undefined : this.apps.get(app);
    return valueAt(file ? file.written : this.writtenInTenantFile, file ? file.origin(path) : path) !== undefined;
  };

  private readSpec(): TenantSpec | undefined {
    if (!isFolder(this.folder)) {
      this.report(
        this.folder,
        '',
        'This is no folder that can be read.',
        'Move a file into the folder of its tenant; have a link lead to a folder here; or remove it.',
      );
      return undefined;
    }
    this.readName();
    const files = visible(allBelow(this.folder));
    const tenant = this.readTenantFile(files);
    const apps: AppSpec[] = [];
    for (const file of files.filter(isScoreFile)) {
      const app = this.readScoreFile(join(this.folder, file));
      if (app) apps.push(app);
    }
    for (const file of files) this.checkPlace(file);
    if (!tenant || this.compartment === undefined) return undefined;
    const spec = { ...tenant, name: this.name, apps };
    if (this.findings.length === 0) return spec;
    this.sound = { spec, mayHave: (app) => this.unread.has(app) || this.unread.has(undefined) };
    return undefined;
  }

  private readName(): void {
    const read = readInput(tenantSpecSchema.shape.name, this.name);
    if ('value' in read) this.compartment = read.value;
    else for (const { problem, fix } of read.problems) this.report(this.folder, '', problem, fix);
  }

  private readTenantFile(files: readonly string[]): Omit<TenantSpec, 'name' | 'apps'> | undefined {
    const file = join(this.folder, TENANT_FILE);
    if (files.includes(TENANT_FILE)) {
      return this.readFile(
        file,
        (value) => readInput(tenantFileSchema, value),
        (_value, { place, value }) => {
          this.placeInTenantFile = place;
          this.writtenInTenantFile = value;
        },
      );
    }
    if (!files.some((other) => properName(other) === TENANT_FILE)) {
      this.report(file, '', 'Missing.', 'Write it, with "owner" and "domain": it says whose tenant this is.');
    }
    return undefined;
  }

  private readScoreFile(file: string): AppSpec | undefined {
    let name: unknown;
    const read = (document: unknown) => {
      name = valueAt(document, ['metadata', 'name']);
      for (const source of sourcesIn(document)) this.sources.add(normalize(source));
      return readScore(document, (path) => readSource(this.folder, path));
    };
    const app = this.readFile(file, read, ({ spec, origin }, { place, value }) => {
      const first = this.apps.get(spec.name);
      if (first) {
        const problem = `${first.file} is called "${spec.name}" too.`;
        this.report(place(['metadata', 'name']), 'metadata.name', problem, 'Rename one of the two.');
      } else this.apps.set(spec.name, { file, place, origin, written: value });
    });
    if (app) return this.apps.get(app.spec.name)?.file === file ? app.spec : undefined;
    this.unread.add(basename(file, SCORE_SUFFIX)).add(typeof name === 'string' ? name : undefined);
    return undefined;
  }

  /** Names what would be passed over without a word. */
  private checkPlace(file: string): void {
    if (file === TENANT_FILE || isScoreFile(file) || !isWrittenToBeRead(file) || this.sources.has(file)) return;
    const path = join(this.folder, file);
    this.unread.add(basename(properName(basename(file)), SCORE_SUFFIX));
    if (dirname(file) === '.') {
      this.report(path, '', 'Nothing reads a file of this name.', `Call it ${properName(file)}, or remove it.`);
    } else {
      this.report(path, '', 'Nothing reads a file here.', `Move it to ${this.folder}, or remove it.`);
    }
  }

  private readFile<T>(
    file: string,
    read: (value: unknown) => Read<T>,
    use: (value: T, source: YamlSource) => void,
  ): T | undefined {
    const plain = readPlainFile(file, dirname(this.folder));
    const source = 'text' in plain ? readYaml(file, plain.text) : { place: file, ...plain };
    if ('problem' in source) {
      this.report(source.place, '', source.problem, source.fix);
      return undefined;
    }
    const outcome = read(source.value);
    if ('problems' in outcome) {
      for (const { path, problem, fix } of outcome.problems.slice(0, MOST_TOLD)) {
        this.report(source.place(path), formatPath(path), problem, fix);
      }
      const untold = outcome.problems.length - MOST_TOLD;
      if (untold > 0) this.report(file, '', `And ${untold} more.`, 'Correct those above first.');
      return undefined;
    }
    use(outcome.value, source);
    return outcome.value;
  }

  private report(object: string, path: string, problem: string, fix: string): void {
    this.findings.push({ rule: 'tenant-files-are-valid', object, path, problem, fix, compartment: this.compartment });
  }
}

function isScoreFile(file: string): boolean {
  return dirname(file) === '.' && file.endsWith(SCORE_SUFFIX);
}

/** What a file that nothing reads was probably meant to be called. */
function properName(file: string): string {
  const stem = file.replace(/\.[^.]+$/, '').replace(/[._-]?score$/i, '');
  return closest(stem, ['tenant']) ? TENANT_FILE : `${stem || '<app>'}${SCORE_SUFFIX}`;
}
