import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 684:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ag: () => (/* binding */ readObject),
/* harmony export */   E3: () => (/* binding */ readString),
/* harmony export */   MQ: () => (/* binding */ readName),
/* harmony export */   Qk: () => (/* binding */ readOneOf),
/* harmony export */   Qx: () => (/* binding */ readNullable),
/* harmony export */   Vf: () => (/* binding */ readBoolean),
/* harmony export */   _0: () => (/* binding */ readCount),
/* harmony export */   oU: () => (/* binding */ readArray),
/* harmony export */   yR: () => (/* binding */ readText)
/* harmony export */ });
/* unused harmony exports JsonError, readFields, readOptional, readInteger, readAmount, readJson */
/** Says where untrusted JSON is not what it should be, as in `files[0].size is not a whole number`. */
class JsonError extends Error {
    name = 'JsonError';
}
/** An object with exactly these fields, each of them present. */
function readObject(fields) {
    return (value, place) => {
        const entries = readEntries(value, place);
        const unknown = [...entries.keys()].find((key) => !Object.hasOwn(fields, key));
        if (unknown !== undefined)
            throw new JsonError(`${place} has the unknown field ${quote(unknown)}`);
        const read = Object.entries(fields).map(([key, reader]) => {
            if (!entries.has(key))
                throw new JsonError(`${place} lacks the field ${key}`);
            return [key, reader(entries.get(key), `${place}.${key}`)];
        });
        return Object.fromEntries(read);
    };
}
/** An object with these fields and any others, as somebody else's API gives it; a missing field is read as undefined. */
function readFields(fields) {
    return (value, place) => {
        const entries = readEntries(value, place);
        const read = Object.entries(fields).map(([key, reader]) => [
            key,
            reader(entries.get(key), `${place}.${key}`),
        ]);
        return Object.fromEntries(read);
    };
}
function readArray(reader) {
    return (value, place) => {
        if (!Array.isArray(value))
            throw new JsonError(`${place} is not a list`);
        return value.map((item, index) => reader(item, `${place}[${index}]`));
    };
}
function readNullable(reader) {
    return (value, place) => (value === null ? null : reader(value, place));
}
/** A value that may be missing or null, which is the same here. */
function readOptional(reader) {
    return (value, place) => (value === undefined || value === null ? undefined : reader(value, place));
}
/** A string that matches the pattern, which should be anchored. */
function readString(pattern, description) {
    return (value, place) => {
        if (typeof value === 'string' && pattern.test(value))
            return value;
        throw new JsonError(`${place} is not ${description}`);
    };
}
/**
 * Bytes of the longest name of a database, role or the like that is taken: servers can be built for longer ones than the
 * usual 63 (PostgreSQL: NAMEDATALEN - 1), and 255 still fit a command line and a file name with what is made of them.
 */
const longestName = 255;
/** A name of PostgreSQL's. */
const readName = (value, place) => {
    const name = readString(/^[^\0]+$/, 'a name')(value, place);
    if (Buffer.byteLength(name) <= longestName)
        return name;
    throw new JsonError(`${place} is longer than a name can be`);
};
function readOneOf(...choices) {
    return (value, place) => {
        const choice = choices.find((candidate) => candidate === value);
        if (choice !== undefined)
            return choice;
        throw new JsonError(`${place} is not one of ${choices.join(', ')}`);
    };
}
const readBoolean = (value, place) => {
    if (typeof value === 'boolean')
        return value;
    throw new JsonError(`${place} is not true or false`);
};
/** A whole number from 0 to the greatest that is exact in JavaScript. */
const readCount = (value, place) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)
        return value;
    throw new JsonError(`${place} is not a whole number`);
};
/** A whole number that is exact in JavaScript. */
const readInteger = (value, place) => {
    if (typeof value === 'number' && Number.isSafeInteger(value))
        return value;
    throw new JsonError(`${place} is not a whole number`);
};
/** A number from 0. */
const readAmount = (value, place) => {
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0)
        return value;
    throw new JsonError(`${place} is not a number`);
};
function readEntries(value, place) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        return new Map(Object.entries(value));
    }
    throw new JsonError(`${place} is not an object`);
}
function quote(text) {
    return JSON.stringify(text.slice(0, 40));
}
/** Characters of a text that describes something, such as a function with all its arguments. */
const longestText = 64 * 1024;
const readText = (value, place) => {
    const text = readString(/^[^\0]*$/, 'a text')(value, place);
    if (text.length <= longestText)
        return text;
    throw new JsonError(`${place} is longer than it can be`);
};
/**
 * PURE. Reads a text of JSON.
 * @throws JsonError
 */
function readJson(text, reader) {
    return reader(parse(text), 'answer');
}
function parse(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        throw new JsonError('answer is not JSON');
    }
}


/***/ }),

/***/ 404:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ln: () => (/* binding */ findService),
/* harmony export */   OQ: () => (/* binding */ isServiceRole)
/* harmony export */ });
/* unused harmony exports hostingServices, recogniseService, isServiceDatabase */
const nothing = { superusers: [], databases: [], settings: [], schemas: [] };
const common = {
    databases: [],
    schemas: [],
    createsExtensions: true,
    ownsExtensions: false,
    hasOneDatabase: false,
    migrationTables: [],
};
/**
 * The services, in the order in which they are tried: what one builds on another comes first. To add one is to add a
 * row. Sources: their documentation, published dumps, and supabase/postgres on GitHub; see `__tests__/hosted/sql`.
 */
const hostingServices = [
    {
        ...common,
        id: 'supabase',
        name: 'Supabase',
        marks: { ...nothing, superusers: ['supabase_admin'] },
        schemas: [
            ...['auth', 'storage', 'realtime', '_realtime', 'graphql', 'graphql_public', 'vault', 'pgbouncer'],
            ...['pgsodium', 'pgsodium_masks', 'supabase_functions', '_analytics', '_supavisor', 'net', 'cron'],
        ],
        roles: /^(?:supabase_\w+|anon|authenticated|authenticator|service_role|dashboard_user|pgbouncer|pgsodium_\w+)$/,
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
];
/** PURE. The service that a server belongs to; undefined for a server that somebody runs himself. */
function recogniseService(marks) {
    if (marks.isSuperuser)
        return undefined;
    const kinds = ['superusers', 'databases', 'settings', 'schemas'];
    return hostingServices.find((service) => kinds.some((kind) => service.marks[kind].some((mark) => marks[kind].includes(mark))));
}
/** PURE. The service of that id. */
function findService(id) {
    return hostingServices.find((service) => service.id === id);
}
/** Databases that belong to a service, whichever it is: a pattern never matches one. */
function isServiceDatabase(name, service) {
    return service?.databases.includes(name) ?? false;
}
/** Whether a role belongs to the service, and so is neither created nor altered by a restore. */
function isServiceRole(name, service) {
    return service?.roles.test(name) ?? false;
}


/***/ }),

/***/ 271:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  V: () => (/* binding */ createSqlFilter)
});

;// CONCATENATED MODULE: ./src/postgres/sql/filter/filter-rules.ts
/** The comment lines by which complete dumps of pg_dump and pg_dumpall are known. */
const completionMarkers = {
    database: '-- PostgreSQL database dump complete',
    cluster: '-- PostgreSQL database cluster dump complete',
};

;// CONCATENATED MODULE: ./src/postgres/sql/filter/cluster-part.ts

/** Settings for what follows, whichever entry they stand in. */
const setting = /^(?:SET (?!SESSION AUTHORIZATION)|SELECT pg_catalog\.set_config\()/;
/** Takes a comment: the last one of the dump of a database, or of the whole file, ends what is wanted. */
function readMark(state, comment, { completionMarker, part }) {
    const isEnd = comment === completionMarker && !(part?.database !== undefined && state.isElsewhere);
    state.isComplete ||= isEnd;
    if (comment === completionMarkers.database)
        state.database = undefined;
    if (part?.database !== undefined && isEnd)
        leave(state);
}
/** pg_dump connects once more behind the properties of a database; behind the end of a part nothing is of it. */
function enter(state, database, part) {
    noteDatabase(state, database);
    leave(state);
    if (part.database !== database || state.isComplete)
        return;
    state.isElsewhere = false;
    state.output.mute(false);
}
/** Roles and tablespaces end where the first database is made, or connected to. */
function noteStatement(state, line, part) {
    if (state.database !== undefined && !setting.test(line))
        state.database.isEmpty = false;
    if (part !== undefined && line.startsWith('CREATE DATABASE '))
        leave(state);
}
/** Each database begins with the defaults of a session. */
function noteDatabase(state, name) {
    state.encoding = undefined;
    state.escapesInStrings = false;
    state.isLeftOut = false;
    const known = state.databases.find((database) => database.name === name);
    const database = known ?? { name, isEmpty: true };
    if (known === undefined)
        state.databases.push(database);
    state.database = database;
}
/** Goes past what is not of the wanted part. */
function leave(state) {
    state.isElsewhere = true;
    state.output.mute(true);
}

;// CONCATENATED MODULE: ./src/postgres/sql/filter/client-encoding.ts
/**
 * Encodings that a server can have (pg_wchar.h: up to PG_ENCODING_BE_LAST): no character of theirs holds a byte that
 * ASCII uses. In the others, such as SJIS and GBK, a quote or a backslash may be the second half of a character.
 */
const serverEncodings = /^(?:SQL_ASCII|UTF8|LATIN(?:[1-9]|10)|ISO_8859_[5-8]|WIN(?:866|874|125[0-8])|KOI8[RU]|EUC_(?:JP|CN|KR|TW|JIS_2004)|MULE_INTERNAL)$/;
/** PURE. Whether bytes of text in this encoding mean what ASCII says. */
function isServerEncoding(name) {
    return serverEncodings.test(name);
}

;// CONCATENATED MODULE: ./src/postgres/connection/connection-keywords.ts
/** Every parameter of libpq 15 to 18 and its variable. Source: `PQconndefaults` of both versions. */
const connection_keywords_connectionKeywords = new Map([
    ['service', { variable: 'PGSERVICE' }],
    ['user', { variable: 'PGUSER' }],
    ['password', { variable: 'PGPASSWORD', secret: true }],
    ['passfile', { variable: 'PGPASSFILE' }],
    ['channel_binding', { variable: 'PGCHANNELBINDING' }],
    ['connect_timeout', { variable: 'PGCONNECT_TIMEOUT' }],
    ['dbname', { variable: 'PGDATABASE' }],
    ['host', { variable: 'PGHOST' }],
    ['hostaddr', { variable: 'PGHOSTADDR' }],
    ['port', { variable: 'PGPORT' }],
    ['client_encoding', { variable: 'PGCLIENTENCODING' }],
    ['options', { variable: 'PGOPTIONS' }],
    ['application_name', { variable: 'PGAPPNAME' }],
    ['fallback_application_name', {}],
    ['keepalives', {}],
    ['keepalives_idle', {}],
    ['keepalives_interval', {}],
    ['keepalives_count', {}],
    ['tcp_user_timeout', {}],
    ['sslmode', { variable: 'PGSSLMODE' }],
    ['sslnegotiation', { variable: 'PGSSLNEGOTIATION', since: 17 }],
    ['sslcompression', { variable: 'PGSSLCOMPRESSION' }],
    ['sslcert', { variable: 'PGSSLCERT' }],
    ['sslkey', { variable: 'PGSSLKEY' }],
    ['sslcertmode', { variable: 'PGSSLCERTMODE', since: 16 }],
    ['sslpassword', { secret: true }],
    ['sslrootcert', { variable: 'PGSSLROOTCERT' }],
    ['sslcrl', { variable: 'PGSSLCRL' }],
    ['sslcrldir', { variable: 'PGSSLCRLDIR', since: 14 }],
    ['sslsni', { variable: 'PGSSLSNI', since: 14 }],
    ['sslkeylogfile', { since: 18 }],
    ['requirepeer', { variable: 'PGREQUIREPEER' }],
    ['require_auth', { variable: 'PGREQUIREAUTH', since: 16 }],
    ['min_protocol_version', { variable: 'PGMINPROTOCOLVERSION', since: 18 }],
    ['max_protocol_version', { variable: 'PGMAXPROTOCOLVERSION', since: 18 }],
    ['ssl_min_protocol_version', { variable: 'PGSSLMINPROTOCOLVERSION' }],
    ['ssl_max_protocol_version', { variable: 'PGSSLMAXPROTOCOLVERSION' }],
    ['gssencmode', { variable: 'PGGSSENCMODE' }],
    ['krbsrvname', { variable: 'PGKRBSRVNAME' }],
    ['gsslib', { variable: 'PGGSSLIB' }],
    ['gssdelegation', { variable: 'PGGSSDELEGATION', since: 16 }],
    ['replication', {}],
    ['target_session_attrs', { variable: 'PGTARGETSESSIONATTRS' }],
    ['load_balance_hosts', { variable: 'PGLOADBALANCEHOSTS', since: 16 }],
    ['scram_client_key', { since: 18, secret: true }],
    ['scram_server_key', { since: 18, secret: true }],
    ['oauth_issuer', { since: 18 }],
    ['oauth_client_id', { since: 18 }],
    ['oauth_client_secret', { since: 18, secret: true }],
    ['oauth_scope', { since: 18 }],
]);
/** Parameters that other tools add to a URL, and what to write for libpq instead. */
const connection_keywords_foreignParameters = new Map([
    ...[
        ...['connection_limit', 'pool_timeout', 'pool_size', 'pool', 'pool_mode', 'statement_cache_size'],
        ...[
            'prepared_statement_cache_size',
            'prepareThreshold',
            'prepare',
            'max',
            'idle_timeout',
            'supa',
            'workaround',
        ],
        ...['socket_timeout', 'single_use_connections', 'serverVersion', 'charset', 'useSSL', 'uselibpqcompat'],
        ...[
            'pool_max_conns',
            'pool_min_conns',
            'pool_max_conn_lifetime',
            'default_query_exec_mode',
            'binary_parameters',
        ],
        ...[
            'loggerLevel',
            'reWriteBatchedInserts',
            'ApplicationName',
            'sslidentity',
            'encoding',
            'reaping_frequency',
        ],
    ].map((name) => [name, `Remove "${name}" from the url`]),
    ['pgbouncer', 'Remove "pgbouncer" and connect to the database itself, not through its pooler'],
    ['schema', 'Remove "schema"; to dump a single schema, add --schema=NAME to the input "options"'],
    [
        'currentSchema',
        'Remove "currentSchema"; to dump a single schema, add --schema=NAME to the input "options"',
    ],
    ['search_path', 'Remove "search_path"; to dump a single schema, add --schema=NAME to the input "options"'],
    [
        'sslaccept',
        'Replace "sslaccept" by sslmode=require, or by sslmode=verify-full with the input "ssl-root-cert"',
    ],
    ['ssl', 'Replace "ssl" by sslmode=require, or by sslmode=disable'],
    [
        'sslfactory',
        'Replace "sslfactory" by sslmode=require, or by sslmode=verify-full with the input "ssl-root-cert"',
    ],
    ['ssl_mode', 'Replace "ssl_mode" by "sslmode"'],
    ['sslMode', 'Replace "sslMode" by "sslmode"'],
    ['sslca', 'Replace "sslca" by the input "ssl-root-cert"'],
    ['timezone', 'Replace "timezone" by the environment variable PGTZ'],
    ['database', 'Replace "database" by "dbname"'],
    ['username', 'Replace "username" by "user"'],
    ['hostname', 'Replace "hostname" by "host"'],
    ['endpoint', 'Replace "endpoint=…" by options=endpoint%3D…'],
]);

;// CONCATENATED MODULE: ./src/errors.ts
/** An error that is shown to the user as one annotation: `what: why. What to do. [code]`. */
class errors_BackupError extends Error {
    name = 'BackupError';
    code;
    explanation;
    constructor(code, explanation, options) {
        super(`${explanation.what}: ${explanation.why}. ${explanation.whatToDo}. [${code}]`, options);
        this.code = code;
        this.explanation = explanation;
    }
}

;// CONCATENATED MODULE: ./src/postgres/connection/url-error.ts

/** PURE. A PGB_URL that names the broken rule; neither sentence may hold a piece of the connection string. */
function url_error_refuseUrl(why, whatToDo) {
    return new BackupError('PGB_URL', {
        what: 'The connection cannot be read as libpq reads it',
        why,
        whatToDo,
    });
}

;// CONCATENATED MODULE: ./src/postgres/connection/conninfo-store.ts


/**
 * PURE but for `store`. Sets one parameter (libpq: conninfo_storeval). The name of an unknown parameter is
 * never shown, because it may be the tail of a password that holds "&" or a blank.
 * @throws BackupError PGB_URL when libpq knows no such keyword
 */
function conninfo_store_storeParameter(store, keyword, value, position) {
    if (keyword === 'requiressl') {
        store.set('sslmode', value.startsWith('1') ? 'require' : 'prefer');
    }
    else if (connectionKeywords.has(keyword)) {
        store.set(keyword, value);
    }
    else {
        throw refuseUnknownParameter(keyword, position);
    }
}
function refuseUnknownParameter(keyword, position) {
    const advice = foreignParameters.get(keyword);
    if (advice !== undefined)
        return refuseUrl(`the parameter "${keyword}" belongs to another tool, PostgreSQL does not know it`, advice);
    return refuseUrl(`parameter number ${position} has a name that PostgreSQL does not know`, 'Correct or remove it; "&" and "=" inside a value of a URI are written %26 and %3D, a value with blanks in a ' +
        'keyword/value string is written in single quotes, and the input "password" needs no encoding');
}

;// CONCATENATED MODULE: ./src/postgres/connection/conninfo-pairs.ts



// libpq's isspace() in the C locale, which leaves out the blanks of Unicode.
const blank = '[ \\t\\n\\v\\f\\r]';
const parameterName = new RegExp(`${blank}*([^ \\t\\n\\v\\f\\r=]*)${blank}*`, 'y');
const equalsSign = new RegExp(`=${blank}*`, 'y');
const quotedValue = /'((?:\\[^]|[^'\\])*)'/y;
const plainValue = /(?:\\(?:[^]|$)|[^ \t\n\v\f\r\\])*/y;
/**
 * PURE. Reads a keyword/value string as libpq does (libpq: conninfo_parse).
 * @throws BackupError PGB_URL
 */
