export const id = 782;
export const ids = [782];
export const modules = {

/***/ 49643:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  y: () => (/* binding */ checkKey)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
;// CONCATENATED MODULE: ./src/archive/age/decrypter.ts
/**
 * A decrypter with these keys. The library is loaded here, since a run without encryption needs none of it.
 * @throws Error, without any key, when an identity is not an age secret key
 */
async function createDecrypter(keys) {
    const age = await __webpack_require__.e(/* import() */ 855).then(__webpack_require__.bind(__webpack_require__, 20855));
    const decrypter = new age.Decrypter();
    if (keys.kind === 'passphrase') {
        decrypter.addPassphrase(keys.passphrase);
        return decrypter;
    }
    try {
        for (const identity of keys.identities)
            decrypter.addIdentity(identity);
    }
    catch {
        // The library's message may hold the key.
        throw new Error('the key file holds an identity that is not an age secret key');
    }
    return decrypter;
}

// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: external "node:stream/web"
var web_ = __webpack_require__(37830);
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
    return new web_.ReadableStream({ pull }, { highWaterMark: 0 });
}

;// CONCATENATED MODULE: ./src/archive/reading/check-key.ts




/** Bytes that are read at once. */
const chunkSize = 64 * 1024;
/**
 * Makes sure that the keys open the file, by reading no more than its beginning.
 * @throws BackupError PGB_ENCRYPT
 */
async function checkKey(file, decryption) {
    if (file.encryption === 'none')
        return;
    const input = file.encryption === 'age-passphrase' ? 'age-passphrase' : 'age-identity';
    const kind = file.encryption === 'age-passphrase' ? 'passphrase' : 'identities';
    if (decryption?.kind !== kind) {
        throw refuseKind(file.name, input, decryption);
    }
    const source = await (0,promises_.open)(file.path);
    try {
        if (await opens(source, decryption))
            return;
    }
    finally {
        await source.close();
    }
    throw refuseKey(file.name, `the input "${input}" does not open it`, 'Give the key that belongs to the backup');
}
/** The library's message may hold a part of the key, so only its success counts. */
async function opens(source, keys) {
    const decrypter = await createDecrypter(keys);
    const bytes = readOnDemand(async (buffer) => (await source.read(buffer)).bytesRead, chunkSize);
    return decrypter.decrypt(bytes).then(async (plain) => {
        const reader = plain.getReader();
        const isReadable = await reader.read().then(() => true, () => false);
        // Nothing more is read, and what the cancelled stream says of it does not matter.
        await reader.cancel().catch(() => undefined);
        return isReadable;
    }, () => false);
}
function refuseKind(name, input, given) {
    const why = `it is encrypted, and the input "${input}" is empty`;
    const whatToDo = `Give it from a secret; in a fork's pull request secrets are always empty`;
    if (given === undefined)
        return refuseKey(name, why, whatToDo);
    const [other, kind] = given.kind === 'passphrase' ? ['age-passphrase', 'keys'] : ['age-identity', 'a passphrase'];
    const instead = `: it was encrypted to ${kind}, for which "${other}" does not serve`;
    return refuseKey(name, `${why}${instead}`, `Give "${input}" from a secret`);
}
function refuseKey(name, why, whatToDo) {
    return new errors/* BackupError */.h('PGB_ENCRYPT', { what: `The file ${name} cannot be decrypted`, why, whatToDo });
}


/***/ }),

/***/ 70266:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ findDamage)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _checksum_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(11595);


/**
 * Compares a file with what the manifest says of it, in constant memory.
 * @returns why it is not what the backup wrote; undefined where its size and SHA-256 are those of the manifest
 */
async function findDamage({ size, sha256 }, path, signal) {
    const found = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.stat)(path).catch(() => undefined);
    if (found?.isFile() !== true)
        return 'it is missing from the backup';
    // An empty file is never whole, and some decompressors would call it complete.
    if (size === 0)
        return 'it is empty';
    if (found.size !== size)
        return `it has ${found.size} bytes, and the manifest says ${size}`;
    const hashed = await (0,_checksum_js__WEBPACK_IMPORTED_MODULE_1__/* .hashFile */ .DC)(path, signal);
    if (hashed.sha256 === sha256)
        return undefined;
    return 'its SHA-256 is not the one in the manifest, so it was changed or damaged';
}


/***/ }),

/***/ 82241:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ readArtifactSource)
/* harmony export */ });
/* harmony import */ var _stores_artifact_trust_branch_patterns_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76864);
/* harmony import */ var _read_inputs_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(68215);


/**
 * Reads the inputs that name artifacts, in the actions that look for them.
 * @throws BackupError PGB_INPUT
 */
function readArtifactSource() {
    const runId = readNumber('run-id');
    const repository = readRepository();
    return {
        name: (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .readText */ .yR)('artifact-name'),
        id: readNumber('artifact-id'),
        runId,
        repository,
        branches: readBranches(),
        digest: readDigest(),
        token: (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .readText */ .yR)('github-token'),
    };
}
function readNumber(name) {
    const text = (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .readText */ .yR)(name);
    if (text === undefined)
        return undefined;
    if (/^[1-9]\d{0,14}$/.test(text))
        return Number(text);
    throw (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)(name, 'it is not a number', 'Copy it from the address of the artifact or run');
}
function readBranches() {
    const lines = ((0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .readText */ .yR)('branch') ?? '').split(/\r\n|\r|\n/).map((line) => line.trim());
    const given = lines.filter((line) => line !== '');
    if (given.length === 0)
        return undefined;
    return given.map((line) => {
        const pattern = (0,_stores_artifact_trust_branch_patterns_js__WEBPACK_IMPORTED_MODULE_1__/* .parseBranchPattern */ .Q0)(line);
        if (pattern !== undefined)
            return pattern;
        throw (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('branch', 'a line of it is no name of a branch, nor a pattern', 'Write one branch a line, as in main, release/* or refs/tags/v*');
    });
}
function readDigest() {
    const text = (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .readText */ .yR)('artifact-digest')?.trim().toLowerCase();
    if (text === undefined)
        return undefined;
    const [, digits] = /^(?:sha256:)?([0-9a-f]{64})$/.exec(text) ?? [];
    if (digits !== undefined)
        return `sha256:${digits}`;
    throw (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('artifact-digest', 'it is not a SHA-256', 'Write it as sha256: and 64 hex digits, as the backup put it out');
}
function readRepository() {
    const text = (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .readText */ .yR)('repository');
    if (text === undefined)
        return undefined;
    const [, owner, name] = /^([A-Za-z0-9-]+)\/([A-Za-z0-9._-]+)$/.exec(text) ?? [];
    if (owner !== undefined && name !== undefined)
        return { owner, name };
    throw (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('repository', 'it is not the name of a repository', 'Write it as owner/name');
}


/***/ }),

/***/ 85100:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   DS: () => (/* binding */ splitOptions),
/* harmony export */   EC: () => (/* binding */ checkOption),
/* harmony export */   HZ: () => (/* binding */ connectionOptions),
/* harmony export */   eu: () => (/* binding */ connectionInputs)
/* harmony export */ });
/* harmony import */ var _read_inputs_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(68215);

const connectionInputs = 'the inputs "url", "user" and "password"';
/** What says where to connect, in all of PostgreSQL's tools alike. */
const connectionOptions = {
    owners: {
        dbname: connectionInputs,
        host: connectionInputs,
        port: connectionInputs,
        username: connectionInputs,
        password: connectionInputs,
        'no-password': connectionInputs,
    },
    shortNames: { d: 'dbname', h: 'host', p: 'port', U: 'username', W: 'password', w: 'no-password' },
};
/** PURE. The lines of the `options` input, each one argument of a tool. */
function splitOptions(text) {
    return (text ?? '')
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '');
}
/**
 * PURE. Refuses an argument that the action owns, one that is no single argument, and one in quotes for a shell.
 * @throws BackupError PGB_INPUT naming the option
 */
function checkOption(option, owned) {
    refuseShellQuotes(option);
    if (/^-[A-Za-z] /.test(option)) {
        const joined = `${option.slice(0, 2)}${option.slice(2).trim()}`;
        const why = 'an option and its value share a line with a blank between';
        throw (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('options', why, `Write ${joined}`);
    }
    for (const name of listLongNames(option, owned)) {
        if (owned.free?.includes(name) === true)
            continue;
        // getopt_long takes every unambiguous beginning of a long option's name.
        const found = Object.keys(owned.owners).find((owner) => owner.startsWith(name));
        if (found === undefined)
            continue;
        throw (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('options', `--${found} belongs to the action`, `Use ${owned.owners[found] ?? ''}`);
    }
}
/**
 * PURE. Refuses a word or value in single quotes, as manuals write them: no shell takes them away, so that a pattern with
 * them fits nothing, in silence. Double quotes belong to PostgreSQL's own patterns.
 */
function refuseShellQuotes(option) {
    const [, start, value] = /^(-[A-Za-z]+ ?|--[\w-]+[ =])?'([^]*)'$/.exec(option) ?? [];
    if (value === undefined)
        return;
    const name = (start ?? '').trim();
    const joined = name.startsWith('--') && !name.endsWith('=') ? `${name}=` : name;
    const bare = `${joined}${value.replaceAll("'", '')}`;
    throw (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('options', 'no shell takes the single quotes away, and so they would count', `Write ${bare}`);
}
/** The long names of an option, or of the letters of a word such as `-xFc`. */
function listLongNames(option, { shortNames, lettersWithValue }) {
    if (option.startsWith('--'))
        return [option.slice(2).split('=')[0] ?? ''];
    if (!option.startsWith('-'))
        return [];
    const names = [];
    for (const letter of option.slice(1)) {
        const name = shortNames[letter];
        if (name !== undefined)
            names.push(name);
        if (lettersWithValue.includes(letter))
            break;
    }
    return names;
}


/***/ }),

/***/ 65992:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ runAtOnce)
/* harmony export */ });
/**
 * Runs the work for each item, several at once. When one fails, the others are aborted and waited for.
 * @throws what failed first
 */
async function runAtOnce(items, limit, signal, work) {
    const failing = new AbortController();
    const both = AbortSignal.any([signal, failing.signal]);
    const queue = items.values();
    const failures = [];
    const runQueue = async () => {
        for (const item of queue) {
            if (failures.length > 0)
                return;
            await work(item, both).catch((error) => {
                failures.push(error);
                failing.abort(error);
            });
        }
    };
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, runQueue));
    if (failures.length > 0)
        throw failures[0];
}


/***/ }),

/***/ 54782:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  restore: () => (/* binding */ restore)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: ./src/github/outputs.ts
var outputs = __webpack_require__(88353);
// EXTERNAL MODULE: ./src/postgres/connection/open-connection.ts + 4 modules
var open_connection = __webpack_require__(53942);
// EXTERNAL MODULE: ./src/stores/open-store.ts + 23 modules
var open_store = __webpack_require__(38125);
// EXTERNAL MODULE: ./src/inputs/shared-inputs.ts
var shared_inputs = __webpack_require__(57692);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/process/find-executable.ts
var find_executable = __webpack_require__(88731);
// EXTERNAL MODULE: ./src/process/pipeline.ts + 4 modules
var pipeline = __webpack_require__(67260);
// EXTERNAL MODULE: ./src/postgres/connection/connection-string.ts + 3 modules
var connection_string = __webpack_require__(69555);
// EXTERNAL MODULE: ./src/postgres/psql.ts + 1 modules
var psql = __webpack_require__(37480);
;// CONCATENATED MODULE: ./src/postgres/analyze.ts





/** A role or a database may have limits that end the work; a user's own settings stand before them, and count no more. */
const withoutLimits = '-c statement_timeout=0 -c lock_timeout=0';
/**
 * Has the server gather statistics of all tables of a database, several at once.
 *
 * vacuumdb begins each of its connections by an empty search path, as pg_dump does (session-settings.ts), and PostgreSQL
 * evaluates the expressions of indexes as the tables' owners (commands/analyze.c: do_analyze_rel). Where vacuumdb is missing,
 * and behind a pooler, which may take no startup options, psql does it, one table after the other.
 * @param jobs tables at once
 * @throws BackupError with the code that fits what the tool says; the reason of the server's signal
 */
async function analyzeDatabase(server, database, jobs) {
    const failing = `No statistics were gathered in the database "${database}"`;
    const analyzeByPsql = () => (0,psql/* runSql */.Wt)(server, { database, sql: 'ANALYZE', failing, kind: 'alone' });
    const vacuumdb = (0,find_executable/* findExecutable */.o)('vacuumdb', (0,external_node_path_.dirname)(server.client.psql));
    const { freeConnections } = server.facts;
    if (vacuumdb === undefined || freeConnections === undefined) {
        await analyzeByPsql();
        return;
    }
    const options = [server.connection.parameters['options'], withoutLimits].filter((text) => text !== undefined);
    const place = `${(0,connection_string/* formatDatabaseArgument */.OA)(database)} options=${(0,connection_string/* escapeConninfoValue */.xA)(options.join(' '))}`;
    const atOnce = Math.max(1, Math.min(jobs, freeConnections));
    const args = ['--analyze-only', '--quiet', '--no-password', `--jobs=${atOnce}`, place];
    const { environment } = server.connection;
    const { failure, stderr } = await (0,psql/* whileServerAnswers */.QD)(server, { database, failing }, (signal) => (0,pipeline/* runPipeline */.a)([{ path: vacuumdb, args }], { environment, signal }));
    if (failure === undefined)
        return;
    // PgBouncer has no name or port of its own by which it is known before.
    if (stderr.includes('unsupported startup parameter')) {
        await analyzeByPsql();
        return;
    }
    const whatToDo = "Look into the server's log, and run ANALYZE by hand";
    throw (0,psql/* explainPsqlFailure */.MG)(stderr, server, { database, failing }, { code: 'PGB_RESTORE', whatToDo });
}

;// CONCATENATED MODULE: ./src/restore/analyze.ts


/**
 * Gathers statistics of the restored databases, one after the other. The data is there already, so that what goes wrong
 * is a warning and no failure, a cancellation too.
 */
async function analyzeDatabases(databases, server, jobs, { log, signal }) {
    const failed = [];
    let reason = '';
    for (const database of databases) {
        try {
            await analyzeDatabase(server, database, jobs);
        }
        catch (error) {
            failed.push(`"${database}"`);
            reason ||= explain(signal.aborted ? signal.reason : error);
        }
    }
    if (failed.length === 0)
        return;
    log.warning(`Restored, but PostgreSQL has no statistics of ${failed.join(', ')}: ${reason}. Run ANALYZE before it meets traffic.`, 'No statistics');
}
function explain(error) {
    if (error instanceof errors/* BackupError */.h)
        return error.explanation.why;
    return error instanceof Error ? error.message : String(error);
}

// EXTERNAL MODULE: ./src/units.ts
var units = __webpack_require__(61996);
;// CONCATENATED MODULE: ./src/restore/announce.ts

/** Says what is about to happen, and above all what will be lost. */
function announcePlan(plan, log) {
    for (const planned of plan.databases) {
        log.info(`${planned.target}: ${describeWay(planned)}, from ${planned.file.name} (${(0,units/* formatBytes */.z3)(planned.file.size)})`);
        if (planned.endsSessions && planned.sessions > 0) {
            log.warning(`${(0,units/* formatCount */.B4)(planned.sessions, 'session')} in the database "${planned.target}" will be ended when it is replaced.`, 'Sessions');
        }
        if (planned.way === 'in-place') {
            log.warning(`The contents of the database "${planned.target}" will be replaced in one transaction, by one worker. Until it ends other sessions wait for its tables, and if it fails all is as before.`, 'Replaced in place');
        }
    }
}
function describeWay({ way, workName, target }) {
    if (way === 'fill')
        return 'the empty database is filled in one transaction';
    if (way === 'in-place')
        return 'its contents are replaced in one transaction';
    const fate = way === 'create' ? `becomes "${target}"` : `replaces "${target}"`;
    return `restored as "${workName}", which ${fate} when it is complete`;
}
/** A backup can be incomplete and good for what it holds. */
function warnOfFailures({ manifest }, { database }, log) {
    if (database !== undefined || manifest.failures.length === 0)
        return;
    const names = manifest.failures.map((failure) => failure.database === null ? 'the globals' : `"${failure.database}"`);
    log.warning(`The backup is not complete: it lacks ${names.join(', ')}.`, 'Partial backup');
}

// EXTERNAL MODULE: ./src/archive/reading/check-key.ts + 2 modules
var check_key = __webpack_require__(49643);
// EXTERNAL MODULE: ./src/archive/reading/find-damage.ts
var find_damage = __webpack_require__(70266);
// EXTERNAL MODULE: ./src/inputs/read-inputs.ts
var read_inputs = __webpack_require__(68215);
;// CONCATENATED MODULE: ./src/restore/locating/refuse-backup.ts

/** The error for a backup that cannot be restored from, whatever the target. */
function refuseBackup(why, whatToDo, cause) {
    return new errors/* BackupError */.h('PGB_RESTORE', { what: 'The backup cannot be restored', why, whatToDo }, { cause });
}

;// CONCATENATED MODULE: ./src/restore/select.ts



/**
 * PURE. Which files of the backup are restored.
 * @throws BackupError PGB_RESTORE when the backup has none, PGB_NO_DATABASE when it lacks the one asked for, PGB_INPUT
 */
