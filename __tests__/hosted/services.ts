/** A hosting service, as its look-alike is laid. */
export interface Service {
  readonly name: string
  /** Below `sql/`. */
  readonly script: string
  /** The service's own role, which its users do not get. */
  readonly superuser: string
  readonly user: string
  /** The database of the application. */
  readonly database: string
  /** What a fresh instance calls the two where the user does not choose them. */
  readonly fresh?: { readonly user: string; readonly database: string }
  /** The database that a fresh instance's URL names, where the application's is yet to be made. */
  readonly freshAddress?: string
  /** Databases that pg_hba.conf closes. */
  readonly closed: readonly string[]
  /** Settings by which the service is known. */
  readonly settings: Readonly<Record<string, string>>
  /** What `databases: '*'` backs up. */
  readonly everything: readonly string[]
  /** How its contents are put back after a broken migration. */
  readonly replacedBy: 'new database' | 'in place'
  /** Whether the user may create roles, and so the application has a second one. */
  readonly hasReader: boolean
  /** Further scripts of the application and its broken migration. */
  readonly extraScripts?: { readonly application: string; readonly migration: string }
  /** Sessions of the superuser that are in the database all the time. */
  readonly serviceSessions: number
  /** Stand-ins for its own extensions. */
  readonly extensions?: readonly string[]
  /** No service, and the extensions of this machine alone. */
  readonly isPlain?: boolean
}

const rds = {
  script: 'rds',
  superuser: 'rdsadmin',
  database: 'shop',
  closed: ['rdsadmin'],
  serviceSessions: 0,
}

/** The services of HOSTED.md. */
export const services = {
  rdsMaster: {
    ...rds,
    name: 'RDS as master',
    freshAddress: 'postgres',
    user: 'postgres',
    settings: { 'rds.extensions': 'citext,pgcrypto', 'rds.superuser_variables': 'session_replication_role' },
    everything: ['postgres', 'shop'],
    replacedBy: 'new database',
    hasReader: true,
  },
  rdsApplication: {
    ...rds,
    name: "RDS as an application's role",
    user: 'shop_app',
    settings: { 'rds.extensions': 'citext,pgcrypto', 'rds.superuser_variables': 'session_replication_role' },
    everything: ['postgres', 'shop'],
    replacedBy: 'in place',
    hasReader: false,
  },
  cloudSql: {
    name: 'Cloud SQL',
    freshAddress: 'postgres',
    script: 'cloud-sql',
    superuser: 'cloudsqladmin',
    user: 'postgres',
    database: 'shop',
    closed: ['cloudsqladmin'],
    settings: { 'cloudsql.supported_extensions': 'citext' },
    everything: ['postgres', 'shop'],
    replacedBy: 'in place',
    hasReader: true,
    serviceSessions: 1,
  },
  azure: {
    name: 'Azure',
    freshAddress: 'postgres',
    script: 'azure',
    superuser: 'azuresu',
    user: 'boss',
    database: 'shop',
    closed: ['azure_maintenance'],
    settings: { 'azure.extensions': 'citext,pgcrypto' },
    everything: ['postgres', 'shop'],
    replacedBy: 'new database',
    hasReader: true,
    serviceSessions: 0,
  },
  heroku: {
    name: 'Heroku',
    script: 'heroku',
    superuser: 'heroku_admin',
    user: 'u34fcet9a011tp',
    database: 'd6lqq2v0h1k3ab',
    fresh: { user: 'u9other', database: 'd9fresh' },
    closed: [],
    settings: {},
    everything: ['d6lqq2v0h1k3ab'],
    replacedBy: 'in place',
    hasReader: false,
    serviceSessions: 0,
  },
  neon: {
    name: 'Neon',
    script: 'neon',
    superuser: 'cloud_admin',
    user: 'neondb_owner',
    database: 'neondb',
    closed: [],
    settings: { 'neon.tenant_id': '1f', 'neon.timeline_id': '2e' },
    everything: ['neondb', 'postgres'],
    replacedBy: 'in place',
    hasReader: true,
    serviceSessions: 0,
  },
  digitalOcean: {
    name: 'DigitalOcean',
    script: 'digitalocean',
    superuser: 'postgres',
    user: 'doadmin',
    database: 'defaultdb',
    closed: ['_dodb'],
    settings: {},
    everything: ['defaultdb', 'postgres'],
    replacedBy: 'new database',
    hasReader: true,
    serviceSessions: 0,
  },
  aiven: {
    name: 'Aiven',
    script: 'aiven',
    superuser: 'postgres',
    user: 'avnadmin',
    database: 'defaultdb',
    closed: ['_aiven'],
    settings: {},
    everything: ['defaultdb', 'postgres'],
    replacedBy: 'new database',
    hasReader: true,
    serviceSessions: 0,
  },
  supabase: {
    name: 'Supabase',
    script: 'supabase',
    superuser: 'supabase_admin',
    user: 'postgres',
    database: 'postgres',
    closed: [],
    settings: {},
    everything: ['postgres'],
    replacedBy: 'in place',
    hasReader: true,
    extensions: ['pg_graphql', 'supabase_vault'],
    extraScripts: { application: 'supabase-application', migration: 'supabase-migration' },
    serviceSessions: 2,
  },
  /** No service: where somebody goes who leaves one. */
  plain: {
    name: 'plain PostgreSQL',
    isPlain: true,
    script: 'plain',
    superuser: 'postgres',
    user: 'keeper',
    database: 'keeper',
    closed: [],
    settings: {},
    everything: ['keeper', 'postgres'],
    replacedBy: 'new database',
    hasReader: false,
    serviceSessions: 0,
  },
} satisfies Record<string, Service>