function conninfo_pairs_parseConninfoPairs(text) {
    const store = new Map();
    let at = 0;
    const take = (pattern) => {
        pattern.lastIndex = at;
        const match = pattern.exec(text);
        if (match !== null)
            at = pattern.lastIndex;
        return match ?? undefined;
    };
    for (let position = 1;; position++) {
        const name = take(parameterName)?.[1] ?? '';
        if (at === text.length && name === '')
            return store;
        const equals = take(equalsSign)?.[0];
        if (equals === undefined)
            throw refuseMissingEquals(position);
        const isQuoted = text[at] === "'";
        const value = isQuoted ? take(quotedValue)?.[1] : take(plainValue)?.[0];
        if (value === undefined)
            throw refuseUrl(`the value of parameter number ${position} begins with a single quote that is never closed`, 'Close it, and write \\\' for a quote inside the value; the input "password" needs no quoting');
        if (!isQuoted && equals !== '=' && isPair(value))
            throw refuseUrl(`the value of parameter number ${position} is empty, so libpq takes the next parameter for it`, "Write an empty value as '', or remove the parameter; in a workflow, see whether a secret is empty");
        storeParameter(store, name, value.replace(/\\([^]?)/g, '$1'), position);
    }
}
function isPair(value) {
    return value.includes('=') && connectionKeywords.has(value.slice(0, value.indexOf('=')));
}
function refuseMissingEquals(position) {
    if (position === 1)
        return refuseUrl('it is neither a URI that begins with postgres:// or postgresql:// nor a list of keyword=value', 'Write postgres://user:password@host:5432/database, with no quotes around it and no name before it');
    return refuseUrl(`there is no "=" after the name of parameter number ${position}`, 'Put a value with blanks in single quotes, or use the input "password", which needs no quoting');
}

;// CONCATENATED MODULE: ./src/postgres/connection/conninfo-uri.ts



const scheme = /^(?:postgresql|postgres):\/\//;
/** PURE. Whether libpq takes the text for a URI (libpq: uri_prefix_length; it minds upper and lower case). */
function conninfo_uri_isConninfoUri(text) {
    return scheme.test(text);
}
/**
 * PURE. Reads a connection URI as libpq does (libpq: conninfo_uri_parse_options), except that it refuses what
 * libpq would misunderstand: a raw "@" in password or path, and raw white space, which libpq before
 * version 17 keeps and later ones drop or refuse.
 * @throws BackupError PGB_URL
 */
function conninfo_uri_parseConninfoUri(text) {
    if (/[ \t\n\v\f\r]/.test(text))
        throw refuseUrl('a URI holds no blanks or line breaks', 'Write a blank as %20, or remove the line break; the input "password" needs no encoding');
    const store = new Map();
    const rest = storeUserinfo(store, text.replace(scheme, ''));
    const location = storeHosts(store, rest);
    if (location === '')
        return store;
    const query = location.startsWith('?') ? location : storeDatabase(store, location);
    if (query !== '')
        storeQuery(store, query.slice(1));
    return store;
}
function storeUserinfo(store, rest) {
    const end = rest.search(/[@/]/);
    const beforeQuery = rest.slice(end + 1).split('?', 1)[0] ?? '';
    if (end >= 0 && beforeQuery.includes('@'))
        throw refuseSecondAt(rest[end] === '@');
    if (rest[end] !== '@')
        return rest;
    const userinfo = rest.slice(0, end);
    if (hasParameter(userinfo))
        throw refuseUrl('an "@" in a parameter after the "?" makes libpq take all before it for the user name and password', 'Write "@" as %40 and a "?" in the password as %3F, or put a "/" before the "?"');
    const colon = userinfo.indexOf(':');
    storeDecoded(store, 'user', colon < 0 ? userinfo : userinfo.slice(0, colon));
    if (colon >= 0)
        storeDecoded(store, 'password', userinfo.slice(colon + 1));
    return rest.slice(end + 1);
}
function hasParameter(userinfo) {
    return [...userinfo.matchAll(/[?&](\w+)=/g)].some((match) => connectionKeywords.has(match[1] ?? ''));
}
function refuseSecondAt(hasUserinfo) {
    const write = 'Percent-encode the user name and password, "@" as %40 and "/" as %2F, or use the password input';
    if (hasUserinfo)
        return refuseUrl('there is a second "@", and libpq ends the password at the first one', write);
    return refuseUrl('there is a "/" before the "@", and libpq ends the host at the first "/"', write);
}
/** Returns what follows the hosts: empty, or from its "/" or "?" on. */
function storeHosts(store, rest) {
    const hosts = [];
    const ports = [];
    let remaining = rest;
    for (;;) {
        const [host, afterHost] = remaining.startsWith('[')
            ? splitAddress(remaining)
            : splitBefore(remaining, /[:/?,]/);
        const [port, afterPort] = afterHost.startsWith(':')
            ? splitBefore(afterHost.slice(1), /[/?,]/)
            : ['', afterHost];
        hosts.push(host);
        ports.push(port);
        if (!afterPort.startsWith(',')) {
            storeDecoded(store, 'host', hosts.join(','));
            storeDecoded(store, 'port', ports.join(','));
            return afterPort;
        }
        remaining = afterPort.slice(1);
    }
}
function splitAddress(remaining) {
    const end = remaining.indexOf(']');
    const after = remaining.slice(end + 1);
    if (end < 0 || end === 1 || !/^(?:[:/?,]|$)/.test(after))
        throw refuseUrl('an IPv6 address in a URI stands between "[" and "]", and only a port, "/", "?" or "," may follow', 'Write the address as in postgres://user@[2001:db8::1]:5432/database');
    return [remaining.slice(1, end), after];
}
function splitBefore(text, end) {
    const index = text.search(end);
    return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index)];
}
function storeDatabase(store, path) {
    const [database, query] = splitBefore(path.slice(1), /\?/);
    storeDecoded(store, 'dbname', database);
    return query;
}
/** Stores a part that an empty text leaves unset (libpq: PGDATABASE and its like must go on working). */
function storeDecoded(store, keyword, encoded) {
    if (encoded !== '')
        store.set(keyword, decodePercent(encoded));
}
function storeQuery(store, query) {
    const parts = query.split('&');
    // libpq stops at the end of the text, so one trailing "&" is no empty parameter.
    if (parts.at(-1) === '')
        parts.pop();
    parts.forEach((part, index) => {
        const pieces = part.split('=');
        const [keyword, value] = pieces.map(decodePercent);
        if (pieces.length !== 2 || keyword === undefined || value === undefined)
            throw refuseUrl(`parameter number ${index + 1} after the "?" is not of the form name=value`, 'Write "=" and "&" inside a value as %3D and %26, and "?" inside a password as %3F');
        if (keyword === 'ssl' && value === 'true')
            store.set('sslmode', 'require');
        else
            storeParameter(store, keyword, value, index + 1);
    });
}
/** PURE. Percent-decodes one part (libpq: conninfo_uri_decode), which must be UTF-8. */
function decodePercent(encoded) {
    if (/%(?![0-9A-Fa-f]{2})/.test(encoded))
        throw refuseUrl('a "%" in a URI must be followed by two hexadecimal digits', 'Write a "%" in the password as %25, or use the password input');
    if (encoded.includes('%00'))
        throw refuseUrl('%00 is forbidden in a URI', 'Remove it');
    try {
        return decodeURIComponent(encoded);
    }
    catch {
        throw refuseUrl('the percent-encoded bytes are not UTF-8', 'Encode the characters as UTF-8, as in %C3%A9 for "é"');
    }
}

;// CONCATENATED MODULE: ./src/postgres/connection/hosts.ts

const defaultPort = '5432';
/**
 * PURE. The servers in the order in which libpq tries them (libpq: pqConnectOptions2).
 * @throws BackupError PGB_URL when the numbers of hosts, addresses and ports do not fit, or a port is no port
 */
function listHosts(parameters) {
    hosts_checkPorts(parameters);
    const names = splitList(parameters['host']);
    const addresses = splitList(parameters['hostaddr']);
    const ports = splitList(parameters['port']);
    const count = Math.max(1, addresses.length > 0 ? addresses.length : names.length);
    if (names.length > 0 && names.length !== count)
        throw refuseUrl(`${names.length} hosts cannot be matched to ${count} values of hostaddr`, 'Give one of each');
    if (ports.length > 1 && ports.length !== count)
        throw refuseUrl(`${ports.length} ports cannot be matched to ${count} hosts`, 'Give one port for all hosts, or one for each');
    return Array.from({ length: count }, (_, index) => {
        const host = names[index] ?? '';
        const hostaddr = addresses[index] ?? '';
        const port = (ports.length === 1 ? ports[0] : ports[index]) ?? '';
        return {
            ...(host === '' ? {} : { host }),
            ...(hostaddr === '' ? {} : { hostaddr }),
            port: port === '' ? defaultPort : port,
        };
    });
}
/**
 * PURE. Refuses what is no port before any tool sees it: libpq would repeat it, and in a URL with an unencoded
 * password it is a piece of that password.
 * @throws BackupError PGB_URL
 */
function hosts_checkPorts(parameters) {
    for (const port of splitList(parameters['port']))
        if (port !== '' && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535))
            throw refuseUrl('a port is not a number from 1 to 65535', 'Correct it; if the password holds "/", ":" or "@", percent-encode these as %2F, %3A and %40, or use the ' +
                'password input; an IPv6 address stands between "[" and "]"');
}
function splitList(value) {
    return value === undefined || value === '' ? [] : value.split(',');
}

;// CONCATENATED MODULE: ./src/postgres/connection/connection-string.ts





/**
 * PURE. Reads a connection URI or keyword/value string as libpq does (libpq: parse_connection_string). It
 * refuses what libpq refuses, and what libpq accepts but would misunderstand; no error holds a piece of the text.
 * @throws BackupError PGB_URL
 */
