export const id = 260;
export const ids = [260];
export const modules = {

/***/ 36260:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  backUp: () => (/* binding */ backUp)
});

// EXTERNAL MODULE: ./src/github/outputs.ts
var outputs = __webpack_require__(88353);
// EXTERNAL MODULE: ./src/inputs/read-inputs.ts
var read_inputs = __webpack_require__(68215);
// EXTERNAL MODULE: ./src/step/heartbeat.ts
var heartbeat = __webpack_require__(22518);
// EXTERNAL MODULE: ./src/process/pipeline.ts + 4 modules
var pipeline = __webpack_require__(67260);
;// CONCATENATED MODULE: ./src/backup/check-options.ts


/**
 * Arguments by which each tool ends once it has read them all, before it connects. They stand first, so that none is
 * taken for the value of another.
 */
const endings = {
    pgDump: ['--format=none-but-a-check'],
    pgDumpAll: ['--roles-only', '--tablespaces-only'],
};
/** What getopt_long says of an argument; what else a tool says is about the endings, or will be said when it dumps. */
const complaint = /^\S+: (.*(?:unrecognized option|invalid option|ambiguous|requires an argument|allow an argument).*)$/m;
/**
 * Has the tool itself read the user's arguments, before anything is dumped.
 * @throws BackupError PGB_INPUT for one that this version does not know
 */
async function checkOptions({ inputs, server }, signal) {
    const { all, options } = inputs;
    const { client, connection } = server;
    if (options.length === 0)
        return;
    const tool = all ? 'pgDumpAll' : 'pgDump';
    const command = { path: client[tool], args: ['--no-password', ...endings[tool], ...options] };
    const { stderr } = await (0,pipeline/* runPipeline */.a)([command], { environment: connection.environment, signal });
    const found = complaint.exec(stderr)?.[1];
    if (found === undefined)
        return;
    const name = all ? 'pg_dumpall' : 'pg_dump';
    // The value may be a secret in the wrong place.
    const withoutValue = found.replace(/=[^']*/, '');
    throw (0,read_inputs/* refuseInput */.bG)('options', `${name} ${client.version} says: ${withoutValue}`, `Correct it; see \`${name} --help\` of that version, or set "postgres-version"`);
}

// EXTERNAL MODULE: ./src/inputs/shared-inputs.ts
var shared_inputs = __webpack_require__(57692);
// EXTERNAL MODULE: ./src/postgres/connection/open-connection.ts + 4 modules
var open_connection = __webpack_require__(53942);
// EXTERNAL MODULE: ./src/postgres/open-server.ts + 2 modules
var open_server = __webpack_require__(37471);
// EXTERNAL MODULE: ./src/stores/open-store.ts + 23 modules
var open_store = __webpack_require__(38125);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: ./src/archive/json-reader.ts
var json_reader = __webpack_require__(72684);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/github/rest.ts
var rest = __webpack_require__(66417);
;// CONCATENATED MODULE: ./src/github/repository.ts



const readRepository = (0,json_reader/* readFields */.qU)({
    full_name: (value) => value,
    visibility: (0,json_reader/* readOptional */.T9)((0,json_reader/* readOneOf */.Qk)('public', 'private', 'internal')),
    private: (0,json_reader/* readOptional */.T9)(json_reader/* readBoolean */.Vf),
});
const readEvent = (0,json_reader/* readFields */.qU)({ repository: readRepository });
const byAudience = ['private', 'internal', 'public'];
/**
 * Tells who can see the repository: by the API, and by the event's payload where that gives no answer, since a
 * payload is as old as the first attempt of the run. Where they differ, the wider audience counts: it may be the one
 * that comes next. Never throws; whatever goes wrong is `unknown`.
 */
async function readRepositoryVisibility(query) {
    const fromEvent = readFromEvent(query);
    const fromApi = await askVisibility(query);
    if (fromApi.visibility === 'unknown') {
        return fromEvent === 'unknown' ? fromApi : { visibility: fromEvent, why: undefined };
    }
    if (byAudience.indexOf(fromEvent) <= byAudience.indexOf(fromApi.visibility))
        return fromApi;
    const why = `the event that started the run says ${fromEvent}, though GitHub says ${fromApi.visibility} by now; a new run, instead of a re-run, settles it`;
    return { visibility: fromEvent, why };
}
function readFromEvent({ event, repository }) {
    const described = readOrUndefined(() => readEvent(event, 'the event').repository);
    const isSame = (described?.full_name ?? repository) === repository;
    return described !== undefined && isSame ? toVisibility(described) : 'unknown';
}
async function askVisibility(query) {
    const { apiUrl, repository, token, signal } = query;
    const [owner = '', name = ''] = repository.split('/');
    const route = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
    const unknown = (why) => ({ visibility: 'unknown', why });
    try {
        const { status, body } = await (0,rest/* askRest */.y)({ apiUrl, route, token, signal });
        if (status !== 200)
            return unknown(explainStatus(status, repository));
        const described = readOrUndefined(() => readRepository(body, 'the answer'));
        const visibility = described === undefined ? 'unknown' : toVisibility(described);
        return visibility === 'unknown'
            ? unknown("GitHub's API does not tell it")
            : { visibility, why: undefined };
    }
    catch (error) {
        return unknown(error instanceof Error ? error.message : String(error));
    }
}
function explainStatus(status, repository) {
    if (status === 401)
        return "GitHub's API does not take `github-token` (status 401)";
    if (status === 404)
        return `for \`github-token\` there is no repository ${repository} (status 404)`;
    return `GitHub's API answered with status ${status}`;
}
function toVisibility(described) {
    if (described.visibility !== undefined)
        return described.visibility;
    if (described.private === undefined)
        return 'unknown';
    return described.private ? 'private' : 'public';
}
function readOrUndefined(read) {
    try {
        return read();
    }
    catch (error) {
        if (error instanceof json_reader/* JsonError */.N3)
            return undefined;
        throw error;
    }
}
/**
 * Refuses an unencrypted upload where strangers could download it: anyone signed in to GitHub can download the
 * artifacts of a public repository, and one of unknown visibility counts as public.
 * @returns a warning to show, or undefined
 * @throws BackupError PGB_PUBLIC
 */
function checkPublicUpload(known, policy) {
    const { visibility, why } = known;
    if (!policy.upload || policy.encrypted || visibility === 'private')
        return undefined;
    if (visibility === 'internal') {
        return 'Everybody in the enterprise can download the unencrypted backup: the repository is internal. Set `age-recipients` to encrypt it';
    }
    if (policy.allowPublicPlaintext) {
        return 'Anyone signed in to GitHub can download the unencrypted backup: `allow-public-plaintext` is set';
    }
    const encrypt = 'Encrypt it with `age-recipients`, or set `upload: false`, or set `allow-public-plaintext: true` if the data is no secret';
    const isPublic = visibility === 'public';
    const reason = why === undefined ? '' : ` (${why})`;
    throw new errors/* BackupError */.h('PGB_PUBLIC', {
        what: 'The backup was refused before it began',
        why: isPublic
            ? `the repository is public${reason}, so anyone signed in to GitHub could download the unencrypted artifact`
            : `nothing tells whether the repository is public${reason}, and an unencrypted artifact of a public one can be downloaded by anyone signed in to GitHub`,
        whatToDo: isPublic
            ? encrypt
            : `Give the job \`permissions: contents: read\`, so that \`github-token\` can ask. Otherwise: ${encrypt}`,
    });
}

;// CONCATENATED MODULE: ./src/backup/guard.ts


/**
 * Refuses an unencrypted upload that strangers could download.
 * @throws BackupError PGB_PUBLIC
 */
async function guardPublicUpload(inputs, run) {
    const encrypted = inputs.encryption !== undefined;
    if (!inputs.upload || inputs.dryRun || encrypted)
        return;
    const { environment, log } = run;
    const known = await readRepositoryVisibility({
        event: await guard_readEvent(environment['GITHUB_EVENT_PATH']),
        repository: environment['GITHUB_REPOSITORY'] ?? '',
        token: inputs.token,
        apiUrl: environment['GITHUB_API_URL'] ?? 'https://api.github.com',
        signal: run.signal,
    });
    run.signal.throwIfAborted();
    const { upload, allowPublicPlaintext } = inputs;
    const warning = checkPublicUpload(known, { upload, encrypted, allowPublicPlaintext });
    if (warning !== undefined)
        log.warning(`${warning}.`);
}
/** The payload of the event that started the workflow; undefined where it cannot be read. */
async function guard_readEvent(path) {
    if (path === undefined)
        return undefined;
    return (0,promises_.readFile)(path, 'utf8')
        .then((text) => JSON.parse(text))
        .catch(() => undefined);
}

// EXTERNAL MODULE: ./src/archive/compression/compression.ts
var compression_compression = __webpack_require__(78777);
// EXTERNAL MODULE: ./src/archive/age/encryption.ts
var encryption = __webpack_require__(22953);
// EXTERNAL MODULE: ./src/inputs/duration.ts
var inputs_duration = __webpack_require__(21601);
;// CONCATENATED MODULE: ./src/catalogue/keep-rules.ts
/** The words that keep a number of backups, in restic's order. */
const keepWords = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'];
/** What a backup shares with others of its hour, day, week, month or year in UTC; none of `last` shares anything. */
const buckets = {
    last: (_, index) => String(index),
    hourly: (time) => time.toISOString().slice(0, 13),
    daily: (time) => time.toISOString().slice(0, 10),
    weekly: formatIsoWeek,
    monthly: (time) => time.toISOString().slice(0, 7),
    yearly: (time) => time.toISOString().slice(0, 4),
};
/**
 * PURE. Why each backup is kept, as in `daily` or `within 30d`; without a reason it is not.
 *
 * Of each hour, day and so on the newest is kept, for as many of them as the policy says that hold one, however long ago
 * they are. While some are left, the oldest is kept too, so that the history reaches back as far as it can. A span
 * counts back from the newest (restic: internal/restic/snapshot_policy.go, ApplyPolicy).
 * @param times newest first
 */
function applyPolicy(times, policy) {
    const reasons = times.map((time) => {
        const age = (times[0] ?? time).getTime() - time.getTime();
        return policy.within !== undefined && age < policy.within.milliseconds
            ? [`within ${policy.within.text}`]
            : [];
    });
    for (const word of keepWords) {
        let left = policy.counts.get(word) ?? 0;
        let last;
        for (const [index, time] of times.entries()) {
            if (left === 0)
                break;
            const bucket = buckets[word](time, index);
            const isNew = bucket !== last;
            if (!isNew && index < times.length - 1)
                continue;
            reasons[index]?.push(isNew ? word : `oldest ${word}`);
            last = bucket;
            left -= 1;
        }
    }
    return reasons;
}
/** PURE. As in `2026-W53`: a week belongs to the year of its Thursday (ISO 8601). */
function formatIsoWeek(time) {
    const day = 86_400_000;
    const midnight = Math.floor(time.getTime() / day) * day;
    const thursday = new Date(midnight + (4 - (time.getUTCDay() || 7)) * day);
    const year = thursday.getUTCFullYear();
    const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * day));
    return `${year}-W${week}`;
}

;// CONCATENATED MODULE: ./src/inputs/keep.ts



const example = 'Write it as in "last=7 daily=14 weekly=8 monthly=12 within=30d"';
/**
 * PURE. Reads the `keep` input: words of `restic forget` with their numbers, between blanks or line ends.
 * @returns undefined when it is empty, which keeps everything
 * @throws BackupError PGB_INPUT
 */
function parseKeep(text) {
    const rules = (text ?? '').split(/\s+/).filter((rule) => rule !== '');
    const counts = new Map();
    let within;
    const seen = new Set();
    for (const rule of rules) {
        const [, name = '', value = ''] = /^(\w+)=(\w+)$/.exec(rule) ?? [];
        const word = keepWords.find((candidate) => candidate === name);
        if (word === undefined && name !== 'within') {
            throw (0,read_inputs/* refuseInput */.bG)('keep', `a word of it is none of ${keepWords.join(', ')} and within`, example);
        }
        if (seen.has(name))
            throw (0,read_inputs/* refuseInput */.bG)('keep', `it says "${name}" twice`, 'Say it once');
        seen.add(name);
        if (word === undefined)
            within = readWithin(value);
        else
            counts.set(word, readNumber(word, value));
    }
    return rules.length === 0 ? undefined : { counts, within };
}
/** Nought would be no rule, and a policy of no rules keeps everything or nothing, as one reads it. */
function readNumber(word, value) {
    if (/^[1-9]\d{0,5}$/.test(value))
        return Number(value);
    throw (0,read_inputs/* refuseInput */.bG)('keep', `"${word}" has no number from 1 to 999999`, `${example}, and leave out what keeps none`);
}
function readWithin(value) {
    const duration = (0,inputs_duration/* parseDuration */.E)(value);
    if (duration !== undefined)
        return duration;
    throw (0,read_inputs/* refuseInput */.bG)('keep', '"within" has no duration', 'Write a number and a unit, as in within=26h or within=30d');
}

// EXTERNAL MODULE: ./src/inputs/percentage.ts
var percentage = __webpack_require__(72177);
// EXTERNAL MODULE: ./src/stores/store-address.ts
var store_address = __webpack_require__(59590);
// EXTERNAL MODULE: ./src/postgres/select-databases.ts
var select_databases = __webpack_require__(54108);
// EXTERNAL MODULE: ./src/github/escape-controls.ts
var escape_controls = __webpack_require__(33427);
// EXTERNAL MODULE: ./src/units.ts
var units = __webpack_require__(61996);
;// CONCATENATED MODULE: ./src/catalogue/shards.ts



/** GitHub starts no more jobs from one matrix. */
const mostShards = 256;
/** Bytes that the outputs of a job may have together; GitHub counts two for most characters, as UTF-16 does. */
const mostOutput = 2 ** 20;
/** Linux starts no process with a longer text in its environment, where inputs stand (`MAX_ARG_STRLEN`), nor its name. */
const mostInput = 128 * 1024 - 'INPUT_DATABASES=\0'.length;
/**
 * PURE. Divides the databases into so many parts at most: the longest first, each to the part that has the least work. The
 * longest part then has at most 4/3 of the work that the best division would leave it (R. L. Graham, Bounds on
 * Multiprocessing Timing Anomalies, 1969). None is empty, the longest comes first, and the order of listing plays no role.
 */
function divide(loads, most) {
    const sorted = loads.toSorted((a, b) => b.work - a.work || compareNames(a, b));
    const count = Math.min(most, mostShards, sorted.length);
    const parts = Array.from({ length: count }, () => ({ work: 0, loads: new Array() }));
    for (const load of sorted) {
        const part = parts.reduce((least, other) => (isLess(other, least) ? other : least));
        part.work += load.work;
        part.loads.push(load);
    }
    return parts
        .map(({ work, loads }) => ({ work, loads: loads.toSorted(compareNames) }))
        .toSorted((a, b) => b.work - a.work || compareNames(a.loads[0], b.loads[0]))
        .map((part, index) => ({ number: index + 1, ...part }));
}
/** What costs nothing is spread too, so that no part is empty. */
function isLess(a, b) {
    return a.work < b.work || (a.work === b.work && a.loads.length < b.loads.length);
}
/** By code units, since a locale's order differs from machine to machine. */
function compareNames(a, b) {
    const [left, right] = [a?.database ?? '', b?.database ?? ''];
    return left < right ? -1 : Number(left > right);
}
/**
 * PURE. The parts as GitHub's matrix takes them.
 * @param name what the names of the parts begin with
 * @param globals whether one part dumps them too: the last one, which has the least to do
 * @throws BackupError PGB_INPUT for what GitHub would not pass from job to job, or no process can be given
 */
function makeMatrix(shards, name, globals) {
    const digits = String(shards.length).length;
    const include = shards.map(({ number, loads }) => {
        const size = loads.reduce((sum, load) => sum + (load.size ?? 0), 0);
        return {
            shard: number,
            databases: JSON.stringify(loads.map(({ database }) => database)),
            size,
            label: `${number} of ${shards.length}: ${(0,units/* formatCount */.B4)(loads.length, 'database')}, ${(0,units/* formatBytes */.z3)(size)}`,
            // So that names sort as the parts do.
            name: `${name}-${String(number).padStart(digits, '0')}-of-${shards.length}`,
            globals: globals && number === shards.length,
        };
    });
    refuseLongOutput({ include }, shards);
    return { include };
}
/** PURE. Whether an artifact's name is that of one part of several, as {@link makeMatrix} gives it. */
function isPartName(artifactName) {
    return artifactName !== undefined && /-\d+-of-\d+$/.test(artifactName);
}
/** PURE. Whether names, as a JSON array, fit into one input of a step. */
function fitsInput(databases) {
    return Buffer.byteLength(JSON.stringify(databases)) <= mostInput;
}
function refuseLongOutput(matrix, shards) {
    const all = shards.flatMap(({ loads }) => loads.map(({ database }) => database));
    // The output `databases`, which the gathering needs, counts too.
    const size = 2 * ((0,escape_controls/* formatVisibleJson */._v)(matrix).length + (0,escape_controls/* formatVisibleJson */._v)(all).length);
    if (size > mostOutput) {
        throw (0,read_inputs/* refuseInput */.bG)('shards', `the outputs "matrix" and "databases" would have ${(0,units/* formatBytes */.z3)(size)} with ${(0,units/* formatCount */.B4)(all.length, 'database')}, and GitHub passes 1 MB from one job to others`, 'Divide the databases among several plans by patterns in "databases", as in "a*" and "*, !a*"');
    }
    const long = matrix.include.find(({ databases }) => Buffer.byteLength(databases) > mostInput);
    if (long === undefined)
        return;
    throw (0,read_inputs/* refuseInput */.bG)('shards', `part ${long.shard} of ${shards.length} would have more names than the 128 KiB that Linux passes to a process as one input`, 'Set a greater number, up to 256');
}

// EXTERNAL MODULE: ./src/inputs/tool-options.ts
var tool_options = __webpack_require__(85100);
;// CONCATENATED MODULE: ./src/backup/options.ts


const output = 'the input "output-dir"';
const dumpOptions = {
    owners: {
        ...tool_options/* connectionOptions */.HZ.owners,
        file: output,
        format: 'the input "format"',
        compress: 'the input "compression"',
        jobs: 'the input "jobs"',
        'lock-wait-timeout': 'the input "lock-wait-timeout"',
        snapshot: 'the input "verify"',
        create: 'the restore action, which creates the database',
        'enable-row-security': 'nothing: it leaves out rows without an error; use a role with BYPASSRLS',
        help: 'nothing: it would dump nothing',
        version: 'nothing: it would dump nothing',
    },
    shortNames: {
        ...tool_options/* connectionOptions */.HZ.shortNames,
        f: 'file',
        F: 'format',
        Z: 'compress',
        j: 'jobs',
        C: 'create',
        V: 'version',
        '?': 'help',
    },
    lettersWithValue: 'eEnNStTdhpUfFZj',
};
/** What pg_dumpall reads otherwise than pg_dump: these would leave out databases. */
const clusterOptions = {
    ...dumpOptions,
    owners: {
        ...dumpOptions.owners,
        'globals-only': 'the input "globals"',
        'roles-only': 'the input "globals"',
        'tablespaces-only': 'the input "globals"',
        database: tool_options/* connectionInputs */.eu,
    },
    free: ['role'],
    shortNames: {
        ...dumpOptions.shortNames,
        g: 'globals-only',
        r: 'roles-only',
        t: 'tablespaces-only',
        l: 'database',
    },
};
/**
 * PURE. Reads the `options` input: one argument of pg_dump, or of pg_dumpall with `all`, on each line.
 * @throws BackupError PGB_INPUT for an argument that the action owns, by its name
 */
function parseOptions(text, all) {
    const options = (0,tool_options/* splitOptions */.DS)(text);
    for (const option of options) {
        if (option === '--')
            throw (0,read_inputs/* refuseInput */.bG)('options', '"--" ends the options', 'Remove it');
        (0,tool_options/* checkOption */.EC)(option, all ? clusterOptions : dumpOptions);
    }
    return options;
}

;// CONCATENATED MODULE: ./src/backup/inputs.ts












/** Secrets among the inputs that are not part of the connection, such as a secret key in the wrong place. */
function listInputSecrets() {
    const scratch = {
        url: (0,read_inputs/* readText */.yR)('verify-url'),
        user: undefined,
        password: undefined,
        sslRootCert: undefined,
    };
    const misplaced = ((0,read_inputs/* readText */.yR)('age-recipients') ?? '').match(/AGE-SECRET-KEY-\S+/gi) ?? [];
    const plain = [(0,shared_inputs/* readPassphrase */.jP)(), (0,read_inputs/* readText */.yR)('github-token')].filter((secret) => secret !== undefined);
    return [...plain, ...(0,open_connection/* listSecrets */.AQ)(scratch, {}), ...misplaced];
}
/**
 * Reads the inputs and refuses what does not fit, before anything is touched.
 * @throws BackupError PGB_INPUT, PGB_ENCRYPT
 */