function selectFiles(backup, choice) {
    const { directory, manifest, onlyFile } = backup;
    const files = manifest.files.filter(({ name }) => onlyFile === undefined || name === onlyFile);
    if (files.length === 0) {
        throw refuseBackup(`it holds no file, and its status is "${manifest.status}"`, 'Take the last backup that succeeded');
    }
    const all = files.flatMap((file) => (file.database === null ? [] : [{ file, database: file.database }]));
    refuseTwins(all.map(({ database }) => database));
    const wanted = all.filter(({ database }) => choice.database === undefined || database === choice.database);
    // Which databases it holds shows when it is read.
    const cluster = wanted.length === 0 ? files.find(({ kind }) => kind === 'cluster') : undefined;
    if (choice.database !== undefined && wanted.length === 0 && cluster === undefined)
        throw refuseDatabase(choice.database, manifest);
    const count = cluster !== undefined && choice.database !== undefined ? 1 : wanted.length;
    if (choice.targetDatabase !== undefined && count !== 1)
        throw refuseTarget(count);
    // A file of globals that was named by its own path is what the user wants.
    const isAlone = wanted.length === 0 && cluster === undefined;
    const needsFile = cluster === undefined && (choice.globals || isAlone);
    const globals = needsFile ? findGlobals(files, choice) : undefined;
    const databases = wanted.map((entry) => ({ ...entry, target: choice.targetDatabase ?? entry.database }));
    const isWanted = databases.length > 0 || cluster !== undefined;
    const properties = isWanted ? files.find(({ kind }) => kind === 'properties') : undefined;
    return { directory, manifest, globals, cluster, properties, databases };
}
/** PURE. All files that are to be restored. */
function listFiles(backup) {
    const { globals, cluster, properties, databases } = backup;
    const files = [globals, cluster, properties, ...databases.map(({ file }) => file)];
    return files.filter((file) => file !== undefined);
}
function findGlobals(files, choice) {
    const globals = files.find(({ kind }) => kind === 'globals');
    if (globals === undefined) {
        throw (0,read_inputs/* refuseInput */.bG)('globals', 'the backup holds no globals', 'Back up with `globals: true`, or set it to false');
    }
    if (choice.globals)
        return globals;
    throw (0,read_inputs/* refuseInput */.bG)('path', 'it names the globals alone', 'Set `globals: true` to restore roles and tablespaces');
}
/** A manifest comes from anyone, and two files for one database would make the result a matter of chance. */
function refuseTwins(names) {
    const twin = names.find((name, index) => names.indexOf(name) !== index);
    if (twin === undefined)
        return;
    throw refuseBackup(`its manifest lists two files for the database "${twin}"`, 'Give the path of one of the two files');
}
function refuseTarget(count) {
    return (0,read_inputs/* refuseInput */.bG)('target-database', count === 0
        ? 'it is the name for one database, and the backup holds none that can be restored alone'
        : 'it is the name for one database, and "database" does not say which', count === 0 ? 'Remove it' : 'Name in "database" the one to restore');
}
function refuseDatabase(database, manifest) {
    const what = `The database "${database}" is not in the backup`;
    const failure = manifest.failures.find((entry) => entry.database === database);
    if (failure !== undefined) {
        const why = `its dump failed with ${failure.code} (${failure.reason})`;
        return new errors/* BackupError */.h('PGB_NO_DATABASE', { what, why, whatToDo: 'Take an earlier backup that holds it' });
    }
    const names = manifest.files.flatMap((file) => (file.database === null ? [] : [`"${file.database}"`]));
    return refuseName(what, names);
}
/** The error for a name that the backup does not hold. */
function refuseName(what, held) {
    return new errors/* BackupError */.h('PGB_NO_DATABASE', {
        what,
        why: `it holds ${held.join(', ')}`,
        whatToDo: 'Correct the input "database", which minds upper and lower case',
    });
}

;// CONCATENATED MODULE: ./src/restore/check.ts





/**
 * Compares every selected file with the manifest, and tries the keys on one of each kind of encryption.
 * @throws BackupError PGB_RESTORE for a file that is missing or damaged, PGB_ENCRYPT when no key fits
 */
async function checkBackup(selected, decryption, signal) {
    const check = (file) => checkFile(file, selected.directory, signal);
    const globals = selected.globals && (await check(selected.globals));
    const cluster = selected.cluster && (await check(selected.cluster));
    const properties = selected.properties && (await check(selected.properties));
    const databases = [];
    // One after the other: hashing is bound by the disk, and the first damage ends it.
    for (const entry of selected.databases)
        databases.push({ ...entry, file: await check(entry.file) });
    const checked = { manifest: selected.manifest, globals, cluster, properties, databases };
    // One file of each kind, since a passphrase takes a second of work each time.
    const samples = new Map(listFiles(checked).map((file) => [file.encryption, file]));
    for (const file of samples.values())
        await (0,check_key/* checkKey */.y)(file, decryption);
    return checked;
}
async function checkFile(file, directory, signal) {
    const path = (0,external_node_path_.join)(directory, file.name);
    const damage = await (0,find_damage/* findDamage */.T)(file, path, signal);
    if (damage === undefined)
        return { ...file, path };
    throw refuseFile(file, damage);
}
function refuseFile({ name }, why) {
    return new errors/* BackupError */.h('PGB_RESTORE', {
        what: `The file ${name} is not what the backup wrote, and nothing was restored`,
        why,
        whatToDo: 'Fetch the backup again, or take another one',
    });
}

// EXTERNAL MODULE: ./src/archive/age/encryption.ts
var encryption = __webpack_require__(22953);
// EXTERNAL MODULE: ./src/inputs/artifact-inputs.ts
var artifact_inputs = __webpack_require__(82241);
// EXTERNAL MODULE: ./src/stores/store-address.ts
var store_address = __webpack_require__(59590);
// EXTERNAL MODULE: ./src/inputs/tool-options.ts
var tool_options = __webpack_require__(85100);
;// CONCATENATED MODULE: ./src/restore/options.ts


const whole = 'the inputs "create" and "clean"; a restore is all or nothing';
const nothing = 'nothing: it would restore nothing';
const restoreOptions = {
    owners: {
        ...tool_options/* connectionOptions */.HZ.owners,
        file: nothing,
        list: nothing,
        help: nothing,
        version: nothing,
        format: 'the manifest of the backup',
        jobs: 'the input "jobs"',
        'no-owner': 'the input "no-owner"',
        create: whole,
        clean: whole,
        'if-exists': whole,
        'exit-on-error': whole,
        'single-transaction': whole,
    },
    shortNames: {
        ...tool_options/* connectionOptions */.HZ.shortNames,
        f: 'file',
        l: 'list',
        V: 'version',
        '?': 'help',
        F: 'format',
        j: 'jobs',
        O: 'no-owner',
        C: 'create',
        c: 'clean',
        e: 'exit-on-error',
        1: 'single-transaction',
    },
    lettersWithValue: 'dfFhIjLnNpPStTU',
};
/**
 * PURE. Reads the `options` input: one argument of pg_restore on each line.
 * @throws BackupError PGB_INPUT for an argument that the action owns, by its name
 */
function parseRestoreOptions(text) {
    const options = (0,tool_options/* splitOptions */.DS)(text);
    for (const option of options) {
        if (!option.startsWith('-') || option === '-' || option === '--') {
            const whatToDo = 'Begin each line with an option, as in --no-acl';
            throw (0,read_inputs/* refuseInput */.bG)('options', 'a line of it is no option', whatToDo);
        }
        (0,tool_options/* checkOption */.EC)(option, restoreOptions);
    }
    return options;
}

;// CONCATENATED MODULE: ./src/restore/inputs.ts






const replaceModes = ['auto', 'database', 'in-place'];
/** Secrets among the inputs that are not part of the connection; an identity may stand in a file with comments. */
function listInputSecrets() {
    const identity = (0,read_inputs/* readText */.yR)('age-identity') ?? '';
    const keys = identity.split(/\r\n|\r|\n/).filter((line) => !line.trim().startsWith('#'));
    const others = [(0,shared_inputs/* readPassphrase */.jP)(), (0,read_inputs/* readText */.yR)('github-token')];
    return [...keys, ...others].filter((secret) => secret !== undefined && secret.trim() !== '');
}
/**
 * Reads the inputs and refuses what does not fit, before anything is touched.
 * @throws BackupError PGB_INPUT, PGB_ENCRYPT
 */