function parseConnectionString(text) {
    if (text.includes('\0'))
        throw refuseUrl('it holds a NUL character', 'Remove it');
    if (!isConninfoUri(text))
        checkScheme(text);
    const store = isConninfoUri(text) ? parseConninfoUri(text) : parseConninfoPairs(text);
    const parameters = Object.fromEntries(store);
    checkPorts(parameters);
    return parameters;
}
function checkScheme(text) {
    if (/^\s*["']?[a-z][a-z0-9+.-]*(?::[a-z]+)?:\/\//i.test(text))
        throw refuseUrl('a URI begins with exactly postgres:// or postgresql://, in lower case', 'Remove what stands before it, such as a quote, a blank, "jdbc:" or the name of a driver');
}
/** PURE. Whether a text that should be a mere name is a connection URI or holds a password for libpq. */
function looksLikeAddress(text = '') {
    return /:\/\/|\bpassword\s*=/i.test(text);
}
/** PURE. Writes a value for a keyword/value string: `'…'` with `\` and `'` escaped (libpq: appendConnStrVal). */
function escapeConninfoValue(value) {
    return `'${value.replace(/[\\']/g, '\\$&')}'`;
}
/**
 * PURE. The only safe way to name a database on a command line: libpq takes a bare name that holds "=" or begins
 * with a URI's scheme for a whole connection string, and would send the password to the host in it.
 */
function formatDatabaseArgument(database) {
    return `--dbname=dbname=${escapeConninfoValue(database)}`;
}

;// CONCATENATED MODULE: ./src/postgres/sql/filter/connect-command.ts

/** The three forms that pg_dumpall writes (string_utils.c: appendPsqlMetaConnect); a name has no line break. */
const connect = /^\\connect (?:([a-z_][a-z0-9_]*)|"([A-Za-z0-9_.]+)"|-reuse-previous=on "dbname='((?:[^'"\\\r\n]|""|\\['\\])+)'")[ \t\r]*\n?$/;
/**
 * PURE. The database to which a line of pg_dumpall connects; undefined where it is no such line.
 * @param line one character for each byte
 */
function parseConnect(line) {
    const [, plain, quoted, complex] = connect.exec(line) ?? [];
    return plain ?? quoted ?? complex?.replaceAll('""', '"').replace(/\\(['\\])/g, '$1');
}
/** PURE. The line by which psql connects to that database, on the same server as the same user. */
function formatConnect(database) {
    const conninfo = `dbname=${escapeConninfoValue(database)}`;
    return `\\connect -reuse-previous=on "${conninfo.replaceAll('"', '""')}"\n`;
}
/** PURE. Whether pg_dump or pg_dumpall writes such a line for psql's own safety; it changes nothing of what the dump says. */
function isOwnCommand(line) {
    return /^\\(?:(?:un)?restrict [A-Za-z0-9]+|encoding SQL_ASCII)\s*$/.test(line);
}

;// CONCATENATED MODULE: ./src/postgres/sql/filter/copy-statement.ts
const copy_statement_name = `(?:"(?:[^"]|"")+"|[A-Za-z_\\x80-\\xff][A-Za-z0-9_$\\x80-\\xff]*)`;
const columns = `\\(${copy_statement_name}(?:, ${copy_statement_name})*\\)`;
/** As pg_dump writes it; up to version 11 it could take oids along. */
const copyFromStdin = new RegExp(`^COPY (${copy_statement_name}(?:\\.${copy_statement_name})?)(?: ${columns})? +(?:WITH OIDS )?FROM stdin;[ \\t\\r]*\\n$`);
const createTable = new RegExp(`^CREATE (?:UNLOGGED )?TABLE (${copy_statement_name}\\.${copy_statement_name})[ \\n]`);
const attachPartition = new RegExp(`^ALTER TABLE ONLY (${copy_statement_name}\\.${copy_statement_name}) ATTACH PARTITION (${copy_statement_name}\\.${copy_statement_name}) (?:FOR VALUES|DEFAULT)`);
/** PURE. Whether it is the statement behind which pg_dump writes a table's rows; its bytes as characters. */
function isCopyFromStdin(statement) {
    return copyFromStdin.test(statement);
}
/** PURE. The table of such a statement, as it is written there; undefined where it is another one. */
function readCopiedTable(statement) {
    return copyFromStdin.exec(statement)?.[1];
}
/** PURE. The table that a statement of pg_dump makes, as it is written there with its schema; undefined where it makes none. */
function readMadeTable(statement) {
    return createTable.exec(statement)?.[1];
}
/** PURE. The tables of a statement that attaches a partition, as they are written there; undefined where it is another one. */
function readAttachedPartition(statement) {
    const [, parent, partition] = attachPartition.exec(statement) ?? [];
    return parent === undefined || partition === undefined ? undefined : { parent, partition };
}

;// CONCATENATED MODULE: ./src/postgres/sql/filter/dump-error.ts
const consequences = {
    foreign: 'which pg_dump never writes',
    transaction: 'which would end the transaction of the restore half-way',
    unsure: 'which this old psql could take for something else',
};
/** Something in a plain dump that is not passed to psql. The message names the construct, and nothing of the data. */
class DumpError extends Error {
    name = 'DumpError';
    /** @param found as in `the psql command \!` */
    constructor(found, kind = 'foreign') {
        super(`the dump holds ${found}, ${consequences[kind]}`);
    }
}

;// CONCATENATED MODULE: ./src/postgres/sql/filter/filter-output.ts
/** @param search gets all bytes of the dump in their order, and throws where psql must not see them */
function createOutput(search) {
    let parts = [];
    let searched = [];
    let isMuted = false;
    const seal = () => {
        if (parts.length === 0)
            return;
        const bytes = Buffer.concat(parts);
        search(bytes);
        searched.push(bytes);
        parts = [];
    };
    return {
        pass: (part) => {
            if (!isMuted)
                parts.push(typeof part === 'string' ? Buffer.from(part, 'latin1') : part);
        },
        say: (text) => {
            // Its low byte alone would be written, which may be a quote.
            if (/[^\0-\xff]/.test(text))
                throw new Error('the filter was to say what is no byte');
            seal();
            searched.push(Buffer.from(text, 'latin1'));
        },
        mute: (wanted) => {
            isMuted = wanted;
        },
        dropLastByte: () => {
            if (isMuted)
                return;
            const last = parts.pop();
            if (last !== undefined)
                parts.push(last.subarray(0, -1));
        },
        take: () => {
            seal();
            const bytes = searched.length === 1 ? searched[0] : Buffer.concat(searched);
            searched = [];
            return bytes ?? Buffer.alloc(0);
        },
    };
}

;// CONCATENATED MODULE: ./src/postgres/sql/filter/sql-reader.ts

function startReading() {
    return {
        closing: undefined,
        hasEscapes: false,
        commentDepth: 0,
        parentheses: 0,
        bodyDepth: 0,
        words: [],
        isWithinStatement: false,
        isAtStart: true,
        escapesInStrings: false,
    };
}
/** All that matters outside of quotations, as psqlscan.l cuts it; an identifier may hold a `$`, a number may not. */
const tokens = /--|\/\*|['"]|[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*|\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$|[;()\\$]|::|:/g;
/** They begin or end a transaction, and pg_dump writes them around large objects alone. */
const transactionWords = new Set(['abort', 'begin', 'commit', 'end', 'prepare', 'rollback', 'start']);
/**
 * Reads on by one line.
 * @returns whether a statement ends with the line: nothing but blanks and comments stands behind its `;`
 * @throws DumpError for what no dump holds, and what psql could take for an order
 */
function endsStatement(state, line, rules) {
    let index = 0;
    let isEnded = false;
    while (index < line.length) {
        if (state.closing !== undefined) {
            index = skipQuotation(state, line, index, rules);
            continue;
        }
        tokens.lastIndex = index;
        const found = tokens.exec(line);
        if (isEnded && hasCode(line, index, found?.index))
            isEnded = continueLine(rules);
        if (found === null)
            break;
        const token = found[0];
        index = found.index + token.length;
        if (token === '--') {
            // For psql and the server a carriage return ends a comment too.
            if (/\r(?!\n?$)/.test(line.slice(index)))
                throw new DumpError('a line break within a comment');
            break;
        }
        if (token !== '/*') {
            if (isEnded)
                continueLine(rules);
            isEnded = takeToken(state, token, { line, at: found.index, rules });
        }
        if (opensQuotation(token))
            sql_reader_open(state, token, line, found.index);
    }
    state.isWithinStatement = !isEnded || state.closing !== undefined;
    return !state.isWithinStatement;
}
function hasCode(line, from, to) {
    for (let index = from; index < (to ?? line.length); index += 1) {
        if (!' \t\n\r\f\v'.includes(line.charAt(index)))
            return true;
    }
    return false;
}
/** What encoding and quotes psql assumes is settled where a statement begins, and that is at a line's beginning. */
function continueLine({ isStrict }) {
    if (isStrict)
        throw new DumpError('two statements on one line', 'unsure');
    return false;
}
function opensQuotation(token) {
    return token === "'" || token === '"' || token === '/*' || (token.length > 1 && token.startsWith('$'));
}
/** @returns whether the token ends a statement */
function takeToken(state, token, position) {
    if (position.rules.isStrict)
        refuseUnsure(token, position);
    switch (token) {
        case '\\':
            throw new DumpError(`the psql command ${nameCommand(position)}`);
        case '(':
            state.parentheses += 1;
            break;
        case ')':
            state.parentheses = Math.max(0, state.parentheses - 1);
            break;
        case ';':
            return takeSemicolon(state);
        default:
            if (/^[A-Za-z_\x80-\xff]/.test(token))
                takeWord(state, token.toLowerCase(), position);
    }
    state.isAtStart = false;
    return false;
}
function takeSemicolon(state) {
    state.isAtStart = true;
    if (state.parentheses > 0 || state.bodyDepth > 0)
        return false;
    state.words = [];
    return true;
}
function takeWord(state, word, { line, at, rules }) {
    if (state.isAtStart) {
        const endsBody = word === 'end' && state.bodyDepth > 0;
        if (rules.oneTransaction && transactionWords.has(word) && !endsBody) {
            throw new DumpError(`the statement ${word.toUpperCase()}`, 'transaction');
        }
        if (word === 'copy' && (at > 0 || state.isWithinStatement))
            throw new DumpError('a COPY that does not begin a line');
    }
    if (state.words.length < 4)
        state.words.push(word);
    if (state.words[0] !== 'create' || state.parentheses > 0 || !isRoutine(state.words))
        return;
    if (word === 'begin') {
        // psql takes any BEGIN for the beginning of a body, but the server only this one.
        if (rules.isStrict || !/^\s+ATOMIC\s/i.test(line.slice(at + word.length)))
            throw new DumpError('BEGIN in a function');
        state.bodyDepth += 1;
    }
    else if (word === 'case' && state.bodyDepth > 0)
        state.bodyDepth += 1;
    else if (word === 'end' && state.bodyDepth > 0)
        state.bodyDepth -= 1;
}
/** Whether psql reckons with a body (psqlscan.l, the rule for identifiers; since version 14). */
function isRoutine([first, ...others]) {
    const [kind] = others[0] === 'or' && others[1] === 'replace' ? others.slice(2) : others;
    return first === 'create' && (kind === 'function' || kind === 'procedure');
}
/** A variable, and a word, `$` or quotation that touches a number: psql's versions differ in what they make of them. */
function refuseUnsure(token, { line, at }) {
    const next = line.charAt(at + token.length);
    const touchesNumber = /[0-9]/.test(line.charAt(at - 1));
    const isUnsure = token === '$' ||
        (token === ':' && /[A-Za-z_'"{\x80-\xff]/.test(next)) ||
        (/^[$A-Za-z_\x80-\xff]/.test(token) && touchesNumber && (!/^[eE]\d*$/.test(token) || /['"$]/.test(next)));
    if (isUnsure)
        throw new DumpError(`"${token}${next}" outside of quotes`, 'unsure');
}
function nameCommand({ line, at }) {
    return `\\${/^[A-Za-z_!?;:.]*/.exec(line.slice(at + 1, at + 21))?.[0] ?? ''}`;
}
function sql_reader_open(state, token, line, at) {
    state.closing = token === '/*' ? '*/' : token;
    const isEscapeString = /(?:^|[^A-Za-z0-9_$\x80-\xff])[eE]$/.test(line.slice(Math.max(0, at - 2), at));
    state.hasEscapes = token === "'" && (isEscapeString || state.escapesInStrings);
    if (token === '/*')
        state.commentDepth = 1;
}
/** The index behind the end of what is open, or the line's length. Doubled quotes close and open again. */
function skipQuotation(state, line, from, rules) {
    if (state.closing === '*/')
        return skipComment(state, line, from);
    let index = from;
    for (;;) {
        const end = line.indexOf(state.closing ?? '', index);
        const escape = state.hasEscapes ? line.indexOf('\\', index) : -1;
        if (escape >= 0 && (end < 0 || escape < end)) {
            index = escape + 2;
            continue;
        }
        if (end < 0)
            return line.length;
        if (rules.isStrict && state.closing === "'" && isEscaped(line, from, end)) {
            throw new DumpError(`"\\'" in a string`, 'unsure');
        }
        const isDoubled = state.closing === "'" && line[end + 1] === "'";
        index = end + (state.closing?.length ?? 1);
        if (isDoubled) {
            index += 1;
            continue;
        }
        state.closing = undefined;
        return index;
    }
}
/** An odd number of backslashes before it: whether that quote ends the string is a matter of settings. */
function isEscaped(line, from, end) {
    let first = end;
    while (first > from && line[first - 1] === '\\')
        first -= 1;
    return (end - first) % 2 === 1;
}
function skipComment(state, line, from) {
    const edge = /\/\*|\*\//g;
    edge.lastIndex = from;
    for (let found = edge.exec(line); found !== null; found = edge.exec(line)) {
        state.commentDepth += found[0] === '/*' ? 1 : -1;
        if (state.commentDepth > 0)
            continue;
        state.closing = undefined;
        return edge.lastIndex;
    }
    return line.length;
}

;// CONCATENATED MODULE: ./src/postgres/sql/filter/unrestrict-search.ts

const word = Buffer.from('\\unrestrict');
/** Bytes before the word that decide what its backslash is: one of another kind, or the half of a character. */
const contextLength = 5;
/** The word as COPY writes it, and another spelling of the same: COPY reads `\156` as n. */
const [inRow, respelled] = [Buffer.from('\\\\unrestrict'), Buffer.from('\\\\u\\156restrict')];
/** Bytes at the end of rows in which {@link respellRows} cannot yet see the word that they begin. */
const openLength = inRow.length - 1;
/**
 * PURE. Spells the word otherwise in COPY's rows, which whoever uses an application may write: psql obeys no part of
 * that, whatever encoding it reads in, and the server reads the same rows.
 */
function respellRows(rows) {
    const parts = [];
    let from = 0;
    for (let at = rows.indexOf(inRow); at >= 0; at = rows.indexOf(inRow, from)) {
        parts.push(rows.subarray(from, at), respelled);
        from = at + inRow.length;
    }
    return from === 0 ? rows : Buffer.concat([...parts, rows.subarray(from)]);
}
/**
 * Looks in all that psql gets of a dump, data too, for the command that psql obeys under `\restrict`, since an attack
 * may lead psql and the filter apart. Behind another backslash it is none, unless an encoding such as GB18030 could
 * take that one for the half of a character.
 * @returns a function that takes the bytes in their order, and throws DumpError
 */
function makeUnrestrictSearch() {
    let seen = Buffer.alloc(0);
    return (bytes) => {
        const joined = Buffer.concat([seen, bytes]);
        for (let at = joined.indexOf(word); at >= 0; at = joined.indexOf(word, at + 1)) {
            const isNew = at + word.length > seen.length;
            if (isNew && isCommand(joined, at))
                throw new DumpError('the word \\unrestrict', 'unsure');
        }
        seen = Buffer.from(joined.subarray(-(word.length + contextLength)));
    };
}
function isCommand(bytes, at) {
    if (at === 0 || bytes[at - 1] !== word[0])
        return true;
    return bytes.subarray(Math.max(0, at - 4), at - 1).some((byte) => byte >= 0x80);
}

;// CONCATENATED MODULE: ./src/postgres/sql/filter/filter-state.ts



/** @param key ends the first restriction */
function startFiltering(rules, key) {
    const isElsewhere = rules.part?.database !== undefined;
    const output = createOutput(rules.restriction === 'leaking' ? makeUnrestrictSearch() : () => undefined);
    output.mute(isElsewhere);
    return {
        ...startReading(),
        rest: [],
        isCopying: false,
        isLeftOut: false,
        isDropped: false,
        held: undefined,
        isComplete: false,
        isElsewhere,
        databases: [],
        database: undefined,
        key,
        encoding: undefined,
        output,
    };
}

// EXTERNAL MODULE: ./src/postgres/sql/identifier.ts
var identifier = __nccwpck_require__(797);
;// CONCATENATED MODULE: ./src/postgres/sql/filter/omitted-statements.ts

/** First major version whose servers know `transaction_timeout`. */
const transactionTimeoutSince = 17;
/** PURE. Whether a dump of that client must lose its `SET transaction_timeout` on the way to that server. */
function losesTransactionTimeout(clientMajor, serverMajor) {
    return clientMajor >= transactionTimeoutSince && serverMajor < transactionTimeoutSince;
}
/** PURE. Tells which statements to leave out; a statement comes as one character for each byte, with its `;`. */
function makeStatementTest(omit) {
    const created = { ROLE: new Set(omit.existingRoles), TABLESPACE: new Set(omit.existingTablespaces) };
    return (statement) => {
        if (omit.transactionTimeout && /^SET transaction_timeout = 0;\s*$/.test(statement))
            return true;
        if (omit.owners && /^ALTER [^]* OWNER TO (?:"(?:[^"]|"")+"|[^\s"';]+);\s*$/.test(statement))
            return true;
        const [, kind, name] = /^CREATE (ROLE|TABLESPACE) ("(?:[^"]|"")+"|[^\s"';]+)/.exec(statement) ?? [];
        if (kind === 'ROLE' || kind === 'TABLESPACE')
            return created[kind].has((0,identifier/* readIdentifier */.y)(name ?? ''));
        const role = /^ALTER ROLE ("(?:[^"]|"")+"|[^\s"';]+) /.exec(statement)?.[1];
        return role !== undefined && (0,identifier/* readIdentifier */.y)(role) === omit.ownRole;
    };
}

;// CONCATENATED MODULE: ./src/postgres/sql/filter/sql-filter.ts









/** Statements that are held until they are whole begin with one of these; others only where the judge says so. */
const candidate = /^(?:ALTER |CREATE ROLE |CREATE TABLESPACE |COPY |SET )/i;
const newline = 0x0a;
/**
 * PURE. A filter of the SQL that pg_dump and pg_dumpall write, which may be forged: psql obeys commands such as `\!`.
 * It knows quotes, dollar quotes, comments and the data of COPY, so that nothing inside a value or a function's body
 * is taken for a statement or command. Where it and psql read differently, psql still is under `\restrict`, and the
 * transaction cannot be committed.
 * @param makeKey gives another random word of letters and digits each time
 * @param judge without one all entries are restored
 */
function createSqlFilter(rules, makeKey, judge) {
    const state = startFiltering(rules, makeKey());
    const isOmitted = makeStatementTest(rules.omit);
    const reading = { oneTransaction: rules.transaction !== undefined, isStrict: rules.restriction === 'none' };
    const work = { state, rules, reading, makeKey, isOmitted, judge };
    const guard = `postgres_backup_${makeKey().toLowerCase()}`;
    if (rules.transaction !== undefined)
        state.output.say(rules.transaction.begin + guardTransaction(guard));
    if (rules.restriction !== 'none')
        state.output.say(`\\restrict ${state.key}\n`);
    return {
        push: (chunk) => {
            if (chunk.includes(0))
                throw new DumpError('a character of code 0');
            let rest = takeRest(state, chunk);
            while (rest !== undefined)
                rest = state.isCopying ? passData(work, rest) : readLine(work, rest);
            return state.output.take();
        },
        end: () => {
            if (state.rest.length > 0 && !state.isCopying)
                readLine(work, Buffer.concat([...state.rest, Buffer.from('\n')]));
            if (!state.isComplete || state.isWithinStatement || state.isCopying) {
                throw new Error('the dump is not complete: its last line is missing');
            }
            if (rules.restriction !== 'none')
                state.output.say(`\\unrestrict ${state.key}\n`);
            if (rules.transaction !== undefined)
                state.output.say(`DELETE FROM pg_temp.${guard};\n${rules.transaction.end}`);
            state.output.say(`\\echo ${rules.proof}\n`);
            return state.output.take();
        },
        listDatabases: () => state.databases,
    };
}
/**
 * Two equal rows break a constraint that is looked at on COMMIT, so that any COMMIT fails before they are gone; and a
 * ROLLBACK takes the table along, so that our own last statement fails.
 */
function guardTransaction(guard) {
    return (`CREATE TEMPORARY TABLE ${guard} (a int4 UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP; ` +
        `INSERT INTO pg_temp.${guard} VALUES (1), (1);\n`);
}
/** The bytes that can be worked on; a line without its end waits, uncopied, for more. */
function takeRest(state, chunk) {
    state.rest.push(chunk);
    if (!state.isCopying && !chunk.includes(newline))
        return undefined;
    const bytes = state.rest.length === 1 ? chunk : Buffer.concat(state.rest);
    state.rest = [];
    return bytes;
}
/** Passes COPY's rows; `bytes` begin with the line break before the first of them. */
function passData({ state, rules }, bytes) {
    const respell = rules.restriction === 'leaking' && !state.isDropped ? respellRows : (rows) => rows;
    const mark = bytes.indexOf('\n\\.');
    const end = mark < 0 ? -1 : bytes.indexOf(newline, mark + 1);
    if (end >= 0) {
        // psql knows the end by a line that holds this and nothing else; a row never begins so, as COPY doubles backslashes.
        if (!/^\\\.\r?$/.test(bytes.toString('latin1', mark + 1, end)))
            throw new DumpError('data that begin with \\.');
        if (!state.isDropped)
            state.output.pass(respell(bytes.subarray(0, end + 1)));
        state.isCopying = false;
        state.isDropped = false;
        return end + 1 < bytes.length ? bytes.subarray(end + 1) : undefined;
    }
    const rows = respell(mark < 0 ? bytes : bytes.subarray(0, mark));
    const kept = mark < 0 ? Math.max(0, rows.length - openLength) : rows.length;
    if (!state.isDropped)
        state.output.pass(rows.subarray(0, kept));
    state.rest = [rows.subarray(kept), bytes.subarray(mark < 0 ? bytes.length : mark)];
    return undefined;
}
function readLine(work, bytes) {
    const { state } = work;
    const end = bytes.indexOf(newline);
    if (end < 0) {
        state.rest = bytes.length > 0 ? [bytes] : [];
        return undefined;
    }
    const behind = bytes.subarray(end + 1);
    // One character for each byte: all that matters here is ASCII, whatever the encoding.
    const line = bytes.toString('latin1', 0, end + 1);
    if (!state.isWithinStatement && passBetween(work, line))
        return behind;
    if (!state.isWithinStatement)
        beginStatement(work, line);
    if (state.held !== undefined)
        state.held += line;
    else if (!state.isDropped)
        state.output.pass(line);
    if (!endsStatement(state, line, work.reading))
        return behind;
    endStatement(work);
    if (!state.isCopying)
        return behind;
    // The line break before the first row is told from the statement's end.
    state.output.dropLastByte();
    return bytes.subarray(end);
}
/**
 * Passes a line between statements: a comment, a command of psql, or nothing.
 * @returns false for a statement
 */
function passBetween({ state, rules, makeKey, judge }, line) {
    if (line.startsWith('\\')) {
        passCommand({ state, rules, makeKey }, line);
        return true;
    }
    // Around large objects pg_dump writes a transaction of its own, whose COMMIT would end ours half-way.
    const isTransactionOfDump = rules.transaction !== undefined && /^(?:BEGIN|COMMIT);\s*$/.test(line);
    if (isTransactionOfDump)
        state.output.pass('\n');
    else if (!/^(?:--|[ \t\r\f\v]*\n)/.test(line))
        return false;
    else {
        if (/\r(?!\n$)/.test(line.trimStart()))
            throw new DumpError('a line break within a comment');
        const isRestored = state.isElsewhere ? undefined : judge?.judgeComment(line);
        if (isRestored !== undefined)
            state.isLeftOut = !isRestored;
        state.output.pass(line);
        readMark(state, line.trimEnd(), rules);
    }
    return true;
}
function passCommand({ state, rules, makeKey }, line) {
    const database = parseConnect(line);
    if (isOwnCommand(line)) {
        // Under our own restriction, which is the stronger one, psql would refuse these; the last comes with each \connect.
        state.output.pass('\n');
    }
    else if (database === undefined) {
        throw new DumpError(`the psql command ${/^\\[A-Za-z_!?;:.]{0,20}/.exec(line)?.[0] ?? ''}`);
    }
    else if (rules.part !== undefined) {
        enter(state, database, rules.part);
    }
    else if (rules.transaction !== undefined) {
        throw new DumpError('a \\connect, as with --create', 'transaction');
    }
    else {
        sql_filter_connect(state, database, { rules, makeKey });
    }
}
/** Another key each time: the one that psql was given would show in its SQL if it took this line for a quotation's. */
function sql_filter_connect(state, database, { rules, makeKey }) {
    noteDatabase(state, database);
    if (rules.restriction === 'leaking' && database.includes('\\')) {
        throw new DumpError('a name with a backslash', 'unsure');
    }
    if (rules.restriction !== 'none')
        state.output.say(`\\unrestrict ${state.key}\n`);
    // In an encoding such as SJIS psql could take the quote behind a name's last byte for a part of its character.
    state.output.say(`\\encoding SQL_ASCII\n${formatConnect(database)}`);
    state.key = makeKey();
    if (rules.restriction !== 'none')
        state.output.say(`\\restrict ${state.key}\n`);
}
function beginStatement({ state, rules, judge }, line) {
    noteStatement(state, line, rules.part);
    const mayChange = !state.isLeftOut && !state.isElsewhere && judge?.mayChange();
    const isHeld = candidate.test(line) || setting.test(line) || mayChange;
    if (isHeld === true)
        state.held = '';
    state.isDropped = state.held === undefined && state.isLeftOut;
    if (rules.restriction !== 'none' || state.isElsewhere)
        return;
    if (state.encoding !== undefined)
        state.output.say(`\\encoding ${state.encoding}\n`);
    else if (/[\x80-\xff]/.test(line))
        throw new DumpError('text before it names its encoding', 'unsure');
}
function endStatement(work) {
    const { state, rules } = work;
    const { held } = state;
    state.held = undefined;
    state.isDropped = false;
    if (held === undefined)
        return;
    const kept = decide(work, held);
    state.output.pass(kept ?? held.replace(/[^\n]+/g, ''));
    state.isCopying = isCopyFromStdin(held);
    state.isDropped = state.isCopying && kept === undefined;
    if (/^COPY /i.test(held) && !state.isCopying)
        throw new DumpError('another COPY than pg_dump writes');
    const strings = /^SET standard_conforming_strings = (on|off);\s*$/.exec(held)?.[1];
    if (strings !== undefined)
        state.escapesInStrings = strings === 'off';
    const encoding = /^SET client_encoding = '(\w+)';\s*$/.exec(held)?.[1];
    if (encoding === undefined)
        return;
    if (rules.restriction === 'none' && !state.isElsewhere && !isServerEncoding(encoding))
        throw new DumpError(`text in ${encoding}`, 'unsure');
    state.encoding = encoding;
}
/** @returns undefined for a statement that does not reach psql */
function decide({ state, isOmitted, judge }, statement) {
    if (state.isElsewhere || isOmitted(statement))
        return undefined;
    if (judge === undefined || setting.test(statement))
        return statement;
    return state.isLeftOut ? undefined : judge.judgeStatement(statement);
}


/***/ }),

/***/ 797:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ readIdentifier)
/* harmony export */ });
/** PURE. The name that an identifier stands for, as a dump writes it; its bytes come as characters. */
function readIdentifier(written) {
    const name = written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written;
    return Buffer.from(name, 'latin1').toString('utf8');
}


/***/ }),

/***/ 920:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ quoteLiteral)
/* harmony export */ });
/* unused harmony export quoteIdentifier */
/** PURE. An SQL identifier. */
function quoteIdentifier(name) {
    return `"${name.replaceAll('"', '""')}"`;
}
/** PURE. An SQL string, whatever `standard_conforming_strings` says. */
function quoteLiteral(text) {
    const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
    return text.includes('\\') ? ` E${quoted}` : quoted;
}


