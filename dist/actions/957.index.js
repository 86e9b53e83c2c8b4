export const id = 957;
export const ids = [957];
export const modules = {

/***/ 1957:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  check: () => (/* binding */ check)
});

// EXTERNAL MODULE: ./src/archive/omissions.ts
var omissions = __webpack_require__(80352);
// EXTERNAL MODULE: ./src/stores/store.ts
var store = __webpack_require__(34703);
// EXTERNAL MODULE: ./src/catalogue/copies.ts
var catalogue_copies = __webpack_require__(14580);
// EXTERNAL MODULE: ./src/units.ts
var units = __webpack_require__(61996);
;// CONCATENATED MODULE: ./src/catalogue/problems.ts

const lookForRun = 'See whether the workflow of the backup ran and was green: GitHub delays and drops scheduled runs, and disables schedules after 60 days without activity';
/** The newest copy is older than it may be. */
function refuseStale(subject, { backup }, age, maxAge) {
    return {
        code: 'PGB_STALE',
        what: `The newest backup of ${subject} is too old`,
        why: `${backup.address} was made ${(0,units/* formatAge */.nV)(age)} ago, and "max-age" is ${maxAge.text}`,
        whatToDo: lookForRun,
    };
}
/** There is no whole copy at all. */
function refuseMissing(subject, found, future) {
    const why = `none of the backups that were found (${describeFound(found, future)}) holds it whole`;
    const problem = {
        code: 'PGB_STALE',
        what: `There is no backup of ${subject}`,
        why,
        whatToDo: `Back it up, or correct "databases", which minds upper and lower case. ${lookForRun}`,
    };
    return { subject, copy: undefined, ageSeconds: undefined, problems: [problem] };
}
/** Nothing was found to judge. */
function refuseNothing(found, future) {
    return {
        code: 'PGB_STALE',
        what: 'There is no backup',
        why: `nothing was backed up within the last 14 days, as far as was found: ${describeFound(found, future)}`,
        whatToDo: `Correct where the check looks. ${lookForRun}`,
    };
}
function describeFound(found, future) {
    return `${found} in all${future === 0 ? '' : `, of which ${future} are dated later than they can have been made`}`;
}
/** The newest copy holds too little. */
function refuseShrunk(subject, why) {
    return {
        code: 'PGB_SHRUNK',
        what: `The newest backup of ${subject} holds far less than the one before`,
        why,
        whatToDo: 'See whether the data was meant to go. If so, the next backup is measured against this one; if not, keep and restore the earlier backup',
    };
}
/** The newest copy lies there in the clear. */
function refusePlaintext(subject, { backup }, plain) {
    return {
        code: 'PGB_ENCRYPT',
        what: `The newest backup of ${subject} is not encrypted`,
        why: `${plain.map(({ name }) => name).join(', ')} in ${backup.address} can be read by whoever has it`,
        whatToDo: 'Set "age-recipients" for the backup, or "require-encryption: false" for the check',
    };
}
/** A backup that may be the newest of something was not seen. */
function refuseUnknown({ backup, why }) {
    return {
        code: 'PGB_UNKNOWN',
        what: `The backup ${backup.address} could not be examined`,
        why,
        whatToDo: 'Read the reason; what cannot be examined does not count as a backup',
    };
}
/** A store did not say what it holds. */
function refuseUnlisted(address, { what, why, whatToDo }) {
    return { code: 'PGB_UNKNOWN', what: `What ${address} holds is not known`, why: `${what}: ${why}`, whatToDo };
}

// EXTERNAL MODULE: ./src/catalogue/shrinkage.ts
var shrinkage = __webpack_require__(21597);
;// CONCATENATED MODULE: ./src/catalogue/judge.ts





const day = 86_400_000;
/** Databases that were backed up within this span are expected to have a backup. */
const remembered = 14 * day;
/** PURE. Whether a restore could be made right now of everything, as far as was looked. */
function isGood({ verdicts, problems }) {
    return (verdicts.length > 0 && problems.length === 0 && verdicts.every((verdict) => verdict.problems.length === 0));
}
/**
 * PURE. Judges the newest whole copy of each database. A finished file counts in a backup of which others failed. Whatever
 * is not known to be good is a problem.
 *
 * Servers are told apart, so that staging's backup proves nothing for production's database of the same name; a server that
 * took another's place in the same job answers for both.
 */