async function readRestoreInputs() {
    const jobs = (0,read_inputs/* readCount */._0)('jobs', 1000);
    return {
        connection: (0,shared_inputs/* readConnectionInputs */.qY)(),
        source: readSource(),
        choice: readChoice(),
        create: (0,read_inputs/* readFlag */.fG)('create'),
        clean: (0,read_inputs/* readFlag */.fG)('clean'),
        replace: (0,read_inputs/* readChoice */.Kf)('replace', replaceModes),
        allowLoss: (0,read_inputs/* readFlag */.fG)('allow-loss'),
        strict: (0,read_inputs/* readFlag */.fG)('strict'),
        noOwner: (0,read_inputs/* readFlag */.fG)('no-owner'),
        analyze: (0,read_inputs/* readFlag */.fG)('analyze'),
        options: parseRestoreOptions((0,read_inputs/* readText */.yR)('options')),
        jobs,
        postgresVersion: (0,shared_inputs/* readPostgresVersion */.w4)(),
        allowTransactionPooler: (0,read_inputs/* readFlag */.fG)('allow-transaction-pooler'),
        decryption: await (0,encryption/* validateDecryption */.i)({
            identity: (0,read_inputs/* readText */.yR)('age-identity'),
            passphrase: (0,shared_inputs/* readPassphrase */.jP)(),
        }),
    };
}
function readSource() {
    const [path, name, id] = [(0,read_inputs/* readText */.yR)('path'), (0,read_inputs/* readText */.yR)('artifact-name'), (0,read_inputs/* readText */.yR)('artifact-id')];
    const given = [path, name, id].filter((value) => value !== undefined);
    if (given.length !== 1) {
        const why = given.length === 0 ? 'no backup is named' : 'more than one backup is named';
        throw (0,read_inputs/* refuseInput */.bG)('path', why, 'Give exactly one of "path", "artifact-name" and "artifact-id"');
    }
    const remote = ['run-id', 'repository', 'branch', 'artifact-digest'].find((input) => (0,read_inputs/* readText */.yR)(input) !== undefined);
    if (path === undefined)
        return { kind: 'artifact', ...(0,artifact_inputs/* readArtifactSource */.g)() };
    if (remote === undefined) {
        return (0,store_address/* isS3Address */.Jq)(path) ? { kind: 'store', ...(0,store_address/* parseS3Backup */.CK)(path, 'path') } : { kind: 'path', path };
    }
    throw (0,read_inputs/* refuseInput */.bG)(remote, 'it belongs to an artifact, and "path" is given', 'Remove one of the two');
}
function readChoice() {
    const [database, targetDatabase] = [(0,read_inputs/* readRawText */.YM)('database'), (0,read_inputs/* readRawText */.YM)('target-database')];
    return { database, targetDatabase, globals: (0,read_inputs/* readFlag */.fG)('globals') };
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: ./src/archive/manifest.ts
var archive_manifest = __webpack_require__(49365);
// EXTERNAL MODULE: ./src/archive/manifest-parser.ts
var manifest_parser = __webpack_require__(20549);
// EXTERNAL MODULE: ./src/stores/artifact/open-artifact.ts + 2 modules
var open_artifact = __webpack_require__(89447);
// EXTERNAL MODULE: ./src/stores/store.ts
var stores_store = __webpack_require__(34703);
;// CONCATENATED MODULE: ./src/stores/newest-first.ts


/**
 * The backups that fit, newest first by the time in their manifests, each examined only when it may be the next. One
 * that cannot be read is named in the log and passed over, and so is one that is dated later than the store's own time
 * of it: whoever could write that date could put an old backup before all others.
 * @throws BackupError when there are backups and not one of them can be read; what the store throws
 */
async function* examineNewestFirst(store, query, { log, signal }) {
    const listed = (await store.list(query, signal)).sort((a, b) => b.storedAt.getTime() - a.storedAt.getTime());
    const waiting = [];
    let failure;
    let isEmpty = true;
    for (const [index, backup] of listed.entries()) {
        const examined = await store.examine(backup, signal).catch((error) => {
            signal.throwIfAborted();
            if (!(error instanceof errors/* BackupError */.h))
                throw error;
            failure ??= error;
            log.warning(`Passed over ${backup.address}: ${error.explanation.why}.`, 'Backup not readable');
            return undefined;
        });
        if (examined !== undefined && isDatedRight(examined, log))
            waiting.push(examined);
        const next = listed[index + 1];
        // What is stored earlier is made earlier, so no later one of the list can come before these.
        const limit = next === undefined ? -Infinity : next.storedAt.getTime() + stores_store/* clockTolerance */.A;
        waiting.sort((a, b) => readTime(b) - readTime(a));
        while (waiting[0] !== undefined && readTime(waiting[0]) >= limit) {
            const newest = waiting.shift();
            if (newest === undefined)
                break;
            isEmpty = false;
            yield newest;
        }
    }
    if (isEmpty && failure !== undefined)
        throw failure;
}
/** PURE. When the backup was begun, in milliseconds since the epoch. */
function readTime({ manifest }) {
    return Date.parse(manifest.startedAt);
}
function isDatedRight(backup, log) {
    const { address, storedAt, manifest } = backup;
    if (readTime(backup) <= storedAt.getTime() + stores_store/* clockTolerance */.A)
        return true;
    log.warning(`Passed over ${address}: its manifest says ${manifest.startedAt}, and the store has it since ${storedAt.toISOString()}.`, 'Backup dated wrong');
    return false;
}

// EXTERNAL MODULE: ./src/stores/artifact/artifact-store.ts + 2 modules
var artifact_store = __webpack_require__(711);
;// CONCATENATED MODULE: ./src/restore/locating/locate-part.ts



/**
 * Finds among artifacts that fit a pattern, as those of a fleet's parts, the newest that is about the database, by the
 * manifests alone. Those of this run come before all others, as they do when the newest of all is asked for.
 * @returns undefined where there is nothing to choose from: one artifact is named, or without a token, and in the run's
 *   own job without the right to, none can be listed
 * @throws BackupError PGB_NO_DATABASE, PGB_RESTORE
 */
async function findPart(source, database, run) {
    const { name, token, runId } = source;
    if (name?.endsWith('*') !== true || database === undefined || token === undefined)
        return undefined;
    const { log, signal, environment } = run;
    const ownRun = source.repository === undefined ? Number(environment['GITHUB_RUN_ID'] ?? '0') : 0;
    const runs = runId === undefined && ownRun > 0 ? [ownRun, undefined] : [runId];
    let count = 0;
    for (const candidate of runs) {
        const store = (0,artifact_store/* openArtifactStore */.k)({ ...source, token, runId: candidate, log });
        try {
            for await (const backup of examineNewestFirst(store, { name }, { log, signal })) {
                if (isAbout(backup.manifest, database))
                    return { store, backup };
                count += 1;
            }
        }
        catch (error) {
            signal.throwIfAborted();
            // Artifacts of this run can be taken without the right to list any.
            if (candidate !== ownRun || !(error instanceof errors/* BackupError */.h))
                throw error;
            log.info(`The parts of this run were not looked through: ${error.message}`);
            return undefined;
        }
    }
    if (count === 0)
        return undefined;
    throw refuseNowhere(database, name, count);
}
/**
 * PURE. Whether a backup holds a database, or was to: a later failure must not give way to an earlier backup without a word.
 * A whole cluster shows what it holds when it is read.
 */
function isAbout({ files, plan }, database) {
    return (plan.databases.includes(database) ||
        files.some((file) => file.kind === 'cluster' || file.database === database));
}
/** The error for a database that none of the backups is about. */
function refuseNowhere(database, name, count) {
    return new errors/* BackupError */.h('PGB_NO_DATABASE', {
        what: `The database "${database}" is in no backup`,
        why: `none of the ${count} that fit "${name}" holds it`,
        whatToDo: 'Correct the input "database", which minds upper and lower case, or where to look',
    });
}

;// CONCATENATED MODULE: ./src/restore/locating/locate-in-store.ts










/**
 * Finds a backup in S3 or among those of a directory; where a pattern fits several, the newest, or the newest that is about
 * the database. Of its files none is fetched yet.
 * @throws BackupError PGB_RESTORE, PGB_NO_DATABASE, PGB_STORE
 */
async function locateInStore(address, database, run) {
    const { name } = address;
    const store = (0,open_store/* openStore */.C)(address.store, run.log);
    const found = await findNewest(store, name, database, run);
    if (found === undefined) {
        throw refuseBackup(`there is no backup ${(0,store_address/* formatBackupAddress */.y_)(address)}`, 'Correct the input "path"; what has no manifest.json is no backup, and a copy that was stopped has none');
    }
    return fetchLater(fromStore(store, found, run), run);
}
/** A backup as its store gives it. */
function fromStore(store, backup, { signal }) {
    return { backup, fetch: (names, directory) => store.fetch(backup, names, directory, signal) };
}
/** A backup of which no file is fetched yet. */
async function fetchLater({ backup: found, fetch: fetchFiles }, { log, privateDirectory }) {
    const { manifest } = found;
    log.info(`Restoring from ${found.address}, begun at ${manifest.startedAt}`);
    const directory = (0,external_node_path_.join)(privateDirectory, 'backup');
    await (0,promises_.mkdir)(directory, { recursive: true, mode: 0o700 });
    const fetch = async (names) => {
        await checkSizes(found, names, directory);
        await fetchFiles(names, directory);
    };
    return { directory, manifest, onlyFile: undefined, fetch };
}
async function findNewest(store, name, database, { log, signal }) {
    // A name that stands for one backup needs no trust in its date.
    if (!name.includes('*')) {
        const [backup] = await store.list({ name }, signal);
        return backup && store.examine(backup, signal);
    }
    let count = 0;
    for await (const backup of examineNewestFirst(store, { name }, { log, signal })) {
        if (database === undefined || isAbout(backup.manifest, database))
            return backup;
        count += 1;
    }
    if (database !== undefined && count > 0)
        throw refuseNowhere(database, name, count);
    return undefined;
}
/** What the store lists is held against the manifest and the disk before anything is fetched. */
async function checkSizes({ address, manifest, files }, names, directory) {
    const wanted = manifest.files.filter(({ name }) => names.includes(name));
    for (const { name, size } of wanted) {
        const there = files.get(name);
        if (there === size)
            continue;
        const why = there === undefined ? `it lacks the file ${name}` : `${name} has ${there} bytes`;
        throw refuseBackup(`${why} at ${address}, and the ${archive_manifest/* manifestName */.vS} says ${size} bytes`, 'Take another backup, or another copy of this one');
    }
    const total = wanted.reduce((sum, { size }) => sum + size, 0);
    const { bavail, bsize } = await (0,promises_.statfs)(directory);
    if (total <= bavail * bsize)
        return;
    throw new errors/* BackupError */.h('PGB_DISK', {
        what: 'The backup was not fetched',
        why: `its files have ${(0,units/* formatBytes */.z3)(total)}, and the disk of RUNNER_TEMP has ${(0,units/* formatBytes */.z3)(bavail * bsize)} left`,
        whatToDo: 'Name one "database", or free space on the runner',
    });
}

;// CONCATENATED MODULE: ./src/restore/locating/locate.ts








/**
 * Finds the backup, of several that fit a pattern the newest that is about the database, and reads its manifest; one artifact
 * comes whole for that.
 * @throws BackupError PGB_INPUT, PGB_RESTORE, PGB_NO_DATABASE, PGB_CANCELLED
 */
async function locateBackup(source, database, run) {
    if (source.kind === 'path')
        return locatePath(source.path, database, run);
    if (source.kind === 'store')
        return locateInStore(source, database, run);
    const part = await findPart(source, database, run);
    if (part !== undefined)
        return fetchLater(fromStore(part.store, part.backup, run), run);
    const { log, signal } = run;
    const directory = (0,external_node_path_.join)(run.privateDirectory, 'artifact');
    return fetchLater(await (0,open_artifact/* openArtifact */.H)({ ...source, directory, log, signal }), run);
}
async function locatePath(path, database, run) {
    const place = (0,external_node_path_.resolve)(run.environment['GITHUB_WORKSPACE'] ?? '.', path);
    const found = await (0,promises_.stat)(place).catch(() => undefined);
    if (found === undefined && (0,external_node_path_.basename)(place).includes('*')) {
        const store = { kind: 'directory', path: (0,external_node_path_.dirname)(place) };
        return locateInStore({ store, name: (0,external_node_path_.basename)(place) }, database, run);
    }
    if (found === undefined) {
        throw refuseBackup(`there is nothing at ${place}`, 'Correct the input "path"; a path that is not absolute begins at the workspace');
    }
    const isManifest = (0,external_node_path_.basename)(place) === archive_manifest/* manifestName */.vS;
    const directory = found.isDirectory() ? place : (0,external_node_path_.dirname)(place);
    const onlyFile = found.isDirectory() || isManifest ? undefined : (0,external_node_path_.basename)(place);
    const manifest = await readManifest(directory);
    if (onlyFile === undefined || manifest.files.some(({ name }) => name === onlyFile)) {
        return { directory, manifest, onlyFile, fetch: undefined };
    }
    throw refuseBackup(`the manifest beside ${onlyFile} does not list it`, 'Give a file of the backup that the manifest belongs to');
}
async function readManifest(directory) {
    const text = await (0,promises_.readFile)((0,external_node_path_.join)(directory, archive_manifest/* manifestName */.vS), 'utf8').catch((cause) => {
        const why = `there is no readable ${archive_manifest/* manifestName */.vS} in ${directory}`;
        throw refuseBackup(why, 'Give the whole directory or artifact that the backup wrote; a dump without its manifest is restored by psql or pg_restore', cause);
    });
    return (0,manifest_parser/* parseManifest */.N)(text);
}

// EXTERNAL MODULE: ./src/archive/reading/readers.ts
var reading_readers = __webpack_require__(8093);
// EXTERNAL MODULE: ./src/postgres/restore-arguments.ts
var restore_arguments = __webpack_require__(49928);
// EXTERNAL MODULE: ./src/process/read-to-end.ts
var read_to_end = __webpack_require__(91455);
// EXTERNAL MODULE: ./src/restoring/left-out/judge-archive.ts
var judge_archive = __webpack_require__(84526);
// EXTERNAL MODULE: ./src/restoring/archive-file.ts
var archive_file = __webpack_require__(55546);
// EXTERNAL MODULE: ./src/restoring/restore-sql.ts + 3 modules
var restore_sql = __webpack_require__(33520);
// EXTERNAL MODULE: ./src/restoring/unpack.ts + 1 modules
var unpack = __webpack_require__(23732);
;// CONCATENATED MODULE: ./src/restoring/list-tables.ts







/**
 * Reads what the file of a database holds, to its end where it is no archive that pg_restore can open.
 * @throws BackupError PGB_RESTORE, PGB_DISK, and others where it cannot be read
 */
async function readHoldings(file, target, setting) {
    const to = { database: target, target, transaction: undefined, facts: undefined };
    const readers = (0,reading_readers/* listReaders */.T)(file, setting.readers);
    if (!(0,archive_file/* isArchive */.t)(file)) {
        return (0,restore_sql/* lookThrough */.T8)(readers, { file, to, setting, inputFile: file.path });
    }
    if (file.format === 'directory') {
        const unpacked = await (0,unpack/* unpackDirectory */.q)(file, setting);
        return readArchive(file, { path: unpacked.path, to, setting }).finally(unpacked.remove);
    }
    if (readers.length === 0)
        return readArchive(file, { path: file.path, to, setting });
    const { options, server } = setting;
    const request = { database: undefined, format: file.format, source: undefined, tableJobs: 1 };
    const args = (0,restore_arguments/* makeRestoreArguments */.p)({ ...request, noOwner: false, noPrivileges: false, options });
    const writers = [...readers, (0,read_to_end/* readToEnd */.f)({ path: server.client.pgRestore, args })];
    return (0,restore_sql/* lookThrough */.T8)(writers, { file, to, setting, inputFile: file.path });
}
/** Bytes of a dump, before compression, that are read in a second or so. */
const quickSize = 256 * 1024 * 1024;
/** How many times as large a compressed dump may be, where nobody counted. */
const usualRatio = 8;
/** PURE. Whether {@link readHoldings} takes no time worth speaking of, beside a restore. */
function isQuickToRead(file) {
    const { format, compression, encryption, size } = file;
    const isCompressed = compression.method !== 'none';
    const isWrapped = encryption !== 'none' || (isCompressed && !compression.inside);
    if (format === 'custom' && !isWrapped)
        return true;
    return (file.uncompressedSize ?? size * (isCompressed ? usualRatio : 1)) <= quickSize;
}
/**
 * Without reading the rows: the entry of a table's rows has the oid of the table. Nor is anything of large objects read
 * then (pg_backup_archiver.c: _tocEntryRequired).
 */
async function readArchive(file, source) {
    const [report, entries] = [await (0,judge_archive/* lookThroughArchive */.rg)(file, source), await (0,judge_archive/* listEntries */.fi)(file, source)];
    const withRows = new Set(entries.filter(({ line }) => /^\d+; \d+ \d+ TABLE DATA /.test(line)).map(({ oid }) => oid));
    const tables = report.tables.map((table) => ({
        ...table,
        hasRows: table.oid !== null && withRows.has(table.oid),
    }));
    const hasLargeObjects = entries.some(({ line }) => /^\d+; \d+ \d+ BLOB/.test(line));
    return { ...report, tables, hasLargeObjects };
}

;// CONCATENATED MODULE: ./src/restore/forecast/holdings.ts

/** Each file is read once, however often it is asked about, and not at all where nobody asks. */
function rememberHoldings(setting) {
    const known = new Map();
    return (planned) => {
        const holdings = known.get(planned) ?? readHoldings(planned.file, planned.target, setting);
        known.set(planned, holdings);
        return holdings;
    };
}

// EXTERNAL MODULE: ./src/postgres/lock-table.ts
var lock_table = __webpack_require__(98793);
// EXTERNAL MODULE: ./src/restoring/in-place/own-objects.ts
var own_objects = __webpack_require__(80998);
;// CONCATENATED MODULE: ./src/restoring/in-place/dropped-locks.ts

/**
 * PURE. SQL for the number of locks that dropping takes what {@link makeBeginScript} drops, in the database that is
 * asked: each thing is locked by itself (dependency.c: AcquireDeletionLock), with what hangs on a table.
 */
function countDroppedLocks(serviceSchemas) {
    return `(with ${(0,own_objects/* makeOwnObjects */.r)(serviceSchemas)},
gone as (select catalog, id from in_schema where space in (select oid from own_schema) union select catalog, id from single),
relation as (select id from gone where catalog = 'pg_class'::regclass)
select (select count(*) from gone) + (select count(*) from own_schema)
  + 2 * (select count(*) from pg_class where oid in (select id from relation) and reltoastrelid <> 0)
  + (select count(*) from pg_constraint where conrelid in (select id from relation))
  + (select count(*) from pg_attrdef where adrelid in (select id from relation))
  + (select count(*) from pg_trigger where tgrelid in (select id from relation))
  + (select count(*) from pg_rewrite where ev_class in (select id from relation))
  + (select count(*) from pg_largeobject_metadata where pg_has_role(lomowner, 'USAGE')))`;
}

;// CONCATENATED MODULE: ./src/restoring/names.ts
/** Bytes of the longest name (PostgreSQL: NAMEDATALEN - 1, unless it was built otherwise). */
const longestName = 63;
/**
 * PURE. A name for a database that stands beside another for a while: the name, cut where it is too long, the
 * purpose, and 8 hex digits that keep it free.
 */
function makeTemporaryName(name, purpose, digits) {
    const suffix = `_${purpose}_${digits}`;
    let stem = name;
    // Whole characters at a time, so that what is left is text.
    while (Buffer.byteLength(stem) + suffix.length > longestName)
        stem = Array.from(stem).slice(0, -1).join('');
    return `${stem}${suffix}`;
}

// EXTERNAL MODULE: ./src/postgres/sql/quote.ts
var quote = __webpack_require__(48920);
;// CONCATENATED MODULE: ./src/restore/refusals.ts



/** A target that holds objects, without `clean`. */
function refuseFull(name, { objects, examples }) {
    return new errors/* BackupError */.h('PGB_TARGET_NOT_EMPTY', {
        what: `The database "${name}" was not restored, and was left as it is`,
        why: `it already holds ${(0,units/* formatCount */.B4)(objects, 'object')}, such as ${examples.join(', ')}`,
        whatToDo: 'Set `clean: true` to replace it, or restore under another name with "target-database"',
    });
}
/** A target that does not exist, without `create`. */
function refuseMissing(name) {
    return new errors/* BackupError */.h('PGB_NO_DATABASE', {
        what: `The database "${name}" was not restored`,
        why: 'it does not exist on the server, and the input "create" is false',
        whatToDo: 'Create it, or set `create: true`',
    });
}
/** A target that cannot be dropped. */
function refuseTemplate(name) {
    return new errors/* BackupError */.h('PGB_PERMISSION', {
        what: `The database "${name}" was not restored, and was left as it is`,
        why: 'it is a template, which PostgreSQL does not let anyone drop',
        whatToDo: 'Restore under another name with "target-database"',
    });
}
/** A database that is to be created by a role that may not. */
function refuseCreation(name, { role, server }) {
    const user = (0,quote/* quoteIdentifier */.C)(role);
    const { service } = server.facts;
    const database = server.connection.parameters['dbname'] ?? '';
    const grant = `Run: ALTER ROLE ${user} CREATEDB, or create an empty database of that name for it to fill`;
    return new errors/* BackupError */.h('PGB_PERMISSION', {
        what: `The database "${name}" was not restored, and the server was left as it is`,
        why: `the role ${user} may not create databases${service === undefined ? '' : ` at ${service.name}`}`,
        whatToDo: service === undefined || database === ''
            ? grant
            : `Set "target-database" to "${database}" to restore into the database of the url, or connect as ${service.highestRole}`,
    });
}
/** A new database that cannot take the place of the old one. */
function refuseReplacement(name, why, { service }) {
    return new errors/* BackupError */.h('PGB_PERMISSION', {
        what: `The database "${name}" cannot be replaced by a new one, and the server was left as it is`,
        why,
        whatToDo: `Set "replace" to auto, by which its contents are replaced instead, or connect as ${service?.highestRole ?? 'a superuser'}`,
    });
}

// EXTERNAL MODULE: ./src/postgres/client/restriction.ts
var restriction = __webpack_require__(66993);
// EXTERNAL MODULE: ./src/postgres/client/version.ts
var version = __webpack_require__(91627);
;// CONCATENATED MODULE: ./src/restore/target/versions.ts



/**
 * PURE. Refuses a server that is older than the one that was dumped, which its SQL may not suit.
 * @throws BackupError PGB_RESTORE
 */
function requireNewEnoughServer({ server }, facts) {
    if ((0,version/* majorOf */.Ds)(server.version) <= (0,version/* majorOfVersionNumber */.KU)(facts.versionNumber))
        return;
    throw new errors/* BackupError */.h('PGB_RESTORE', {
        what: 'The server is older than the backup',
        why: `the backup was taken from PostgreSQL ${server.version}, and the server is PostgreSQL ${facts.version}`,
        whatToDo: `Restore into a server of version ${(0,version/* majorOf */.Ds)(server.version)} or newer`,
    });
}
/**
 * PURE. Refuses a psql that would stumble over the first line of a plain dump.
 * @throws BackupError PGB_CLIENT
 */
function requireRestrict({ client: dumper }, client) {
    if ((0,restriction/* knowsRestrict */.NV)(client.version) || !(0,restriction/* knowsRestrict */.NV)(dumper.version))
        return;
    const since = restriction/* restrictSince */.Zw.get(client.major) ?? '18';
    throw new errors/* BackupError */.h('PGB_CLIENT', {
        what: `PostgreSQL client ${client.version} is too old to restore a plain dump of pg_dump ${dumper.version}`,
        why: `its psql does not know \\restrict, with which the dump begins`,
        whatToDo: `Update the client on this machine to ${since} or newer`,
    });
}
/** PURE. Major version that pg_restore needs: an archive is read by no client older than the one that wrote it. */
function neededClientMajor({ client, files }) {
    return files.some(({ format }) => format !== 'plain') ? (0,version/* majorOf */.Ds)(client.version) : undefined;
}

;// CONCATENATED MODULE: ./src/restore/plan.ts






/**
 * PURE. Decides how each file is restored.
 * @throws BackupError PGB_TARGET_NOT_EMPTY, PGB_NO_DATABASE, PGB_PERMISSION, PGB_CLIENT, PGB_RESTORE
 */
function makePlan(backup, target, setting) {
    const { manifest, globals, cluster } = backup;
    requireNewEnoughServer(manifest, target.server.facts);
    const files = [globals, cluster, ...backup.databases.map(({ file }) => file)];
    if (files.some((file) => file?.format === 'plain'))
        requireRestrict(manifest, target.server.client);
    const concurrency = Math.max(1, Math.min(setting.jobs, backup.databases.length));
    const tableJobs = Math.max(1, Math.floor(setting.jobs / concurrency));
    const databases = backup.databases.map((entry) => planDatabase(entry, target, { ...setting, jobs: tableJobs }));
    const maintenance = chooseMaintenance(databases, target);
    return { globals, cluster, databases, maintenance, concurrency, tableJobs };
}
function planDatabase(entry, target, setting) {
    const old = target.existing.get(entry.target);
    const way = chooseWay(entry, old, target, setting);
    const { digits } = setting;
    return {
        ...entry,
        way,
        workName: isWithin(way) ? entry.target : makeTemporaryName(entry.target, 'restoring', digits),
        retiredName: way === 'replace' ? makeTemporaryName(entry.target, 'replaced', digits) : undefined,
        endsSessions: way === 'replace' && setting.clean,
        sessions: old?.sessions ?? 0,
        loses: (old?.objects ?? 0) > 0,
    };
}
/** PURE. Whether the database that is there is the one that is restored into, by one transaction. */
function isWithin(way) {
    return way === 'fill' || way === 'in-place';
}
function chooseWay(entry, old, target, setting) {
    if (old === undefined) {
        if (!setting.create)
            throw refuseMissing(entry.target);
        if (!target.mayCreateDatabases)
            throw refuseCreation(entry.target, target);
        return 'create';
    }
    if (old.objects > 0) {
        if (!setting.clean)
            throw refuseFull(entry.target, old);
        if (setting.replace === 'in-place')
            return 'in-place';
        if (old.isTemplate)
            throw refuseTemplate(entry.target);
        const obstacle = findObstacle(old, target);
        if (obstacle === undefined)
            return 'replace';
        if (setting.replace === 'database')
            throw refuseReplacement(entry.target, obstacle, target.server.facts);
        return 'in-place';
    }
    // One transaction can fill an empty database whole, but with several workers only a new one is all or nothing.
    const isBare = !old.isPrepared && !old.isTemplate && old.sessions === 0;
    const mayReplace = isBare && findObstacle(old, target) === undefined;
    return mayReplace && setting.jobs > 1 && (0,archive_file/* isParallel */.K)(entry.file) ? 'replace' : 'fill';
}
/** Why a new database cannot take the place of the old one; undefined where it can. */
function findObstacle(old, { mayCreateDatabases, role, server }) {
    const { service } = server.facts;
    const user = (0,quote/* quoteIdentifier */.C)(role);
    if (service?.hasOneDatabase === true)
        return `${service.name} keeps what it needs in the one database that it gives`;
    if (!mayCreateDatabases)
        return `the role ${user} may not create databases`;
    if (!old.isOwner)
        return `the role ${user} does not own it`;
    if (old.keeps !== undefined)
        return `a new one cannot be given the settings and privileges of the old one (${old.keeps})`;
    if (old.others > 0)
        return `a new one would lack what is not the role's: ${old.otherExamples.join(', ')}${old.others > 3 ? ', …' : ''}`;
    if (old.lastingSessions > 0)
        return `the role ${user} may not end all the sessions in it`;
    return undefined;
}
/** A connection stands in its way when a database is renamed, so another one is needed for that. */
function chooseMaintenance(databases, { server }) {
    const { facts, connection } = server;
    const taken = new Set(databases.map(({ target }) => target));
    const usable = facts.databases.filter(({ allowsConnections, size }) => allowsConnections && size !== null);
    const names = new Set(usable.map(({ name }) => name).filter((name) => !taken.has(name)));
    const found = [connection.database, 'postgres', 'template1'].find((name) => name !== undefined && names.has(name));
    if (found !== undefined || databases.every(({ way }) => isWithin(way)))
        return found ?? facts.database;
    throw new errors/* BackupError */.h('PGB_PERMISSION', {
        what: 'No database can be created on the server',
        why: 'that takes a connection to a database other than the target, and there is none that lets this role in',
        whatToDo: 'Run: GRANT CONNECT ON DATABASE postgres TO the connecting role',
    });
}
/**
 * PURE. Whether a file of the whole cluster is restored as it stands, in one go: by a superuser into a server that holds
 * nothing. Elsewhere its roles and each of its databases are restored by themselves, as if they had files of their own.
 */
function mayRestoreWhole({ cluster }, { database }, { server, existing }) {
    if (cluster === undefined || database !== undefined || !server.facts.isSuperuser)
        return false;
    const others = server.facts.databases.filter(({ name, isTemplate }) => !isTemplate && name !== 'postgres');
    const postgres = existing.get('postgres');
    return others.length === 0 && (postgres === undefined || (postgres.objects === 0 && !postgres.isPrepared));
}

;// CONCATENATED MODULE: ./src/restore/forecast/locks.ts







/**
 * Counts, before anything is touched, the locks of restores that are one transaction each: it locks all that it drops and
 * all that it makes, and a new database, which takes no transaction, may be the way out.
 * @returns the plan, with such restores one after the other where side by side they had no room
 * @throws BackupError PGB_LOCK
 */
async function fitLocks(plan, target, { setting, holdings }) {
    const needs = [];
    for (const planned of plan.databases.filter(({ way }) => isWithin(way)))
        needs.push(await countLocks(planned, setting, holdings));
    const [largest, ...others] = needs.sort((left, right) => right.needed - left.needed);
    if (largest === undefined)
        return plan;
    const beside = others.slice(0, plan.concurrency - 1);
    const together = { ...largest, needed: sum([largest, ...beside].map(({ needed }) => needed)) };
    if (await hasRoom(together, setting))
        return plan;
    if (beside.length === 0 || !(await hasRoom(largest, setting)))
        throw refuseLocks(largest, target);
    const fact = `The server has room for about ${largest.capacity} locks, and side by side the databases need ${together.needed}`;
    setting.run.log.warning(`${fact}. They are restored one after the other.`, 'Few locks');
    return { ...plan, concurrency: 1 };
}
/** Those that are sure: a table with long values brings two more, and no dump says which has. */
async function countLocks(planned, { server }, holdings) {
    const { way, target: database, file } = planned;
    const failing = `The database "${database}" was not asked how many locks its replacement takes`;
    const needed = way === 'in-place' ? countDroppedLocks(server.facts.service?.schemas ?? []) : '0';
    const room = await (0,lock_table/* readLockRoom */.Ns)(server, { database, failing, needed });
    const isRead = way === 'in-place' || isQuickToRead(file);
    const made = isRead ? (await holdings(planned)).relations : (file.verification.rowCounts ?? []).length;
    return { ...room, planned, dropped: room.needed, needed: room.needed + made };
}
/** A server has shared memory to spare for some more locks: seen were 1.5 to 2.3 times as many as it promises. */
const mostOfPromised = 3;
/**
 * Whether a server has room for so many locks at once. Beyond what it promises it is tried for a moment, with locks that
 * nobody else takes.
 */
async function hasRoom({ needed, held, capacity, planned }, { server }) {
    if (needed + held <= capacity)
        return true;
    if (needed + held > mostOfPromised * capacity)
        return false;
    const database = planned.target;
    const space = (0,external_node_crypto_.randomInt)(2 ** 30, 2 ** 31 - 1);
    const sql = `select count(pg_try_advisory_xact_lock_shared(${space}, i)) from generate_series(1, ${needed}) i`;
    const failing = `The database "${database}" was not asked whether it has room for locks`;
    return (0,psql/* runSql */.Wt)(server, { database, sql, failing }).then(() => true, (error) => {
        if (error instanceof errors/* BackupError */.h && error.code === 'PGB_LOCK')
            return false;
        throw error;
    });
}
function refuseLocks(need, target) {
    const { planned, dropped, needed, held, capacity } = need;
    const parts = `${dropped} for what is dropped and at least ${needed - dropped} for what the backup holds`;
    return new errors/* BackupError */.h('PGB_LOCK', {
        what: `The database "${planned.target}" was not restored, and was left as it is`,
        why: `in one transaction that takes ${needed} locks (${parts}), and the server has room for about ${capacity}, of which others hold ${held}`,
        whatToDo: `Raise max_locks_per_transaction on the server to ${(0,lock_table/* adviseSetting */.Tu)(need)} or more and restart it${adviseNewDatabase(planned, target)}`,
    });
}
/** A new database is restored without a single transaction, since a failure drops it. */
function adviseNewDatabase({ way }, { server, mayCreateDatabases }) {
    if (server.facts.service?.hasOneDatabase === true)
        return '';
    const elsewhere = 'restore under another name with "target-database", which takes no single transaction';
    if (!mayCreateDatabases)
        return `, or let the role create databases (ALTER ROLE … CREATEDB) and ${elsewhere}`;
    return way === 'in-place' ? `, or set \`replace: database\`, or ${elsewhere}` : `, or ${elsewhere}`;
}
function sum(numbers) {
    return numbers.reduce((total, number) => total + number, 0);
}

// EXTERNAL MODULE: ./src/archive/omissions.ts
var archive_omissions = __webpack_require__(80352);
// EXTERNAL MODULE: ./src/archive/json-reader.ts
var json_reader = __webpack_require__(72684);
// EXTERNAL MODULE: ./src/postgres/answer.ts
var answer = __webpack_require__(54769);
;// CONCATENATED MODULE: ./src/restore/forecast/present.ts


/** Reads the answer to {@link makePresentQuery}. */
const readPresent = (0,json_reader/* readObject */.Ag)({
    tables: (0,json_reader/* readArray */.oU)((0,json_reader/* readObject */.Ag)({ schema: json_reader/* readName */.MQ, name: json_reader/* readName */.MQ })),
    /** In pg_dump's words, with an empty schema for what lies in none; of a routine with its arguments. */
    objects: (0,json_reader/* readArray */.oU)((0,json_reader/* readObject */.Ag)({ type: json_reader/* readText */.yR, schema: json_reader/* readText */.yR, name: json_reader/* readText */.yR })),
    largeObjects: json_reader/* readCount */._0,
});
/**
 * PURE. Asks a database what of it a restore drops: what is the role's own, members of extensions aside. The names are
 * those that a dump gives its entries.
 */
function makePresentQuery(serviceSchemas, { withObjects, isReplaced }) {
    return `with ${(0,own_objects/* makeOwnObjects */.r)(serviceSchemas)},
gone as (select catalog, id, nspname from in_schema i join pg_namespace n on n.oid = i.space
  where owner in (select oid from own_role)
    and (space in (select oid from own_schema) or (catalog, id) in (select catalog, id from single)))
select json_build_object(
  'tables', (select coalesce(json_agg(json_build_object('schema', nspname, 'name', relname) order by nspname, relname), '[]')
    from gone join pg_class c on c.oid = id and catalog = 'pg_class'::regclass where relkind = 'r'),
  'objects', ${withObjects ? makeObjects(isReplaced) : `json_build_array()`},
  'largeObjects', (select count(*) from pg_largeobject_metadata where pg_has_role(lomowner, 'USAGE')))`;
}
/** Sequences of columns, arrays, and what a range type brings along hang on something else that is named. */
function makeObjects(isReplaced) {
    return `(select coalesce(json_agg(json_build_object('type', type, 'schema', space, 'name', name) order by space, name, type), '[]')
    from (
      select case when typtype = 'd' then 'DOMAIN' when typtype is not null then 'TYPE'
          else upper((pg_identify_object(catalog, id, 0)).type) end as type,
        nspname as space, coalesce(typname, relname, oprname, opcname, collname, conname, cfgname, dictname)::text as name
      from gone ${named} where catalog <> 'pg_proc'::regclass and not exists (select from pg_depend
        where classid = catalog and objid = id and (deptype = 'i' or (deptype = 'a' and relkind = 'S' and refobjsubid > 0)))
        and coalesce(typname, relname, oprname, opcname, collname, conname, cfgname, dictname) is not null
      union all select upper((pg_identify_object(catalog, id, 0)).type), nspname, format('%s(%s)', proname,
          case when pronargs = 0 and exists (select from pg_aggregate where aggfnoid = id) then '*' else oidvectortypes(proargtypes) end)
      from gone join pg_proc p on p.oid = id and catalog = 'pg_proc'::regclass
      where not exists (select from pg_depend where classid = catalog and objid = id and deptype = 'i')
      union all select 'SERVER', '', srvname from pg_foreign_server s where srvowner in (select oid from own_role)
        and ('pg_foreign_server'::regclass, s.oid) not in (select classid, objid from member)
      ${isReplaced ? ofDatabase : ''}
    ) object(type, space, name))`;
}
const named = [
    ['pg_class', `relkind in ('p', 'v', 'm', 'S', 'f')`],
    ['pg_type', 'true'],
    ['pg_operator', 'true'],
    ['pg_opclass', 'true'],
    ['pg_collation', 'true'],
    ['pg_conversion', 'true'],
    ['pg_ts_config', 'true'],
    ['pg_ts_dict', 'true'],
]
    .map(([catalog = '', isNamed = '']) => `left join ${catalog} on ${catalog}.oid = id and catalog = '${catalog}'::regclass and ${isNamed}`)
    .join('\n        ');
/** In place these stay. */
const ofDatabase = `union all select 'EXTENSION', '', extname from pg_extension where oid >= 16384
      union all select 'PUBLICATION', '', pubname from pg_publication
      union all select 'EVENT TRIGGER', '', evtname from pg_event_trigger e
        where ('pg_event_trigger'::regclass, e.oid) not in (select classid, objid from member)`;

;// CONCATENATED MODULE: ./src/restore/forecast/losses.ts







/** How many losses a message names. */
const shownLosses = 5;
/** How many tables are counted, in one command. */
const countedTables = 100;
/**
 * Compares, before anything is touched, what is to be replaced with what the backup holds: who backed up a part of a
 * database would lose the rest; and tables and large objects made since a whole backup are named before they go.
 * @throws BackupError PGB_TARGET_NOT_EMPTY where a backup of a part would wipe the rest
 */
async function refuseLosses({ databases }, { plan }, { setting, allowLoss, holdings }) {
    // Those of pg_restore leave out as much as those of pg_dump.
    const omissions = (0,archive_omissions/* readOmissions */.t)([...plan.options, ...setting.options]);
    for (const planned of databases.filter(({ loses }) => loses)) {
        const lost = await findLosses(planned, omissions, { setting, holdings });
        if (lost.length === 0)
            continue;
        const names = describeLosses(lost);
        if ((omissions.objects || omissions.data) && !allowLoss)
            throw refuseLoss(planned, names);
        setting.run.log.warning(`The backup does not hold this of "${planned.target}", which will be gone: ${names}.`, 'Not in the backup');
    }
}
/** @returns in words */
async function findLosses(planned, omissions, { setting, holdings }) {
    const { server } = setting;
    const database = planned.target;
    const failing = `The database "${database}" was not asked what it holds`;
    const serviceSchemas = server.facts.service?.schemas ?? [];
    const sql = makePresentQuery(serviceSchemas, {
        withObjects: omissions.objects,
        isReplaced: planned.way === 'replace',
    });
    const present = await (0,answer/* askJson */.ey)(server, { database, sql, failing }, readPresent);
    if (present.tables.length + present.objects.length + present.largeObjects === 0)
        return [];
    const held = await holdings(planned);
    return [
        ...describeLargeObjects(present, held),
        ...(await findLostTables(present, held, { setting, database, failing })),
        ...listLostObjects(present.objects, held),
    ];
}
function describeLargeObjects({ largeObjects }, { hasLargeObjects }) {
    return largeObjects === 0 || hasLargeObjects ? [] : [(0,units/* formatCount */.B4)(largeObjects, 'large object')];
}
async function findLostTables(present, { tables }, { setting, database, failing }) {
    const known = new Map(tables.map((table) => [makeKey({ type: 'TABLE', ...table }), table]));
    const listed = present.tables.map((table) => ({ ...table, key: makeKey({ type: 'TABLE', ...table }) }));
    const missing = listed.filter(({ key }) => known.get(key)?.hasRows !== true);
    if (missing.length === 0)
        return [];
    const sql = makeCountQuery(missing.slice(0, countedTables));
    const query = { database, sql, failing, kind: 'work' };
    const counts = await (0,answer/* askJson */.ey)(setting.server, query, (0,json_reader/* readArray */.oU)(json_reader/* readCount */._0)).catch((error) => {
        // A policy that binds even the owner hides rows.
        if (error instanceof errors/* BackupError */.h && error.code === 'PGB_PERMISSION')
            return [];
        throw error;
    });
    return missing.flatMap(({ schema, name, key }, index) => {
        const rows = counts[index];
        // Of a table that comes back empty only its rows are lost.
        if (known.has(key) && rows === 0)
            return [];
        return [`table ${schema}.${name}${rows === undefined ? '' : ` (${(0,units/* formatCount */.B4)(rows, 'row')})`}`];
    });
}
/** PURE. Those that the backup does not hold, in words. */
function listLostObjects(present, { objects, tables }) {
    const held = new Set([
        ...objects.map(makeKey),
        // A partitioned one is an entry like any other.
        ...tables.map(({ schema, name }) => makeKey({ type: 'TABLE', schema, name })),
    ]);
    return present
        .filter((object) => !held.has(makeKey(object)))
        .map(({ type, schema, name }) => `${type.toLowerCase()} ${schema === '' ? '' : `${schema}.`}${name}`);
}
/** A dump has blanks in the place of line breaks where it names its entries. */
function makeKey({ type, schema, name }) {
    return `${type}\0${schema}\0${name}`.replace(/[\r\n]/g, ' ');
}
function makeCountQuery(tables) {
    const counts = tables.map(({ schema, name }) => `(select count(*) from only ${(0,quote/* quoteIdentifier */.C)(schema)}.${(0,quote/* quoteIdentifier */.C)(name)})`);
    return `set local row_security = off; select json_build_array(${counts.join(', ')})`;
}
function describeLosses(lost) {
    const rest = lost.length - shownLosses;
    return `${lost.slice(0, shownLosses).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
function refuseLoss({ target }, names) {
    return new errors/* BackupError */.h('PGB_TARGET_NOT_EMPTY', {
        what: `The database "${target}" was not restored, and was left as it is`,
        why: `only a part of a database is restored, by "options" of the backup or of the restore, and the target holds what is not in it: ${names}`,
        whatToDo: 'Restore the whole of a backup of the whole, or under another name with "target-database", or set `allow-loss: true` if this may go',
    });
}

;// CONCATENATED MODULE: ./src/restore/phases.ts

function watchPhases() {
    const times = new Map();
    return {
        times,
        measure: async (phase, work) => {
            const startedAt = performance.now();
            try {
                return await work();
            }
            finally {
                times.set(phase, (times.get(phase) ?? 0) + (performance.now() - startedAt) / 1000);
            }
        },
    };
}
/** PURE. As in `fetch 2.1 s, check 0.3 s, restore 12.0 s`. */
function formatPhases(times) {
    return [...times].map(([phase, seconds]) => `${phase} ${(0,units/* formatSeconds */.Xo)(seconds)}`).join(', ');
}

// EXTERNAL MODULE: ./src/github/summary.ts
var summary = __webpack_require__(92935);
// EXTERNAL MODULE: ./src/restoring/left-out/describe-left-out.ts
var describe_left_out = __webpack_require__(67886);
;// CONCATENATED MODULE: ./src/restore/report.ts





const ways = {
    create: 'created',
    replace: 'replaced',
    fill: 'filled in place',
    'in-place': 'replaced in place',
};
/** PURE. The names of all databases that were restored. */
function listRestored({ restored, fromCluster, }) {
    return [...restored.map(({ planned }) => planned.target), ...fromCluster];
}
/** Sets the outputs and writes the step summary. */
async function reportRestore(result, run) {
    const { restored } = result;
    (0,outputs/* setOutputs */.n)({
        status: 'complete',
        databases: listRestored(result),
        'left-out': restored.flatMap(({ planned, report }) => (0,describe_left_out/* listLeftOut */.GG)(planned.target, report.leftOut)),
    });
    warnOfLeftOut(result, run);
    await (0,summary/* writeSummary */.Sy)(run.redact(formatRestoreSummary(result)));
}
/** One warning for each database of which something was left out. */
function warnOfLeftOut({ restored, target }, { log }) {
    const { role, service } = target.server.facts;
    for (const { planned, report } of restored) {
        const text = (0,describe_left_out/* describeLeftOut */.l1)(planned.target, report, { role, service });
        if (text === undefined)
            continue;
        if ((0,describe_left_out/* isWhole */.wP)(report))
            log.info(text);
        else
            log.warning(text, 'Left out');
    }
}
/** PURE. The step summary, in Markdown. */
function formatRestoreSummary({ manifest, plan, target, restored, ...rest }) {
    const rows = restored.map((database) => {
        const { planned, contents, durationSeconds } = database;
        return [
            planned.target,
            ways[planned.way],
            planned.file.name,
            (0,units/* formatBytes */.z3)(planned.file.size),
            contents === undefined ? 'unknown' : (0,units/* formatBytes */.z3)(contents.size),
            describeRows(database),
            (0,units/* formatSeconds */.Xo)(durationSeconds),
        ];
    });
    const table = (0,summary/* formatTable */.ku)(['Database', 'How', 'From', 'File', 'On the server', 'Rows', 'Time'], rows);
    const globals = plan.globals && `Roles and tablespaces were restored from ${(0,summary/* formatCode */.P_)(plan.globals.name)}.`;
    const cluster = plan.cluster &&
        `The cluster was restored from ${(0,summary/* formatCode */.P_)(plan.cluster.name)}: ${rest.fromCluster.map(summary/* formatCode */.P_).join(', ')}.`;
    const server = `From PostgreSQL ${(0,summary/* formatWords */.Z3)(manifest.server.version)} (backup of ${(0,summary/* formatWords */.Z3)(manifest.startedAt)}) into PostgreSQL ${(0,summary/* formatWords */.Z3)(target.server.facts.version)}, in ${(0,units/* formatSeconds */.Xo)(rest.durationSeconds)} (${formatPhases(rest.phases)}).`;
    const { role, service } = target.server.facts;
    const leftOut = restored.flatMap(({ planned, report }) => {
        const text = (0,describe_left_out/* describeLeftOut */.l1)(planned.target, report, { role, service });
        return text === undefined ? [] : [(0,summary/* formatWords */.Z3)(text)];
    });
    const database = rows.length > 0 ? table : undefined;
    const parts = ['### PostgreSQL restore', globals, cluster, database, ...leftOut, server];
    return `${parts.filter((part) => part !== undefined).join('\n\n')}\n`;
}
function describeRows({ planned, contents }) {
    if (contents === undefined)
        return 'unknown';
    const counted = [...contents.rows.values()].filter((rows) => rows !== null);
    const total = counted.reduce((sum, rows) => sum + rows, 0);
    const text = `${total} in ${(0,units/* formatCount */.B4)(contents.rows.size, 'table')}`;
    return planned.file.verification.rowCounts === null ? text : `${text}, as backed up`;
}

// EXTERNAL MODULE: ./src/restoring/properties/read-properties.ts
var read_properties = __webpack_require__(96221);
// EXTERNAL MODULE: ./src/postgres/drop-database.ts
var drop_database = __webpack_require__(14054);
;// CONCATENATED MODULE: ./src/restoring/properties/create-statements.ts

/**
 * PURE. Statements that create a database as it was, the most faithful one first: the server may lack the tablespace,
 * or the locale. Always from template0, so that nothing collides with the dump.
 * @param serverMajor 15 and later know providers of locales
 */
function listCreateStatements(name, like, serverMajor) {
    const plain = `CREATE DATABASE ${(0,quote/* quoteIdentifier */.C)(name)} TEMPLATE template0`;
    if (like === undefined)
        return [plain];
    const located = `${plain} ENCODING ${(0,quote/* quoteLiteral */.c)(like.encoding)}${formatLocale(like, serverMajor)}`;
    const isElsewhere = like.tablespace !== 'pg_default';
    return [
        ...(isElsewhere ? [`${located} TABLESPACE ${(0,quote/* quoteIdentifier */.C)(like.tablespace)}`] : []),
        located,
        plain,
    ];
}
function formatLocale({ locale }, serverMajor) {
    const option = (name, value) => value === null ? '' : ` ${name} ${(0,quote/* quoteLiteral */.c)(value)}`;
    const names = { libc: undefined, icu: 'ICU_LOCALE', builtin: 'BUILTIN_LOCALE' };
    const name = names[locale.provider];
    return [
        serverMajor >= 15 ? ` LOCALE_PROVIDER ${locale.provider}` : '',
        option('LC_COLLATE', locale.collate),
        option('LC_CTYPE', locale.ctype),
        name === undefined ? '' : option(name, locale.locale),
        option('ICU_RULES', locale.icuRules),
    ].join('');
}

;// CONCATENATED MODULE: ./src/restoring/database-properties.ts

/**
 * PURE. A query that gives the CREATE DATABASE for a database like an old one. The columns of pg_database differ
 * between versions, which is why they are read as JSON. Whoever names a tablespace needs a privilege on it, even on the
 * default one.
 */
function makeCreateQuery(old, created) {
    return `select format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L',
    ${(0,quote/* quoteLiteral */.c)(created)}, pg_encoding_to_char(encoding), datcollate, datctype)
  || case when dattablespace = (select dattablespace from pg_database where datname = 'template0') then ''
    else format(' TABLESPACE %I', spcname) end
  || case d->>'datlocprovider'
    when 'i' then format(' LOCALE_PROVIDER icu ICU_LOCALE %L', coalesce(d->>'daticulocale', d->>'datlocale'))
    when 'b' then format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', d->>'datlocale')
    when 'c' then ' LOCALE_PROVIDER libc'
    else '' end
  || case when d->>'daticurules' is null then '' else format(' ICU_RULES %L', d->>'daticurules') end
  from pg_database p join pg_tablespace t on t.oid = dattablespace, to_jsonb(p) d
  where datname = ${(0,quote/* quoteLiteral */.c)(old)}`;
}
/** Settings that hold a list of names: their text is no SQL, so it is set and then taken over as it is. */
const listSettings = "'search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries'";
const settingsLoop = `for line in
    select pg_catalog.split_part(entry, '=', 1) as name,
      pg_catalog.substr(entry, pg_catalog.strpos(entry, '=') + 1) as value,
      case when r.rolname is null then pg_catalog.format('alter database %I', heir)
        else pg_catalog.format('alter role %I in database %I', r.rolname, heir) end as subject
    from pg_catalog.pg_db_role_setting s cross join lateral pg_catalog.unnest(s.setconfig) entry
      left join pg_catalog.pg_roles r on r.oid = s.setrole
    where s.setdatabase = former.oid
  loop
    if line.name in (${listSettings}) then
      perform pg_catalog.set_config(line.name, line.value, true);
      execute pg_catalog.format('%s set %I from current', line.subject, line.name);
      perform pg_catalog.set_config('search_path', 'pg_catalog', true);
    else
      execute pg_catalog.format('%s set %I to %L', line.subject, line.name, line.value);
    end if;
  end loop;`;
/**
 * PURE. Statements that hand over what belongs to a database and no dump without --create holds: settings, also
 * those of roles in it, connection limit, privileges, comment and, last, the owner.
 */
function makeHandOverBlock(old, heir) {
    const body = `declare
  former pg_catalog.pg_database;
  heir constant text := ${(0,quote/* quoteLiteral */.c)(heir)};
  line record;
begin
  select * into strict former from pg_catalog.pg_database where datname = ${(0,quote/* quoteLiteral */.c)(old)};
  ${settingsLoop}
  if former.datconnlimit >= 0 then
    execute pg_catalog.format('alter database %I connection limit %s', heir, former.datconnlimit);
  end if;
  if former.datacl is not null then
    execute pg_catalog.format('revoke all on database %I from public', heir);
    for line in
      select a.privilege_type, case when a.grantee = 0 then 'public' else pg_catalog.quote_ident(r.rolname) end as grantee,
        case when a.is_grantable then ' with grant option' else '' end as option
      from pg_catalog.aclexplode(former.datacl) a left join pg_catalog.pg_roles r on r.oid = a.grantee
    loop
      execute pg_catalog.format('grant %s on database %I to %s%s', line.privilege_type, heir, line.grantee, line.option);
    end loop;
  end if;
  if pg_catalog.shobj_description(former.oid, 'pg_database') is not null then
    execute pg_catalog.format('comment on database %I is %L', heir, pg_catalog.shobj_description(former.oid, 'pg_database'));
  end if;
  if former.datdba <> (select oid from pg_catalog.pg_roles where rolname = current_user) then
    execute pg_catalog.format('alter database %I owner to %I', heir, pg_catalog.pg_get_userbyid(former.datdba));
  end if;
end`;
    // One quoted text, since in a dollar quote a name could hold the end of it.
    return `do ${(0,quote/* quoteLiteral */.c)(body)};`;
}

;// CONCATENATED MODULE: ./src/restore/database-steps.ts






/**
 * Creates the database into which is restored: encoding, locale and tablespace are those of the old one that it is
 * to replace, else of the one that was backed up, else the server's own.
 */
async function createWorkDatabase(planned, setting) {
    const { server, maintenance, log, like } = setting;
    const failing = `The database "${planned.target}" was not restored, because a new one could not be created`;
    const patient = ignoreCancellation(server);
    const query = { database: maintenance, failing };
    if (planned.way !== 'replace') {
        const major = (0,version/* majorOfVersionNumber */.KU)(server.facts.versionNumber);
        const statements = listCreateStatements(planned.workName, like, major);
        await createFirst(statements, { server: patient, query, log, target: planned.target });
        return;
    }
    const sql = await (0,psql/* runSql */.Wt)(patient, { ...query, sql: makeCreateQuery(planned.target, planned.workName) });
    await (0,psql/* runSql */.Wt)(patient, { ...query, sql, kind: 'alone' });
    // Undone at once: what cannot be handed over is better known before hours of restoring than after them.
    await (0,psql/* runSql */.Wt)(server, {
        ...query,
        sql: `BEGIN;\n${makeHandOverBlock(planned.target, planned.workName)}\nROLLBACK;`,
    });
}
/** Creates it once more, for a second try. */
async function renewWorkDatabase(planned, setting) {
    const { server, maintenance } = setting;
    const major = (0,version/* majorOfVersionNumber */.KU)(server.facts.versionNumber);
    const failing = `The database "${planned.target}" was not restored, because what a first try began could not be dropped`;
    await (0,drop_database/* dropDatabase */.Z)(server, { name: planned.workName, maintenance, major, subscriptions: 'all', failing });
    await createWorkDatabase(planned, setting);
}
/** Takes the first statement that the server accepts, and warns of what is otherwise then. */
async function createFirst([sql, ...others], setting) {
    const { server, query, log, target } = setting;
    try {
        await (0,psql/* runSql */.Wt)(server, { ...query, sql: sql ?? '', kind: 'alone' });
    }
    catch (error) {
        if (others.length === 0 || !(error instanceof errors/* BackupError */.h))
            throw error;
        const what = others.length === 2 ? 'its tablespace' : 'its own encoding and locale';
        log.warning(`The database "${target}" could not be created with ${what}, and gets those of the server: ${error.explanation.why}.`, 'Properties left out');
        await createFirst(others, setting);
    }
}
/** For short statements: a killed psql leaves it open whether the server has done them, or is still about to. */
function ignoreCancellation(server) {
    return { ...server, signal: new AbortController().signal };
}

// EXTERNAL MODULE: ./src/postgres/sql/drop-database.ts
var sql_drop_database = __webpack_require__(87973);
;// CONCATENATED MODULE: ./src/restore/drop-databases.ts








/** Milliseconds for clearing up after a failure; when a job is cancelled the runner grants ten seconds in all. */
const dropTimeout = 6_000;
/** Milliseconds between two attempts at it. */
const dropPause = 500;
/** Drops the old databases whose names others have taken. */
async function dropReplaced(databases, { server, maintenance, log }) {
    for (const { retiredName } of databases) {
        if (retiredName !== undefined)
            await dropRetired(retiredName, ignoreCancellation(server), maintenance, log);
    }
}
/** The new database is complete and in place, so an old one that stays behind is no failure. */
async function dropRetired(name, server, maintenance, log) {
    const remains = await tryToDrop(server, { name, maintenance, subscriptions: 'without-slot' });
    if (remains === undefined)
        return;
    const still = `The database that was replaced is still there as "${name}"`;
    const subscriptions = await listSubscriptions(name, server, maintenance);
    log.warning(subscriptions.length === 0
        ? `${still}: ${remains}. Drop it by hand.`
        : `${still}, since it goes on receiving, or holds a slot of a publisher, by its subscriptions: ${subscriptions.join(', ')}. ${adviseOnSlot}`);
}
/** DROP SUBSCRIPTION drops the slot too, by which the new database could go on where the old one stopped. */
const adviseOnSlot = 'If the new database is to take over the slot, run there ALTER SUBSCRIPTION … DISABLE, and ALTER SUBSCRIPTION … SET (slot_name = NONE). Then DROP SUBSCRIPTION, and drop the database.';
/** Best effort: without an answer the reason why it was not dropped must do. */
async function listSubscriptions(name, server, maintenance) {
    const query = { database: maintenance, sql: (0,sql_drop_database/* makeSubscriptionsQuery */.J)(name), failing: 'It was not asked' };
    const names = await (0,answer/* askJson */.ey)(server, query, (0,json_reader/* readArray */.oU)(answer/* readName */.MQ)).catch(() => []);
    return names.map(quote/* quoteIdentifier */.C);
}
/**
 * Removes what a failed restore began. It has a time limit of its own, because the run may have been cancelled.
 */
async function dropWorkDatabase(name, server, maintenance, log) {
    const limited = { ...server, signal: AbortSignal.timeout(dropTimeout) };
    const remains = await tryToDrop(limited, { name, maintenance, subscriptions: 'all' });
    if (remains === undefined)
        return;
    log.warning(`A half-restored database was left behind as "${name}": ${remains}. Drop it by hand, if it is there.`);
}
/** @returns why it was not dropped, after some attempts where that may pass */
async function tryToDrop(server, request) {
    const major = (0,version/* majorOfVersionNumber */.KU)(server.facts.versionNumber);
    const persistence = { limit: dropTimeout, pause: dropPause };
    return (0,drop_database/* dropDatabase */.Z)(server, { ...request, major, persistence }).then(() => undefined, (error) => (error instanceof errors/* BackupError */.h ? error.explanation.why : String(error)));
}

// EXTERNAL MODULE: ./src/postgres/ask-patiently.ts
var ask_patiently = __webpack_require__(96005);
;// CONCATENATED MODULE: ./src/postgres/sql/sessions.ts
/**
 * Whether the connecting role may end a session of pg_stat_activity, as pg_terminate_backend decides. Workers of the
 * server, such as autovacuum's, are nobody's sessions.
 */
const mayEndSession = `usesysid is not null and (
  (select rolsuper from pg_catalog.pg_roles where rolname = current_user) or coalesce((
    select not r.rolsuper and (pg_catalog.pg_has_role(r.oid, 'USAGE') or pg_catalog.pg_has_role('pg_signal_backend', 'USAGE'))
    from pg_catalog.pg_roles r where r.oid = usesysid), false))`;

;// CONCATENATED MODULE: ./src/restore/take-names.ts







/** How often a database is renamed again when a client came back in between. */
const renameAttempts = 5;
/**
 * Gives all finished databases their names, in one transaction with the old ones' loss of them.
 * @throws BackupError PGB_RESTORE when another session holds on to an old one; all are then as before. PGB_CONNECT, or
 *   what else the server fails by, where it is not known whether it has done so: the message then says how to find out
 */
async function takeNames(databases, setting) {
    if (databases.length === 0)
        return;
    const replaced = databases.filter(({ way }) => way === 'replace');
    const steps = [
        ...replaced.filter(({ endsSessions }) => endsSessions).map(({ target }) => makeEndSessions(target)),
        ...replaced.map(({ target, workName }) => makeHandOverBlock(target, workName)),
        ...databases.flatMap(({ target, workName, retiredName }) => [
            ...(retiredName === undefined ? [] : [makeRename(target, retiredName)]),
            makeRename(workName, target),
        ]),
    ];
    await swapNames({ ...setting, databases, sql: steps.join('\n') }, renameAttempts);
    setting.made.clear();
}
/** A session that comes back between its end and the rename makes the rename fail, so it is tried again. */
async function swapNames(swap, attempts) {
    const { databases, server, maintenance, sql } = swap;
    server.signal.throwIfAborted();
    const failing = `${nameAll(databases)} restored but not renamed, and the server was left as it was`;
    const patient = ignoreCancellation(server);
    const failure = await (0,psql/* runSql */.Wt)(patient, { database: maintenance, failing, sql, kind: 'work' }).then(() => undefined, (error) => ({ error }));
    if (failure === undefined)
        return;
    const [, name] = /database ("[^]*?") is being accessed by other users/.exec(String(failure.error)) ?? [];
    if (name === undefined) {
        if (await isSwapped(swap))
            return;
        throw explainRefusal(failure.error, failing);
    }
    if (attempts > 1) {
        await swapNames(swap, attempts - 1);
        return;
    }
    throw new errors/* BackupError */.h('PGB_RESTORE', {
        what: failing,
        why: `other sessions are connected to the old database ${name}`,
        whatToDo: 'Stop the programs that use it, and run the job again; with `clean: true` their sessions are ended',
    });
}
/**
 * Whether the server has done it though it seemed to fail, as when the connection was lost while it committed. It may
 * still be at it, and then holds or awaits the locks of a rename.
 * @throws BackupError where it is not known; nothing is dropped then
 */
async function isSwapped(swap) {
    const { databases, server, maintenance, log, made } = swap;
    const names = databases.map(({ workName }) => (0,quote/* quoteLiteral */.c)(workName)).join(', ');
    const sql = `select case when pg_catalog.count(*) = 0 then 'yes'
    when pg_catalog.bool_or(exists (select from pg_catalog.pg_locks where locktype = 'object' and objid = d.oid
      and classid = 'pg_catalog.pg_database'::pg_catalog.regclass and mode = 'AccessExclusiveLock')) then '${ask_patiently/* inProgress */.Vw}'
    else 'no' end from pg_catalog.pg_database d where datname in (${names})`;
    const failing = `${nameAll(databases)} restored, but it is not known whether the server renamed ${databases.length === 1 ? 'it' : 'them'}`;
    const query = { database: maintenance, failing, sql };
    const until = server.signal;
    try {
        return (await (0,ask_patiently/* askPatiently */.Ev)(ignoreCancellation(server), query, { ...ask_patiently/* persistence */.kH, until })) === 'yes';
    }
    catch (error) {
        if (!(error instanceof errors/* BackupError */.h))
            throw error;
        made.clear();
        const whatToDo = explainNames(databases);
        // What is thrown is not shown where the run was cancelled.
        if (until.aborted)
            log.warning(`${failing}. ${whatToDo}.`, 'Names unknown');
        throw new errors/* BackupError */.h(error.code, { ...error.explanation, whatToDo }, { cause: error });
    }
}
/** PURE. How somebody finds out whether the databases have got their names, and what is then to be dropped. */
function explainNames(databases) {
    const isOne = databases.length === 1;
    const [work, targets] = [nameEach(databases, 'workName'), nameEach(databases, 'target')];
    const replaced = databases.filter(({ retiredName }) => retiredName !== undefined);
    const old = replaced.length === 0
        ? ''
        : `, and ${nameEach(replaced, 'retiredName')} what was replaced: drop it by hand`;
    return (`List the databases of the server: if it has ${work}, nothing was renamed: drop ${isOne ? 'that' : 'those'} by ` +
        `hand, and run the job again; if not, ${targets} ${isOne ? 'is the new one' : 'are the new ones'}${old}`);
}
function nameEach(databases, key) {
    return databases.map((database) => `"${database[key] ?? ''}"`).join(', ');
}
/** What the server answered is no failure to reach it. */
function explainRefusal(error, what) {
    const why = error instanceof errors/* BackupError */.h && error.code === 'PGB_CONNECT' ? error.explanation.why : '';
    if (!why.includes('ERROR: '))
        return error;
    const whatToDo = 'Look whether somebody changed the databases meanwhile, and run the job again';
    return new errors/* BackupError */.h('PGB_RESTORE', { what, why, whatToDo }, { cause: error });
}
/** As in `The database "shop" was`. */
function nameAll(databases) {
    const names = nameEach(databases, 'target');
    return databases.length === 1 ? `The database ${names} was` : `The databases ${names} were`;
}
function makeRename(from, to) {
    return `ALTER DATABASE ${(0,quote/* quoteIdentifier */.C)(from)} RENAME TO ${(0,quote/* quoteIdentifier */.C)(to)};`;
}
/** RENAME itself ends autovacuum in it. */
function makeEndSessions(name) {
    return `SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
  WHERE datname = ${(0,quote/* quoteLiteral */.c)(name)} AND ${mayEndSession};`;
}

;// CONCATENATED MODULE: ./src/restoring/in-place/default-privileges.ts
/** The words of ALTER DEFAULT PRIVILEGES for a row `a` of pg_default_acl and its schema `n`. */
const scope = `pg_catalog.concat('alter default privileges', case when n.nspname is null then '' else pg_catalog.format(' in schema %I', n.nspname) end)`;
const kind = `case defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'routines'
  when 'T' then 'types' when 'n' then 'schemas' else 'large objects' end`;
const grantee = `case when step.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(step.grantee)) end`;
const own = `pg_catalog.pg_default_acl a left join pg_catalog.pg_namespace n on n.oid = defaclnamespace`;
/** What everybody has of a kind by PostgreSQL's own defaults, which a row for all schemas replaces. */
const builtIn = `pg_catalog.aclexplode(pg_catalog.acldefault(case defaclobjtype when 'S' then 's' else defaclobjtype end, defaclrole))`;
const isOwn = `defaclrole = (select oid from pg_catalog.pg_roles where rolname = current_user)`;
/**
 * Statements that take back the connecting role's default privileges: in force while a dump is restored they give away
 * what it makes, also what had been taken from somebody on purpose. The dump brings its own at its end.
 */
const resetDefaultPrivileges = `select pg_catalog.format('%s %s %s on %s %s %s', ${scope}, step.verb, step.what, ${kind}, step.preposition, ${grantee})
from ${own}, lateral (
  select distinct 1 as turn, 'revoke' as verb, 'all' as what, 'from' as preposition, grantee from pg_catalog.aclexplode(defaclacl)
  union all select 2, 'grant', privilege_type, 'to', grantee
    from ${builtIn} where defaclnamespace = 0
) step
where ${isOwn}
order by a.oid, turn
\\gexec`;
/** Notes what {@link resetDefaultPrivileges} changes, as statements that give again, and take again what was taken. */
const keepDefaultPrivileges = `create temporary table postgres_backup_defaults on commit drop as
select pg_catalog.format('%s %s %s on %s %s %s%s', ${scope}, step.verb, step.privilege_type, ${kind}, step.preposition, ${grantee},
  case when step.is_grantable then ' with grant option' else '' end) as statement