/***/ }),

/***/ 754:
/***/ ((module, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(module, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(24);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__nccwpck_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _run_filter_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(748);
/* harmony import */ var _postgres_sql_filter_sql_filter_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(271);
/* harmony import */ var _restoring_filter_program_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(148);
/* harmony import */ var _restoring_left_out_describe_left_out_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(886);
/* harmony import */ var _restoring_left_out_entry_judge_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(583);
/* harmony import */ var _restoring_left_out_lacking_judge_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(819);
/* harmony import */ var _restoring_left_out_judge_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(407);
/* harmony import */ var _restoring_left_out_read_target_facts_js__WEBPACK_IMPORTED_MODULE_9__ = __nccwpck_require__(494);
/** Program: passes a plain dump from stdin to stdout. Its arguments are the paths of its order and of its report. */










process.exitCode = await (0,_run_filter_js__WEBPACK_IMPORTED_MODULE_2__/* .runFilter */ .K)('filter-sql', (input) => {
    const [orderPath = '', reportPath = ''] = process.argv.slice(2);
    const order = (0,_restoring_filter_program_js__WEBPACK_IMPORTED_MODULE_4__/* .parseFilterOrder */ .u)((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readFileSync)(orderPath, 'utf8'));
    const { rules, target, onlyLooks = false, isStrict = false } = order;
    const judge = new _restoring_left_out_judge_js__WEBPACK_IMPORTED_MODULE_8__/* .Judge */ .I(target && (0,_restoring_left_out_read_target_facts_js__WEBPACK_IMPORTED_MODULE_9__/* .toTargetFacts */ .cZ)(target), isStrict);
    const entryJudge = chooseJudge(order, judge);
    const filter = (0,_postgres_sql_filter_sql_filter_js__WEBPACK_IMPORTED_MODULE_3__/* .createSqlFilter */ .V)(rules, () => (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(24).toString('hex'), entryJudge);
    const transform = new TransformStream({
        transform: (chunk, controller) => {
            const bytes = filter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
            if (!onlyLooks && bytes.length > 0)
                controller.enqueue(bytes);
        },
        flush: (controller) => {
            const bytes = filter.end();
            const report = { ...judge.report(), databases: filter.listDatabases().map(decodeName) };
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeFileSync)(reportPath, JSON.stringify(report), { mode: 0o600, flag: 'wx' });
            if (!onlyLooks && ((0,_restoring_left_out_describe_left_out_js__WEBPACK_IMPORTED_MODULE_5__/* .listOccupied */ .ZI)(report).length > 0 || (isStrict && !(0,_restoring_left_out_describe_left_out_js__WEBPACK_IMPORTED_MODULE_5__/* .isWhole */ .wP)(report))))
                throw new Error('not all of the dump is for the target');
            if (!onlyLooks)
                controller.enqueue(bytes);
        },
    });
    return Promise.resolve(input.pipeThrough(transform));
});
function decodeName({ name, isEmpty }) {
    return { name: Buffer.from(name, 'latin1').toString('utf8'), isEmpty };
}
function chooseJudge({ rules, rolesAsUser, lacking }, judge) {
    if (lacking !== undefined)
        return (0,_restoring_left_out_lacking_judge_js__WEBPACK_IMPORTED_MODULE_7__/* .createLackingJudge */ .l)(lacking);
    if (rolesAsUser !== undefined)
        return (0,_restoring_left_out_entry_judge_js__WEBPACK_IMPORTED_MODULE_6__/* .createRoleJudge */ .e)(rules.omit.existingRoles, rolesAsUser.service);
    return (0,_restoring_left_out_entry_judge_js__WEBPACK_IMPORTED_MODULE_6__/* .createEntryJudge */ .K)(judge, rules.part !== undefined);
}

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 748:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  K: () => (/* binding */ runFilter)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
;// CONCATENATED MODULE: external "node:util"
const external_node_util_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");
;// CONCATENATED MODULE: ./src/node-error.ts
/** PURE. The code of an error of Node or the system, as in `ENOENT`; undefined where it has none. */
function readNodeCode(error) {
    const { code } = (error ?? {});
    return typeof code === 'string' ? code : undefined;
}

;// CONCATENATED MODULE: external "node:os"
const external_node_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");
;// CONCATENATED MODULE: ./src/process/exit-codes.ts

/**
 * Exit code of a process that wrote to a pipe whose reader was gone (128 + SIGPIPE): a consequence of the reader's end,
 * never the cause of a failure.
 */
const brokenPipeExitCode = 128 + 13;
/** PURE. The signal that ended a process, by its exit code as a shell tells it; undefined where it ended by itself. */
function nameSignal(exitCode) {
    return Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)?.[0];
}

;// CONCATENATED MODULE: external "node:stream/web"
const web_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/web");
;// CONCATENATED MODULE: ./src/process/read-on-demand.ts

/**
 * A stream of what is read piece by piece, and only when it is asked for: a read that is under way keeps a failed program
 * alive, and what `Readable.toWeb` makes ends the process now and then when it is cancelled.
 * @param read fills the buffer and gives the number of bytes, 0 at the end
 * @param chunkSize bytes of the buffer
 */
function readOnDemand(read, chunkSize) {
    const pull = async (controller) => {
        const buffer = Buffer.allocUnsafeSlow(chunkSize);
        const length = await read(buffer);
        if (length === 0)
            controller.close();
        else
            controller.enqueue(buffer.subarray(0, length));
    };
    return new web_namespaceObject.ReadableStream({ pull }, { highWaterMark: 0 });
}

;// CONCATENATED MODULE: ./src/programs/run-filter.ts





const readFrom = (0,external_node_util_namespaceObject.promisify)(external_node_fs_.read);
const writeTo = (0,external_node_util_namespaceObject.promisify)(external_node_fs_.write);
const stdin = 0;
const stdout = 1;
/** What Linux gives at once from a pipe of the usual size. */
const chunkSize = 64 * 1024;
/**
 * Runs a program that reads stdin and writes stdout, in constant memory.
 *
 * An error becomes one line on stderr, except that nobody is left to read the output.
 * @returns the exit status
 */
async function runFilter(name, transform) {
    try {
        const output = await transform(readStdin());
        for await (const chunk of output)
            await writeStdout(chunk);
        return 0;
    }
    catch (error) {
        // Node ignores SIGPIPE, so the program ends by itself as other tools do by the signal.
        if (readNodeCode(error) === 'EPIPE')
            return brokenPipeExitCode;
        const message = error instanceof Error ? error.message : 'unknown';
        process.stderr.write(`${name}: error: ${message.replace(/\s+/g, ' ')}\n`);
        return 1;
    }
}
/** Node's own stdin is as fast, but takes a quarter more memory. */
function readStdin() {
    return readOnDemand(async (buffer) => (await readFrom(stdin, buffer, 0, chunkSize, null)).bytesRead, chunkSize);
}
async function writeStdout(chunk) {
    let written = 0;
    while (written < chunk.length) {
        const { bytesWritten } = await writeTo(stdout, chunk, written, chunk.length - written, null);
        written += bytesWritten;
    }
}


/***/ }),

/***/ 148:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  u: () => (/* binding */ parseFilterOrder)
});

// UNUSED EXPORTS: provideSqlFilter

;// CONCATENATED MODULE: external "node:fs/promises"
const promises_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs/promises");
;// CONCATENATED MODULE: external "node:path"
const external_node_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");
// EXTERNAL MODULE: ./src/archive/json-reader.ts
var json_reader = __nccwpck_require__(684);
// EXTERNAL MODULE: ./src/postgres/hosting/services.ts
var services = __nccwpck_require__(404);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
;// CONCATENATED MODULE: external "node:url"
const external_node_url_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:url");
;// CONCATENATED MODULE: ./src/process/own-program.ts


/**
 * A program of this project, to be run by Node as a stage of a pipeline: beside the bundle of an action lies that of the
 * program, and the sources lie in programs/.
 */
function own_program_ownProgram(name, ...args) {
    const places = [`../${name}/index.js`, `../programs/${name}.ts`].map((place) => fileURLToPath(new URL(place, import.meta.url)));
    return { path: process.execPath, args: [places.find((place) => existsSync(place)) ?? '', ...args] };
}

// EXTERNAL MODULE: ./src/restoring/left-out/rules.ts + 1 modules
var rules = __nccwpck_require__(214);
;// CONCATENATED MODULE: ./src/restoring/left-out/dump-report.ts


