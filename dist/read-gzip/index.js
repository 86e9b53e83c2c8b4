import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 91:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  ts: () => (/* binding */ createContentReader),
  H: () => (/* binding */ formatContent)
});

// UNUSED EXPORTS: parseContent

;// CONCATENATED MODULE: ./src/postgres/sql/quote.ts
/** PURE. An SQL identifier. */
function quoteIdentifier(name) {
    return `"${name.replaceAll('"', '""')}"`;
}
/** PURE. An SQL string, whatever `standard_conforming_strings` says. */
function quoteLiteral(text) {
    const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
    return text.includes('\\') ? ` E${quoted}` : quoted;
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
function connection_string_escapeConninfoValue(value) {
    return `'${value.replace(/[\\']/g, '\\$&')}'`;
}
/**
 * PURE. The only safe way to name a database on a command line: libpq takes a bare name that holds "=" or begins
 * with a URI's scheme for a whole connection string, and would send the password to the host in it.
 */
function formatDatabaseArgument(database) {
    return `--dbname=dbname=${connection_string_escapeConninfoValue(database)}`;
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

;// CONCATENATED MODULE: ./src/postgres/sql/rows/line-breaks.ts
const newline = 0x0a;
const wordSize = Uint32Array.BYTES_PER_ELEMENT;
/** As many words as a byte can count. */
const mostAtOnce = 255;
/**
 * PURE. The line breaks between two indices, four bytes at a time: 500 MB take 0.14 s, one by one 0.43 s, and a native
 * search for each 0.14 s in lines of 100 bytes, 0.6 s in lines of 20.
 */
function countLineBreaks(bytes, from, to) {
    const start = from + ((wordSize - ((bytes.byteOffset + from) % wordSize)) % wordSize);
    if (start >= to)
        return countSingly(bytes, from, to);
    const length = Math.floor((to - start) / wordSize);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + start, length);
    return (countSingly(bytes, from, start) + countInWords(words) + countSingly(bytes, start + length * wordSize, to));
}
function countSingly(bytes, from, to) {
    let count = 0;
    for (let index = from; index < to; index += 1)
        if (bytes[index] === newline)
            count += 1;
    return count;
}
/** Each byte of a sum counts the line breaks at its place (Hacker's Delight, 6-1: finding a zero byte). */
function countInWords(words) {
    let count = 0;
    for (let index = 0; index < words.length;) {
        const end = Math.min(words.length, index + mostAtOnce);
        let sums = 0;
        for (; index < end; index += 1) {
            const word = (words[index] ?? 0) ^ 0x0a0a0a0a;
            const others = ((word & 0x7f7f7f7f) + 0x7f7f7f7f) | word;
            sums = (sums + ((~others >>> 7) & 0x01010101)) | 0;
        }
        count += (sums & 0xff) + ((sums >>> 8) & 0xff) + ((sums >>> 16) & 0xff) + (sums >>> 24);
    }
    return count;
}

;// CONCATENATED MODULE: ./src/postgres/sql/rows/copied-rows.ts

/** A row never begins so, as COPY doubles backslashes. */
const ending = Buffer.from('\n\\.');
/**
 * PURE. Rows are told by their line breaks, which COPY writes as `\n` within values. A native search finds the end, so that
 * nothing else has to be looked at.
 */
function countCopiedRows() {
    let rows = 0;
    // The line break before the first row is the one of the statement.
    let seam = Buffer.from('\n');
    return {
        take: (bytes, from) => {
            const acrossAt = Buffer.concat([seam, bytes.subarray(from, from + ending.length - 1)]).indexOf(ending);
            if (acrossAt >= 0)
                return from + acrossAt + ending.length - seam.length;
            // Backwards takes less than half the time, as the search is for full stops and not for line breaks.
            const isThere = bytes.lastIndexOf(ending) >= from;
            const at = isThere ? bytes.indexOf(ending, from) : -1;
            rows += countLineBreaks(bytes, from, at < 0 ? bytes.length : at + 1);
            if (at >= 0)
                return at + ending.length;
            // A copy, since whoever reads uses the same memory for what comes next.
            seam = Buffer.concat([seam, bytes.subarray(Math.max(from, bytes.length - 2))]).subarray(-2);
            return undefined;
        },
        count: () => rows,
    };
}

;// CONCATENATED MODULE: ./src/postgres/sql/rows/find-partitions.ts
/** More levels than anybody has, and an end for tables that a forged dump attaches to each other in a circle. */
const mostLevels = 100;
/**
 * PURE. Those of the tables that are partitions.
 * @param parents of each partition the table of which it is one, which may be a partition itself
 */
function findPartitions(tables, parents) {
    return [...tables].flatMap((table) => {
        const root = findRoot(table, parents);
        return root === table ? [] : [{ table, root }];
    });
}
function findRoot(table, parents) {
    let root = table;
    for (let level = 0; level < mostLevels; level += 1) {
        const parent = parents.get(root);
        if (parent === undefined)
            break;
        root = parent;
    }
    return root;
}

;// CONCATENATED MODULE: external "node:buffer"
const external_node_buffer_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:buffer");
;// CONCATENATED MODULE: ./src/postgres/sql/rows/dump-rows.ts

/** Where nothing is known. */
const unknownRows = { total: null, tables: null, partitions: [] };
/** PURE. A name in UTF-8; undefined where its bytes are of another encoding. */
function nameTable(bytes, encoding) {
    const isText = (0,external_node_buffer_namespaceObject.isAscii)(bytes) || (encoding === 'UTF8' && (0,external_node_buffer_namespaceObject.isUtf8)(bytes));
    return isText ? bytes.toString('utf8') : undefined;
}

;// CONCATENATED MODULE: ./src/postgres/sql/rows/row-counter.ts









/** Bytes of the longest line outside of rows that is read. */
const longestLine = 64 * 1024 * 1024;
const row_counter_newline = 0x0a;
/** What is looked at when it is whole. */
const candidate = /^(?:COPY|CREATE (?:UNLOGGED )?TABLE|ALTER TABLE ONLY|SET) /i;
const reading = { oneTransaction: false, isStrict: false };
/**
 * PURE. Counts the rows of what pg_dump and pg_dumpall write as SQL: those of the tables that the dump itself makes, by
 * COPY. It knows quotes, dollar quotes and comments, so that nothing inside a value, a name or a function's body is taken
 * for a COPY. Where the dump holds rows in another way, or what this reader does not understand, nothing is known, which
 * is better than a wrong number: a restore compares.
 */
function createRowCounter() {
    let state = startCounting();
    return {
        add: (bytes) => {
            state =
                state &&
                    orUnknown(state, (known) => {
                        readBytes(known, bytes);
                    });
        },
        end: () => {
            state = state && orUnknown(state, endDump);
            return state === undefined ? unknownRows : describe(state);
        },
    };
}
/** @returns undefined where the work met something that it does not understand */
function orUnknown(state, work) {
    try {
        work(state);
        return state;
    }
    catch (error) {
        if (error instanceof DumpError)
            return undefined;
        throw error;
    }
}
function startCounting() {
    return {
        sql: startReading(),
        rest: [],
        restLength: 0,
        held: undefined,
        copying: undefined,
        isEnding: false,
        database: startDatabase(''),
        tables: new Map(),
        parents: new Map(),
        total: 0,
        isNameless: false,
    };
}
function startDatabase(suffix) {
    return { suffix, made: new Map(), rowsOfOthers: 0, encoding: undefined };
}
function readBytes(state, bytes) {
    for (let at = 0; at < bytes.length;)
        at = state.copying ? takeRows(state, bytes, at) : takeLine(state, bytes, at);
}
function takeRows(state, bytes, at) {
    const end = state.copying?.rows.take(bytes, at);
    if (end === undefined)
        return bytes.length;
    state.isEnding = true;
    endRows(state);
    return end;
}
/** @returns the index behind what was taken */
function takeLine(state, bytes, at) {
    const end = bytes.indexOf(row_counter_newline, at);
    const part = bytes.subarray(at, end < 0 ? bytes.length : end + 1);
    state.restLength += part.length;
    if (state.restLength > longestLine)
        throw new DumpError('a line of more than 64 MB');
    if (end < 0) {
        state.rest.push(Buffer.from(part));
        return bytes.length;
    }
    const line = state.rest.length === 0 ? part : Buffer.concat([...state.rest, part]);
    state.rest = [];
    state.restLength = 0;
    // One character for each byte: all that matters here is ASCII, whatever the encoding.
    readLine(state, line.toString('latin1'));
    return end + 1;
}
function readLine(state, line) {
    if (state.isEnding) {
        if (!/^\r?\n$/.test(line))
            throw new DumpError('data that begin with \\.');
        state.isEnding = false;
        return;
    }
    if (!state.sql.isWithinStatement) {
        if (line.startsWith('\\')) {
            obeyCommand(state, line);
            return;
        }
        if (/^(?:--|[ \t\r\f\v]*\n)/.test(line)) {
            if (/\r(?!\n$)/.test(line.trimStart()))
                throw new DumpError('a line break within a comment');
            return;
        }
        if (/^INSERT /i.test(line))
            throw new DumpError('rows as INSERT');
        state.held = candidate.test(line) ? '' : undefined;
    }
    if (state.held !== undefined)
        state.held += line;
    if (endsStatement(state.sql, line, reading) && state.held !== undefined)
        endStatement(state, state.held);
}
function obeyCommand(state, line) {
    if (isOwnCommand(line))
        return;
    const name = parseConnect(line);
    if (name === undefined)
        throw new DumpError('a psql command');
    endDatabase(state);
    const bytes = Buffer.from(name, 'latin1');
    const known = nameTable(bytes, 'UTF8');
    state.database = startDatabase(known === undefined ? undefined : ` in ${quoteIdentifier(known)}`);
    state.sql.escapesInStrings = false;
}
function endStatement(state, statement) {
    const { database } = state;
    if (/^COPY /i.test(statement)) {
        const table = readCopiedTable(statement);
        if (table === undefined)
            throw new DumpError('another COPY than pg_dump writes');
        state.copying = { table, rows: countCopiedRows() };
    }
    const made = readMadeTable(statement);
    if (made !== undefined)
        database.made.set(made, /\nPARTITION BY /.test(statement));
    noteParent(state, statement);
    const strings = /^SET standard_conforming_strings = (on|off);\s*$/.exec(statement)?.[1];
    if (strings !== undefined)
        state.sql.escapesInStrings = strings === 'off';
    const encoding = /^SET client_encoding = '(\w+)';\s*$/.exec(statement)?.[1];
    if (encoding === undefined)
        return;
    if (!isServerEncoding(encoding))
        throw new DumpError(`text in ${encoding}`, 'unsure');
    database.encoding = encoding;
}
function endRows(state) {
    const { copying, database } = state;
    if (copying === undefined)
        return;
    state.copying = undefined;
    const rows = copying.rows.count();
    const isPartitioned = database.made.get(copying.table);
    if (isPartitioned === undefined) {
        database.rowsOfOthers += rows;
        return;
    }
    state.total += rows;
    const name = nameFully(database, copying.table);
    // Rows that were dumped by way of the root come to partitions that only the server knows.
    if (isPartitioned || name === undefined) {
        state.isNameless = true;
        return;
    }
    if (state.tables.has(name))
        throw new DumpError('the rows of a table twice');
    state.tables.set(name, rows);
}
function noteParent({ database, parents }, statement) {
    const attached = readAttachedPartition(statement);
    if (attached === undefined)
        return;
    const [parent, partition] = [nameFully(database, attached.parent), nameFully(database, attached.partition)];
    if (parent !== undefined && partition !== undefined)
        parents.set(partition, parent);
}
/** As {@link TableRows} says it; undefined where it is no text. */
function nameFully({ encoding, suffix }, written) {
    const name = nameTable(Buffer.from(written, 'latin1'), encoding);
    return name === undefined || suffix === undefined ? undefined : `${name}${suffix}`;
}
/** Where a dump makes no table at all, as with `--data-only`, nobody can tell whose the rows are. */
function endDatabase({ database }) {
    if (database.rowsOfOthers > 0 && database.made.size === 0)
        throw new DumpError('rows without tables');
}
function endDump(state) {
    if (state.rest.length > 0)
        readBytes(state, Buffer.from('\n'));
    if (state.copying !== undefined || state.isEnding || state.sql.isWithinStatement)
        throw new DumpError('an end that comes too early');
    endDatabase(state);
}
function describe({ tables, total, isNameless, parents }) {
    if (isNameless)
        return { total, tables: null, partitions: [] };
    const list = [...tables].map(([table, rows]) => ({ table, rows }));
    const partitions = findPartitions(tables.keys(), parents);
    return { total, tables: list, partitions };
}

;// CONCATENATED MODULE: ./src/archive/json-reader.ts
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
const longestText = (/* unused pure expression or super */ null && (64 * 1024));
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
function json_reader_readJson(text, reader) {
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

;// CONCATENATED MODULE: ./src/archive/reading/content.ts


/** @param endLength bytes of the end that are kept */
function createContentReader(endLength) {
    const counter = createRowCounter();
    let size = 0;
    // Written over by each long piece, which takes a tenth less time than a copy of its own.
    const last = Buffer.alloc(endLength);
    let end = Buffer.alloc(0);
    return {
        add: (bytes) => {
            size += bytes.length;
            counter.add(bytes);
            if (bytes.length < endLength) {
                const joined = Buffer.concat([end, bytes]);
                end = joined.subarray(Math.max(0, joined.length - endLength));
            }
            else {
                bytes.copy(last, 0, bytes.length - endLength);
                end = last;
            }
        },
        end: () => ({ size, rows: counter.end(), end: end.toString() }),
    };
}
/** What a program prints that has read content. */
function formatContent(content) {
    return JSON.stringify(content);
}
const content_text = readString(/^[^]*$/, 'a text');
const content = readObject({
    size: readCount,
    rows: readObject({
        total: readNullable(readCount),
        tables: readNullable(readArray(readObject({ table: content_text, rows: readCount }))),
        partitions: readArray(readObject({ table: content_text, root: content_text })),
    }),
    end: content_text,
});
/**
 * The reverse of {@link formatContent}.
 * @throws JsonError
 */
function parseContent(printed) {
    return readJson(printed, content);
}


/***/ }),