async function readBackupInputs() {
    const all = (0,read_inputs/* readFlag */.fG)('all');
    const format = (0,read_inputs/* readChoice */.Kf)('format', ['plain', 'custom', 'directory', 'tar']);
    const databases = (0,select_databases/* parseDatabases */.WJ)((0,read_inputs/* readText */.yR)('databases'));
    if (all && databases !== undefined) {
        throw (0,read_inputs/* refuseInput */.bG)('all', 'the input "databases" is given too', 'Give one of the two');
    }
    if (all && format !== 'plain') {
        throw (0,read_inputs/* refuseInput */.bG)('format', 'pg_dumpall, which "all" runs, writes plain only', 'Use plain, or name "databases"');
    }
    return {
        connection: (0,shared_inputs/* readConnectionInputs */.qY)(),
        databases,
        all,
        globals: (0,read_inputs/* readFlag */.fG)('globals'),
        format,
        compression: (0,compression_compression/* parseCompression */.Gd)((0,read_inputs/* readText */.yR)('compression') ?? 'gzip'),
        options: parseOptions((0,read_inputs/* readText */.yR)('options'), all),
        jobs: (0,read_inputs/* readCount */._0)('jobs', 1000),
        postgresVersion: (0,shared_inputs/* readPostgresVersion */.w4)(),
        lockWaitTimeout: readLockWaitTimeout(),
        stallTimeout: (0,inputs_duration/* readDuration */.$)('stall-timeout'),
        allowTransactionPooler: (0,read_inputs/* readFlag */.fG)('allow-transaction-pooler'),
        failFast: (0,read_inputs/* readFlag */.fG)('fail-fast'),
        verify: (0,read_inputs/* readChoice */.Kf)('verify', ['none', 'decode', 'restore']),
        verifyUrl: (0,read_inputs/* readText */.yR)('verify-url'),
        allowUnsandboxed: (0,read_inputs/* readFlag */.fG)('allow-unsandboxed'),
        encryption: await (0,encryption/* validateEncryption */.O)({
            recipients: (0,read_inputs/* readText */.yR)('age-recipients'),
            passphrase: (0,shared_inputs/* readPassphrase */.jP)(),
        }),
        allowPublicPlaintext: (0,read_inputs/* readFlag */.fG)('allow-public-plaintext'),
        ...readPlaces(),
        ...readDryRun(all),
        token: (0,read_inputs/* readText */.yR)('github-token'),
    };
}
function readPlaces() {
    const places = {
        outputDirectory: (0,read_inputs/* readText */.yR)('output-dir'),
        upload: (0,read_inputs/* readFlag */.fG)('upload'),
        artifactName: readArtifactName(),
        copyTo: (0,store_address/* parseStoreAddresses */.zS)((0,read_inputs/* readText */.yR)('copy-to'), 'copy-to'),
        retentionDays: (0,read_inputs/* readCount */._0)('retention-days', 400),
        keep: parseKeep((0,read_inputs/* readText */.yR)('keep')),
        maxShrink: (0,percentage/* readPercentage */.P)('max-shrink'),
    };
    requireKnownStore('max-shrink', places, places.maxShrink !== undefined && places.copyTo.length === 0);
    requireKnownStore('keep', places, places.keep !== undefined);
    return places;
}
/** What looks at earlier backups needs a store, and for artifacts a token. */
function requireKnownStore(input, { upload, copyTo }, isNeeded) {
    if (!isNeeded)
        return;
    if (!upload && copyTo.length === 0) {
        throw (0,read_inputs/* refuseInput */.bG)(input, 'the backup goes to no store, and "output-dir" is none', 'Set "copy-to" or "upload: true", or leave it out');
    }
    if (!upload || (0,read_inputs/* readText */.yR)('github-token') !== undefined)
        return;
    throw (0,read_inputs/* refuseInput */.bG)(input, 'artifacts are looked at for it, and "github-token" is empty', 'Leave "github-token" at its default, or set "upload: false"');
}
function readLockWaitTimeout() {
    const text = (0,read_inputs/* readText */.yR)('lock-wait-timeout') ?? '';
    if (/^\d{1,9}(us|ms|s|min|h|d)?$/.test(text))
        return text;
    throw (0,read_inputs/* refuseInput */.bG)('lock-wait-timeout', 'it is not a duration as PostgreSQL writes it', 'Write 60s or 5min');
}
function readDryRun(all) {
    const dryRun = (0,read_inputs/* readFlag */.fG)('dry-run');
    const shards = (0,read_inputs/* readCount */._0)('shards', mostShards);
    if (shards !== undefined && !dryRun) {
        throw (0,read_inputs/* refuseInput */.bG)('shards', 'it divides what a dry run plans, and "dry-run" is not true', 'Set "dry-run: true" in the job that plans, and leave "shards" out of the jobs of the matrix');
    }
    if (shards === undefined || !all)
        return { dryRun, shards };
    throw (0,read_inputs/* refuseInput */.bG)('shards', '"all" makes one file of the whole cluster', 'Set "databases: \'*\'" instead of it');
}
function readArtifactName() {
    const name = (0,read_inputs/* readText */.yR)('artifact-name');
    // The list of @actions/artifact: upload/path-and-artifact-name-validation.
    if (name === undefined || !/[":<>|*?\r\n\\/]/.test(name))
        return name;
    throw (0,read_inputs/* refuseInput */.bG)('artifact-name', 'GitHub takes none of the characters " : < > | * ? \\ / in it', 'Remove them');
}

;// CONCATENATED MODULE: ./src/backup/connect.ts







/**
 * Reads what the user asks for; the secrets are hidden first, since an error may quote them.
 * @throws BackupError PGB_INPUT, PGB_ENCRYPT, PGB_PUBLIC
 */
async function readInputs(run) {
    const given = (0,shared_inputs/* readConnectionInputs */.qY)();
    run.protect([...(0,open_connection/* listSecrets */.AQ)(given, run.environment), ...(0,open_store/* listStoreSecrets */.b)(run.environment), ...listInputSecrets()], [...(0,open_connection/* listShownNames */.Gp)(given, run.environment), ...(0,shared_inputs/* readShownTexts */.My)()]);
    const inputs = await readBackupInputs();
    await guardPublicUpload(inputs, run);
    return inputs;
}
/** @throws BackupError as {@link openServer} does */
async function connect(inputs, run) {
    // Where others are named, any database will do to ask the server.
    const needsDatabase = !inputs.all && inputs.databases === undefined;
    const server = await (0,open_server/* openServer */.C)({ ...inputs, needsDatabase, purpose: 'backup' }, run);
    (0,outputs/* setOutputs */.n)({ 'server-version': server.facts.version, 'client-version': server.client.version });
    return { inputs, server };
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/archive/checksum.ts
var checksum = __webpack_require__(11595);
;// CONCATENATED MODULE: ./src/archive/finished-file.ts
/** Says that a file is finished; to be called by whoever has finished it, and by nobody else. */
function markFinished(file) {
    return file;
}

// EXTERNAL MODULE: ./src/file-identity.ts
var file_identity = __webpack_require__(92140);
;// CONCATENATED MODULE: ./src/backup/subject.ts

const subjects = {
    cluster: 'The cluster',
    globals: 'The file of the globals',
    properties: "The file of the databases' properties",
    contents: "The file of the tables' rows",
};
/** What a file or a failure is about, as sentences name it. */
function describeSubject({ kind, database }) {
    if (kind === 'database')
        return `The database "${database}"`;
    return subjects[kind];
}
/** PURE. The databases that were asked for by name and do not exist. */
function listMissing({ missing }) {
    return missing.map((database) => {
        const subject = { kind: 'database', database };
        const error = new errors/* BackupError */.h('PGB_NO_DATABASE', {
            what: `${describeSubject(subject)} was not dumped`,
            why: 'the server has no database of that name',
            whatToDo: 'Correct the input "databases"; names are case-sensitive',
        });
        return { ...subject, error, wasStopped: false };
    });
}

;// CONCATENATED MODULE: ./src/backup/finish.ts







/** The proof of a file that was not to be verified. */
const unread = {
    uncompressedSize: null,
    rows: null,
    partitions: [],
    isEmpty: false,
    verification: {
        method: 'none',
        compared: [],
        notCompared: ['The file was not read back'],
        rowCounts: null,
    },
};
/** Makes sure that a dump is on the disk, and takes its checksum where that was not done while it was written. */
async function sealFile({ partialPath, digest }, signal) {
    const [sealed] = await Promise.all([digest ?? (0,checksum/* hashFile */.DC)(partialPath, signal), syncFile(partialPath)]);
    return sealed;
}
/**
 * Gives a dump that is proved and sealed its own name.
 * @throws BackupError PGB_VERIFY for one that is empty, or not any more what was dumped
 */
async function finishFile(dumped, proof, { sha256, size }, outputDirectory) {
    const { planned, partialPath, durationSeconds, warnings, identity: before } = dumped;
    if (size === 0)
        throw refuseFile(planned, 'it is empty');
    const path = (0,external_node_path_.join)(outputDirectory, planned.name);
    await (0,promises_.rename)(partialPath, path);
    const identity = await (0,file_identity/* identifyFile */.Zn)(path).catch(() => undefined);
    if (identity?.size !== size || !(0,file_identity/* isSameRenamed */.xj)(before, identity)) {
        await (0,promises_.rm)(path, { force: true });
        throw refuseFile(planned, 'the file was changed or removed while it was verified');
    }
    const file = { name: planned.name, path, size, sha256 };
    return markFinished({ ...file, planned, identity, durationSeconds, warnings, ...proof });
}
/**
 * Makes sure that the files are still those that were verified.
 * @throws BackupError PGB_VERIFY
 */
async function checkUnchanged(files) {
    for (const file of files) {
        if ((0,file_identity/* isSame */.Ft)(file.identity, await (0,file_identity/* identifyFile */.Zn)(file.path).catch(() => undefined)))
            continue;
        // Nothing bad keeps a finished file's name.
        await (0,promises_.rename)(file.path, `${file.path}.changed`).catch(() => undefined);
        throw refuseFile(file.planned, 'the file was changed or removed after it was verified');
    }
}
/** The error for a file that is not what it should be. */
function refuseFile(planned, why) {
    return new errors/* BackupError */.h('PGB_VERIFY', {
        what: `${describeSubject(planned)} was dumped, but the file ${planned.name} is not good`,
        why,
        whatToDo: 'Run the job again; if the error stays, look for a full or failing disk',
    });
}
async function syncFile(path) {
    const file = await (0,promises_.open)(path, 'r+');
    try {
        await file.sync();
    }
    finally {
        await file.close();
    }
}

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: ./src/free-space.ts
var free_space = __webpack_require__(94578);
// EXTERNAL MODULE: ./src/github/summary.ts
var github_summary = __webpack_require__(92935);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
;// CONCATENATED MODULE: ./src/archive/file-name.ts

const extensions = {
    plain: 'sql',
    custom: 'dump',
    directory: 'dir.tar',
    tar: 'tar',
};
/** Longest name that is kept as it is; PostgreSQL's own limit is 63 bytes unless it is built otherwise. */
const longestPlainName = 100;
const longestStem = 60;
/** Of the name's SHA-256: too many to find two names with the same ones. */
const digitsOfStandIn = 16;
/** UTC to the second, as in `20261104T020000Z`: sorts by time, and has no character that a file name may not hold. */
function formatTimeStamp(date) {
    return date.toISOString().replace(/[-:]|\.\d+/g, '');
}
/** Name of one file of a backup, as in `shop_20261104T020000Z.sql.gz.age`. */
function makeFileName(parts) {
    const age = parts.encrypted ? '.age' : '';
    if (parts.kind === 'contents')
        return `contents.json${age}`;
    const extension = parts.kind === 'properties' ? 'json' : extensions[parts.format];
    return `${nameSubject(parts)}_${parts.timeStamp}.${extension}${parts.compressionSuffix}${age}`;
}
function nameSubject({ kind, database, siblings = [] }) {
    return kind === 'database' ? toReadableName(database, siblings) : kind;
}
/**
 * The database's name where it is plain, else a readable stand-in with 16 hex digits of its SHA-256.
 *
 * Two names never give the same result, also where case does not count, if each is given the others.
 * @param siblings other names beside which the result must be unique
 */
function toReadableName(database, siblings = []) {
    return isPlainName(database) && !differsByCase(database, siblings) ? database : makeStandIn(database);
}
function isPlainName(name) {
    return (/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name) &&
        name.length <= longestPlainName &&
        !/^(cluster|globals|properties)$/i.test(name) &&
        !isReservedOnWindows(name) &&
        !looksLikeStandIn(name));
}
/** Windows reserves its device names whatever follows their first dot. */
function isReservedOnWindows(name) {
    return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name);
}
/** Such a name could be the stand-in of another, so it gets one of its own; the first version took 8 digits. */
function looksLikeStandIn(name) {
    return /-(?:[0-9a-f]{8}|[0-9a-f]{16})$/i.test(name);
}
function differsByCase(name, siblings) {
    const folded = name.toLowerCase();
    return siblings.some((sibling) => sibling !== name && sibling.toLowerCase() === folded);
}
function makeStandIn(name) {
    const stem = name
        .normalize('NFKD')
        .replace(/\p{M}/gu, '')
        .replace(/[^A-Za-z0-9-]+/g, '_')
        .replace(/^[_-]+|[_-]+$/g, '')
        .slice(0, longestStem);
    const digits = (0,external_node_crypto_.createHash)('sha256').update(name).digest('hex').slice(0, digitsOfStandIn);
    return `${stem === '' ? 'database' : stem}-${digits}`;
}

// EXTERNAL MODULE: ./src/stores/artifact/artifact-name.ts
var artifact_name = __webpack_require__(45459);
;// CONCATENATED MODULE: ./src/backup/choose-jobs.ts

/** However far the server is. */
const mostJobs = 16;
/** Seconds of a core for the start of one pg_dump, and bytes of a database that a core dumps and compresses in one. */
const [secondsEach, bytesPerSecond] = [0.15, 60e6];
/** Times that pg_dump waits for an answer of the server before it comes to the rows. */
const roundTripsEach = 100;
/** A size that is not known. */
const assumedSize = 1e9;
/**
 * PURE. Seconds of a core for the dump of a database, and seconds that it waits for a server so far away.
 * @param size bytes on the server; null where it does not tell
 */
function estimateWork(size, roundTrip) {
    const working = secondsEach + (size ?? assumedSize) / bytesPerSecond;
    return { working, waiting: roundTripsEach * roundTrip };
}
/**
 * PURE. How many dumps keep the cores busy: one for each while they work, and more by as much as they wait for the
 * network, which small databases far away do nearly all the time. Half of the free connections is left to others.
 */
function chooseJobs(conditions) {
    const { roundTrip, sizes, freeConnections, connectionsEach, cores } = conditions;
    const bytes = sizes.reduce((sum, size) => sum + (size ?? assumedSize), 0);
    const working = sizes.length * secondsEach + bytes / bytesPerSecond;
    const waiting = sizes.length * roundTripsEach * roundTrip;
    const busy = Math.round(cores * (1 + (working === 0 ? 0 : waiting / working)));
    const wanted = freeConnections === undefined ? cores : Math.max(cores, Math.min(mostJobs, busy));
    const allowed = Math.floor((freeConnections ?? Infinity) / 2 / connectionsEach);
    const jobs = Math.max(1, Math.min(wanted, allowed));
    const facts = [
        `${cores} ${cores === 1 ? 'core' : 'cores'}`,
        `${Math.round(roundTrip * 1000)} ms to the server and back`,
        `${(0,units/* formatBytes */.z3)(bytes)} in ${sizes.length === 1 ? 'one database' : `${sizes.length} databases`}`,
        freeConnections === undefined
            ? 'and a pooler that does not tell how many connections are free'
            : `and ${Math.max(0, freeConnections)} free connections`,
    ];
    return { jobs, reason: facts.join(', ') };
}

// EXTERNAL MODULE: ./src/archive/compression/compression-methods.ts
var compression_methods = __webpack_require__(59142);
;// CONCATENATED MODULE: ./src/backup/dump/space.ts




/** Less than this counts as nothing: a tool that fails then has met a full disk, even if it does not say so. */
const nothingLeft = 64 * 1024;
/** Exit code of a process that was killed by SIGXFSZ, for writing beyond the limit on a file's size. */
const fileSizeLimit = 128 + 25;
/** PURE. Bytes that the finished files are expected to take. */
function estimateOutput({ files }) {
    return files.reduce((sum, file) => sum + estimateFile(file, true), 0);
}
/** PURE. Bytes that directory archives are expected to take at once before each is one tar file. */
function estimateStaging({ files, concurrency }) {
    const sizes = files
        .filter(({ format }) => format === 'directory')
        .map((file) => estimateFile(file, file.compression.inside));
    return sizes
        .sort((a, b) => b - a)
        .slice(0, concurrency)
        .reduce((sum, size) => sum + size, 0);
}
function estimateFile({ sizeOnServer, compression }, isCompressed) {
    return Math.round((sizeOnServer ?? 0) * (isCompressed ? compression_methods/* compressionFacts */.O[compression.method].ratio : 1));
}
/** Reads how much is free in each directory, and warns where the files are not expected to fit. */
async function surveyPlaces(wanted, log) {
    const places = await Promise.all(wanted.map(async (place) => ({ ...place, free: await (0,free_space/* readFreeBytes */.Kb)(place.directory) })));
    for (const { label, free, estimated } of places) {
        if (free === undefined || free >= estimated)
            continue;
        log.warning(`The backup may not fit: ${label} has ${(0,units/* formatBytes */.z3)(free)} free, and by the size of the databases ` +
            `about ${(0,units/* formatBytes */.z3)(estimated)} will be written there. Free space, or set "output-dir" to a larger disk.`);
    }
    return places;
}
/**
 * The error for a tool that failed because the runner's own disk, or a limit on the size of files, was met;
 * undefined for any other failure, also for a full disk of the server.
 * @param what first sentence of the error
 */
async function explainFullDisk(what, { failure, stderr }, places) {
    const ofServer = /^.*(ERROR|FATAL|PANIC): {2}.*$/gm;
    const words = stderr.replace(ofServer, '');
    const isLimited = failure?.exitCode === fileSizeLimit || /file too large/i.test(words);
    const fullest = await findFullest(places);
    const isFull = /no space left on device|disk quota exceeded/i.test(words);
    const isSilent = failure !== undefined && stderr === words && (fullest?.left ?? Infinity) < nothingLeft;
    if (!isLimited && !isFull && !isSilent)
        return undefined;
    return new errors/* BackupError */.h('PGB_DISK', {
        what,
        why: (isLimited ? 'the file system or a limit (ulimit -f) allows no larger file' : 'the disk is full') +
            formatFigures(fullest),
        whatToDo: 'Free space on the runner, use a stronger "compression", or set "output-dir" to a larger disk',
    });
}
async function findFullest(places) {
    const now = await Promise.all(places.map(async (place) => ({ ...place, left: (await (0,free_space/* readFreeBytes */.Kb)(place.directory)) ?? Infinity })));
    return now.filter(({ left }) => left < Infinity).sort((a, b) => a.left - b.left)[0];
}
function formatFigures(place) {
    if (place === undefined)
        return '';
    const { label, left, free, estimated } = place;
    const before = free === undefined ? '' : ` of ${(0,units/* formatBytes */.z3)(free)} that were free`;
    return ` (${label} has ${(0,units/* formatBytes */.z3)(left)} left${before}, and about ${(0,units/* formatBytes */.z3)(estimated)} were expected to be written)`;
}

;// CONCATENATED MODULE: ./src/backup/fleet/obstacles.ts



/** Beyond so many times what there is no error of an estimate can be the reason. */
const certainty = 4;
/**
 * PURE. What may keep parts from their end, as sentences.
 * @param estimate the parts for another number of them
 * @throws BackupError PGB_INPUT for what cannot work, with a number of parts that would do
 */
function findObstacles(parts, estimate, surroundings) {
    const { mostSeconds, freeDisk } = surroundings;
    const needs = [
        {
            of: ({ seconds }) => seconds,
            limit: mostSeconds,
            describe: (part) => `part ${part.number} is expected to take ${formatHours(part.seconds)}${describeGround(part, surroundings)}, and GitHub ends a job after ${formatHours(mostSeconds)}`,
            remedy: 'a larger runner or one of your own',
        },
        {
            of: ({ disk }) => disk,
            limit: freeDisk ?? Infinity,
            describe: (part) => `part ${part.number} is expected to write ${(0,units/* formatBytes */.z3)(part.disk)}, and a disk like that of this runner has ${(0,units/* formatBytes */.z3)(freeDisk ?? 0)} free`,
            remedy: 'a stronger "compression", or a larger disk by "output-dir" or a larger runner',
        },
    ];
    return [
        ...needs.flatMap((need) => judgeNeed(need, parts, estimate)),
        ...findConnections(parts, surroundings.freeConnections),
    ];
}
function judgeNeed(need, parts, estimate) {
    const greatest = findGreatest(need, parts);
    if (greatest === undefined || need.of(greatest) <= need.limit)
        return [];
    const enough = findEnough(need, parts.length, estimate);
    const whatToDo = enough === undefined
        ? `No number of parts would do, since a single database needs as much: use ${need.remedy}`
        : `Set "shards: ${enough}"`;
    const why = need.describe(greatest);
    if (need.of(greatest) > certainty * need.limit)
        throw (0,read_inputs/* refuseInput */.bG)('shards', why, whatToDo);
    return [`${why.replace(/^p/, 'P')}. ${whatToDo}.`];
}
function findGreatest({ of }, parts) {
    return parts.toSorted((a, b) => of(b) - of(a))[0];
}
/** The smallest number of parts of which none needs too much; undefined where not even the most would do. */
function findEnough(need, tooFew, estimate) {
    const fits = (count) => estimate(count).every((part) => need.of(part) <= need.limit);
    let [low, high] = [tooFew, mostShards];
    if (!fits(high))
        return undefined;
    while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (fits(middle))
            high = middle;
        else
            low = middle;
    }
    return high;
}
function findConnections(parts, free) {
    if (free === undefined)
        return [];
    const together = parts.reduce((sum, { connections }) => sum + connections, 0);
    if (together <= free)
        return [];
    const each = Math.max(...parts.map(({ connections }) => connections));
    const most = Math.max(1, Math.floor(free / each));
    const lack = each > free ? `, and a lower "jobs" than ${each}` : '';
    return [
        `All parts at once would open ${(0,units/* formatCount */.B4)(together, 'connection')}, and the server has ${Math.max(0, free)} free beside its reserve. ` +
            `Set "max-parallel: ${most}" or less in the strategy of the matrix${lack}; nothing is amiss if it is set already.`,
    ];
}
/** What an expected time is taken from. */
function describeGround({ known, loads }, { cores }) {
    if (known === loads.length)
        return ', as its databases took the last time';
    const bySize = `on ${(0,units/* formatCount */.B4)(cores, 'core')}, at 60 MB/s for each`;
    return known === 0
        ? ` ${bySize}`
        : `, as ${known} of its databases took the last time and the others do ${bySize}`;
}
function formatHours(seconds) {
    const hours = seconds / 3600;
    return `${hours < 10 ? hours.toFixed(1).replace(/\.0$/, '') : Math.round(hours)} hours`;
}

;// CONCATENATED MODULE: ./src/backup/fleet/plan-fleet.ts






/**
 * PURE. Divides a planned backup into parts of equal work, and looks at what could stop them.
 * @param past what databases took the last time, by their names; the others are judged by their sizes on the server
 * @throws BackupError PGB_INPUT where a part cannot work, with a number of parts that would do
 */
function planFleet(plan, inputs, shards, surroundings, past = new Map()) {
    const files = plan.files.filter((file) => file.kind === 'database');
    const loads = files.map(({ database, sizeOnServer }) => {
        const { working, waiting } = estimateWork(sizeOnServer, surroundings.roundTrip);
        // In seconds of a job, of which several dumps at once take one.
        const work = past.get(database)?.seconds ?? (working + waiting) / plan.concurrency;
        return { database, size: sizeOnServer, work };
    });
    const byName = new Map(files.map((file) => [file.database, file]));
    const estimate = (count) => divide(loads, count).map((shard) => {
        const own = shard.loads.map(({ database }) => byName.get(database)).filter((file) => file !== undefined);
        return estimatePart(shard, own, inputs, { ...surroundings, past });
    });
    const parts = estimate(shards);
    const warnings = findObstacles(parts, estimate, surroundings);
    const name = inputs.artifactName ?? (0,artifact_name/* toArtifactName */.x)(`postgres-backup-${formatTimeStamp(plan.startedAt)}`);
    return { parts, matrix: makeMatrix(parts, name, inputs.globals), warnings };
}
function estimatePart(shard, files, inputs, { cores, roundTrip, freeConnections, past, }) {
    const sizes = files.map(({ sizeOnServer }) => sizeOnServer);
    const proofs = inputs.verify === 'restore' ? 2 : 0;
    const conditions = { roundTrip, sizes, freeConnections, connectionsEach: 1 + proofs, cores };
    const jobs = inputs.jobs ?? chooseJobs(conditions).jobs;
    const atOnce = Math.min(jobs, files.length);
    // The directory format has a leader beside its workers.
    const dump = inputs.format === 'directory' ? 1 + Math.max(1, Math.floor(jobs / atOnce)) : 1;
    const known = files.map(({ database }) => past.get(database)).filter((file) => file !== undefined);
    const others = files.filter(({ database }) => !past.has(database));
    const works = others.map(({ sizeOnServer }) => estimateWork(sizeOnServer, roundTrip));
    const working = sum(works.map((work) => work.working));
    const alone = works.map((work) => work.working + work.waiting);
    const longest = Math.max(...alone, ...known.map(({ dumpSeconds }) => dumpSeconds));
    const together = sum(known.map(({ seconds }) => seconds)) + Math.max(working / cores, sum(alone) / atOnce);
    // A copy of each database that is proved, beside the files.
    const copies = proofs > 0 && inputs.verifyUrl === undefined ? sumLargest(sizes, atOnce) : 0;
    return {
        ...shard,
        seconds: Math.max(longest, together),
        known: known.length,
        disk: sum(known.map(({ bytes }) => bytes)) + estimateOutput({ files: others }) + copies,
        connections: atOnce * (dump + proofs),
    };
}
function sum(numbers) {
    return numbers.reduce((total, number) => total + number, 0);
}
function sumLargest(sizes, count) {
    const known = sizes.map((size) => size ?? 0).sort((a, b) => b - a);
    return sum(known.slice(0, count));
}

// EXTERNAL MODULE: ./src/stores/examine-all.ts
var examine_all = __webpack_require__(46715);
;// CONCATENATED MODULE: ./src/backup/history/look-back.ts


/** Manifests of one store that are read before it is asked whether that is enough. */
const batch = 40;
/** Manifests of one store that are read at most, the newest first. */
const mostExamined = 400;
/** Milliseconds for all stores together: the backup waits to be stored. */
const limitMilliseconds = 120_000;
/**
 * Reads the manifests of earlier backups, newest first, until there are enough in some store. What cannot be listed or
 * read is told of, and stops nothing.
 * @param select those that count, newest first
 * @param isEnough whether what a store has shown so far will do
 * @throws the reason of the signal
 */
async function lookBack(stores, select, isEnough, signal) {
    const timeUp = AbortSignal.timeout(limitMilliseconds);
    const limited = AbortSignal.any([signal, timeUp]);
    const unseen = [];
    let backups = [];
    for (const kept of stores) {
        try {
            const { read, unread } = await readStore(kept, (found) => isEnough(select(found)), limited);
            backups = select([...backups, ...read]);
            unseen.push(...unread.map(({ backup, why }) => `${backup.address}: ${why}`));
        }
        catch (error) {
            signal.throwIfAborted();
            if (!timeUp.aborted && !(error instanceof errors/* BackupError */.h))
                throw error;
            unseen.push(`${kept.store.address}: ${describe(error)}`);
        }
    }
    return { backups, unseen };
}
async function readStore({ store, pattern }, isEnough, signal) {
    const listed = await store.list({ name: pattern }, signal);
    listed.sort((a, b) => b.storedAt.getTime() - a.storedAt.getTime());
    const { read, unread } = { read: [], unread: [] };
    for (let start = 0; start < Math.min(listed.length, mostExamined) && !isEnough(read); start += batch) {
        const next = listed.slice(start, start + batch);
        const examined = await (0,examine_all/* examineAll */.l)(store, next, signal);
        read.push(...examined.read);
        unread.push(...examined.unread);
    }
    return { read, unread };
}
function describe(error) {
    if (!(error instanceof errors/* BackupError */.h))
        return `it did not answer within ${limitMilliseconds / 1000} seconds`;
    const { why, whatToDo } = error.explanation;
    return `${why}. ${whatToDo}`;
}

// EXTERNAL MODULE: ./src/archive/manifest.ts
var archive_manifest = __webpack_require__(49365);
// EXTERNAL MODULE: ./src/postgres/connection/hosts.ts
var connection_hosts = __webpack_require__(99615);
// EXTERNAL MODULE: ./src/postgres/server-id.ts
var server_id = __webpack_require__(6832);
;// CONCATENATED MODULE: ./src/backup/report/series.ts




/**
 * The series of a backup that is made here.
 * @returns undefined where the runner does not tell repository, workflow and job
 */
function describeSeries({ facts, connection }, environment) {
    const repository = environment['GITHUB_REPOSITORY'] ?? '';
    const workflow = findWorkflow(environment);
    const job = environment['GITHUB_JOB'] ?? '';
    if (!/^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(repository) || workflow === '' || job === '')
        return undefined;
    const server = facts.systemIdentifier === undefined
        ? hideAddress(repository, connection.parameters)
        : (0,server_id/* hideSystemIdentifier */.R)(repository, facts.systemIdentifier);
    return { repository, workflow: workflow.slice(0, 500), job: job.slice(0, 500), server };
}
/** The series of a backup that is only planned; undefined where the runner does not tell enough. */
function describePlannedSeries({ inputs, server }, environment) {
    const described = describeSeries(server, environment);
    return described && { ...described, options: (0,archive_manifest/* hideRoles */.Qm)(inputs.options).toSorted() };
}
/** The file, since two workflows may share a name: `owner/name/.github/workflows/backup.yml@refs/heads/main`. */
function findWorkflow(environment) {
    const [, path] = /^[^/]+\/[^/]+\/(.+?)@/.exec(environment['GITHUB_WORKFLOW_REF'] ?? '') ?? [];
    return path ?? environment['GITHUB_WORKFLOW'] ?? '';
}
/**
 * Of an address a plain hash would tell too much: all of IPv4 is tried in a minute. A fast machine needs years for that
 * here; a guess of a single name can still be tried, by somebody who has the manifest and knows the name already. A
 * password as a key would protect the name, and be open to guesses itself.
 */
function hideAddress(repository, parameters) {
    const hosts = (0,connection_hosts/* listHosts */._)(parameters).map(({ host, hostaddr, port }) => [host ?? hostaddr ?? '', port]);
    const cost = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 1024 * 1024 };
    return (0,external_node_crypto_.scryptSync)(JSON.stringify(hosts), `postgres-backup\0${repository}`, server_id/* idLength */.a, cost).toString('hex');
}

// EXTERNAL MODULE: ./src/stores/artifact/artifact-store.ts + 2 modules
var artifact_store = __webpack_require__(711);
;// CONCATENATED MODULE: ./src/backup/storing/kept-stores.ts


/**
 * PURE. The names that earlier backups have: a time stamp, as in the names of a fleet's parts, is not theirs, nor what
 * follows it.
 */
function findPattern(artifactName) {
    return `${artifactName?.replace(/\d{8}T\d{6}Z.*$/s, '') ?? 'postgres-backup-'}*`;
}
/** In the order in which they get the backup; the artifacts need a token. */
function listStores({ upload, artifactName, token, copyTo }, { log }) {
    const artifacts = upload && token !== undefined
        ? [{ store: (0,artifact_store/* openArtifactStore */.k)({ token, log }), pattern: findPattern(artifactName) }]
        : [];
    return [...artifacts, ...copyTo.map((address) => ({ store: (0,open_store/* openStore */.C)(address, log), pattern: '*' }))];
}

// EXTERNAL MODULE: ./src/catalogue/copies.ts
var catalogue_copies = __webpack_require__(14580);
;// CONCATENATED MODULE: ./src/backup/fleet/experience.ts

/**
 * PURE. The complete backups of the same things, newest first. Their job is another than the one that plans, so that all
 * jobs of the workflow count.
 */
function selectParts(backups, series) {
    return (0,catalogue_copies/* sortNewestFirst */.BP)(backups).filter((backup) => {
        const own = (0,catalogue_copies/* seriesOf */.Lf)(backup.manifest);
        const isOfFleet = own !== undefined && (0,catalogue_copies/* isSameSeries */.oC)({ ...own, job: series.job }, series);
        return isOfFleet && backup.manifest.status === 'complete' && (0,catalogue_copies/* isCredible */.vz)(backup);
    });
}
/**
 * PURE. What the planned databases took the last time that they were backed up in the same format and compression, by
 * their names.
 * @param backups from {@link selectParts}
 */
function learn(backups, planned) {
    const wanted = new Map(planned.map((file) => [file.database, describeWay(file)]));
    const known = new Map();
    for (const { manifest } of backups) {
        const files = manifest.files.filter(({ kind }) => kind === 'database');
        const dumps = files.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
        const all = (Date.parse(manifest.finishedAt) - Date.parse(manifest.startedAt)) / 1000;
        for (const file of files) {
            const { database, durationSeconds: dumpSeconds, size: bytes } = file;
            if (database === null || known.has(database) || wanted.get(database) !== describeWay(file))
                continue;
            known.set(database, { seconds: dumps > 0 ? (all * dumpSeconds) / dumps : 0, dumpSeconds, bytes });
        }
    }
    return known;
}
function describeWay({ format, compression, }) {
    return `${format} ${compression.method}`;
}

;// CONCATENATED MODULE: ./src/backup/fleet/recall.ts





/**
 * What the planned databases took the last time, by their names, as far as the stores show it; and a line of the log that
 * says so. It reads about as many manifests as there are parts.
 * @throws the reason of the run's signal
 */
async function recallBackups(backup, shards, run) {
    const planned = backup.plan.files.filter(({ kind }) => kind === 'database');
    const stores = listStores(backup.inputs, run);
    const series = describePlannedSeries(backup, run.environment);
    if (series === undefined || stores.length === 0) {
        run.log.info(recall_describeGround(0, planned.length, []));
        return new Map();
    }
    const { backups, unseen } = await lookBack(stores, (found) => selectParts(found, series), 
    // A database that is new is in none, however many are read.
    (found) => found.length >= shards || learn(found, planned).size === planned.length, run.signal);
    const known = learn(backups, planned);
    run.log.info(recall_describeGround(known.size, planned.length, unseen));
    return known;
}
/**
 * PURE. What the plan expects times and files by, for the log.
 * @param known databases of which the last backup was seen, among all of `count`
 * @param unseen what was not seen, and why, without final stop
 */
function recall_describeGround(known, count, [unseen]) {
    if (known === count)
        return `Expected times and files: as in the last backups of ${(0,units/* formatCount */.B4)(count, 'database')}`;
    const sizes = `by the size on the server${known === 0 ? '' : ` for ${(0,units/* formatCount */.B4)(count - known, 'other')}`}`;
    const past = known === 0 ? '' : `as in the last backups of ${(0,units/* formatCount */.B4)(known, 'database')}, and `;
    const why = unseen === undefined ? '' : `; not all backups were seen: ${unseen}`;
    return `Expected times and files: ${past}${sizes}${why}`;
}

;// CONCATENATED MODULE: ./src/backup/fleet/fleet.ts








