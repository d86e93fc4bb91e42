import type { ResourceTypeName } from '../app/resource-types';

/** How the official image of a server is run without root, on a root file system that nobody can write. */
export interface Server {
  readonly port: number;
  /** Where it keeps what it is given. */
  readonly data: string;
  /** Where else it writes, beside `/tmp`. */
  readonly scratch: readonly string[];
  /** Replaces what the image runs. @default - what it runs anyway */
  readonly command?: readonly string[];
  /** @default - none */
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Its variables, by the key of the Secret that each holds. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Files that it finds, by path. @default - none */
  readonly files?: Readonly<Record<string, string>>;
}

/** A file of users instead of arguments: those would show the password to everybody who lists processes. */
const REDIS = [
  'umask 077',
  `{ [ "$STORE_USERNAME" = default ] || echo 'user default off'`,
  `printf 'user %s on >%s ~* &* +@all\\n' "$STORE_USERNAME" "$STORE_PASSWORD"; } > /tmp/users.acl`,
  'exec redis-server --aclfile /tmp/users.acl --dir /data --appendonly yes --protected-mode no',
].join('; ');

/** Clients log in where their data lies, so the user of the whole server would not do. */
const MONGODB_USER = `const { env } = process;
db.getSiblingDB(env.STORE_DATABASE).createUser({
  user: env.STORE_USERNAME,
  pwd: env.STORE_PASSWORD,
  roles: ['dbOwner'],
});
`;

/**
 * The servers that can run within a tenant's compartment, by the type of resource.
 * @see https://github.com/docker-library/docs what each image's variables mean
 */
export const SERVERS: Readonly<Partial<Record<ResourceTypeName, Server>>> = {
  postgres: {
    port: 5432,
    data: '/var/lib/postgresql',
    scratch: ['/var/run/postgresql'],
    // A new disk holds "lost+found", and the server wants an empty folder.
    env: { PGDATA: '/var/lib/postgresql/main' },
    secrets: { POSTGRES_DB: 'database', POSTGRES_USER: 'username', POSTGRES_PASSWORD: 'password' },
  },
  mysql: {
    port: 3306,
    data: '/var/lib/mysql',
    scratch: ['/var/run/mysqld'],
    // The folder for the reason above; what the server would measure of itself takes more memory than all else.
    args: ['--datadir=/var/lib/mysql/main', '--performance-schema=OFF'],
    // Nobody is root from elsewhere. A password that the image makes up itself, it would write to its log.
    env: { MYSQL_ROOT_HOST: 'localhost' },
    secrets: {
      MYSQL_DATABASE: 'database',
      MYSQL_USER: 'username',
      MYSQL_PASSWORD: 'password',
      MYSQL_ROOT_PASSWORD: 'password',
    },
  },
  redis: {
    port: 6379,
    data: '/data',
    scratch: [],
    command: ['sh', '-c', REDIS],
    env: {},
    secrets: { STORE_USERNAME: 'username', STORE_PASSWORD: 'password' },
  },
  mongodb: {
    port: 27017,
    data: '/data/db',
    scratch: ['/data/configdb'],
    // Its shell keeps a history at home.
    env: { HOME: '/tmp', MONGO_INITDB_ROOT_USERNAME: 'root' },
    secrets: {
      MONGO_INITDB_ROOT_PASSWORD: 'password',
      STORE_DATABASE: 'database',
      STORE_USERNAME: 'username',
      STORE_PASSWORD: 'password',
    },
    files: { '/docker-entrypoint-initdb.d/user.js': MONGODB_USER },
  },
  amqp: {
    port: 5672,
    data: '/var/lib/rabbitmq',
    scratch: [],
    env: {},
    secrets: {
      RABBITMQ_DEFAULT_VHOST: 'vhost',
      RABBITMQ_DEFAULT_USER: 'username',
      RABBITMQ_DEFAULT_PASS: 'password',
    },
  },
};
