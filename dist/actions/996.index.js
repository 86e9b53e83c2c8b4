export const id = 996;
export const ids = [996];
export const modules = {

/***/ 73691:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ checkKey)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(57075);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_stream__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(83916);



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
        const why = `it is encrypted, and the input "${input}" is empty`;
        throw refuseKey(file.name, why, `Give it from a secret; in a fork's pull request secrets are always empty`);
    }
    const source = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.createReadStream)(file.path);
    const isOpened = await opens(source, decryption);
    source.destroy();
    if (isOpened)
        return;
    throw refuseKey(file.name, `the input "${input}" does not open it`, 'Give the key that belongs to the backup');
}
/** The library's message may hold a part of the key, so only its success counts. */
async function opens(source, keys) {
    const { Decrypter } = await __webpack_require__.e(/* import() */ 855).then(__webpack_require__.bind(__webpack_require__, 20855));
    const decrypter = new Decrypter();
    if (keys.kind === 'passphrase')
        decrypter.addPassphrase(keys.passphrase);
    else
        for (const identity of keys.identities)
            decrypter.addIdentity(identity);
    const bytes = node_stream__WEBPACK_IMPORTED_MODULE_1__.Readable.toWeb(source);
    return decrypter.decrypt(bytes).then(async (plain) => {
        const reader = plain.getReader();
        const isReadable = await reader.read().then(() => true, () => false);
        // Nothing more is read, and what the cancelled stream says of it does not matter.
        await reader.cancel().catch(() => undefined);
        return isReadable;
    }, () => false);
}
function refuseKey(name, why, whatToDo) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .BackupError */ .h('PGB_ENCRYPT', { what: `The file ${name} cannot be decrypted`, why, whatToDo });
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

/***/ 8093:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ provideReaders),
/* harmony export */   T: () => (/* binding */ listReaders)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _age_key_file_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(29994);
/* harmony import */ var _age_program_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(71804);
/* harmony import */ var _compressors_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(74932);
/* harmony import */ var _process_find_executable_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(88731);






/**
 * Finds a decompressor for every file, and writes the keys for the age program.
 * @throws BackupError PGB_INPUT when a decompressor is not installed
 */
async function provideReaders(files, decryption, machine) {
    const find = (name) => (0,_process_find_executable_js__WEBPACK_IMPORTED_MODULE_5__/* .findExecutable */ .o)(name, machine.environment['PATH'] ?? '');
    const decompressors = new Map();
    for (const { compression } of files) {
        if (compression.inside || compression.method === 'none')
            continue;
        const command = (0,_compressors_js__WEBPACK_IMPORTED_MODULE_4__/* .requireDecompressor */ .uh)(compression.method, machine.cores, find);
        if (command !== undefined)
            decompressors.set(compression.method, command);
    }
    if (decryption === undefined)
        return { decrypter: undefined, decompressors };
    const keyFile = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(machine.privateDirectory, 'age-decrypt.json');
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.writeFile)(keyFile, (0,_age_key_file_js__WEBPACK_IMPORTED_MODULE_2__/* .formatKeyFile */ .R7)(decryption), { mode: 0o600, flag: 'wx' });
    return { decrypter: (0,_age_program_js__WEBPACK_IMPORTED_MODULE_3__/* .ageProgram */ .S)('age-decrypt', keyFile), decompressors };
}
/** The stages before the one that restores; none for a file that lies there as its tool wrote it. */
function listReaders({ encryption, compression }, readers) {
    const decrypter = encryption === 'none' ? undefined : readers.decrypter;
    const decompressor = compression.inside ? undefined : readers.decompressors.get(compression.method);
    return [decrypter, decompressor].filter((command) => command !== undefined);
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

/***/ 55546:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ isParallel),
/* harmony export */   t: () => (/* binding */ isArchive)
/* harmony export */ });
function isArchive(file) {
    return file.format !== 'plain';
}
/** PURE. Whether pg_restore can work at the archive with several workers, be it unpacked first. */
function isParallel({ format }) {
    return format === 'directory' || format === 'custom';
}


/***/ }),

/***/ 65867:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Tx: () => (/* binding */ resetSettings),
/* harmony export */   gO: () => (/* binding */ readTransactionNumber),
/* harmony export */   kJ: () => (/* binding */ requireRowCounts),
/* harmony export */   nb: () => (/* binding */ startTransaction)
/* harmony export */ });
/* unused harmony export differenceMark */
/** Begins the line by which the transaction is known afterwards, when the answer to its COMMIT was lost. */
const transactionMark = 'postgres-backup: transaction ';
/** PURE. The number of the transaction, from what psql printed; undefined before it has begun. */
function readTransactionNumber(printed) {
    return new RegExp(`^${transactionMark}(\\d+)$`, 'm').exec(printed)?.[1];
}
/** How the exception begins that names tables whose rows differ. */
const differenceMark = 'postgres-backup: rows: ';
/**
 * PURE. Opens the transaction, without limits of time but for locks, and prints its number.
 * @param lockTimeout as in `60s`
 */
function startTransaction(lockTimeout) {
    return `begin;
select pg_catalog.set_config('search_path', '', true), pg_catalog.set_config('row_security', 'off', true),
  pg_catalog.set_config('lock_timeout', '${lockTimeout}', true),
  pg_catalog.count(pg_catalog.set_config(name, '0', true)) from pg_catalog.pg_settings
  where name in ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout') \\g /dev/null
select pg_catalog.txid_current() as postgres_backup_transaction \\gset
\\echo ${transactionMark}:postgres_backup_transaction`;
}
/** Behind the dump, whose settings still hold. */
const resetSettings = `
select pg_catalog.set_config('search_path', '', true), pg_catalog.set_config('row_security', 'off', true) \\g /dev/null`;
/**
 * PURE. The names come from a manifest, so they are compared with those of the catalog and never run; and they come in
 * hex digits, as what psql takes for a quote depends on the encoding that the dump has set.
 */