from ${own}, lateral (
  select 'grant' as verb, 'to' as preposition, given.* from pg_catalog.aclexplode(defaclacl) given
  union all select 'revoke', 'from', usual.* from ${builtIn} usual where defaclnamespace = 0
    and not exists (select from pg_catalog.aclexplode(defaclacl) given
      where given.grantee = usual.grantee and given.privilege_type = usual.privilege_type)
) step where ${isOwn};`;
/** Does what {@link keepDefaultPrivileges} noted, beside what the dump has brought. */
const returnDefaultPrivileges = `select statement from pg_temp.postgres_backup_defaults
\\gexec`;

// EXTERNAL MODULE: ./src/restoring/in-place/transaction.ts
var transaction = __webpack_require__(65867);
;// CONCATENATED MODULE: ./src/restoring/in-place/others-query.ts

/**
 * PURE. A statement that notes in a temporary table what must outlive the replacement: all that is not the connecting
 * role's own, each with a hash of its definition, and by name. What the dump replaces on tables of a service, policies
 * and triggers whose function is not the service's, is not among it.
 */
function makeOthersQuery(table, serviceSchemas) {
    return `create temporary table ${table} on commit drop as
with ${(0,own_objects/* makeOwnObjects */.r)(serviceSchemas)},
other_relation as (select c.oid, relnamespace, relacl, relkind from pg_catalog.pg_class c where c.oid >= 16384
  and relkind in ('r', 'p', 'v', 'm', 'S', 'f', 'c') and relnamespace not in (select oid from pg_catalog.pg_namespace where nspname ~ '^pg_')
  and (relowner not in (select oid from own_role) or relnamespace in (select oid from kept_schema))
  and ('pg_catalog.pg_class'::pg_catalog.regclass, c.oid) not in (select classid, objid from member)),