/** Something of a dump that the target does not get. */
const readLeftOut = (0,json_reader/* readObject */.Ag)({
    /** In pg_dump's words, as in `EVENT TRIGGER`. */
    type: json_reader/* readText */.yR,
    schema: (0,json_reader/* readNullable */.Qx)(json_reader/* readText */.yR),
    name: json_reader/* readText */.yR,
    reason: (0,json_reader/* readOneOf */.Qk)(...rules/* reasons */.Ot),
    /** Roles that are missing, where that is the reason. */
    roles: (0,json_reader/* readArray */.oU)(json_reader/* readText */.yR),
    /** Its number in the archive's table of contents; null in a plain dump. */
    number: (0,json_reader/* readNullable */.Qx)(json_reader/* readCount */._0),
});
/** A table of a dump. */
const readTable = (0,json_reader/* readObject */.Ag)({
    schema: json_reader/* readText */.yR,
    /** With blanks in the place of line breaks. */
    name: json_reader/* readText */.yR,
    /** In the source; null in a plain dump. */
    oid: (0,json_reader/* readNullable */.Qx)(json_reader/* readCount */._0),
    /** Whether the part of the dump that was read holds its rows, be there any or none. */
    hasRows: json_reader/* readBoolean */.Vf,
});
/** Anything else that lies in a schema or in the database itself, and hangs on nothing. */
const readDumpedObject = (0,json_reader/* readObject */.Ag)({
    /** In pg_dump's words, as in `MATERIALIZED VIEW`. */
    type: json_reader/* readText */.yR,
    /** Empty for what lies in no schema. */
    schema: json_reader/* readText */.yR,
    /** With blanks in the place of line breaks; of a routine with its arguments. */
    name: json_reader/* readText */.yR,
});
/** Reads what a dump holds, and what of it is not for the target. */
const dump_report_readDumpReport = (0,json_reader/* readObject */.Ag)({
    /** Entries of the dump. */
    total: json_reader/* readCount */._0,
    leftOut: (0,json_reader/* readArray */.oU)(readLeftOut),
    /** Owners that the target does not know or the role may not give, and how many things were theirs. */
    owners: (0,json_reader/* readArray */.oU)((0,json_reader/* readObject */.Ag)({ role: json_reader/* readText */.yR, entries: json_reader/* readCount */._0 })),
    /** Whether something belongs to a role that is neither the connecting one nor among those. */
    hasOtherOwners: json_reader/* readBoolean */.Vf,
    /** Whether a statement was changed, or left out by itself; those that give an owner aside. */
    isChanged: json_reader/* readBoolean */.Vf,
    tables: (0,json_reader/* readArray */.oU)(readTable),
    objects: (0,json_reader/* readArray */.oU)(readDumpedObject),
    /** Whether large objects are in the part of the dump that was read. */
    hasLargeObjects: json_reader/* readBoolean */.Vf,
    /** Those that a file of pg_dumpall holds; none in the dump of one database. */
    databases: (0,json_reader/* readArray */.oU)((0,json_reader/* readObject */.Ag)({ name: json_reader/* readText */.yR, isEmpty: json_reader/* readBoolean */.Vf })),
    /** Tables, views, indexes, sequences: each takes a lock when it is made. */
    relations: json_reader/* readCount */._0,
});

// EXTERNAL MODULE: ./src/restoring/left-out/read-target-facts.ts
var read_target_facts = __nccwpck_require__(494);
;// CONCATENATED MODULE: ./src/restoring/filter-program.ts







/** @param directory private; gets a file with the order, and one with the report */
async function provideSqlFilter(order, directory) {
    const own = await mkdtemp(join(directory, 'filter-sql-'));
    const [orderPath, reportPath] = [join(own, 'order.json'), join(own, 'report.json')];
    const { rules, target, rolesAsUser, lacking, onlyLooks = false, isStrict = false } = order;
    const written = {
        rules: {
            ...rules,
            transaction: rules.transaction ?? null,
            part: rules.part === undefined ? null : { database: rules.part.database ?? null },
            omit: { ...rules.omit, ownRole: rules.omit.ownRole ?? null },
        },
        target: target === undefined ? null : { answer: target.answer, service: target.service?.id ?? null },
        rolesAsUser: rolesAsUser === undefined ? null : { service: rolesAsUser.service?.id ?? null },
        lacking: lacking ?? null,
        onlyLooks,
        isStrict,
    };
    await writeFile(orderPath, JSON.stringify(written), { mode: 0o600, flag: 'wx' });
    return {
        command: ownProgram('filter-sql', orderPath, reportPath),
        readReport: async () => {
            const text = await readFile(reportPath, 'utf8').catch(() => undefined);
            return text === undefined ? undefined : readJson(text, readDumpReport);
        },
    };
}
const filter_program_text = (0,json_reader/* readString */.E3)(/^[^\0]*$/, 'a text');
const readOrder = (0,json_reader/* readObject */.Ag)({
    rules: (0,json_reader/* readObject */.Ag)({
        completionMarker: filter_program_text,
        transaction: (0,json_reader/* readNullable */.Qx)((0,json_reader/* readObject */.Ag)({ begin: filter_program_text, end: filter_program_text })),
        part: (0,json_reader/* readNullable */.Qx)((0,json_reader/* readObject */.Ag)({ database: (0,json_reader/* readNullable */.Qx)(filter_program_text) })),
        restriction: (0,json_reader/* readOneOf */.Qk)('none', 'leaking', 'tight'),
        proof: (0,json_reader/* readString */.E3)(/^[A-Za-z0-9]+$/, 'a word'),
        omit: (0,json_reader/* readObject */.Ag)({
            owners: json_reader/* readBoolean */.Vf,
            transactionTimeout: json_reader/* readBoolean */.Vf,
            existingRoles: (0,json_reader/* readArray */.oU)(filter_program_text),
            existingTablespaces: (0,json_reader/* readArray */.oU)(filter_program_text),
            ownRole: (0,json_reader/* readNullable */.Qx)(filter_program_text),
        }),
    }),
    target: (0,json_reader/* readNullable */.Qx)((0,json_reader/* readObject */.Ag)({ answer: read_target_facts/* readTargetAnswer */.Gb, service: (0,json_reader/* readNullable */.Qx)(filter_program_text) })),
    rolesAsUser: (0,json_reader/* readNullable */.Qx)((0,json_reader/* readObject */.Ag)({ service: (0,json_reader/* readNullable */.Qx)(filter_program_text) })),
    lacking: (0,json_reader/* readNullable */.Qx)((0,json_reader/* readArray */.oU)((0,json_reader/* readObject */.Ag)({ schema: filter_program_text, name: filter_program_text }))),
    onlyLooks: json_reader/* readBoolean */.Vf,
    isStrict: json_reader/* readBoolean */.Vf,
});
/** The reverse of what {@link provideSqlFilter} writes. */
function parseFilterOrder(json) {
    const { rules, target, rolesAsUser, lacking, ...order } = readOrder(JSON.parse(json), 'order');
    return {
        ...order,
        rules: {
            ...rules,
            transaction: rules.transaction ?? undefined,
            part: rules.part === null ? undefined : { database: rules.part.database ?? undefined },
            omit: { ...rules.omit, ownRole: rules.omit.ownRole ?? undefined },
        },
        target: target === null ? undefined : { answer: target.answer, service: (0,services/* findService */.Ln)(target.service) },
        lacking: lacking ?? undefined,
        rolesAsUser: rolesAsUser === null ? undefined : { service: (0,services/* findService */.Ln)(rolesAsUser.service) },
    };
}


/***/ }),