function judge(backups, unread, criteria, now) {
    const credible = (0,catalogue_copies/* sortNewestFirst */.BP)(backups).filter((backup) => isCredible(backup, now));
    const future = backups.length - credible.length;
    const subjects = criteria.databases?.map((database) => (0,catalogue_copies/* nameSubject */.wu)({ kind: 'database', database }) ?? database) ??
        listRecent(credible, now);
    const verdicts = [...new Set(subjects)].flatMap((subject) => {
        const groups = groupByServer(listCopies(credible, subject));
        if (groups.length === 0)
            return [refuseMissing(subject, backups.length, future)];
        return chooseGroups(groups, now).map((copies) => judgeCopies(subject, copies, criteria, now));
    });
    for (const database of criteria.server?.databases ?? []) {
        const subject = (0,catalogue_copies/* nameSubject */.wu)({ kind: 'database', database }) ?? database;
        const own = [subject, 'the cluster'].map((name) => listOwnCopies(credible, name, criteria));
        const copies = own.find(({ length }) => length > 0);
        const known = verdicts.some(({ copy }) => copy !== undefined && copy.file === copies?.[0]?.file);
        if (copies === undefined) {
            // One that is missing altogether was said already.
            const isSaid = verdicts.some((verdict) => verdict.subject === subject && verdict.copy === undefined);
            if (!isSaid)
                verdicts.push(refuseMissing(subject, backups.length, future));
        }
        else if (!known) {
            const name = own[0] === copies ? subject : 'the cluster';
            verdicts.push(judgeCopies(name, copies, criteria, now));
        }
    }
    const none = verdicts.length === 0 ? [refuseNothing(backups.length, future)] : [];
    return { verdicts, problems: [...none, ...findUnknown(verdicts, unread)] };
}
/** What may not be later than the store had it, nor than now. */
function isCredible({ manifest, storedAt }, now) {
    const [begun, ended] = [Date.parse(manifest.startedAt), Date.parse(manifest.finishedAt)];
    const latest = Math.min(storedAt.getTime(), now.getTime()) + store/* clockTolerance */.A;
    return begun <= latest && ended <= latest;
}
/** All that somebody wanted to have backed up of late, whether it was or not. */
function listRecent(backups, now) {
    const recent = backups.filter((backup) => now.getTime() - (0,catalogue_copies/* timeOf */.nR)(backup).getTime() <= remembered);
    return recent.flatMap(({ manifest }) => {
        const { databases, all } = manifest.plan;
        const planned = databases.map((database) => (0,catalogue_copies/* nameSubject */.wu)({ kind: 'database', database }));
        const cluster = all ? [(0,catalogue_copies/* nameSubject */.wu)({ kind: 'cluster', database: null })] : [];
        const named = [...planned, ...cluster].filter((subject) => subject !== undefined);
        return [...(0,catalogue_copies/* listSubjects */.UV)(manifest), ...named];
    });
}
/** Those that a restore would take, newest first; a backup of a part counts only where there is no whole one. */
function listCopies(backups, subject) {
    const copies = backups.flatMap((backup) => {
        const { files } = backup.manifest;
        const [file, ...others] = files.filter((candidate) => (0,catalogue_copies/* nameSubject */.wu)(candidate) === subject);
        // A restore refuses two files for one database, and reads the properties first.
        if (file === undefined || others.length > 0 || !(0,catalogue_copies/* isThere */.$B)(file, backup))
            return [];
        const isWhole = files.every((other) => other.kind !== 'properties' || (0,catalogue_copies/* isThere */.$B)(other, backup));
        return isWhole ? [{ backup, file }] : [];
    });
    const whole = copies.filter(({ backup }) => !isPart(backup));
    return whole.length > 0 ? whole : copies;
}
/** Those of the server that was asked. */
function listOwnCopies(backups, subject, { server }) {
    return listCopies(backups, subject).filter(({ backup }) => server?.owns(backup.manifest.series) === true);
}
function isPart({ manifest }) {
    const { objects, data } = (0,omissions/* readOmissions */.t)(manifest.plan.options);
    return objects || data;
}
/** Copies of one server, newest first; those that do not say of which one together. */
function groupByServer(copies) {
    const groups = new Map();
    for (const copy of copies) {
        const server = copy.backup.manifest.series?.server ?? '';
        groups.set(server, [...(groups.get(server) ?? []), copy]);
    }
    return [...groups.values()];
}
/** The servers that are still backed up, or were of late; the newest where there is none. */
function chooseGroups(groups, now) {
    const alive = groups.filter((group) => now.getTime() - newestOf(group) <= remembered && !groups.some((other) => supersedes(other, group)));
    if (alive.length > 0)
        return alive;
    const [newest] = groups.toSorted((a, b) => newestOf(b) - newestOf(a));
    return newest === undefined ? [] : [newest];
}
/** Whether a server took the other's place: in the same job, and only after the other's last backup. */
function supersedes(group, other) {
    const [newer, older] = [group.at(-1), other[0]];
    if (newer === undefined || older === undefined || group === other)
        return false;
    const [a, b] = [newer.backup.manifest.series, older.backup.manifest.series];
    // What says nothing of its server was made before the action's backups said so.
    if (b === null)
        return newestOf(group) > newestOf(other);
    const isSameJob = a?.repository === b.repository && a.workflow === b.workflow && a.job === b.job;
    return isSameJob && (0,catalogue_copies/* timeOf */.nR)(newer.backup).getTime() > newestOf(other);
}
function newestOf([copy]) {
    return copy === undefined ? -Infinity : (0,catalogue_copies/* timeOf */.nR)(copy.backup).getTime();
}
function judgeCopies(subject, copies, criteria, now) {
    const [copy] = copies;
    if (copy === undefined)
        return refuseMissing(subject, 0, 0);
    const age = Math.max(0, now.getTime() - (0,catalogue_copies/* timeOf */.nR)(copy.backup).getTime());
    const problems = [
        ...(age > criteria.maxAge.milliseconds ? [refuseStale(subject, copy, age, criteria.maxAge)] : []),
        ...findShrinkage(subject, copies, criteria.maxShrink),
        ...(criteria.requiresEncryption ? findPlaintext(subject, copy) : []),
    ];
    return { subject, copy, ageSeconds: Math.round(age / 1000), problems };
}
/** The baseline is the last one that did not alarm, or an emptied backup would be tomorrow's measure. */
function findShrinkage(subject, [copy, ...others], maxShrink) {
    if (copy === undefined)
        return [];
    const isAlarming = ({ backup, file }) => backup.manifest.alarm.includes(file.database ?? 'cluster');
    const options = ({ backup }) => backup.manifest.plan.options.toSorted().join('\n');
    const before = others.find((other) => options(other) === options(copy) && !isAlarming(other));
    const losses = before === undefined ? [] : (0,shrinkage/* findLosses */.F)(before.file, copy.file, maxShrink);
    const since = before === undefined ? '' : ` (against ${before.backup.name})`;
    const alarm = isAlarming(copy) ? ['the backup itself raised an alarm when it was made'] : [];
    if (losses.length === 0 && alarm.length === 0)
        return [];
    const why = losses.length > 0 ? `${losses.join(', and ')}${since}` : alarm.join('');
    return [refuseShrunk(subject, why)];
}
function findPlaintext(subject, copy) {
    const { backup, file } = copy;
    const needed = backup.manifest.files.filter((other) => other === file || other.kind !== 'database');
    const plain = needed.filter(({ encryption }) => encryption === 'none');
    if (plain.length === 0)
        return [];
    return [refusePlaintext(subject, copy, plain)];
}
/** What cannot be read is a problem where it may be the newest backup of something. */
function findUnknown(verdicts, unread) {
    const times = verdicts.map(({ copy }) => copy?.backup.storedAt.getTime() ?? -Infinity);
    const oldest = times.length === 0 ? -Infinity : Math.min(...times);
    return unread.filter(({ backup }) => backup.storedAt.getTime() >= oldest).map(refuseUnknown);
}

// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/github/outputs.ts
var outputs = __webpack_require__(88353);
// EXTERNAL MODULE: ./src/inputs/shared-inputs.ts
var shared_inputs = __webpack_require__(57692);
// EXTERNAL MODULE: ./src/postgres/connection/open-connection.ts + 4 modules
var open_connection = __webpack_require__(53942);
// EXTERNAL MODULE: ./src/step/heartbeat.ts
var heartbeat = __webpack_require__(22518);
// EXTERNAL MODULE: ./src/stores/open-store.ts + 18 modules
var open_store = __webpack_require__(45383);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/archive/manifest.ts
var manifest = __webpack_require__(49365);
// EXTERNAL MODULE: ./src/stores/artifact/artifact-store.ts + 3 modules
var artifact_store = __webpack_require__(48239);
// EXTERNAL MODULE: ./src/stores/examine-all.ts
var examine_all = __webpack_require__(46715);
;// CONCATENATED MODULE: ./src/check/gather.ts








/** Backups of one place that are looked at, the newest first: GitHub lets a job ask some thousand things in an hour. */
const mostExamined = 1000;
/** Lists the backups of all places and reads their manifests; what goes wrong is a finding too. */
async function gatherBackups(places, run) {
    const found = [];
    for (const place of places)
        found.push(await gatherFrom(place, run));
    return {
        backups: found.flatMap(({ backups }) => backups),
        stores: new Map(found.flatMap(({ stores }) => [...stores])),
        unread: found.flatMap(({ unread }) => unread),
        problems: found.flatMap(({ problems }) => problems),
    };
}
async function gatherFrom(place, run) {
    const { store, query } = await openPlace(place, run);
    try {
        const listed = await store.list(query, run.signal);
        listed.sort((a, b) => b.storedAt.getTime() - a.storedAt.getTime());
        if (listed.length > mostExamined) {
            run.log.info(`${store.address} holds ${listed.length} backups, of which the newest ${mostExamined} are read`);
        }
        const { read, unread } = await (0,examine_all/* examineAll */.l)(store, listed.slice(0, mostExamined), run.signal);
        return { backups: read, stores: new Map(read.map((backup) => [backup, store])), unread, problems: [] };
    }
    catch (error) {
        run.signal.throwIfAborted();
        if (!(error instanceof errors/* BackupError */.h))
            throw error;
        return {
            backups: [],
            stores: new Map(),
            unread: [],
            problems: [refuseUnlisted(store.address, error.explanation)],
        };
    }
}
async function openPlace(place, { log }) {
    if (place.kind === 's3') {
        return { store: (0,open_store/* openStore */.C)(place.address.store, log), query: { name: place.address.name } };
    }
    if (place.kind === 'artifacts') {
        const { name, id, runId, repository, branches, digest, token } = place;
        const store = (0,artifact_store/* openArtifactStore */.k)({ id, runId, repository, branches, digest, token, log });
        // One that is named by its id may have any name.
        return { store, query: { name: id === undefined ? (name ?? '*') : '*' } };
    }
    const { path } = place;
    const isOne = await (0,promises_.stat)((0,external_node_path_.join)(path, manifest/* manifestName */.vS)).then((found) => found.isFile(), () => false);
    const isNamed = isOne || (0,external_node_path_.basename)(path).includes('*');
    const [directory, name] = isNamed ? [(0,external_node_path_.dirname)(path), (0,external_node_path_.basename)(path)] : [path, '*'];
    return { store: (0,open_store/* openStore */.C)({ kind: 'directory', path: directory }, log), query: { name } };
}