other(catalog, id, detail) as (
  select 'pg_catalog.pg_class'::pg_catalog.regclass, r.oid, pg_catalog.concat(relacl,
    case when relkind in ('v', 'm') then pg_catalog.pg_get_viewdef(r.oid) end, (select pg_catalog.string_agg(pg_catalog.format('%I %s %s', attname,
      pg_catalog.format_type(atttypid, atttypmod), attnotnull), ', ' order by attnum)
    from pg_catalog.pg_attribute where attrelid = r.oid and attnum > 0 and not attisdropped)) from other_relation r
  union all select 'pg_catalog.pg_constraint'::pg_catalog.regclass, c.oid, pg_catalog.pg_get_constraintdef(c.oid)
    from pg_catalog.pg_constraint c where conrelid in (select oid from other_relation)
  union all select 'pg_catalog.pg_class'::pg_catalog.regclass, indexrelid, pg_catalog.pg_get_indexdef(indexrelid)
    from pg_catalog.pg_index where indrelid in (select oid from other_relation)
  union all select 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid, pg_catalog.pg_get_expr(adbin, adrelid)
    from pg_catalog.pg_attrdef d where adrelid in (select oid from other_relation)
  union all select 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid, pg_catalog.pg_get_triggerdef(t.oid)
    from pg_catalog.pg_trigger t join pg_catalog.pg_proc p on p.oid = tgfoid where tgrelid in (select oid from other_relation)
      and not tgisinternal and (pronamespace in (select oid from kept_schema) or proowner not in (select oid from own_role))
  union all select 'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid, pg_catalog.concat(polcmd, polroles, pg_catalog.pg_get_expr(polqual, polrelid))
    from pg_catalog.pg_policy p join other_relation r on r.oid = polrelid where relnamespace not in (select oid from kept_schema)
  union all select 'pg_catalog.pg_rewrite'::pg_catalog.regclass, w.oid, pg_catalog.pg_get_ruledef(w.oid)
    from pg_catalog.pg_rewrite w where ev_class in (select oid from other_relation) and rulename <> '_RETURN'
  union all select catalog, id, case when catalog = 'pg_catalog.pg_proc'::pg_catalog.regclass then (select prosrc || coalesce(proacl::text, '')
      from pg_catalog.pg_proc where oid = id) end
    from in_schema where catalog <> 'pg_catalog.pg_class'::pg_catalog.regclass and id >= 16384
      and (owner not in (select oid from own_role) or space in (select oid from kept_schema))
      and space not in (select oid from pg_catalog.pg_namespace where nspname ~ '^pg_(toast|temp)')
      and (catalog, id) not in (select classid, objid from member)
      and not (catalog = 'pg_catalog.pg_type'::pg_catalog.regclass and exists (select from pg_catalog.pg_type t
        where t.oid = id and (typrelid <> 0 or exists (select from pg_catalog.pg_type e where e.typarray = t.oid))))
  union all select 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, nspacl::text from pg_catalog.pg_namespace n
    where n.oid >= 16384 and nspname !~ '^pg_' and nspowner not in (select oid from own_role)
  union all select 'pg_catalog.pg_extension'::pg_catalog.regclass, e.oid, extversion from pg_catalog.pg_extension e
  union all select 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, e.oid, pg_catalog.concat(evtevent, evtenabled) from pg_catalog.pg_event_trigger e
  union all select 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, s.oid, pg_catalog.concat(srvversion, srvacl, srvoptions)
    from pg_catalog.pg_foreign_server s where srvowner not in (select oid from own_role)
  union all select 'pg_catalog.pg_publication'::pg_catalog.regclass, p.oid, '' from pg_catalog.pg_publication p
)
select i.type || ' ' || i.identity as name, pg_catalog.md5(pg_catalog.string_agg(coalesce(detail, ''), ' ' order by detail)) as detail
from other, lateral pg_catalog.pg_identify_object(catalog, id, 0) i where i.identity is not null group by 1;`;
}

;// CONCATENATED MODULE: ./src/restoring/in-place/begin-script.ts




/**
 * PURE. A psql script that opens a transaction and drops in it what is the connecting role's own. It finds the objects
 * in the transaction itself, so that none is missed that came in between, and the server quotes their names.
 * Afterwards comes the dump, and then {@link makeEndScript}.
 */
function makeBeginScript(request) {
    const own = `with ${(0,own_objects/* makeOwnObjects */.r)(request.serviceSchemas)}`;
    return `${(0,transaction/* startTransaction */.nb)(request.lockTimeout)}