/** GitHub ends a job of its own runners after six hours, and one of yours after five days. */
const [hostedSeconds, ownSeconds] = [6 * 3600, 5 * 24 * 3600];
/**
 * Divides what is planned, if it is to be divided.
 * @throws BackupError PGB_INPUT where a part cannot work
 */
async function divideAmongJobs(planned, run) {
    const { inputs, server, plan } = planned;
    if (inputs.shards === undefined)
        return undefined;
    const past = await recallBackups(planned, inputs.shards, run);
    return planFleet(plan, inputs, inputs.shards, await lookAround(server.facts, inputs, run), past);
}
/** Says how the databases are divided, and puts out the matrix. */
async function reportFleet(fleet, run) {
    const { matrix, warnings } = fleet;
    for (const warning of warnings)
        run.log.warning(warning, 'Fleet');
    for (const [label = '', largest = '', time = '', disk = ''] of listRows(fleet)) {
        run.log.info(`Part ${label}; the largest is "${largest}"; about ${time} and ${disk} of disk`);
    }
    await (0,github_summary/* writeSummary */.Sy)(run.redact(formatFleet(fleet)));
    (0,outputs/* setOutputs */.n)({ matrix });
}
/** PURE. The parts as the step summary of a plan shows them, in Markdown. */
function formatFleet(fleet) {
    const header = ['Part', 'Largest database', 'Expected time', 'Expected disk'];
    return `#### Parts\n\n${(0,github_summary/* formatTable */.ku)(header, listRows(fleet))}\n`;
}
function listRows({ parts, matrix }) {
    return parts.map(({ number, loads, seconds, disk }) => [
        matrix.include[number - 1]?.label ?? '',
        loads.toSorted((a, b) => b.work - a.work)[0]?.database ?? '',
        (0,units/* formatSeconds */.Xo)(seconds),
        (0,units/* formatBytes */.z3)(disk),
    ]);
}
/** What this runner says of those that the parts will get. */
async function lookAround({ roundTrip, freeConnections }, { outputDirectory }, { cores, environment }) {
    const place = outputDirectory === undefined
        ? (environment['RUNNER_TEMP'] ?? (0,external_node_os_.tmpdir)())
        : (0,external_node_path_.resolve)(environment['GITHUB_WORKSPACE'] ?? '.', outputDirectory);
    return {
        cores,
        roundTrip,
        freeConnections,
        freeDisk: await (0,free_space/* readFreeBytes */.Kb)(place),
        mostSeconds: environment['RUNNER_ENVIRONMENT'] === 'self-hosted' ? ownSeconds : hostedSeconds,
    };
}

// EXTERNAL MODULE: ./src/catalogue/alarm.ts
var alarm = __webpack_require__(28168);
;// CONCATENATED MODULE: ./src/backup/history/shrinkage.ts






/** The share that may be lost without a word where nobody says otherwise. */
const usualShrink = 0.5;
/** Losses that one message names. */
const shownLosses = 3;
/** Backups of the series that a summary shows. */
const shownBackups = 30;
/**
 * Measures a new backup by the earlier ones of its series, as far as its stores show them, before its manifest is
 * written. Without `max-shrink` a loss of more than half is a warning, and only one of a whole database an alarm: there
 * are tables that are emptied each day.
 * @throws the reason of the run's signal
 */
async function measureShrinkage(manifest, { inputs, server }, run) {
    const { maxShrink, keep } = inputs;
    // Hundreds of parts would ask GitHub more than a repository may in an hour; with "keep" they do so anyway.
    const isSparing = maxShrink === undefined && keep === undefined && isPartName(inputs.artifactName);
    const stores = listStores(isSparing ? { ...inputs, token: undefined } : inputs, run);
    if (stores.length === 0 || manifest.files.length === 0) {
        return { alarm: [], failure: undefined, past: { backups: [], unseen: [] } };
    }
    const onServer = new Set(server.facts.databases.map(({ name }) => name));
    const compare = (past) => (0,alarm/* compareWithPast */.g)(manifest, past, maxShrink ?? usualShrink, onServer);
    const series = (0,catalogue_copies/* seriesOf */.Lf)(manifest);
    const past = series === undefined
        ? { backups: [], unseen: ['the runner does not tell repository, workflow and job'] }
        : await lookBack(stores, (found) => (0,alarm/* selectPast */.z)(found, series), (found) => found.length >= shownBackups && compare(found).unmeasured.length === 0, run.signal);
    for (const text of past.unseen)
        run.log.info(`Not compared with earlier backups: ${text}.`);
    const { losses, unmeasured } = compare(past.backups);
    const alarming = maxShrink === undefined ? losses.filter(({ isWhole }) => isWhole) : losses;
    if (maxShrink === undefined)
        for (const loss of losses)
            warnOfLoss(loss, run);
    const failure = maxShrink === undefined || maxShrink >= 1
        ? undefined
        : losses.length > 0
            ? refuseLosses(losses)
            : refuseUnmeasured(unmeasured, past.unseen);
    return { alarm: [...new Set(alarming.map(({ name }) => name))], failure, past };
}
function warnOfLoss({ text, isWhole }, { log }) {
    const hold = isWhole ? ' Until such a run "keep" removes nothing.' : '';
    log.warning(`More than half is gone. ${text}. If that is right, run once with "max-shrink: 100%".${hold}`, 'Shrunk');
}
function refuseLosses(losses) {
    const rest = losses.length - shownLosses;
    const texts = losses.slice(0, shownLosses).map(({ text }) => text);
    return new errors/* BackupError */.h('PGB_SHRUNK', {
        what: 'The backup is stored, but it holds less than "max-shrink" allows',
        why: `${texts.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`,
        whatToDo: 'See whether the data was meant to go. If so, run once with "max-shrink: 100%"; until then the alarm lasts, and "keep" removes nothing',
    });
}
/** A first backup has nothing to be measured by, which is no failure unless there may be one that was not seen. */
function refuseUnmeasured(unmeasured, [unseen]) {
    if (unmeasured.length === 0 || unseen === undefined)
        return undefined;
    return new errors/* BackupError */.h('PGB_UNKNOWN', {
        what: `The backup is stored, but it is not known whether ${unmeasured.slice(0, shownLosses).join(', ')} shrank`,
        why: `an earlier backup may be where nothing could be read: ${unseen}`,
        whatToDo: 'Correct that, or leave "max-shrink" empty, which makes it a line of the log',
    });
}

// EXTERNAL MODULE: ./src/postgres/connection/connection-string.ts + 3 modules
var connection_string = __webpack_require__(69555);
// EXTERNAL MODULE: ./src/postgres/sql/quote.ts
var quote = __webpack_require__(48920);
;// CONCATENATED MODULE: ./src/postgres/dump-arguments.ts


/** PURE. The argument vector of pg_dump; it names no host, user or password. */
function makeDumpArguments(request) {
    const { database, format, directory, snapshot } = request;
    return [
        '--no-password',
        `--format=${format}`,
        ...(format === 'custom' || format === 'directory' ? [formatCompression(request)] : []),
        `--lock-wait-timeout=${request.lockWaitTimeout}`,
        ...(directory === undefined
            ? []
            : // The files are read at once and then removed, so they need not be synced.
                [`--jobs=${request.tableJobs}`, `--file=${directory}`, '--no-sync']),
        ...(snapshot === undefined ? [] : [`--snapshot=${snapshot}`]),
        (0,connection_string/* formatDatabaseArgument */.OA)(database),
        // The user's own come last, so that one with its value missing cannot swallow one of ours.
        ...request.options,
    ];
}
/** PURE. The argument vector of pg_dumpall, for the whole cluster or its globals. */
function makeDumpAllArguments(request) {
    const { kind, lockWaitTimeout, database, excluded, mayReadPasswords, options } = request;
    const ofCluster = [
        `--lock-wait-timeout=${lockWaitTimeout}`,
        ...excluded.map((name) => `--exclude-database=${(0,quote/* quoteIdentifier */.C)(name)}`),
    ];
    return [
        '--no-password',
        `--database=dbname=${(0,connection_string/* escapeConninfoValue */.xA)(database)}`,
        ...(mayReadPasswords ? [] : ['--no-role-passwords']),
        ...(kind === 'globals' ? ['--globals-only'] : ofCluster),
        ...options,
    ];
}
/**
 * PURE. Whether pg_dump compresses inside the archive: gzip in every version, lz4 and zstd from 16 on
 * (PostgreSQL 16 release notes); plain and tar archives it never compresses.
 */
function canCompressInside(format, method, clientMajor) {
    if (format !== 'custom' && format !== 'directory')
        return false;
    return method === 'gzip' || (clientMajor >= 16 && (method === 'lz4' || method === 'zstd'));
}
function formatCompression({ compression, clientMajor }) {
    const { method, level } = compression;
    if (level === null)
        return '--compress=0';
    return clientMajor >= 16 ? `--compress=${method}:${level}` : `--compress=${level}`;
}

;// CONCATENATED MODULE: ./src/backup/plan.ts







/** PURE. Whether it is no dump, but of no use without one. */
function isAboutDumps(file) {
    return file.kind === 'properties' || file.kind === 'contents';
}
/** Plans a backup to be made here and now. */
function planBackup(connected, run) {
    const { inputs, server } = connected;
    const isMasked = (text) => run.redact(text) !== text;
    const conditions = { clientMajor: server.client.major, cores: run.cores, now: new Date(), isMasked };
    return { ...connected, plan: makePlan(inputs, server.facts, conditions) };
}
/**
 * PURE. Decides what to dump, into which files, and how much at once.
 * @throws BackupError PGB_NO_DATABASE when nothing is left to back up
 */
function makePlan(inputs, server, conditions) {
    const selection = selectSubjects(inputs, server);
    const clusterDatabases = inputs.all ? listClusterDatabases(inputs, server) : [];
    const hasNames = selection.names.length + clusterDatabases.length > 0;
    const files = listFiles(inputs, server, selection.names, hasNames, conditions);
    // What is about the dumps takes no time.
    const dumps = files.filter((file) => !isAboutDumps(file));
    const chosen = inputs.jobs === undefined ? chooseJobs(describeConditions(inputs, dumps, server, conditions)) : undefined;
    const jobs = chosen?.jobs ?? inputs.jobs ?? 1;
    const concurrency = Math.min(jobs, dumps.length);
    return {
        startedAt: conditions.now,
        files,
        databases: selection.names,
        clusterDatabases,
        missing: selection.missing,
        passedOver: selection.passedOver,
        encryption: nameEncryption(inputs.encryption),
        artifactName: inputs.artifactName ?? makeArtifactName(inputs, selection.names, conditions),
        concurrency,
        tableJobs: Math.max(1, Math.floor(jobs / concurrency)),
        jobsReason: chosen?.reason,
        threads: Math.max(1, Math.ceil(conditions.cores / concurrency)),
    };
}
/** With `verify: restore`, two more sessions hold the snapshot and read it. */
function describeConditions({ verify }, dumps, { roundTrip, freeConnections }, { cores }) {
    const sizes = dumps.map(({ sizeOnServer }) => sizeOnServer);
    return { roundTrip, sizes, freeConnections, connectionsEach: verify === 'restore' ? 3 : 1, cores };
}
function selectSubjects(inputs, server) {
    if (inputs.all)
        return { names: [], missing: [], passedOver: listClosed(server) };
    if (inputs.databases === undefined)
        return { names: [server.database], missing: [], passedOver: [] };
    const selection = (0,select_databases/* selectDatabases */.$P)(inputs.databases, server);
    if (selection.names.length > 0)
        return selection;
    const asked = selection.missing.map((name) => `"${name}"`).join(', ');
    throw new errors/* BackupError */.h('PGB_NO_DATABASE', {
        what: 'There is no database to back up',
        why: `the server has none that the input "databases" names${asked === '' ? '' : ` (${asked})`}`,
        whatToDo: 'Correct the names; they are case-sensitive, and a pattern matches no template',
    });
}
function listClosed({ databases, service }) {
    // pg_dumpall looks into templates too.
    const dumped = databases.filter(({ allowsConnections }) => allowsConnections);
    return dumped.filter((facts) => (0,select_databases/* isClosed */.Lx)(facts, service)).map(({ name }) => name);
}
/** None where an option leaves some out: its patterns are read by pg_dumpall alone. */
function listClusterDatabases({ options }, { databases, service }) {
    if (options.some((option) => /^--(exc|fi)/.test(option)))
        return [];
    return databases
        .filter(({ isTemplate, allowsConnections }) => !isTemplate && allowsConnections)
        .filter((facts) => !(0,select_databases/* isClosed */.Lx)(facts, service))
        .map(({ name }) => name);
}
function listFiles(inputs, server, names, hasNames, { clientMajor, now }) {
    const sizes = new Map(server.databases.map(({ name, size }) => [name, size]));
    // To compare each name with all others takes too long with thousands of them.
    const alike = Map.groupBy(names, (name) => name.toLowerCase());
    const timeStamp = formatTimeStamp(now);
    const encryption = nameEncryption(inputs.encryption);
    const make = (subject, sizeOnServer) => {
        const format = subject.kind === 'database' ? inputs.format : 'plain';
        const { method } = inputs.compression;
        const inside = canCompressInside(format, method, clientMajor);
        const name = makeFileName({
            ...subject,
            siblings: (subject.kind === 'database' && alike.get(subject.database.toLowerCase())) || [],
            format,
            compressionSuffix: inside ? '' : (0,compression_compression/* compressionSuffix */.uy)(method),
            encrypted: encryption !== 'none',
            timeStamp,
        });
        const compression = { method, level: (0,compression_compression/* compressionLevel */.bj)(inputs.compression) ?? null, inside };
        return { ...subject, name, format, compression, encryption, sizeOnServer };
    };
    const makeOther = (kind, size) => make({ kind, database: null }, size);
    // An encrypted manifest names no table. Rows are known of what was read back.
    const hidesRows = encryption !== 'none' && inputs.verify !== 'none';
    const contents = { ...makeOther('contents', 0), compression: uncompressed };
    const total = server.databases.reduce((sum, { size }) => sum + (size ?? 0), 0);
    return [
        ...(inputs.globals ? [makeOther('globals', 0)] : []),
        ...(inputs.all ? [makeOther('cluster', total)] : []),
        ...names.map((database) => make({ kind: 'database', database }, sizes.get(database) ?? null)),
        // Of a cluster they are for who restores one of its databases.
        ...(hasNames ? [makeOther('properties', 0)] : []),
        ...(hidesRows ? [contents] : []),
    ];
}
const uncompressed = { method: 'none', level: null, inside: false };
function nameEncryption(encryption) {
    if (encryption === undefined)
        return 'none';
    return encryption.kind === 'passphrase' ? 'age-passphrase' : 'age-recipients';
}
/** Without the name of the database where the password is a piece of it: GitHub drops job outputs that hold one. */
function makeArtifactName(inputs, names, { now, isMasked = () => false }) {
    const make = (subject) => (0,artifact_name/* toArtifactName */.x)(`postgres-backup-${subject}-${formatTimeStamp(now)}`);
    if (inputs.all)
        return make('cluster');
    const count = `${names.length}-databases`;
    const named = make(names.length === 1 ? toReadableName(names[0] ?? '') : count);
    return isMasked(named) ? make(count) : named;
}

// EXTERNAL MODULE: ./src/node-error.ts
var node_error = __webpack_require__(99700);
;// CONCATENATED MODULE: ./src/backup/dump/staging.ts





/**
 * Where a directory archive stands until it is one tar file, since pg_dump can write it only in the clear to files:
 * beside the other private files, and in memory when the backup is encrypted, so that no plaintext reaches a disk.
 * @throws BackupError PGB_ENCRYPT when there is no such memory, PGB_DISK when it is too small
 */
async function chooseStagingDirectory({ inputs, plan }, run) {
    if (inputs.encryption === undefined || inputs.format !== 'directory') {
        const directory = (0,external_node_path_.join)(run.privateDirectory, 'staging');
        await (0,promises_.mkdir)(directory, { mode: 0o700 });
        return directory;
    }
    const free = await (0,free_space/* readFreeMemory */.kJ)();
    if (free === undefined) {
        throw new errors/* BackupError */.h('PGB_ENCRYPT', {
            what: 'A directory archive cannot be encrypted here',
            why: 'pg_dump writes it to files in the clear, and this system has no memory file system to hold them',
            whatToDo: 'Use `format: custom`, which is encrypted as it streams',
        });
    }
    const needed = plan.files.reduce((sum, { sizeOnServer }) => sum + (sizeOnServer ?? 0), 0);
    if (needed > free) {
        throw new errors/* BackupError */.h('PGB_DISK', {
            what: 'A directory archive cannot be encrypted here',
            why: `its plaintext must stay in memory, where ${(0,units/* formatBytes */.z3)(free)} are free, and the databases take ${(0,units/* formatBytes */.z3)(needed)}`,
            whatToDo: 'Use `format: custom`, which is encrypted as it streams',
        });
    }
    const directory = await (0,promises_.mkdtemp)((0,external_node_path_.join)(free_space/* memoryDirectory */.fx, 'postgres-backup-'));
    run.discardAtEnd(directory);
    return directory;
}

// EXTERNAL MODULE: ./src/step/system-error.ts
var system_error = __webpack_require__(1578);
;// CONCATENATED MODULE: ./src/backup/make-directory.ts





/**
 * Makes the output directory, and those above it, for this user alone. Node's own way of it never ends where the system
 * lets nobody make one, as below /proc.
 * @param directory absolute
 * @throws BackupError PGB_INPUT that says what is in the way
 */
async function makeDirectory(directory) {
    await makeWithParents(directory).catch((cause) => {
        throw explainDirectoryFailure('it cannot be created', cause);
    });
}
/** PURE. What stands in the way of writing to the output directory, in words. A full disk is told as such elsewhere. */
function explainDirectoryFailure(what, cause) {
    if ((0,system_error/* isFullDisk */.R)(cause))
        return cause;
    const code = (0,node_error/* readNodeCode */.W)(cause) ?? 'unknown error';
    const found = causes[code];
    const [why, whatToDo] = found ?? ['', 'Give another path, and look at the disk'];
    return (0,read_inputs/* refuseInput */.bG)('output-dir', `${what}${why === '' ? '' : `: ${why}`} (${code})`, whatToDo);
}
const giveAnother = 'Give another path, such as one below ${{ runner.temp }}';
const giveRight = `Give the runner's user the right to write there, or another path`;
const causes = {
    EEXIST: ['a file, or a link that leads to nothing, is in its place', `${giveAnother}, or remove it`],
    ENOTDIR: ['a part of the path is no directory', giveAnother],
    ENOENT: ['the system lets nobody make a directory there', giveAnother],
    EACCES: ["this run's user may not write there", giveRight],
    EPERM: ['the system does not permit it', giveRight],
    EROFS: ['the disk is mounted for reading only', 'Mount it for writing, or give another path'],
    ELOOP: ['a link on the way leads round in a circle', giveAnother],
    ENAMETOOLONG: ['a name in it, or the path, is too long', 'Give a shorter one'],
};
async function makeWithParents(directory) {
    try {
        await makeOne(directory);
    }
    catch (error) {
        const parent = (0,external_node_path_.dirname)(directory);
        if ((0,node_error/* readNodeCode */.W)(error) !== 'ENOENT' || parent === directory)
            throw error;
        await makeWithParents(parent);
        await makeOne(directory);
    }
}
/** What is there already will do if it is a directory, or a link to one. */
async function makeOne(directory) {
    await (0,promises_.mkdir)(directory, { mode: 0o700 }).catch(async (error) => {
        const isThere = await (0,promises_.stat)(directory).then((found) => found.isDirectory(), () => false);
        if (!isThere)
            throw error;
    });
}

;// CONCATENATED MODULE: ./src/backup/output-directory.ts









/** The manifest under the name that reserves the directory for this run. */
const partialManifestName = `${archive_manifest/* manifestName */.vS}.partial`;
/**
 * Makes the output directory and reserves it: a directory holds one backup, since it holds one manifest.
 * @throws BackupError PGB_INPUT when another backup lies or is being written there, or when nothing can be
 */
async function prepareOutputDirectory(planned, run) {
    const { inputs, plan } = planned;
    const outputDirectory = await makeOutputDirectory(inputs.outputDirectory, run);
    const reservation = (0,external_node_path_.join)(outputDirectory, partialManifestName);
    const file = await (0,promises_.open)(reservation, 'wx', 0o600).catch((cause) => {
        const isReserved = (0,node_error/* readNodeCode */.W)(cause) === 'EEXIST';
        throw isReserved
            ? refuseDirectory('another backup is being written there')
            : explainDirectoryFailure('nothing can be written there', cause);
    });
    await file.close();
    const partialPaths = plan.files.map((planned) => findPartialPath(planned, outputDirectory));
    run.discardAtEnd(reservation, ...partialPaths);
    // Behind the reservation, as another run may have finished its backup just before.
    const isTaken = await (0,promises_.access)((0,external_node_path_.join)(outputDirectory, archive_manifest/* manifestName */.vS)).then(() => true, () => false);
    if (isTaken)
        throw refuseDirectory('it already holds a backup');
    const stagingDirectory = await chooseStagingDirectory(planned, run);
    const wanted = [
        { directory: outputDirectory, label: 'the output directory', estimated: estimateOutput(plan) },
        {
            directory: stagingDirectory,
            label: 'the directory for unfinished archives',
            estimated: estimateStaging(plan),
        },
    ];
    const used = inputs.format === 'directory' ? wanted : wanted.slice(0, 1);
    return { outputDirectory, stagingDirectory, places: await surveyPlaces(used, run.log) };
}
/** PURE. The path of a file that is not finished. */
function findPartialPath({ name }, outputDirectory) {
    return (0,external_node_path_.join)(outputDirectory, `${name}.partial`);
}
async function makeOutputDirectory(input, run) {
    if (input === undefined) {
        const directory = await (0,promises_.mkdtemp)((0,external_node_path_.join)(run.environment['RUNNER_TEMP'] ?? (0,external_node_os_.tmpdir)(), 'postgres-backup-'));
        run.discardEmptyAtEnd(directory);
        return directory;
    }
    const directory = (0,external_node_path_.resolve)(run.environment['GITHUB_WORKSPACE'] ?? '.', input);
    await makeDirectory(directory);
    return directory;
}
function refuseDirectory(why) {
    // A re-run keeps the number of its run.
    const whatToDo = 'Give each attempt a directory of its own, as in "backup-${{ github.run_id }}-${{ github.run_attempt }}"';
    return (0,read_inputs/* refuseInput */.bG)('output-dir', why, whatToDo);
}

// EXTERNAL MODULE: ./src/archive/age/age-program.ts
var age_program = __webpack_require__(28312);
// EXTERNAL MODULE: ./src/archive/age/age-keys.ts
var age_keys = __webpack_require__(36662);
// EXTERNAL MODULE: ./src/archive/age/age-key-file.ts
var age_key_file = __webpack_require__(32206);
// EXTERNAL MODULE: ./src/archive/compression/compressors.ts
var compressors = __webpack_require__(50537);
// EXTERNAL MODULE: ./src/process/find-executable.ts
var find_executable = __webpack_require__(88731);
;// CONCATENATED MODULE: ./src/backup/toolbox.ts









/**
 * Finds the compressor, and writes the keys of this run for the age programs.
 * @throws BackupError PGB_INPUT when no compressor is installed, or no tar that will do
 */
async function provideToolbox({ inputs, plan }, run) {
    const find = (name) => (0,find_executable/* findExecutable */.o)(name, run.environment['PATH'] ?? '');
    return {
        hasGnuTar: inputs.format === 'directory' && (await inspectTar(run, find)),
        compressor: (0,compressors/* requireCompressor */.lM)(inputs.compression, plan.threads, find),
        decompressor: (0,compressors/* requireDecompressor */.uh)(inputs.compression.method, plan.threads, find),
        ...(await provideAge(inputs.encryption, run)),
    };
}
/**
 * Whether tar is GNU's.
 * @throws BackupError PGB_INPUT when it cannot be told the names of files, as some of BusyBox cannot
 */
async function inspectTar({ environment, signal }, find) {
    const { PATH = '' } = environment;
    const runTar = (...args) => (0,pipeline/* runPipeline */.a)([{ path: 'tar', args }], { environment: { PATH }, signal });
    if ((await runTar('--version')).stdout.includes('GNU tar'))
        return true;
    const { failure } = await runTar('--create', '--file=/dev/null', '--files-from=/dev/null');
    if (failure === undefined)
        return false;
    const command = find('apk') === undefined ? 'apt-get install -y tar' : 'apk add tar';
    throw new errors/* BackupError */.h('PGB_INPUT', {
        what: 'The format directory cannot be used',
        why: 'the tar of this machine takes no list of files',
        whatToDo: `Install GNU tar in a step before this one, as in "${command}", or choose another format`,
    });
}
async function provideAge(encryption, run) {
    if (encryption === undefined) {
        // An empty secret means no encryption, so the log must tell.
        run.log.info('The files are not encrypted: neither age-recipients nor age-passphrase is set');
        return { encrypter: undefined, decrypter: undefined };
    }
    const keys = await addRunKey(encryption, run);
    return {
        encrypter: (0,age_program/* ageProgram */.S)('age-encrypt', await writeKeyFile('encrypt', keys.encryption, run)),
        decrypter: (0,age_program/* ageProgram */.S)('age-decrypt', await writeKeyFile('decrypt', keys.decryption, run)),
    };
}
/** One more recipient, known to this run alone, by which it reads back what it wrote. */
async function addRunKey(encryption, run) {
    if (encryption.kind === 'passphrase') {
        run.log.info('Encrypting with a passphrase');
        return { encryption, decryption: encryption };
    }
    const runKey = await (0,age_keys/* createRunKey */.Xp)(encryption.recipients);
    run.protect([runKey.identity]);
    run.log.info(`Encrypting to ${encryption.recipients.map(age_keys/* fingerprintRecipient */.AS).join(', ')}`);
    return {
        encryption: { kind: 'recipients', recipients: [...encryption.recipients, runKey.recipient] },
        decryption: { kind: 'identities', identities: [runKey.identity] },
    };
}
async function writeKeyFile(name, keys, run) {
    const path = (0,external_node_path_.join)(run.privateDirectory, `age-${name}.json`);
    await (0,promises_.writeFile)(path, (0,age_key_file/* formatKeyFile */.R7)(keys), { mode: 0o600, flag: 'wx' });
    return path;
}

;// CONCATENATED MODULE: ./src/backup/prepare.ts



/**
 * Provides what the dumps pass on their way, and where they go.
 * @throws BackupError PGB_NO_DATABASE for one that is missing, with `fail-fast`; PGB_INPUT, PGB_ENCRYPT, PGB_DISK
 */
async function prepareBackup(planned, run) {
    const [missing] = listMissing(planned.plan);
    if (planned.inputs.failFast && missing !== undefined)
        throw missing.error;
    const toolbox = await provideToolbox(planned, run);
    const output = await prepareOutputDirectory(planned, run);
    return { ...planned, toolbox, output };
}

;// CONCATENATED MODULE: ./src/archive/backup-file.ts
/** PURE. What a file is of, without all else. */
function pickSubject(file) {
    return file.kind === 'database'
        ? { database: file.database, kind: file.kind }
        : { database: null, kind: file.kind };
}

// EXTERNAL MODULE: ./src/archive/contents.ts
var archive_contents = __webpack_require__(17690);
// EXTERNAL MODULE: ./src/postgres/lock-table.ts
var lock_table = __webpack_require__(98793);
// EXTERNAL MODULE: ./src/process/limiter.ts
var process_limiter = __webpack_require__(7809);
// EXTERNAL MODULE: ./src/archive/byte-count.ts
var byte_count = __webpack_require__(9100);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(58500);
;// CONCATENATED MODULE: ./src/archive/growing-file.ts




/** Milliseconds between two looks for more bytes. */
const hashInterval = 20;
/** Milliseconds between two syncs. */
const syncInterval = 250;
/**
 * Hashes a file while something else writes it, so that it need not be read again afterwards: for writers that only
 * append.
 * @param writing ends when the file is complete; the file may be missing until then
 * @throws what `writing` rejects with; Node's error when the file cannot be read
 */