// EXTERNAL MODULE: ./src/archive/json-reader.ts
var json_reader = __webpack_require__(72684);
// EXTERNAL MODULE: ./src/postgres/answer.ts
var answer = __webpack_require__(54769);
// EXTERNAL MODULE: ./src/postgres/open-server.ts + 2 modules
var open_server = __webpack_require__(37471);
// EXTERNAL MODULE: ./src/postgres/select-databases.ts
var select_databases = __webpack_require__(54108);
// EXTERNAL MODULE: ./src/postgres/server-id.ts
var server_id = __webpack_require__(6832);
;// CONCATENATED MODULE: ./src/check/list-expected.ts





/**
 * Asks a server for the databases that `databases: '*'` would back up, an empty `postgres` aside.
 * @throws BackupError as openServer does
 */
async function askForExpected(connection, run) {
    const request = {
        connection,
        postgresVersion: undefined,
        // Each question is one transaction.
        allowTransactionPooler: true,
        needsDatabase: false,
        purpose: 'backup',
    };
    const server = await (0,open_server/* openServer */.C)(request, run);
    const { names } = (0,select_databases/* selectDatabases */.$P)(['*'], server.facts);
    const isIdle = names.includes('postgres') && (await isEmpty(server, 'postgres'));
    const databases = isIdle ? names.filter((name) => name !== 'postgres') : names;
    const { systemIdentifier } = server.facts;
    return {
        databases,
        owns: (series) => series === null ||
            // Where the server does not say which one it is, its address may be another one than that of the backup.
            systemIdentifier === undefined ||
            series.server === (0,server_id/* hideSystemIdentifier */.R)(series.repository, systemIdentifier),
    };
}
/** Oids from 16384 on are those of objects that were made after initdb (access/transam.h: FirstNormalObjectId). */
const emptinessQuery = `select pg_catalog.to_json(
  not exists (select from pg_catalog.pg_class where oid >= 16384)
  and not exists (select from pg_catalog.pg_proc where oid >= 16384)
  and not exists (select from pg_catalog.pg_namespace where oid >= 16384)
  and not exists (select from pg_catalog.pg_largeobject_metadata))`;
async function isEmpty(server, database) {
    const failing = `The database "${database}" was not asked whether it is empty`;
    return (0,answer/* askJson */.ey)(server, { database, sql: emptinessQuery, failing }, json_reader/* readBoolean */.Vf);
}

// EXTERNAL MODULE: ./src/archive/encryption.ts
var encryption = __webpack_require__(75261);
// EXTERNAL MODULE: ./src/inputs/artifact-inputs.ts
var artifact_inputs = __webpack_require__(82241);
// EXTERNAL MODULE: ./src/inputs/duration.ts
var duration = __webpack_require__(21601);
// EXTERNAL MODULE: ./src/inputs/percentage.ts
var percentage = __webpack_require__(72177);
// EXTERNAL MODULE: ./src/inputs/read-inputs.ts
var read_inputs = __webpack_require__(68215);
// EXTERNAL MODULE: ./src/stores/store-address.ts
var store_address = __webpack_require__(59590);
// EXTERNAL MODULE: ./src/postgres/psql.ts + 1 modules
var postgres_psql = __webpack_require__(37480);
// EXTERNAL MODULE: ./src/process/pipeline.ts + 4 modules
var pipeline = __webpack_require__(25609);
;// CONCATENATED MODULE: ./src/check/proof/user-checks.ts



/**
 * PURE. Reads the input `checks`: `database: query` on each line, the name as a JSON string where it holds a colon.
 * @throws BackupError PGB_INPUT
 */
function parseChecks(text) {
    const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
    return lines.filter((line) => line !== '').map((line) => parseCheck(line, lines.indexOf(line) + 1));
}
function parseCheck(line, number) {
    const [, quoted, plain, query = ''] = /^(?:("(?:[^"\\]|\\.)*")|([^":][^:]*)):\s*(.*?)[\s;]*$/.exec(line) ?? [];
    const database = quoted === undefined ? plain?.trim() : readQuoted(quoted);
    if (database !== undefined && database !== '' && query !== '')
        return { database, query };
    throw (0,read_inputs/* refuseInput */.bG)('checks', `line ${number} is no name of a database, a colon and a query`, 'Write one check a line, as in "shop: select count(*) > 0 from orders"');
}
function readQuoted(text) {
    try {
        const name = JSON.parse(text);
        return typeof name === 'string' ? name : undefined;
    }
    catch {
        return undefined;
    }
}
/**
 * Asks the restored copy, in which names are found in the schema `public` as most clients find them.
 * @param database of the scratch server
 * @returns what is wrong; undefined where the query gave one true value
 */
async function askCheck({ database: name, query }, session, database) {
    const settings = ['--set=VERBOSITY=verbose', '--no-align', '--tuples-only'];
    // The end of the line ends a comment of the user's, and the cast refuses all but one boolean.
    const sql = `SELECT ((\n${query}\n)) IS TRUE`;
    const commands = ['SET search_path TO public, pg_temp', sql].map((command) => `--command=${command}`);
    const psql = (0,postgres_psql/* makePsqlCommand */.Yx)(session, database, 'session', ...settings, ...commands);
    const { environment } = session.connection;
    const failing = `The checks of "${name}" were not made`;
    const { failure, stdout, stderr } = await (0,postgres_psql/* whileServerAnswers */.QD)(session, { database, failing }, (signal) => (0,pipeline/* runPipeline */.a)([psql], { environment, signal }));
    if (failure !== undefined)
        return refuseCheck(name, query, `it could not be asked: ${explain(stderr)}`);
    return stdout.trim() === 't' ? undefined : refuseCheck(name, query, 'it is not true of the restored copy');
}
/** What a server says of a query's text and names; all else may quote rows, so it is known by its code alone. */
function explain(stderr) {
    const [, state, message] = /(?:ERROR|FATAL): {2}([0-9A-Z]{5}): (.*)/.exec(stderr) ?? [];
    if (state === undefined)
        return (0,postgres_psql/* quoteTool */.FM)(stderr.replace(/^.*(?:DETAIL|CONTEXT): .*$/gm, '')) ?? 'without a word';
    return state.startsWith('42') ? `${message ?? ''} (SQLSTATE ${state})` : `SQLSTATE ${state}`;
}
/** The error for a check that did not come out true. */
function refuseCheck(database, query, why) {
    return {
        code: 'PGB_CHECK',
        what: `A check of "${database}" failed`,
        why: `${why} (${query.slice(0, 200)})`,
        whatToDo: 'Look into the data of that backup, or correct the line of "checks"',
    };
}

;// CONCATENATED MODULE: ./src/check/inputs.ts










