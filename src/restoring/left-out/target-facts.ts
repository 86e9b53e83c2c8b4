import type { HostingService } from '../../postgres/hosting/services.ts'

/** What the target is, as far as it decides what of a dump can be restored into it. */
export interface TargetFacts {
  /** The connecting role. */
  readonly role: string
  readonly isSuperuser: boolean
  readonly roles: ReadonlySet<string>
  /** Roles whose privileges the connecting role has, itself among them. */
  readonly ownRoles: ReadonlySet<string>
  /** Schemas that stand and stay; none but `public` in a database that the run has made. */
  readonly schemas: ReadonlyMap<string, SchemaFacts>
  /** Extensions that stand and stay. */
  readonly extensions: ReadonlyMap<string, { readonly isOwn: boolean }>
  /** Extensions that the role may create. */
  readonly creatable: ReadonlySet<string>
  readonly eventTriggers: ReadonlySet<string>
  readonly publications: ReadonlyMap<string, { readonly isOwn: boolean }>
  /** Foreign servers of superusers and of the service's roles, and whether the role can make a user mapping of its own there. */
  readonly servers: ReadonlyMap<string, { readonly takesMapping: boolean }>
  /** Whether the role may create schemas and publications in the database. */
  readonly mayCreate: boolean
  /**
   * What superusers and the service's roles have in schemas that stand, extensions aside: by name, routines as
   * `f(integer)`. What other strangers have is not among it: nothing of theirs may stand in for the user's.
   */
  readonly others: ReadonlySet<string>
  /** Triggers and policies that stand and stay, by {@link nameOnTable}. */
  readonly standing: ReadonlySet<string>
  /** Tables in schemas of the service that are empty and that the role may fill, by {@link qualify}. */
  readonly fillable: ReadonlySet<string>
  readonly service: HostingService | undefined
}

export interface SchemaFacts {
  /** Whether the role has the privileges of its owner. */
  readonly isOwn: boolean
  /** Whether the role may make something in it. */
  readonly mayCreate: boolean
  /** Whether it belongs to a superuser or a role of the service. */
  readonly isManaged: boolean
}

/** A name that two schemas cannot share, for sets alone. */
export function qualify(schema: string, name: string): string {
  return `${schema}\0${name}`
}

/** A trigger or policy, as a dump's heading names it: its table, a blank, its name. */
export function nameOnTable(schema: string, table: string, name: string): string {
  return qualify(schema, `${table} ${name}`)
}