async function hashGrowingFile(path, writing) {
    const writer = watchWriter(writing, hashInterval);
    while (!writer.isDone() && !(0,external_node_fs_.existsSync)(path))
        await writer.pause();
    if (writer.isDone())
        await writing;
    const file = await (0,promises_.open)(path);
    try {
        const hashing = (0,checksum/* startHash */.LC)(file);
        for (;;) {
            // In this order: nothing is appended after the writer's end.
            const wasDone = writer.isDone();
            if ((await hashing.readChunk()) > 0)
                continue;
            if (wasDone)
                break;
            await writer.pause();
        }
        await writing;
        return hashing.finish();
    }
    finally {
        await file.close();
    }
}
/**
 * Brings a file to the disk while something else writes it, so that little is left to wait for at its end.
 * @param writing ends when the file is complete; the file may be missing until then
 * @throws Node's error when the disk fails, since the system tells of a failure only once
 */
async function syncGrowingFile(path, writing) {
    const writer = watchWriter(writing, syncInterval);
    let file;
    try {
        for (;;) {
            await writer.pause();
            if (writer.isDone())
                return;
            file ??= await (0,promises_.open)(path).catch(() => undefined);
            await file?.datasync();
        }
    }
    finally {
        await file?.close();
    }
}
/** A pause ends early when the writer does, whether it succeeds or fails, and never keeps the process alive. */
function watchWriter(writing, interval) {
    let isDone = false;
    const end = () => {
        isDone = true;
    };
    const ended = writing.then(end, end);
    return {
        isDone: () => isDone,
        pause: () => Promise.race([ended, (0,external_node_timers_promises_.setTimeout)(interval, undefined, { ref: false })]),
    };
}

;// CONCATENATED MODULE: ./src/backup/dump/dump-command.ts



/** PURE. The command that dumps what is planned: to its standard output, or into a directory that it makes. */
function makeDumpCommand(planned, { inputs, server, plan }, { snapshot, directory }) {
    const { client, facts } = server;
    const { lockWaitTimeout, options } = inputs;
    if (planned.kind !== 'database') {
        // The user's options are for the cluster; the globals take none of them.
        const own = planned.kind === 'cluster' ? options : [];
        const { database, mayReadPasswords } = facts;
        const { kind } = planned;
        const request = { kind, lockWaitTimeout, database, excluded: plan.passedOver, mayReadPasswords };
        return { path: client.pgDumpAll, args: makeDumpAllArguments({ ...request, options: own }) };
    }
    const { compression } = planned;
    const args = makeDumpArguments({
        database: planned.database,
        format: planned.format,
        compression: compression.inside ? compression : { method: 'none', level: null },
        clientMajor: client.major,
        lockWaitTimeout,
        tableJobs: plan.tableJobs,
        directory,
        snapshot,
        options,
    });
    return { path: client.pgDump, args };
}
/** Where the count of the bytes goes that the filters get; undefined where there are none, or nothing is counted. */
function findCountPath(planned, backup) {
    if (!isReadBack(backup) || !hasFilters(planned, backup))
        return undefined;
    return (0,external_node_path_.join)(backup.output.stagingDirectory, `${planned.name}.written`);
}
/** What is not read back need not be counted on its way to the file. */
function isReadBack({ inputs }) {
    return inputs.verify !== 'none';
}
/** Bytes on the server of a database whose dump is large. */
const largeSize = 32 * 1024 * 1024;
/** PURE. Whether a dump is worth the start of programs that are fast with many bytes. */
function isLarge({ sizeOnServer }) {
    return sizeOnServer === null || sizeOnServer >= largeSize;
}
/** PURE. Whether a program stands between pg_dump and the file. */
function hasFilters(planned, backup) {
    return listConverters(planned, backup).length > 0;
}
/** PURE. What the dump's bytes pass on their way to the file: a count, the compressor, the encrypter. */
function listFilters(planned, backup) {
    const countPath = findCountPath(planned, backup);
    const counters = countPath === undefined ? [] : [(0,byte_count/* countBytes */.T)(countPath, isLarge(planned))];
    return [...counters, ...listConverters(planned, backup)];
}
function listConverters(planned, { toolbox }) {
    const { compressor, encrypter } = toolbox;
    return [isPacked(planned) ? compressor : undefined, encrypter].filter((filter) => filter !== undefined);
}
/** PURE. Whether a compressor stands between pg_dump and the file. */
function isPacked({ compression }) {
    return compression.method !== 'none' && !compression.inside;
}

// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(46466);
// EXTERNAL MODULE: ./src/process/fifo.ts
var fifo = __webpack_require__(6119);
;// CONCATENATED MODULE: ./src/process/open-files.ts



/** Whether {@link listOpenFiles} can be trusted: a /proc of another PID namespace tells of other processes. */
function canListOpenFiles() {
    try {
        return process.platform === 'linux' && (0,external_node_fs_.readlinkSync)('/proc/self') === `${process.pid}`;
    }
    catch {
        return false;
    }
}
/**
 * The base names of all files that processes of the group have open, as the kernel tells them; those that were removed
 * meanwhile included.
 * @returns undefined where a process does not let us look
 */
function listOpenFiles(processGroup) {
    const names = new Set();
    for (const pid of (0,external_node_fs_.readdirSync)('/proc')) {
        if (!/^\d+$/.test(pid) || !isAliveIn(processGroup, pid))
            continue;
        const descriptors = readUnlessGone(() => (0,external_node_fs_.readdirSync)(`/proc/${pid}/fd`), []);
        if (descriptors === undefined)
            return undefined;
        for (const descriptor of descriptors) {
            const link = readUnlessGone(() => (0,external_node_fs_.readlinkSync)(`/proc/${pid}/fd/${descriptor}`), '');
            if (link === undefined)
                return undefined;
            names.add((0,external_node_path_.basename)(link.replace(/ \(deleted\)$/, '')));
        }
    }
    return names;
}
/** State and group stand behind the name, which is in parentheses and may hold any character (proc(5)). */
function isAliveIn(processGroup, pid) {
    const stat = readUnlessGone(() => (0,external_node_fs_.readFileSync)(`/proc/${pid}/stat`, 'latin1'), '') ?? '';
    const [, state, , group] = stat.slice(stat.lastIndexOf(')')).split(' ');
    return state !== 'Z' && Number(group) === processGroup;
}
/** What a process that has ended had open is closed; undefined for any other reason that nothing can be read. */
function readUnlessGone(read, gone) {
    try {
        return read();
    }
    catch (error) {
        const code = (0,node_error/* readNodeCode */.W)(error);
        return code === 'ENOENT' || code === 'ESRCH' ? gone : undefined;
    }
}

// EXTERNAL MODULE: ./src/process/run-at-once.ts
var run_at_once = __webpack_require__(65992);
// EXTERNAL MODULE: ./src/postgres/failure/explain-failure.ts + 2 modules
var explain_failure = __webpack_require__(98673);
// EXTERNAL MODULE: ./src/postgres/psql.ts + 1 modules
var postgres_psql = __webpack_require__(37480);
// EXTERNAL MODULE: ./src/process/exit-codes.ts
var exit_codes = __webpack_require__(56150);
;// CONCATENATED MODULE: ./src/backup/dump/dump-failure.ts







/**
 * Every stage counts, and so does an error that a tool prints before it ends with 0.
 * @returns what pg_dump warned of
 * @throws BackupError PGB_DISK, PGB_LOCK, PGB_DUMP, or the code that fits what the tools say
 */
async function checkDump(result, planned, { server, output, inputs }, log) {
    const { failure, stderr } = result;
    if (failure === undefined && !/^(pg_dump|pg_dumpall|tar|age-encrypt): error:/m.test(stderr)) {
        const remarks = (0,postgres_psql/* quoteTool */.FM)(stderr);
        if (remarks !== undefined)
            log.info(remarks);
        return listWarnings(stderr);
    }
    const database = planned.database ?? undefined;
    const action = `${describeSubject(planned)} was not dumped`;
    const { accepted, connection, facts } = server;
    const { parameters } = connection;
    const isSuperuser = facts.isSuperuser && !inputs.options.some((option) => option.startsWith('--rol'));
    const context = { parameters, database, action, accepted, service: facts.service, isSuperuser };
    throw ((await explainFullDisk(action, result, output.places)) ??
        (await (0,lock_table/* explainLackOfLocks */.gR)(action, stderr, server, database ?? facts.database)) ??
        (0,explain_failure/* explainFailure */.S)(stderr, context) ??
        new errors/* BackupError */.h('PGB_DUMP', {
            what: action,
            why: `${describeEnd(failure)}${formatWords(stderr)}`,
            whatToDo: 'Read what it says, correct the cause, and run the job again',
        }));
}
/** Characters of one warning that are kept. */
const warningLimit = 600;
/** PURE. The warnings among what pg_dump and pg_dumpall print, each with its details and hints, as one line. */
function listWarnings(stderr) {
    const warnings = [];
    for (const line of stderr.split('\n')) {
        const [, kind, words] = /^(?:pg_dump|pg_dumpall): (?:\[[^\]]*\] )?(warning|detail|hint): +(.*)$/i.exec(line) ?? [];
        if (kind === undefined || words === undefined)
            continue;
        if (kind.toLowerCase() === 'warning')
            warnings.push(words);
        else if (warnings.length > 0)
            warnings.push(`${warnings.pop() ?? ''} ${words}`);
    }
    return warnings.map((text) => text
        .replace(/\s+/g, ' ')
        .replace(/[.;:\s]+$/, '')
        .slice(0, warningLimit));
}
/** How the stage that failed first has ended. */
function describeEnd(failure) {
    if (failure === undefined)
        return 'pg_dump reported an error although its exit status was 0';
    const { command, exitCode } = failure;
    if (exitCode === undefined)
        return 'the processes that dump were killed from outside';
    const tool = command.path.split(/[\\/]/).at(-1) ?? '';
    const signal = (0,exit_codes/* nameSignal */.u)(exitCode);
    return signal === undefined ? `${tool} ended with ${exitCode}` : `${tool} was killed by ${signal}`;
}
function formatWords(stderr) {
    const words = (0,postgres_psql/* quoteTool */.FM)(stderr);
    return words === undefined ? '' : ` (${words})`;
}

;// CONCATENATED MODULE: ./src/backup/dump/whole-files.ts



/**
 * Each worker of pg_dump opens a file once, fills it, and closes it (pg_backup_directory.c). So a file is whole when it
 * was there and no process of the dump had it open afterwards. What pg_dump says cannot tell: names of tables stand in
 * it as they are, line breaks included.
 * @param listOpen base names of the files that the dump has open; undefined where that cannot be told
 */
function watchWholeFiles(planned, directory, listOpen) {
    const told = new Set();
    const taken = new Set();
    const tell = (names) => {
        for (const name of names)
            told.add(name);
        return names;
    };
    const list = async () => {
        const present = new Set(await (0,promises_.readdir)(directory));
        const back = [...taken].find((name) => present.has(name));
        if (back !== undefined)
            throw refuseRewritten(planned, back);
        for (const name of told)
            if (!present.has(name))
                taken.add(name);
        return [...present].filter((name) => !told.has(name));
    };
    return {
        look: async () => {
            // In this order: what is opened later was not there yet.
            const names = await list();
            const open = listOpen();
            if (open === undefined)
                return [];
            const rewritten = [...open].find((name) => told.has(name));
            if (rewritten !== undefined)
                throw refuseRewritten(planned, rewritten);
            return tell(names.filter((name) => !open.has(name)));
        },
        finish: async () => tell(await list()),
    };
}
/** The error for a file that pg_dump wrote to after it was taken. */
function refuseRewritten(planned, name) {
    return new errors/* BackupError */.h('PGB_DUMP', {
        what: `${describeSubject(planned)} was not dumped`,
        why: `the file ${name} of the directory archive was written to after it was taken up as complete`,
        whatToDo: 'Run the job again; if the error stays, use `format: custom`, and report it',
    });
}

;// CONCATENATED MODULE: ./src/backup/dump/dump-directory.ts













/**
 * pg_dump writes a directory with several workers, while tar takes up each table's file as soon as it is complete
 * and removes it: the bytes are hot, and they need space only once. Where the kernel does not tell which files are
 * complete, or tar cannot remove what it has taken, tar begins when pg_dump has ended.
 * @returns what pg_dump warned of
 * @throws BackupError PGB_DUMP, or the code that fits what the tools say
 */
async function dumpDirectory(planned, backup, snapshot, log, signal) {
    const staging = await (0,promises_.mkdtemp)((0,external_node_path_.join)(backup.output.stagingDirectory, 'directory-'));
    const archive = (0,external_node_path_.join)(staging, 'archive');
    const namesPath = (0,external_node_path_.join)(staging, 'names');
    const atOnce = backup.toolbox.hasGnuTar && canListOpenFiles();
    const { environment } = backup.server.connection;
    try {
        await (0,promises_.mkdir)(archive);
        const names = atOnce ? await (0,fifo/* openFifo */.t)(namesPath, { environment, signal }) : (0,external_node_fs_.createWriteStream)(namesPath);
        const dump = {
            planned,
            backup,
            snapshot,
            archive,
            names,
            namesPath,
            log,
            warnings: [],
            group: Promise.withResolvers(),
            filled: Promise.withResolvers(),
            reading: Promise.withResolvers(),
        };
        if (!atOnce)
            dump.reading.resolve(undefined);
        const steps = atOnce
            ? [fillDirectory, tellNames, packDirectory]
            : [fillDirectory, tellRest, packDirectory];
        await (0,run_at_once/* runAtOnce */.w)(steps, atOnce ? steps.length : 1, signal, (step, signal) => step(dump, signal)).finally(() => names.destroy());
        const [left] = atOnce ? await (0,promises_.readdir)(archive) : [];
        if (left !== undefined)
            throw refuseRewritten(planned, left);
        return dump.warnings;
    }
    finally {
        await (0,promises_.rm)(staging, { recursive: true, force: true });
    }
}
async function fillDirectory(dump, signal) {
    const { planned, backup, snapshot, archive, log, group, filled } = dump;
    const { environment } = backup.server.connection;
    const command = makeDumpCommand(planned, backup, { snapshot, directory: archive });
    const onStart = group.resolve;
    const result = await (0,pipeline/* runPipeline */.a)([command], { environment, signal, onStart }).finally(() => {
        group.resolve(undefined);
    });
    dump.warnings.push(...(await checkDump(result, planned, backup, log)));
    filled.resolve(undefined);
}
/** Milliseconds between two looks for complete files. */
const lookInterval = 100;
/** A look takes longer where there are very many processes or files; then looks are rarer, to take a tenth of a core. */
const lookShare = 10;
/** Tells tar the names of files while pg_dump writes others, and the rest when it has ended. */
async function tellNames(dump, signal) {
    const { planned, archive, names, group, filled, reading } = dump;
    const processGroup = await group.promise;
    if (processGroup === undefined)
        return;
    const files = watchWholeFiles(planned, archive, () => listOpenFiles(processGroup));
    const tell = (told) => {
        for (const name of told)
            names.write(`./${name}\n`);
    };
    const isFilled = (milliseconds) => Promise.race([filled.promise.then(() => true), (0,external_node_timers_promises_.setTimeout)(milliseconds, false, { ref: false })]);
    let pause = lookInterval;
    while (!(await isFilled(pause))) {
        signal.throwIfAborted();
        const startedAt = performance.now();
        tell(await files.look());
        pause = Math.max(lookInterval, lookShare * (performance.now() - startedAt));
    }
    tell(await files.finish());
    await reading.promise;
    names.end();
    await (0,external_node_stream_promises_.finished)(names);
}
/** Writes the names of all files, when pg_dump has ended. */
async function tellRest({ archive, names }) {
    for (const name of await (0,promises_.readdir)(archive))
        names.write(`./${name}\n`);
    names.end();
    await (0,external_node_stream_promises_.finished)(names);
}
/** GNU tar takes two files with one inode number for hard links, and a removed file's is soon given to the next. */
const gnuOptions = ['--remove-files', '--hard-dereference'];
async function packDirectory(dump, signal) {
    const { planned, backup, archive, namesPath, log, reading } = dump;
    const tar = {
        path: 'tar',
        args: [
            '--create',
            '--file=-',
            `--directory=${archive}`,
            '--files-from=-',
            ...(backup.toolbox.hasGnuTar ? gnuOptions : []),
        ],
    };
    const result = await (0,pipeline/* runPipeline */.a)([tar, ...listFilters(planned, backup)], {
        environment: backup.server.connection.environment,
        signal,
        inputFile: namesPath,
        outputFile: findPartialPath(planned, backup.output.outputDirectory),
        onStart: () => {
            reading.resolve(undefined);
        },
    }).finally(() => {
        reading.resolve(undefined);
    });
    await checkDump(result, planned, backup, log);
}

// EXTERNAL MODULE: ./src/archive/properties.ts
var properties = __webpack_require__(72989);
;// CONCATENATED MODULE: ./src/backup/dump/properties-command.ts





/**
 * The command that prints the properties of the databases, as `src/archive/properties.ts` reads them. They go the way
 * of a dump, and so touch no disk in the clear, since settings may hold secrets. The names come by a private script,
 * because a command line has room for so many only.
 */
async function makePropertiesCommand({ server, plan, output }) {
    const databases = [...plan.databases, ...plan.clusterDatabases];
    const script = (0,external_node_path_.join)(await (0,promises_.mkdtemp)((0,external_node_path_.join)(output.stagingDirectory, 'properties-')), 'script.sql');
    await (0,promises_.writeFile)(script, makePropertiesQuery(databases), { mode: 0o600, flag: 'wx' });
    const args = ['--no-align', '--tuples-only', `--file=${script}`];
    return (0,postgres_psql/* makePsqlCommand */.Yx)(server, server.facts.database, 'session', ...args);
}
/** PURE. All that it asks may be read by every role; columns that differ between versions are read as JSON. */
function makePropertiesQuery(databases) {
    return `select json_build_object('schema', ${properties/* propertiesSchema */.DS}, 'databases', coalesce(json_agg(json_build_object(
  'name', datname, 'owner', pg_get_userbyid(datdba), 'encoding', pg_encoding_to_char(encoding),
  'locale', json_build_object(
    'provider', case j->>'datlocprovider' when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
    'collate', datcollate, 'ctype', datctype,
    'locale', coalesce(j->>'datlocale', j->>'daticulocale'), 'icuRules', j->>'daticurules'),
  'tablespace', spcname, 'connectionLimit', datconnlimit,
  'allowsConnections', datallowconn, 'isTemplate', datistemplate,
  'comment', shobj_description(d.oid, 'pg_database'),
  'privileges', case when datacl is not null then (
    select coalesce(json_agg(json_build_object(
      'grantee', case when grantee <> 0 then pg_get_userbyid(grantee) end,
      'privilege', privilege_type, 'grantable', is_grantable)), '[]') from aclexplode(datacl)) end,
  'settings', (
    select coalesce(json_agg(json_build_object('role', rolname, 'name', split_part(entry, '=', 1),
      'value', substr(entry, strpos(entry, '=') + 1)) order by setrole, position), '[]')
    from pg_db_role_setting s cross join unnest(setconfig) with ordinality entries(entry, position) left join pg_roles r on r.oid = setrole
    where setdatabase = d.oid)
) order by datname), '[]'))
from pg_database d join pg_tablespace t on t.oid = dattablespace cross join lateral to_jsonb(d) j
where datname in (${databases.map(quote/* quoteLiteral */.c).join(',\n')});
`;
}

;// CONCATENATED MODULE: ./src/backup/dump/progress.ts


const intervalMilliseconds = 10_000;
/** Says every 10 seconds how far a dump is and how fast, beside the size of its database on the server. */
function watchProgress(planned, path, log) {
    const startedAt = performance.now();
    const subject = planned.database ?? planned.kind;
    const yardstick = planned.sizeOnServer === null ? '' : `; on the server it takes ${(0,units/* formatBytes */.z3)(planned.sizeOnServer)}`;
    const report = async () => {
        const seconds = (performance.now() - startedAt) / 1000;
        const written = await (0,promises_.stat)(path).catch(() => undefined);
        if (written === undefined)
            log.info(`${subject}: reading tables after ${(0,units/* formatSeconds */.Xo)(seconds)}${yardstick}`);
        else {
            const rate = (0,units/* formatRate */.CE)(written.size, seconds);
            const speed = rate === undefined ? '' : `, ${rate}`;
            const amount = (0,units/* formatBytes */.z3)(written.size);
            log.info(`${subject}: ${amount} written after ${(0,units/* formatSeconds */.Xo)(seconds)}${speed}${yardstick}`);
        }
    };
    const timer = setInterval(() => void report(), intervalMilliseconds);
    return {
        stop: () => {
            clearInterval(timer);
        },
    };
}

// EXTERNAL MODULE: ./src/postgres/answer.ts
var postgres_answer = __webpack_require__(54769);
;// CONCATENATED MODULE: ./src/postgres/dump-sessions.ts





/** Bytes of the longest application name that a server keeps (NAMEDATALEN - 1). */
const longestApplicationName = 63;
/** Names one dump. */
function nameDump({ environment }) {
    const mark = (0,external_node_crypto_.randomBytes)(6).toString('hex');
    let stem = environment['PGAPPNAME'] ?? 'postgres-backup';
    // Whole characters at a time, so that what is left is text.
    while (Buffer.byteLength(stem) + 1 + mark.length > longestApplicationName)
        stem = Array.from(stem).slice(0, -1).join('');
    return { applicationName: `${stem} ${mark}`, mark };
}
const readSession = (0,json_reader/* readObject */.Ag)({
    /** As in `active` or `idle in transaction`; null where the server tracks no activities. */
    state: (0,json_reader/* readNullable */.Qx)(postgres_answer/* readText */.yR),
    waitType: (0,json_reader/* readNullable */.Qx)(postgres_answer/* readText */.yR),
    wait: (0,json_reader/* readNullable */.Qx)(postgres_answer/* readText */.yR),
    /** Seconds since `state` began. */
    seconds: (0,json_reader/* readNullable */.Qx)(json_reader/* readAmount */.No),
});
/**
 * Asks the server, by a session of our own, for those of a dump.
 * @param limit milliseconds for the answer
 * @returns `silence` when the server says nothing at all, `refusal` when it says something else
 */
async function askForDump(session, database, { mark }, limit) {
    const sql = `select coalesce(json_agg(json_build_object('state', state, 'waitType', wait_event_type,
    'wait', wait_event, 'seconds', greatest(0, extract(epoch from clock_timestamp() - state_change)))), '[]')
  from pg_stat_activity where strpos(application_name, ${(0,quote/* quoteLiteral */.c)(mark)}) > 0
    and coalesce(backend_type, 'client backend') = 'client backend'`;
    const answer = await (0,postgres_psql/* askIfThere */.Pv)(session, { database, sql }, limit);
    if (answer === undefined)
        return 'silence';
    try {
        return (0,postgres_answer/* readJson */.Vh)(answer, (0,json_reader/* readArray */.oU)(readSession));
    }
    catch (error) {
        if (error instanceof json_reader/* JsonError */.N3)
            return 'refusal';
        throw error;
    }
}
/**
 * PURE. Whether a session has waited for its client all the while: it is idle since then, or sends what its client does
 * not take.
 */
function waitsForClient({ state, waitType, seconds }, sinceSeconds) {
    if (state === 'active')
        return waitType === 'Client';
    return state?.startsWith('idle') === true && seconds !== null && seconds >= sinceSeconds;
}
/** PURE. What the sessions do that do not wait for their client, in words for a log. */
function describeWork(sessions, sinceSeconds) {
    const busy = sessions.find((session) => !waitsForClient(session, sinceSeconds));
    if (busy === undefined)
        return 'waits for its client';
    const { state, waitType, wait } = busy;
    if (waitType === 'Lock')
        return `waits for a lock (${wait ?? 'unknown'})`;
    const reason = waitType === null ? '' : `, waiting for ${waitType} ${wait ?? ''}`;
    return `is ${state ?? 'in an unknown state'}${reason}`;
}

;// CONCATENATED MODULE: ./src/process/cpu-time.ts

/**
 * How much all processes have worked that have this text in their environment.
 * @param mark such as `NAME=value`, of a variable that only these processes have
 * @returns hundredths of a second of processor time; undefined where the system does not tell, as outside of Linux
 */
function readProcessorTime(mark) {
    if (process.platform !== 'linux')
        return undefined;
    const pids = (0,external_node_fs_.readdirSync)('/proc').filter((name) => /^\d+$/.test(name));
    const times = pids
        .filter((pid) => readProcessFile(pid, 'environ').split('\0').includes(mark))
        .map((pid) => addTimes(readProcessFile(pid, 'stat')));
    return times.length === 0 ? undefined : times.reduce((sum, time) => sum + time, 0);
}
/** Fields 14 and 15, utime and stime (proc(5)); the second field is a name that may hold anything, a ")" too. */
function addTimes(stat) {
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}
/** Empty for a process that has ended, or belongs to another user. */
function readProcessFile(pid, name) {
    try {
        return (0,external_node_fs_.readFileSync)(`/proc/${pid}/${name}`, 'utf8');
    }
    catch {
        return '';
    }
}

;// CONCATENATED MODULE: ./src/backup/dump/stall.ts








/** Milliseconds after which a dump's sessions are looked at once, so that it is known whether the server shows them. */
const firstLook = 60_000;
/** So many looks in a row must find the same before a dump is given up. */
const looksBeforeEnd = 3;
/** Hundredths of a second of processor time that mean no work. */
const idleTime = 3;
/**
 * Watches a dump that may have lost its server. When no byte has come for `stall-timeout`, the server is asked about the
 * dump's sessions, by a session of our own. The dump is given up, by its signal, if the server says nothing, has no such
 * session, or has waited for its client all the while; and only if the dump's own processes have not worked meanwhile. In
 * all other cases it is slow, and only warned of.
 */
async function watchDump(planned, backup, log, signal) {
    const { inputs, server, output } = backup;
    const partialPath = findPartialPath(planned, output.outputDirectory);
    const name = nameDump(server.connection);
    const [givenUp, ended] = [new AbortController(), new AbortController()];
    // A directory of its own, so that no other dump's bytes are taken for those of this one.
    const staged = planned.format === 'directory' ? await (0,promises_.mkdtemp)((0,external_node_path_.join)(output.stagingDirectory, 'dump-')) : undefined;
    const environment = { ...server.connection.environment, PGAPPNAME: name.applicationName };
    const probe = {
        countBytes: () => countBytes(partialPath, staged),
        readWork: () => readProcessorTime(`PGAPPNAME=${name.applicationName}`),
        look: (limit) => {
            const session = { ...server, signal: AbortSignal.any([signal, ended.signal]) };
            return askForDump(session, planned.database ?? server.facts.database, name, limit);
        },
    };
    const watching = waitForLoss(planned, inputs.stallTimeout, probe, log, ended.signal).then((failure) => {
        givenUp.abort(failure);
    }, 
    // It also ends by an exception when the dump has ended.
    (error) => {
        if (!ended.signal.aborted)
            log.debug(`The watch for a stall ended: ${String(error)}`);
    });
    return {
        backup: {
            ...backup,
            server: { ...server, connection: { ...server.connection, environment } },
            output: { ...output, stagingDirectory: staged ?? output.stagingDirectory },
        },
        signal: AbortSignal.any([signal, givenUp.signal]),
        stop: async () => {
            ended.abort();
            await watching;
        },
    };
}
/** @returns why the dump is given up; while it is alive, nothing */
async function waitForLoss(planned, stallTimeout, probe, log, signal) {
    const limit = stallTimeout.milliseconds;
    const firstLookAt = performance.now() + Math.min(firstLook, limit / 2);
    let isShown;
    let warnings = 0;
    let last = await observe(probe);
    for (;;) {
        await (0,external_node_timers_promises_.setTimeout)(within(100, limit / 10, 30_000), undefined, { signal, ref: false });
        if (isShown === undefined && performance.now() >= firstLookAt)
            isShown = hasSession(await probe.look(limit));
        if ((await probe.countBytes()) !== last.bytes)
            last = await observe(probe);
        if (performance.now() - last.since < limit)
            continue;
        const finding = await examine(probe, last, { limit, isShown: isShown === true, signal });
        if (finding.isLost)
            return refuseLost(planned, stallTimeout.text, finding.why);
        const words = `${describeSubject(planned)}: no byte has come for ${stallTimeout.text}, and ${finding.why}. It is waited for.`;
        // A step shows no more than ten warnings.
        if (warnings++ === 0)
            log.warning(words, 'Slow dump');
        else
            log.info(words);
        last = await observe(probe);
    }
}
async function observe(probe) {
    return { bytes: await probe.countBytes(), work: probe.readWork(), since: performance.now() };
}
function hasSession(found) {
    return Array.isArray(found) && found.length > 0;
}
/** Looks several times, since a single look may hit a dump in an unlucky moment. */
async function examine(probe, last, { limit, isShown, signal }) {
    let why = '';
    for (let look = 0; look < looksBeforeEnd; look++) {
        if (look > 0)
            await (0,external_node_timers_promises_.setTimeout)(within(500, limit / 5, 10_000), undefined, { signal, ref: false });
        const found = await probe.look(within(5_000, limit, 60_000));
        const judgement = judge(found, isShown, limit / 1_000);
        why = judgement.why;
        if (!judgement.isLost)
            return judgement;
        const now = await observe(probe);
        const worked = Math.abs((now.work ?? 0) - (last.work ?? 0)) > idleTime;
        if (worked || now.bytes !== last.bytes)
            return { isLost: false, why: 'its own processes are working' };
    }
    return { isLost: true, why };
}
/** What a look has shown; a server that says something else than was asked is alive, such as one out of connections. */
function judge(found, isShown, seconds) {
    if (found === 'silence')
        return { isLost: true, why: 'the server does not answer' };
    if (found === 'refusal')
        return { isLost: false, why: 'the server cannot be asked about it now' };
    if (found.length === 0) {
        return isShown
            ? { isLost: true, why: 'the server no longer has its session' }
            : { isLost: false, why: 'the server does not show its session' };
    }
    return found.every((session) => waitsForClient(session, seconds))
        ? { isLost: true, why: 'its session on the server has waited for it all the while' }
        : { isLost: false, why: `its session on the server ${describeWork(found, seconds)}` };
}
function refuseLost(planned, text, why) {
    return new errors/* BackupError */.h('PGB_DUMP', {
        what: `${describeSubject(planned)} was not dumped`,
        why: `no byte has come for ${text}, and ${why}`,
        whatToDo: 'Look whether the server, the runner and the network between them are well, and run the job again; "stall-timeout" says how long is waited',
    });
}
async function countBytes(partialPath, staged) {
    const inDirectory = staged === undefined
        ? []
        : await (0,promises_.readdir)(staged, { recursive: true, withFileTypes: true }).catch(() => []);
    const paths = inDirectory
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => (0,external_node_path_.join)(parentPath, name));
    const sizes = await Promise.all([partialPath, ...paths].map(readSize));
    return sizes.reduce((sum, size) => sum + size, 0);
}
/** Nothing for a file that is not there yet, or no more. */
async function readSize(path) {
    return (0,promises_.stat)(path).then(({ size }) => size, () => 0);
}
function within(least, value, most) {
    return Math.min(most, Math.max(least, value));
}

