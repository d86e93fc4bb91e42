import { Command, Option } from 'commander';
import { app } from './commands/app';
import { can } from './commands/can';
import { check } from './commands/check';
import { diff } from './commands/diff';
import { explain } from './commands/explain';
import { initApp } from './commands/init';
import { list } from './commands/list';
import { PREFLIGHT_REPORTS, preflight } from './commands/preflight';
import { synth } from './commands/synth';
import { upgrade } from './commands/upgrade';
import { upgradeStatus } from './commands/upgrade-status';
import { watch } from './commands/watch';
import { CHANGE_REPORTS } from './diff/report';
import { isDiskFault } from './disk-fault';
import { EXIT, UsageError } from './exit';
import { TENANTS_FOLDER } from './load/workspace';
import { REPORTS } from './outputs/report';
import { UPGRADE_REPORTS } from './upgrade/report';
import { STATUS_REPORTS } from './upgrade/status-report';

const EXIT_CODES = `
Exit codes:
  0  everything is in order
  1  a tenant has findings: it keeps its last good output, everything else is done; can: no
  2  an environment or the platform is broken, or the command is wrong: nothing of that environment is written
  3  diff: something would change; preflight: something stands in the way of an upgrade or a drain; upgrade status:
     something is unfinished, or the next step may not start
  4  preflight: applying now would fail or cut somebody off; upgrade status: the cluster is as no step leaves it`;

