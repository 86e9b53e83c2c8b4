/** What a server says about itself, by which a hosting service is recognised. The host's name is never asked. */
export interface ServerMarks {
  /** Whether the connecting role is a superuser, which no service gives its users. */
  readonly isSuperuser: boolean
  readonly superusers: readonly string[]
  readonly databases: readonly string[]
  /** Names of settings with a prefix, as in `rds.extensions`. */
  readonly settings: readonly string[]
  /** Schemas of the database that was connected to. */
  readonly schemas: readonly string[]
}

/** A service that runs PostgreSQL for others, and keeps the superuser for itself. */
export interface HostingService {
  readonly id: 'supabase' | 'heroku' | 'neon' | 'rds' | 'cloud-sql' | 'azure' | 'digitalocean' | 'aiven'
  /** As a message names it. */
  readonly name: string
  /**
   * One of these is enough. Ordinary roles are no marks: they come along when a backup of roles is restored into a
   * server of one's own.
   */
  readonly marks: Omit<ServerMarks, 'isSuperuser'>
  /** The service's own databases, which no pattern matches. */
  readonly databases: readonly string[]
  /** The service's own schemas, in which nothing is dropped and nothing is made but triggers and policies. */
  readonly schemas: readonly string[]
  /** The service's own roles: never created, altered or needed. */
  readonly roles: RegExp
  /** The user's CREATE EXTENSION is run by the service, also for extensions that ask for a superuser. */
  readonly createsExtensions: boolean
  /** An extension belongs to the service even where the user created it. */
  readonly ownsExtensions: boolean
  /** The user's database is `postgres` itself, and a database beside it would lack what the service puts into it. */
  readonly hasOneDatabase: boolean
  /** Tables in the service's schemas that say how far its own migrations are, and so are never restored. */
  readonly migrationTables: readonly string[]
  /** Whom to connect as for all that a user may do. */
  readonly highestRole: string
}

const nothing = { superusers: [], databases: [], settings: [], schemas: [] }
const common = {
  databases: [],
  schemas: [],
  createsExtensions: true,
  ownsExtensions: false,
  hasOneDatabase: false,
  migrationTables: [],
}

/**
 * The services, in the order in which they are tried: what one builds on another comes first. To add one is to add a
 * row. Sources: their documentation, published dumps, and supabase/postgres on GitHub; see `__tests__/hosted/sql`.
 */
export const hostingServices: readonly HostingService[] = [
  {
    ...common,
    id: 'supabase',
    name: 'Supabase',
    marks: { ...nothing, superusers: ['supabase_admin'] },
    schemas: [
      ...['auth', 'storage', 'realtime', '_realtime', 'graphql', 'graphql_public', 'vault', 'pgbouncer'],
      ...['pgsodium', 'pgsodium_masks', 'supabase_functions', '_analytics', '_supavisor', 'net', 'cron'],
    ],
    roles:
      /^(?:supabase_\w+|anon|authenticated|authenticator|service_role|dashboard_user|pgbouncer|pgsodium_\w+)$/,
    hasOneDatabase: true,
    migrationTables: ['auth.schema_migrations', 'storage.migrations', 'realtime.schema_migrations'],
    highestRole: '"postgres"',
  },
  {
    ...common,
    id: 'heroku',
    name: 'Heroku',
    marks: { ...nothing, superusers: ['heroku_admin'], schemas: ['_heroku'] },
    schemas: ['_heroku'],
    roles: /^(?:heroku_\w+|rds\w+)$/,
    highestRole: 'the default credential',
  },
  {
    ...common,
    id: 'neon',
    name: 'Neon',
    marks: { ...nothing, superusers: ['cloud_admin'], settings: ['neon.tenant_id', 'neon.timeline_id'] },
    roles: /^(?:neon_\w+|cloud_admin)$/,
    highestRole: 'a role made in the console',
  },
  {
    ...common,
    id: 'rds',
    name: 'Amazon RDS',
    marks: { ...nothing, superusers: ['rdsadmin'], databases: ['rdsadmin'], settings: ['rds.extensions'] },
    databases: ['rdsadmin'],
    roles: /^rds\w+$/,
    highestRole: 'the master user',
  },
  {
    ...common,
    id: 'cloud-sql',
    name: 'Google Cloud SQL',
    marks: { ...nothing, superusers: ['cloudsqladmin'], databases: ['cloudsqladmin'] },
    databases: ['cloudsqladmin'],
    roles: /^cloudsql\w+$/,
    highestRole: 'a member of cloudsqlsuperuser',
  },
  {
    ...common,
    id: 'azure',
    name: 'Azure Database for PostgreSQL',
    marks: {
      ...nothing,
      superusers: ['azuresu'],
      databases: ['azure_maintenance'],
      settings: ['azure.extensions'],
    },
    databases: ['azure_maintenance', 'azure_sys'],
    roles: /^(?:azure\w+|replication)$/,
    ownsExtensions: true,
    highestRole: 'the server admin',
  },
  {
    ...common,
    id: 'digitalocean',
    name: 'DigitalOcean',
    marks: { ...nothing, databases: ['_dodb'] },
    databases: ['_dodb'],
    roles: /^(?:_do\w+|postgres)$/,
    highestRole: '"doadmin"',
  },
  {
    ...common,
    id: 'aiven',
    name: 'Aiven',
    marks: { ...nothing, databases: ['_aiven'] },
    databases: ['_aiven'],
    roles: /^(?:_aiven\w*|postgres)$/,
    highestRole: '"avnadmin"',
  },
]

/** PURE. The service that a server belongs to; undefined for a server that somebody runs himself. */
export function recogniseService(marks: ServerMarks): HostingService | undefined {
  if (marks.isSuperuser) return undefined
  const kinds = ['superusers', 'databases', 'settings', 'schemas'] as const
  return hostingServices.find((service) =>
    kinds.some((kind) => service.marks[kind].some((mark) => marks[kind].includes(mark))),
  )
}

/** PURE. The service of that id. */
export function findService(id: string | null): HostingService | undefined {
  return hostingServices.find((service) => service.id === id)
}

/** Databases that belong to a service, whichever it is: a pattern never matches one. */
export function isServiceDatabase(name: string, service: HostingService | undefined): boolean {
  return service?.databases.includes(name) ?? false
}

/** Whether a role belongs to the service, and so is neither created nor altered by a restore. */
export function isServiceRole(name: string, service: HostingService | undefined): boolean {
  return service?.roles.test(name) ?? false
}