;// CONCATENATED MODULE: ./src/backup/dump/write-contents.ts








/**
 * Writes the contents file the way of a dump. The names of tables touch no disk in the clear where there are named pipes.
 * @throws BackupError as {@link checkDump} does
 */
async function writeContents(planned, contents, backup, log, signal) {
    const { environment } = backup.server.connection;
    const path = (0,external_node_path_.join)(await (0,promises_.mkdtemp)((0,external_node_path_.join)(backup.output.stagingDirectory, 'contents-')), 'pipe');
    const text = (0,archive_contents/* serializeContents */.vu)(contents);
    const pipe = process.platform === 'win32' ? undefined : await (0,fifo/* openFifo */.t)(path, { environment, signal });
    if (pipe === undefined)
        await (0,promises_.writeFile)(path, text, { mode: 0o600, flag: 'wx' });
    const stages = [{ path: 'cat', args: [] }, ...listFilters(planned, backup)];
    // A pipe keeps what was written only as long as somebody has it open.
    const onStart = () => {
        pipe?.end(text);
    };
    const result = await (0,pipeline/* runPipeline */.a)(stages, {
        environment,
        signal,
        inputFile: path,
        outputFile: findPartialPath(planned, backup.output.outputDirectory),
        onStart,
    }).finally(() => pipe?.destroy());
    return checkDump(result, planned, backup, log);
}

;// CONCATENATED MODULE: ./src/backup/dump/dump.ts
















/**
 * Dumps into a file under a partial name. What a failed dump left is removed. Where the server has no room for the locks
 * of several workers, which lock each table once more, one does it all.
 * @param snapshot to dump, from `pg_export_snapshot()`
 * @throws BackupError PGB_DUMP, or the code that fits what the tools say
 */
async function dumpFile(planned, backup, log, signal, snapshot) {
    const write = (backup, signal) => writeDump(planned, backup, snapshot, log, signal);
    const { tableJobs } = backup.plan;
    try {
        return await makeFile(planned, backup, log, signal, write);
    }
    catch (error) {
        if (!(0,lock_table/* isLackOfLocks */.Dc)(error) || planned.format !== 'directory' || tableJobs === 1)
            throw error;
        log.warning(`${describeSubject(planned)} is dumped again by one worker: the server has no room for the locks of ` +
            `${tableJobs}. Set "jobs" to 1, or raise max_locks_per_transaction on the server.`);
        return makeFile(planned, { ...backup, plan: { ...backup.plan, tableJobs: 1 } }, log, signal, write);
    }
}
/**
 * Writes the contents file under a partial name, as a dump is written.
 * @throws BackupError as {@link dumpFile} does
 */
async function dumpContents(planned, contents, backup, log, signal) {
    return makeFile(planned, backup, log, signal, (backup, signal) => writeContents(planned, contents, backup, log, signal));
}
async function makeFile(planned, backup, log, signal, write) {
    const partialPath = findPartialPath(planned, backup.output.outputDirectory);
    const startedAt = performance.now();
    const progress = watchProgress(planned, partialPath, log);
    const watched = await watchDump(planned, backup, log, signal);
    try {
        const writing = write(watched.backup, watched.signal);
        const hashing = onlyAppends(planned, backup) ? hashGrowingFile(partialPath, writing) : undefined;
        const syncing = syncGrowingFile(partialPath, writing);
        // Waiting for all leaves no reader behind; and the dump is what says why it failed.
        await Promise.allSettled([writing, hashing, syncing]);
        await writing;
        await syncing;
        const durationSeconds = (performance.now() - startedAt) / 1000;
        const identity = await (0,file_identity/* identifyFile */.Zn)(partialPath).catch(() => undefined);
        const written = await readWritten(planned, watched.backup);
        const warnings = await writing;
        return { planned, partialPath, identity, digest: await hashing, written, durationSeconds, warnings };
    }
    catch (error) {
        await (0,promises_.rm)(partialPath, { force: true });
        throw error;
    }
    finally {
        progress.stop();
        await watched.stop();
    }
}
/**
 * pg_dump goes back to the head of a custom archive, where it can, to write where each table begins
 * (pg_backup_custom.c: _CloseArchive).
 */
function onlyAppends(planned, backup) {
    return planned.format !== 'custom' || hasFilters(planned, backup);
}
async function readWritten(planned, backup) {
    const path = findCountPath(planned, backup);
    if (path === undefined)
        return undefined;
    const written = await (0,byte_count/* readByteCount */.w)(path);
    if (written !== undefined)
        return written;
    throw new errors/* BackupError */.h('PGB_DUMP', {
        what: `${describeSubject(planned)} was not dumped`,
        why: 'the bytes of the dump could not be counted',
        whatToDo: 'Look for a full disk below RUNNER_TEMP, and run the job again',
    });
}
/** @returns what pg_dump warned of */
async function writeDump(planned, backup, snapshot, log, signal) {
    if (planned.kind === 'database' && planned.format === 'directory')
        return dumpDirectory(planned, backup, snapshot, log, signal);
    const command = planned.kind === 'properties'
        ? await makePropertiesCommand(backup)
        : makeDumpCommand(planned, backup, { snapshot });
    const stages = [command, ...listFilters(planned, backup)];
    const { environment } = backup.server.connection;
    const outputFile = findPartialPath(planned, backup.output.outputDirectory);
    const result = await (0,pipeline/* runPipeline */.a)(stages, { environment, signal, outputFile });
    return checkDump(result, planned, backup, log);
}

// EXTERNAL MODULE: ./src/drill/scratch/local-cluster.ts + 3 modules
var local_cluster = __webpack_require__(75013);
// EXTERNAL MODULE: ./src/archive/omissions.ts
var archive_omissions = __webpack_require__(80352);
;// CONCATENATED MODULE: ./src/backup/proof/omissions.ts


/**
 * PURE. Refuses arguments with which a dump cannot be restored into an empty database.
 * @throws BackupError PGB_INPUT
 */
function refuseUnrestorable(options, files) {
    const names = options.map(archive_omissions/* readOptionName */.B);
    if (names.some((name) => name === 'data-only' || name === 'section')) {
        throw (0,read_inputs/* refuseInput */.bG)('verify', 'a dump of data or sections alone cannot be restored into an empty database', 'Use `verify: decode` with these options');
    }
    const isPlain = files.some(({ format, kind }) => format === 'plain' && kind !== 'globals');
    if (isPlain && names.includes('clean') && !names.includes('if-exists')) {
        throw (0,read_inputs/* refuseInput */.bG)('options', '--clean writes DROP statements that fail in the empty scratch database of `verify: restore`', 'Add --if-exists');
    }
}

// EXTERNAL MODULE: ./src/postgres/private-script.ts
var private_script = __webpack_require__(78546);
;// CONCATENATED MODULE: ./src/drill/scratch/roles.ts



/** A role with what it may do; passwords, limits and settings aside, which no restore needs. */
const readRole = (0,json_reader/* readObject */.Ag)({
    name: postgres_answer/* readName */.MQ,
    superuser: json_reader/* readBoolean */.Vf,
    inherit: json_reader/* readBoolean */.Vf,
    createRole: json_reader/* readBoolean */.Vf,
    createDatabase: json_reader/* readBoolean */.Vf,
    replication: json_reader/* readBoolean */.Vf,
    bypassRowSecurity: json_reader/* readBoolean */.Vf,
});
/** Who is a member of what; servers before 16 do not tell `inherit` and `set`. */
const readMembership = (0,json_reader/* readObject */.Ag)({
    role: postgres_answer/* readName */.MQ,
    member: postgres_answer/* readName */.MQ,
    admin: json_reader/* readBoolean */.Vf,
    inherit: (0,json_reader/* readNullable */.Qx)(json_reader/* readBoolean */.Vf),
    set: (0,json_reader/* readNullable */.Qx)(json_reader/* readBoolean */.Vf),
});
const readRoles = (0,json_reader/* readArray */.oU)(readRole);
const readMemberships = (0,json_reader/* readArray */.oU)(readMembership);
/** Fields of {@link SourceRole} and {@link Membership} as a query finds them, for json_build_object. */
const roleFields = `'name', rolname, 'superuser', rolsuper, 'inherit', rolinherit, 'createRole', rolcreaterole,
  'createDatabase', rolcreatedb, 'replication', rolreplication, 'bypassRowSecurity', rolbypassrls`;
const membershipQuery = `select coalesce(json_agg(json_build_object('role', role, 'member', member,
    'admin', admin, 'inherit', inherit, 'set', "set")), '[]') from (
  select r.rolname as role, m.rolname as member, bool_or(admin_option) as admin,
    bool_or((to_jsonb(a)->>'inherit_option')::bool) as inherit, bool_or((to_jsonb(a)->>'set_option')::bool) as "set"
  from pg_catalog.pg_auth_members a join pg_catalog.pg_roles r on r.oid = a.roleid
    join pg_catalog.pg_roles m on m.oid = a.member and m.rolname !~ '^pg_'
  group by 1, 2) memberships`;
/**
 * PURE. Makes a role of the source: with the rights that it has there, so that code which runs as it can do no more
 * than there, or with none.
 */
function makeRole(role, keepsRights) {
    const attributes = keepsRights ? listAttributes(role) : [];
    return `CREATE ROLE ${(0,quote/* quoteIdentifier */.C)(role.name)} ${['NOLOGIN', ...attributes].join(' ')};`;
}
function listAttributes(role) {
    const { superuser, inherit, createRole, createDatabase, replication, bypassRowSecurity } = role;
    const attributes = {
        SUPERUSER: superuser,
        CREATEROLE: createRole,
        CREATEDB: createDatabase,
        REPLICATION: replication,
        BYPASSRLS: bypassRowSecurity,
    };
    const given = Object.entries(attributes).flatMap(([name, isGiven]) => (isGiven ? [name] : []));
    return [...given, ...(inherit ? [] : ['NOINHERIT'])];
}
/** PURE. Makes a membership of the source on a server of this major version; 16 brought the finer options. */
function makeMembership({ role, member, admin, inherit, set }, major) {
    const grant = `GRANT ${(0,quote/* quoteIdentifier */.C)(role)} TO ${(0,quote/* quoteIdentifier */.C)(member)}`;
    if (major < 16 || inherit === null || set === null)
        return `${grant}${admin ? ' WITH ADMIN OPTION' : ''};`;
    const options = { ADMIN: admin, INHERIT: inherit, SET: set };
    return `${grant} WITH ${Object.entries(options)
        .map(([name, value]) => `${name} ${value ? 'TRUE' : 'FALSE'}`)
        .join(', ')};`;
}

// EXTERNAL MODULE: ./src/drill/scratch/scratch-server.ts
var scratch_server = __webpack_require__(45552);
;// CONCATENATED MODULE: ./src/drill/scratch/cluster-facts.ts









const readFacts = (0,json_reader/* readObject */.Ag)({
    /** The role that initdb made. */
    superuser: postgres_answer/* readName */.MQ,
    /** All roles, without the system's own. */
    roles: readRoles,
    memberships: readMemberships,
    tablespaces: (0,json_reader/* readArray */.oU)(postgres_answer/* readName */.MQ),
});
/** 10 is the oid of the role that initdb makes (catalog/pg_authid.dat). */
const factsQuery = `select json_build_object(
  'superuser', (select rolname from pg_catalog.pg_roles where oid = 10),
  'roles', (select json_agg(json_build_object(${roleFields})) from pg_catalog.pg_roles where rolname !~ '^pg_'),
  'memberships', (${membershipQuery}),
  'tablespaces', (select coalesce(json_agg(spcname), '[]') from pg_catalog.pg_tablespace where spcname !~ '^pg_'))`;
/** Asks the source for its roles and tablespaces, which every role may see. */
async function readClusterFacts(server) {
    const failing = 'The server was not asked for its roles';
    return (0,postgres_answer/* askJson */.ey)(server, { database: server.facts.database, sql: factsQuery, failing }, readFacts);
}
/**
 * Makes the source's roles known on the scratch server, without their passwords, and its tablespaces where the server
 * is ours. They have their rights only inside a sandbox. On a server that is not ours, a role that cannot be made is
 * left to the restore to miss.
 */
async function createRoles(scratch, facts, run) {
    const { session, maintenance: database, isThrowAway, isContained } = scratch;
    const sql = "select coalesce(json_agg(rolname), '[]') from pg_catalog.pg_roles";
    const failing = 'The scratch server was not asked for its roles';
    const existing = await (0,postgres_answer/* askJson */.ey)(session, { database, sql, failing }, (0,json_reader/* readArray */.oU)(postgres_answer/* readName */.MQ));
    const missing = facts.roles.filter(({ name }) => !existing.includes(name));
    const statements = [
        ...missing.map((role) => makeRole(role, isContained)),
        ...listTablespaceStatements(scratch),
        ...(isContained ? facts.memberships.map((membership) => makeMembership(membership, scratch.major)) : []),
        ...((0,scratch_server/* isUncontained */.l)(scratch) ? listRestorerStatements(scratch, facts) : []),
    ];
    const words = await runStatements(statements, scratch, run);
    if (words !== undefined)
        run.log.warning(`Roles of the source could not be made on the scratch server: ${words}.`);
    else if (!isThrowAway && missing.length > 0) {
        run.log.info(`The scratch server got ${(0,units/* formatCount */.B4)(missing.length, 'role')} of the source, without login, to stay there`);
    }
}
/** What the role that restores without being a superuser needs: to act as the source's roles, which have no rights. */
function listRestorerStatements({ restorer, tablespaceDirectories }, facts) {
    const name = (0,quote/* quoteIdentifier */.C)(restorer.connection.parameters['user'] ?? '');
    return [
        ...facts.roles.map((role) => `GRANT ${(0,quote/* quoteIdentifier */.C)(role.name)} TO ${name};`),
        ...[...tablespaceDirectories.keys()].map((tablespace) => `GRANT CREATE ON TABLESPACE ${(0,quote/* quoteIdentifier */.C)(tablespace)} TO ${name};`),
    ];
}
/** PURE. Statements that make the source's tablespaces on a cluster of our own. */
function listTablespaceStatements({ tablespaceDirectories }) {
    return [...tablespaceDirectories].map(([name, place]) => `CREATE TABLESPACE ${(0,quote/* quoteIdentifier */.C)(name)} LOCATION ${(0,quote/* quoteLiteral */.c)(place)};`);
}
/**
 * Runs statements one by one, by psql.
 * @returns what it says when one fails
 */
async function runStatements(statements, { session, maintenance }, run) {
    if (statements.length === 0)
        return undefined;
    return (0,private_script/* withPrivateScript */.B)(run.privateDirectory, statements.join('\n'), async (script) => {
        const psql = (0,postgres_psql/* makePsqlCommand */.Yx)(session, maintenance, 'session', `--file=${script}`);
        const { environment } = session.connection;
        const { failure, stderr } = await (0,pipeline/* runPipeline */.a)([psql], { environment, signal: session.signal });
        return failure === undefined ? undefined : ((0,postgres_psql/* quoteTool */.FM)(stderr) ?? 'psql ended without a message');
    });
}

// EXTERNAL MODULE: ./src/drill/scratch/scratch-places.ts
var scratch_places = __webpack_require__(72591);
;// CONCATENATED MODULE: ./src/backup/proof/open-scratch.ts





/**
 * Runs a task with the scratch servers that `verify: restore` needs, and stops them however it ends.
 * @throws BackupError PGB_INPUT, PGB_VERIFY, PGB_ENCRYPT, PGB_DISK, or what connecting to `verify-url` throws
 */
async function withScratch(backup, run, task) {
    const { inputs, plan } = backup;
    if (inputs.verify !== 'restore')
        return task(undefined);
    refuseUnrestorable(inputs.options, plan.files);
    const scratch = await openScratch(backup, run);
    try {
        return await task(scratch);
    }
    finally {
        await scratch.stop();
    }
}
/**
 * Provides the scratch servers before anything is dumped.
 * @throws BackupError PGB_VERIFY, PGB_ENCRYPT, PGB_DISK, or what connecting to `verify-url` throws
 */
async function openScratch({ inputs, server, plan }, run) {
    const facts = await readClusterFacts(server);
    const kinds = new Set(plan.files.map(({ kind }) => kind));
    const isWhole = kinds.has('cluster');
    const isNeeded = inputs.verifyUrl === undefined || isWhole || kinds.has('globals');
    const local = isNeeded ? await (0,scratch_places/* findLocal */.l8)(inputs, server.client, isWhole, run) : undefined;
    const start = local === undefined
        ? undefined
        : async () => {
            const parent = await (0,scratch_places/* chooseParent */.Om)(inputs.encryption !== undefined, measurePlan(plan));
            const { superuser, tablespaces } = facts;
            return (0,local_cluster/* startLocalCluster */.g)({ ...local, client: server.client, superuser, parent, tablespaces }, run);
        };
    const isMissing = isWhole || (kinds.has('database') && inputs.verifyUrl === undefined);
    if (start === undefined && isMissing)
        throw (0,scratch_places/* refuseMissing */.jQ)(server.client, isWhole);
    if (local?.containment.kind === 'none' && isWhole)
        throw refuseWhole();
    const shared = kinds.has('database')
        ? await (inputs.verifyUrl === undefined
            ? start?.()
            : (0,scratch_places/* openGivenServer */.hS)(inputs.verifyUrl, { client: server.client, source: server.facts }, run))
        : undefined;
    if (shared !== undefined)
        await createRoles(shared, facts, run);
    // Files of a whole cluster make superusers, which only a sandbox can hold.
    const startFresh = local?.containment.kind === 'sandbox' ? start : undefined;
    return { shared, startFresh, stop: async () => shared?.stop() };
}
/** Bytes on the source of all that is restored. */
function measurePlan({ files }) {
    return files.reduce((sum, { sizeOnServer }) => sum + (sizeOnServer ?? 0), 0);
}
function refuseWhole() {
    return new errors/* BackupError */.h('PGB_VERIFY', {
        what: 'A backup of the whole cluster cannot be restored here for `verify: restore`',
        why: 'it makes superusers, and nothing here can contain what they may do',
        whatToDo: 'Run the job where a sandbox can be had, use `verify: decode`, or back up with "databases"',
    });
}

// EXTERNAL MODULE: ./src/archive/reading/decode.ts
var decode = __webpack_require__(44415);
// EXTERNAL MODULE: ./src/archive/reading/read-content.ts + 10 modules
var read_content = __webpack_require__(46763);
// EXTERNAL MODULE: ./src/postgres/sql/rows/dump-rows.ts
var dump_rows = __webpack_require__(11712);
// EXTERNAL MODULE: ./src/process/read-to-end.ts
var read_to_end = __webpack_require__(91455);
;// CONCATENATED MODULE: ./src/backup/warnings/emptiness.ts
/*
 * Whether a dump holds what it was made for. Every entry of a plain dump begins with a comment that tells its kind, and
 * stands in the list of an archive (pg_backup_archiver.c: _printTocEntry, PrintTOCSummary).
 */
/** PURE. Whether a plain dump holds nothing, or, with arguments of the user that may leave out things, no table. */
function isEmptyDump(text, options) {
    const kinds = text.matchAll(/^-- (?:Data for )?Name: .*; Type: ([A-Z ]+);/gm);
    return isEmpty([...kinds].map(([, kind = '']) => kind), options);
}
/** PURE. The same of an archive, by what `pg_restore --list` prints. */
function isEmptyList(list, options) {
    const kinds = list.matchAll(/^\d+; \d+ \d+ ([A-Z ]+) /gm);
    return isEmpty([...kinds].map(([, kind = '']) => kind), options);
}
function isEmpty(kinds, options) {
    return kinds.length === 0 || (options.length > 0 && !kinds.some((kind) => /^TABLE\b/.test(kind)));
}

;// CONCATENATED MODULE: ./src/backup/proof/decode.ts











/**
 * Reads a finished file back to its end, through its decrypter and decompressor: what comes out must be what pg_dump
 * wrote, a plain dump must end in its completion marker, and an archive must be decoded by pg_restore and name the
 * database asked for.
 * @throws BackupError PGB_VERIFY
 */
async function decodeFile(dumped, backup, signal) {
    const { planned } = dumped;
    const { options } = backup.inputs;
    const [source, decoding] = [toSource(dumped, backup), toDecodeSetting(dumped, backup, signal)];
    if (planned.kind === 'properties')
        return decodeJson(dumped, source, decoding, properties/* parseProperties */.$9);
    if (planned.kind === 'contents')
        return decodeJson(dumped, source, decoding, archive_contents/* parseContents */.OJ);
    if (planned.format === 'plain') {
        const decoded = await (0,decode/* decodePlain */.Lz)(source, decoding);
        const isEmpty = decoded.size <= read_content/* endLength */.qV && isEmptyDump(decoded.text, options);
        return { ...toProof(dumped, decoded, decode_listRows(planned, decoded, options)), isEmpty };
    }
    const { pgRestore } = backup.server.client;
    const decoded = planned.format === 'directory'
        ? await decodeTar(source, decoding, pgRestore)
        : await (0,decode/* decodeArchive */.Jx)(source, decoding, pgRestore);
    const proof = toProof(dumped, decoded, decode_listRows(planned, decoded, options));
    return { ...proof, isEmpty: isEmptyList(decoded.text, options) };
}
function toSource({ planned, partialPath, written }, { toolbox }) {
    return {
        file: planned,
        path: partialPath,
        decrypter: toolbox.decrypter,
        decompressor: isPacked(planned) ? toolbox.decompressor : undefined,
        isLarge: isLarge(planned),
        written,
    };
}
function toDecodeSetting({ planned }, { server, output }, signal) {
    return {
        directory: output.stagingDirectory,
        environment: server.connection.environment,
        signal,
        refuse: (why) => refuseFile(planned, why),
    };
}
/** Whoever restores reads it by the same reader. */
async function decodeJson(dumped, source, decoding, parse) {
    const { stdout, size } = await (0,decode/* readCountedJson */.hJ)(source, decoding);
    try {
        parse(stdout);
    }
    catch (error) {
        throw decoding.refuse(error instanceof Error ? error.message : String(error));
    }
    return toProof(dumped, { size, compared: 'It was read as a restore reads it' });
}
async function decodeTar(source, decoding, pgRestore) {
    const directory = await (0,promises_.mkdtemp)((0,external_node_path_.join)(decoding.directory, 'decode-'));
    try {
        const untar = { path: 'tar', args: ['--extract', '--file=-', `--directory=${directory}`] };
        await (0,decode/* readCounted */.zX)(source, decoding, [(0,read_to_end/* readToEnd */.f)(untar)]);
        return await (0,decode/* decodeDirectory */.eT)({ ...source, directory }, decoding, pgRestore);
    }
    finally {
        await (0,promises_.rm)(directory, { recursive: true, force: true });
    }
}
function toProof({ written }, { size, compared }, { total, tables, partitions } = dump_rows/* unknownRows */.Y) {
    const ofBytes = written === undefined ? [] : ['Number and checksum of the bytes before and after the file'];
    return {
        uncompressedSize: size,
        rows: total,
        partitions,
        isEmpty: false,
        verification: { method: 'decode', compared: [compared, ...ofBytes], notCompared: [], rowCounts: tables },
    };
}
function decode_listRows({ kind }, { rows }, options) {
    // They have none.
    if (kind === 'globals')
        return dump_rows/* unknownRows */.Y;
    // Restored tables are looked up by names with no more quotes than they need.
    return options.some((option) => option.startsWith('--q')) ? { ...dump_rows/* unknownRows */.Y, total: rows.total } : rows;
}

// EXTERNAL MODULE: ./src/drill/scratch/scratch-database.ts
var scratch_database = __webpack_require__(46058);
// EXTERNAL MODULE: ./src/fingerprint/fingerprint-facts.ts + 1 modules
var fingerprint_facts = __webpack_require__(80053);
;// CONCATENATED MODULE: ./src/fingerprint/compare-fingerprints.ts


/** PURE. Compares the restored copy with the source. */
function compareFingerprints(source, copy, omissions) {
    const outcomes = fingerprint_facts/* fingerprintKinds */.i3.map((kind) => [kind, compareKind(kind, source, copy, omissions)]);
    return {
        differences: outcomes.flatMap(([, list]) => list.flatMap((outcome) => (typeof outcome === 'string' ? [] : [outcome.difference]))),
        tallies: Object.fromEntries(outcomes.map(([kind, list]) => [kind, tally(list)])),
    };
}
function compareKind(kind, source, copy, omissions) {
    const [before, after, restored] = [source.before[kind], source.after[kind], copy[kind]];
    // Nothing at all was asked of the source, as for the rows of a whole cluster.
    if (before.size === 0 && after.size === 0 && !fingerprint_facts/* fingerprintFacts */.CF[kind].isAlwaysAsked)
        return [];
    const names = new Set([...before.keys(), ...after.keys(), ...restored.keys()]);
    return [...names].map((name) => {
        const [first, last, found] = [before.get(name), after.get(name), restored.get(name)];
        if (first === undefined && last === undefined)
            return { difference: `${label(kind, name)} is in the copy only` };
        if (first === undefined || last === undefined || first.value !== last.value)
            return 'moved';
        if (first.value === null)
            return 'unreadable';
        return compareEntry(kind, name, { expected: first, found }, omissions);
    });
}
function compareEntry(kind, name, { expected, found }, omissions) {
    if (found?.value === expected.value && found.rows === expected.rows)
        return 'equal';
    if (found === undefined) {
        return omissions.objects ? 'omitted' : { difference: `${label(kind, name)} is missing in the copy` };
    }
    const { unit, change, mayBeLeft } = fingerprint_facts/* fingerprintFacts */.CF[kind];
    if (mayBeLeft(found, omissions))
        return 'omitted';
    if (unit === undefined || found.rows === expected.rows)
        return { difference: `${label(kind, name)} ${change}` };
    const counts = `${(0,units/* formatCount */.B4)(found.rows ?? 0, unit)} instead of ${expected.rows ?? 0}`;
    return { difference: `${label(kind, name)} has ${counts}` };
}
/** All but relations say what they are in their names. */
function label(kind, name) {
    return fingerprint_facts/* fingerprintFacts */.CF[kind].naming === 'relation' ? `${kind} ${name}` : name;
}
function tally(outcomes) {
    const count = (wanted) => outcomes.filter((outcome) => outcome === wanted).length;
    return {
        equal: count('equal'),
        moved: count('moved'),
        unreadable: count('unreadable'),
        omitted: count('omitted'),
    };
}
/** PURE. The rows of each table of the copy. */
function listRowCounts({ table }) {
    return [...table].map(([name, { rows }]) => ({ table: name, rows: rows ?? 0 }));
}