/***/ 886:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   ZI: () => (/* binding */ listOccupied),
/* harmony export */   wP: () => (/* binding */ isWhole)
/* harmony export */ });
/* unused harmony exports isLoss, lacksRoles, listLeftOut, describeLeftOut */
/** How many names a sentence shows for each reason. */
const shownNames = 3;
/** What one reason is called: `stays` where the target has it all the same, or it never was the user's. */
const reasons = {
    stands: { stays: true, why: 'what is there already' },
    service: { stays: true, why: 'what belongs to the service' },
    'not-own': { stays: true, why: 'what belongs to other roles' },
    'extension-not-own': { stays: true, why: "what belongs to extensions that are not the role's" },
    'default-privileges': { stays: true, why: 'default privileges of other roles' },
    'missing-role': { stays: false, why: 'what is for the missing roles' },
    'event-trigger': { stays: false, why: 'event triggers, which take a superuser' },
    'extension-missing': {
        stays: false,
        why: 'extensions that the role cannot create here, and what hangs on them',
    },
    'needs-superuser': { stays: false, why: 'what takes a superuser' },
    publication: { stays: false, why: "publications that are not the role's" },
    'security-label': { stays: false, why: 'security labels' },
    subscription: { stays: false, why: 'subscriptions' },
};
/** PURE. Whether the target lacks something by it, so that `strict` refuses. */
function isLoss({ reason }) {
    return !reasons[reason].stays;
}
/** PURE. Whether the target lacks nothing of a dump, and all belongs to those to whom it belonged. */
function isWhole({ leftOut, owners }) {
    return owners.length === 0 && !leftOut.some(isLoss);
}
/** PURE. Tables of the dump that stand in the target and belong to others: their rows would silently not come back. */
function listOccupied({ leftOut }) {
    const tables = leftOut.filter(({ type, reason }) => reason === 'not-own' && /^TABLE(?: DATA)?$/.test(type));
    return [...new Set(tables.map(({ schema, name }) => `${schema ?? ''}.${name}`))];
}
/** PURE. Whether something was left out that roles would bring back. */
function lacksRoles({ leftOut, owners }) {
    return owners.length > 0 || leftOut.some(({ reason }) => reason === 'missing-role');
}
/** PURE. What the output `left-out` says of one database. */
function listLeftOut(database, leftOut) {
    return leftOut.map(({ type, schema, name, reason, roles }) => ({
        database,
        type,
        schema,
        name,
        reason,
        roles,
    }));
}
/** PURE. One paragraph about one database, for the warning and the summary; undefined when nothing was left out. */
function describeLeftOut(database, { leftOut, owners, total }, { role, service }) {
    const sentences = [
        ...describeEntries(database, { leftOut, total }, { role, service }),
        ...describeOwners(owners, role),
        ...(lacksRoles({ leftOut, owners })
            ? ['Roles that are missing come back by `globals: true`, where the backup holds them.']
            : []),
    ];
    return sentences.length === 0 ? undefined : sentences.join(' ');
}
function describeEntries(database, { leftOut, total }, { role, service }) {
    if (leftOut.length === 0)
        return [];
    const lost = describeGroup(leftOut.filter(isLoss));
    const kept = describeGroup(leftOut.filter((entry) => !isLoss(entry)));
    const place = service === undefined ? 'the target' : service.name;
    return [
        `${leftOut.length} of ${total} entries of the backup of "${database}" were left out, as they are not for "${role}" to restore.`,
        ...(lost === '' ? [] : [`The target lacks them: ${lost}.`]),
        ...(kept === '' ? [] : [`What ${place} has or manages itself stays as it is: ${kept}.`]),
    ];
}
function describeOwners(owners, role) {
    if (owners.length === 0)
        return [];
    const names = showFirst(owners.map((owner) => `"${owner.role}"`));
    return [`What belonged to ${names} belongs to "${role}" now.`];
}
function showFirst(list) {
    const rest = list.length - shownNames;
    return `${list.slice(0, shownNames).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
function describeGroup(leftOut) {
    const groups = Map.groupBy(leftOut, ({ reason }) => reason);
    return [...groups].map(([reason, entries]) => describeReason(reason, entries)).join('; ');
}
function describeReason(reason, entries) {
    const roles = [...new Set(entries.flatMap((entry) => entry.roles))].map((role) => `"${role}"`);
    const names = entries.map(describeEntry);
    const missing = roles.length === 0 ? '' : ` ${showFirst(roles)}`;
    return `${reasons[reason].why}${missing}: ${entries.length} (${showFirst(names)})`;
}
function describeEntry({ type, schema, name }) {
    return `${type.toLowerCase()} ${schema === null ? '' : `${schema}.`}${name}`;
}


/***/ }),

/***/ 555:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Cv: () => (/* binding */ about),
/* harmony export */   MQ: () => (/* binding */ readName),
/* harmony export */   _n: () => (/* binding */ unquote),
/* harmony export */   g6: () => (/* binding */ parseEntryNumbers),
/* harmony export */   kY: () => (/* binding */ parseHeading),
/* harmony export */   yW: () => (/* binding */ isOf)
/* harmony export */ });
/* unused harmony export parseList */
const heading = /^-- (?:Data for )?Name: (.*); Type: ([A-Z ]+); Schema: (.*?); Owner: ?(.*?)(?:; Tablespace: .*)?\s*$/;
/**
 * PURE. Reads the comment line that pg_dump and pg_restore write before each thing (pg_backup_archiver.c:
 * _printTocEntry), for which line breaks in names have become blanks. A heading that a name has made ambiguous has no
 * type, so that no rule ever leaves out what it stands for.
 * @returns undefined for any other line
 */
function parseHeading(line) {
    const [, name, type, schema, owner] = heading.exec(line) ?? [];
    if (name === undefined || type === undefined)
        return undefined;
    const isAmbiguous = ['; Type: ', '; Schema: ', '; Owner: '].some((mark) => line.split(mark).length > 2);
    return {
        type: isAmbiguous ? undefined : type,
        name,
        schema: schema === '-' || schema === '' ? undefined : schema,
        owner: owner === '-' || owner === '' ? undefined : owner,
    };
}
/** What a COMMENT, an ACL or a SECURITY LABEL is about: its entry is called `TABLE customers`. */
const about = /^(?:COMMENT|ACL|SECURITY LABEL)$/;
/** PURE. Whether an entry is of that kind, or about something of it. */
function isOf({ type, name }, kind) {
    return type === kind || (about.test(type ?? '') && name.startsWith(`${kind} `));
}
/** PURE. Comments and privileges are called by kind and name, and the name is quoted as in SQL. */
function readName(name, kind) {
    return unquote(name.slice(kind.length + 1));
}
/** PURE. The name that an identifier stands for. */
function unquote(name) {
    return /^".*"$/.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name;
}
/**
 * PURE. Reads what `pg_restore --list` prints. Names stand there unquoted between blanks, so nothing but the numbers
 * is taken from it; what an entry is, {@link parseHeading} tells.
 */
function parseList(text) {
    return text.split('\n').flatMap((line) => {
        const [, id, oid] = /^(\d+); \d+ (\d+) /.exec(line) ?? [];
        return id === undefined || oid === undefined ? [] : [{ id: Number(id), oid: Number(oid), line }];
    });
}
/** PURE. The numbers of an entry, from the line that `pg_restore --verbose` writes above its heading. */
function parseEntryNumbers(line) {
    const [, number, oid] = /^-- TOC entry (\d+) \(class \d+ OID (\d+)\)\s*$/.exec(line) ?? [];
    return number === undefined ? undefined : { number: Number(number), oid: Number(oid) };
}


/***/ }),

/***/ 583:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  K: () => (/* binding */ createEntryJudge),
  e: () => (/* binding */ createRoleJudge)
});

// EXTERNAL MODULE: ./src/postgres/hosting/services.ts
var services = __nccwpck_require__(404);
// EXTERNAL MODULE: ./src/postgres/sql/quote.ts
var quote = __nccwpck_require__(920);
// EXTERNAL MODULE: ./src/postgres/sql/identifier.ts
var identifier = __nccwpck_require__(797);
;// CONCATENATED MODULE: ./src/postgres/sql/role-statements.ts


const role_statements_identifier = '("(?:[^"]|"")+"|[^\\s"\';]+)';
const createRole = new RegExp(`^CREATE ROLE ${role_statements_identifier};`);
const giveAttributes = new RegExp(`^(ALTER ROLE ${role_statements_identifier} WITH)((?: [A-Z]+)+)([^]*)$`);
const ofRole = new RegExp(`^(?:ALTER ROLE|COMMENT ON ROLE) ${role_statements_identifier} `);
const membership = new RegExp(`^(GRANT ${role_statements_identifier} TO ${role_statements_identifier})( [^]*)?;\\s*$`);
/** What only a superuser may write: even the words that take the attribute away. */
const ofSuperusers = /^(NO)?(SUPERUSER|REPLICATION|BYPASSRLS)$/;
const beyond = /^(?:CREATE TABLESPACE |ALTER TABLESPACE |GRANT [^]* ON (?:PARAMETER|TABLESPACE) )/;
/** How the line begins by which psql tells what a statement could not do. */
const leftOutMark = 'postgres-backup: left out: ';
/** PURE. What psql said that was left out, from all that it printed. */
function readLeftOutOfRoles(printed) {
    return [...printed.matchAll(new RegExp(`${leftOutMark}([^\\n]*)`, 'g'))].map(([, text = '']) => text);
}
/**
 * PURE. Rewrites what pg_dumpall says of roles for one who is no superuser: roles that are there, or are the service's,
 * are left alone; of new ones all is made that the connecting role may make, and psql tells the rest.
 * @param isKept whether a role is left alone
 * @returns the statement as it is to be run, or undefined
 */
function rewriteRoleStatement(statement, isKept) {
    const created = createRole.exec(statement)?.[1];
    if (created !== undefined)
        return isKept((0,identifier/* readIdentifier */.y)(created)) ? undefined : statement;
    const [, alter = '', altered, attributes = '', rest = ''] = giveAttributes.exec(statement) ?? [];
    if (altered !== undefined) {
        if (isKept((0,identifier/* readIdentifier */.y)(altered)))
            return undefined;
        const words = attributes.trim().split(' ');
        const lost = words.filter((word) => ofSuperusers.exec(word)?.[1] === undefined && ofSuperusers.test(word));
        const given = words.filter((word) => !ofSuperusers.test(word));
        const warnings = lost.map((word) => tell(`${word} of ${altered}`));
        return [...warnings, `${alter} ${given.join(' ')}${rest}`].join('');
    }
    const role = ofRole.exec(statement)?.[1];
    if (role !== undefined) {
        return isKept((0,identifier/* readIdentifier */.y)(role)) ? undefined : tryOut(statement, `a setting or comment of ${role}`);
    }
    const [, grant = '', group, member, options = ''] = membership.exec(statement) ?? [];
    if (group !== undefined && member !== undefined) {
        if (isKept((0,identifier/* readIdentifier */.y)(member)))
            return undefined;
        const own = options.replace(new RegExp(` GRANTED BY ${role_statements_identifier}`), '');
        return tryOut(`${grant}${own};`, `${group} for ${member}`);
    }
    return beyond.test(statement) ? tell(statement.split(' ').slice(0, 3).join(' ')) : statement;
}
function tryOut(statement, what) {
    const exceptions = 'insufficient_privilege or undefined_object or invalid_catalog_name or invalid_grant_operation';
    const body = `begin ${statement.trimEnd()} exception when ${exceptions} then ${raise(what)} end`;
    return `DO ${(0,quote/* quoteLiteral */.c)(body)};\n`;
}
function tell(what) {
    return `DO ${(0,quote/* quoteLiteral */.c)(`begin ${raise(what)} end`)};\n`;
}
function raise(what) {
    return `raise warning '%', ${(0,quote/* quoteLiteral */.c)(`${leftOutMark}${what.replaceAll('\n', ' ')}`)};`;
}

// EXTERNAL MODULE: ./src/restoring/left-out/dump-entry.ts
var dump_entry = __nccwpck_require__(555);
;// CONCATENATED MODULE: ./src/restoring/left-out/entry-judge.ts



/**
 * A judge for the filter of plain dumps, whose texts are one character for each byte.
 * @param isOfCluster the dump names its database, which may get another name: what belongs to the database itself does
 * not come from there
 */
function createEntryJudge(judge, isOfCluster) {
    let numbers;
    return {
        judgeComment: (line) => {
            const text = decode(line);
            numbers = (0,dump_entry/* parseEntryNumbers */.g6)(text) ?? numbers;
            const entry = (0,dump_entry/* parseHeading */.kY)(text);
            if (isOfCluster && entry !== undefined && isOfDatabaseItself(entry))
                return false;
            return entry === undefined ? undefined : judge.judgeEntry(entry, numbers);
        },
        mayChange: () => judge.mayChange(),
        judgeStatement: (statement) => {
            const text = decode(statement);
            const kept = judge.judgeStatement(text);
            // Unchanged it stays as it is, byte for byte, also in another encoding.
            return kept === text ? statement : kept === undefined ? undefined : encode(kept);
        },
    };
}
/** Its owner, settings, comment and privileges (pg_dump.c: dumpDatabase). */
function isOfDatabaseItself({ type, name, schema }) {
    return schema === undefined && (/^DATABASE( PROPERTIES)?$/.test(type ?? '') || name.startsWith('DATABASE '));
}
/**
 * A judge for a dump of roles, by one who is no superuser.
 * @param existing roles that are there
 */
function createRoleJudge(existing, service) {
    const known = new Set(existing);
    const isKept = (role) => known.has(role) || (0,services/* isServiceRole */.OQ)(role, service);
    return {
        judgeComment: () => undefined,
        mayChange: () => true,
        judgeStatement: (statement) => rewriteRoleStatement(statement, isKept),
    };
}
function decode(bytes) {
    return Buffer.from(bytes, 'latin1').toString('utf8');
}
function encode(text) {
    return Buffer.from(text, 'utf8').toString('latin1');
}


/***/ }),

/***/ 407:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  I: () => (/* binding */ Judge)
});

// EXTERNAL MODULE: ./src/restoring/left-out/memory.ts
var left_out_memory = __nccwpck_require__(547);
// EXTERNAL MODULE: ./src/restoring/left-out/rules.ts + 1 modules
var rules = __nccwpck_require__(214);
;// CONCATENATED MODULE: ./src/restoring/left-out/statement-roles.ts
const tokens = /"(?:[^"]|"")*"|'(?:[^']|'')*'|[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*|\s+|[^]/g;
/** PURE. The roles that get or lose something by a statement of pg_dump, PUBLIC aside. */
function readGrantees(statement) {
    const names = findList(split(statement))?.names ?? [];
    return names.map(readName).filter((name) => name !== undefined);
}
/** PURE. The role to which a statement of pg_dump gives something, as in `ALTER TABLE t OWNER TO r;`. */
function readNewOwner(statement) {
    const [, written] = /^ALTER [^]* OWNER TO ("(?:[^"]|"")+"|[^\s"';]+);\s*$/.exec(statement) ?? [];
    return written === undefined ? undefined : readName(written);
}
/** PURE. The role as which the grants that follow are made (dumputils.c: buildACLCommands). */
function readGrantor(statement) {
    const [, written] = /^SET SESSION AUTHORIZATION ("(?:[^"]|"")+"|[^\s"';]+);\s*$/.exec(statement) ?? [];
    return written === undefined || written === 'DEFAULT' ? undefined : readName(written);
}
/**
 * PURE. The statement without the roles that are missing.
 * @returns undefined where none is left for whom it would be
 */
function withoutRoles(statement, isMissing) {
    const pieces = statement.match(tokens) ?? [];
    const words = split(statement);
    const list = findList(words);
    if (list === undefined)
        return statement;
    const kept = list.names.filter((written) => {
        const name = readName(written);
        return name === undefined || !isMissing(name);
    });
    if (kept.length === list.names.length)
        return statement;
    if (kept.length === 0)
        return undefined;
    // Blanks are pieces and no words.
    const places = pieces.flatMap((piece, at) => (piece.trim() === '' ? [] : [at]));
    const behind = pieces.slice((places[list.end] ?? 0) + 1);
    return [...pieces.slice(0, places[list.start]), kept.join(', '), ...behind].join('');
}
function split(statement) {
    return (statement.match(tokens) ?? []).filter((token) => token.trim() !== '');
}
/** The names behind the last TO or FROM outside of parentheses; in a policy behind the first. */
function findList(words) {
    let depth = 0;
    const places = [];
    for (const [at, word] of words.entries()) {
        if (word === '(')
            depth += 1;
        if (word === ')')
            depth -= 1;
        if (depth === 0 && (word === 'TO' || word === 'FROM'))
            places.push(at);
    }
    const isPolicy = words[0] === 'CREATE' && words[1] === 'POLICY';
    const isPrivilege = ['GRANT', 'REVOKE'].includes(words[0] ?? '') || (words[0] === 'ALTER' && words[1] === 'DEFAULT');
    const at = isPolicy ? places[0] : isPrivilege ? places.at(-1) : undefined;
    if (at === undefined)
        return undefined;
    let end = at + 1;
    while (words[end + 1] === ',')
        end += 2;
    return { names: words.slice(at + 1, end + 1).filter((word) => word !== ','), start: at + 1, end };
}
/** A role's name, or undefined for PUBLIC. */
function readName(written) {
    if (written.startsWith('"'))
        return written.slice(1, -1).replaceAll('""', '"');
    return written === 'PUBLIC' ? undefined : written;
}

// EXTERNAL MODULE: ./src/restoring/left-out/superusers.ts
var superusers = __nccwpck_require__(361);
// EXTERNAL MODULE: ./src/restoring/left-out/target-facts.ts
var target_facts = __nccwpck_require__(443);
// EXTERNAL MODULE: ./src/postgres/sql/quote.ts
var quote = __nccwpck_require__(920);
;// CONCATENATED MODULE: ./src/restoring/left-out/try-owner.ts

/** How the line begins by which psql tells whose things could not be given to him; see `restoreFailures` for the other. */
const notGiven = 'postgres-backup: owner not given: ';
const refused = 'postgres-backup: owner refused: ';
/**
 * PURE. A statement that gives something to a role, as one that may be tried: a role may be given things only where it
 * may make such things itself.
 * @param isStrict fail where it may not, so that nothing is restored
 */
function tryOwner(statement, owner, isStrict) {
    const name = owner.replaceAll('\n', ' ');
    const told = isStrict
        ? `raise exception '%', ${(0,quote/* quoteLiteral */.c)(`${refused}${name}`)};`
        : `raise warning '%', ${(0,quote/* quoteLiteral */.c)(`${notGiven}${name}`)};`;
    const body = `begin ${statement.trimEnd()} exception when insufficient_privilege then ${told} end`;
    return `DO ${(0,quote/* quoteLiteral */.c)(body)};\n`;
}
/** PURE. The role that was not given what it owned, from a line that psql printed. */
function readOwnerNotGiven(line) {
    const at = line.indexOf(notGiven);
    return at < 0 ? undefined : line.slice(at + notGiven.length);
}

;// CONCATENATED MODULE: ./src/restoring/left-out/judge.ts






/** Decides about one dump, from its beginning to its end: entry by entry, in the order of the dump. */
class Judge {
    facts;
    isStrict;
    memory = {
        made: new Set(),
        subjects: new Set(),
        owners: new Map(),
        leftOut: new Set(),
        beyondRole: new Set(),
        missingExtensions: new Set(),
    };
    leftOut = new Map();
    tables = new Map();
    objects = [];
    hasLargeObjects = false;
    lostOwners = new Map();
    hasOtherOwners = false;
    isChanged = false;
    total = 0;
    relations = 0;
    current;
    currentNumber = null;
    /**
     * @param facts undefined to learn no more than what the dump holds
     * @param isStrict fail where an owner cannot be given, which only the server knows
     */
    constructor(facts, isStrict = false) {
        this.facts = facts;
        this.isStrict = isStrict;
    }
    /** Takes an entry's heading. @returns whether its statements are restored, by {@link Judge.judgeStatement} each */
    judgeEntry(entry, numbers) {
        const { facts, memory } = this;
        this.total += 1;
        if (isRelation.test(entry.type ?? ''))
            this.relations += 1;
        this.current = entry;
        this.currentNumber = numbers?.number ?? null;
        noteTable(this.tables, entry, numbers?.oid);
        if (isObject.test(entry.type ?? ''))
            this.objects.push(readObject(entry));
        this.hasLargeObjects ||= isLargeObject.test(entry.type ?? '');
        if (facts === undefined)
            return true;
        const rule = entry.type === undefined ? undefined : rules/* rules */.aO.find(({ applies }) => applies(entry, facts, memory));
        if (rule !== undefined)
            this.note(entry, rule.reason);
        else if (isTimescale(entry))
            throw new Error('the dump needs timescaledb_pre_restore()');
        (0,left_out_memory/* remember */.k)(memory, entry, rule === undefined);
        return rule === undefined;
    }
    /** Whether statements of the present entry may be changed, beside those that give it an owner. */
    mayChange() {
        const { current } = this;
        return current !== undefined && (namesRoles.test(current.type ?? '') || (0,superusers/* mayNeedSuperuser */.Sl)(current));
    }
    /** @returns the statement as it is to be run, or undefined */
    judgeStatement(statement) {
        const { facts, current } = this;
        if (facts === undefined || current === undefined)
            return statement;
        if (!facts.isSuperuser && (0,superusers/* takesSuperuser */.dI)(statement)) {
            this.note(current, 'needs-superuser');
            this.memory.beyondRole.add(`${current.type ?? ''} ${current.name}`);
        }
        // With that statement goes all of its entry, so that pg_restore itself can leave it out.
        if (this.leftOut.get(current)?.reason === 'needs-superuser')
            return undefined;
        const owner = readNewOwner(statement);
        if (owner !== undefined)
            return this.judgeOwner(statement, owner, facts);
        const kept = this.judgeRoles(statement, current, facts);
        this.isChanged ||= kept !== statement;
        return kept;
    }
    report() {
        return {
            total: this.total,
            leftOut: [...this.leftOut.values()],
            owners: [...this.lostOwners].map(([role, entries]) => ({ role, entries })),
            hasOtherOwners: this.hasOtherOwners,
            isChanged: this.isChanged,
            tables: [...this.tables.values()],
            objects: this.objects,
            hasLargeObjects: this.hasLargeObjects,
            databases: [],
            relations: this.relations,
        };
    }
    judgeOwner(statement, owner, facts) {
        if (facts.roles.has(owner) && (facts.isSuperuser || facts.ownRoles.has(owner))) {
            this.hasOtherOwners ||= owner !== facts.role;
            const mayFail = !facts.isSuperuser || ofSuperusers.test(this.current?.type ?? '');
            if (owner === facts.role || !mayFail)
                return statement;
            this.isChanged = true;
            return tryOwner(statement, owner, this.isStrict);
        }
        this.lostOwners.set(owner, (this.lostOwners.get(owner) ?? 0) + 1);
        return undefined;
    }
    judgeRoles(statement, entry, facts) {
        // Around grants that others have made: made by the owner they are the same, but for their grantor. With the first
        // left out, the second of the two changes nothing.
        if (!facts.isSuperuser && /^(?:RE)?SET SESSION AUTHORIZATION\b/.test(statement))
            return undefined;
        if (!namesRoles.test(entry.type ?? ''))
            return statement;
        const grantor = readGrantor(statement);
        if (grantor !== undefined && !facts.roles.has(grantor)) {
            this.note(entry, 'missing-role', [grantor]);
            return undefined;
        }
        const own = withoutForRole(statement, entry, this.memory, facts);
        const isMissing = (role) => !facts.roles.has(role);
        const missing = readGrantees(own).filter(isMissing);
        if (missing.length === 0)
            return own;
        const kept = withoutRoles(own, isMissing);
        this.note(entry, 'missing-role', missing);
        if (kept === undefined && entry.type === 'POLICY')
            (0,left_out_memory/* remember */.k)(this.memory, entry, false);
        return kept;
    }
    note(entry, reason, roles = []) {
        const { type = '', schema = null, name } = entry;
        const known = this.leftOut.get(entry)?.roles ?? [];
        const all = [...new Set([...known, ...roles])];
        this.leftOut.set(entry, { type, schema, name, reason, roles: all, number: this.currentNumber });
    }
}
function isTimescale({ type, name }) {
    return type === 'EXTENSION' && name === 'timescaledb';
}
/** Entries that make something of pg_class; a constraint that is called just so brings its index. */
const isRelation = /^(?:(?:FOREIGN )?TABLE|(?:MATERIALIZED )?VIEW|SEQUENCE|INDEX|CONSTRAINT)$/;
/** Entries of what is neither a table nor hangs on something else. */
const isObject = /^(?:(?:MATERIALIZED )?VIEW|SEQUENCE|FOREIGN TABLE|AGGREGATE|FUNCTION|PROCEDURE|DOMAIN|(?:SHELL )?TYPE|OPERATOR(?: CLASS)?|COLLATION|CONVERSION|TEXT SEARCH (?:CONFIGURATION|DICTIONARY)|SERVER|EXTENSION|PUBLICATION|EVENT TRIGGER)$/;
/** Before 17 each was an entry of its own, and their data one of all (pg_dump.c: getLOs, dumpLOs). */
const isLargeObject = /^BLOB/;
/** What PostgreSQL lets a superuser alone own, and some services others as well. */
const ofSuperusers = /^(?:EVENT TRIGGER|FOREIGN DATA WRAPPER)$/;
/** Entries whose statements name roles for whom they are. */
const namesRoles = /^(?:ACL|DEFAULT ACL|POLICY)$/;
function readObject({ type = '', schema = '', name }) {
    return { type, schema, name };
}
function noteTable(tables, { type, name, schema = '' }, oid) {
    if (type !== 'TABLE' && type !== 'TABLE DATA')
        return;
    const key = (0,target_facts/* qualify */.S)(schema, name);
    const known = tables.get(key);
    const hasRows = type === 'TABLE DATA' || known?.hasRows === true;
    tables.set(key, { schema, name, oid: known?.oid ?? oid ?? null, hasRows });
}
/** Default privileges of a role whose things become the connecting role's are set for that one. */
function withoutForRole(statement, entry, memory, facts) {
    if (entry.type !== 'DEFAULT ACL' || entry.owner === undefined || facts.ownRoles.has(entry.owner))
        return statement;
    return entry.owner === (0,left_out_memory/* findMainOwner */.M)(memory)
        ? statement.replace(/^(ALTER DEFAULT PRIVILEGES) FOR ROLE (?:"(?:[^"]|"")+"|[^\s"]+)/, '$1')
        : statement;
}


/***/ }),

/***/ 819:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   l: () => (/* binding */ createLackingJudge)
/* harmony export */ });
/* harmony import */ var _dump_entry_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(555);
/* harmony import */ var _rules_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(214);
/* harmony import */ var _target_facts_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(443);



/** PURE. A judge that leaves out what is lacking, and nothing else. */
function createLackingJudge(lacking) {
    const names = new Set(lacking.map(({ schema, name }) => (0,_target_facts_js__WEBPACK_IMPORTED_MODULE_1__/* .qualify */ .S)(schema, name)));
    return {
        judgeComment: (line) => {
            const entry = (0,_dump_entry_js__WEBPACK_IMPORTED_MODULE_2__/* .parseHeading */ .kY)(Buffer.from(line, 'latin1').toString('utf8'));
            if (entry === undefined)
                return undefined;
            const { type = '', name, schema = '' } = entry;
            return !(0,_rules_js__WEBPACK_IMPORTED_MODULE_0__/* .listSubjects */ .UV)(type, name).some((subject) => names.has((0,_target_facts_js__WEBPACK_IMPORTED_MODULE_1__/* .qualify */ .S)(schema, subject)));
        },
        mayChange: () => false,
        judgeStatement: (statement) => statement,
    };
}


/***/ }),

/***/ 547:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ findMainOwner),
/* harmony export */   k: () => (/* binding */ remember)
/* harmony export */ });
/* harmony import */ var _target_facts_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(443);

/** Takes down what was decided about an entry. */
function remember(memory, entry, isMade) {
    const { type = '', name, schema = '' } = entry;
    (isMade ? memory.made : memory.leftOut).add(`${type} ${schema}.${name}`);
    if (type === 'EXTENSION' && !isMade)
        memory.missingExtensions.add(name);
    if (!isMade)
        return;
    if (entry.owner !== undefined)
        memory.owners.set(entry.owner, (memory.owners.get(entry.owner) ?? 0) + 1);
    memory.subjects.add((0,_target_facts_js__WEBPACK_IMPORTED_MODULE_0__/* .qualify */ .S)(schema, name));
    // The name of a routine stands unquoted before its arguments, and may hold a parenthesis itself.
    for (let at = name.indexOf('('); at >= 0; at = name.indexOf('(', at + 1))
        memory.subjects.add((0,_target_facts_js__WEBPACK_IMPORTED_MODULE_0__/* .qualify */ .S)(schema, name.slice(0, at + 1)));
}
/** PURE. The role that owned most of what was made so far. */
function findMainOwner({ owners }) {
    return [...owners].sort(([, a], [, b]) => b - a)[0]?.[0];
}


/***/ }),

/***/ 494:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Gb: () => (/* binding */ readTargetAnswer),
/* harmony export */   cZ: () => (/* binding */ toTargetFacts)
/* harmony export */ });
/* unused harmony exports makeTargetFactsQuery, makeCreatableQuery */
/* harmony import */ var _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(684);
/* harmony import */ var _postgres_hosting_services_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(404);
/* harmony import */ var _target_facts_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(443);





/**
 * PURE. Asks a database, with an empty search path, what decides about a dump that is to be restored into it.
 * @param replaces whether what is the role's own goes before, as {@link makeBeginScript} does it
 */
function makeTargetFactsQuery(service, replaces) {
    const serviceSchemas = service?.schemas ?? [];
    return `with ${makeOwnObjects(serviceSchemas)},
on_table as (
  select relnamespace, relname, polname as name, ${replaces ? mayReplacePolicy : 'false'} as goes
    from pg_catalog.pg_policy join pg_catalog.pg_class c on c.oid = polrelid
  union all select c.relnamespace, relname, tgname, ${replaces ? 'pronamespace not in (select oid from kept_schema)' : 'false'}
    from pg_catalog.pg_trigger join pg_catalog.pg_class c on c.oid = tgrelid join pg_catalog.pg_proc p on p.oid = tgfoid
    where not tgisinternal
)
select json_build_object(
  'role', current_user,
  'isSuperuser', (select rolsuper from pg_catalog.pg_roles where rolname = current_user),
  'roles', (select json_agg(rolname) from pg_catalog.pg_roles),
  'ownRoles', (select json_agg(rolname) from pg_catalog.pg_roles where oid in (select oid from own_role)),
  'mayCreate', pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
  'schemas', (select json_agg(json_build_object('name', nspname, 'isOwn', nspowner in (select oid from own_role),
      'owner', ${makeOwner('nspowner')}, 'mayCreate', pg_catalog.has_schema_privilege(oid, 'CREATE')))
    from pg_catalog.pg_namespace n where nspname !~ '^pg_(toast|temp)'
      ${replaces ? 'and oid not in (select oid from own_schema)' : ''}),
  'extensions', (select json_agg(json_build_object('name', extname, 'isOwn', extowner in (select oid from own_role)))
    from pg_catalog.pg_extension),
  'creatable', (select coalesce(json_agg(name), '[]') from (${makeCreatableQuery(service)}) creatable),
  'publications', (select coalesce(json_agg(json_build_object('name', pubname, 'isOwn', pubowner in (select oid from own_role))), '[]')
    from pg_catalog.pg_publication),
  'servers', (select coalesce(json_agg(json_build_object('name', srvname, 'owner', ${makeOwner('srvowner')},
      'takesMapping', pg_catalog.has_server_privilege(s.oid, 'USAGE')${replaces ? '' : ` and not ${isMapped}`})), '[]')
    from pg_catalog.pg_foreign_server s where srvowner not in (select oid from own_role)),
  'others', ${othersQuery},
  'eventTriggers', (select coalesce(json_agg(evtname), '[]') from pg_catalog.pg_event_trigger),
  'standing', (select coalesce(json_agg(json_build_object('schema', nspname, 'table', relname, 'name', name)), '[]')
    from on_table join kept_schema k on k.oid = relnamespace where not goes),
  'fillable', ${makeFillableQuery(service, replaces)})`;
}
/** PURE. A query for the names of the extensions that the connecting role can create. */
function makeCreatableQuery(service) {
    return `select distinct name from pg_catalog.pg_available_extension_versions
    where not superuser or trusted or ${service?.createsExtensions === true}
      or (select rolsuper from pg_catalog.pg_roles where rolname = current_user)`;
}
/**
 * Tables of the service that are empty, and their sequences: the user expects their rows back. A replacement leaves
 * them alone.
 */
function makeFillableQuery(service, replaces) {
    const migrations = (service?.migrationTables ?? []).map(quoteLiteral);
    if (replaces || service === undefined)
        return `json_build_array()`;
    return `(with empty as (
    select c.oid, nspname, relname from pg_catalog.pg_class c join kept_schema k on k.oid = relnamespace
    where relkind in ('r', 'p') and nspname !~ '^pg_' and nspname <> 'information_schema'
      and pg_catalog.concat(nspname, '.', relname) <> all(array[${migrations.join(', ')}]::text[])
      and case when pg_catalog.has_schema_privilege(relnamespace, 'USAGE') and pg_catalog.has_table_privilege(c.oid, 'SELECT')
        and pg_catalog.has_table_privilege(c.oid, 'INSERT') then pg_catalog.query_to_xml(
          pg_catalog.format('select 1 from %s limit 1', c.oid::pg_catalog.regclass), false, true, '')::text !~ '<row' end
  ), fillable as (
    select nspname, relname from empty
    union all select k.nspname, c.relname from pg_catalog.pg_depend d join pg_catalog.pg_class c on c.oid = d.objid
      join kept_schema k on k.oid = relnamespace
      where d.refobjid in (select oid from empty) and deptype in ('a', 'i')
        and case relkind when 'S' then pg_catalog.has_sequence_privilege(c.oid, 'UPDATE') end
  ) select coalesce(json_agg(json_build_object('schema', nspname, 'name', relname)), '[]') from fillable)`;
}
/** SQL for a role of that oid; one that is gone is no superuser. */
function makeOwner(oid) {
    return `json_build_object('name', pg_catalog.pg_get_userbyid(${oid}),
    'isSuperuser', exists (select from pg_catalog.pg_roles r where r.oid = ${oid} and rolsuper))`;
}
/** What others have in schemas that stay, by the names that a dump gives it. */
const othersQuery = (/* unused pure expression or super */ null && (`(select coalesce(json_agg(json_build_object('schema', nspname, 'name', name,
    'owner', ${makeOwner('i.owner')})), '[]') from in_schema i
    join pg_catalog.pg_namespace n on n.oid = i.space, lateral (
      select relname as name from pg_catalog.pg_class where catalog = 'pg_catalog.pg_class'::pg_catalog.regclass and oid = i.id
      union all select typname from pg_catalog.pg_type where catalog = 'pg_catalog.pg_type'::pg_catalog.regclass and oid = i.id
        and typcategory <> 'A'
      union all select pg_catalog.format('%s(%s)', proname, pg_catalog.oidvectortypes(proargtypes)) from pg_catalog.pg_proc
        where catalog = 'pg_catalog.pg_proc'::pg_catalog.regclass and oid = i.id) named
    where i.id >= 16384 and owner not in (select oid from own_role) and nspname !~ '^pg_'
      and space not in (select oid from own_schema) and (catalog, id) not in (select classid, objid from member))`));
/** The table's owner, or one of the roles to whom Supabase's library gives it (setting supautils.policy_grants). */
const mayReplacePolicy = (/* unused pure expression or super */ null && (`(relowner in (select oid from own_role) or coalesce(pg_catalog.jsonb_exists(
  nullif(pg_catalog.current_setting('supautils.policy_grants', true), '')::jsonb -> current_user::text,
  relnamespace::pg_catalog.regnamespace || '.' || relname), false))`));
const isMapped = (/* unused pure expression or super */ null && (`exists (select from pg_catalog.pg_user_mappings m where m.srvid = s.oid
        and umuser = (select oid from pg_catalog.pg_roles where rolname = current_user))`));
const readOwner = (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readObject */ .Ag)({ name: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readText */ .yR, isSuperuser: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readBoolean */ .Vf });
/** The answer to {@link makeTargetFactsQuery}. */
const readTargetAnswer = (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readObject */ .Ag)({
    role: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readName */ .MQ,
    isSuperuser: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readBoolean */ .Vf,
    roles: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readArray */ .oU)(_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readName */ .MQ),
    ownRoles: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readArray */ .oU)(_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readName */ .MQ),
    mayCreate: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readBoolean */ .Vf,
    schemas: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readArray */ .oU)((0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readObject */ .Ag)({ name: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readName */ .MQ, isOwn: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readBoolean */ .Vf, owner: readOwner, mayCreate: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readBoolean */ .Vf })),
    extensions: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readArray */ .oU)((0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readObject */ .Ag)({ name: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readName */ .MQ, isOwn: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readBoolean */ .Vf })),
    creatable: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readArray */ .oU)(_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readName */ .MQ),
    publications: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readArray */ .oU)((0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readObject */ .Ag)({ name: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readName */ .MQ, isOwn: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readBoolean */ .Vf })),
    servers: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readArray */ .oU)((0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readObject */ .Ag)({ name: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readName */ .MQ, owner: readOwner, takesMapping: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readBoolean */ .Vf })),
    others: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readArray */ .oU)((0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readObject */ .Ag)({ schema: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readName */ .MQ, name: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readText */ .yR, owner: readOwner })),
    eventTriggers: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readArray */ .oU)(_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readName */ .MQ),
    standing: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readArray */ .oU)((0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readObject */ .Ag)({ schema: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readName */ .MQ, table: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readName */ .MQ, name: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readName */ .MQ })),
    fillable: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readArray */ .oU)((0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readObject */ .Ag)({ schema: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readName */ .MQ, name: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readName */ .MQ })),
});
/** PURE. The facts, in the shape in which the rules ask for them. */
function toTargetFacts({ answer, service }) {
    const { role, isSuperuser, mayCreate } = answer;
    const isManaged = ({ owner }) => owner.isSuperuser || (0,_postgres_hosting_services_js__WEBPACK_IMPORTED_MODULE_0__/* .isServiceRole */ .OQ)(owner.name, service);
    return {
        ...{ role, isSuperuser, mayCreate, service },
        roles: new Set(answer.roles),
        ownRoles: new Set(answer.ownRoles),
        schemas: new Map(answer.schemas.map((schema) => [schema.name, { ...schema, isManaged: isManaged(schema) }])),
        extensions: new Map(answer.extensions.map((extension) => [extension.name, extension])),
        creatable: new Set(answer.creatable),
        publications: new Map(answer.publications.map((publication) => [publication.name, publication])),
        servers: new Map(answer.servers.filter(isManaged).map((server) => [server.name, server])),
        others: new Set(answer.others.filter(isManaged).map(({ schema, name }) => (0,_target_facts_js__WEBPACK_IMPORTED_MODULE_2__/* .qualify */ .S)(schema, name))),
        eventTriggers: new Set(answer.eventTriggers),
        standing: new Set(answer.standing.map(({ schema, table, name }) => (0,_target_facts_js__WEBPACK_IMPORTED_MODULE_2__/* .nameOnTable */ .V)(schema, table, name))),
        fillable: new Set(answer.fillable.map(({ schema, name }) => (0,_target_facts_js__WEBPACK_IMPORTED_MODULE_2__/* .qualify */ .S)(schema, name))),
    };
}


/***/ }),

/***/ 214:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  UV: () => (/* binding */ listSubjects),
  Ot: () => (/* binding */ reasons),
  aO: () => (/* binding */ rules)
});

// EXTERNAL MODULE: ./src/restoring/left-out/dump-entry.ts
var dump_entry = __nccwpck_require__(555);
// EXTERNAL MODULE: ./src/restoring/left-out/memory.ts
var left_out_memory = __nccwpck_require__(547);
;// CONCATENATED MODULE: ./src/restoring/left-out/routine-signature.ts

/**
 * PURE. The signature of a routine, from what its comment and its privileges call it: those quote its name and have its
 * arguments as pg_get_function_identity_arguments writes them, `FUNCTION "Odd"(a integer, OUT b text)`; its signature,
 * which is also what its own entry is called, has the types of those alone by which it is called, `Odd(integer)`
 * (pg_dump.c: format_function_signature).
 * @returns undefined for what is no routine
 */
function readSignature(text) {
    const [, name, list] = /^(?:AGGREGATE|FUNCTION|PROCEDURE) ("(?:[^"]|"")*"|[^"(]+)\((.*)\)$/.exec(text) ?? [];
    if (name === undefined || list === undefined)
        return undefined;
    return withoutStar(`${(0,dump_entry/* unquote */._n)(name)}(${splitArguments(list).flatMap(readType).join(', ')})`);
}
/** PURE. The signature of an aggregate of no arguments: its entry and its comment say `(*)`, its privileges do not. */
function withoutStar(signature) {
    return signature.replace(/\(\*\)$/, '()');
}
/** Quoted names may hold commas. An aggregate's arguments stand on both sides of ORDER BY; its last two may be the same. */
function splitArguments(list) {
    const [direct = '', ordered] = split(list, ' ORDER BY ');
    if (direct.startsWith('ORDER BY '))
        return split(direct.slice('ORDER BY '.length), ', ');
    const own = split(direct, ', ');
    const isRepeated = own.at(-1)?.startsWith('VARIADIC ') === true;
    return ordered === undefined || isRepeated ? own : [...own, ...split(ordered, ', ')];
}
/** Splits outside of quotes. */
function split(text, by) {
    return text.split('"').reduce((parts, piece, at) => {
        const [first = '', ...rest] = at % 2 === 0 ? piece.split(by) : [piece];
        const last = parts.pop() ?? '';
        return [...parts, `${last}${at === 0 ? '' : '"'}${first}`, ...rest];
    }, ['']);
}
/** Types of PostgreSQL whose names are several words (format_type.c); all others are one, quoted where it holds a blank. */
const longType = /^(?:bit varying|character varying|double precision|(?:time|timestamp) with(?:out)? time zone)(?:\[\])?$/;
/** The type of an argument, without its mode and name; none for what is only given back. */
function readType(argument) {
    if (argument.startsWith('OUT '))
        return [];
    const named = argument.replace(/^(?:IN|INOUT|VARIADIC) /, '');
    return [longType.test(named) ? named : named.replace(/^(?:"(?:[^"]|"")*"|[^" ]+) (?=.)/, '')];
}

// EXTERNAL MODULE: ./src/restoring/left-out/superusers.ts
var superusers = __nccwpck_require__(361);
// EXTERNAL MODULE: ./src/restoring/left-out/target-facts.ts
var target_facts = __nccwpck_require__(443);
;// CONCATENATED MODULE: ./src/restoring/left-out/rules.ts





/** Why something is left out; these words stand in the output `left-out`. */
const reasons = [
    'default-privileges',
    'event-trigger',
    'extension-missing',
    'extension-not-own',
    'missing-role',
    'not-own',
    'needs-superuser',
    'publication',
    'security-label',
    'service',
    'stands',
    'subscription',
];
/** The rules, of which the first that applies counts. */
const rules = [
    { reason: 'stands', applies: isStandingEventTrigger },
    { reason: 'stands', applies: isStandingPublication },
    { reason: 'stands', applies: isStandingServer },
    { reason: 'stands', applies: (entry, facts) => readMapping(entry, facts)?.stands === true },
    { reason: 'not-own', applies: (entry, facts) => readMapping(entry, facts)?.isOfOther === true },
    {
        reason: 'missing-role',
        applies: ({ type, name }, { roles }) => type === 'USER MAPPING' && isForMissing(name, roles),
    },
    {
        reason: 'event-trigger',
        applies: (entry, { isSuperuser }) => !isSuperuser && (0,dump_entry/* isOf */.yW)(entry, 'EVENT TRIGGER'),
    },
    {
        reason: 'subscription',
        applies: (entry, { isSuperuser }) => !isSuperuser && (0,dump_entry/* isOf */.yW)(entry, 'SUBSCRIPTION'),
    },
    {
        reason: 'security-label',
        applies: ({ type }, { isSuperuser }) => !isSuperuser && type === 'SECURITY LABEL',
    },
    { reason: 'needs-superuser', applies: superusers/* needsSuperuser */.Ae },
    { reason: 'publication', applies: isForeignPublication },
    { reason: 'extension-missing', applies: isMissingExtension },
    { reason: 'extension-not-own', applies: isForeignExtensionComment },
    { reason: 'default-privileges', applies: isForeignDefault },
    { reason: 'stands', applies: isStandingSchema },
    { reason: 'service', applies: liesWithService },
    { reason: 'not-own', applies: liesWithOthers },
    { reason: 'extension-not-own', applies: isPrivilegeOfExtension },
    { reason: 'missing-role', applies: commentsOnLeftOut },
];
function isStandingEventTrigger(entry, { eventTriggers }) {
    const name = entry.type === 'EVENT TRIGGER' ? entry.name : (0,dump_entry/* readName */.MQ)(entry.name, 'EVENT TRIGGER');
    return (0,dump_entry/* isOf */.yW)(entry, 'EVENT TRIGGER') && eventTriggers.has(name);
}
/** A comment on one of one's own is set all the same. */
function isStandingPublication({ type, name }, { publications }) {
    if (type === 'PUBLICATION')
        return publications.has(name);
    const isComment = type === 'COMMENT' && name.startsWith('PUBLICATION ');
    return isComment && publications.get((0,dump_entry/* readName */.MQ)(name, 'PUBLICATION'))?.isOwn === false;
}
/** With its privileges and its comment. */
function isStandingServer(entry, { servers }) {
    const { type, name } = entry;
    if (type === 'SERVER')
        return servers.has(name);
    const kind = type === 'ACL' ? 'FOREIGN SERVER' : 'SERVER';
    return (0,dump_entry/* isOf */.yW)(entry, kind) && servers.has((0,dump_entry/* readName */.MQ)(name, kind));
}
/** A user mapping on a server that stands: there a role makes its own and no other. */
function readMapping({ type, name }, { servers, role }) {
    if (type !== 'USER MAPPING')
        return undefined;
    const server = [...servers].find(([known]) => name.endsWith(` SERVER ${known}`));
    if (server === undefined)
        return undefined;
    const [known, { takesMapping }] = server;
    const isOfOther = name !== `USER MAPPING ${role} SERVER ${known}`;
    return { stands: !isOfOther && !takesMapping, isOfOther };
}
/** The names of role and server stand there as they are, so all that the beginning can be are tried. */
function isForMissing(name, roles) {
    const words = name.slice('USER MAPPING '.length).split(' SERVER ');
    return words.slice(1).every((_, at) => {
        const role = words.slice(0, at + 1).join(' SERVER ');
        return role !== 'public' && !roles.has(role);
    });
}
/** The tables of a publication are entries of their own, called `publication table`. */
function isForeignPublication(entry, { publications, mayCreate }) {
    const { type, name } = entry;
    const isTable = /^PUBLICATION TABLE/.test(type ?? '');
    if (!isTable && !(0,dump_entry/* isOf */.yW)(entry, 'PUBLICATION'))
        return false;
    const called = type === 'PUBLICATION' || isTable ? name : (0,dump_entry/* readName */.MQ)(name, 'PUBLICATION');
    const known = [...publications].find(([publication]) => isTable ? called.startsWith(`${publication} `) : called === publication);
    if (known === undefined)
        return !mayCreate;
    return !known[1].isOwn;
}
function isMissingExtension({ type, name, schema }, facts, memory) {
    if (type === 'EXTENSION')
        return !facts.extensions.has(name) && !facts.creatable.has(name);
    if (type === 'COMMENT' && name.startsWith('EXTENSION '))
        return memory.missingExtensions.has((0,dump_entry/* readName */.MQ)(name, 'EXTENSION'));
    // The rows of a table that the dump does not make are an extension's configuration.
    const isRowsOfExtension = type === 'TABLE DATA' && !memory.made.has(`TABLE ${schema ?? ''}.${name}`);
    return memory.missingExtensions.size > 0 && isRowsOfExtension && !facts.schemas.has(schema ?? '');
}
/** What the dump sets privileges of and does not make belongs to an extension, or to PostgreSQL itself. */
function isPrivilegeOfExtension({ type, name, schema }, facts, memory) {
    if (type !== 'ACL' || facts.isSuperuser || schema === undefined)
        return false;
    const identifier = '("(?:[^"]|"")*"|[^".(]+)';
    const [, routine] = new RegExp(`^(?:FUNCTION|PROCEDURE) ${identifier}\\(`).exec(name) ?? [];
    const [, table] = new RegExp(`^(?:TABLE|SEQUENCE|COLUMN) ${identifier}(?:\\.|$)`).exec(name) ?? [];
    if (routine === undefined && table === undefined)
        return false;
    const subject = table === undefined ? `${(0,dump_entry/* unquote */._n)(routine ?? '')}(` : (0,dump_entry/* unquote */._n)(table);
    return !memory.subjects.has((0,target_facts/* qualify */.S)(schema, subject));
}
/** The comment is the extension's own, in nearly every dump. */
function isForeignExtensionComment({ type, name }, facts) {
    if (type !== 'COMMENT' || !name.startsWith('EXTENSION ') || facts.isSuperuser)
        return false;
    const known = facts.extensions.get((0,dump_entry/* readName */.MQ)(name, 'EXTENSION'));
    return known === undefined ? (facts.service?.ownsExtensions ?? false) : !known.isOwn;
}
/** Those of the role whose things become the connecting role's are its own from now on. */
function isForeignDefault({ type, owner }, facts, memory) {
    if (type !== 'DEFAULT ACL' || owner === undefined || owner === (0,left_out_memory/* findMainOwner */.M)(memory))
        return false;
    return !facts.roles.has(owner) || (!facts.isSuperuser && !facts.ownRoles.has(owner));
}
/**
 * Its privileges and its comment are set all the same, where it is the role's. A stranger's is refused by the server: its
 * owner could drop what is made in it.
 */
function isStandingSchema(entry, { schemas, isSuperuser }) {
    if (entry.type === 'SCHEMA') {
        const known = schemas.get(entry.name);
        return known !== undefined && (known.isOwn || known.isManaged || entry.name === 'public');
    }
    if (isSuperuser || !(0,dump_entry/* isOf */.yW)(entry, 'SCHEMA'))
        return false;
    return schemas.get((0,dump_entry/* readName */.MQ)(entry.name, 'SCHEMA'))?.isOwn === false;
}
/** In the schemas of a service that stand, only triggers and policies that are not there are the user's. */
function liesWithService({ type, name, schema }, facts) {
    if (schema === undefined || !facts.schemas.has(schema))
        return false;
    if (facts.service?.schemas.includes(schema) !== true)
        return false;
    if (type === 'TRIGGER' || type === 'POLICY')
        return facts.standing.has((0,target_facts/* qualify */.S)(schema, name));
    if (type === 'TABLE DATA' || type === 'SEQUENCE SET')
        return !facts.fillable.has((0,target_facts/* qualify */.S)(schema, name));
    const subject = type === 'COMMENT' ? readNameOnTable(name) : undefined;
    return subject === undefined || facts.standing.has((0,target_facts/* qualify */.S)(schema, subject.name));
}
/** In other schemas that stand, what is managed by others is there already, with all that hangs on it. */
function liesWithOthers({ type, name, schema }, facts) {
    if (facts.isSuperuser || schema === undefined)
        return false;
    const known = facts.schemas.get(schema);
    if (known === undefined || facts.service?.schemas.includes(schema) === true)
        return false;
    if (/^PUBLICATION TABLE/.test(type ?? ''))
        return false;
    if (!known.mayCreate)
        return known.isManaged;
    return listSubjects(type ?? '', name).some((subject) => facts.others.has((0,target_facts/* qualify */.S)(schema, subject)));
}
/** Entries called by what they belong to, a blank and their own name, as in `customers own_row`. */
const onAnother = /^(?:CHECK CONSTRAINT|CONSTRAINT|DEFAULT|FK CONSTRAINT|POLICY|PUBLICATION TABLE|RULE|TRIGGER)$/;
/** PURE. What an entry may be about: itself, the table before a blank in its name, or what it is a comment or privilege of. */
function listSubjects(type, name) {
    if (!dump_entry/* about */.Cv.test(type)) {
        if (!onAnother.test(type))
            return [type === 'AGGREGATE' ? withoutStar(name) : name];
        const words = name.split(' ');
        return words.map((_, at) => words.slice(0, words.length - at).join(' '));
    }
    const signature = readSignature(name);
    if (signature !== undefined)
        return [signature];
    const text = name.replace(/^[A-Z ]+ /, '').replace(/^.* ON /, '');
    const [, identifier = ''] = /^("(?:[^"]|"")*"|[^".(]+)/.exec(text) ?? [];
    return [(0,dump_entry/* unquote */._n)(text), (0,dump_entry/* unquote */._n)(identifier)];
}
function commentsOnLeftOut({ type, name, schema }, _, memory) {
    const subject = type === 'COMMENT' ? readNameOnTable(name) : undefined;
    return subject !== undefined && memory.leftOut.has(`${subject.kind} ${schema ?? ''}.${subject.name}`);
}
/** The subject of `POLICY name ON table`, as its own entry is called: `table name`. */
function readNameOnTable(text) {
    const identifier = '("(?:[^"]|"")*"|[^ "]+)';
    const [, kind, name, table] = new RegExp(`^(POLICY|TRIGGER) ${identifier} ON ${identifier}$`).exec(text) ?? [];
    if (kind === undefined || name === undefined || table === undefined)
        return undefined;
    return { kind, name: `${(0,dump_entry/* unquote */._n)(table)} ${(0,dump_entry/* unquote */._n)(name)}` };
}


/***/ }),

/***/ 361:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ae: () => (/* binding */ needsSuperuser),
/* harmony export */   Sl: () => (/* binding */ mayNeedSuperuser),
/* harmony export */   dI: () => (/* binding */ takesSuperuser)
/* harmony export */ });
/* harmony import */ var _dump_entry_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(555);

/** Things that only a superuser makes. */
const kinds = [
    ...['ACCESS METHOD', 'FOREIGN DATA WRAPPER', 'LANGUAGE', 'OPERATOR CLASS', 'OPERATOR FAMILY'],
    ...['PROCEDURAL LANGUAGE', 'TEXT SEARCH PARSER', 'TEXT SEARCH TEMPLATE', 'TRANSFORM'],
];
/**
 * Statements that take a superuser, where others of their kind do not (functioncmds.c: CreateCast, publicationcmds.c:
 * CreatePublication).
 */
const statements = [
    /^CREATE CAST \([^]*\) WITHOUT FUNCTION(?: AS (?:ASSIGNMENT|IMPLICIT))?;\s*$/,
    /^CREATE PUBLICATION (?:"(?:[^"]|"")*"|[^\s"]+) FOR ALL /,
];
/** PURE. Whether only a superuser can restore an entry, as far as its heading tells and what came before it. */
function needsSuperuser(entry, { isSuperuser }, memory) {
    if (isSuperuser)
        return false;
    if (kinds.some((kind) => (0,_dump_entry_js__WEBPACK_IMPORTED_MODULE_0__/* .isOf */ .yW)(entry, kind)))
        return true;
    const { type, name } = entry;
    if ((0,_dump_entry_js__WEBPACK_IMPORTED_MODULE_0__/* .isOf */ .yW)(entry, 'CAST'))
        return memory.beyondRole.has(`CAST ${name}`) || !castsOwnType(name, memory);
    if (type !== 'COMMENT' || !(0,_dump_entry_js__WEBPACK_IMPORTED_MODULE_0__/* .isOf */ .yW)(entry, 'PUBLICATION'))
        return type === 'PUBLICATION TABLES IN SCHEMA';
    return memory.beyondRole.has(`PUBLICATION ${(0,_dump_entry_js__WEBPACK_IMPORTED_MODULE_0__/* .readName */ .MQ)(name, 'PUBLICATION')}`);
}
/** PURE. Whether statements of such an entry may take a superuser, which their heading does not tell. */
function mayNeedSuperuser({ type }) {
    return type === 'CAST' || type === 'PUBLICATION';
}
/** PURE. Whether a statement takes a superuser. */
function takesSuperuser(statement) {
    return statements.some((pattern) => pattern.test(statement));
}
/** A cast is made by the owner of one of its types, and what the dump has made is the role's. */
function castsOwnType(name, { made }) {
    const written = '((?:"(?:[^"]|"")*"|[^"])+?)';
    const [, ...types] = new RegExp(`^CAST \\(${written} AS ${written}\\)$`).exec(name) ?? [];
    return types.some((type) => {
        const [, schema, called] = /^("(?:[^"]|"")*"|[^".]+)\.("(?:[^"]|"")*"|[^"[]+)(?:\[\])?$/.exec(type) ?? [];
        if (schema === undefined || called === undefined)
            return false;
        return typeKinds.some((kind) => made.has(`${kind} ${(0,_dump_entry_js__WEBPACK_IMPORTED_MODULE_0__/* .unquote */ ._n)(schema)}.${(0,_dump_entry_js__WEBPACK_IMPORTED_MODULE_0__/* .unquote */ ._n)(called)}`));
    });
}
/** Entries that make a type; tables and their like make one of their rows. */
const typeKinds = ['TYPE', 'DOMAIN', 'TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE'];


/***/ }),

/***/ 443:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ qualify),
/* harmony export */   V: () => (/* binding */ nameOnTable)
/* harmony export */ });
/** A name that two schemas cannot share, for sets alone. */
function qualify(schema, name) {
    return `${schema}\0${name}`;
}
/** A trigger or policy, as a dump's heading names it: its table, a blank, its name. */
function nameOnTable(schema, table, name) {
    return qualify(schema, `${table} ${name}`);
}


/***/ }),

/***/ 598:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");

/***/ }),

/***/ 24:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/compat get default export */
/******/ (() => {
/******/ 	// getDefaultExport function for compatibility with non-harmony modules
/******/ 	__nccwpck_require__.n = (module) => {
/******/ 		var getter = module && module.__esModule ?
/******/ 			() => (module['default']) :
/******/ 			() => (module);
/******/ 		__nccwpck_require__.d(getter, { a: getter });
/******/ 		return getter;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(754);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