const methods = ['manifest', 'decode', 'restore'];
/** Secrets among the inputs; an identity may stand in a file with comments. */
function listCheckSecrets() {
    const identity = (0,read_inputs/* readText */.yR)('age-identity') ?? '';
    const keys = identity.split(/\r\n|\r|\n/).filter((line) => !line.trim().startsWith('#'));
    const scratch = {
        url: (0,read_inputs/* readText */.yR)('verify-url'),
        user: undefined,
        password: undefined,
        sslRootCert: undefined,
    };
    const others = [(0,shared_inputs/* readPassphrase */.jP)(), (0,read_inputs/* readText */.yR)('github-token')].filter((secret) => secret !== undefined);
    return [...keys.filter((key) => key.trim() !== ''), ...others, ...(0,open_connection/* listSecrets */.AQ)(scratch, {})];
}
/**
 * Reads the inputs and refuses what does not fit, before anything is touched.
 * @param workspace where a path begins that is not absolute
 * @throws BackupError PGB_INPUT, PGB_ENCRYPT
 */
async function readCheckInputs(workspace) {
    return {
        places: readPlaces(workspace),
        criteria: {
            databases: readDatabases(),
            maxAge: (0,duration/* readDuration */.$)('max-age'),
            maxShrink: (0,percentage/* readPercentage */.P)('max-shrink') ?? 1,
            requiresEncryption: (0,read_inputs/* readFlag */.fG)('require-encryption'),
        },
        connection: readServer(),
        proof: await readProofInputs(),
    };
}
function readServer() {
    const given = (0,shared_inputs/* readConnectionInputs */.qY)();
    return Object.values(given).every((value) => value === undefined) ? undefined : given;
}
async function readProofInputs() {
    const method = (0,read_inputs/* readChoice */.Kf)('verify', methods);
    const idle = ['checks', 'max-duration'].find((input) => (0,read_inputs/* readText */.yR)(input) !== undefined);
    if (idle !== undefined && method !== 'restore') {
        const why = `nothing is restored with \`verify: ${method}\``;
        throw (0,read_inputs/* refuseInput */.bG)(idle, why, 'Set `verify: restore`, or leave it out');
    }
    return {
        method,
        decryption: await (0,encryption/* validateDecryption */.i)({
            identity: (0,read_inputs/* readText */.yR)('age-identity'),
            passphrase: (0,shared_inputs/* readPassphrase */.jP)(),
        }),
        checks: parseChecks((0,read_inputs/* readText */.yR)('checks') ?? ''),
        maxDuration: (0,read_inputs/* readText */.yR)('max-duration') === undefined ? undefined : (0,duration/* readDuration */.$)('max-duration'),
        verifyUrl: (0,read_inputs/* readText */.yR)('verify-url'),
        allowUnsandboxed: (0,read_inputs/* readFlag */.fG)('allow-unsandboxed'),
        jobs: (0,read_inputs/* readCount */._0)('jobs', 1000),
        postgresVersion: (0,shared_inputs/* readPostgresVersion */.w4)(),
    };
}
function readPlaces(workspace) {
    const lines = ((0,read_inputs/* readText */.yR)('path') ?? '').split(/\r\n|\r|\n/).map((line) => line.trim());
    const places = lines
        .filter((line) => line !== '')
        .map((line) => (0,store_address/* isS3Address */.Jq)(line)
        ? { kind: 's3', address: (0,store_address/* parseS3Backup */.CK)(line, 'path') }
        : { kind: 'directory', path: (0,external_node_path_.resolve)(workspace, line) });
    return places.length > 0 ? places : [readArtifacts()];
}
function readArtifacts() {
    const { token, ...source } = (0,artifact_inputs/* readArtifactSource */.g)();
    if (token !== undefined)
        return { kind: 'artifacts', ...source, token };
    throw (0,read_inputs/* refuseInput */.bG)('github-token', 'it is empty, and without "path" the check looks at artifacts', 'Leave it at its default, and give the job `permissions: actions: read`');
}
/** Names alone, since a pattern would be content with whatever is there. */
function readDatabases() {
    const text = (0,read_inputs/* readText */.yR)('databases');
    if (text === undefined)
        return undefined;
    const names = text.startsWith('[') ? readJsonNames(text) : text.split(/[\r\n,]+/).map((name) => name.trim());
    const given = names.filter((name) => name !== '');
    if (given.length > 0)
        return given;
    throw (0,read_inputs/* refuseInput */.bG)('databases', 'it names none', 'Name databases, or leave it empty');
}
function readJsonNames(text) {
    try {
        const names = JSON.parse(text);
        if (Array.isArray(names))
            return names.filter((name) => typeof name === 'string');
    }
    catch {
        // Said below.
    }
    throw (0,read_inputs/* refuseInput */.bG)('databases', 'it begins like a JSON array of names but is none', 'Write ["shop", "blog"]');
}

// EXTERNAL MODULE: ./src/postgres/client/choose-client.ts
var choose_client = __webpack_require__(32260);
// EXTERNAL MODULE: ./src/postgres/client/find-clients.ts
var find_clients = __webpack_require__(27689);
// EXTERNAL MODULE: ./src/postgres/client/provide-client.ts + 5 modules
var provide_client = __webpack_require__(16841);
// EXTERNAL MODULE: ./src/postgres/client/version.ts
var client_version = __webpack_require__(91627);
;// CONCATENATED MODULE: ./src/postgres/open-client.ts






/**
 * Provides a client that reads what one of this version wrote: the same major version, else a newer one that is there, else
 * one that is installed.
 * @throws BackupError PGB_CLIENT
 */
async function openClient(writer, request, surroundings) {
    const context = (0,open_server/* makeClientContext */.j)(request, surroundings);
    const serverMajor = (0,client_version/* majorOfVersionNumber */.KU)(writer.versionNumber);
    const clients = await (0,find_clients/* findClients */.g)(context);
    const decision = (0,choose_client/* chooseClient */.P)(clients, { serverMajor, requestedMajor: request.postgresVersion });
    if (decision.kind === 'refuse') {
        throw new errors/* BackupError */.h('PGB_CLIENT', {
            what: `PostgreSQL client ${decision.requestedMajor}, which postgres-version asks for, cannot be used`,
            why: `a backup was written by PostgreSQL ${writer.version}, and an older pg_restore cannot read it`,
            whatToDo: `Set postgres-version to auto, or to ${serverMajor}`,
        });
    }
    const found = decision.kind === 'exact' ? decision.client : decision.otherwise;
    return found ?? (0,provide_client/* provideClient */.x)(writer, clients, context);
}

// EXTERNAL MODULE: ./src/restoring/properties/read-properties.ts
var read_properties = __webpack_require__(96221);
// EXTERNAL MODULE: ./src/archive/properties.ts
var properties = __webpack_require__(72989);
// EXTERNAL MODULE: ./src/archive/reading/decode.ts + 1 modules
var decode = __webpack_require__(78635);
// EXTERNAL MODULE: ./src/postgres/connection/tool-environment.ts
var tool_environment = __webpack_require__(99868);
// EXTERNAL MODULE: ./src/restoring/unpack.ts + 1 modules
var unpack = __webpack_require__(23732);
// EXTERNAL MODULE: ./src/archive/reading/check-key.ts
var check_key = __webpack_require__(73691);
// EXTERNAL MODULE: ./src/archive/reading/find-damage.ts
var find_damage = __webpack_require__(70266);
// EXTERNAL MODULE: ./src/archive/reading/readers.ts
var reading_readers = __webpack_require__(8093);
// EXTERNAL MODULE: ./src/free-space.ts
var free_space = __webpack_require__(94578);
;// CONCATENATED MODULE: ./src/check/proof/fetch-file.ts