// EXTERNAL MODULE: ./src/fingerprint/read-fingerprint.ts + 1 modules
var read_fingerprint = __webpack_require__(79472);
;// CONCATENATED MODULE: ./src/fingerprint/snapshot.ts


/** Seconds; the session is ended long before, and no program is asked to wait for longer. */
const longestHold = 2_147_483;
/**
 * Opens a session that exports its snapshot and then waits. While it is held, the server cannot clean up rows that
 * were deleted since.
 * @throws BackupError PGB_VERIFY, or the code that fits what psql says
 */
async function holdSnapshot(session, database) {
    const released = new AbortController();
    const signal = AbortSignal.any([session.signal, released.signal]);
    const { promise: id, resolve, reject } = Promise.withResolvers();
    const statements = ["select 'snapshot ' || pg_export_snapshot()", `\\! exec sleep ${longestHold}`];
    const commands = statements.map((statement) => `--command=${statement}`);
    const psql = (0,postgres_psql/* makePsqlCommand */.Yx)(session, database, { snapshot: undefined }, '--no-align', '--tuples-only', ...commands);
    const ended = (0,pipeline/* runPipeline */.a)([psql], {
        environment: session.connection.environment,
        signal,
        onOutput: (printed) => {
            const found = /^snapshot ([0-9A-Za-z-]{1,63})$/m.exec(printed)?.[1];
            if (found !== undefined)
                resolve(found);
        },
    }).then(({ stderr }) => {
        const failing = `The database "${database}" was not dumped, because its snapshot could not be shared`;
        const whatToDo = 'Use `verify: decode`';
        reject((0,postgres_psql/* explainPsqlFailure */.MG)(stderr, session, { database, failing }, { code: 'PGB_VERIFY', whatToDo }));
    }, reject);
    const release = async () => {
        released.abort();
        await ended;
    };
    return { id: await id, release };
}

;// CONCATENATED MODULE: ./src/backup/proof/conclusion.ts





/** How many differences an error shows. */
const shownDifferences = 3;
/**
 * PURE. Says what the comparison of a database has shown. No sentence holds a name, since the manifest of an encrypted
 * backup may hold none.
 * @throws BackupError PGB_VERIFY when there is a difference
 */
function concludeDatabase(planned, comparison, { copy, scratch, lacking }) {
    requireNoDifference(planned, comparison.differences);
    const { tallies } = comparison;
    return {
        method: 'restore',
        compared: [
            `Restored into PostgreSQL ${scratch.major}, without an error`,
            ...fingerprint_facts/* fingerprintKinds */.i3.flatMap((kind) => describeEqual(kind, tallies, copy)),
        ],
        notCompared: [
            ...fingerprint_facts/* fingerprintKinds */.i3.flatMap((kind) => explainRest(kind, tallies)),
            ...explainLacking(lacking),
            ...generalRemarks,
        ],
        rowCounts: listRowCounts(copy),
    };
}
function explainLacking(lacking) {
    if (lacking === undefined)
        return [];
    const { extensions, tables } = lacking;
    return [
        `${(0,units/* formatCount */.B4)(extensions.length, 'extension')} that the scratch server lacks, and what hangs on them, among it ${(0,units/* formatCount */.B4)(tables.length, 'table')}`,
    ];
}
/** What no comparison of a database covers. */
const generalRemarks = [
    'Definitions of views, constraints, indexes and policies, owners, privileges, comments and settings',
    'Materialized views and generated columns, whose content a restore computes anew',
    'What belongs to extensions',
];
/** @throws BackupError PGB_VERIFY naming the first differences */
function requireNoDifference(planned, differences) {
    if (differences.length === 0)
        return;
    const shown = differences.slice(0, shownDifferences).join('; ');
    const rest = differences.length - shownDifferences;
    throw new errors/* BackupError */.h('PGB_VERIFY', {
        what: `${describeSubject(planned)} was dumped and restored, but the copy differs from the source`,
        why: `${shown}${rest > 0 ? `; and ${(0,units/* formatCount */.B4)(rest, 'more difference')}` : ''}`,
        whatToDo: 'Do not trust this backup: look for a failing disk or memory, and for triggers or rules on the scratch server',
    });
}
/** PURE. What was compared of one kind and is equal. */
function describeEqual(kind, tallies, copy) {
    const sentence = fingerprint_facts/* fingerprintFacts */.CF[kind].describeEqual(tallies[kind].equal, copy[kind]);
    return sentence === undefined ? [] : [sentence];
}
/** PURE. What was not compared of one kind, and why. */
function explainRest(kind, tallies) {
    const { nameSome } = fingerprint_facts/* fingerprintFacts */.CF[kind];
    const { moved, unreadable, omitted } = tallies[kind];
    return [
        ...(moved > 0 ? [`${nameSome(moved)} that changed while the dump ran, outside of its snapshot`] : []),
        ...(unreadable > 0 ? [`${nameSome(unreadable)} that the connecting role may not read`] : []),
        ...(omitted > 0 ? [`${nameSome(omitted)} that the input "options" may leave out`] : []),
    ];
}

;// CONCATENATED MODULE: ./src/backup/proof/lacking.ts





/**
 * Finds what of a database cannot be restored for want of extensions.
 * @returns undefined where nothing is lacking
 */
async function findLacking(source, database, extensions, { session, maintenance }) {
    const failing = 'The scratch server was not asked for its extensions';
    const sql = "select coalesce(json_agg(name), '[]') from pg_catalog.pg_available_extensions";
    const available = await (0,postgres_answer/* askJson */.ey)(session, { database: maintenance, sql, failing }, (0,json_reader/* readArray */.oU)(postgres_answer/* readName */.MQ));
    const missing = extensions.filter((name) => !available.includes(name));
    if (missing.length === 0)
        return undefined;
    const query = {
        database,
        sql: makeDependentsQuery(missing),
        failing: `The database "${database}" was not dumped`,
    };
    return { extensions: missing, ...(await (0,postgres_answer/* askJson */.ey)(source, query, readDependents)) };
}
const readDependents = (0,json_reader/* readObject */.Ag)({
    entries: (0,json_reader/* readArray */.oU)((0,json_reader/* readObject */.Ag)({ schema: json_reader/* readText */.yR, name: json_reader/* readText */.yR })),
    objects: (0,json_reader/* readArray */.oU)(json_reader/* readText */.yR),
    relations: (0,json_reader/* readArray */.oU)(json_reader/* readText */.yR),
    tables: (0,json_reader/* readArray */.oU)(json_reader/* readText */.yR),
});
/** What the headings of a dump call each object. */
const headings = `on_relation(classid, id, relation, name) as (
  select 'pg_constraint'::regclass::oid, oid, conrelid, conname from pg_constraint
  union all select 'pg_trigger'::regclass, oid, tgrelid, tgname from pg_trigger
  union all select 'pg_policy'::regclass, oid, polrelid, polname from pg_policy
  union all select 'pg_rewrite'::regclass, oid, ev_class, rulename from pg_rewrite
  union all select 'pg_attrdef'::regclass, d.oid, adrelid, attname from pg_attrdef d
    join pg_attribute a on attrelid = adrelid and a.attnum = adnum
), named(classid, id, space, name) as (
  select 'pg_class'::regclass::oid, oid, relnamespace, relname::text from pg_class
  union all select 'pg_type'::regclass, oid, typnamespace, typname from pg_type
  union all select 'pg_proc'::regclass, oid, pronamespace, format('%s(%s)', proname, oidvectortypes(proargtypes)) from pg_proc
  union all select 'pg_operator'::regclass, oid, oprnamespace, oprname from pg_operator
  union all select 'pg_opclass'::regclass, oid, opcnamespace, opcname from pg_opclass
  union all select 'pg_opfamily'::regclass, oid, opfnamespace, opfname from pg_opfamily
  union all select 'pg_collation'::regclass, oid, collnamespace, collname from pg_collation
  union all select 'pg_ts_config'::regclass, oid, cfgnamespace, cfgname from pg_ts_config
  union all select 'pg_ts_dict'::regclass, oid, dictnamespace, dictname from pg_ts_dict
  union all select 'pg_statistic_ext'::regclass, oid, stxnamespace, stxname from pg_statistic_ext
  union all select 'pg_namespace'::regclass, oid, null, nspname from pg_namespace
  union all select 'pg_event_trigger'::regclass, oid, null, evtname from pg_event_trigger
  union all select 'pg_foreign_data_wrapper'::regclass, oid, null, fdwname from pg_foreign_data_wrapper
  union all select 'pg_foreign_server'::regclass, oid, null, srvname from pg_foreign_server
  union all select 'pg_language'::regclass, oid, null, lanname from pg_language
  union all select 'pg_extension'::regclass, oid, null, extname from pg_extension
  union all select 'pg_cast'::regclass, oid, null,
    format('CAST (%s AS %s)', format_type(castsource, null), format_type(casttarget, null)) from pg_cast
  union all select o.classid, o.id, relnamespace, relname || ' ' || o.name from on_relation o
    join pg_class c on c.oid = o.relation
  union all select 'pg_publication_rel'::regclass, r.oid, relnamespace, pubname || ' ' || relname from pg_publication_rel r
    join pg_publication p on p.oid = prpubid join pg_class c on c.oid = prrelid
)`;
/**
 * What depends on the extensions, by pg_depend. A view goes with its rule, and a table with a default or check within
 * its definition.
 */
function makeDependentsQuery(extensions) {
    return `with recursive gone(classid, objid) as (
  select 'pg_extension'::regclass::oid, oid from pg_extension where extname in (${extensions.map(quote/* quoteLiteral */.c).join(', ')})
  union
  select next.classid, next.objid from gone g, lateral (
    select d.classid, d.objid from pg_depend d where d.refclassid = g.classid and d.refobjid = g.objid
    union all
    select d.refclassid, d.refobjid from pg_depend d where d.classid = g.classid and d.objid = g.objid and case g.classid
      when 'pg_rewrite'::regclass then d.deptype = 'i'
      when 'pg_attrdef'::regclass then d.deptype = 'a'
      when 'pg_constraint'::regclass then d.deptype = 'a' and exists (select from pg_constraint c where c.oid = g.objid and contype = 'c')
      else false end
  ) next
), relation as (
  select c.oid, nspname, relname, relkind from gone join pg_class c on c.oid = objid and classid = 'pg_class'::regclass
    join pg_namespace n on n.oid = relnamespace
), ${headings}
select json_build_object(
  'entries', (select json_agg(json_build_object('schema', coalesce(nspname, ''), 'name', n.name)) from gone g
    join named n on n.classid = g.classid and n.id = g.objid left join pg_namespace s on s.oid = n.space),
  'objects', (select coalesce(json_agg(i.type || ' ' || i.identity), '[]') from gone,
    lateral pg_identify_object(classid, objid, 0) i where i.identity is not null),
  'relations', (select coalesce(json_agg(format('%I.%I', nspname, relname)), '[]') from relation),
  'tables', (select coalesce(json_agg(format('%I.%I', nspname, relname)), '[]') from relation r where relkind = 'r'
    and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = r.oid and deptype = 'e')))`;
}
/** PURE. The fingerprint of what the scratch server can be given. */
function withoutLacking(fingerprint, lacking) {
    if (lacking === undefined)
        return fingerprint;
    const gone = { relation: new Set(lacking.relations), object: new Set(lacking.objects), all: new Set() };
    return (0,fingerprint_facts/* makeFingerprint */.Bq)((kind) => {
        const names = gone[fingerprint_facts/* fingerprintFacts */.CF[kind].naming];
        return new Map([...fingerprint[kind]].filter(([name]) => !names.has(name)));
    });
}
/** Says what is not proved: a warning where rows are among it, since nobody would look for that in the log. */
function announceLacking(planned, { extensions, tables }, log) {
    const names = extensions.map((name) => `"${name}"`).join(', ');
    const lacks = `${describeSubject(planned)} is compared without what hangs on extensions that the scratch server lacks: ${names}`;
    if (tables.length === 0) {
        log.info(lacks);
        return;
    }
    const shown = tables.slice(0, 3).join(', ');
    const rest = tables.length > 3 ? ` and ${tables.length - 3} more` : '';
    log.warning(`${lacks}. The tables ${shown}${rest} are among it: name a scratch server that has the extensions in "verify-url" to prove them.`, 'Not proved');
}

// EXTERNAL MODULE: ./src/restoring/restore-file.ts + 1 modules
var restore_file = __webpack_require__(17646);
// EXTERNAL MODULE: ./src/restoring/restore-sql.ts + 3 modules
var restore_sql = __webpack_require__(33520);
;// CONCATENATED MODULE: ./src/backup/proof/restore-copy.ts






/**
 * Restores the file of a database into a scratch database, as a restore would. An error ends it, so it needs no
 * transaction around it.
 * @param lacking entries of the dump that the scratch server cannot be given
 * @throws BackupError PGB_VERIFY, PGB_DISK
 */
async function restoreCopy(work, scratch, place) {
    const { planned } = work.dumped;
    const target = planned.database ?? planned.kind;
    const to = { ...place, target, transaction: undefined, facts: undefined };
    await attempt(work, scratch, (file, how) => (0,restore_file/* restoreDatabaseFile */.O)(file, to, how));
}
/**
 * Restores a file of pg_dumpall into a scratch server.
 * @throws BackupError PGB_VERIFY, PGB_DISK
 */
async function restoreClusterCopy(work, scratch, existing) {
    const omit = { ...existing, owners: false, ownRole: undefined };
    await attempt(work, scratch, (file, how) => (0,restore_sql/* restoreClusterFile */.Rh)(file, omit, how, scratch.maintenance));
}
async function attempt(work, scratch, restore) {
    const { dumped, uncompressedSize, signal } = work;
    const { planned, partialPath } = dumped;
    try {
        const { size } = await (0,promises_.stat)(partialPath);
        await restore({ ...planned, path: partialPath, size, uncompressedSize }, makeSetting(work, scratch));
    }
    catch (error) {
        signal.throwIfAborted();
        throw error instanceof errors/* BackupError */.h && error.code !== 'PGB_DISK'
            ? refuseCopy(error, planned, scratch)
            : error;
    }
}
function makeSetting({ dumped, backup, run, signal }, scratch) {
    const { decrypter, decompressor } = backup.toolbox;
    const { format, compression } = dumped.planned;
    const decompressors = new Map(decompressor === undefined ? [] : [[compression.method, decompressor]]);
    const isPlain = format === 'plain';
    return {
        server: scratch.restorer,
        readers: { decrypter, decompressors },
        run,
        signal,
        // Who is no superuser owns all that it makes, and cannot give it to others.
        noOwner: isPlain ? (0,scratch_server/* isUncontained */.l)(scratch) : !scratch.isContained,
        options: isPlain
            ? []
            : [
                ...(scratch.isContained ? [] : ['--no-privileges']),
                ...(scratch.isThrowAway ? [] : ['--no-tablespaces']),
            ],
        tableJobs: backup.plan.tableJobs,
        strict: false,
        memoryOnly: true,
    };
}
/** PURE. Why a dump is not proved. What is missing in the client no other scratch server mends. */
function refuseCopy({ code, explanation }, planned, scratch) {
    const { why, whatToDo } = explanation;
    const lacksRights = code === 'PGB_PERMISSION' || refusals.test(why);
    const forServer = (0,scratch_server/* isUncontained */.l)(scratch) && lacksRights ? adviceForRights : advise(why, scratch.isThrowAway);
    return new errors/* BackupError */.h('PGB_VERIFY', {
        what: `${describeSubject(planned)} was dumped, but the file ${planned.name} could not be restored`,
        why,
        whatToDo: code === 'PGB_CLIENT' ? whatToDo : forServer,
    });
}
/** What a server says to a role that is no superuser. */
const refusals = /permission denied|must be (?:superuser|owner|able|member)|only superusers?|only roles with/i;
const adviceForRights = 'Only a superuser can restore this, and nothing here contains one: name a scratch server in "verify-url", run the job where a sandbox can be had, or use `verify: decode`';
function advise(why, isThrowAway) {
    if (why.includes('does not have the extension'))
        return 'Install the extension on the scratch server, or name one that has it in "verify-url"';
    if (/locale|collation/i.test(why))
        return 'Install that locale on the scratch server, or name one that has it in "verify-url"';
    return isThrowAway
        ? 'Correct the cause; a database that needs settings or software of its own takes a server like it in "verify-url"'
        : 'Correct the cause; the role of "verify-url" should be a superuser, and the server like the source';
}

;// CONCATENATED MODULE: ./src/backup/proof/prove-by-restore.ts













const inSnapshot = fingerprint_facts/* fingerprintKinds */.i3.filter((kind) => fingerprint_facts/* fingerprintFacts */.CF[kind].isInSnapshot);
const outsideSnapshot = fingerprint_facts/* fingerprintKinds */.i3.filter((kind) => !fingerprint_facts/* fingerprintFacts */.CF[kind].isInSnapshot);
/**
 * Dumps a database in a snapshot that is read a second time beside the dump, for the restored copy to be compared with.
 * @throws BackupError as dumping does, and PGB_VERIFY
 */
async function dumpForRestore(planned, backup, scratch, log, signal) {
    const { database } = planned;
    const session = { ...backup.server, signal };
    const facts = await (0,scratch_database/* readDatabaseFacts */.L)(session, database);
    const lacking = await findLacking(session, database, facts.extensions, scratch);
    if (lacking !== undefined)
        announceLacking(planned, lacking, log);
    const place = { session, database };
    const before = await read(place, backup, outsideSnapshot);
    const { dumped, content } = await dumpInSnapshot(planned, backup, place, log, signal);
    const after = await read(place, backup, outsideSnapshot);
    const complete = (outside) => (0,fingerprint_facts/* makeFingerprint */.Bq)((kind) => (fingerprint_facts/* fingerprintFacts */.CF[kind].isInSnapshot ? content : outside)[kind]);
    const source = {
        before: withoutLacking(complete(before), lacking),
        after: withoutLacking(complete(after), lacking),
    };
    return { dumped, evidence: { kind: 'database', scratch, facts, lacking, source } };
}
/**
 * Restores the file of a database, and compares the copy with what was read of its source.
 * @throws BackupError PGB_VERIFY, PGB_DISK
 */
async function proveDatabase(work, { scratch, facts, lacking, source }) {
    const { backup, run } = work;
    const { planned } = work.dumped;
    const session = { ...scratch.session, signal: work.signal };
    const startedAt = performance.now();
    run.log.info(`${describeSubject(planned)}: restoring the file into a scratch database`);
    const copy = await (0,scratch_database/* withScratchDatabase */.w)(facts, { ...scratch, session }, run, async (database, renew) => {
        await restoreCopy(work, scratch, { database, lacking: lacking?.entries, renew });
        return read({ session, database }, backup, fingerprint_facts/* fingerprintKinds */.i3);
    });
    const comparison = compareFingerprints(source, copy, (0,archive_omissions/* readOmissions */.t)(backup.inputs.options));
    const seconds = (0,units/* formatSeconds */.Xo)((performance.now() - startedAt) / 1000);
    run.log.info(`${describeSubject(planned)}: restored, and read for the comparison, in ${seconds}`);
    return concludeDatabase(planned, comparison, { copy, scratch, lacking });
}
/** The dump and the second reading begin together: the locks of the dump then protect the tables from early on. */
async function dumpInSnapshot(planned, backup, place, log, given) {
    const snapshot = await holdSnapshot(place.session, place.database);
    const failed = new AbortController();
    const signal = AbortSignal.any([given, failed.signal]);
    const stopOther = (error) => {
        failed.abort(error);
        throw error;
    };
    const session = { ...place.session, signal };
    try {
        const [dumped, content] = await Promise.allSettled([
            dumpFile(planned, backup, log, signal, snapshot.id).catch(stopOther),
            read({ ...place, session }, backup, inSnapshot, snapshot.id).catch(stopOther),
        ]);
        if (dumped.status === 'rejected')
            throw failed.signal.reason;
        if (content.status === 'fulfilled')
            return { dumped: dumped.value, content: content.value };
        await (0,promises_.rm)(dumped.value.partialPath, { force: true });
        throw content.reason;
    }
    finally {
        await snapshot.release();
    }
}
async function read(place, { inputs, server }, kinds, snapshot) {
    const hash = server.facts.versionNumber < 110_000 ? 'md5' : 'extended';
    return (0,read_fingerprint/* readFingerprint */.b)(place, { snapshot, lockWaitTimeout: inputs.lockWaitTimeout, kinds, hash });
}

;// CONCATENATED MODULE: ./src/fingerprint/cluster-fingerprint.ts





/** Passwords and settings aside, which not every role may see. */
const globalsQuery = `select json_build_object('objects', (select coalesce(json_agg(globals), '[]') from (
  select 'role ' || quote_ident(rolname) as name, concat(rolsuper, rolinherit, rolcreaterole, rolcreatedb,
    rolcanlogin, rolreplication, rolbypassrls, rolconnlimit) as value
  from pg_catalog.pg_roles where rolname !~ '^pg_'
  union all select format('membership of %I in %I', m.rolname, r.rolname), ''
  from (select distinct member, roleid from pg_catalog.pg_auth_members) a
    join pg_catalog.pg_roles m on m.oid = member join pg_catalog.pg_roles r on r.oid = roleid
  union all select 'tablespace ' || quote_ident(spcname), '' from pg_catalog.pg_tablespace where spcname !~ '^pg_'
) globals),
'databases', (select json_agg(datname order by datname) from pg_catalog.pg_database
  where datallowconn and datconnlimit <> -2 and datname <> 'template0'))`;
const readGlobals = (0,json_reader/* readObject */.Ag)({
    objects: (0,json_reader/* readArray */.oU)((0,json_reader/* readObject */.Ag)({ name: postgres_answer/* readText */.yR, value: postgres_answer/* readText */.yR })),
    databases: (0,json_reader/* readArray */.oU)(postgres_answer/* readName */.MQ),
});
/**
 * Reads a whole cluster, each database in a snapshot of its own. Names of things are followed by their database's.
 * @throws BackupError PGB_VERIFY, or the code that fits what psql says
 */
async function readClusterFingerprint(place) {
    const failing = 'The cluster was not read for the comparison';
    const { session, maintenance, lockWaitTimeout, kinds } = place;
    const query = { database: maintenance, sql: globalsQuery, failing };
    const { objects, databases } = await (0,postgres_answer/* askJson */.ey)(session, query, readGlobals);
    const merged = (0,fingerprint_facts/* makeFingerprint */.Bq)(() => new Map());
    for (const { name, value } of objects)
        merged.object.set(name, { value, rows: undefined });
    if (kinds.length === 0)
        return merged;
    const request = { snapshot: undefined, lockWaitTimeout, kinds, hash: 'none' };
    for (const database of databases) {
        merged.object.set(`database ${(0,quote/* quoteIdentifier */.C)(database)}`, { value: '', rows: undefined });
        const one = await (0,read_fingerprint/* readFingerprint */.b)({ session, database }, request);
        for (const kind of kinds) {
            for (const [name, entry] of one[kind])
                merged[kind].set(`${name} in ${(0,quote/* quoteIdentifier */.C)(database)}`, entry);
        }
    }
    return merged;
}

;// CONCATENATED MODULE: ./src/backup/proof/prove-cluster.ts









/**
 * Dumps the cluster or its globals, and reads the source before and after: pg_dumpall shares no snapshot, so only what
 * was the same on both sides can be compared.
 */
async function dumpClusterForRestore(planned, backup, startFresh, log, signal) {
    const { inputs, server } = backup;
    const kinds = planned.kind === 'cluster' ? ['object', 'sequence'] : [];
    const { lockWaitTimeout } = inputs;
    const place = { session: { ...server, signal }, maintenance: server.facts.database, lockWaitTimeout, kinds };
    const before = await readClusterFingerprint(place);
    const dumped = await dumpFile(planned, backup, log, signal);
    const after = await readClusterFingerprint(place);
    return { dumped, evidence: { kind: 'cluster', source: { before, after }, startFresh } };
}
/**
 * Restores the file of a cluster or its globals, and compares the copy with what was read of its source.
 * @throws BackupError PGB_VERIFY, PGB_DISK
 */
async function proveCluster(work, { source, startFresh }) {
    const scratch = await startFresh();
    try {
        return await compareCopy(work, scratch, source);
    }
    finally {
        await scratch.stop();
    }
}
async function compareCopy(work, scratch, source) {
    const { inputs } = work.backup;
    const { planned } = work.dumped;
    const isWhole = planned.kind === 'cluster';
    const words = await runStatements(listTablespaceStatements(scratch), scratch, work.run);
    if (words !== undefined)
        throw refuseFile(planned, `its tablespaces could not be made on the scratch server (${words})`);
    const superuser = scratch.session.connection.parameters['user'] ?? '';
    // The directories of tablespaces belong to the source's machine, so they were made already.
    const existing = {
        existingRoles: [superuser],
        existingTablespaces: [...scratch.tablespaceDirectories.keys()],
    };
    await restoreClusterCopy(work, scratch, existing);
    const place = {
        session: { ...scratch.session, signal: work.signal },
        maintenance: scratch.maintenance,
        lockWaitTimeout: inputs.lockWaitTimeout,
        kinds: isWhole ? ['table', 'object', 'sequence'] : [],
    };
    const copy = await readClusterFingerprint(place);
    const omissions = isWhole ? (0,archive_omissions/* readOmissions */.t)(inputs.options) : { objects: false, data: false };
    const comparison = compareFingerprints(source, copy, omissions);
    requireNoDifference(planned, comparison.differences);
    return isWhole
        ? concludeCluster(comparison.tallies, copy, scratch)
        : concludeGlobals(comparison.tallies, scratch);
}
function concludeCluster(tallies, copy, { major }) {
    return {
        method: 'restore',
        compared: [
            `Restored whole into an empty cluster of PostgreSQL ${major}, without an error`,
            `Databases, roles, tablespaces, and the names, kinds and columns of what is in the databases: ${(0,units/* formatCount */.B4)(tallies.object.equal, 'object')}`,
            ...describeEqual('sequence', tallies, copy),
        ],
        notCompared: [
            'Rows: pg_dumpall cannot share a snapshot, so those of the copy were counted and not compared with the source',
            ...explainRest('object', tallies),
            ...explainRest('sequence', tallies),
            'Large objects, definitions, owners, privileges, comments, settings, passwords, and what belongs to extensions',
        ],
        rowCounts: listRowCounts(copy),
    };
}
function concludeGlobals(tallies, { major }) {
    return {
        method: 'restore',
        compared: [
            `Restored into an empty cluster of PostgreSQL ${major}, without an error`,
            `Roles with their attributes, memberships and tablespaces: ${(0,units/* formatCount */.B4)(tallies.object.equal, 'object')}`,
        ],
        notCompared: [
            'Passwords, settings and comments of roles, and privileges',
            ...explainRest('object', tallies),
        ],
        rowCounts: null,
    };
}

;// CONCATENATED MODULE: ./src/backup/proof/prove.ts







/** The evidence of a file of which no source was read. */
const ofBytes = { kind: 'bytes' };
/** Dumps a file in the way that its verification needs. */
async function dumpProvably(planned, backup, scratch, log, signal) {
    if (planned.kind === 'database' && scratch?.shared !== undefined) {
        return dumpForRestore(planned, backup, scratch.shared, log, signal);
    }
    if (!isAboutDumps(planned) && scratch?.startFresh !== undefined) {
        return dumpClusterForRestore(planned, backup, scratch.startFresh, log, signal);
    }
    return { dumped: await dumpFile(planned, backup, log, signal), evidence: ofBytes };
}
/**
 * Verifies a dump as the user asks for it.
 * @throws BackupError PGB_VERIFY, PGB_DISK
 */