function requireRowCounts(expected) {
    const rows = Object.fromEntries(expected.map(({ table, rows: count }) => [table, count]));
    const hex = Buffer.from(JSON.stringify(rows)).toString('hex');
    return `do $rows$
declare
  expected constant json := pg_catalog.convert_from(pg_catalog.decode('${hex}', 'hex'), 'UTF8');
  relation record;
  counted bigint;
  different text[] := '{}';
begin
  for relation in
    select name, (expected->>name)::bigint as rows from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = relnamespace,
      lateral (select pg_catalog.format('%I.%I', nspname, relname) as name) named
    where relkind = 'r' and expected->>name is not null and pg_catalog.pg_has_role(relowner, 'USAGE')
  loop
    begin
      execute pg_catalog.format('select pg_catalog.count(*) from only %s', relation.name) into counted;
    exception when insufficient_privilege then
      -- A policy that binds even the owner hides rows.
      counted := relation.rows;
    end;
    if counted <> relation.rows then
      different := different || pg_catalog.format('%s has %s rows instead of %s', relation.name, counted, relation.rows);
    end if;
  end loop;
  if different <> '{}' then
    raise exception '${differenceMark}%', pg_catalog.array_to_string(different[1:3], ', ');
  end if;
end
$rows$;`;
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

/***/ 67886:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GG: () => (/* binding */ listLeftOut),
/* harmony export */   Q2: () => (/* binding */ isLoss),
/* harmony export */   WF: () => (/* binding */ lacksRoles),
/* harmony export */   ZI: () => (/* binding */ listOccupied),
/* harmony export */   l1: () => (/* binding */ describeLeftOut),
/* harmony export */   wP: () => (/* binding */ isWhole)
/* harmony export */ });
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

/***/ 15147:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Ik: () => (/* binding */ judgeArchive),
  fi: () => (/* binding */ listEntries),
  rg: () => (/* binding */ lookThroughArchive)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/postgres/restore-arguments.ts
var restore_arguments = __webpack_require__(49928);
// EXTERNAL MODULE: ./src/restoring/restore-sql.ts + 2 modules
var restore_sql = __webpack_require__(20);
// EXTERNAL MODULE: ./src/restoring/stages.ts
var stages = __webpack_require__(90874);
;// CONCATENATED MODULE: ./src/restoring/left-out/dump-entry.ts
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

// EXTERNAL MODULE: ./src/restoring/left-out/refuse-left-out.ts
var refuse_left_out = __webpack_require__(6565);
;// CONCATENATED MODULE: ./src/restoring/left-out/judge-archive.ts







/** Arguments with which the entries of an archive cannot be looked at beforehand. */
const incompatible = /^(?:-[aLs]|--(?:data-only|use-list|schema-only|section|strict-names))/;
/**
 * Looks through an archive that pg_restore can open by itself.
 * @returns undefined where statements must be changed on their way, which pg_restore cannot do
 * @throws BackupError PGB_PERMISSION where `strict` refuses, PGB_RESTORE where it cannot be read
 */
async function judgeArchive(file, { path, to, setting }) {
    if (setting.options.some((option) => incompatible.test(option)))
        return undefined;
    const report = await lookThroughArchive(file, { path, to, setting });
    const refusal = (0,refuse_left_out/* findRefusal */.W)(report, { to, setting });
    if (refusal !== undefined)
        throw refusal;
    const { leftOut, owners, hasOtherOwners, isChanged } = report;
    if (isChanged || (hasOtherOwners && owners.length > 0))
        return undefined;
    if (leftOut.some(({ reason, type }) => reason === 'extension-missing' || type === 'TABLE'))
        return undefined;
    const listPath = leftOut.length === 0 ? undefined : await writeList(file, report, { path, to, setting });
    return { report, listPath, noOwner: owners.length > 0 };
}
/** Reads all but the rows. */
async function lookThroughArchive(file, { path, to, setting }) {
    const args = (0,restore_arguments/* makeRestoreArguments */.p)({
        ...{ database: undefined, format: file.format, source: path, tableJobs: 1 },
        ...{ noOwner: false, noPrivileges: false },
        options: [...setting.options, '--verbose', '--schema-only'],
    });
    const writers = [{ path: setting.server.client.pgRestore, args }];
    return (0,restore_sql/* lookThrough */.T8)(writers, { file, to, setting, inputFile: undefined });
}
/** What stands in the archive's table of contents. */
async function listEntries(file, { path, to, setting }) {
    const command = { path: setting.server.client.pgRestore, args: ['--list', `--format=${file.format}`, path] };
    return parseList(await (0,stages/* runStages */.J)([command], { file, to, setting, inputFile: undefined }));
}
async function writeList(file, { leftOut }, archive) {
    const numbers = new Set(leftOut.map(({ number }) => number));
    const lines = (await listEntries(file, archive)).filter(({ id }) => !numbers.has(id));
    const { setting } = archive;
    const listPath = (0,external_node_path_.join)(await (0,promises_.mkdtemp)((0,external_node_path_.join)(setting.run.privateDirectory, 'list-')), 'entries');
    await (0,promises_.writeFile)(listPath, lines.map(({ line }) => `${line}\n`).join(''), { mode: 0o600, flag: 'wx' });
    return listPath;
}


/***/ }),

/***/ 6565:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ refuseIncomplete),
/* harmony export */   W: () => (/* binding */ findRefusal)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);
/* harmony import */ var _describe_left_out_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(67886);


/**
 * The error for a restore that failed when something of the dump had been left out: because that is not allowed, or
 * maybe because what was left out is needed.
 */
function refuseIncomplete(error, report, { to, setting }) {
    const known = findRefusal(report, { to, setting });
    if (known !== undefined)
        return known;
    const missing = report.leftOut.filter(isExtension).map(({ name }) => `"${name}"`);
    if (missing.length === 0)
        return error;
    const { what, why, whatToDo } = error.explanation;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h(error.code, {
        what,
        why: `${why}; the backup needs ${missing.join(', ')}, which the role cannot create here`,
        whatToDo: `Have these extensions installed on the server, and run the job again. Otherwise: ${whatToDo}`,
    }, { cause: error });
}
/** PURE. Why a backup of which something is not for the target is refused; undefined where it is not. */
function findRefusal(report, work) {
    const occupied = (0,_describe_left_out_js__WEBPACK_IMPORTED_MODULE_1__/* .listOccupied */ .ZI)(report);
    if (occupied.length > 0)
        return refuseOccupied(occupied, work);
    return work.setting.strict && !(0,_describe_left_out_js__WEBPACK_IMPORTED_MODULE_1__/* .isWhole */ .wP)(report) ? refuseLeftOut(report, work) : undefined;
}
function refuseOccupied(tables, { to }) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h('PGB_PERMISSION', {
        what: `The database "${to.target}" was not restored, and was left as it is`,
        why: `it holds tables of the backup that belong to other roles, such as ${tables.slice(0, 3).join(', ')}`,
        whatToDo: 'Connect as the role that owns them, or restore under another name with "target-database"',
    });
}
function refuseLeftOut(report, { to, setting }) {
    const { role, service } = setting.server.facts;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h('PGB_PERMISSION', {
        what: `The database "${to.target}" was not restored, and the server was left as it is, because of \`strict: true\``,
        why: ((0,_describe_left_out_js__WEBPACK_IMPORTED_MODULE_1__/* .describeLeftOut */ .l1)(to.target, report, { role, service }) ?? '').replace(/\.$/, ''),
        whatToDo: (0,_describe_left_out_js__WEBPACK_IMPORTED_MODULE_1__/* .lacksRoles */ .WF)(report)
            ? 'Restore the roles first by `globals: true`, or create them, or remove "strict"'
            : `Connect as ${service?.highestRole ?? 'a superuser'}, or remove "strict"`,
    });
}
function isExtension({ type, reason }) {
    return type === 'EXTENSION' && reason === 'extension-missing';
}