/**
 * Runs a task with a file that is fetched from where it is stored, and removes the file however the task ends.
 * @throws BackupError PGB_UNKNOWN where it cannot be fetched, PGB_DISK, PGB_VERIFY, PGB_ENCRYPT, PGB_INPUT
 */
async function withFetchedFile(file, { backup, fetch }, { decryption, run }, task) {
    const { signal } = run;
    const directory = await (0,promises_.mkdtemp)((0,external_node_path_.join)(run.privateDirectory, 'copy-'));
    try {
        await requireSpace(file, directory);
        await fetch(file.name, directory).catch((error) => {
            signal.throwIfAborted();
            throw error instanceof errors/* BackupError */.h ? refuseFetch(file, backup, error) : error;
        });
        const path = (0,external_node_path_.join)(directory, file.name);
        const damage = await (0,find_damage/* findDamage */.T)(file, path, signal);
        if (damage !== undefined)
            throw refuseCopy(file, backup, damage);
        await (0,check_key/* checkKey */.y)({ ...file, path }, decryption);
        const readers = await (0,reading_readers/* provideReaders */.C)([file], decryption, { ...run, privateDirectory: directory });
        return await task({ file: { ...file, path }, readers, directory });
    }
    finally {
        await (0,promises_.rm)(directory, { recursive: true, force: true });
    }
}
async function requireSpace({ name, size }, directory) {
    const free = (await (0,free_space/* readFreeBytes */.Kb)(directory)) ?? Infinity;
    if (size <= free)
        return;
    throw new errors/* BackupError */.h('PGB_DISK', {
        what: `The file ${name} was not fetched`,
        why: `it has ${(0,units/* formatBytes */.z3)(size)}, and the disk of RUNNER_TEMP has ${(0,units/* formatBytes */.z3)(free)} left`,
        whatToDo: 'Free space on the runner, or use `verify: manifest`',
    });
}
function refuseFetch({ name }, { address }, { explanation }) {
    return new errors/* BackupError */.h('PGB_UNKNOWN', {
        what: `The file ${name} could not be fetched from ${address}`,
        why: `${explanation.what}: ${explanation.why}`,
        whatToDo: explanation.whatToDo,
    });
}
/** The error for a stored file that is not good. */
function refuseCopy({ name }, { address }, why) {
    return new errors/* BackupError */.h('PGB_VERIFY', {
        what: `The file ${name} in ${address} is not good`,
        why,
        whatToDo: 'Back up again at once, and look for what changed or damaged the stored copy',
    });
}

;// CONCATENATED MODULE: ./src/check/proof/decode-copy.ts






/** Bytes of a file from which programs that are fast with many bytes are worth their start. */
const largeSize = 16 * 1024 * 1024;
/**
 * Reads a fetched file to its end, by the same readers as a restore.
 * @param client reads archives; undefined where the file is none
 * @throws BackupError PGB_VERIFY, PGB_DISK
 */
async function decodeCopy({ file, readers, directory }, { backup }, { client, run }) {
    const { compression } = file;
    const source = {
        file,
        path: file.path,
        decrypter: file.encryption === 'none' ? undefined : readers.decrypter,
        decompressor: compression.inside ? undefined : readers.decompressors.get(compression.method),
        isGzip: compression.method === 'gzip',
        isLarge: file.size >= largeSize,
        written: undefined,
    };
    const setting = {
        directory,
        environment: (0,tool_environment/* selectToolEnvironment */.C)(run.environment),
        signal: run.signal,
        refuse: (why) => refuseCopy(file, backup, why),
    };
    if (file.kind === 'properties')
        return decodeProperties(source, setting);
    if (file.format === 'plain') {
        await (0,decode/* decodePlain */.Lz)(source, setting);
        return;
    }
    const { pgRestore } = client ?? refuseClient(file);
    if (file.format !== 'directory') {
        await (0,decode/* decodeArchive */.Jx)(source, setting, pgRestore);
        return;
    }
    const server = { connection: { environment: setting.environment } };
    const unpacked = await (0,unpack/* unpackDirectory */.q)(file, { server, readers, run, signal: run.signal });
    await (0,decode/* decodeDirectory */.eT)({ file, directory: unpacked.path }, setting, pgRestore).finally(unpacked.remove);
}
async function decodeProperties(source, setting) {
    const { stdout } = await (0,decode/* readCounted */.zX)(source, setting, [{ path: 'cat', args: [] }]);
    try {
        (0,properties/* parseProperties */.$9)(stdout);
    }
    catch (error) {
        if (error instanceof json_reader/* JsonError */.N3)
            throw setting.refuse(error.message);
        throw error;
    }
}
function refuseClient({ name }) {
    throw new Error(`no client was provided for ${name}`);
}

// EXTERNAL MODULE: ./src/drill/scratch/local-cluster.ts + 3 modules
var local_cluster = __webpack_require__(75013);
// EXTERNAL MODULE: ./src/drill/scratch/scratch-places.ts
var scratch_places = __webpack_require__(72591);
;// CONCATENATED MODULE: ./src/drill/scratch/open-drill-server.ts


/**
 * Provides the scratch server for stored backups: that of `verify-url`, else a throw-away one without roles of the source.
 * @throws BackupError PGB_VERIFY, PGB_ENCRYPT, PGB_DISK, or what connecting to `verify-url` throws
 */
async function openDrillServer({ client, source, isEncrypted, bytes }, inputs, run) {
    if (inputs.verifyUrl !== undefined)
        return (0,scratch_places/* openGivenServer */.hS)(inputs.verifyUrl, { client, source }, run);
    const local = await (0,scratch_places/* findLocal */.l8)(inputs, client, false, run);
    if (local === undefined)
        throw (0,scratch_places/* refuseMissing */.jQ)(client, false);
    const parent = await (0,scratch_places/* chooseParent */.Om)(isEncrypted, bytes);
    return (0,local_cluster/* startLocalCluster */.g)({ ...local, client, superuser: 'postgres', parent, tablespaces: [] }, run);
}

// EXTERNAL MODULE: ./src/postgres/server.ts + 1 modules
var server = __webpack_require__(24400);
;// CONCATENATED MODULE: ./src/check/proof/versions.ts

/** PURE. The one of the greatest major version. */
function findNewest(versions) {
    return versions.toSorted((a, b) => (0,client_version/* majorOf */.Ds)(b) - (0,client_version/* majorOf */.Ds)(a))[0];
}
/** PURE. The number of a version as servers tell it, without the minor one: 150000, and 90600 for 9.6. */
function toVersionNumber(version) {
    const major = (0,client_version/* majorOf */.Ds)(version);
    return major >= 10 ? major * 10_000 : Math.floor(major) * 10_000 + Math.round((major % 1) * 10) * 100;
}

;// CONCATENATED MODULE: ./src/check/proof/open-drill.ts



/**
 * Runs a task with the scratch server on which these copies can be restored one by one.
 * @throws BackupError PGB_VERIFY, PGB_ENCRYPT, PGB_DISK, or what connecting to `verify-url` throws
 */
async function withDrill(copies, { client, inputs, run }, task) {
    const version = findNewest(copies.map(({ backup }) => backup.manifest.server.version));
    if (inputs.method !== 'restore' || version === undefined || client === undefined)
        return task(undefined);
    const source = { version, versionNumber: toVersionNumber(version) };
    const isEncrypted = copies.some(({ file }) => file.encryption !== 'none');
    const bytes = Math.max(...copies.map(({ file }) => measure(file)));
    const scratch = await openDrillServer({ client, source, isEncrypted, bytes }, inputs, run);
    try {
        const facts = await (0,server/* inspectServer */.E)(scratch.restorer, false);
        await task({ scratch, server: { ...scratch.restorer, facts }, jobs: inputs.jobs ?? run.cores, run });
    }
    finally {
        await scratch.stop();
    }
}
/** Bytes that a database may take: its SQL and as much again for its indexes; where nobody counted it, by its file. */
function measure({ size, uncompressedSize }) {
    return 2 * (uncompressedSize ?? 5 * size);
}