async function prove({ dumped, evidence }, backup, run, signal) {
    const { verify } = backup.inputs;
    if (verify === 'none')
        return unread;
    const decoded = await decodeFile(dumped, backup, signal);
    if (evidence.kind === 'bytes') {
        const isShort = verify === 'restore' && dumped.planned.kind === 'globals';
        return isShort ? addRemark(decoded, unrestoredGlobals) : decoded;
    }
    const work = { dumped, uncompressedSize: decoded.uncompressedSize, backup, run, signal };
    const verification = evidence.kind === 'database' ? await proveDatabase(work, evidence) : await proveCluster(work, evidence);
    return { ...decoded, rows: (0,archive_manifest/* sumRows */.Pn)(verification.rowCounts), verification };
}
const unrestoredGlobals = 'Roles and tablespaces were not restored: that takes a cluster of our own in a sandbox, which cannot be had here, and a server of "verify-url" is not to be changed';
function addRemark(proof, remark) {
    const { verification } = proof;
    return { ...proof, verification: { ...verification, notCompared: [...verification.notCompared, remark] } };
}

;// CONCATENATED MODULE: ./src/backup/warnings/silent-lacks.ts



const readLacks = (0,json_reader/* readObject */.Ag)({ unloggedTables: json_reader/* readCount */._0, hiddenMappings: json_reader/* readCount */._0 });
/** Whose options the view shows is in src/backend/catalog/system_views.sql: pg_user_mappings. */
const lacksQuery = `select json_build_object(
  'unloggedTables', (select count(*) from pg_class where pg_is_in_recovery() and relpersistence = 'u' and relkind = 'r'),
  'hiddenMappings', (select count(*) from pg_user_mappings m join pg_foreign_server s on s.oid = m.srvid
    where umoptions is null and not (select rolsuper from pg_roles where rolname = current_user)
      and not case when umuser = 0 then pg_has_role(srvowner, 'USAGE') else usename = current_user
        and (pg_has_role(srvowner, 'USAGE') or has_server_privilege(s.oid, 'USAGE')) end))`;
/**
 * Asks each database for what its dump lacks; a superuser's of a primary lack nothing. It is worth a remark and no
 * failure where that cannot be asked. Begin it when the dumps have ended, since their number may be all that may connect.
 */
async function askForSilentLacks(plan, server, run) {
    if (server.facts.isSuperuser && !server.facts.isStandby)
        return [];
    const session = { ...server, signal: run.signal };
    const failing = 'The server was not asked for what a dump may lack';
    const limiter = (0,process_limiter/* createLimiter */.z)(plan.concurrency);
    const ask = async (database) => {
        return { database, ...(await (0,postgres_answer/* askJson */.ey)(session, { database, sql: lacksQuery, failing }, readLacks)) };
    };
    const answers = await Promise.allSettled(listDatabases(plan, server).map((database) => limiter(() => ask(database))));
    run.signal.throwIfAborted();
    const [failure] = answers.filter((answer) => answer.status === 'rejected');
    if (failure !== undefined) {
        const { reason } = failure;
        run.log.info(reason instanceof Error ? reason.message : String(reason));
    }
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
}
function listDatabases({ files }, { facts }) {
    if (!files.some(({ kind }) => kind === 'cluster')) {
        return files.flatMap((file) => (file.kind === 'database' ? [file.database] : []));
    }
    return facts.databases
        .filter(({ isTemplate, allowsConnections, size }) => !isTemplate && allowsConnections && size !== null)
        .map(({ name }) => name);
}

;// CONCATENATED MODULE: ./src/backup/warnings/warnings.ts

/**
 * PURE. What the finished files do not hold though nothing failed, each thing once.
 * @param silent what the server keeps from the role that backs up
 */
function gatherWarnings({ server, plan }, files, silent) {
    const found = new Map();
    const add = (planned, text, isQuoted) => {
        const warning = found.get(text) ?? { subjects: [], text, isQuoted };
        found.set(text, warning);
        const subject = describeSubject(planned);
        if (!warning.subjects.includes(subject))
            warning.subjects.push(subject);
    };
    for (const { planned, warnings, isEmpty } of files) {
        for (const text of warnings)
            add(planned, text, true);
        if (isEmpty && planned.kind === 'database' && !isOrdinarilyEmpty(planned, plan))
            add(planned, emptyText, false);
        const hasRoles = planned.kind === 'globals' || planned.kind === 'cluster';
        if (hasRoles && !server.facts.mayReadPasswords)
            add(planned, passwordsText, false);
        for (const { database, unloggedTables, hiddenMappings } of silent) {
            if (planned.kind !== 'cluster' && planned.database !== database)
                continue;
            if (unloggedTables > 0)
                add(planned, formatUnlogged(unloggedTables), false);
            if (hiddenMappings > 0)
                add(planned, formatMappings(hiddenMappings), false);
        }
    }
    return [...found.values()];
}
const passwordsText = 'it holds no passwords of roles, which only a superuser may read; set them anew after a restore';
const emptyText = 'it holds no table, so look at the inputs "databases" and "options", and at the database in "url"';
function formatUnlogged(tables) {
    const what = tables === 1 ? 'one unlogged table' : `${tables} unlogged tables`;
    return `the rows of ${what} are not in it, since a standby does not have them; back up from the primary to keep them`;
}
function formatMappings(mappings) {
    const whose = mappings === 1 ? 'one user mapping' : `${mappings} user mappings`;
    return `the options of ${whose} of foreign servers are not in it, since this role may not see them; keep them elsewhere, or back up as their owner or a superuser`;
}
/** The database that every server has beside the others. */
function isOrdinarilyEmpty({ database }, { files }) {
    return (database === 'postgres' && files.some((file) => file.kind === 'database' && file.database !== database));
}
/** GitHub shows ten annotations of a step, and others need room too. */
const shownWarnings = 5;
/** Shows the first ones as annotations, and the others in the log. */
function announceWarnings(warnings, log) {
    for (const warning of warnings.slice(0, shownWarnings))
        log.warning(`${format(warning)}.`, 'Incomplete dump');
    for (const warning of warnings.slice(shownWarnings))
        log.info(`${format(warning)}.`);
}
/** Warnings of a backup that its manifest lists. */
const listedWarnings = 100;
/** PURE. The warnings as a manifest lists them: an encrypted backup keeps names of tables to itself. */
function describeWarnings(warnings, isEncrypted) {
    const texts = warnings.map((warning) => format(isEncrypted && warning.isQuoted ? { ...warning, text: 'see the log of the run' } : warning));
    const unique = [...new Set(texts)];
    const rest = unique.length - listedWarnings;
    return rest > 0
        ? [...unique.slice(0, listedWarnings), `There are ${rest} more; see the log of the run`]
        : unique;
}
function format({ subjects: [first = '', ...others], text }) {
    const were = others.length === 0 ? 'was' : `and ${others.length} more were`;
    return `${first} ${were} dumped with a warning: ${text}`;
}

;// CONCATENATED MODULE: ./src/backup/produce.ts















/**
 * Makes the files of a backup, and says what failed and what they lack.
 * @param onFinished is told of each file once it is finished, while others are still made
 * @throws the reason of the run's signal when the run is cancelled; what providing a scratch server throws
 */
async function produceBackup(backup, onFinished, run) {
    const { server, plan } = backup;
    const { log } = run;
    log.startGroup(`Dumping ${(0,units/* formatCount */.B4)(plan.files.length, 'file')}`);
    const { files, failures: failed } = await withScratch(backup, run, (scratch) => produceFiles(backup, scratch, onFinished, run));
    const silent = await askForSilentLacks(plan, server, run);
    log.endGroup();
    const failures = [...failed, ...listMissing(plan)];
    for (const { error, wasStopped } of failures)
        if (!wasStopped)
            log.error(error);
    const warnings = gatherWarnings(backup, files, silent);
    announceWarnings(warnings, log);
    return { ...backup, files, failures, warnings };
}
/**
 * Dumps and verifies every planned file, several at once; a file is verified while the next one is dumped.
 * A failure leaves the others alone, unless `fail-fast` asks to stop them. What found no room for its locks beside other
 * dumps is dumped by itself when they have ended.
 * @throws the reason of the run's signal when the run is cancelled
 */
async function produceFiles(backup, scratch, onFinished, run) {
    const { inputs, plan } = backup;
    const failFast = new AbortController();
    const signal = AbortSignal.any([run.signal, failFast.signal]);
    const dumps = (0,process_limiter/* createLimiter */.z)(plan.concurrency);
    const verifications = (0,process_limiter/* createLimiter */.z)(run.cores);
    let contents;
    const dump = async (planned) => {
        if (planned.kind !== 'contents')
            return dumpProvably(planned, backup, scratch, run.log, signal);
        if (contents === undefined)
            return undefined;
        return { dumped: await dumpContents(planned, contents, backup, run.log, signal), evidence: ofBytes };
    };
    const produce = async (planned) => {
        const provable = await dumps(() => dump(planned));
        if (provable === undefined)
            return undefined;
        const file = await verifications(() => verifyAndFinish(provable, backup, run, signal));
        run.log.info(describeFile(file));
        onFinished(file);
        return file;
    };
    const attempt = (planned, mayFail) => produce(planned).catch((error) => {
        if (isHidden(planned, error)) {
            run.log.warning(error.message, 'No properties of databases');
            return undefined;
        }
        if (inputs.failFast && !mayFail(error))
            failFast.abort(makeStop(planned));
        throw error;
    });
    const results = await attemptAll(plan, attempt, run.log);
    // They stand last in the plan, and alone are no backup of anything.
    if (results.some(({ status }) => status === 'fulfilled')) {
        contents = gatherContents(listProduced(results));
        const others = plan.files.filter(isAboutDumps);
        results.push(...(await Promise.allSettled(others.map((planned) => attempt(planned, () => false)))));
    }
    run.signal.throwIfAborted();
    return sortResults(plan, results, failFast.signal);
}
async function verifyAndFinish(provable, backup, run, signal) {
    const { dumped } = provable;
    const [proof, digest] = await Promise.all([prove(provable, backup, run, signal), sealFile(dumped, signal)]);
    return finishFile(dumped, proof, digest, backup.output.outputDirectory);
}
/** All dumps; those that found no room for their locks once more, one after the other. */
async function attemptAll(plan, attempt, log) {
    const files = plan.files.filter((file) => !isAboutDumps(file));
    const isCrowded = (error) => plan.concurrency > 1 && (0,lock_table/* isLackOfLocks */.Dc)(error);
    const results = await Promise.allSettled(files.map((planned) => attempt(planned, isCrowded)));
    for (const [index, planned] of files.entries()) {
        const result = results[index];
        if (result?.status !== 'rejected' || !isCrowded(result.reason))
            continue;
        const subject = describeSubject(planned);
        log.warning(`${subject} is dumped again, by itself: the server had no room for the locks of several dumps.`);
        results.splice(index, 1, ...(await Promise.allSettled([attempt(planned, () => false)])));
    }
    return results;
}
/** Someone took away what every role may read, which must not stop the backup of the data. */
function isHidden(planned, error) {
    return planned.kind === 'properties' && error instanceof errors/* BackupError */.h && error.code === 'PGB_PERMISSION';
}
function makeStop(failed) {
    return new errors/* BackupError */.h('PGB_CANCELLED', {
        what: 'The dump was stopped before it had finished',
        why: `${describeSubject(failed).replace(/^The/, 'the')} failed, and "fail-fast" is set`,
        whatToDo: 'Correct that failure, and run the job again',
    });
}
function sortResults(plan, results, stop) {
    const files = listProduced(results);
    const failures = plan.files.flatMap((planned, index) => {
        const result = results[index];
        if (result?.status !== 'rejected')
            return [];
        const wasStopped = stop.aborted && result.reason === stop.reason;
        return [{ ...pickSubject(planned), error: (0,system_error/* explainSystemError */.T)(result.reason), wasStopped }];
    });
    return { files, failures };
}
function listProduced(results) {
    return results
        .map((result) => (result.status === 'fulfilled' ? result.value : undefined))
        .filter((file) => file !== undefined);
}
/** What the files of a backup hold that is to be encrypted like them; undefined where nothing is known. */
function gatherContents(files) {
    const known = files.filter(({ verification }) => verification.rowCounts !== null);
    if (known.length === 0)
        return undefined;
    return {
        schema: archive_contents/* contentsSchema */.KC,
        files: known.map(({ planned, verification }) => ({
            name: planned.name,
            database: planned.database ?? null,
            rowCounts: verification.rowCounts,
        })),
    };
}
function describeFile({ planned, size, uncompressedSize: read, durationSeconds }) {
    const rate = read === null ? undefined : (0,units/* formatRate */.CE)(read, durationSeconds);
    const speed = read === null || rate === undefined ? '' : ` (${(0,units/* formatBytes */.z3)(read)} read, ${rate})`;
    return `${describeSubject(planned)}: ${planned.name}, ${(0,units/* formatBytes */.z3)(size)} in ${(0,units/* formatSeconds */.Xo)(durationSeconds)}${speed}`;
}

;// CONCATENATED MODULE: ./src/archive/restore-commands.ts


/** Every cluster has them from its beginning, so they cannot be created. */
const databasesOfInitdb = new Set(['postgres', 'template1']);
/**
 * Shell commands that restore one file by hand with ordinary tools, to be run in its folder.
 *
 * The connection comes from libpq's environment (PGHOST, PGPORT, PGUSER, PGPASSWORD or PGSERVICE), since a
 * URL on a command line shows its password to every user of the machine. `key.txt` is the age identity.
 * They go on after an error, as owners and roles may be missing away from home, and print it.
 * @param losesTimeout the client that wrote it sets `transaction_timeout`, which the server it came from does not know
 */
function listRestoreCommands(file, losesTimeout = false) {
    // It is not restored by a tool, but can be read.
    if (file.kind === 'properties' || file.kind === 'contents')
        return [feed(file, 'cat', '')];
    if (file.kind !== 'database')
        return [restoreCluster(file)];
    const target = `--dbname=${quoteForShell(toConnectionString(file.database))}`;
    const create = createDatabase(file.database, target);
    switch (file.format) {
        case 'plain':
            return [...create, restorePlain(file, target, losesTimeout)];
        case 'custom':
        case 'tar':
            return [...create, restoreArchive(file, target, losesTimeout)];
        case 'directory':
            return [...create, ...restoreDirectory(file, target, losesTimeout)];
    }
}
/**
 * Where it is not there yet, as it is at a hosting service that gives just one. Without template0, objects that were
 * added to template1 would collide with the dump's.
 */