/***/ }),

/***/ 96221:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ readProperties)
/* harmony export */ });
/* harmony import */ var _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(72684);
/* harmony import */ var _archive_properties_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(72989);
/* harmony import */ var _archive_reading_readers_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8093);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(83916);
/* harmony import */ var _postgres_connection_tool_environment_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(99868);
/* harmony import */ var _process_pipeline_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(25609);






/** Bytes of a properties file beyond which it is none: those of ten thousand databases take less. */
const sizeLimit = 64 * 1024 * 1024;
/**
 * Reads the properties file of a backup; backups of the first schema have none.
 * @throws BackupError PGB_RESTORE
 */
async function readProperties(file, readers, run) {
    if (file === undefined)
        return new Map();
    const stages = [...(0,_archive_reading_readers_js__WEBPACK_IMPORTED_MODULE_1__/* .listReaders */ .T)(file, readers), { path: 'cat', args: [] }];
    const { failure, stdout } = await (0,_process_pipeline_js__WEBPACK_IMPORTED_MODULE_4__/* .runPipeline */ .a)(stages, {
        environment: (0,_postgres_connection_tool_environment_js__WEBPACK_IMPORTED_MODULE_3__/* .selectToolEnvironment */ .C)(run.environment),
        signal: run.signal,
        inputFile: file.path,
        outputLimit: sizeLimit,
    });
    if (failure !== undefined)
        throw refuseProperties(file, 'it could not be read to its end');
    try {
        return new Map((0,_archive_properties_js__WEBPACK_IMPORTED_MODULE_0__/* .parseProperties */ .$9)(stdout).databases.map((database) => [database.name, database]));
    }
    catch (error) {
        if (error instanceof _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_5__/* .JsonError */ .N3)
            throw refuseProperties(file, error.message);
        throw error;
    }
}
function refuseProperties({ name }, why) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .BackupError */ .h('PGB_RESTORE', {
        what: `The file ${name} is not what a backup writes, and nothing was restored`,
        why,
        whatToDo: 'Fetch the backup again, or take another one',
    });
}


/***/ }),

/***/ 26613:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  u: () => (/* binding */ explainRestoreFailure),
  r: () => (/* binding */ refuseOtherReading)
});

// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/postgres/failure/explain-failure.ts + 2 modules
var explain_failure = __webpack_require__(98673);
// EXTERNAL MODULE: ./src/postgres/failure/failure-kind.ts
var failure_kind = __webpack_require__(84171);
;// CONCATENATED MODULE: ./src/postgres/failure/restoring.ts

/**
 * What psql and pg_restore say when they restore. These come before the failures of any connection, since the same
 * words mean something else there. Provoked with PostgreSQL 15 unless noted.
 */