${makeRefusal(own)}
${own}
select pg_catalog.format('lock table only %s in access exclusive mode', id::pg_catalog.regclass)
from in_schema join pg_catalog.pg_class c on c.oid = id and catalog = 'pg_catalog.pg_class'::pg_catalog.regclass
where relkind in ('r', 'p') and owner in (select oid from own_role)
  and (space in (select oid from own_schema) or (catalog, id) in (select catalog, id from single))
order by id
\\gexec
${makeOthersQuery('postgres_backup_before', request.serviceSchemas)}
${makePolicyDrop(own)}
${own}
${dropQuery}
\\gexec
${resetDefaultPrivileges}
select pg_catalog.count(pg_catalog.lo_unlink(oid)) from pg_catalog.pg_largeobject_metadata
  where pg_catalog.pg_has_role(lomowner, 'USAGE') \\g /dev/null
`;
}
/** Kinds that are the role's and that nothing here drops: refused before anything is touched. */
function makeRefusal(own) {
    return `do $refuse$
declare
  kinds text;
begin
  ${own}, unhandled as (
    select 'operator class' as kind from single where catalog = 'pg_catalog.pg_opclass'::pg_catalog.regclass
    union all select 'operator family' from single where catalog = 'pg_catalog.pg_opfamily'::pg_catalog.regclass
    union all select 'foreign-data wrapper' from pg_catalog.pg_foreign_data_wrapper w where fdwowner in (select oid from own_role)
      and ('pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, w.oid) not in (select classid, objid from member)
    union all select 'event trigger' from pg_catalog.pg_event_trigger where evtowner in (select oid from own_role)
  ) select pg_catalog.string_agg(distinct kind, ', ') into kinds from unhandled;
  if kinds is not null then
    raise exception 'postgres-backup: not handled: %', kinds;
  end if;
end
$refuse$;`;
}
/** A policy on a service's table goes where the service lets the role make it; another stays. */
function makePolicyDrop(own) {
    return `${own}
select pg_catalog.format('do $drop$ begin drop policy %I on %s; exception when insufficient_privilege then null; end $drop$',
  polname, polrelid::pg_catalog.regclass)
from pg_catalog.pg_policy join pg_catalog.pg_class c on c.oid = polrelid
where relnamespace in (select oid from kept_schema)
  and ('pg_catalog.pg_class'::pg_catalog.regclass, polrelid) not in (select classid, objid from member)
\\gexec`;
}
/**
 * Each with CASCADE, so one may be gone when its turn comes. Sequences of columns, arrays, row types, and mappings on
 * own servers go with theirs. Without the modes of its arguments `p(integer, integer)` may mean a procedure with OUT too.
 */
const dropQuery = `, statement(turn, text) as (
  select 1, pg_catalog.format('drop schema %I cascade', nspname) from own_schema
  union all select 2, pg_catalog.format('drop %s if exists %s cascade', case relkind when 'v' then 'view'
      when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table' when 'c' then 'type'
      else 'table' end, id::pg_catalog.regclass)
    from single join pg_catalog.pg_class c on c.oid = id where catalog = 'pg_catalog.pg_class'::pg_catalog.regclass
      and relkind in ('r', 'p', 'v', 'm', 'S', 'f', 'c') and not relispartition
      and not exists (select from pg_catalog.pg_depend d where d.classid = catalog and d.objid = id
        and d.deptype in ('a', 'i') and d.refobjsubid > 0)
  union all select 3, case prokind
      when 'p' then pg_catalog.format('drop procedure if exists %s(%s) cascade', id::pg_catalog.regproc, pg_catalog.pg_get_function_identity_arguments(id))
      else pg_catalog.format('drop routine if exists %s cascade', id::pg_catalog.regprocedure) end
    from single join pg_catalog.pg_proc p on p.oid = id where catalog = 'pg_catalog.pg_proc'::pg_catalog.regclass
  union all select 4, pg_catalog.format('drop operator if exists %s cascade', id::pg_catalog.regoperator)
    from single where catalog = 'pg_catalog.pg_operator'::pg_catalog.regclass
  union all select 5, pg_catalog.format('drop type if exists %s cascade', id::pg_catalog.regtype)
    from single join pg_catalog.pg_type t on t.oid = id where catalog = 'pg_catalog.pg_type'::pg_catalog.regclass
      and typtype in ('b', 'd', 'e', 'r') and typrelid = 0 and not exists (select from pg_catalog.pg_type e where e.typarray = t.oid)
  union all select 6, pg_catalog.format('drop %s if exists %s cascade', i.type, i.identity)
    from single, lateral pg_catalog.pg_identify_object(catalog, id, 0) i where i.type in ('collation', 'conversion',
      'text search configuration', 'text search dictionary', 'statistics object') and i.type <> 'statistics object'
  union all select 7, pg_catalog.format('drop server if exists %I cascade', srvname) from pg_catalog.pg_foreign_server s
    where srvowner in (select oid from own_role)
      and ('pg_catalog.pg_foreign_server'::pg_catalog.regclass, s.oid) not in (select classid, objid from member)
  union all select 8, pg_catalog.format('drop user mapping if exists for current_user server %I', m.srvname)
    from pg_catalog.pg_user_mappings m join pg_catalog.pg_foreign_server s on s.oid = srvid
    where umuser = (select oid from pg_catalog.pg_roles where rolname = current_user)
      and srvowner not in (select oid from own_role) and pg_catalog.has_server_privilege(s.oid, 'USAGE')
)
select text from statement order by turn`;

;// CONCATENATED MODULE: ./src/restoring/in-place/end-script.ts


/** How the exception begins that names what would be lost. */
const lossMark = 'postgres-backup: lost: ';
/**
 * PURE. The end of the psql script that {@link makeBeginScript} begins: to be run behind a complete dump. It commits
 * only when all that is not the role's own is there as before, and the tables have the rows that the backup counted.
 */
function makeEndScript(serviceSchemas, expected) {
    return `${transaction/* resetSettings */.Tx}
${makeOthersQuery('postgres_backup_after', serviceSchemas)}
do $lost$
declare
  lost text;
begin
  select pg_catalog.string_agg(name, '; ') into lost from (
    select name from pg_temp.postgres_backup_before b where not exists (
      select from pg_temp.postgres_backup_after a where a.name = b.name and a.detail = b.detail)
    order by name limit 5) first;
  if lost is not null then
    raise exception '${lossMark}%', lost;
  end if;
end
$lost$;
${(0,transaction/* requireRowCounts */.kJ)(expected)}
commit;
`;
}

;// CONCATENATED MODULE: ./src/restoring/in-place/fill-script.ts


/**
 * PURE. A psql script that opens the transaction in which a database is filled that is empty but for what a service
 * has put there. The dump follows, and then {@link makeFillEnd}.
 * @param fillsTables whether rows of the service's own tables are in the dump
 */
function makeFillBegin(lockTimeout, fillsTables) {
    return `${(0,transaction/* startTransaction */.nb)(lockTimeout)}
${keepDefaultPrivileges}
${resetDefaultPrivileges}
${fillsTables ? ignoreForeignKeys : ''}
`;
}
/** PURE. To be run behind a complete dump. Commits when the tables have the rows that the backup counted. */
function makeFillEnd(expected) {
    return `${transaction/* resetSettings */.Tx}
${returnDefaultPrivileges}
${(0,transaction/* requireRowCounts */.kJ)(expected)}
commit;
`;
}
/**
 * The rows of a service's tables come in the order of their names, and their foreign keys and triggers are there
 * already. Where the role may not set it, the order must do.
 */
const ignoreForeignKeys = `do $replica$
begin
  perform pg_catalog.set_config('session_replication_role', 'replica', true);
exception when insufficient_privilege then null;
end
$replica$;`;

// EXTERNAL MODULE: ./src/restoring/left-out/ask-target.ts
var ask_target = __webpack_require__(88061);
;// CONCATENATED MODULE: ./src/restoring/properties/property-statements.ts

/**
 * PURE. Statements that give a database what belonged to it, all of it from a backup that may be forged: names and
 * values are quoted, and settings by which a session loads or runs code are left out. Whether it was a template or
 * closed to connections is not restored, since the one could not be dropped and the other not be looked at.
 * @param name of the new database
 */
function listPropertyStatements(name, like, { noOwner, options }) {
    const database = (0,quote/* quoteIdentifier */.C)(name);
    const has = (...names) => options.some((option) => names.includes(option));
    const limit = like.connectionLimit;
    const hasLimit = limit >= 0 && limit < 2 ** 31;
    return [
        ...like.settings.map((setting) => formatSetting(database, setting)),
        ...(hasLimit
            ? [{ label: 'the connection limit', sql: `ALTER DATABASE ${database} CONNECTION LIMIT ${limit}` }]
            : []),
        ...(like.comment === null || has('--no-comments')
            ? []
            : [{ label: 'the comment', sql: `COMMENT ON DATABASE ${database} IS ${(0,quote/* quoteLiteral */.c)(like.comment)}` }]),
        ...(has('-x', '--no-acl', '--no-privileges') ? [] : formatPrivileges(database, like)),
        ...(noOwner
            ? []
            : [
                {
                    label: `the owner "${like.owner}"`,
                    sql: `ALTER DATABASE ${database} OWNER TO ${(0,quote/* quoteIdentifier */.C)(like.owner)}`,
                },
            ]),
    ];
}
const privileges = new Set(['CREATE', 'CONNECT', 'TEMPORARY']);
function formatPrivileges(database, like) {
    if (like.privileges === null)
        return [];
    const grants = like.privileges.map(({ grantee, privilege, grantable }) => {
        const to = grantee === null ? 'PUBLIC' : (0,quote/* quoteIdentifier */.C)(grantee);
        const grant = `GRANT ${privilege} ON DATABASE ${database} TO ${to}${grantable ? ' WITH GRANT OPTION' : ''}`;
        const label = grantee === null ? 'a privilege of all' : `a privilege of "${grantee}"`;
        return { label, sql: privileges.has(privilege) ? grant : undefined };
    });
    const revoke = { label: 'the privileges', sql: `REVOKE ALL ON DATABASE ${database} FROM PUBLIC` };
    return [revoke, ...grants];
}
const settingName = /^[A-Za-z_][A-Za-z0-9_$]*(?:\.[A-Za-z_][A-Za-z0-9_$]*)*$/;
/** By these a session loads a library or runs code as it begins, or where it first uses a language. */
const loadsCode = /_preload_libraries$|^(?:dynamic_library_path|extension_control_path|jit_provider)$|\.(?:on_\w*init|\w*start_proc|\w*boot_proc|libjvm_location|vmoptions|classpath)$/i;
/** Settings that hold a list of names, which stand there as SQL quotes them (guc.h: GUC_LIST_QUOTE). */
const holdsNames = /^(?:search_path|temp_tablespaces|unix_socket_directories)$/i;
function formatSetting(database, { role, name, value }) {
    const label = `the setting "${name}"${role === null ? '' : ` of "${role}"`}`;
    const subject = role === null
        ? `ALTER DATABASE ${database}`
        : `ALTER ROLE ${(0,quote/* quoteIdentifier */.C)(role)} IN DATABASE ${database}`;
    const text = holdsNames.test(name) ? formatNames(value) : (0,quote/* quoteLiteral */.c)(value);
    const isRefused = !settingName.test(name) || loadsCode.test(name) || text === undefined;
    return { label, sql: isRefused ? undefined : `${subject} SET ${(0,quote/* quoteIdentifier */.C)(name)} TO ${text}` };
}
/** A list as `"$user", public`; undefined where it is none. */
function formatNames(value) {
    const names = [];
    const item = /\s*(?:"((?:[^"]|"")*)"|([^",\s]+))\s*(,|$)/y;
    for (;;) {
        const [, quoted, plain, separator] = item.exec(value) ?? [];
        const name = quoted?.replaceAll('""', '"') ?? plain;
        if (name === undefined)
            return undefined;
        names.push((0,quote/* quoteLiteral */.c)(name));
        if (separator === '')
            return names.join(', ');
    }
}

;// CONCATENATED MODULE: ./src/restoring/properties/apply-properties.ts




const readLeftOut = (0,json_reader/* readArray */.oU)((0,json_reader/* readObject */.Ag)({ label: answer/* readText */.yR, state: answer/* readText */.yR }));
/** Characters of SQL for one script: more than any setting or comment of use has. */
const scriptLimit = 1_000_000;
/**
 * Gives a new database the properties of the old one, as far as the role may; what is left out is told in one warning,
 * by names alone, since values may be secrets.
 * @throws BackupError where the server cannot be asked
 */
async function applyProperties({ name, target }, like, wishes, { server, maintenance, run }) {
    const statements = listPropertyStatements(name, like, wishes);
    const failing = `The properties of the database "${target}" were not restored`;
    const leftOut = [];
    for (const part of divide(statements, leftOut)) {
        const query = { database: maintenance, sql: makeApplyQuery(part), failing, kind: 'work' };
        leftOut.push(...(await (0,answer/* askJson */.ey)(server, { ...query, hiddenIn: run.privateDirectory }, readLeftOut)));
    }
    if (leftOut.length > 0)
        run.log.warning(describeLeftOut(target, leftOut), 'Properties left out');
}
function describeLeftOut(target, leftOut) {
    const reasons = {
        '': 'which is never restored',
        '0A000': 'which this version of PostgreSQL no longer has',
        '42501': 'which this role may not give',
        '42704': 'which names something that the server does not have',
    };
    const items = leftOut.map(({ label, state }) => `${label} (${reasons[state] ?? `SQLSTATE ${state}`})`);
    const count = leftOut.length === 1 ? 'One property' : `${leftOut.length} properties`;
    const more = items.length > 10 ? `, and ${items.length - 10} more` : '';
    return `${count} of the database "${target}" could not be restored: ${items.slice(0, 10).join(', ')}${more}.`;
}
/** Cuts the work into scripts; what is never restored, or too long for one, goes to those left out. */
function divide(statements, leftOut) {
    const parts = [];
    let length = Infinity;
    for (const statement of statements) {
        const size = statement.sql?.length ?? Infinity;
        if (size > scriptLimit) {
            leftOut.push({ label: statement.label, state: '' });
            continue;
        }
        if (length + size > scriptLimit) {
            parts.push([]);
            length = 0;
        }
        parts.at(-1)?.push(statement);
        length += size;
    }
    return parts;
}
/** PURE. Runs each statement by itself, and gives those that the server refused. */
function makeApplyQuery(statements) {
    const rows = statements.map(({ label, sql }, index) => `(${index}, ${(0,quote/* quoteLiteral */.c)(label)}, ${(0,quote/* quoteLiteral */.c)(sql ?? '')})`);
    // All of it is one quoted text, since in a dollar quote a name could hold the end of it.
    const body = `declare
  step record;
  left_out pg_catalog.jsonb := '[]';
begin
  for step in select * from (values ${rows.join(', ')}) v (place, label, command) order by place loop
    begin
      execute step.command;
    exception when others then
      left_out := left_out || pg_catalog.jsonb_build_object('label', step.label, 'state', sqlstate);
    end;
  end loop;
  perform pg_catalog.set_config('postgres_backup.left_out', left_out::text, true);
end`;
    return `do ${(0,quote/* quoteLiteral */.c)(body)}; select pg_catalog.current_setting('postgres_backup.left_out')`;
}

// EXTERNAL MODULE: ./src/restoring/restore-file.ts + 1 modules
var restore_file = __webpack_require__(17646);
// EXTERNAL MODULE: ./src/restoring/row-counts.ts
var row_counts = __webpack_require__(10942);
// EXTERNAL MODULE: ./src/process/run-at-once.ts
var run_at_once = __webpack_require__(65992);
;// CONCATENATED MODULE: ./src/restore/restore-databases.ts














/**
 * Restores every planned database: new ones first, side by side, under names of their own; then those that are filled
 * or replaced in place; and when all are complete, the new ones take their names, all at once. Nothing half-restored is
 * left behind.
 * @param properties of the databases as they were, for those that are created anew
 * @param onRestored told the name of each database once no failure takes it back any more, also where one follows
 * @throws BackupError of the first failure
 */
async function restoreDatabases(plan, setting, properties, onRestored) {
    const { server, run } = setting;
    const made = new Set();
    const committed = [];
    const restored = [];
    const onCommitted = (target) => {
        committed.push(target);
        onRestored(target);
    };
    const restore = async (planned, signal) => {
        const own = { ...setting, signal, server: { ...server, signal } };
        const shared = { maintenance: plan.maintenance, made, properties, onCommitted };
        restored.push(await restoreOne(planned, own, shared));
    };
    const apart = plan.databases.filter(({ way }) => !isWithin(way));
    const inPlace = plan.databases.filter(({ way }) => isWithin(way));
    let isDone = false;
    try {
        await (0,run_at_once/* runAtOnce */.w)(apart, plan.concurrency, setting.signal, restore);
        await (0,run_at_once/* runAtOnce */.w)(inPlace, plan.concurrency, setting.signal, restore);
        const naming = { server, maintenance: plan.maintenance, log: run.log, made };
        await takeNames(apart, naming);
        isDone = true;
        apart.forEach(({ target }) => {
            onRestored(target);
        });
        await dropReplaced(apart, naming);
        return restored;
    }
    finally {
        if (!isDone)
            warnOfCommitted(committed, run.log);
        await Promise.all([...made].map((name) => dropWorkDatabase(name, server, plan.maintenance, run.log)));
    }
}
/** What is filled or replaced in place is committed each by itself, and no failure of another takes it back. */
function warnOfCommitted(committed, log) {
    if (committed.length === 0)
        return;
    const names = committed.map((target) => `"${target}"`).join(', ');
    log.warning(`Already restored before the failure, each in a transaction of its own: ${names}. There the backup's contents stay.`, 'Partly restored');
}
async function restoreOne(planned, setting, { maintenance, made, properties, onCommitted }) {
    const { server, run } = setting;
    const like = planned.way === 'create' ? properties.get(planned.database) : undefined;
    const creation = { server, maintenance, log: run.log, like };
    const { workName: database, target, way, file } = planned;
    const startedAt = performance.now();
    if (!isWithin(way)) {
        // Noted before it exists, because the connection can be lost when the server has made it already.
        made.add(database);
        await createWorkDatabase(planned, creation);
    }
    const facts = await (0,ask_target/* readTarget */._)(server, database, { target, replaces: way === 'in-place' });
    const transaction = makeTransaction(planned, facts);
    const renew = () => renewWorkDatabase(planned, creation);
    const to = { database, target, facts, transaction, ...(isWithin(way) ? {} : { renew }) };
    const report = await (0,restore_file/* restoreDatabaseFile */.O)(file, to, setting);
    const durationSeconds = (performance.now() - startedAt) / 1000;
    const tellRestored = () => {
        run.log.info(`${target}: restored from ${file.name} in ${(0,units/* formatSeconds */.Xo)(durationSeconds)}`);
    };
    if (isWithin(way)) {
        // It is told of before it is counted, since nothing takes the commit back.
        onCommitted(target);
        tellRestored();
        // Its rows were compared before the commit, and since then others may have changed them.
        return { planned, contents: await countCommitted(target, setting), report, durationSeconds };
    }
    const contents = await (0,row_counts/* readContents */.r)(server, database);
    requireSameRows(planned, contents);
    // Last, as a limit or a read-only default would stand in the way of all before.
    if (like !== undefined)
        await applyProperties({ name: database, target }, like, setting, { server, maintenance, run });
    tellRestored();
    return { planned, contents, report, durationSeconds };
}
/** For the summary alone: the data is there, so that what goes wrong is a warning, but a cancellation ends the run. */
async function countCommitted(target, { server, signal, run }) {
    try {
        return await (0,row_counts/* readContents */.r)(server, target);
    }
    catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof errors/* BackupError */.h))
            throw error;
        run.log.warning(`The database "${target}" is restored, but its rows could not be counted for the summary: ${error.explanation.why}.`, 'Rows unknown');
        return undefined;
    }
}
/** How long a restore in place waits for what other sessions hold. */
const lockTimeout = '60s';
function makeTransaction({ way, file }, { answer, service }) {
    const expected = file.verification.rowCounts ?? [];
    if (way === 'fill') {
        return { begin: makeFillBegin(lockTimeout, answer.fillable.length > 0), end: makeFillEnd(expected) };
    }
    if (way !== 'in-place')
        return undefined;
    const serviceSchemas = service?.schemas ?? [];
    const begin = makeBeginScript({ serviceSchemas, lockTimeout });
    return { begin, end: makeEndScript(serviceSchemas, expected) };
}
function requireSameRows({ file, target }, contents) {
    const differences = (0,row_counts/* compareRowCounts */.O)(file.verification.rowCounts ?? [], contents);
    if (differences.length === 0)
        return;
    const more = differences.length > 3 ? `, and ${(0,units/* formatCount */.B4)(differences.length - 3, 'more table')}` : '';
    throw new errors/* BackupError */.h('PGB_RESTORE', {
        what: `The database "${target}" was restored, but it is not what was backed up`,
        why: `${differences.slice(0, 3).join(', ')}${more}`,
        whatToDo: 'The target was left as it was; look for event triggers on the server, and run the job again',
    });
}