// EXTERNAL MODULE: ./src/drill/scratch/scratch-database.ts
var scratch_database = __webpack_require__(46058);
// EXTERNAL MODULE: ./src/restoring/left-out/ask-target.ts
var ask_target = __webpack_require__(88061);
// EXTERNAL MODULE: ./src/restoring/left-out/describe-left-out.ts
var describe_left_out = __webpack_require__(67886);
// EXTERNAL MODULE: ./src/restoring/restore-file.ts + 1 modules
var restore_file = __webpack_require__(17646);
// EXTERNAL MODULE: ./src/restoring/row-counts.ts
var row_counts = __webpack_require__(10942);
;// CONCATENATED MODULE: ./src/check/proof/restore-copy.ts









/**
 * Restores a fetched file into a scratch database as a restore would, compares the rows with those that the backup
 * counted, and asks the user's checks.
 * @throws BackupError PGB_RESTORE and others where it cannot be restored
 */
async function restoreCopy({ file, readers }, { backup, properties }, checks, { scratch, server, jobs, run }) {
    const target = file.database ?? '';
    const setting = makeSetting(file, readers, { server, jobs, run });
    return (0,scratch_database/* withScratchDatabase */.w)(makeFacts(properties), scratch, run, async (database) => {
        const startedAt = performance.now();
        const known = await (0,ask_target/* readTarget */._)(server, database, { target, replaces: false });
        const to = { database, target, facts: known, transaction: undefined };
        const report = await (0,restore_file/* restoreDatabaseFile */.O)(file, to, setting);
        const restoredAt = performance.now();
        const contents = await (0,row_counts/* readContents */.r)(server, database);
        const differences = findDifferences(file, report, contents);
        const answers = [];
        const askedAt = performance.now();
        for (const check of checks)
            answers.push(await askCheck(check, server, database));
        return {
            problems: [
                ...(differences.length === 0 ? [] : [refuseRows(file, backup, differences)]),
                ...answers.filter((answer) => answer !== undefined),
            ],
            restoreSeconds: (restoredAt - startedAt) / 1000,
            checksSeconds: (performance.now() - askedAt) / 1000,
            rows: sumKnown(contents),
            unseen: listUnseen(file, report, server),
        };
    });
}
function makeFacts(properties) {
    const { encoding = 'UTF8', locale } = properties ?? {};
    const places = { collate: locale?.collate ?? 'C', ctype: locale?.ctype ?? 'C' };
    return { encoding, ...places, extensions: [], privilegedOwners: [] };
}
function makeSetting({ format }, readers, { server, jobs, run }) {
    // The source's tablespaces are not there.
    const options = format === 'plain' ? [] : ['--no-tablespaces'];
    const { signal } = run;
    return { server, readers, run, signal, options, noOwner: false, tableJobs: jobs, strict: false };
}
/** One sentence for each table, or for all together where the manifest tells no more. */
function findDifferences(file, report, contents) {
    const { rowCounts } = file.verification;
    // What the scratch server cannot be given is no fault of the backup.
    const isWhole = !report.leftOut.some(describe_left_out/* isLoss */.Q2);
    if (rowCounts === null) {
        const now = sumKnown(contents);
        const differs = isWhole && file.rows !== null && file.rows !== now;
        return differs ? [`its tables have ${(0,units/* formatCount */.B4)(now, 'row')} instead of ${file.rows}`] : [];
    }
    const missing = rowCounts.filter(({ table, rows }) => isWhole && rows > 0 && !contents.rows.has(table));
    return [
        ...(0,row_counts/* compareRowCounts */.O)(rowCounts, contents),
        ...missing.map(({ table, rows }) => `${table} is missing, and had ${(0,units/* formatCount */.B4)(rows, 'row')}`),
    ];
}
function sumKnown({ rows }) {
    return [...rows.values()].reduce((sum, count) => sum + (count ?? 0), 0);
}
function refuseRows(file, backup, differences) {
    const more = differences.length > 3 ? `, and ${(0,units/* formatCount */.B4)(differences.length - 3, 'more table')}` : '';
    const why = `it was restored, but ${differences.slice(0, 3).join(', ')}${more}`;
    const { code, explanation } = refuseCopy(file, backup, why);
    return { code, ...explanation };
}
function listUnseen(file, report, { facts }) {
    const leftOut = (0,describe_left_out/* describeLeftOut */.l1)(file.database ?? '', report, { role: facts.role, service: facts.service });
    const isCounted = file.verification.rowCounts !== null || file.rows !== null;
    return [
        ...(isCounted ? [] : ['Rows: the backup did not count them']),
        ...(leftOut === undefined ? [] : [leftOut.replace(/\.$/, '')]),
    ];
}
/** The error for a copy that no scratch server can be given. */
function refuseWhole({ name }) {
    return new errors/* BackupError */.h('PGB_UNKNOWN', {
        what: `The file ${name} was not restored`,
        why: 'it holds a whole cluster, which the check does not restore',
        whatToDo: 'Use `verify: decode`, or back up with "databases"',
    });
}

;// CONCATENATED MODULE: ./src/check/proof/proven.ts


/** PURE. Checks that nobody could ask, and a drill that took too long. */
function judgeDrill(verdicts, seconds, inputs) {
    const names = new Set(proven_listCopies(verdicts).map(({ file }) => file.database));
    const unasked = inputs.checks.filter(({ database }) => !names.has(database));
    const { maxDuration } = inputs;
    const isSlow = maxDuration !== undefined && seconds * 1000 > maxDuration.milliseconds;
    return [
        ...unasked.map(({ database, query }) => refuseCheck(database, query, 'no backup of it was found to ask')),
        ...(isSlow ? [refuseSlow(verdicts.length, seconds, maxDuration)] : []),
    ];
}
function refuseSlow(databases, seconds, { text }) {
    return {
        code: 'PGB_SLOW',
        what: 'The restore takes too long',
        why: `fetch, decryption and restore of ${(0,units/* formatCount */.B4)(databases, 'database')} took ${(0,units/* formatSeconds */.Xo)(seconds)}, and "max-duration" is ${text}`,
        whatToDo: 'See in the log which part took long; more "jobs", `format: directory` or a faster runner may help',
    };
}
/** PURE. The copies that were judged. */
function proven_listCopies(verdicts) {
    return verdicts.map(({ copy }) => copy).filter((copy) => copy !== undefined);
}

;// CONCATENATED MODULE: ./src/check/proof/stored-files.ts


/**
 * Runs a task with the files of a stored backup. Where the backup comes whole, all that is wanted of it is fetched with the
 * first file, and what is left of it removed at the end; elsewhere each file is fetched for itself, so that the disk needs
 * room for no more.
 * @param names of all files that the task may fetch
 */