const RESTORE_FAILURES = [
    (0,failure_kind/* describeFailure */.Ic)(/filter-sql: error: the dump needs timescaledb_pre_restore/, 'PGB_RESTORE', 'it needs what TimescaleDB has to be told before and after a restore, which this action does not do', 'Restore it by hand as docs.timescale.com says: create the extension, run timescaledb_pre_restore(), restore, run timescaledb_post_restore()'),
    (0,failure_kind/* describeFailure */.Ic)(/the dump is not complete/, 'PGB_RESTORE', 'the dump ends before its last line', 'Take another backup; one with `verify: decode` is read to its end before it is kept'),
    {
        pattern: /filter-sql: error: (the dump holds [^\n]*), which (pg_dump never writes|would end [^\n]*)/,
        code: 'PGB_RESTORE',
        explain: ([found, reason]) => ({
            why: `${found ?? ''}, which ${reason ?? ''}`,
            whatToDo: 'Take another backup: this one was written by another program, or forged',
        }),
    },
    {
        pattern: /filter-sql: error: (the dump holds [^\n]*), which this old psql could take for something else/,
        code: 'PGB_CLIENT',
        explain: ([found]) => ({
            why: `${found ?? ''}, which psql could take for one of its commands, and this psql is too old to be told not to`,
            whatToDo: 'Update the PostgreSQL client on this machine to its newest minor release, or set "postgres-version" to 13 or later',
        }),
    },
    {
        pattern: /postgres-backup: lost: ([^\n]*)/,
        code: 'PGB_RESTORE',
        explain: ([names]) => ({
            why: `replacing its contents would lose or change what is not the connecting role's (${names ?? ''}), so all was left as it was`,
            whatToDo: 'Move these things out of the way, or connect as the role that owns them, and run the job again',
        }),
    },
    {
        pattern: /postgres-backup: rows: ([^\n]*)/,
        code: 'PGB_RESTORE',
        explain: ([differences]) => ({
            why: `what was restored is not what was backed up (${differences ?? ''}), so all was left as it was`,
            whatToDo: 'Look for event triggers on the server and for damage of the backup, and run the job again',
        }),
    },
    {
        pattern: /postgres-backup: not handled: ([^\n]*)/,
        code: 'PGB_PERMISSION',
        explain: ([kinds]) => ({
            why: `it holds things that cannot be replaced in place (${kinds ?? ''}), and was left as it is`,
            whatToDo: 'Drop them by hand, or restore under another name with "target-database"',
        }),
    },
    (0,failure_kind/* describeFailure */.Ic)(/canceling statement due to lock timeout/, 'PGB_LOCK', 'another session held a lock on something that was to be replaced for longer than a minute, and all was left as it was', 'Stop the programs that use the database, and run the job again'),
    (0,failure_kind/* describeFailure */.Ic)(/violates unique constraint "postgres_backup_|relation "pg_temp\.postgres_backup_\w+" does not exist/, 'PGB_RESTORE', 'the dump ends the transaction in which it is restored', 'Take another backup: this one was written by another program, or forged'),
    {
        pattern: /ERROR: {2}must be owner of extension ("?[\w-]+"?)/,
        code: 'PGB_RESTORE',
        explain: ([extension]) => ({
            why: `the dump sets a comment on the extension ${extension ?? ''}, which belongs to another role here`,
            whatToDo: 'Set `options: --no-comments`; for a plain dump that belongs to the backup, or connect as the owner of the extension',
        }),
    },
    {
        pattern: /ERROR: {2}role ("(?:[^"\n]|"")+") does not exist/,
        code: 'PGB_RESTORE',
        explain: ([role]) => ({
            why: `the dump names the role ${role ?? ''}, which the server does not have`,
            whatToDo: 'Create it, or restore the roles with `globals: true`; or leave privileges out with `options: --no-acl` (for a plain dump that belongs to the backup), and owners with `no-owner: true`',
        }),
    },
    {
        pattern: /extension "([^"\n]+)" is not available|could not open extension control file "[^"\n]*\/([^"\n/]+)\.control"/,
        code: 'PGB_RESTORE',
        explain: ([first, second]) => ({
            why: `the server does not have the extension "${first === '' ? (second ?? '') : (first ?? '')}"`,
            whatToDo: 'Install its package on the server, or allow it in the settings of the hosting service',
        }),
    },
    {
        pattern: /permission denied to create extension "([^"\n]+)"/,
        code: 'PGB_PERMISSION',
        explain: ([extension]) => ({
            why: `the connecting role may not create the extension "${extension ?? ''}"`,
            whatToDo: 'Connect as a superuser, or as the role that the hosting service names for it',
        }),
    },
    (0,failure_kind/* describeFailure */.Ic)(/unrecognized configuration parameter "([^"\n]+)"/, 'PGB_RESTORE', 'the dump or the client sets a parameter that the server does not know, because it is older', 'Restore into a server of the version of the pg_dump that the manifest names, with "postgres-version" at "auto"'),
    (0,failure_kind/* describeFailure */.Ic)(/unsupported version \([\d.]+\) in file header/, 'PGB_CLIENT', 'the archive was written by a newer pg_dump than this pg_restore can read', 'Set "postgres-version" to the major version of the client in the manifest'),
    (0,failure_kind/* describeFailure */.Ic)(/invalid command \\(?:un)?restrict/, 'PGB_CLIENT', 'the dump begins with \\restrict, which this psql is too old for', 'Update the PostgreSQL client on this machine to its newest minor release'),
    (0,failure_kind/* describeFailure */.Ic)(/(?:CREATE|DROP) DATABASE cannot run inside a transaction block/, 'PGB_RESTORE', 'the dump creates its database itself, as with --create', 'Restore it by hand with psql, and back up without --create'),
    (0,failure_kind/* describeFailure */.Ic)(/max_(?:locks|pred_locks)_per_transaction/, 'PGB_LOCK', 'the server has no room for the locks of so many objects in one transaction', 'Raise max_locks_per_transaction on the server and restart it, or restore under another name with "target-database": a new database takes no single transaction'),
    (0,failure_kind/* describeFailure */.Ic)(/collation "[^"\n]+" for encoding "[^"\n]+" does not exist|could not create locale|invalid locale name/, 'PGB_RESTORE', 'the server does not have a locale that the dump uses', 'Install the locale on the server'),
    (0,failure_kind/* describeFailure */.Ic)(/invalid byte sequence for encoding|has no equivalent in encoding/, 'PGB_RESTORE', 'the text in the dump does not fit the encoding of the new database, which is that of the server', 'Create an empty target database with the encoding of the source, as in: createdb --template=template0 --encoding=UTF8 NAME'),
    {
        pattern: /ERROR: {2}((?:relation|schema|type|function) [^\n]* does not exist)/,
        code: 'PGB_RESTORE',
        explain: ([words]) => ({
            why: `the dump needs something that it does not hold (${words ?? ''})`,
            whatToDo: 'Restore a dump that is whole, made without --data-only, --table or --schema',
        }),
    },
    {
        pattern: /ERROR: {2}([^\n]* already exists)/,
        code: 'PGB_RESTORE',
        explain: ([words]) => ({
            why: `the dump creates something that is there already (${words ?? ''})`,
            whatToDo: 'Connect as the role that owns it, or look for an event trigger or another session that makes it in the target',
        }),
    },
];

;// CONCATENATED MODULE: ./src/restoring/restore-failure.ts



/**
 * Says why restoring failed. What was printed counts for more than which stage failed: where only the last stage
 * counts, the others are known by their words alone.
 */
function explainRestoreFailure(failure, printed, context) {
    // What pg_restore prints ends early because of its own failure.
    const isCut = nameTool(failure) === 'pg_restore';
    const stderr = isCut ? printed.replace(/^filter-sql: error: the dump is not complete.*$/m, '') : printed;
    const why = (reason) => `${reason}${quoteError(stderr)}`;
    if (/^age-decrypt: error:/m.test(stderr))
        return refuse('PGB_ENCRYPT', context, why('it cannot be decrypted'));
    const known = (0,explain_failure/* recogniseFailure */.y)(RESTORE_FAILURES, stderr, context);
    if (known !== undefined)
        return known;
    if (/^(?:psql|pg_restore):|(?:ERROR|FATAL): {2}/m.test(stderr)) {
        return ((0,explain_failure/* explainFailure */.S)(stderr, context) ??
            refuse('PGB_RESTORE', context, why('the server or its client refused it')));
    }
    return refuse('PGB_RESTORE', context, why(`${nameTool(failure)} could not read the file`));
}
/** psql read the file to its end, but not as the filter did, so that what was restored is not known. */
function refuseOtherReading({ name }) {
    return new errors/* BackupError */.h('PGB_RESTORE', {
        what: `The file ${name} was not restored`,
        why: 'psql understood it in another way than it should, as it may with a file that pg_dump did not write',
        whatToDo: 'Take another backup; one that came from elsewhere may have been forged',
    });
}
function refuse(code, { action }, why) {
    return new errors/* BackupError */.h(code, { what: action, why, whatToDo: 'Correct the cause, and run the job again' });
}
/** The name of the program; of ours, which Node runs, that of the script; of one that a shell runs, its own. */
function nameTool({ command: { path, args } }) {
    const script = /([\w-]+)(?:\/index\.js|\.ts)$/.exec((args[0] ?? '').replaceAll('\\', '/'))?.[1];
    const program = path === 'sh' ? (args[2] ?? path) : path;
    return script ?? (program.split(/[\\/]/).at(-1) ?? '').replace(/\.exe$/, '');
}
/** The first error that a tool printed, without what follows it: DETAIL and CONTEXT can show rows of the dump. */
function quoteError(stderr) {
    const lines = stderr.split('\n').filter((line) => line.trim() !== '');
    const line = lines.find((text) => /error:|ERROR:|FATAL:/.test(text)) ?? lines.at(-1);
    return line === undefined
        ? ''
        : ` (${line
            .trim()
            .replace(/[.;\s]+$/, '')
            .slice(0, 400)})`;
}