;// CONCATENATED MODULE: ./src/restore/restore-globals.ts




/** Says that there is no way back, restores roles and tablespaces, and leaves those alone that exist. */
async function restoreGlobals(plan, target, setting) {
    if (plan.globals === undefined)
        return;
    const { log } = setting.run;
    const fate = target.server.facts.isSuperuser
        ? `get the attributes and passwords of the backup, all but the connecting role "${target.role}"`
        : `are left alone, since "${target.role}" is no superuser`;
    log.warning(`Roles and tablespaces of ${plan.globals.name} are being restored, which no failure undoes: roles that exist ${fate}.`, 'Cannot be undone');
    restore_globals_warnOfLeftOut(await (0,restore_sql/* restoreClusterFile */.Rh)(plan.globals, listOmissions(target), setting, plan.maintenance), log);
}
/**
 * Restores a whole cluster. When it fails, the databases that it made are dropped again; roles and tablespaces stay.
 * @returns the names of the databases that it made
 */
async function restoreCluster(plan, target, setting) {
    if (plan.cluster === undefined)
        return [];
    const { run, server } = setting;
    run.log.warning(`The whole cluster of ${plan.cluster.name} is being restored. If it fails, the databases that it made are dropped ` +
        `again; roles, tablespaces and what goes into "postgres" and "template1" stay.`, 'Cannot be undone');
    const before = new Set(server.facts.databases.map(({ name }) => name));
    let isComplete = false;
    try {
        restore_globals_warnOfLeftOut(await (0,restore_sql/* restoreClusterFile */.Rh)(plan.cluster, listOmissions(target), setting, plan.maintenance), run.log);
        isComplete = true;
        return await listNewDatabases(setting, plan.maintenance, before);
    }
    finally {
        if (!isComplete)
            await dropNewDatabases(setting, plan.maintenance, before);
    }
}
/** How much of it one warning names. */
const shownItems = 10;
function restore_globals_warnOfLeftOut(leftOut, log) {
    if (leftOut.length === 0)
        return;
    const rest = leftOut.length - shownItems;
    const names = `${leftOut.slice(0, shownItems).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
    log.warning(`Of the roles this was left out, which takes a superuser or what is not here: ${names}.`, 'Left out');
}
function listOmissions({ roles, tablespaces, role, }) {
    return { owners: false, existingRoles: roles, existingTablespaces: tablespaces, ownRole: role };
}
async function dropNewDatabases(setting, maintenance, before) {
    const { server, run } = setting;
    const limited = { ...setting, server: { ...server, signal: AbortSignal.timeout(2_000) } };
    const names = await listNewDatabases(limited, maintenance, before).catch((error) => {
        run.log.warning(`The databases that were made could not be listed, and may be half-restored: ${String(error)}`);
        return [];
    });
    await Promise.all(names.map((name) => dropWorkDatabase(name, server, maintenance, run.log)));
}
async function listNewDatabases({ server }, database, before) {
    const sql = 'select json_agg(datname order by datname) from pg_database where not datistemplate';
    const failing = 'The databases that were made could not be listed';
    const names = await (0,answer/* askJson */.ey)(server, { database, sql, failing }, (0,json_reader/* readArray */.oU)(answer/* readName */.MQ));
    return names.filter((name) => !before.has(name));
}

// EXTERNAL MODULE: ./src/restoring/cluster-parts.ts
var cluster_parts = __webpack_require__(3104);
;// CONCATENATED MODULE: ./src/restore/unfold-cluster.ts


/**
 * Reads a file of the whole cluster to its end, and tells its roles and each of its databases as files of their own, of
 * which the file holds a part. The contents of `template1` are not among them, nor a database `postgres` of which the
 * file makes nothing.
 * @returns the same for a backup without such a file
 * @throws BackupError PGB_RESTORE where it cannot be read, PGB_NO_DATABASE where it lacks the one asked for
 */
async function unfoldCluster(backup, target, choice, reading) {
    const { cluster } = backup;
    if (cluster === undefined)
        return backup;
    const names = await (0,cluster_parts/* listHeldDatabases */.ac)(cluster, reading);
    const { database, targetDatabase } = choice;
    if (database !== undefined && !names.includes(database)) {
        throw refuseName(`The database "${database}" is not in the backup`, names.map((name) => `"${name}"`));
    }
    const wanted = database === undefined ? names : [database];
    return {
        ...backup,
        cluster: undefined,
        globals: choosesGlobals(choice, target, reading.run.log) ? (0,cluster_parts/* takeGlobals */.EM)(cluster) : undefined,
        databases: wanted.map((name) => ({ ...(0,cluster_parts/* takeDatabase */.pZ)(cluster, name), target: targetDatabase ?? name })),
    };
}
/** They come with all of a cluster, from a role that may create some; who asks for them is told if that fails. */
function choosesGlobals({ database, globals }, target, log) {
    if (globals || database !== undefined)
        return globals;
    if (target.mayCreateRoles)
        return true;
    log.warning(`The roles of the backup are not restored, since the role "${target.role}" may not create any.`, 'Left out');
    return false;
}

// EXTERNAL MODULE: ./src/postgres/open-server.ts + 2 modules
var open_server = __webpack_require__(37471);
// EXTERNAL MODULE: ./src/restoring/left-out/read-target-facts.ts
var read_target_facts = __webpack_require__(5494);
;// CONCATENATED MODULE: ./src/restore/target/target.ts











/**
 * Connects, provides the client, and asks the server for all that decides whether the restore can be done.
 * @throws BackupError as openServer does
 */
async function inspectTarget(inputs, backup, run) {
    const server = await openFittingServer(inputs, backup, run);
    const { databases: listed, ...answer } = await askServer(server);
    const { role, service, isSuperuser } = server.facts;
    const named = findNamedDatabase(server.connection.parameters['dbname'], service?.hasOneDatabase ?? false);
    const facts = { server, role, named, ...answer, listed };
    const others = backup.cluster !== undefined && isSuperuser ? ['postgres'] : [];
    return inspectDatabases({ ...facts, existing: new Map() }, backup, named === undefined ? others : [...others, named]);
}
/**
 * Looks into the databases that have the names of those of the backup.
 * @param others names of further ones
 */
async function inspectDatabases(target, backup, others = []) {
    const wanted = new Set([...backup.databases.map((database) => database.target), ...others]);
    const existing = new Map(target.existing);
    for (const { name, ...facts } of target.listed) {
        if (!wanted.has(name) || existing.has(name))
            continue;
        const objects = await countObjects(target.server, name);
        existing.set(name, { ...facts, ...objects, keeps: await tryHandOver(target, { name, ...facts }) });
    }
    return { ...target, existing };
}
/** Databases that a url names for want of another, to say which server is meant. */
const addresses = new Set(['', 'postgres', 'template1']);
/**
 * PURE. The database that a url names outright, and so could be meant as a target.
 * @param hasOneDatabase the service gives its users just `postgres`, so that this is a name like any other
 */
function findNamedDatabase(named, hasOneDatabase) {
    return named !== undefined && addresses.has(named) && !hasOneDatabase ? undefined : named;
}
async function openFittingServer(inputs, backup, run) {
    const request = { ...inputs, needsDatabase: false, purpose: 'restore' };
    const server = await (0,open_server/* openServer */.C)(request, run);
    const needed = neededClientMajor(backup.manifest);
    if (needed === undefined || server.client.major >= needed || inputs.postgresVersion !== undefined)
        return server;
    return (0,open_server/* openServer */.C)({ ...request, postgresVersion: needed }, run);
}
const readServerAnswer = (0,json_reader/* readObject */.Ag)({
    mayCreateDatabases: json_reader/* readBoolean */.Vf,
    mayCreateRoles: json_reader/* readBoolean */.Vf,
    roles: (0,json_reader/* readArray */.oU)(answer/* readName */.MQ),
    tablespaces: (0,json_reader/* readArray */.oU)(answer/* readName */.MQ),
    databases: (0,json_reader/* readArray */.oU)((0,json_reader/* readObject */.Ag)({
        name: answer/* readName */.MQ,
        isOwner: json_reader/* readBoolean */.Vf,
        isTemplate: json_reader/* readBoolean */.Vf,
        sessions: json_reader/* readCount */._0,
        lastingSessions: json_reader/* readCount */._0,
    })),
});
/**
 * Sessions of clients; only who may see more than the role of others' sessions is told what kind they are. Those of this
 * run's own psql, which may take a moment to end, do not count.
 */
const sessionsOfDatabase = `select count(*) from pg_stat_activity a where a.datid = d.oid and usesysid is not null
  and coalesce(backend_type, 'client backend') = 'client backend'
  and application_name is distinct from current_setting('application_name')`;
const serverQuery = `select json_build_object(
  'mayCreateDatabases', (select rolsuper or rolcreatedb from pg_roles where rolname = current_user),
  'mayCreateRoles', (select rolsuper or rolcreaterole from pg_roles where rolname = current_user),
  'roles', (select json_agg(rolname) from pg_roles),
  'tablespaces', (select json_agg(spcname) from pg_tablespace),
  'databases', (select json_agg(json_build_object(
    'name', datname,
    'isOwner', pg_has_role(datdba, 'USAGE'),
    'isTemplate', datistemplate,
    'sessions', (${sessionsOfDatabase}),
    'lastingSessions', (${sessionsOfDatabase} and not (${mayEndSession}))
  )) from pg_database d))`;
async function askServer(server) {
    const failing = 'The server was not asked what it holds';
    return (0,answer/* askJson */.ey)(server, { database: server.facts.database, sql: serverQuery, failing }, readServerAnswer);
}
/**
 * PURE. Asks a database what it holds, of the connecting role's and of others.
 *
 * Oids from 16384 on are those of objects that were made after initdb (access/transam.h: FirstNormalObjectId). Also
 * later somebody may have imported the system's collations.
 */
function makeObjectsQuery(service) {
    const serviceSchemas = ['information_schema', ...(service?.schemas ?? [])].map(quote/* quoteLiteral */.c).join(', ');
    return `with made as (
    select 'pg_class'::regclass as catalog, oid, relname::text as name, relnamespace as space, relowner as owner from pg_class
    union all select 'pg_proc'::regclass, oid, proname::text, pronamespace, proowner from pg_proc
      where oid not in (${own_objects/* functionsOfTypes */.W})
    union all select 'pg_type'::regclass, oid, typname::text, typnamespace, typowner from pg_type
      where typrelid = 0 and typcategory <> 'A'
    union all select 'pg_namespace'::regclass, oid, nspname::text, oid, nspowner from pg_namespace n
      where nspname <> 'public' and not exists (select from pg_extension where extnamespace = n.oid)
    union all select * from (
      select 'pg_operator'::regclass, oid, oprname::text, oprnamespace as space, oprowner from pg_operator
      union all select 'pg_opclass'::regclass, oid, opcname::text, opcnamespace, opcowner from pg_opclass
      union all select 'pg_opfamily'::regclass, oid, opfname::text, opfnamespace, opfowner from pg_opfamily
      union all select 'pg_collation'::regclass, oid, collname::text, collnamespace, collowner from pg_collation
      union all select 'pg_conversion'::regclass, oid, conname::text, connamespace, conowner from pg_conversion
      union all select 'pg_ts_config'::regclass, oid, cfgname::text, cfgnamespace, cfgowner from pg_ts_config
      union all select 'pg_ts_dict'::regclass, oid, dictname::text, dictnamespace, dictowner from pg_ts_dict
    ) in_schema where space <> 'pg_catalog'::regnamespace
    union all select 'pg_foreign_server'::regclass, oid, srvname::text, null, srvowner from pg_foreign_server
    union all select 'pg_largeobject'::regclass, oid, 'large object ' || oid, null, lomowner from pg_largeobject_metadata
    union all select 'pg_event_trigger'::regclass, oid, evtname::text, null, evtowner from pg_event_trigger
    union all select 'pg_publication'::regclass, oid, pubname::text, null, pubowner from pg_publication
    union all select 'pg_subscription'::regclass, oid, subname::text, null, subowner from pg_subscription
      where subdbid = (select oid from pg_database where datname = current_database())
    union all select 'pg_default_acl'::regclass, oid, 'default privileges of ' || pg_get_userbyid(defaclrole), null, defaclrole
      from pg_default_acl
  ), known as (
    select catalog, name, pg_has_role(owner, 'USAGE') and not exists (
      select from pg_namespace n where n.oid = space and nspname in (${serviceSchemas})) as is_own
    from made where (oid >= 16384 or catalog = 'pg_largeobject'::regclass)
      and not exists (select from pg_namespace n where n.oid = space and nspname ~ '^pg_(toast|temp)')
      and not exists (select from pg_depend where classid = catalog and objid = made.oid and deptype = 'e')
  ), mine as (select name, catalog in ('pg_namespace'::regclass, 'pg_event_trigger'::regclass, 'pg_publication'::regclass,
      'pg_subscription'::regclass, 'pg_default_acl'::regclass) as is_prepared from known where is_own),
  own as (select name from mine where not is_prepared),
  other as (select name from known where not is_own
    union all select 'extension ' || extname from pg_extension
      where oid >= 16384 and extname not in (${(0,read_target_facts/* makeCreatableQuery */.Q7)(service)}))
  select json_build_object('objects', (select count(*) from own),
    'examples', coalesce((select json_agg(name) from (select name from own order by name limit 3) first), '[]'),
    'isPrepared', exists (select from mine where is_prepared),
    'others', (select count(*) from other),
    'otherExamples', coalesce((select json_agg(name) from (select name from other order by name limit 3) first), '[]'))`;
}
const readObjects = (0,json_reader/* readObject */.Ag)({
    objects: json_reader/* readCount */._0,
    examples: (0,json_reader/* readArray */.oU)(answer/* readText */.yR),
    isPrepared: json_reader/* readBoolean */.Vf,
    others: json_reader/* readCount */._0,
    otherExamples: (0,json_reader/* readArray */.oU)(answer/* readText */.yR),
});
/**
 * Hands over to itself what belongs to a database, and takes it back: the server alone knows what a role may set, and no
 * superuser need ask.
 * @returns why it cannot be
 */
async function tryHandOver({ server, mayCreateDatabases }, { name, isOwner }) {
    if (server.facts.isSuperuser || !mayCreateDatabases || !isOwner)
        return undefined;
    const failing = `The database "${name}" was not asked whether a new one can take its place`;
    const sql = `BEGIN;\n${makeHandOverBlock(name, name)}\nROLLBACK;`;
    try {
        await (0,psql/* runSql */.Wt)(server, { database: server.facts.database, sql, failing });
        return undefined;
    }
    catch (error) {
        const why = error instanceof errors/* BackupError */.h ? error.explanation.why : '';
        if (error instanceof errors/* BackupError */.h && (error.code === 'PGB_PERMISSION' || why.includes('ERROR: ')))
            return why;
        throw error;
    }
}
async function countObjects(server, database) {
    const failing = `The database "${database}" was not asked whether it is empty`;
    return (0,answer/* askJson */.ey)(server, { database, sql: makeObjectsQuery(server.facts.service), failing }, readObjects);
}

;// CONCATENATED MODULE: ./src/restore/target/target-name.ts

/**
 * PURE. Decides under which name the only database of a backup is restored: an empty database that the url names is
 * meant, if there is none of the backup's own name.
 * @param targetDatabase the input, which settles it
 * @throws BackupError PGB_INPUT where it is not clear
 */
function settleName(backup, targetDatabase, { named, existing, server }) {
    const [only, another] = backup.databases;
    if (only === undefined || another !== undefined)
        return backup;
    if (targetDatabase !== undefined || named === undefined || named === only.database)
        return backup;
    const found = existing.get(named);
    const fact = found === undefined
        ? 'which does not exist'
        : found.objects > 0
            ? `which is not empty, as it holds ${found.examples.join(', ')}`
            : server.facts.databases.some(({ name }) => name === only.database)
                ? `and the server has both`
                : undefined;
    if (fact === undefined)
        return { ...backup, databases: [{ ...only, target: named }] };
    throw new errors/* BackupError */.h('PGB_INPUT', {
        what: 'It is not clear which database is to be restored, and the server was left as it is',
        why: `the backup holds "${only.database}", and the url names "${named}", ${fact}`,
        whatToDo: `Set "target-database" to "${named}" or to "${only.database}"`,
    });
}

;// CONCATENATED MODULE: ./src/restore/main.ts
























/** The story of a restore: inputs, backup, checks, target, plan, restore, statistics, report. */
async function restore(run) {
    const startedAt = performance.now();
    const phases = watchPhases();
    (0,outputs/* setOutputs */.n)({ status: 'failed', databases: [], 'left-out': [] });
    const given = (0,shared_inputs/* readConnectionInputs */.qY)();
    run.protect([...(0,open_connection/* listSecrets */.AQ)(given, run.environment), ...(0,open_store/* listStoreSecrets */.b)(run.environment), ...listInputSecrets()], [...(0,open_connection/* listShownNames */.Gp)(given, run.environment), ...(0,shared_inputs/* readShownTexts */.My)()]);
    const inputs = await readRestoreInputs();
    const { checked, readers } = await obtainBackup(inputs, phases, run);
    run.log.startGroup('Connecting');
    const found = await inspectTarget(inputs, checked, run);
    const isWhole = mayRestoreWhole(checked, inputs.choice, found);
    const backup = isWhole ? checked : await unfoldCluster(checked, found, inputs.choice, { readers, run });
    const target = await inspectDatabases(found, backup);
    const jobs = inputs.jobs ?? run.cores;
    const digits = (0,external_node_crypto_.randomBytes)(4).toString('hex');
    const plan = makePlan(settleName(backup, inputs.choice.targetDatabase, target), target, {
        create: inputs.create,
        clean: inputs.clean,
        replace: inputs.replace,
        jobs,
        digits,
    });
    announcePlan(plan, run.log);
    run.log.endGroup();
    // A cluster's roles come with it, so what was theirs is theirs again.
    const noOwner = inputs.noOwner && (checked.cluster === undefined || inputs.choice.database !== undefined);
    const setting = makeSetting(plan, { inputs: { ...inputs, noOwner }, readers, target }, run);
    const holdings = rememberHoldings(setting);
    await refuseLosses(plan, backup.manifest, { setting, allowLoss: inputs.allowLoss, holdings });
    const fitting = await fitLocks(plan, target, { setting, holdings });
    const properties = await (0,read_properties/* readProperties */.Q)(backup.properties, setting.readers, run);
    run.log.startGroup('Restoring');
    const done = await phases.measure('restore', () => carryOut(fitting, target, setting, properties));
    if (inputs.analyze) {
        await phases.measure('analyze', () => analyzeDatabases(listRestored(done), target.server, jobs, run));
    }
    run.log.endGroup();
    const durationSeconds = (performance.now() - startedAt) / 1000;
    await reportRestore({ manifest: backup.manifest, plan: fitting, target, ...done, durationSeconds, phases: phases.times }, run);
}
/** Finds the files that are wanted, brings them here, and looks whether they are what the manifest says. */
async function obtainBackup({ source, choice, decryption }, phases, run) {
    run.log.startGroup('Checking the backup');
    const located = await phases.measure('fetch', () => locateBackup(source, choice.database, run));
    const selected = selectFiles(located, choice);
    await phases.measure('fetch', async () => located.fetch?.(listFiles(selected).map(({ name }) => name)));
    const checked = await phases.measure('check', () => checkBackup(selected, decryption, run.signal));
    const readers = await (0,reading_readers/* provideReaders */.C)(listFiles(checked), decryption, run);
    warnOfFailures(located, choice, run.log);
    run.log.endGroup();
    return { checked, readers };
}
function makeSetting(plan, known, run) {
    const { inputs, readers, target } = known;
    return {
        server: target.server,
        readers,
        run,
        signal: run.signal,
        noOwner: inputs.noOwner,
        options: inputs.options,
        tableJobs: plan.tableJobs,
        strict: inputs.strict,
    };
}
/** Roles come first, since the privileges in databases need them. */
async function carryOut(plan, target, setting, properties) {
    await restoreGlobals(plan, target, setting);
    const fromCluster = await restoreCluster(plan, target, setting);
    const names = [];
    const restored = await restoreDatabases(plan, setting, properties, (name) => {
        names.push(name);
        (0,outputs/* setOutputs */.n)({ databases: [...names, ...fromCluster] });
    });
    return { restored, fromCluster };
}


/***/ }),

/***/ 3104:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EM: () => (/* binding */ takeGlobals),
/* harmony export */   ac: () => (/* binding */ listHeldDatabases),
/* harmony export */   pZ: () => (/* binding */ takeDatabase)
/* harmony export */ });
/* harmony import */ var _archive_reading_readers_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8093);
/* harmony import */ var _postgres_connection_tool_environment_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(99868);
/* harmony import */ var _postgres_sql_filter_filter_rules_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(22491);
/* harmony import */ var _postgres_sql_quote_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(48920);
/* harmony import */ var _process_pipeline_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(67260);
/* harmony import */ var _filter_program_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(64453);
/* harmony import */ var _restore_failure_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(68612);







/**
 * Reads a file of the whole cluster to its end, and tells which databases it holds. `template1` is not among them, nor a
 * database `postgres` of which the file makes nothing.
 * @throws BackupError PGB_RESTORE where it cannot be read
 */
async function listHeldDatabases(file, reading) {
    const held = (await listDatabases(file, reading)).filter(({ name, isEmpty }) => name !== 'template1' && !(name === 'postgres' && isEmpty));
    return held.map(({ name }) => name);
}
/** PURE. The roles and tablespaces of a file of the whole cluster, as a file of their own. */
function takeGlobals(cluster) {
    return { ...cluster, kind: 'globals', database: null, part: { database: undefined } };
}
/** PURE. One database of a file of the whole cluster, as a file of its own. */
function takeDatabase(cluster, database) {
    const verification = { ...cluster.verification, rowCounts: takeRows(cluster, database) };
    const part = { database: toBytes(database) };
    return { database, file: { ...cluster, kind: 'database', database, rows: null, verification, part } };
}
/** Of a cluster the tables' names are followed by their database's. */
function takeRows({ verification }, database) {
    const ending = ` in ${(0,_postgres_sql_quote_js__WEBPACK_IMPORTED_MODULE_6__/* .quoteIdentifier */ .C)(database)}`;
    const own = verification.rowCounts?.filter(({ table }) => table.endsWith(ending));
    return own?.map(({ table, rows }) => ({ table: table.slice(0, -ending.length), rows })) ?? null;
}
/** One character for each byte, as the filter reads. */
function toBytes(text) {
    return Buffer.from(text, 'utf8').toString('latin1');
}
async function listDatabases(file, { readers, run }) {
    const rules = {
        completionMarker: _postgres_sql_filter_filter_rules_js__WEBPACK_IMPORTED_MODULE_2__/* .completionMarkers */ .I.cluster,
        transaction: undefined,
        part: { database: undefined },
        restriction: 'tight',
        proof: 'none',
        omit: {
            owners: false,
            transactionTimeout: false,
            existingRoles: [],
            existingTablespaces: [],
            ownRole: undefined,
        },
    };
    const filter = await (0,_filter_program_js__WEBPACK_IMPORTED_MODULE_4__/* .provideSqlFilter */ .S)({ rules, onlyLooks: true }, run.privateDirectory);
    const stages = [...(0,_archive_reading_readers_js__WEBPACK_IMPORTED_MODULE_0__/* .listReaders */ .T)(file, readers), filter.command];
    const { failure, stderr } = await (0,_process_pipeline_js__WEBPACK_IMPORTED_MODULE_3__/* .runPipeline */ .a)(stages, {
        environment: (0,_postgres_connection_tool_environment_js__WEBPACK_IMPORTED_MODULE_1__/* .selectToolEnvironment */ .C)(run.environment),
        signal: run.signal,
        inputFile: file.path,
    });
    const action = 'The file of the cluster was not restored';
    const context = { parameters: {}, database: file.name, action, service: undefined };
    if (failure !== undefined)
        throw (0,_restore_failure_js__WEBPACK_IMPORTED_MODULE_5__/* .explainRestoreFailure */ .u)(failure, stderr, context);
    const report = await filter.readReport();
    if (report === undefined)
        throw (0,_restore_failure_js__WEBPACK_IMPORTED_MODULE_5__/* .refuseOtherReading */ .r)(file);
    return report.databases;
}


/***/ }),

/***/ 88061:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ readTarget)
/* harmony export */ });
/* harmony import */ var _postgres_answer_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(54769);
/* harmony import */ var _read_target_facts_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5494);


/**
 * Asks a database what decides about a dump that is to be restored into it.
 * @throws BackupError as askJson does
 */
async function readTarget(server, database, { target, replaces }) {
    const { service } = server.facts;
    const failing = `The database "${target}" was not restored, as the server was not asked what it takes`;
    const query = { database, sql: (0,_read_target_facts_js__WEBPACK_IMPORTED_MODULE_1__/* .makeTargetFactsQuery */ .pH)(service, replaces), failing };
    return { answer: await (0,_postgres_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .askJson */ .ey)(server, query, _read_target_facts_js__WEBPACK_IMPORTED_MODULE_1__/* .readTargetAnswer */ .Gb), service };
}


/***/ }),

/***/ 96221:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ readProperties)
/* harmony export */ });
/* harmony import */ var _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(72684);
/* harmony import */ var _archive_properties_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(72989);
/* harmony import */ var _archive_reading_decode_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(44415);
/* harmony import */ var _archive_reading_readers_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8093);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(83916);
/* harmony import */ var _postgres_connection_tool_environment_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(99868);
/* harmony import */ var _process_pipeline_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(67260);







/**
 * Reads the properties file of a backup; backups of the first schema have none.
 * @throws BackupError PGB_RESTORE
 */
async function readProperties(file, readers, run) {
    if (file === undefined)
        return new Map();
    const stages = [...(0,_archive_reading_readers_js__WEBPACK_IMPORTED_MODULE_2__/* .listReaders */ .T)(file, readers), { path: 'cat', args: [] }];
    const { failure, stdout, isCut } = await (0,_process_pipeline_js__WEBPACK_IMPORTED_MODULE_5__/* .runPipeline */ .a)(stages, {
        environment: (0,_postgres_connection_tool_environment_js__WEBPACK_IMPORTED_MODULE_4__/* .selectToolEnvironment */ .C)(run.environment),
        signal: run.signal,
        inputFile: file.path,
        outputLimit: _archive_reading_decode_js__WEBPACK_IMPORTED_MODULE_1__/* .jsonLimit */ .QW,
    });
    if (isCut === true)
        throw refuseProperties(file, _archive_reading_decode_js__WEBPACK_IMPORTED_MODULE_1__/* .tooMuchJson */ .Ic);
    if (failure !== undefined)
        throw refuseProperties(file, 'it could not be read to its end');
    try {
        return new Map((0,_archive_properties_js__WEBPACK_IMPORTED_MODULE_0__/* .parseProperties */ .$9)(stdout).databases.map((database) => [database.name, database]));
    }
    catch (error) {
        if (error instanceof _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_6__/* .JsonError */ .N3)
            throw refuseProperties(file, error.message);
        throw error;
    }
}
function refuseProperties({ name }, why) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .BackupError */ .h('PGB_RESTORE', {
        what: `The file ${name} is not what a backup writes, and nothing was restored`,
        why,
        whatToDo: 'Fetch the backup again, or take another one',
    });
}


/***/ }),

/***/ 10942:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ compareRowCounts),
/* harmony export */   r: () => (/* binding */ readContents)
/* harmony export */ });
/* harmony import */ var _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(72684);
/* harmony import */ var _fingerprint_read_fingerprint_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(79472);
/* harmony import */ var _postgres_answer_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(54769);
/* harmony import */ var _units_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(61996);




/**
 * Counts the rows of all tables, which are those that a verified backup counts; waits a minute for a lock.
 * @throws BackupError PGB_RESTORE, or the code that fits what psql says
 */
async function readContents(server, database) {
    const failing = `The rows of the restored database "${database}" were not counted`;
    const request = { snapshot: undefined, lockWaitTimeout: '60s', kinds: ['table'], hash: 'none' };
    const whatToDo = "Look into the server's log, and correct the cause";
    const { table } = await (0,_fingerprint_read_fingerprint_js__WEBPACK_IMPORTED_MODULE_0__/* .readFingerprint */ .b)({ session: server, database }, request, {
        failing,
        code: 'PGB_RESTORE',
        whatToDo,
    });
    const sql = 'select pg_database_size(current_database())';
    const size = await (0,_postgres_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .askJson */ .ey)(server, { database, sql, failing }, _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readCount */ ._0);
    return { size, rows: new Map([...table].map(([name, { rows }]) => [name, rows ?? null])) };
}
/**
 * PURE. Compares what was restored with what the backup counted; one sentence for each table that differs.
 * Materialized views and partitioned tables are not compared: the former may depend on the time, the latter hold no
 * rows of their own.
 */
function compareRowCounts(expected, { rows }) {
    return expected.flatMap(({ table, rows: before }) => {
        const now = rows.get(table);
        return now === undefined || now === null || now === before
            ? []
            : [`${table} has ${(0,_units_js__WEBPACK_IMPORTED_MODULE_3__/* .formatCount */ .B4)(now, 'row')} instead of ${before}`];
    });
}


/***/ })

};