async function withStoredFiles(backup, store, { names, run }, task) {
    const { signal } = run;
    const fetchAlone = (name, directory) => store.fetch(backup, [name], directory, signal);
    if (!store.comesWhole)
        return task({ backup, fetch: fetchAlone });
    const present = names.filter((name) => backup.files.has(name));
    const whole = await (0,promises_.mkdtemp)((0,external_node_path_.join)(run.privateDirectory, 'backup-'));
    let fetching;
    const fetch = async (name, directory) => {
        // The store says what is wrong with one that it lacks.
        if (!present.includes(name))
            return fetchAlone(name, directory);
        fetching ??= store.fetch(backup, present, whole, signal);
        await fetching;
        await (0,promises_.rename)((0,external_node_path_.join)(whole, name), (0,external_node_path_.join)(directory, name));
    };
    try {
        return await task({ backup, fetch });
    }
    finally {
        await (0,promises_.rm)(whole, { recursive: true, force: true });
    }
}

;// CONCATENATED MODULE: ./src/check/proof/prove-copies.ts











/**
 * Proves the newest copies one by one, each fetched from where it is stored. What goes wrong with one is a problem of its
 * database, and the others go on.
 */
async function proveCopies(judgement, stores, inputs, run) {
    const unproven = judgement.verdicts.map((verdict) => {
        return { ...verdict, verified: verdict.copy === undefined ? undefined : 'manifest' };
    });
    if (inputs.method === 'manifest')
        return { ...judgement, verdicts: unproven, restoreSeconds: undefined };
    const problems = [...judgement.problems];
    const proven = new Map();
    const copies = proven_listCopies(unproven);
    let sharedSeconds = 0;
    const failure = await attempt(run, async () => {
        const client = await provideReader(copies, run, inputs);
        await withDrill(copies, { client, inputs, run }, async (drill) => {
            const setting = { inputs, client, drill, run };
            for (const [backup, verdicts] of groupByBackup(unproven)) {
                const store = stores.get(backup);
                if (store === undefined)
                    throw new Error(`the store of ${backup.address} is not known`);
                const names = [...listShared(backup), ...proven_listCopies(verdicts).map(({ file }) => file)];
                const wanted = { names: names.map(({ name }) => name), run };
                await withStoredFiles(backup, store, wanted, async (stored) => {
                    const shared = await proveShared(stored, setting);
                    problems.push(...shared.problems);
                    sharedSeconds += shared.seconds;
                    for (const verdict of verdicts)
                        proven.set(verdict, await prove(verdict, stored, shared, setting));
                });
            }
        });
    });
    if (failure !== undefined)
        problems.push(failure);
    const verdicts = unproven.map((verdict) => proven.get(verdict) ?? verdict);
    if (inputs.method !== 'restore')
        return { verdicts, problems, restoreSeconds: undefined };
    const restoreSeconds = verdicts.reduce((sum, verdict) => sum + (verdict.restoreSeconds ?? 0), sharedSeconds);
    return {
        verdicts,
        problems: [...problems, ...judgeDrill(verdicts, restoreSeconds, inputs)],
        restoreSeconds,
    };
}
function groupByBackup(verdicts) {
    const groups = new Map();
    for (const verdict of verdicts) {
        const backup = verdict.copy?.backup;
        if (backup !== undefined)
            groups.set(backup, [...(groups.get(backup) ?? []), verdict]);
    }
    return groups;
}
/** @returns the problem that ended the work */
async function attempt({ signal }, work) {
    try {
        await work();
        return undefined;
    }
    catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof errors/* BackupError */.h))
            throw error;
        // A restore that fails is here a file that is not good.
        const code = error.code === 'PGB_RESTORE' ? 'PGB_VERIFY' : error.code;
        return { code, ...error.explanation };
    }
}
function listShared({ manifest }) {
    return manifest.files.filter(({ kind }) => kind === 'globals' || kind === 'properties');
}
/** Roles and properties, which a restore of each database of the backup may need. */
async function proveShared(stored, { inputs, client, run }) {
    const startedAt = performance.now();
    const problems = [];
    let properties = new Map();
    for (const file of listShared(stored.backup)) {
        const problem = await attempt(run, () => withFetchedFile(file, stored, { ...inputs, run }, async (fetched) => {
            await decodeCopy(fetched, stored, { client, run });
            if (file.kind === 'properties')
                properties = await (0,read_properties/* readProperties */.Q)(fetched.file, fetched.readers, run);
        }));
        if (problem !== undefined)
            problems.push(problem);
    }
    return { problems, properties, seconds: secondsSince(startedAt) };
}
async function prove(verdict, stored, { properties }, setting) {
    const { copy } = verdict;
    if (copy === undefined)
        return verdict;
    const { inputs, run } = setting;
    let proven = verdict;
    const startedAt = performance.now();
    const problem = await attempt(run, () => withFetchedFile(copy.file, stored, { ...inputs, run }, async (fetched) => {
        const fetchSeconds = secondsSince(startedAt);
        const like = properties.get(copy.file.database ?? '');
        proven = await proveFetched(verdict, fetched, { backup: copy.backup, properties: like, fetchSeconds }, setting);
    }));
    return problem === undefined ? proven : { ...proven, problems: [...proven.problems, problem] };
}
async function proveFetched(verdict, fetched, known, { inputs, client, drill, run }) {
    const { subject } = verdict;
    const { fetchSeconds, backup } = known;
    const fetchedIn = `${subject}: fetched from ${backup.address} in ${(0,units/* formatSeconds */.Xo)(fetchSeconds)}`;
    const startedAt = performance.now();
    if (drill === undefined) {
        await decodeCopy(fetched, known, { client, run });
        run.log.info(`${fetchedIn}, read to its end in ${(0,units/* formatSeconds */.Xo)(secondsSince(startedAt))}`);
        return { ...verdict, verified: 'decode' };
    }
    if (fetched.file.kind === 'cluster')
        throw refuseWhole(fetched.file);
    const checks = inputs.checks.filter(({ database }) => database === fetched.file.database);
    const result = await restoreCopy(fetched, known, checks, drill);
    const asked = checks.length === 0
        ? ''
        : `, ${(0,units/* formatCount */.B4)(checks.length, 'check')} asked in ${(0,units/* formatSeconds */.Xo)(result.checksSeconds)}`;
    run.log.info(`${fetchedIn}, decrypted and restored in ${(0,units/* formatSeconds */.Xo)(result.restoreSeconds)}${asked}`);
    return {
        ...verdict,
        problems: [...verdict.problems, ...result.problems],
        verified: 'restore',
        restoreSeconds: fetchSeconds + result.restoreSeconds,
        rows: result.rows,
        unseen: result.unseen,
    };
}
function secondsSince(startedAt) {
    return (performance.now() - startedAt) / 1000;
}
/** The client that reads the archives among the copies, and restores them all. */
async function provideReader(copies, run, inputs) {
    const reading = copies.filter(({ file }) => inputs.method === 'restore' || file.format !== 'plain');
    const version = findNewest(reading.map(({ backup }) => backup.manifest.client.version));
    if (version === undefined)
        return undefined;
    return openClient({ version, versionNumber: toVersionNumber(version) }, inputs, run);
}

// EXTERNAL MODULE: ./src/github/summary.ts
var summary = __webpack_require__(92935);
;// CONCATENATED MODULE: ./src/check/report.ts