/** Runs the command line and sets the process's exit code. */
export function main(argv: readonly string[], version: string): void {
  const program = new Command('bulkhead')
    .description('Renders and checks a Kubernetes platform that is built in watertight compartments.')
    .version(version)
    .showHelpAfterError('(bulkhead --help tells what there is)')
    .enablePositionalOptions()
    .addHelpText('after', EXIT_CODES)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.ok : EXIT.broken));

  program
    .command('synth')
    .description('render environments into a tree of manifests, one object a file')
    .argument('[env...]', 'environments to render (default: all)')
    .option(
      '--out <dir>',
      'folder for the trees, one folder per environment; "-" prints one environment to stdout',
      'dist',
    )
    .option(
      '--switched <app...>',
      'apps such as shop/web that were switched in the cluster to another way of rolling out, step by step as a finding said',
    )
    .option('--watch', 'stay, and tell at once what a changed file does; then render again')
    .addOption(tenantsOption())
    .addOption(environmentsOption())
    .addOption(imageOption())
    .addOption(chartsOption())
    .action((names: string[], options) => run(() => (options.watch ? watch : synth)(names, options)));

  program
    .command('check')
    .description('render environments and hold all rules against them, without writing anything')
    .argument('[env...]', 'environments to check (default: all)')
    .addOption(
      new Option('--report <form>', 'how to write the findings to stdout')
        .choices(Object.keys(REPORTS))
        .default('text'),
    )
    .addOption(tenantsOption())
    .addOption(environmentsOption())
    .addOption(imageOption())
    .addOption(chartsOption())
    .action((names: string[], options) => run(() => check(names, options)));

  program
    .command('list')
    .description('show compartments, apps and passages of an environment')
    .argument('[env]', 'environment to show (default: all)')
    .option('--order', 'show what waits for what instead, in the order of delivery')
    .addOption(tenantsOption())
    .addOption(environmentsOption())
    .addOption(imageOption())
    .action((name: string | undefined, options) => run(() => list(name === undefined ? [] : [name], options)));

  program
    .command('diff')
    .description('tell what rendering an environment now would change, by compartment')
    .argument('<env>', 'environment to compare')
    .option('--against <dir>', 'folder of the rendered trees, or "cluster", which asks kubectl', 'dist')
    .option('--rendered <dir>', 'compare the trees that are rendered in this folder, instead of rendering now')
    .option('--context <name>', 'with --against cluster: the kubeconfig context to ask')
    .addOption(
      new Option('--report <form>', 'how to write the changes to stdout')
        .choices(Object.keys(CHANGE_REPORTS))
        .default('text'),
    )
    .addOption(tenantsOption())
    .addOption(environmentsOption())
    .addOption(imageOption())
    .addOption(chartsOption())
    .action((name: string, options) => run(() => diff(name, options)));

  program
    .command('preflight')
    .description('read a cluster, and tell what speaks against applying an environment there, or upgrading it')
    .argument('<env>', 'environment to ask for')
    .option('--context <name>', 'the kubeconfig context to ask (default: the current one)')
    .addOption(
      new Option('--report <form>', 'how to write the findings to stdout')
        .choices(Object.keys(PREFLIGHT_REPORTS))
        .default('text'),
    )
    .addOption(tenantsOption())
    .addOption(environmentsOption())
    .addOption(imageOption())
    .action((name: string, options) => run(() => preflight(name, options)));

  program
    .command('can')
    .description('say whether one end reaches another, by which passage and through which objects')
    .argument('<env>', 'environment to ask')
    .argument('[from]', 'an app such as shop/web, or "outside", "node", "api-server", "dns"')
    .argument('[to]', 'the same, with a port if one is meant: payments/api:8080')
    .option('--from <end>', 'list what this end reaches')
    .option('--to <end>', 'list what reaches this end')
    .addOption(tenantsOption())
    .addOption(environmentsOption())
    .addOption(imageOption())
    .action((name: string, from: string | undefined, to: string | undefined, options) =>
      run(() => can(name, { from, to }, options)),
    );

  program
    .command('app')
    .description('tell what an app gets: address, callers, callees, limits, rollout and cost')
    .argument('<app>', 'the app, such as shop/web')
    .option('--env <env>', 'environment to tell of (default: all)')
    .addOption(tenantsOption())
    .addOption(environmentsOption())
    .addOption(imageOption())
    .action((name: string, options) => run(() => app(name, options)));

  program
    .command('explain')
    .description('tell of a rendered file which line, value or default made each of its fields')
    .argument('<env>', 'environment that it belongs to')
    .argument('<file>', 'path as in the tree: shop/contents/Deployment.apps.web.yaml')
    .argument('[field]', 'a field of it: spec.template.spec.containers[main].resources')
    .addOption(tenantsOption())
    .addOption(environmentsOption())
    .addOption(imageOption())
    .action((name: string, file: string, field: string | undefined, options) =>
      run(() => explain(name, file, field, options)),
    );

  program
    .command('init')
    .description('write a starter file that passes all checks')
    .command('app')
    .description("write an app's Score file and, for a new team, its tenant.yaml")
    .argument('<app>', 'the app, such as shop/web')
    .addOption(tenantsOption())
    .action((name: string, options) => run(() => initApp(name, options)));

  // Options of both that stand after "status" are its own.
  const upgrades = program.command('upgrade').enablePositionalOptions();
  upgrades
    .command('status')
    .description(
      'read a cluster, and tell at which step of the plan it is, what is unfinished, and if the next may start',
    )
    .argument('<env>', 'environment that is upgraded')
    .option('--to <versions>', 'the plan is from what is pinned to these')
    .option('--from <revision>', 'the plan is from what a git revision, or another folder of environments, pins')
    .option('--context <name>', 'the kubeconfig context to ask (default: the current one)')
    .addOption(
      new Option('--report <form>', 'how to write it to stdout').choices(Object.keys(STATUS_REPORTS)).default('text'),
    )
    .addOption(tenantsOption())
    .addOption(environmentsOption())
    .action((name: string, options) => run(() => upgradeStatus(name, options)));
  upgrades
    .description('plan the way to other versions: small steps, each rendered, checked, proven and with its way back')
    .argument('<env>', 'environment to upgrade')
    .option('--to <versions>', 'from what is pinned to these: istio=1.30.3,kubernetes=1.36')
    .option('--from <revision>', 'from what a git revision, or another folder of environments, pins to what is pinned')
    .option(
      '--reached',
      'plan nothing: record that it stands where it is pinned, so that who follows it may come there',
    )
    .option('--write <dir>', 'write the tree of every step into a folder of its own')
    .addOption(
      new Option('--report <form>', 'how to write the plan to stdout')
        .choices(Object.keys(UPGRADE_REPORTS))
        .default('text'),
    )
    .addOption(tenantsOption())
    .addOption(environmentsOption())
    .addOption(imageOption())
    .action((name: string, options) => run(() => upgrade(name, options)));

  program.parse(argv);
}

function tenantsOption(): Option {
  return new Option('--tenants <dir>', 'folder of the tenants, one folder each').default(TENANTS_FOLDER);
}

function chartsOption(): Option {
  return new Option('--charts <dir>', 'folder of the vendored charts, for environments that inflate them').default(
    'charts',
  );
}

function environmentsOption(): Option {
  return new Option('--environments <dir>', 'folder of the environments, one file each').default('stacks/environments');
}

function imageOption(): Option {
  return new Option(
    '--image <app=image>',
    'image of an app that leaves it open, such as shop/web=registry.example.com/web:1@sha256:…; may be given again',
  )
    .argParser((written: string, before: readonly string[] = []) => [...before, written])
    .default([], 'none');
}

function run(command: () => number): void {
  try {
    process.exitCode = command();
  } catch (error) {
    const isTold = error instanceof UsageError || isDiskFault(error);
    const message = isTold ? error.message : `This is a defect of Bulkhead: ${stackOf(error)}`;
    process.stderr.write(`bulkhead: ${message}\n`);
    process.exitCode = EXIT.broken;
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