/***/ }),

/***/ 17646:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  O: () => (/* binding */ restoreDatabaseFile)
});

// EXTERNAL MODULE: ./src/archive/reading/readers.ts
var reading_readers = __webpack_require__(8093);
// EXTERNAL MODULE: ./src/postgres/client/version.ts
var version = __webpack_require__(91627);
// EXTERNAL MODULE: ./src/postgres/restore-arguments.ts
var restore_arguments = __webpack_require__(49928);
// EXTERNAL MODULE: ./src/postgres/sql/filter/omitted-statements.ts
var omitted_statements = __webpack_require__(54448);
// EXTERNAL MODULE: ./src/process/read-to-end.ts
var read_to_end = __webpack_require__(91455);
// EXTERNAL MODULE: ./src/restoring/archive-file.ts
var archive_file = __webpack_require__(55546);
// EXTERNAL MODULE: ./src/restoring/left-out/judge-archive.ts + 1 modules
var judge_archive = __webpack_require__(15147);
// EXTERNAL MODULE: ./src/restoring/restore-sql.ts + 2 modules
var restore_sql = __webpack_require__(20);
// EXTERNAL MODULE: ./src/restoring/stages.ts
var stages = __webpack_require__(90874);
// EXTERNAL MODULE: ./src/restoring/unpack.ts + 1 modules
var unpack = __webpack_require__(23732);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/free-space.ts
var free_space = __webpack_require__(94578);
// EXTERNAL MODULE: ./src/postgres/psql.ts + 1 modules
var psql = __webpack_require__(37480);
// EXTERNAL MODULE: ./src/process/pipeline.ts + 4 modules
var pipeline = __webpack_require__(25609);
// EXTERNAL MODULE: ./src/units.ts
var units = __webpack_require__(61996);
;// CONCATENATED MODULE: ./src/restoring/unwrap.ts







/**
 * Undoes what was compressed or encrypted around an archive, so that several workers can jump about in it: where there is
 * room, for an encrypted one in memory alone, so that no plaintext reaches a disk. The log says what was done.
 * @returns undefined where one worker must do
 */
async function unwrapArchive(file, setting) {
    const { run, tableJobs } = setting;
    const { parent, place, free } = await findRoom(file, setting);
    const size = measureArchive(file);
    // Twice as much, since neither a disk nor memory is for us alone.
    if (size === undefined || 2 * size > free) {
        const why = size === undefined
            ? 'nobody counted how large it is without its compression'
            : `unpacking it for several takes ${(0,units/* formatBytes */.z3)(size)}, and ${(0,units/* formatBytes */.z3)(free)} are free ${place}`;
        run.log.info(`${file.name} is restored by one worker: ${why}`);
        return undefined;
    }
    run.log.info(`${file.name} is unpacked ${place} for ${(0,units/* formatCount */.B4)(tableJobs, 'worker')}`);
    const directory = await (0,promises_.mkdtemp)((0,external_node_path_.join)(parent, 'postgres-backup-'));
    run.discardAtEnd(directory);
    const path = (0,external_node_path_.join)(directory, 'archive');
    const remove = () => (0,promises_.rm)(directory, { recursive: true, force: true });
    const remark = await writeArchive(file, setting, { path, limit: Math.min(limitSize(size), free) });
    if (remark === undefined)
        return { path, remove };
    await remove();
    run.log.warning(`${file.name} is restored by one worker, since it could not be unpacked: ${remark}.`);
    return undefined;
}
async function findRoom({ encryption }, { run }) {
    if (encryption !== 'none')
        return { parent: free_space/* memoryDirectory */.fx, place: 'in memory', free: (await (0,free_space/* readFreeMemory */.kJ)()) ?? 0 };
    const parent = run.privateDirectory;
    return { parent, place: `in ${parent}`, free: (await (0,free_space/* readFreeBytes */.Kb)(parent)) ?? 0 };
}
/** Bytes of the archive: exactly, but for a few that encryption adds, or those of its SQL; undefined where nobody counted. */
function measureArchive({ compression, size, uncompressedSize }) {
    return compression.inside || compression.method === 'none' ? size : (uncompressedSize ?? undefined);
}
/** An archive says each definition up to three times. */
function limitSize(size) {
    return 3 * size + 2 ** 20;
}
/** @returns why it failed */
async function writeArchive(file, { readers, server, signal }, { path, limit }) {
    // Whoever lies about the size of an archive fills no disk with it: what writes more loses its reader, and fails.
    const bounded = { path: 'head', args: ['-c', `${limit}`] };
    const stages = [...(0,reading_readers/* listReaders */.T)(file, readers), bounded];
    const { environment } = server.connection;
    const options = { environment, signal, inputFile: file.path, outputFile: path };
    const { failure, stderr } = await (0,pipeline/* runPipeline */.a)(stages, options);
    return failure && ((0,psql/* quoteTool */.FM)(stderr) ?? 'it is larger than it should be');
}

;// CONCATENATED MODULE: ./src/restoring/restore-file.ts











/**
 * Restores the file of one database into a database that is empty, or that the transaction empties.
 * @returns what the file holds, and what of it was left out
 * @throws BackupError PGB_RESTORE, or the code that fits what the tools say; the run's reason when it is cancelled
 */
async function restoreDatabaseFile(file, to, setting) {
    if (!(0,archive_file/* isArchive */.t)(file))
        return (0,restore_sql/* restorePlain */.Ls)(file, to, setting);
    if (file.format === 'directory')
        return restoreDirectory(file, to, setting);
    return restoreArchive(file, to, setting, {
        readers: (0,reading_readers/* listReaders */.T)(file, setting.readers),
        path: file.path,
    });
}
async function restoreDirectory(file, to, setting) {
    const unpacked = await (0,unpack/* unpackDirectory */.q)(file, setting);
    return restoreArchive(file, to, setting, { readers: [], path: unpacked.path }).finally(unpacked.remove);
}
/**
 * By several workers of pg_restore where the archive can be a file that they jump about in, and nothing of it has to be
 * changed.
 */