function createDatabase(database, target) {
    if (databasesOfInitdb.has(database))
        return [];
    const look = `psql --no-psqlrc --command='' ${target} 2>/dev/null`;
    return [`${look} || createdb --template=template0 -- ${quoteForShell(database)}`];
}
function restoreCluster(file) {
    return feed(file, 'psql --no-psqlrc --quiet --dbname=postgres', '--file=');
}
/** Leaves out the first such line, which stands before all data; rows may hold the same. */
const leaveOutTimeout = `sed '1,/^SET transaction_timeout = 0;$/{/^SET transaction_timeout = 0;$/d;}'`;
function makePsql(target) {
    return `psql --no-psqlrc --quiet ${target}`;
}
function restorePlain(file, target, losesTimeout) {
    if (losesTimeout)
        return `${feed(file, leaveOutTimeout, '')} | ${makePsql(target)}`;
    return feed(file, makePsql(target), '--file=');
}
/** pg_restore leaves the zeros at a tar archive's end unread, by which under `pipefail` their writer would fail. */
function restoreArchive(file, target, losesTimeout) {
    const pgRestore = losesTimeout ? 'pg_restore --file=-' : `pg_restore ${target}`;
    const readsPipe = listReaders(file).length > 0;
    const command = feed(file, readsPipe && file.format === 'tar' ? `{ ${pgRestore} && cat >/dev/null; }` : pgRestore, '');
    return losesTimeout ? `${command} | ${leaveOutTimeout} | ${makePsql(target)}` : command;
}
function restoreDirectory(file, target, losesTimeout) {
    const folder = quoteForShell(file.name.replace(/\.tar(\..*)?$/, ''));
    const source = listReaders(file).join(' | ');
    const unpack = source === '' ? `tar -xf ${quoteForShell(file.name)}` : `${source} | tar -xf -`;
    return [
        `mkdir ${folder}`,
        `${unpack} -C ${folder}`,
        losesTimeout
            ? `pg_restore --file=- ${folder} | ${leaveOutTimeout} | ${makePsql(target)}`
            : `pg_restore --jobs=4 ${target} ${folder}`,
    ];
}
/** Hands the file's content to a tool, by its name where nothing must be undone before. */
function feed(file, tool, fileOption) {
    const readers = listReaders(file);
    if (readers.length === 0)
        return `${tool} ${fileOption}${quoteForShell(file.name)}`;
    return [...readers, tool].join(' | ');
}
function listReaders(file) {
    const name = quoteForShell(file.name);
    const decompressor = file.compression.inside ? undefined : compression_methods/* compressionFacts */.O[file.compression.method].byHand;
    const decrypter = findDecrypter(file, name);
    if (decrypter === undefined)
        return decompressor === undefined ? [] : [`${decompressor} ${name}`];
    return decompressor === undefined ? [decrypter] : [decrypter, decompressor];
}
function findDecrypter(file, name) {
    switch (file.encryption) {
        case 'none':
            return undefined;
        case 'age-recipients':
            return `age -d -i key.txt ${name}`;
        case 'age-passphrase':
            return `age -d ${name}`;
    }
}
/** libpq reads a name that holds `=` or begins like a URI as a connection string, so such a name becomes one. */
function toConnectionString(database) {
    if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(database))
        return database;
    return `dbname='${database.replace(/[\\']/g, '\\$&')}'`;
}
/** What cannot be seen is written as its bytes, for that a command is one line, and shows what it does. */
function quoteForShell(text) {
    if (/^[A-Za-z0-9_./][A-Za-z0-9_./-]*$/.test(text))
        return text;
    const visible = (0,escape_controls/* replaceUnseen */.fo)(text.replace(/[\\']/g, '\\$&'), (character) => [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''));
    return (0,escape_controls/* replaceUnseen */.fo)(text, () => '') === text ? `'${text.replaceAll("'", `'\\''`)}'` : `$'${visible}'`;
}

// EXTERNAL MODULE: ./src/postgres/client/version.ts
var version = __webpack_require__(91627);
// EXTERNAL MODULE: ./src/postgres/sql/filter/omitted-statements.ts
var omitted_statements = __webpack_require__(54448);
;// CONCATENATED MODULE: ./src/version.ts
/** Version of the action, as in package.json, which a test compares. */
const version_version = '1.0.0';

;// CONCATENATED MODULE: ./src/backup/report/manifest.ts










/** The manifest of a backup that has ended. */
function describeManifest(backup, status, run) {
    const { plan, inputs, server, files, failures, warnings } = backup;
    const { encryption } = plan;
    const serverMajor = (0,version/* majorOfVersionNumber */.KU)(server.facts.versionNumber);
    const losesTimeout = (0,omitted_statements/* losesTransactionTimeout */.co)(server.client.major, serverMajor);
    const tables = files.reduce((sum, { verification }) => sum + (verification.rowCounts?.length ?? 0), 0);
    // Names and sizes of tables are part of what encryption hides.
    const listsTables = encryption === 'none' && tables <= mostTables;
    return {
        schema: archive_manifest/* manifestSchema */.rc,
        action: { name: 'postgres-backup', version: version_version },
        startedAt: plan.startedAt.toISOString(),
        // The clock may have been set back meanwhile.
        finishedAt: new Date(Math.max(Date.now(), plan.startedAt.getTime())).toISOString(),
        status,
        server: { version: server.facts.version },
        client: { version: server.client.version },
        plan: {
            databases: [...plan.databases, ...plan.clusterDatabases],
            all: inputs.all,
            globals: inputs.globals,
            format: inputs.format,
            compression: { method: inputs.compression.method, level: (0,compression_compression/* compressionLevel */.bj)(inputs.compression) ?? null },
            encryption,
            options: (0,archive_manifest/* hideRoles */.Qm)(inputs.options),
            jobs: plan.concurrency,
        },
        files: files.map((file) => manifest_describeFile(file, { listsTables, losesTimeout })),
        failures: failures.map((failure) => describeFailure(failure, encryption, run)),
        warnings: describeWarnings(warnings, encryption !== 'none').map((text) => run.redact(text)),
        series: describeSeries(server, run.environment) ?? null,
        alarm: [],
    };
}
/** Tables whose rows stand in a manifest, which checks and later backups read by the dozen: about a megabyte. */
const mostTables = 10_000;
function manifest_describeFile(file, { listsTables, losesTimeout }) {
    const { planned, verification } = file;
    const { name, format, compression, encryption } = planned;
    const rowCounts = listsTables ? verification.rowCounts : null;
    return {
        ...{ name, ...pickSubject(planned), format, compression, encryption },
        size: file.size,
        uncompressedSize: file.uncompressedSize,
        sha256: file.sha256,
        durationSeconds: Number(file.durationSeconds.toFixed(3)),
        verification: { ...verification, rowCounts },
        restoreCommands: listRestoreCommands(planned, losesTimeout),
        rows: file.rows,
        partitions: listsTables ? file.partitions : [],
    };
}
/** What tools say can name hosts and users, so an encrypted backup keeps the code alone. */
function describeFailure({ database, error }, encryption, run) {
    const known = error instanceof errors/* BackupError */.h ? error : undefined;
    const reason = encryption === 'none' ? known?.explanation.why : undefined;
    return {
        database,
        code: known?.code ?? 'PGB_DUMP',
        reason: run.redact(reason ?? 'see the log of the run'),
    };
}

// EXTERNAL MODULE: ./src/archive/manifest-parser.ts
var manifest_parser = __webpack_require__(20549);
// EXTERNAL MODULE: ./src/catalogue/charts.ts
var charts = __webpack_require__(74908);
// EXTERNAL MODULE: ./src/github/log.ts
var log = __webpack_require__(53385);
// EXTERNAL MODULE: ./src/step/run.ts + 2 modules
var step_run = __webpack_require__(2630);
;// CONCATENATED MODULE: ./src/backup/report/forecast.ts

const day = 86_400_000;
/**
 * PURE. What the artifacts add up to while each is kept: `30 days × 41.0 MB = 1.2 GB`, for one backup a day.
 * @returns undefined where nobody knows how long they are kept
 */
function formatForecast({ size, expiresAt }, madeAt) {
    if (expiresAt === undefined)
        return undefined;
    const days = Math.max(1, Math.round((expiresAt.getTime() - madeAt.getTime()) / day));
    const sum = `${(0,units/* formatCount */.B4)(days, 'day')} × ${(0,units/* formatBytes */.z3)(size)} = ${(0,units/* formatBytes */.z3)(days * size)}`;
    return `Storage of one such artifact a day: ${sum}`;
}

;// CONCATENATED MODULE: ./src/backup/report/verdict.ts

const proofs = {
    none: 'not read back',
    decode: 'read back to its end',
    restore: 'restored and compared',
};
/**
 * PURE. What a backup holds and how far it is proved: `Backed up "shop": 128.5 kB, read back to its end`. Of several
 * databases it gives the number and the size of all, and the proof that each of them has.
 */
function formatVerdict(manifest) {
    const { files } = manifest;
    const databases = files.filter(({ kind }) => kind === 'database');
    const isOne = databases.length < 2;
    const size = (0,units/* formatBytes */.z3)(files.reduce((sum, file) => sum + file.size, 0));
    const proof = `${isOne ? '' : 'each '}${proofs[findWeakest(files)]}`;
    return `Backed up ${nameContents(manifest, databases)}: ${size}${isOne ? '' : ' in all'}, ${proof}`;
}
function nameContents({ files, failures }, databases) {
    const has = (kind) => files.some((file) => file.kind === kind);
    const lost = failures.filter(({ database }) => database !== null).length;
    const names = [
        ...(has('cluster') ? ['the cluster'] : []),
        ...(databases.length > 0 ? [nameDatabases(databases, lost)] : []),
        ...(has('globals') ? ['the globals'] : []),
    ];
    return names.join(' and ');
}
function nameDatabases(databases, lost) {
    if (lost > 0)
        return `${databases.length} of ${(0,units/* formatCount */.B4)(databases.length + lost, 'database')}`;
    return databases.length === 1 ? `"${databases[0]?.database ?? ''}"` : `${databases.length} databases`;
}
/** Of what holds data: the globals may be read back only where databases are restored. */
function findWeakest(files) {
    const withData = files.filter(({ kind }) => kind === 'database' || kind === 'cluster');
    const methods = (withData.length > 0 ? withData : files).map(({ verification }) => verification.method);
    if (methods.includes('none'))
        return 'none';
    return methods.includes('decode') ? 'decode' : 'restore';
}

;// CONCATENATED MODULE: ./src/backup/report/summary.ts







const header = ['Database', 'Format', 'Before', 'After', 'Change', 'Ratio', 'Rows', 'Time', 'Verified'];
/** GitHub takes a summary of one MiB, and shows nothing of a larger one. */
const shownRows = 200;
/** Of the commands, which are several lines for each file. */
const shownCommands = 100;
/** GitHub's own page, since its numbers are GitHub's to change. */
const allowances = 'https://docs.github.com/en/billing/concepts/product-billing/github-actions';
/** PURE. The step summary of a backup that has a manifest, in Markdown. */
function formatSummary(manifest, end) {
    const { status, server, client, files, failures, warnings } = manifest;
    const chart = files.length === 0 ? undefined : (0,charts/* formatHistory */.As)(manifest, end.history);
    const sections = [
        ...(end.failure === undefined ? [formatHeading(status)] : [formatFailure(end.failure).trimEnd()]),
        ...(files.length === 0 || end.failure !== undefined ? [] : [(0,github_summary/* formatWords */.Z3)(`${formatVerdict(manifest)}.`)]),
        ...(files.length === 0 ? [] : [formatPlaces(end, new Date(manifest.finishedAt))]),
        `Server ${(0,github_summary/* formatWords */.Z3)(server.version)}, client ${(0,github_summary/* formatWords */.Z3)(client.version)}.`,
        ...(files.length === 0 ? [] : formatFiles(files, end.history)),
        ...(chart === undefined ? [] : [chart]),
        ...(failures.length === 0
            ? []
            : [
                (0,github_summary/* formatTable */.ku)(['Failed', 'Code', 'Reason'], failures
                    .slice(0, shownRows)
                    .map(({ code, reason }, index) => [nameFailed(end.failed[index]), code, reason])),
                ...countRest(failures.length, shownRows),
            ]),
        ...(warnings.length === 0
            ? []
            : [
                (0,github_summary/* formatTable */.ku)(['Warning'], warnings.map((text) => [text])),
            ]),
        ...(files.length === 0 ? [] : [formatCommands(files), formatHashes(files)]),
    ];
    return `${sections.join('\n\n')}\n`;
}
/** PURE. The step summary of a backup that came to nothing, in Markdown. */
function formatFailure(failure) {
    return `${formatHeading('failed')}\n\n${(0,github_summary/* formatWords */.Z3)(failure)}\n`;
}
function formatHeading(status) {
    return `### PostgreSQL backup: ${status}`;
}
function formatPlaces({ artifact, copies, directory }, madeAt) {
    const forecast = artifact && formatForecast(artifact, madeAt);
    const places = [
        ...(artifact === undefined ? [] : [formatArtifact(artifact)]),
        ...(forecast === undefined ? [] : [`${forecast} ([what is free](${allowances}))`]),
        ...copies.map((address) => `Copy: ${(0,github_summary/* formatCode */.P_)(address)}`),
        ...(directory === undefined ? [] : [`Directory of the runner: ${(0,github_summary/* formatCode */.P_)(directory)}`]),
    ];
    return places.map((place) => `- ${place}`).join('\n');
}
function formatArtifact({ name, url, size, digest, expiresAt }) {
    const expiry = expiresAt === undefined ? '' : `, until ${expiresAt.toISOString().slice(0, 10)}`;
    return `Artifact: [${(0,github_summary/* formatCode */.P_)(name)}](${url}), ${(0,units/* formatBytes */.z3)(size)}${expiry}, SHA-256 ${(0,github_summary/* formatCode */.P_)(digest)}`;
}
function nameFailed(failed) {
    return failed?.database ?? failed?.kind ?? '';
}
function formatFiles(files, history) {
    const rows = files.slice(0, shownRows).map((file) => formatRow(file, history));
    return [(0,github_summary/* formatTable */.ku)(header, rows), ...countRest(files.length, shownRows)];
}
/** The manifest is never cut. */
function countRest(all, shown) {
    return all > shown ? [`… and ${all - shown} more, which are in ${(0,github_summary/* formatCode */.P_)(archive_manifest/* manifestName */.vS)}.`] : [];
}
function formatRow(file, history) {
    const { uncompressedSize: before, size, verification } = file;
    const { method, level } = file.compression;
    const compression = level === null ? method : `${method}:${level}`;
    return [
        file.database ?? file.kind,
        `${file.format}, ${compression}${file.encryption === 'none' ? '' : ', age'}`,
        before === null ? 'not counted' : (0,units/* formatBytes */.z3)(before),
        (0,units/* formatBytes */.z3)(size),
        (0,charts/* formatChange */.eD)(file, history),
        before === null ? '' : (before / Math.max(size, 1)).toFixed(1),
        (0,catalogue_copies/* nameSubject */.wu)(file) === undefined ? '' : (0,units/* formatRows */.dZ)(file.rows),
        (0,units/* formatSeconds */.Xo)(file.durationSeconds),
        verification.method,
    ];
}
function formatCommands(files) {
    const block = (0,github_summary/* formatCodeBlock */.mU)('sh', [
        'export PGHOST=… PGPORT=5432 PGUSER=… PGPASSWORD=…   # where to restore',
        'sha256sum --check SHA256SUMS',
        ...files
            .slice(0, shownCommands)
            .flatMap(({ name, restoreCommands }) => ['', `# ${name}`, ...restoreCommands]),
    ]);
    return fold('Restore by hand', [block, ...countRest(files.length, shownCommands)]);
}
/** As `SHA256SUMS` has them; too wide for the table. */
function formatHashes(files) {
    const lines = files.slice(0, shownRows).map(({ name, sha256 }) => `${sha256}  ${name}`);
    return fold('SHA-256', [(0,github_summary/* formatCodeBlock */.mU)('', lines), ...countRest(files.length, shownRows)]);
}
function fold(title, parts) {
    return `<details><summary>${title}</summary>\n\n${parts.join('\n\n')}\n\n</details>`;
}

;// CONCATENATED MODULE: ./src/backup/storing/stored-places.ts

/** Nothing was stored, or was to be. */
const nowhere = { artifact: undefined, copies: [], failures: [] };
/** PURE. The backup's name in a store, which ends in its time stamp also where `artifact-name` is fixed. */
function makeStoreName({ artifactName, startedAt, }) {
    const stamp = formatTimeStamp(startedAt);
    // A name for keys and folders alike, so fewer characters than an artifact's may have.
    const name = artifactName.replace(/[^A-Za-z0-9!_.'()@=+,~ -]+/g, '-').replace(/^[. ]+/, '');
    return name.endsWith(stamp) ? name : `${name}-${stamp}`;
}

;// CONCATENATED MODULE: ./src/backup/report/report-plan.ts






/** Of a plan's table: GitHub drops a summary of more than 1 MiB, and a row may have 500 bytes. */
const mostRows = 1000;
/** Says what of the server is not backed up though nothing failed. */
function announcePassedOver({ server, plan }, log) {
    if (plan.passedOver.length === 0)
        return;
    const names = plan.passedOver.map((name) => `"${name}"`).join(', ');
    log.info(`Passed over, as they are the service's own or closed to "${server.facts.role}": ${names}`);
}
/** Says how much is dumped at once, and why, where that was left to us. */
function announceJobs({ inputs, plan }, log) {
    const { concurrency, tableJobs, jobsReason } = plan;
    if (jobsReason === undefined)
        return;
    const workers = inputs.format === 'directory' ? `, each by ${(0,units/* formatCount */.B4)(tableJobs, 'worker')}` : '';
    log.info(`At once: ${(0,units/* formatCount */.B4)(concurrency, 'file')}${workers} (${jobsReason})`);
}
/** Says what a backup would do. */
async function reportPlan({ inputs, server, plan }, run) {
    const rows = report_plan_listRows(plan);
    run.log.info(`Server ${server.facts.version}, client ${server.client.version} (${server.client.pgDump})`);
    for (const [subject = '', name = '', size = ''] of rows) {
        run.log.info(`${subject}: would be written to ${name}; on the server it takes ${size}`);
    }
    run.log.info(`Artifact: ${inputs.upload ? plan.artifactName : 'none'}`);
    for (const store of inputs.copyTo) {
        run.log.info(`Copy: ${(0,store_address/* formatBackupAddress */.y_)({ store, name: makeStoreName(plan) })}`);
    }
    await (0,github_summary/* writeSummary */.Sy)(run.redact(formatPlan(plan)));
    for (const { error } of listMissing(plan))
        run.log.error(error);
    (0,outputs/* setOutputs */.n)({ status: 'planned', databases: report_plan_listDatabases(plan, plan.files) });
}
/** PURE. The step summary of a plan, in Markdown. */
function formatPlan(plan) {
    const rows = report_plan_listRows(plan);
    const table = (0,github_summary/* formatTable */.ku)(['Database', 'File', 'Size on the server'], rows.slice(0, mostRows));
    const rest = rows.length > mostRows ? `\n${rows.length - mostRows} more stand in the log.\n` : '';
    return `### PostgreSQL backup: plan\n\n${table}\n${rest}`;
}
function report_plan_listRows({ files }) {
    return files.map((file) => [
        file.database ?? file.kind,
        file.name,
        file.sizeOnServer === null ? 'unknown' : (0,units/* formatBytes */.z3)(file.sizeOnServer),
    ]);
}
/** The databases that the files hold. */
function report_plan_listDatabases({ clusterDatabases }, files) {
    return files.flatMap(({ kind, database }) => {
        if (kind === 'cluster')
            return [...clusterDatabases];
        return database === null ? [] : [database];
    });
}

;// CONCATENATED MODULE: ./src/backup/report/report.ts
















/** `complete` when nothing is missing, `partial` when something is there, else `failed`. */
function report_judge({ files, failures }) {
    if (failures.length === 0)
        return 'complete';
    return files.length > 0 ? 'partial' : 'failed';
}
/**
 * Writes manifest, checksums and outputs.
 * @throws BackupError PGB_VERIFY for a manifest that no restore would take, before it has its name
 */
async function reportBackup(produced, manifest, shrinkage) {
    const { plan, files, output } = produced;
    const { outputDirectory } = output;
    const planned = files.map((file) => file.planned);
    const manifestText = serializeReadable(manifest);
    const checksumsPath = (0,external_node_path_.join)(outputDirectory, 'SHA256SUMS');
    const manifestPath = (0,external_node_path_.join)(outputDirectory, archive_manifest/* manifestName */.vS);
    await writeWhole(checksumsPath, (0,checksum/* formatChecksums */.ss)(files));
    // The manifest comes last: where it stands under its own name, all that it lists stands there too.
    await writeWhole((0,external_node_path_.join)(outputDirectory, partialManifestName), manifestText);
    await (0,promises_.rename)((0,external_node_path_.join)(outputDirectory, partialManifestName), manifestPath);
    (0,outputs/* setOutputs */.n)({
        databases: report_plan_listDatabases(plan, planned),
        files: files.map(({ path }) => path),
        manifest: manifestPath,
        checksums: checksumsPath,
        size: files.reduce((sum, { size }) => sum + size, 0),
    });
    return { ...produced, manifest, shrinkage, manifestPath, checksumsPath };
}
/** Says how a backup ended and where it lies: in the status, in the summary, and in the last line of the log. */
async function concludeBackup(backup, stored, run) {
    const { manifest } = backup;
    const end = report_describeEnd(backup, stored);
    const { artifact, copies, directory } = end;
    (0,outputs/* setOutputs */.n)({ status: manifest.status });
    await (0,github_summary/* writeSummary */.Sy)(run.redact(formatSummary(manifest, end)));
    if (manifest.files.length === 0)
        return;
    const forecast = artifact && formatForecast(artifact, new Date(manifest.finishedAt));
    if (forecast !== undefined)
        run.log.info(forecast);
    const places = [
        ...(artifact === undefined ? [] : [`as ${artifact.url}`]),
        ...copies.map((address) => `at ${address}`),
        ...(directory === undefined ? [] : [`in ${directory}`]),
    ];
    run.log.info(`${formatVerdict(manifest)}, ${places.join(' and ')}`);
}
/** Says in the summary what stopped the step, and where the backup lies if there is one already. */
async function concludeFailure(thrown, backup, stored, run) {
    const failure = (0,log/* describeError */.U)((0,step_run/* findReason */.Uc)(thrown, run.signal));
    const summary = backup === undefined
        ? formatFailure(failure)
        : formatSummary(backup.manifest, { ...report_describeEnd(backup, stored), failure });
    await (0,github_summary/* writeSummary */.Sy)(run.redact(summary));
}
function report_describeEnd(backup, { artifact, copies }) {
    const { inputs, output, failures, shrinkage } = backup;
    // Nobody will look for it where the files lie somewhere else, unless it was asked for.
    const isShown = inputs.outputDirectory !== undefined || (artifact === undefined && copies.length === 0);
    const directory = isShown ? output.outputDirectory : undefined;
    return { failed: failures, artifact, copies, directory, history: (0,charts/* toHistory */.GQ)(shrinkage.past) };
}
/** A backup is as good as what a restore makes of it, so the restore's own parser has to take the manifest. */
function serializeReadable(manifest) {
    const text = (0,archive_manifest/* serializeManifest */.MZ)(manifest);
    try {
        (0,manifest_parser/* parseManifest */.N)(text);
        return text;
    }
    catch (error) {
        throw new errors/* BackupError */.h('PGB_VERIFY', {
            what: 'The backup is of no use, since no restore would take its manifest',
            why: error instanceof errors/* BackupError */.h ? error.explanation.why : String(error),
            whatToDo: 'Rename a database that is named oddly, or report the error with its log as an issue of the action',
        }, { cause: error });
    }
}
async function writeWhole(path, text) {
    // Made anew, so that a link that somebody laid there is not followed.
    await (0,promises_.rm)(path, { force: true });
    const file = await (0,promises_.open)(path, 'wx', 0o600);
    try {
        await file.writeFile(text);
        await file.sync();
    }
    finally {
        await file.close();
    }
}

;// CONCATENATED MODULE: ./src/backup/storing/copies.ts



/** Files that are copied at once, since the dumps need the machine and the network. */
const copiesAtOnce = 2;
/** Milliseconds for taking back what was copied: when the step is cancelled the runner has little patience. */
const [longestAfterCancellation, longestAfterFailure] = [2_500, 60_000];
/** Nothing is asked or written before the first file comes. */
function beginCopies(plan, { copyTo }, { log, signal }) {
    const atOnce = (0,process_limiter/* createLimiter */.z)(copiesAtOnce);
    const end = new AbortController();
    const untilEnd = AbortSignal.any([signal, end.signal]);
    let isClosed = false;
    const places = copyTo.map((address) => {
        const store = (0,open_store/* openStore */.C)(address, log);
        return { store, copy: store.begin(makeStoreName(plan)), inTurn: (0,process_limiter/* createLimiter */.z)(1), hasFailed: false };
    });
    const copy = async (place, file) => {
        if (isClosed || place.hasFailed)
            return;
        const { store } = place;
        try {
            await place.copy.put(file, untilEnd);
            log.info(`Copied ${file.planned.name} to ${store.address}`);
        }
        catch (error) {
            if (untilEnd.aborted)
                return;
            place.hasFailed = true;
            const why = error instanceof Error ? error.message : String(error);
            log.info(`${file.planned.name} was not copied to ${store.address} yet, which is tried again at the end. ${why}`);
        }
    };
    return {
        placed: places,
        take: (file) => {
            // Beside one database there is nothing to gain.
            if (plan.databases.length < 2)
                return;
            for (const place of places)
                void place.inTurn(() => atOnce(() => copy(place, file)));
        },
        close: () => {
            isClosed = true;
        },
        abandon: async () => {
            isClosed = true;
            end.abort();
            const time = signal.aborted ? longestAfterCancellation : longestAfterFailure;
            await Promise.all(places.map(({ copy }) => copy.abandon(AbortSignal.timeout(time))));
        },
    };
}

;// CONCATENATED MODULE: ./src/catalogue/retention.ts


/**
 * PURE. What of a store's backups is kept, newest first; what could not be read stands last.
 *
 * The policy is reckoned for each database by itself, over the complete backups that hold it, and a backup stays as long
 * as one of its databases needs it: so it does not matter how a night's databases are spread over backups, and the last
 * complete copy of a database is never removed. An incomplete backup counts for nothing, and goes when newer complete ones
 * hold all its databases. What is of another series, of none, or dated later than the store had it, is kept and counts for
 * nothing; and nothing goes while the newest copy of any database alarms.
 */
function decideRetention(backups, unread, policy, series) {
    const sorted = (0,catalogue_copies/* sortNewestFirst */.BP)(backups);
    const strangers = new Map(sorted.map((backup) => [backup, findStrangeness(backup, series)]));
    const own = sorted.filter((backup) => strangers.get(backup) === undefined);
    const complete = own.filter(catalogue_copies/* isComplete */.As);
    const isCounted = new Set(complete);
    const reasons = listReasons(complete, policy);
    const hold = findHold(complete);
    const decide = (backup) => {
        const strangeness = strangers.get(backup) ?? hold;
        if (strangeness !== undefined)
            return keep(backup, strangeness);
        if (isCounted.has(backup)) {
            const why = describeReasons(backup, reasons.get(backup) ?? new Map());
            return why === '' ? remove(backup, 'nothing keeps it') : keep(backup, why);
        }
        return decideIncomplete(backup, complete);
    };
    return [
        ...sorted.map(decide),
        ...unread.map(({ backup, why }) => keep(backup, `it could not be read: ${why}`)),
    ];
}
function keep(backup, why) {
    return { backup, isKept: true, why };
}
function remove(backup, why) {
    return { backup, isKept: false, why };
}
/** Why a backup is none of those that the policy is about. */
function findStrangeness(backup, series) {
    const own = (0,catalogue_copies/* seriesOf */.Lf)(backup.manifest);
    if (own === undefined)
        return 'it does not say what workflow and server it is of';
    if (!(0,catalogue_copies/* isSameSeries */.oC)(own, series))
        return 'it is of another workflow, job, server or choice of options';
    return (0,catalogue_copies/* isCredible */.vz)(backup) ? undefined : 'it is dated later than it was stored';
}
/** While the alarm of `max-shrink` lasts, what was there before the loss must stay. */
function findHold(complete) {
    const subjects = new Set(complete.flatMap(({ manifest }) => (0,catalogue_copies/* listSubjects */.UV)(manifest)));
    const newest = [...subjects].map((subject) => complete.find(({ manifest }) => (0,catalogue_copies/* listSubjects */.UV)(manifest).includes(subject)));
    const alarming = newest.find((backup) => (backup?.manifest.alarm.length ?? 0) > 0);
    return alarming && `the alarm of "max-shrink" in ${alarming.name} lasts`;
}
/** For each backup the rules that keep it, and the databases for which they do. */
function listReasons(complete, policy) {
    const reasons = new Map(complete.map((backup) => [backup, new Map()]));
    const copies = new Map();
    for (const backup of complete) {
        for (const subject of (0,catalogue_copies/* listSubjects */.UV)(backup.manifest)) {
            const history = copies.get(subject);
            if (history === undefined)
                copies.set(subject, [backup]);
            else
                history.push(backup);
        }
    }
    for (const [subject, history] of copies) {
        for (const [index, rules] of applyPolicy(history.map(catalogue_copies/* timeOf */.nR), policy).entries()) {
            const backup = history[index];
            const found = backup && reasons.get(backup);
            for (const rule of rules)
                found?.set(rule, [...(found.get(rule) ?? []), subject]);
        }
    }
    return reasons;
}
/** `daily, weekly for "blog"`: databases are named where a rule keeps the backup for some of its databases only. */
function describeReasons({ manifest }, reasons) {
    const all = (0,catalogue_copies/* listSubjects */.UV)(manifest).length;
    const describe = ([rule, subjects]) => subjects.length === all ? rule : `${rule} for ${listSome(subjects)}`;
    return [...reasons].map(describe).join(', ');
}
function decideIncomplete(backup, complete) {
    const newer = complete.filter((other) => (0,catalogue_copies/* timeOf */.nR)(other).getTime() > (0,catalogue_copies/* timeOf */.nR)(backup).getTime());
    const covered = new Set(newer.flatMap(({ manifest }) => (0,catalogue_copies/* listSubjects */.UV)(manifest)));
    const subjects = (0,catalogue_copies/* listSubjects */.UV)(backup.manifest);
    const missing = subjects.filter((subject) => !covered.has(subject));
    if (subjects.length > 0 && missing.length === 0) {
        return remove(backup, 'it is incomplete, and newer complete backups hold all that it has');
    }
    const what = subjects.length === 0 ? 'its contents' : listSome(missing);
    return keep(backup, `it is incomplete, and no newer complete backup holds ${what}`);
}
function listSome(subjects) {
    const shown = subjects.slice(0, 3).join(', ');
    return subjects.length > 3 ? `${shown} and ${subjects.length - 3} more` : shown;
}

;// CONCATENATED MODULE: ./src/backup/storing/retain.ts




/**
 * Removes from each store what `keep` does not keep of the new backup's series, and says of each backup why it stays or
 * goes. Nothing goes from a store that does not show the new backup, nor where that is incomplete or alarms.
 * @throws BackupError of the store that cannot be listed, or of which something cannot be removed
 */
async function retain(copies, manifest, policy, surroundings) {
    const { log } = surroundings;
    const obstacle = findObstacle(manifest);
    const series = (0,catalogue_copies/* seriesOf */.Lf)(manifest);
    if (series === undefined || obstacle !== undefined) {
        log.warning(`Nothing was removed by "keep": ${obstacle ?? 'the backup belongs to no series'}.`, 'Keep');
        return;
    }
    for (const { address, ...kept } of copies) {
        const { store } = kept;
        const fates = await decideFates(kept, policy, series, surroundings);
        const isShown = fates.some(({ backup, isKept }) => backup.address === address && isKept);
        if (isShown)
            await carryOut(store, fates, surroundings);
        else
            log.warning(`Nothing was removed from ${store.address}: it does not show the new backup yet.`, 'Keep');
    }
}
/** Says what `keep` would do to what the stores hold now. */
async function previewRetention(stores, series, policy, surroundings) {
    for (const kept of stores) {
        const fates = series === undefined ? [] : await decideFates(kept, policy, series, surroundings);
        for (const fate of fates)
            surroundings.log.info(describeFate(fate, 'would be removed'));
    }
}
function findObstacle({ status, series, alarm }) {
    if (status !== 'complete')
        return 'the new backup is not complete';
    if (alarm.length > 0)
        return 'the new backup alarms, as "max-shrink" asks';
    return series === null ? 'the runner does not tell repository, workflow and job' : undefined;
}
async function decideFates({ store, pattern }, policy, series, { signal }) {
    const listed = await store.list({ name: pattern }, signal);
    const own = listed.filter(({ isLink }) => isLink !== true);
    const links = listed.filter(({ isLink }) => isLink === true);
    const { read, unread } = await (0,examine_all/* examineAll */.l)(store, own, signal);
    const why = 'it is a link, which neither counts nor goes';
    return [
        ...decideRetention(read, unread, policy, series),
        ...links.map((backup) => ({ backup, isKept: true, why })),
    ];
}
async function carryOut(store, fates, { log, signal }) {
    for (const fate of fates) {
        if (!fate.isKept)
            await store.remove(fate.backup, signal);
        log.info(describeFate(fate, 'removed'));
    }
    const removed = fates.filter(({ isKept }) => !isKept).length;
    log.info(`Keep, in ${store.address}: ${(0,units/* formatCount */.B4)(removed, 'backup')} of ${fates.length} removed`);
}
function describeFate({ backup, isKept, why }, removed) {
    return `${backup.address}: ${isKept ? 'kept' : removed} (${why})`;
}

;// CONCATENATED MODULE: ./src/backup/storing/keep.ts



/**
 * Removes what `keep` does not keep from each store that has the new backup. All of them have it, or this is not reached.
 * @throws BackupError of a store that cannot be listed, or of which something cannot be removed
 */
async function applyKeep({ inputs, manifest }, { artifact, copies }, run) {
    if (inputs.keep === undefined)
        return;
    // Nothing went to a store where there was no file.
    const addresses = [...(artifact === undefined ? [] : [artifact.url]), ...copies];
    const placed = listStores(inputs, run).flatMap((kept, index) => {
        const address = addresses[index];
        return address === undefined ? [] : [{ ...kept, address }];
    });
    if (placed.length === 0)
        return;
    run.log.startGroup('Keeping what "keep" says');
    await retain(placed, manifest, inputs.keep, run);
    run.log.endGroup();
}
/** Says what `keep` would do to what the stores hold before the new backup. */
async function previewKeep(backup, run) {
    const { inputs } = backup;
    if (inputs.keep === undefined)
        return;
    run.log.startGroup('What "keep" would do now');
    const series = describePlannedSeries(backup, run.environment);
    await previewRetention(listStores(inputs, run), series, inputs.keep, run);
    run.log.endGroup();
}

// EXTERNAL MODULE: ./src/stores/artifact/upload-artifact.ts + 1 modules
var upload_artifact = __webpack_require__(77563);
;// CONCATENATED MODULE: ./src/backup/storing/store.ts








/**
 * Asks the further places before the dump whether a backup could be put there. One that could not is warned of, since it
 * may be there again by the end.
 * @throws what the first of them says when the backup would have no home at all
 */
async function checkStores(inputs, run) {
    const { copyTo, encryption, upload, outputDirectory } = inputs;
    if (encryption === undefined && copyTo.some(({ kind }) => kind === 's3')) {
        run.log.info('The backup goes to S3 without encryption of its own, so whoever may read the bucket can read the data. Set `age-recipients` to encrypt it.');
    }
    const results = await Promise.allSettled(copyTo.map((address) => (0,open_store/* openStore */.C)(address, run.log).check(run.signal)));
    run.signal.throwIfAborted();
    const failures = results
        .filter((result) => result.status === 'rejected')
        .map(({ reason }) => reason);
    const isHomeless = !upload && outputDirectory === undefined && failures.length === copyTo.length;
    if (isHomeless && failures.length > 0)
        throw failures[0];
    for (const failure of failures)
        run.log.warning(`${store_describe(failure)} It is tried again at the end.`, 'Store');
}
/**
 * Uploads the backup and ends its copies in the further places, one after the other. One that fails leaves the others alone;
 * what was copied of a backup that is not to be is taken back.
 * @throws BackupError PGB_VERIFY when a file is not any more what was verified; the reason of the run's signal
 */
async function storeBackup(backup, copies, run) {
    copies.close();
    try {
        return await storeAll(backup, copies, run);
    }
    catch (error) {
        await copies.abandon();
        throw error;
    }
}
async function storeAll(reported, { placed }, run) {
    const { inputs, files } = reported;
    await checkUnchanged(files);
    run.signal.throwIfAborted();
    if (files.length === 0 || (!inputs.upload && inputs.copyTo.length === 0))
        return nowhere;
    const failures = [];
    const attempt = async (work) => {
        try {
            return await work();
        }
        catch (error) {
            run.signal.throwIfAborted();
            failures.push(error instanceof Error ? error : new Error(String(error)));
            return undefined;
        }
    };
    const backup = await describeBackup(reported, run.signal);
    const artifact = inputs.upload ? await attempt(() => upload(backup, reported, run)) : undefined;
    const addresses = [];
    const setPlaces = () => {
        (0,outputs/* setOutputs */.n)({ 'stored-at': [...(artifact === undefined ? [] : [artifact.url]), ...addresses] });
    };
    setPlaces();
    if (placed.length === 0)
        return { artifact, copies: addresses, failures };
    for (const place of placed) {
        const copied = await attempt(() => complete(place, backup, run));
        if (copied === undefined)
            continue;
        addresses.push(copied);
        setPlaces();
    }
    await checkUnchanged(files);
    return { artifact, copies: addresses, failures };
}
async function upload({ files, manifest, checksums }, { plan, inputs, output }, { log, signal }) {
    log.startGroup('Uploading');
    try {
        const artifact = await (0,upload_artifact/* uploadArtifact */.mz)({
            name: plan.artifactName,
            files: [...files, manifest, checksums],
            rootDirectory: output.outputDirectory,
            retentionDays: inputs.retentionDays,
            log,
            signal,
        });
        (0,outputs/* setOutputs */.n)({
            'artifact-name': artifact.name,
            'artifact-id': artifact.id,
            'artifact-url': artifact.url,
            'artifact-digest': artifact.digest,
        });
        return artifact;
    }
    finally {
        log.endGroup();
    }
}
async function complete({ store, copy }, backup, { log, signal }) {
    log.startGroup(`Copying to ${store.address}`);
    try {
        const { address } = await copy.complete(backup, signal);
        log.info(`Copied to ${address}`);
        return address;
    }
    finally {
        log.endGroup();
    }
}
async function describeBackup({ files, checksumsPath, manifestPath }, signal) {
    const describeFile = async (name, path) => markFinished({ name, path, ...(await (0,checksum/* hashFile */.DC)(path, signal)) });
    return {
        files,
        checksums: await describeFile('SHA256SUMS', checksumsPath),
        manifest: await describeFile('manifest.json', manifestPath),
    };
}
function store_describe(failure) {
    return failure instanceof Error ? failure.message : String(failure);
}

;// CONCATENATED MODULE: ./src/backup/main.ts


















/** The story of a backup: inputs, server, plan, dumps, verification, upload, report. */
async function backUp(run) {
    (0,outputs/* setOutputs */.n)({ status: 'failed' });
    if ((0,read_inputs/* readFlag */.fG)('dry-run'))
        await carryThrough(run);
    else
        await (0,heartbeat/* withHeartbeat */.p)(run, () => carryThrough(run));
}
/** @returns whether all that was asked for lies in all its places */
async function carryThrough(run) {
    let reported;
    let stored = nowhere;
    try {
        const planned = await decide(run);
        if (planned.inputs.dryRun) {
            await reportDryRun(planned, run);
            return true;
        }
        const copies = beginCopies(planned.plan, planned.inputs, run);
        reported = await make(planned, copies, run);
        stored = await storeBackup(reported, copies, run);
        const [failure, ...others] = stored.failures;
        for (const other of others)
            run.log.error(other);
        if (failure !== undefined)
            throw failure;
        if (reported.shrinkage.failure !== undefined)
            throw reported.shrinkage.failure;
        await applyKeep(reported, stored, run);
        await concludeBackup(reported, stored, run);
        return reported.manifest.status === 'complete';
    }
    catch (error) {
        await concludeFailure(error, reported, stored, run).catch((problem) => {
            run.log.debug(`The summary was not written: ${String(problem)}`);
        });
        throw error;
    }
}
/** Plans the backup, and asks all that may refuse it before anything is dumped. */
async function decide(run) {
    const inputs = await readInputs(run);
    run.log.startGroup('Connecting');
    const planned = planBackup(await connect(inputs, run), run);
    announcePassedOver(planned, run.log);
    await checkOptions(planned, run.signal);
    await checkStores(inputs, run);
    announceJobs(planned, run.log);
    run.log.endGroup();
    return planned;
}
async function reportDryRun(planned, run) {
    const fleet = await divideAmongJobs(planned, run);
    await reportPlan(planned, run);
    if (fleet !== undefined)
        await reportFleet(fleet, run);
    await previewKeep(planned, run);
}
async function make(planned, copies, run) {
    try {
        const prepared = await prepareBackup(planned, run);
        const produced = await produceBackup(prepared, copies.take, run);
        return await report(produced, run);
    }
    catch (error) {
        await copies.abandon();
        throw error;
    }
}
/** Measures the new backup by the earlier ones, since its manifest tells of an alarm, and then writes that. */
async function report(produced, run) {
    const draft = describeManifest(produced, report_judge(produced), run);
    const shrinkage = await measureShrinkage(draft, produced, run);
    // Before the manifest, which must list nothing bad, and as late as can be.
    await checkUnchanged(produced.files);
    return reportBackup(produced, { ...draft, alarm: shrinkage.alarm }, shrinkage);
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


/***/ })

};