/***/ 606:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ createByteCounter)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(24);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(522);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__nccwpck_require__.n(node_zlib__WEBPACK_IMPORTED_MODULE_1__);


function createByteCounter() {
    let checksum = 0;
    let size = 0;
    return {
        add: (bytes) => {
            checksum = (0,node_zlib__WEBPACK_IMPORTED_MODULE_1__.crc32)(bytes, checksum);
            size += bytes.length;
        },
        write: (path) => {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.writeFileSync)(path, `${checksum} ${size}\n`, { flag: 'wx', mode: 0o600 });
        },
    };
}


/***/ }),

/***/ 686:
/***/ ((module, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(module, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(24);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(466);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__nccwpck_require__.n(node_stream_promises__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(522);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__nccwpck_require__.n(node_zlib__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _archive_reading_content_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(91);
/* harmony import */ var _byte_counter_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(606);
/**
 * Program: decompresses SQL from stdin to its end and prints what is known of it, with as many of its last bytes as the
 * first argument says. To the file that the second one names it writes how many bytes there were, and their CRC-32.
 * Node's zlib takes three quarters of the time of pigz; a process of its own keeps the buffers that it leaves to the
 * garbage collector out of the action's memory.
 */





/** Smaller chunks cost up to a quarter more time. */
const chunkSize = 1024 * 1024;
async function readGzip(endLength, resultPath) {
    const input = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.createReadStream)('', { fd: 0, highWaterMark: chunkSize });
    const gunzip = (0,node_zlib__WEBPACK_IMPORTED_MODULE_2__.createGunzip)({ chunkSize });
    const counter = (0,_byte_counter_js__WEBPACK_IMPORTED_MODULE_4__/* .createByteCounter */ .d)();
    const reader = (0,_archive_reading_content_js__WEBPACK_IMPORTED_MODULE_3__/* .createContentReader */ .ts)(endLength);
    await (0,node_stream_promises__WEBPACK_IMPORTED_MODULE_1__.pipeline)(input, gunzip, async (chunks) => {
        for await (const chunk of chunks) {
            counter.add(chunk);
            reader.add(chunk);
        }
    });
    // Node passes over what follows the data.
    if (gunzip.bytesWritten !== input.bytesRead)
        throw new Error('the gzip data ends before the file');
    counter.write(resultPath);
    return (0,_archive_reading_content_js__WEBPACK_IMPORTED_MODULE_3__/* .formatContent */ .H)(reader.end());
}
try {
    process.stdout.write(await readGzip(Number(process.argv[2]), process.argv[3] ?? ''));
}
catch (error) {
    process.stderr.write(`read-gzip: error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
}

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 24:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

/***/ }),

/***/ 466:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/promises");

/***/ }),

/***/ 522:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");

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
/******/ var __webpack_exports__ = __nccwpck_require__(686);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