async function restoreArchive(file, to, setting, source) {
    if (!mayShareWork(file, to, setting))
        return restoreByOne(file, to, setting, source);
    const { readers, path } = source;
    if (readers.length > 0) {
        const unwrapped = await unwrapArchive(file, setting);
        if (unwrapped === undefined)
            return restoreByOne(file, to, setting, source);
        const bare = { readers: [], path: unwrapped.path };
        return restoreArchive(file, to, setting, bare).finally(unwrapped.remove);
    }
    const listed = await (0,judge_archive/* judgeArchive */.Ik)(file, { path, to, setting });
    if (listed === undefined)
        return restoreByOne(file, to, setting, source);
    return restoreInParallel(file, to, setting, { path, listed });
}
/** pg_restore prints the SQL, which passes the filter on its way to psql. */
async function restoreByOne(file, to, setting, { readers, path }) {
    const isPiped = readers.length > 0;
    const { options } = setting;
    const source = isPiped ? undefined : path;
    // Owners are left out behind it, since the judge needs their names.
    const request = { format: file.format, source, tableJobs: 1, noOwner: false, options };
    const command = makeRestoreCommand(setting, { ...request, database: undefined });
    // Behind the last data of a tar archive stand zeros that pg_restore does not read, and their writer loses its reader.
    const writer = isPiped ? (0,read_to_end/* readToEnd */.f)(command) : command;
    const work = { file, to, setting, inputFile: isPiped ? path : undefined };
    return (0,restore_sql/* restoreDump */.nE)([...readers, writer], work);
}
/** An archive can hold a COMMIT, and what an older server does not know only the filter leaves out. */
function mayShareWork(file, to, { server, tableJobs }) {
    const serverMajor = (0,version/* majorOfVersionNumber */.KU)(server.facts.versionNumber);
    const isFit = to.transaction === undefined && !(0,omitted_statements/* losesTransactionTimeout */.co)(server.client.major, serverMajor);
    return isFit && tableJobs > 1 && (0,archive_file/* isParallel */.K)(file);
}
async function restoreInParallel(file, to, setting, { path, listed }) {
    const { tableJobs } = setting;
    const options = [
        ...setting.options,
        ...(listed.listPath === undefined ? [] : [`--use-list=${listed.listPath}`]),
    ];
    const noOwner = setting.noOwner || listed.noOwner;
    const command = makeRestoreCommand(setting, {
        ...{ format: file.format, source: path, tableJobs, noOwner, options },
        database: to.database,
    });
    await (0,stages/* runStages */.J)([command], { file, to, setting, inputFile: undefined });
    return listed.report;
}
function makeRestoreCommand({ server }, request) {
    return { path: server.client.pgRestore, args: (0,restore_arguments/* makeRestoreArguments */.p)({ ...request, noPrivileges: false }) };
}


/***/ }),

/***/ 20:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  T8: () => (/* binding */ lookThrough),
  Rh: () => (/* binding */ restoreClusterFile),
  nE: () => (/* binding */ restoreDump),
  Ls: () => (/* binding */ restorePlain)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: ./src/archive/reading/readers.ts
var readers = __webpack_require__(8093);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/postgres/client/restriction.ts
var client_restriction = __webpack_require__(66993);
// EXTERNAL MODULE: ./src/postgres/client/version.ts
var version = __webpack_require__(91627);
// EXTERNAL MODULE: ./src/postgres/psql.ts + 1 modules
var psql = __webpack_require__(37480);
// EXTERNAL MODULE: ./src/postgres/sql/filter/filter-rules.ts
var filter_rules = __webpack_require__(22491);
// EXTERNAL MODULE: ./src/postgres/sql/filter/omitted-statements.ts
var omitted_statements = __webpack_require__(54448);
;// CONCATENATED MODULE: ./src/postgres/sql/role-statements.ts


const identifier = '("(?:[^"]|"")+"|[^\\s"\';]+)';
const createRole = new RegExp(`^CREATE ROLE ${identifier};`);
const giveAttributes = new RegExp(`^(ALTER ROLE ${identifier} WITH)((?: [A-Z]+)+)([^]*)$`);
const ofRole = new RegExp(`^(?:ALTER ROLE|COMMENT ON ROLE) ${identifier} `);
const membership = new RegExp(`^(GRANT ${identifier} TO ${identifier})( [^]*)?;\\s*$`);
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
        return isKept(readIdentifier(created)) ? undefined : statement;
    const [, alter = '', altered, attributes = '', rest = ''] = giveAttributes.exec(statement) ?? [];
    if (altered !== undefined) {
        if (isKept(readIdentifier(altered)))
            return undefined;
        const words = attributes.trim().split(' ');
        const lost = words.filter((word) => ofSuperusers.exec(word)?.[1] === undefined && ofSuperusers.test(word));
        const given = words.filter((word) => !ofSuperusers.test(word));
        const warnings = lost.map((word) => tell(`${word} of ${altered}`));
        return [...warnings, `${alter} ${given.join(' ')}${rest}`].join('');
    }
    const role = ofRole.exec(statement)?.[1];
    if (role !== undefined) {
        return isKept(readIdentifier(role)) ? undefined : tryOut(statement, `a setting or comment of ${role}`);
    }
    const [, grant = '', group, member, options = ''] = membership.exec(statement) ?? [];
    if (group !== undefined && member !== undefined) {
        if (isKept(readIdentifier(member)))
            return undefined;
        const own = options.replace(new RegExp(` GRANTED BY ${identifier}`), '');
        return tryOut(`${grant}${own};`, `${group} for ${member}`);
    }
    return beyond.test(statement) ? tell(statement.split(' ').slice(0, 3).join(' ')) : statement;
}
function tryOut(statement, what) {
    const exceptions = 'insufficient_privilege or undefined_object or invalid_catalog_name or invalid_grant_operation';
    const body = `begin ${statement.trimEnd()} exception when ${exceptions} then ${raise(what)} end`;
    return `DO ${quoteLiteral(body)};\n`;
}
function tell(what) {
    return `DO ${quoteLiteral(`begin ${raise(what)} end`)};\n`;
}
function raise(what) {
    return `raise warning '%', ${quoteLiteral(`${leftOutMark}${what.replaceAll('\n', ' ')}`)};`;
}

// EXTERNAL MODULE: ./src/restoring/filter-program.ts + 3 modules
var filter_program = __webpack_require__(69741);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(58500);
// EXTERNAL MODULE: ./src/restoring/in-place/transaction.ts
var transaction = __webpack_require__(65867);
;// CONCATENATED MODULE: ./src/restoring/in-place/commit-state.ts



/** How often, and how many milliseconds apart, a server is asked about a transaction that it still works at. */
const attempts = 60;
const interval = 1_000;
/**
 * Whether a transaction was committed though its session failed, as when the connection was lost while the server was
 * about to answer.
 * @param proof the line behind the transaction's end
 * @throws BackupError PGB_CONNECT where it is not known
 */