/** Rows of the summary's table, and errors: GitHub shows a summary up to 1 MiB, and ten annotations of a step. */
const mostRows = 500;
const mostErrors = 20;
/** Says what the check found: outputs, summary, one error for each problem, and a last line. */
async function reportCheck(judgement, run) {
    const { verdicts } = judgement;
    const ages = verdicts.map(({ ageSeconds }) => ageSeconds).filter((age) => age !== undefined);
    (0,outputs/* setOutputs */.n)({
        databases: verdicts.map(describeVerdict),
        'restore-seconds': roundSeconds(judgement.restoreSeconds),
        'oldest-age': ages.length === 0 ? undefined : Math.max(...ages),
    });
    await (0,summary/* writeSummary */.Sy)(run.redact(formatCheck(judgement)));
    const problems = listProblems(judgement);
    for (const problem of problems.slice(0, mostErrors))
        run.log.error(toError(problem));
    if (problems.length > mostErrors)
        run.log.info(`${problems.length - mostErrors} more problems of this kind`);
    for (const line of report_listUnseen(verdicts).flatMap((text) => text.split('\n')))
        run.log.info(line);
    run.log.info(formatConclusion(judgement));
}
/** PURE. The step summary of a check, in Markdown. */
function formatCheck(judgement) {
    const { verdicts } = judgement;
    const problems = listProblems(judgement);
    const rows = verdicts.slice(0, mostRows).map(formatRow);
    const sections = [
        `### PostgreSQL backup check: ${isGood(judgement) ? 'good' : 'bad'}`,
        (0,summary/* formatWords */.Z3)(`${formatConclusion(judgement)}.`),
        ...(rows.length === 0
            ? []
            : [(0,summary/* formatTable */.ku)(['Database', 'Backup', 'Age', 'Size', 'Verified', 'Rows', 'Verdict'], rows)]),
        ...(verdicts.length > mostRows ? [`And ${verdicts.length - mostRows} more.`] : []),
        ...report_listUnseen(verdicts),
        ...problems.slice(0, mostErrors).map((problem) => `- ${(0,summary/* formatWords */.Z3)(toError(problem).message)}`),
    ];
    return `${sections.join('\n\n')}\n`;
}
/** What a drill did not look at. */
function report_listUnseen(verdicts) {
    if (!verdicts.some(({ verified }) => verified === 'restore'))
        return [];
    const own = verdicts
        .slice(0, mostRows)
        .flatMap(({ subject, unseen = [] }) => unseen.map((sentence) => `- ${(0,summary/* formatWords */.Z3)(`${subject}: ${sentence}.`)}`));
    return [`Not looked at: ${unseenByAll.join('; ')}.`, ...(own.length === 0 ? [] : [own.join('\n')])];
}
const unseenByAll = [
    'roles and tablespaces, which were read and not restored, and with them owners and privileges',
    'contents of rows, large objects and definitions, beyond what the checks ask',
    'settings and privileges of the databases',
];
/** Tenths, which are exact enough for a plan. */
function roundSeconds(seconds) {
    return seconds === undefined ? undefined : Math.round(seconds * 10) / 10;
}
function listProblems({ problems, verdicts }) {
    return [...problems, ...verdicts.flatMap((verdict) => verdict.problems)];
}
function toError({ code, ...explanation }) {
    return new errors/* BackupError */.h(code, explanation);
}
const proofs = {
    manifest: 'there at full size and not read',
    decode: 'fetched and read to its end',
    restore: 'fetched and restored',
};
function formatConclusion(judgement) {
    const { verdicts } = judgement;
    if (isGood(judgement)) {
        const least = verdicts.find(({ verified }) => verified === 'manifest') ?? verdicts[0];
        return `${(0,units/* formatCount */.B4)(verdicts.length, 'database')} with a good backup, ${proofs[least?.verified ?? 'manifest']}`;
    }
    const bad = verdicts.filter(({ problems }) => problems.length > 0).length;
    return `${bad} of ${(0,units/* formatCount */.B4)(verdicts.length, 'database')} without a good backup, ${(0,units/* formatCount */.B4)(listProblems(judgement).length, 'problem')} in all`;
}
/** One entry of the output `databases`. */
function describeVerdict({ subject, copy, ageSeconds, problems, verified, restoreSeconds, rows, }) {
    return {
        name: (0,catalogue_copies/* databaseOf */.zJ)(subject) ?? 'cluster',
        backup: copy?.backup.name ?? null,
        address: copy?.backup.address ?? null,
        age: ageSeconds ?? null,
        size: copy?.file.size ?? null,
        rows: rows ?? copy?.file.rows ?? null,
        verified: verified ?? null,
        restoreSeconds: roundSeconds(restoreSeconds) ?? null,
        verdict: problems[0]?.code ?? 'good',
    };
}
function formatRow({ subject, copy, ageSeconds, problems, verified, restoreSeconds, rows, }) {
    const codes = [...new Set(problems.map(({ code }) => code))];
    return [
        (0,catalogue_copies/* databaseOf */.zJ)(subject) ?? subject,
        copy?.backup.address ?? 'none',
        ageSeconds === undefined ? '' : (0,units/* formatAge */.nV)(ageSeconds * 1000),
        copy === undefined ? '' : (0,units/* formatBytes */.z3)(copy.file.size),
        restoreSeconds === undefined ? (verified ?? '') : `${verified ?? ''}, ${(0,units/* formatSeconds */.Xo)(restoreSeconds)}`,
        copy === undefined ? '' : ((rows ?? copy.file.rows)?.toString() ?? 'unknown'),
        codes.length === 0 ? 'good' : codes.join(', '),
    ];
}

;// CONCATENATED MODULE: ./src/check/main.ts













/** The story of a check: inputs, backups, judgement, report. Whatever it does not know is bad. */
async function check(run) {
    (0,outputs/* setOutputs */.n)({ status: 'bad', databases: [] });
    await (0,heartbeat/* withHeartbeat */.p)(run, () => carryThrough(run));
}
/** @returns whether all is good */
async function carryThrough(run) {
    const { environment } = run;
    const given = (0,shared_inputs/* readConnectionInputs */.qY)();
    run.protect([...(0,open_store/* listStoreSecrets */.b)(environment), ...listCheckSecrets(), ...(0,open_connection/* listSecrets */.AQ)(given, environment)], [...(0,open_connection/* listShownNames */.Gp)(given, environment), ...(0,shared_inputs/* readShownTexts */.My)()]);
    const inputs = await readCheckInputs(run.environment['GITHUB_WORKSPACE'] ?? '.');
    run.log.startGroup('Looking for backups');
    const found = await gatherBackups(inputs.places, run);
    run.log.info(`${(0,units/* formatCount */.B4)(found.backups.length, 'backup')} examined, ${found.unread.length} not readable`);
    run.log.endGroup();
    const asked = await askServer(inputs.connection, run);
    const criteria = { ...inputs.criteria, server: asked.server };
    const judged = judge(found.backups, found.unread, criteria, new Date());
    // Where something could not be seen, nobody knows that there is nothing.
    const known = found.problems.length === 0 ? judged.problems : judged.problems.filter(({ code }) => code !== 'PGB_STALE');
    const seen = { ...judged, problems: [...asked.problems, ...found.problems, ...known] };
    run.log.startGroup('Reading the newest backups');
    const judgement = await proveCopies(seen, found.stores, inputs.proof, run);
    run.log.endGroup();
    await reportCheck(judgement, run);
    (0,outputs/* setOutputs */.n)({ status: isGood(judgement) ? 'good' : 'bad' });
    return isGood(judgement);
}
/** A server that does not answer is a problem of its own, and the backups are judged all the same. */
async function askServer(connection, run) {
    if (connection === undefined)
        return { server: undefined, problems: [] };
    try {
        return { server: await askForExpected(connection, run), problems: [] };
    }
    catch (error) {
        run.signal.throwIfAborted();
        if (!(error instanceof errors/* BackupError */.h))
            throw error;
        return { server: undefined, problems: [{ code: error.code, ...error.explanation }] };
    }
}


/***/ })

};