async function isCommitted(printed, proof, work) {
    const number = (0,transaction/* readTransactionNumber */.gO)(printed);
    // Whoever got to the line behind the end has told of it himself.
    if (number === undefined || printed.includes(proof))
        return false;
    const { setting, to } = work;
    const sql = `select pg_catalog.txid_status(${number})`;
    const failing = `Whether the database "${to.target}" was restored is not known, since the connection was lost`;
    const session = { ...setting.server, signal: setting.signal };
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
        const state = await (0,psql/* runSql */.Wt)(session, { database: to.database, sql, failing });
        if (state !== 'in progress')
            return state === 'committed';
        await (0,promises_.setTimeout)(interval, undefined, { signal: setting.signal });
    }
    return false;
}

// EXTERNAL MODULE: ./src/restoring/left-out/refuse-left-out.ts
var refuse_left_out = __webpack_require__(6565);
// EXTERNAL MODULE: ./src/restoring/restore-failure.ts + 1 modules
var restore_failure = __webpack_require__(26613);
// EXTERNAL MODULE: ./src/restoring/stages.ts
var restoring_stages = __webpack_require__(90874);
;// CONCATENATED MODULE: ./src/restoring/restore-sql.ts















/**
 * Restores a plain dump of one database by psql.
 * @throws BackupError PGB_RESTORE, or the code that fits what the tools say; the run's reason when it is cancelled
 */
async function restorePlain(file, to, setting) {
    const work = { file, to, setting, inputFile: file.path };
    return restoreDump((0,readers/* listReaders */.T)(file, setting.readers), work);
}
/**
 * Restores the dump that the writers print.
 * @throws BackupError as {@link restorePlain}, and PGB_PERMISSION where `strict` refuses
 */
async function restoreDump(writers, work) {
    const { to, setting } = work;
    const rules = makeRules(setting, {
        completionMarker: filter_rules/* completionMarkers */.I.database,
        transaction: to.transaction,
        part: work.file.part,
        omit: { ...nothingExists, owners: setting.noOwner },
    });
    const filter = await provideFilter({ rules, target: to.facts, isStrict: setting.strict }, work);
    // Without autocommit nothing stays that comes after the end of our transaction, whoever ended it. Without one each
    // statement is its own, and need not wait for the disk: the new name that makes all count will.
    const beginning = to.transaction === undefined ? 'SET synchronous_commit TO off' : '\\set AUTOCOMMIT off';
    const stages = [...writers, filter.command, makePsql(work, [`--command=${beginning}`])];
    const { stdout, error } = await (0,restoring_stages/* tryStages */.B)(stages, work);
    const report = await filter.readReport();
    if (error !== undefined && !(await isCommitted(stdout, rules.proof, work))) {
        throw report === undefined ? error : (0,refuse_left_out/* refuseIncomplete */.D)(error, report, work);
    }
    if (error === undefined)
        requireProof(stdout, rules, work.file);
    if (report === undefined)
        throw (0,restore_failure/* refuseOtherReading */.r)(work.file);
    return report;
}
/**
 * Reads the dump that the writers print, and restores nothing.
 * @returns what it holds, and what of it is not for the target
 * @throws BackupError PGB_RESTORE where it cannot be read
 */
async function lookThrough(writers, work) {
    const rules = makeRules(work.setting, {
        ...{ completionMarker: filter_rules/* completionMarkers */.I.database, transaction: undefined, part: work.file.part },
        omit: { ...nothingExists, owners: work.setting.noOwner },
    });
    const filter = await provideFilter({ rules, target: work.to.facts, onlyLooks: true }, work);
    await (0,restoring_stages/* runStages */.J)([...writers, filter.command], work);
    const report = await filter.readReport();
    if (report === undefined)
        throw (0,restore_failure/* refuseOtherReading */.r)(work.file);
    return report;
}
/**
 * Restores a file of pg_dumpall by psql, which stops at the first error. It is not undone by an error, since
 * neither databases nor tablespaces can be created in a transaction.
 * @returns what the role could not restore, in words
 */
async function restoreClusterFile(file, omit, setting, database) {
    const work = { file, to: { database, target: file.kind }, setting, inputFile: file.path };
    const rules = makeRules(setting, {
        completionMarker: filter_rules/* completionMarkers */.I.cluster,
        transaction: undefined,
        part: file.part,
        omit,
    });
    const { isSuperuser, service } = setting.server.facts;
    const rolesAsUser = isSuperuser ? undefined : { service };
    const filter = await provideFilter({ rules, rolesAsUser }, work);
    const stages = [...(0,readers/* listReaders */.T)(file, setting.readers), filter.command, makePsql(work, [])];
    const { stdout, stderr, error } = await (0,restoring_stages/* tryStages */.B)(stages, work);
    if (error !== undefined)
        throw error;
    requireProof(stdout, rules, file);
    return readLeftOutOfRoles(stderr);
}
const nothingExists = { existingRoles: [], existingTablespaces: [], ownRole: undefined };
function makeRules({ server }, rules) {
    const transactionTimeout = (0,version/* majorOfVersionNumber */.KU)(server.facts.versionNumber) < omitted_statements/* transactionTimeoutSince */.Yb;
    const restriction = (0,client_restriction/* findRestriction */.mu)(server.client);
    const proof = (0,external_node_crypto_.randomBytes)(24).toString('hex');
    return { ...rules, restriction, proof, omit: { ...rules.omit, transactionTimeout } };
}
async function provideFilter(order, work) {
    const { server, run } = work.setting;
    // psql puts the name in place of :DBNAME, and reads it like the dump.
    if (order.rules.restriction === 'leaking' && work.to.database.includes('\\')) {
        throw refuseBackslash(work, server.client);
    }
    return (0,filter_program/* provideSqlFilter */.S)(order, run.privateDirectory);
}
function makePsql({ setting, to }, beginning) {
    const args = [...beginning, '--file=-', `--output=${external_node_os_.devNull}`];
    return (0,psql/* makePsqlCommand */.Yx)(setting.server, to.database, 'session', ...args);
}
/** Behind what our own scripts print. */
function requireProof(printed, { proof }, file) {
    if (printed.trimEnd().split('\n').at(-1) !== proof)
        throw (0,restore_failure/* refuseOtherReading */.r)(file);
}
function refuseBackslash({ to }, { version }) {
    return new errors/* BackupError */.h('PGB_CLIENT', {
        what: `The database "${to.target}" was not restored`,
        why: `psql ${version} could take the backslash in its name for the beginning of a command`,
        whatToDo: 'Update the PostgreSQL client on this machine to its newest minor release',
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
/* harmony import */ var _fingerprint_read_fingerprint_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6707);
/* harmony import */ var _postgres_answer_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(54769);
/* harmony import */ var _units_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(61996);




/**
 * Counts the rows of all tables, which are those that a verified backup counts.
 * @throws BackupError PGB_RESTORE, or the code that fits what psql says
 */
async function readContents(server, database) {
    const failing = `The rows of the restored database "${database}" were not counted`;
    const request = { snapshot: undefined, lockWaitTimeout: '0', parts: ['counts'], usesMd5: false };
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


/***/ }),

/***/ 90874:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ tryStages),
/* harmony export */   J: () => (/* binding */ runStages)
/* harmony export */ });
/* harmony import */ var _postgres_psql_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(37480);
/* harmony import */ var _process_pipeline_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(25609);
/* harmony import */ var _restore_failure_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(26613);



/**
 * Runs the stages.
 * @throws the run's reason when it is cancelled
 */
async function tryStages(stages, work) {
    const { file, to, setting, inputFile, onlyLastStageCounts = false } = work;
    const { environment, parameters } = setting.server.connection;
    const input = inputFile === undefined ? {} : { inputFile };
    const options = { environment, onlyLastStageCounts, ...input };
    const subject = file.kind === 'database' ? `The database "${to.target}"` : `The file of the ${file.kind}`;
    const action = `${subject} was not restored`;
    const session = { ...setting.server, signal: setting.signal };
    const result = await (0,_postgres_psql_js__WEBPACK_IMPORTED_MODULE_0__/* .whileServerAnswers */ .QD)(session, { database: to.database, failing: action }, (signal) => (0,_process_pipeline_js__WEBPACK_IMPORTED_MODULE_1__/* .runPipeline */ .a)(stages, { ...options, signal }));
    const { failure, stdout, stderr } = result;
    const { accepted, facts } = setting.server;
    const context = { parameters, database: to.target, action, service: facts.service, accepted };
    const error = failure && (0,_restore_failure_js__WEBPACK_IMPORTED_MODULE_2__/* .explainRestoreFailure */ .u)(failure, stderr, context);
    return { stdout, stderr, error };
}
/**
 * Runs the stages.
 * @returns what the last one printed
 * @throws BackupError PGB_RESTORE, or the code that fits what the tools say; the run's reason when it is cancelled
 */
async function runStages(stages, work) {
    const { stdout, error } = await tryStages(stages, work);
    if (error !== undefined)
        throw error;
    return stdout;
}


/***/ }),

/***/ 23732:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  q: () => (/* binding */ unpackDirectory)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/free-space.ts
var free_space = __webpack_require__(94578);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/postgres/psql.ts + 1 modules
var psql = __webpack_require__(37480);
// EXTERNAL MODULE: ./src/process/pipeline.ts + 4 modules
var pipeline = __webpack_require__(25609);
// EXTERNAL MODULE: ./src/units.ts
var units = __webpack_require__(61996);
// EXTERNAL MODULE: ./src/archive/reading/readers.ts
var readers = __webpack_require__(8093);
// EXTERNAL MODULE: ./src/process/own-program.ts
var own_program = __webpack_require__(97344);
;// CONCATENATED MODULE: ./src/archive/reading/unpack-program.ts

/**
 * The program that unpacks the tar file of a directory archive from its standard input, and takes nothing but the
 * plain files that pg_dump writes, which refer to nothing else. It prints how many bytes it read.
 * @param directory absolute, empty
 * @param limit the most bytes that the tar file may have
 */
function unpackProgram(directory, limit) {
    return (0,own_program/* ownProgram */.D)('unpack-directory', directory, `${limit}`);
}

;// CONCATENATED MODULE: ./src/restoring/unpack.ts









/**
 * Unpacks the tar file of a directory archive, which pg_restore reads from files alone. An encrypted one goes to
 * memory where there is room, so that no plaintext reaches a disk.
 * @throws BackupError PGB_DISK, PGB_RESTORE
 */
async function unpackDirectory(file, setting) {
    const { run, signal, server } = setting;
    const { parent, limit } = await choosePlace(file, setting);
    const path = await (0,promises_.mkdtemp)((0,external_node_path_.join)(parent, 'postgres-backup-'));
    run.discardAtEnd(path);
    const remove = () => (0,promises_.rm)(path, { recursive: true, force: true });
    const stages = [...(0,readers/* listReaders */.T)(file, setting.readers), unpackProgram(path, limit)];
    const { environment } = server.connection;
    const { failure, stderr } = await (0,pipeline/* runPipeline */.a)(stages, {
        environment,
        signal,
        inputFile: file.path,
    });
    if (failure === undefined)
        return { path, remove };
    await remove();
    const isFull = /No space left on device|ENOSPC/.test(stderr);
    throw new errors/* BackupError */.h(isFull ? 'PGB_DISK' : 'PGB_RESTORE', {
        what: `The file ${file.name} was not restored`,
        why: isFull ? 'the disk is full' : `it could not be unpacked (${(0,psql/* quoteTool */.FM)(stderr) ?? 'without a word'})`,
        whatToDo: isFull ? 'Free space on the runner' : 'Fetch the backup again, or take another one',
    });
}
/**
 * The most bytes that the archive may have: what is known is the size of its SQL, beside which the table of contents
 * says each definition up to three times.
 */
function limitSize({ uncompressedSize }) {
    return uncompressedSize === null ? Infinity : 3 * uncompressedSize + 2 ** 20;
}
async function choosePlace(file, { run }) {
    const needed = file.uncompressedSize ?? file.size;
    if (file.encryption !== 'none') {
        const free = (await (0,free_space/* readFreeMemory */.kJ)()) ?? 0;
        // Twice as much, since the memory is not for us alone.
        if (free > 2 * needed)
            return { parent: free_space/* memoryDirectory */.fx, limit: Math.min(limitSize(file), Math.floor(free / 2)) };
        run.log.warning(`The archive ${file.name} is decrypted to files in ${run.privateDirectory}, because memory has no room for it. They are private to this run and removed at its end.`, 'Plaintext on disk');
    }
    const free = (await (0,free_space/* readFreeBytes */.Kb)(run.privateDirectory)) ?? 0;
    if (free > needed)
        return { parent: run.privateDirectory, limit: Math.min(limitSize(file), free) };
    throw new errors/* BackupError */.h('PGB_DISK', {
        what: `The file ${file.name} was not restored`,
        why: `unpacking it takes ${(0,units/* formatBytes */.z3)(needed)}, and ${(0,units/* formatBytes */.z3)(free)} are free`,
        whatToDo: 'Free space on the runner, or back up with `format: custom`, which needs no unpacking',
    });
}


/***/ })

};
