export const id = 278;
export const ids = [278];
export const modules = {

/***/ 17690:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   KC: () => (/* binding */ contentsSchema),
/* harmony export */   OJ: () => (/* binding */ parseContents),
/* harmony export */   vu: () => (/* binding */ serializeContents)
/* harmony export */ });
/* harmony import */ var _json_reader_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(72684);


/** Number of the schema of a contents file. */
const contentsSchema = 1;
const schema = (value, place) => {
    if (value === contentsSchema)
        return contentsSchema;
    throw new _json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .JsonError */ .N3(`${place} is not ${contentsSchema}`);
};
const text = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readString */ .E3)(/^[^\0]*$/, 'a text');
const contents = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readObject */ .Ag)({
    schema,
    files: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readArray */ .oU)((0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readObject */ .Ag)({
        name: text,
        database: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readNullable */ .Qx)(_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readName */ .MQ),
        rowCounts: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readNullable */ .Qx)((0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readArray */ .oU)((0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readObject */ .Ag)({ table: text, rows: _json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readCount */ ._0 }))),
    })),
});
/** The text of a contents file. */
function serializeContents(written) {
    return `${JSON.stringify(written)}\n`;
}
/**
 * Reads a contents file that may come from anyone, the reverse of {@link serializeContents}.
 * @throws JsonError naming the first field that is wrong
 */
function parseContents(json) {
    return (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readJson */ .Vh)(json, contents);
}


/***/ }),

/***/ 28168:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ compareWithPast),
/* harmony export */   z: () => (/* binding */ selectPast)
/* harmony export */ });
/* harmony import */ var _copies_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(14580);
/* harmony import */ var _shrinkage_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(21597);


/** PURE. The backups of a series whose dates can be true, newest first; one that lies in several stores counts once. */
function selectPast(backups, series) {
    const seen = new Set();
    return (0,_copies_js__WEBPACK_IMPORTED_MODULE_0__/* .sortNewestFirst */ .BP)(backups).filter((backup) => {
        const { manifest } = backup;
        const own = (0,_copies_js__WEBPACK_IMPORTED_MODULE_0__/* .seriesOf */ .Lf)(manifest);
        const key = JSON.stringify([manifest.startedAt, (0,_copies_js__WEBPACK_IMPORTED_MODULE_0__/* .listSubjects */ .UV)(manifest)]);
        if (own === undefined || !(0,_copies_js__WEBPACK_IMPORTED_MODULE_0__/* .isSameSeries */ .oC)(own, series) || !(0,_copies_js__WEBPACK_IMPORTED_MODULE_0__/* .isCredible */ .vz)(backup) || seen.has(key))
            return false;
        seen.add(key);
        return true;
    });
}
/**
 * PURE. What a new backup lost against the last one of each database that raised no alarm about it, or else an emptied
 * backup would be tomorrow's measure. A database that is no longer dumped is lost only if the server does not have it
 * any more, and the loss was not accepted since.
 * @param past from {@link selectPast}
 * @param most the share that may be lost, from 0 to 1; with 1 nothing is a loss
 * @param onServer names of all databases of the server
 */
function compareWithPast(manifest, past, most, onServer) {
    const files = manifest.files.filter((file) => (0,_copies_js__WEBPACK_IMPORTED_MODULE_0__/* .nameSubject */ .wu)(file) !== undefined);
    const measured = files.map((file) => ({ file, before: findBaseline(file, past) }));
    const losses = measured.flatMap(({ file, before }) => (before ? measureFile(file, before, most) : []));
    const unmeasured = measured.filter(({ before }) => before === undefined).map(({ file }) => file);
    return {
        losses: most >= 1 ? [] : [...losses, ...findGone(manifest, past, onServer)],
        unmeasured: unmeasured.map((file) => (0,_copies_js__WEBPACK_IMPORTED_MODULE_0__/* .nameSubject */ .wu)(file) ?? ''),
    };
}
function findBaseline(file, past) {
    const subject = (0,_copies_js__WEBPACK_IMPORTED_MODULE_0__/* .nameSubject */ .wu)(file);
    for (const backup of past) {
        const before = backup.manifest.files.find((candidate) => (0,_copies_js__WEBPACK_IMPORTED_MODULE_0__/* .nameSubject */ .wu)(candidate) === subject);
        if (before !== undefined && !alarmsAbout(backup, nameAlarm(before)))
            return { backup, file: before };
    }
    return undefined;
}
function measureFile(file, { backup, file: before }, most) {
    const losses = (0,_shrinkage_js__WEBPACK_IMPORTED_MODULE_1__/* .findLosses */ .F)(before, file, most);
    if (losses.length === 0)
        return [];
    const text = `${(0,_copies_js__WEBPACK_IMPORTED_MODULE_0__/* .nameSubject */ .wu)(file) ?? ''}: ${losses.join(', and ')} (against ${backup.name})`;
    return [{ name: nameAlarm(file), text, isWhole: (0,_shrinkage_js__WEBPACK_IMPORTED_MODULE_1__/* .findWholeLoss */ .K)(before, file, most) !== undefined }];
}
/** In a matrix each backup holds databases of its own, so that only those are looked at that were dumped together. */
function findGone(manifest, past, onServer) {
    const together = past.filter(({ manifest: other }) => shareSubject(manifest, other));
    const known = new Map();
    for (const backup of together) {
        for (const subject of (0,_copies_js__WEBPACK_IMPORTED_MODULE_0__/* .listSubjects */ .UV)(backup.manifest)) {
            const name = (0,_copies_js__WEBPACK_IMPORTED_MODULE_0__/* .databaseOf */ .zJ)(subject);
            if (name !== null && !known.has(name))
                known.set(name, backup);
        }
    }
    const isAsked = (name, { plan, failures }) => plan.databases.includes(name) || failures.some(({ database }) => database === name);
    return [...known].flatMap(([name, backup]) => {
        if (onServer.has(name) || isAsked(name, manifest))
            return [];
        const later = together.slice(0, together.indexOf(backup));
        const isAccepted = later.some((other) => !alarmsAbout(other, name) && !isAsked(name, other.manifest));
        const text = `"${name}": the server does not have it any more (it is in ${backup.name})`;
        return isAccepted ? [] : [{ name, text, isWhole: true }];
    });
}
function shareSubject(a, b) {
    const subjects = new Set((0,_copies_js__WEBPACK_IMPORTED_MODULE_0__/* .listSubjects */ .UV)(b));
    return (0,_copies_js__WEBPACK_IMPORTED_MODULE_0__/* .listSubjects */ .UV)(a).some((subject) => subjects.has(subject));
}
function nameAlarm({ database }) {
    return database ?? 'cluster';
}
function alarmsAbout({ manifest }, name) {
    return manifest.alarm.includes(name);
}


/***/ }),

/***/ 74908:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   As: () => (/* binding */ formatHistory),
/* harmony export */   GQ: () => (/* binding */ toHistory),
/* harmony export */   eD: () => (/* binding */ formatChange)
/* harmony export */ });
/* harmony import */ var _github_summary_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(92935);
/* harmony import */ var _copies_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(14580);


/** PURE. The history that examined backups tell, the newest first. */
function toHistory({ backups, unseen, }) {
    return { past: backups.map(({ manifest }) => manifest), unseen };
}
/** Backups that a chart shows, the new one among them. */
const shownBackups = 30;
/**
 * PURE. Charts of the size, and of the rows where they are known, over the last complete backups of the same databases,
 * as GitHub draws them; or the line that says why there are none. They hold numbers and dates alone.
 * @returns undefined after a first backup
 */
function formatHistory(manifest, { past, unseen }) {
    const shown = [manifest, ...selectComparable(manifest, past)].slice(0, shownBackups).reverse();
    const [first] = shown;
    if (shown.length < 2 || first === undefined) {
        return unseen[0] === undefined ? undefined : (0,_github_summary_js__WEBPACK_IMPORTED_MODULE_0__/* .formatWords */ .Z3)(`No history: ${unseen[0]}.`);
    }
    const days = [first, manifest].map(({ startedAt }) => startedAt.slice(0, 10));
    const axis = `x-axis "${[...new Set(days)].join(' to ')}" [${shown.map((_, index) => index + 1).join(', ')}]`;
    const sizes = shown.map(({ files }) => files.reduce((sum, { size }) => sum + size, 0));
    const rows = shown.map(countRows);
    const known = rows.filter((count) => count !== undefined);
    const charts = [
        formatChart('Size', axis, scale(sizes, ['B', 'kB', 'MB', 'GB', 'TB'])),
        ...(known.length < rows.length
            ? []
            : [formatChart('Rows', axis, scale(known, ['rows', 'thousand', 'million', 'billion']))]),
    ];
    return charts.join('\n\n');
}
/** PURE. How much larger or smaller a file is than the last one of the same, as in `3.2 % more`; empty where there is none. */
function formatChange(file, { past }) {
    const subject = (0,_copies_js__WEBPACK_IMPORTED_MODULE_1__/* .nameSubject */ .wu)(file);
    if (subject === undefined)
        return '';
    const isSame = (other) => (0,_copies_js__WEBPACK_IMPORTED_MODULE_1__/* .nameSubject */ .wu)(other) === subject;
    const earlier = past.find(({ files }) => files.some(isSame))?.files.find(isSame);
    if (earlier === undefined || earlier.size === 0)
        return '';
    const share = (100 * (file.size - earlier.size)) / earlier.size;
    return `${Math.abs(share).toFixed(1)} % ${share < 0 ? 'less' : 'more'}`;
}
/** The jobs of a matrix share a series, and each has databases of its own. */
function selectComparable(manifest, past) {
    const describe = (of) => JSON.stringify((0,_copies_js__WEBPACK_IMPORTED_MODULE_1__/* .listSubjects */ .UV)(of).sort());
    return past.filter((other) => other.status === 'complete' && describe(other) === describe(manifest));
}
function countRows({ files }) {
    const counted = files.filter((file) => (0,_copies_js__WEBPACK_IMPORTED_MODULE_1__/* .nameSubject */ .wu)(file) !== undefined).map(({ rows }) => rows);
    const known = counted.filter((rows) => rows !== null);
    return known.length < counted.length ? undefined : known.reduce((sum, rows) => sum + rows, 0);
}
/** Numbers of the greatest one's unit, of which each is a thousand of the one before. */
function scale(values, units) {
    const digits = Math.floor(Math.log10(Math.max(1, ...values)) / 3);
    const exponent = Math.min(digits, units.length - 1);
    return { unit: units[exponent] ?? '', values: values.map((value) => value / 1000 ** exponent) };
}
/** Mermaid's own bars are so pale that they cannot be seen on white; this blue stands out on white and on black. */
const colours = '%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#3b82f6"}}}}%%';
function formatChart(what, axis, { unit, values }) {
    const numbers = values.map((value) => Number(value.toFixed(2)));
    const top = Math.max(...numbers);
    return (0,_github_summary_js__WEBPACK_IMPORTED_MODULE_0__/* .formatCodeBlock */ .mU)('mermaid', [
        colours,
        'xychart-beta',
        // The unit stands here, since Mermaid 11 writes the title of the y-axis over its numbers.
        `  title "${what} of the last ${values.length} backups${unit === 'rows' ? '' : `, in ${unit}`}"`,
        `  ${axis}`,
        `  y-axis 0 --> ${top > 0 ? top : 1}`,
        `  bar [${numbers.join(', ')}]`,
    ]);
}


/***/ }),

/***/ 14580:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $B: () => (/* binding */ isThere),
/* harmony export */   As: () => (/* binding */ isComplete),
/* harmony export */   BP: () => (/* binding */ sortNewestFirst),
/* harmony export */   Lf: () => (/* binding */ seriesOf),
/* harmony export */   UV: () => (/* binding */ listSubjects),
/* harmony export */   gI: () => (/* binding */ theCluster),
/* harmony export */   h3: () => (/* binding */ nameDatabase),
/* harmony export */   nR: () => (/* binding */ timeOf),
/* harmony export */   oC: () => (/* binding */ isSameSeries),
/* harmony export */   vz: () => (/* binding */ isCredible),
/* harmony export */   wu: () => (/* binding */ nameSubject),
/* harmony export */   zJ: () => (/* binding */ databaseOf)
/* harmony export */ });
/* harmony import */ var _stores_store_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(34703);

/** PURE. When a backup was taken: its dumps show the databases as they were then. */
function timeOf({ manifest }) {
    return new Date(manifest.startedAt);
}
/** PURE. Newest first; those of one moment by name, so that no listing's order matters. */
function sortNewestFirst(backups) {
    const key = (backup) => `${backup.name}\0${backup.address}`;
    return backups.toSorted((a, b) => timeOf(b).getTime() - timeOf(a).getTime() || (key(a) < key(b) ? -1 : Number(key(a) > key(b))));
}
/**
 * PURE. What a file can bring back, as people read it: `"shop"`, or `the cluster`, which no database can be named, since
 * names are quoted; undefined for the globals and properties, which are nothing without databases.
 */
function nameSubject({ kind, database }) {
    if (kind === 'cluster')
        return theCluster;
    return kind === 'database' && database !== null ? nameDatabase(database) : undefined;
}
/** What brings back the whole cluster, as a subject. */
const theCluster = 'the cluster';
/** PURE. A database as a subject. */
function nameDatabase(database) {
    return `"${database}"`;
}
/** PURE. The database's name in a subject; null for the cluster. */
function databaseOf(subject) {
    return /^"([^]*)"$/.exec(subject)?.[1] ?? null;
}
/** PURE. All that the manifest says the backup can bring back, whether it is there or not. */
function listSubjects({ files }) {
    return files.map(nameSubject).filter((subject) => subject !== undefined);
}
/** PURE. Whether the store holds the file at its full size. */
function isThere(file, { files }) {
    return file.size > 0 && files.get(file.name) === file.size;
}
/**
 * PURE. Whether nothing failed, each database that was asked for has its one file, without which a restore would refuse
 * it, and all files are there.
 */
function isComplete(backup) {
    const { status, failures, files, plan } = backup.manifest;
    const subjects = listSubjects(backup.manifest);
    const planned = plan.all ? [theCluster] : plan.databases.map(nameDatabase);
    const holdsAll = planned.every((subject) => subjects.includes(subject));
    const isWhole = status === 'complete' && failures.length === 0 && holdsAll;
    const isClear = subjects.length > 0 && new Set(subjects).size === subjects.length;
    return isWhole && isClear && files.every((file) => isThere(file, backup));
}
/** PURE. Whether it claims no time at which it cannot have been made, since the store had it earlier. */
function isCredible({ manifest, storedAt }) {
    const [begun, ended] = [Date.parse(manifest.startedAt), Date.parse(manifest.finishedAt)];
    return begun <= ended && ended <= storedAt.getTime() + _stores_store_js__WEBPACK_IMPORTED_MODULE_0__/* .clockTolerance */ .A;
}
/** PURE. @returns undefined for a backup that belongs to none */
function seriesOf({ series, plan }) {
    return series === null ? undefined : { ...series, options: plan.options.toSorted() };
}
/** PURE. Whether two backups are of the same things. */
function isSameSeries(a, b) {
    const key = ({ repository, workflow, job, server, options }) => JSON.stringify([repository.toLowerCase(), workflow, job, server, options]);
    return key(a) === key(b);
}


/***/ }),

/***/ 21597:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ findLosses),
/* harmony export */   K: () => (/* binding */ findWholeLoss)
/* harmony export */ });
/* harmony import */ var _units_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(61996);

/**
 * PURE. What a database lost against an earlier backup of the same series, one phrase for each loss that is greater than
 * the share: `it has 10 rows, and had 500`. Rows count where both know them, else the bytes of a dump of the same
 * format. Only losses are told, and nothing where nothing can be compared.
 *
 * Tables count by their rows too, where both backups hold them, and partitions with the table at their root. One that is
 * gone is no loss of its own: it shows in the database's rows.
 * @param most the share that may be lost, from 0 to 1; with 1 nothing is a loss
 */
function findLosses(before, after, most) {
    // A partition that is new, or gone, is known to one of them only.
    const roots = new Map([...before.partitions, ...after.partitions].map(({ table, root }) => [table, root]));
    const [had, has] = [sumByRoot(before, roots), sumByRoot(after, roots)];
    const emptied = [...had].flatMap(([table, rows]) => {
        const now = has.get(table);
        return now !== undefined && isLoss(rows, now, most)
            ? [`its table ${table} has ${(0,_units_js__WEBPACK_IMPORTED_MODULE_0__/* .formatCount */ .B4)(now, 'row')}, and had ${rows}`]
            : [];
    });
    const whole = findWholeLoss(before, after, most);
    return [...(whole === undefined ? [] : [whole]), ...emptied];
}
function sumByRoot({ verification }, roots) {
    const sums = new Map();
    for (const { table, rows } of verification.rowCounts ?? []) {
        const root = roots.get(table) ?? table;
        sums.set(root, (sums.get(root) ?? 0) + rows);
    }
    return sums;
}
/** PURE. The same of the database as a whole; undefined where it lost no more than the share. */
function findWholeLoss(before, after, most) {
    if (before.rows !== null && after.rows !== null) {
        return isLoss(before.rows, after.rows, most)
            ? `it has ${(0,_units_js__WEBPACK_IMPORTED_MODULE_0__/* .formatCount */ .B4)(after.rows, 'row')}, and had ${before.rows}`
            : undefined;
    }
    const [old, now] = [before.uncompressedSize, after.uncompressedSize];
    // What pg_dump compresses inside an archive was never counted apart.
    const isSameMeasure = before.format === after.format && isSameInside(before, after);
    if (old === null || now === null || !isSameMeasure || !isLoss(old, now, most))
        return undefined;
    return `it is a dump of ${(0,_units_js__WEBPACK_IMPORTED_MODULE_0__/* .formatBytes */ .z3)(now)}, and was one of ${(0,_units_js__WEBPACK_IMPORTED_MODULE_0__/* .formatBytes */ .z3)(old)}`;
}
function isLoss(old, now, most) {
    return old > 0 && (old - now) / old > most;
}
function isSameInside(before, after) {
    const describe = ({ compression: { inside, method, level } }) => inside ? `${method}:${String(level)}` : '';
    return describe(before) === describe(after);
}


/***/ }),

/***/ 75013:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  g: () => (/* binding */ startLocalCluster)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/postgres/connection/open-connection.ts + 4 modules
var open_connection = __webpack_require__(53942);
// EXTERNAL MODULE: ./src/postgres/psql.ts + 1 modules
var psql = __webpack_require__(37480);
// EXTERNAL MODULE: ./src/postgres/server.ts + 1 modules
var server = __webpack_require__(24400);
// EXTERNAL MODULE: ./src/postgres/sql/quote.ts
var quote = __webpack_require__(48920);
// EXTERNAL MODULE: ./src/process/remove-tree.ts
var remove_tree = __webpack_require__(68138);
// EXTERNAL MODULE: ./src/drill/scratch/sandbox/sandbox.ts + 2 modules
var sandbox_sandbox = __webpack_require__(85504);
// EXTERNAL MODULE: ./src/process/fifo.ts
var fifo = __webpack_require__(6119);
// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(58500);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/process/pipeline.ts + 4 modules
var pipeline = __webpack_require__(67260);
;// CONCATENATED MODULE: ./src/drill/scratch/server-process.ts




/** Milliseconds until a new server must take connections; initdb alone takes many seconds on a busy machine. */
const startTimeout = 120_000;
const pollInterval = 25;
/** PURE. Whether this is the line by which a server says that it takes connections. */
function saysReady(line) {
    return line.includes('database system is ready to accept connections');
}
function startProcess(command, options) {
    let isRunning = true;
    const ended = (0,pipeline/* runPipeline */.a)([command], options)
        .then(({ stderr }) => stderr, () => '')
        .finally(() => {
        isRunning = false;
    });
    return { ended, hasEnded: () => !isRunning };
}
/**
 * Waits until the server is ready.
 * @throws BackupError PGB_VERIFY when it ends before, or takes too long
 */
async function waitUntil(isReady, server, signal) {
    const deadline = performance.now() + startTimeout;
    while (!isReady()) {
        signal.throwIfAborted();
        if (server.hasEnded())
            throw refuseStart(await server.ended);
        if (performance.now() > deadline)
            throw refuseStart(`it took no connections for ${startTimeout / 1000} s`);
        await (0,external_node_timers_promises_.setTimeout)(pollInterval);
    }
}
/** The error for a scratch server that did not start. */
function refuseStart(words) {
    return new errors/* BackupError */.h('PGB_VERIFY', {
        what: 'The scratch server for `verify: restore` did not start',
        why: (0,psql/* quoteTool */.FM)(words) ?? 'it ended without a message',
        whatToDo: 'Correct the cause, or name a scratch server in "verify-url"',
    });
}

// EXTERNAL MODULE: ./src/drill/scratch/server-programs.ts
var server_programs = __webpack_require__(94847);
;// CONCATENATED MODULE: ./src/drill/scratch/serve-sandboxed.ts






/**
 * Makes and starts a server inside a sandbox, and seals that before it returns. The sandbox ends with this process,
 * however that ends, since it reads from a pipe that no one else holds; no signal of ours would reach it behind sudo.
 * @throws BackupError PGB_VERIFY
 */
async function serveSandboxed(sandbox, { base, superuser, settings }, run) {
    const command = (0,sandbox_sandbox/* makeSandboxCommand */.ph)(sandbox, base, { kind: 'serve', superuser, settings });
    if (command === undefined)
        throw refuseStart('there is no number left for an account of its own');
    const common = { environment: (0,server_programs/* makeServerEnvironment */.tc)(run), signal: run.signal };
    const inputFile = (0,external_node_path_.join)(run.privateDirectory, `lifeline-${(0,external_node_crypto_.randomBytes)(6).toString('hex')}`);
    const lifeline = await (0,fifo/* openFifo */.t)(inputFile, common);
    const end = () => {
        lifeline.destroy();
    };
    run.signal.addEventListener('abort', end);
    let [isAsked, isSealed] = [false, false];
    const onErrorLine = (line) => {
        // Once: what the server says later, the code of a dump may have said.
        if (!isAsked && saysReady(line)) {
            isAsked = true;
            lifeline.write('seal\n');
        }
    };
    const onOutput = (printed) => {
        isSealed ||= /^sealed$/m.test(printed);
    };
    const server = startProcess(command, { ...common, inputFile, onErrorLine, onOutput });
    const stop = async () => {
        run.signal.removeEventListener('abort', end);
        end();
        await server.ended;
    };
    try {
        await waitUntil(() => isSealed, server, run.signal);
    }
    catch (error) {
        await stop();
        throw error;
    }
    return stop;
}

// EXTERNAL MODULE: ./src/drill/scratch/sandbox/find-containment.ts + 1 modules
var find_containment = __webpack_require__(43672);
;// CONCATENATED MODULE: ./src/drill/scratch/serve-uncontained.ts






/** Changes into the first parameter and becomes the rest; the account may not read where this process runs. */
const enterScript = 'cd -- "$1" && shift && exec "$@"';
/**
 * Makes and starts a server that nothing contains but the rights of its account.
 * @param account undefined for that of this process, which is not root
 * @throws BackupError PGB_VERIFY
 */
async function serveUncontained(account, { programs, base, superuser, settings }, run) {
    const [data, socket] = [(0,external_node_path_.join)(base, 'cluster', 'data'), (0,external_node_path_.join)(base, 'socket')];
    await makeCluster(account, { programs, base, superuser }, run);
    const stopping = new AbortController();
    let isReady = false;
    const onErrorLine = (line) => {
        isReady ||= saysReady(line);
    };
    const command = { path: programs.postgres, args: ['-D', data, '-k', socket, ...settings] };
    const server = startProcess(runAs(command, base, account, account?.id), {
        environment: (0,server_programs/* makeServerEnvironment */.tc)(run),
        signal: AbortSignal.any([run.signal, stopping.signal]),
        onErrorLine,
    });
    const stop = async () => {
        stopping.abort();
        await server.ended;
    };
    try {
        await waitUntil(() => isReady, server, run.signal);
        // Nothing that runs in the server can then put another socket in the place of its own.
        if (account !== undefined)
            await (0,promises_.chown)(socket, 0, 0);
    }
    catch (error) {
        await stop();
        throw error;
    }
    return stop;
}
/** By an account of the machine, which no one else of that account can reach for want of the group. */
async function makeCluster(account, { programs, base, superuser }, run) {
    if (account !== undefined) {
        await (0,promises_.chown)(base, 0, account.id);
        await (0,promises_.chmod)(base, 0o710);
    }
    const directories = ['cluster', 'socket'].map((name) => (0,external_node_path_.join)(base, name));
    const execute = async (command) => {
        const environment = (0,server_programs/* makeServerEnvironment */.tc)(run);
        const { failure, stderr } = await (0,pipeline/* runPipeline */.a)([command], { environment, signal: run.signal });
        if (failure !== undefined)
            throw refuseStart(stderr);
    };
    const giveTo = async (user) => {
        if (account === undefined || user === undefined)
            return;
        await execute({ path: 'chown', args: ['-R', `${user}:${account.id}`, ...directories] });
    };
    const initdb = {
        path: programs.initdb,
        args: [
            ...['-D', (0,external_node_path_.join)(base, 'cluster', 'data'), '-U', superuser],
            ...['--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'],
        ],
    };
    await giveTo(account?.namedId);
    await execute(runAs(initdb, base, account, account?.namedId));
    await giveTo(account?.id);
}
function runAs(command, base, account, user) {
    if (account === undefined || user === undefined)
        return command;
    const drop = (0,find_containment/* listSetprivArguments */.g)(user, account.id);
    return {
        path: account.setpriv,
        args: [...drop, 'sh', '-c', enterScript, 'sh', base, command.path, ...command.args],
    };
}

;// CONCATENATED MODULE: ./src/drill/scratch/local-cluster.ts












/** It holds nothing that must outlive a crash, runs no code by itself, and logs no data. */
const settings = {
    listen_addresses: '',
    huge_pages: 'off',
    fsync: 'off',
    full_page_writes: 'off',
    synchronous_commit: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_logical_replication_workers: '0',
    autovacuum: 'off',
    jit: 'off',
    max_locks_per_transaction: '1024',
    maintenance_work_mem: '128MB',
    log_min_error_statement: 'panic',
};
/**
 * Starts a cluster of our own: on a socket in a private directory only, contained as well as can be, and ending with us.
 * Where nothing contains it, files are restored by a role that is no superuser.
 * @throws BackupError PGB_VERIFY
 */
async function startLocalCluster(options, run) {
    const { programs, containment } = options;
    const base = await (0,promises_.realpath)(await (0,promises_.mkdtemp)((0,external_node_path_.join)(options.parent, 'pgb-')));
    run.discardAtEnd(base);
    await (0,sandbox_sandbox/* makeSandboxDirectories */.D3)(base);
    const tablespaceDirectories = await makeTablespaces(options.tablespaces, base);
    const isContained = containment.kind === 'sandbox';
    // Uncontained, the source's superuser is a role like any other.
    const superuser = isContained ? options.superuser : makeName('admin');
    const assignments = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const request = { programs, base, superuser, settings: ['-p', '5432', ...assignments] };
    const stop = isContained
        ? await serveSandboxed(containment.sandbox, request, run)
        : await serveUncontained(containment.account, request, run);
    const connect = (user) => openSession(base, user, options.client, run);
    const session = await connect(superuser);
    const restorer = isContained ? session : await connect(await createRestorer(session));
    const facts = await (0,server/* inspectServer */.E)(restorer, true);
    return {
        session,
        restorer: { ...restorer, facts },
        maintenance: 'postgres',
        major: programs.major,
        isThrowAway: true,
        isContained,
        tablespaceDirectories,
        stop: async () => {
            await stop();
            await (0,remove_tree/* removeTree */.d)(base);
        },
    };
}
async function openSession(base, user, client, run) {
    const environment = (0,server_programs/* makeServerEnvironment */.tc)(run);
    // No password of the user's own passfile is for this server.
    const passfile = (0,external_node_path_.join)(run.privateDirectory, 'no-passfile');
    const parameters = { host: (0,external_node_path_.join)(base, 'socket'), port: '5432', user, dbname: 'postgres', passfile };
    const connection = await (0,open_connection/* openConnection */.JY)(parameters, { directory: run.privateDirectory, environment });
    return { connection, client, signal: run.signal };
}
/** @returns the name of a new role without any right */
async function createRestorer(session) {
    const name = makeName('restorer');
    const failing = 'The scratch server for `verify: restore` got no role that restores';
    await (0,psql/* runSql */.Wt)(session, {
        database: 'postgres',
        sql: `CREATE ROLE ${(0,quote/* quoteIdentifier */.C)(name)} LOGIN`,
        failing,
    });
    return name;
}
function makeName(purpose) {
    return `postgres_backup_${purpose}_${(0,external_node_crypto_.randomBytes)(6).toString('hex')}`;
}
async function makeTablespaces(names, base) {
    const places = new Map(names.map((name, index) => [name, (0,external_node_path_.join)(base, 'cluster', `tablespace-${index + 1}`)]));
    for (const place of places.values())
        await (0,promises_.mkdir)(place, { mode: 0o700 });
    return places;
}


/***/ }),

/***/ 43672:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  S: () => (/* binding */ findContainment),
  g: () => (/* binding */ listSetprivArguments)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: ./src/process/find-executable.ts
var find_executable = __webpack_require__(88731);
// EXTERNAL MODULE: ./src/process/pipeline.ts + 4 modules
var pipeline = __webpack_require__(67260);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
;// CONCATENATED MODULE: ./src/drill/scratch/sandbox/containment.ts

/**
 * PURE. Decides about a server that nothing contains: never without leave, and never where its account is as good as
 * root, since a dump's code may run as it.
 * @throws BackupError PGB_VERIFY with the reason and the ways out
 */
function chooseUncontained(facts) {
    const { obstacle, isAllowed, isRoot, canBecomeOther, hasSudo, engine } = facts;
    if (!isAllowed) {
        throw refuse(`nothing here can contain the code that a dump brings along (${obstacle})`, 'set "allow-unsandboxed" to true if you trust everyone who may create objects in the database');
    }
    const still = `nothing here can contain the code that a dump brings along (${obstacle}), and with "allow-unsandboxed"`;
    if (isRoot && !canBecomeOther) {
        throw refuse(`${still} root needs setpriv (util-linux) to run it as another account`, 'install util-linux');
    }
    const power = !isRoot && hasSudo ? 'sudo without a password' : engine;
    if (power !== undefined) {
        throw refuse(`${still} that code would have the rights of an account that can use ${power}, and so become root`, 'run the job as an account that cannot');
    }
    return isRoot ? 'own' : 'ours';
}
function refuse(why, other) {
    return new errors/* BackupError */.h('PGB_VERIFY', {
        what: 'No scratch server can be started for `verify: restore`',
        why,
        whatToDo: `Name a scratch server in "verify-url", use \`verify: decode\`, or ${other}`,
    });
}

// EXTERNAL MODULE: ./src/drill/scratch/sandbox/sandbox.ts + 2 modules
var sandbox = __webpack_require__(85504);
// EXTERNAL MODULE: ./src/drill/scratch/server-programs.ts
var server_programs = __webpack_require__(94847);
// EXTERNAL MODULE: ./src/drill/scratch/sandbox/unused-id.ts
var unused_id = __webpack_require__(35360);
;// CONCATENATED MODULE: ./src/drill/scratch/sandbox/find-containment.ts







const engineSockets = [
    ...['/run/docker.sock', '/var/run/docker.sock', '/run/podman/podman.sock', '/run/crio/crio.sock'],
    ...['/run/containerd/containerd.sock', '/var/snap/lxd/common/lxd/unix.socket', '/var/lib/lxd/unix.socket'],
    ...['/var/lib/incus/unix.socket', '/run/incus/unix.socket'],
];
const engineGroups = new Set(['docker', 'podman', 'lxd', 'incus', 'incus-admin', 'libvirt']);
/**
 * Finds out how the server of these programs can be contained, before anything is dumped.
 * @throws BackupError PGB_VERIFY where it cannot, and the user does not accept that or must not
 */
async function findContainment(programs, isAllowed, run) {
    const isRoot = process.getuid?.() === 0;
    const hasSudo = !isRoot && (await canUseSudo(run));
    const found = await (0,sandbox/* findSandbox */.n7)(programs, hasSudo, run);
    if ('sandbox' in found)
        return { kind: 'sandbox', sandbox: found.sandbox };
    const account = isRoot && isAllowed ? await findOwnAccount(run) : undefined;
    const { obstacle } = found;
    const engine = findEngine(isRoot);
    const canBecomeOther = account !== undefined;
    chooseUncontained({ obstacle, isAllowed, isRoot, canBecomeOther, hasSudo, engine });
    run.log.warning(`The server of \`verify: restore\` runs without a sandbox, as "allow-unsandboxed" accepts (${obstacle}): ` +
        'code that the dump brings along is held back by the rights of its account alone.');
    return { kind: 'none', account };
}
/** Also where sudoers allows a few commands only, since one may be enough. */
async function canUseSudo(run) {
    const sudo = (0,find_executable/* findExecutable */.o)('sudo', (0,sandbox/* listToolDirectories */.ul)(run.environment['PATH'] ?? '').join(':'));
    return sudo !== undefined && (await succeeds(sudo, ['-n', '-l'], run));
}
async function findOwnAccount(run) {
    const path = (0,sandbox/* listToolDirectories */.ul)(run.environment['PATH'] ?? '').join(':');
    const [setpriv, echo] = ['setpriv', 'echo'].map((name) => (0,find_executable/* findExecutable */.o)(name, path));
    const [id, namedId] = [(0,unused_id/* findUnusedId */.xc)(), readNamedId()];
    if (setpriv === undefined || echo === undefined || id === undefined || namedId === undefined)
        return undefined;
    const account = { setpriv, id, namedId };
    return (await succeeds(setpriv, [...listSetprivArguments(id, id), echo], run)) ? account : undefined;
}
/** PURE. Arguments by which setpriv gives up everything but the account. */
function listSetprivArguments(user, group) {
    const drops = ['--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'];
    return [`--reuid=${user}`, `--regid=${group}`, '--clear-groups', ...drops, '--'];
}
function readNamedId() {
    const users = [...(0,external_node_fs_.readFileSync)('/etc/passwd', 'utf8').matchAll(/^[^:\n]+:[^:\n]*:(\d+):/gm)];
    return users.map(([, user]) => Number(user)).find((user) => user !== 0);
}
/** @param isRoot then the server gets an account that is in no group, and may do what everyone may */
function findEngine(isRoot) {
    const socket = engineSockets.find((path) => (isRoot ? isOpenToAll(path) : isWritable(path)));
    if (socket !== undefined)
        return `the container engine's socket ${socket}`;
    const group = isRoot ? undefined : listGroupNames().find((name) => engineGroups.has(name));
    return group === undefined ? undefined : `a container engine, by the group ${group}`;
}
function isOpenToAll(path) {
    const mode = (0,external_node_fs_.statSync)(path, { throwIfNoEntry: false })?.mode ?? 0;
    return (mode & external_node_fs_.constants.S_IWOTH) !== 0;
}
function isWritable(path) {
    try {
        (0,external_node_fs_.accessSync)(path, external_node_fs_.constants.W_OK);
        return true;
    }
    catch {
        return false;
    }
}
function listGroupNames() {
    if (process.platform !== 'linux')
        return [];
    const ids = new Set(process.getgroups?.());
    const groups = [...(0,external_node_fs_.readFileSync)('/etc/group', 'utf8').matchAll(/^([^:\n]+):[^:\n]*:(\d+):/gm)];
    return groups.filter(([, , id]) => ids.has(Number(id))).map(([, name]) => name ?? '');
}
async function succeeds(path, args, run) {
    const environment = (0,server_programs/* makeServerEnvironment */.tc)(run);
    return (await (0,pipeline/* runPipeline */.a)([{ path, args }], { environment, signal: run.signal })).failure === undefined;
}


/***/ }),

/***/ 85504:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  n7: () => (/* binding */ findSandbox),
  ul: () => (/* binding */ listToolDirectories),
  ph: () => (/* binding */ makeSandboxCommand),
  D3: () => (/* binding */ makeSandboxDirectories)
});

// UNUSED EXPORTS: composeSandboxCommand

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/process/find-executable.ts
var find_executable = __webpack_require__(88731);
// EXTERNAL MODULE: ./src/process/pipeline.ts + 4 modules
var pipeline = __webpack_require__(67260);
// EXTERNAL MODULE: ./src/postgres/psql.ts + 1 modules
var psql = __webpack_require__(37480);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
;// CONCATENATED MODULE: ./src/drill/scratch/sandbox/exposed-paths.ts



/** Where the server, its languages and its extensions have their libraries and data, beside what is found. */
const usualPaths = [
    ...[
        '/etc/ld.so.cache',
        '/usr/lib/locale',
        '/usr/share/zoneinfo',
        '/usr/share/postgresql',
        '/usr/share/pgsql',
    ],
    // Debian's dictionaries, and hunspell's, to which those of text search are links.
    ...['/var/cache/postgresql/dicts', '/usr/share/hunspell', '/usr/share/myspell'],
    ...[
        '/usr/share/perl',
        '/usr/share/perl5',
        '/usr/share/tcltk',
        '/usr/lib/tcltk',
        '/usr/lib/R',
        '/usr/share/R',
    ],
    // PostGIS.
    ...['/usr/share/proj', '/usr/share/gdal'],
];
/** Libraries where the loader does not tell, as musl's does not. */
const usualLibraries = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/usr/local/lib'];
/** Directories of which every file may be seen; of others a library alone is. */
const systemDirectory = /^\/(usr|lib\w*|opt|nix\/store)\//;
/** Links that lead to links end somewhere (the kernel's own limit: path_resolution(7)). */
const mostLinks = 40;
/** Finds what the programs of a server need. */
async function findExposedPaths(programs, run) {
    const traced = await Promise.all([programs.postgres, programs.initdb].map((program) => traceLibraries(program, run)));
    const libraries = traced.flat().map((file) => (systemDirectory.test(file) ? (0,external_node_path_.dirname)(file) : file));
    const beside = (0,external_node_path_.dirname)((0,external_node_path_.dirname)(programs.postgres));
    const wanted = [
        ...(libraries.length === 0 ? usualLibraries : libraries),
        ...['lib', 'lib64', 'share'].map((name) => (0,external_node_path_.join)(beside, name)),
        ...usualPaths,
        ...listPython(),
        programs.postgres,
        programs.initdb,
    ];
    const followed = [...new Set(wanted)].filter((path) => (0,external_node_fs_.existsSync)(path)).map(followLinks);
    const paths = dropNested([...new Set(followed.map(({ path }) => path))]);
    const links = new Map(followed.flatMap(({ links }) => links));
    const isHidden = (path) => !paths.some((parent) => path.startsWith(`${parent}/`));
    return { paths, links: [...links].filter(([path]) => isHidden(path)) };
}
/** The libraries that the loader would load, by their absolute paths (ld.so(8)). */
async function traceLibraries(program, { signal, environment }) {
    const { LD_LIBRARY_PATH: path } = environment;
    const traced = await (0,pipeline/* runPipeline */.a)([{ path: program, args: ['--version'] }], {
        environment: { LD_TRACE_LOADED_OBJECTS: '1', ...(path === undefined ? {} : { LD_LIBRARY_PATH: path }) },
        signal,
    });
    return [...traced.stdout.matchAll(/^\s(?:.* => )?(\/.*) \(0x[0-9a-f]+\)$/gm)].map(([, file]) => file ?? '');
}
function listPython() {
    const parents = ['/usr/lib', '/usr/local/lib'].filter((parent) => (0,external_node_fs_.existsSync)(parent));
    return parents.flatMap((parent) => (0,external_node_fs_.readdirSync)(parent)
        .filter((name) => /^python\d/.test(name))
        .map((name) => (0,external_node_path_.join)(parent, name)));
}
/** PURE but for what it reads of the file system. A path without links, and the links on the way. */
function followLinks(path) {
    const links = [];
    let [done, rest] = ['/', path.split('/').filter((name) => name !== '')];
    while (rest.length > 0 && links.length < mostLinks) {
        const next = (0,external_node_path_.join)(done, rest[0] ?? '');
        const target = readLink(next);
        rest = rest.slice(1);
        if (target === undefined) {
            done = next;
        }
        else {
            links.push([next, target]);
            rest = [
                ...(0,external_node_path_.resolve)(done, target)
                    .split('/')
                    .filter((name) => name !== ''),
                ...rest,
            ];
            done = '/';
        }
    }
    return { path: (0,external_node_fs_.realpathSync)(path), links };
}
function readLink(path) {
    try {
        return (0,external_node_fs_.readlinkSync)(path);
    }
    catch {
        return undefined;
    }
}
/** PURE. The paths that lie below none of the others. */
function dropNested(paths) {
    return paths.filter((path) => !paths.some((other) => path.startsWith(`${other}/`)));
}

;// CONCATENATED MODULE: ./src/drill/scratch/sandbox/sandbox-script.ts
/**
 * What the sandbox is made by, around namespaces of its own. As root it waits for the sandbox's end, however that comes,
 * and removes what belongs to the server's account. Parameters: PATH, the base directory, and the command to run.
 * No signal ends it: those of a user do not reach root, and the sandbox ends by its lifeline in any case.
 */
const outerScript = `
trap '' HUP INT TERM
PATH=$1 base=$2; export PATH; shift 2
"$@"
code=$?
rm -rf -- "$base/cluster" "$base/socket"
exit "$code"
`;
/**
 * Runs inside the new namespaces as their root and as process 1, with whose end everything inside ends.
 *
 * Its standard input is a lifeline: a first line asks to seal the sandbox, the end of input to end it. Until it is
 * sealed, before any byte of a dump has come, the machine's files are below /host, for initdb and for the tools that
 * give up rights; afterwards nothing is left but what was exposed, and there is no program but the server's own.
 *
 * The server runs in a chroot of the same files, since the kernel gives no new user namespace to a process in a chroot,
 * and as an account without any capability. Without a number for that account this runs in a user namespace, and the
 * account is one of a second user namespace below it.
 *
 * Parameters: the base directory, the programs initdb and postgres, the number of the server's account or nothing,
 * `probe` or `serve`, LD_LIBRARY_PATH for the server, the name of the first superuser; then paths to expose, `--`, links
 * and their targets, `--`, and arguments of the server.
 */
const innerScript = `
set -euf
umask 022
base=$1 initdb=$2 postgres=$3 account=$4 task=$5 libraries=$6 superuser=$7; shift 7
root=$base/root uid=\${account:-65534}
exec 3<&0 </dev/null
mount -t tmpfs -o mode=755,nosuid,nodev,noexec sandbox "$root"
expose() {
  if [ -d "$1" ]; then mkdir -p "$root$1"
  else mkdir -p "$root\${1%/*}"; : >>"$root$1"; fi
  mount --rbind "$1" "$root$1"
  mount -o "remount,bind,$2" "$root$1"
}
while [ "$1" != -- ]; do expose "$1" ro,nosuid,nodev; shift; done; shift
while [ "$1" != -- ]; do mkdir -p "$root\${1%/*}"; ln -s "$2" "$root$1"; shift 2; done; shift
for device in null zero random urandom; do expose "/dev/$device" nosuid,noexec; done
mkdir -p "$root/dev/shm" "$root/etc" "$root/host" "$root/jail"
mount -t tmpfs -o mode=1777,nosuid,nodev,noexec sandbox "$root/dev/shm"
echo "postgres:x:$uid:$uid::/:" >"$root/etc/passwd"
echo "postgres:x:$uid:" >"$root/etc/group"
if [ -n "$account" ]; then chown -R "$uid:$uid" "$base/cluster" "$base/socket"; fi
for directory in cluster socket; do expose "$base/$directory" rw,nosuid,nodev,noexec; done
cd "$root"
pivot_root . host
cd /
inside=
IFS=:
for directory in $PATH; do inside=$inside:/host$directory; done
unset IFS
PATH=\${inside#:}
ln -s host/proc proc
ln -s host/bin bin
mount --rbind / /jail
as_server() {
  set -- --no-new-privs --bounding-set=-all --inh-caps=-all --ambient-caps=-all \\
    env -i LC_ALL=C TZ=UTC "PATH=$PATH" "LD_LIBRARY_PATH=$libraries" "$@"
  if [ -n "$account" ]; then exec chroot /jail setpriv --reuid="$uid" --regid="$uid" --clear-groups "$@"
  else exec unshare --user --map-user="$uid" --map-group="$uid" --keep-caps --root=/jail setpriv "$@"; fi
}
if [ "$task" = probe ]; then as_server "$postgres" --version; fi
(as_server "$initdb" -D "$base/cluster/data" -U "$superuser" --auth=trust --no-sync --encoding=UTF8 \\
  --locale=C 3<&- >/dev/null)
(as_server "$postgres" -D "$base/cluster/data" -k "$base/socket" "$@" 3<&- >/dev/null) &
server=$!
{
  if read -r _; then
    for directory in "$base/socket" ''; do mount -o remount,bind,ro,nosuid,nodev,noexec "/jail$directory"; done
    umount -l "/jail$initdb" 2>/dev/null || true
    umount -l /jail/host /host
    echo sealed
    read -r _ || true
  fi
  kill -KILL "$server"
} <&3 &
wait "$server"
`;

// EXTERNAL MODULE: ./src/drill/scratch/server-programs.ts
var server_programs = __webpack_require__(94847);
// EXTERNAL MODULE: ./src/drill/scratch/sandbox/unused-id.ts
var unused_id = __webpack_require__(35360);
;// CONCATENATED MODULE: ./src/drill/scratch/sandbox/sandbox.ts









const flags = [
    '--mount',
    '--pid',
    '--net',
    '--ipc',
    '--uts',
    '--fork',
    '--kill-child',
    '--propagation=private',
];
/** Users' search paths lack these, where chroot and pivot_root are. */
const systemDirectories = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
/**
 * Finds a way to contain the server of these programs, by trying each that this account may have.
 * @param hasSudo whether sudo asks for no password
 */
async function findSandbox(programs, hasSudo, run) {
    if (process.platform !== 'linux')
        return { obstacle: 'only Linux has the namespaces that contain a server' };
    const path = listToolDirectories(run.environment['PATH'] ?? '').join(':');
    const [sh, unshare, sudo] = ['sh', 'unshare', 'sudo'].map((name) => (0,find_executable/* findExecutable */.o)(name, path));
    if (sh === undefined || unshare === undefined)
        return { obstacle: 'there is no unshare (util-linux) here' };
    const exposed = await findExposedPaths(programs, run);
    const ways = process.getuid?.() === 0 ? ['root'] : hasSudo ? ['sudo', 'user'] : ['user'];
    const obstacles = [];
    for (const way of ways) {
        const libraries = run.environment['LD_LIBRARY_PATH'];
        const sandbox = { way, tools: { sh, unshare, sudo }, path, libraries, programs, exposed };
        const obstacle = await probe(sandbox, run);
        if (obstacle === undefined)
            return { sandbox };
        obstacles.push(obstacle);
    }
    return { obstacle: obstacles.join('; ') };
}
/** @returns why the sandbox cannot be had */
async function probe(sandbox, run) {
    const base = await (0,promises_.mkdtemp)((0,external_node_path_.join)(run.privateDirectory, 'probe-'));
    await makeSandboxDirectories(base);
    const command = makeSandboxCommand(sandbox, base, { kind: 'probe' });
    if (command === undefined)
        return 'there is no number left for an account of its own';
    const environment = (0,server_programs/* makeServerEnvironment */.tc)(run);
    const { failure, stderr } = await (0,pipeline/* runPipeline */.a)([command], { environment, signal: run.signal });
    return failure === undefined ? undefined : ((0,psql/* quoteTool */.FM)(stderr) ?? 'unshare failed without a message');
}
/** Makes the directories that a sandbox expects below its base. */
async function makeSandboxDirectories(base) {
    for (const directory of ['root', 'cluster', 'socket'].map((name) => (0,external_node_path_.join)(base, name))) {
        await (0,promises_.mkdir)(directory);
        // Whoever reaches the base reaches the socket, whatever the umask is.
        await (0,promises_.chmod)(directory, 0o711);
    }
}
/**
 * The command that makes the sandbox and runs its task.
 * @param base absolute, without symbolic links, and made by {@link makeSandboxDirectories}
 * @returns undefined where no account can be had for the server
 */
function makeSandboxCommand(sandbox, base, task) {
    const account = sandbox.way === 'user' ? '' : (0,unused_id/* findUnusedId */.xc)()?.toString();
    return account === undefined ? undefined : composeSandboxCommand(sandbox, base, account, task);
}
/** PURE. The command for an account; `''` stands for one of a user namespace. */
function composeSandboxCommand({ way, tools, path, libraries, programs, exposed }, base, account, task) {
    const { superuser, settings } = task.kind === 'serve' ? task : { superuser: '', settings: [] };
    const inner = [
        ...[innerScript, 'sandbox', base, programs.initdb, programs.postgres],
        ...[account, task.kind, libraries ?? '', superuser],
        ...[...exposed.paths, '--', ...exposed.links.flat(), '--', ...settings],
    ];
    const user = way === 'user' ? ['--user', '--map-root-user'] : [];
    const unshare = [tools.unshare, ...user, ...flags, '--', tools.sh, '-c', ...inner];
    const outer = ['-c', outerScript, 'sandbox', path, base, ...unshare];
    if (way !== 'sudo')
        return { path: tools.sh, args: outer };
    return { path: tools.sudo ?? 'sudo', args: ['-n', '--', tools.sh, ...outer] };
}
/** PURE. The directories of a search path that are absolute, and those that every system has. */
function listToolDirectories(path) {
    const own = path.split(':').filter((directory) => directory.startsWith('/'));
    return [...new Set([...own, ...systemDirectories])];
}


/***/ }),

/***/ 35360:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   xc: () => (/* binding */ findUnusedId)
/* harmony export */ });
/* unused harmony exports chooseUnusedId, parseIdMap, parseSubordinateIds */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);


/** Numbers that no distribution and no service gives out (systemd: UIDS-GIDS), the small ones for small namespaces. */
const unusedRanges = [
    { first: 1_879_048_192, count: 250_000_000 },
    { first: 60_578, count: 128 },
];
const attempts = 64;
/** A number that nobody uses, as an account and as a group of our own; undefined where there is none to be found. */
function findUnusedId() {
    return chooseUnusedId(readIdFacts(), (range) => range.first + (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomInt)(range.count));
}
/** PURE but for the pick. */
function chooseUnusedId(facts, pick) {
    const lies = (id, ranges) => ranges.some(({ first, count }) => id >= first && id < first + count);
    const candidates = unusedRanges.flatMap((range) => Array.from({ length: attempts }, () => pick(range)));
    return candidates.find((id) => lies(id, facts.users) && lies(id, facts.groups) && !facts.taken.has(id) && !lies(id, facts.reserved));
}
function readIdFacts() {
    return {
        users: parseIdMap(readText('/proc/self/uid_map')),
        groups: parseIdMap(readText('/proc/self/gid_map')),
        taken: new Set([...listNamedIds(), ...listRunningIds()]),
        reserved: ['/etc/subuid', '/etc/subgid'].flatMap((path) => parseSubordinateIds(readText(path))),
    };
}
/** PURE. The numbers inside of a user namespace (user_namespaces(7)). */
function parseIdMap(text) {
    return [...text.matchAll(/^\s*(\d+)\s+\d+\s+(\d+)$/gm)].map(([, first, count]) => ({
        first: Number(first),
        count: Number(count),
    }));
}
/** PURE. The ranges of `/etc/subuid` (subuid(5)). */
function parseSubordinateIds(text) {
    return [...text.matchAll(/^[^:\n]*:(\d+):(\d+)$/gm)].map(([, first, count]) => ({
        first: Number(first),
        count: Number(count),
    }));
}
function listNamedIds() {
    const text = readText('/etc/passwd') + readText('/etc/group');
    return [...text.matchAll(/^[^:\n]*:[^:\n]*:(\d+)(?::(\d+):)?/gm)].flatMap(([, user, group]) => [
        Number(user),
        ...(group === undefined ? [] : [Number(group)]),
    ]);
}
function listRunningIds() {
    const pids = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readdirSync)('/proc').filter((name) => /^\d+$/.test(name));
    return pids.flatMap((pid) => [...readText(`/proc/${pid}/status`).matchAll(/^[UG]id:(.*)$/gm)].flatMap(([, ids]) => (ids ?? '').trim().split(/\s+/).map(Number)));
}
/** A file that is not there holds nothing, and a process may be gone. */
function readText(path) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readFileSync)(path, 'utf8');
    }
    catch {
        return '';
    }
}


/***/ }),

/***/ 46058:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ readDatabaseFacts),
/* harmony export */   w: () => (/* binding */ withScratchDatabase)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _postgres_drop_database_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(14054);
/* harmony import */ var _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(72684);
/* harmony import */ var _postgres_answer_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(54769);
/* harmony import */ var _postgres_psql_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(37480);
/* harmony import */ var _postgres_sql_quote_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(48920);
/* harmony import */ var _scratch_server_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(45552);







const factsQuery = `select json_build_object('encoding', pg_catalog.pg_encoding_to_char(encoding),
  'collate', datcollate, 'ctype', datctype,
  'extensions', (select coalesce(json_agg(extname), '[]') from pg_catalog.pg_extension),
  'privilegedOwners', (select coalesce(json_agg(rolname), '[]') from pg_catalog.pg_roles where not rolsuper
    and oid in (select evtowner from pg_catalog.pg_event_trigger
    union select fdwowner from pg_catalog.pg_foreign_data_wrapper)))
  from pg_catalog.pg_database where datname = pg_catalog.current_database()`;
const readFacts = (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_4__/* .readObject */ .Ag)({
    encoding: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_4__/* .readString */ .E3)(/^\w{1,63}$/, 'an encoding'),
    collate: _postgres_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .readName */ .MQ,
    ctype: _postgres_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .readName */ .MQ,
    extensions: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_4__/* .readArray */ .oU)(_postgres_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .readName */ .MQ),
    privilegedOwners: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_4__/* .readArray */ .oU)(_postgres_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .readName */ .MQ),
});
/** Milliseconds for dropping a database, also when the run has been cancelled. */
const dropTimeout = 3_000;
/** @throws BackupError PGB_NO_DATABASE, PGB_CONNECT and others when the database cannot be asked */
async function readDatabaseFacts(source, database) {
    const failing = `The database "${database}" was not dumped`;
    return (0,_postgres_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .askJson */ .ey)(source, { database, sql: factsQuery, failing }, readFacts);
}
/**
 * Runs a task with a scratch database of its own, which is dropped however the task ends.
 * @param task may have the database made new again, by what it is given beside the name
 */
async function withScratchDatabase(facts, scratch, run, task) {
    const database = `postgres_backup_verify_${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(6).toString('hex')}`;
    if (scratch.isContained)
        await raiseOwners(facts, scratch);
    await createDatabase(database, facts, scratch);
    try {
        return await task(database, async () => {
            await dropScratch(database, scratch, run);
            await createDatabase(database, facts, scratch);
        });
    }
    finally {
        await dropScratch(database, scratch, run);
    }
}
/** Inside a sandbox, where that lets nothing out: otherwise a good backup of such a service could not be restored. */
async function raiseOwners({ privilegedOwners }, { session, maintenance: database }) {
    if (privilegedOwners.length === 0)
        return;
    const sql = privilegedOwners.map((role) => `ALTER ROLE ${(0,_postgres_sql_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quoteIdentifier */ .C)(role)} SUPERUSER`).join('; ');
    await (0,_postgres_psql_js__WEBPACK_IMPORTED_MODULE_3__/* .runSql */ .Wt)(session, { database, sql, failing: 'The scratch database was not prepared' });
}
/** With the locale of the source where the scratch server has it, since generated columns may depend on it. */
async function createDatabase(database, facts, scratch) {
    const { session, restorer, maintenance } = scratch;
    const owner = (0,_scratch_server_js__WEBPACK_IMPORTED_MODULE_6__/* .isUncontained */ .l)(scratch) ? restorer.connection.parameters['user'] : undefined;
    const ownership = owner === undefined ? '' : ` OWNER ${(0,_postgres_sql_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quoteIdentifier */ .C)(owner)}`;
    const locales = [
        [facts.collate, facts.ctype],
        ...(facts.encoding === 'UTF8' ? [['C', 'C.UTF-8']] : []),
        ['C', 'C'],
    ];
    const failing = 'The scratch database for `verify: restore` was not created';
    let failure;
    for (const [collate = 'C', ctype = 'C'] of locales) {
        const sql = `CREATE DATABASE ${(0,_postgres_sql_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quoteIdentifier */ .C)(database)} TEMPLATE template0 ENCODING ${(0,_postgres_sql_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quoteLiteral */ .c)(facts.encoding)}
      LC_COLLATE ${(0,_postgres_sql_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quoteLiteral */ .c)(collate)} LC_CTYPE ${(0,_postgres_sql_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quoteLiteral */ .c)(ctype)}${ownership}`;
        try {
            await (0,_postgres_psql_js__WEBPACK_IMPORTED_MODULE_3__/* .runSql */ .Wt)(session, { database: maintenance, sql, failing, kind: 'alone' });
            if (owner !== undefined)
                await givePublicSchema(database, owner, session);
            return;
        }
        catch (error) {
            session.signal.throwIfAborted();
            failure ??= error;
        }
    }
    throw failure;
}
/** Servers before 15 give the schema to their superuser, and dumps expect it to be the database owner's. */
async function givePublicSchema(database, owner, session) {
    const sql = `ALTER SCHEMA public OWNER TO ${(0,_postgres_sql_quote_js__WEBPACK_IMPORTED_MODULE_5__/* .quoteIdentifier */ .C)(owner)}`;
    await (0,_postgres_psql_js__WEBPACK_IMPORTED_MODULE_3__/* .runSql */ .Wt)(session, { database, sql, failing: 'The scratch database was not prepared' });
}
/** On a throw-away cluster too, to give its space back to the databases that follow. */
async function dropScratch(name, scratch, run) {
    const { session, maintenance, major, isThrowAway } = scratch;
    if (isThrowAway && session.signal.aborted)
        return;
    const limited = { ...session, signal: AbortSignal.timeout(dropTimeout) };
    const request = { name, maintenance, major, subscriptions: 'all' };
    await (0,_postgres_drop_database_js__WEBPACK_IMPORTED_MODULE_1__/* .dropDatabase */ .Z)(limited, request).catch((error) => {
        const why = error instanceof Error ? error.message : String(error);
        run.log.warning(`The scratch database "${name}" was left behind: ${why}`);
    });
}


/***/ }),

/***/ 72591:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Om: () => (/* binding */ chooseParent),
/* harmony export */   hS: () => (/* binding */ openGivenServer),
/* harmony export */   jQ: () => (/* binding */ refuseMissing),
/* harmony export */   l8: () => (/* binding */ findLocal)
/* harmony export */ });
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(48161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(83916);
/* harmony import */ var _free_space_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(94578);
/* harmony import */ var _postgres_client_version_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(91627);
/* harmony import */ var _postgres_connection_open_connection_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(53942);
/* harmony import */ var _postgres_connection_pooler_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(54375);
/* harmony import */ var _postgres_psql_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(37480);
/* harmony import */ var _postgres_server_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(24400);
/* harmony import */ var _units_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(61996);
/* harmony import */ var _sandbox_find_containment_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(43672);
/* harmony import */ var _server_programs_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(94847);











/** Bytes of an empty cluster with its log. */
const clusterOverhead = 300e6;
/** Bytes that a path may have so that a socket fits below it (unix(7): 107 for all). */
const longestSocketDirectory = 80;
/**
 * The programs of a server on this machine, and how it can be contained.
 * @returns undefined where there are none, or where `verify-url` does and they cannot be contained
 * @throws BackupError PGB_VERIFY where they are needed and cannot be contained
 */
async function findLocal({ verifyUrl, allowUnsandboxed }, client, isWhole, run) {
    const programs = await (0,_server_programs_js__WEBPACK_IMPORTED_MODULE_9__/* .findServerPrograms */ .c9)(client, run);
    if (programs === undefined)
        return undefined;
    try {
        return { programs, containment: await (0,_sandbox_find_containment_js__WEBPACK_IMPORTED_MODULE_8__/* .findContainment */ .S)(programs, allowUnsandboxed, run) };
    }
    catch (error) {
        if (verifyUrl === undefined || isWhole || !(error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .BackupError */ .h))
            throw error;
        return undefined;
    }
}
/**
 * The server of `verify-url`. No variable of libpq may lead there, nor may the source's password go there.
 * @throws BackupError PGB_VERIFY for one that is older than the source, or what connecting throws
 */
async function openGivenServer(url, { client, source }, run) {
    const environment = (0,_server_programs_js__WEBPACK_IMPORTED_MODULE_9__/* .withoutServer */ .AX)(run.environment);
    const inputs = { url, user: undefined, password: undefined, sslRootCert: undefined };
    const parameters = (0,_postgres_connection_open_connection_js__WEBPACK_IMPORTED_MODULE_4__/* .resolveConnectionParameters */ .ry)(inputs, environment);
    if ((0,_postgres_connection_pooler_js__WEBPACK_IMPORTED_MODULE_5__/* .isTransactionPooler */ .ex)(parameters))
        throw (0,_postgres_connection_pooler_js__WEBPACK_IMPORTED_MODULE_5__/* .refuseTransactionPooler */ .Ui)(parameters);
    const oldestClient = client.major;
    const connection = await (0,_postgres_connection_open_connection_js__WEBPACK_IMPORTED_MODULE_4__/* .openConnection */ .JY)(parameters, {
        directory: run.privateDirectory,
        environment,
        oldestClient,
    });
    run.protect(connection.secrets);
    const session = { connection, client, signal: run.signal };
    const facts = await (0,_postgres_server_js__WEBPACK_IMPORTED_MODULE_7__/* .inspectServer */ .E)(session, false);
    const { versionNumber, version, database: maintenance } = facts;
    await warnOfSuperuser(session, maintenance, run);
    if ((0,_postgres_client_version_js__WEBPACK_IMPORTED_MODULE_3__/* .majorOfVersionNumber */ .KU)(versionNumber) < (0,_postgres_client_version_js__WEBPACK_IMPORTED_MODULE_3__/* .majorOfVersionNumber */ .KU)(source.versionNumber)) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .BackupError */ .h('PGB_VERIFY', {
            what: 'The server of "verify-url" cannot take the backup',
            why: `it is PostgreSQL ${version}, older than the source (${source.version})`,
            whatToDo: 'Name a server of the same major version or a newer one',
        });
    }
    const major = (0,_postgres_client_version_js__WEBPACK_IMPORTED_MODULE_3__/* .majorOfVersionNumber */ .KU)(versionNumber);
    const stop = () => Promise.resolve();
    const kind = { isThrowAway: false, isContained: false, tablespaceDirectories: new Map() };
    return { session, restorer: { ...session, facts }, maintenance, major, ...kind, stop };
}
async function warnOfSuperuser(session, database, { log }) {
    const failing = 'The scratch server was not asked for the rights of its role';
    const sql = "select pg_catalog.current_setting('is_superuser')";
    if ((await (0,_postgres_psql_js__WEBPACK_IMPORTED_MODULE_6__/* .runSql */ .Wt)(session, { database, sql, failing })) !== 'on')
        return;
    log.warning('The role of "verify-url" is a superuser: the code that the dump brings along (functions in indexes and checks, ' +
        'rules, triggers, views) runs with its rights there, and can start programs on that machine. Name a server that ' +
        'holds nothing else.', 'verify-url as a superuser');
}
/**
 * In memory for an encrypted backup, so that no plaintext reaches a disk.
 * @param bytes of all that is restored
 * @throws BackupError PGB_ENCRYPT, PGB_DISK
 */
async function chooseParent(isEncrypted, bytes) {
    if (!isEncrypted)
        return (0,node_os__WEBPACK_IMPORTED_MODULE_0__.tmpdir)().length > longestSocketDirectory ? '/tmp' : (0,node_os__WEBPACK_IMPORTED_MODULE_0__.tmpdir)();
    const free = await (0,_free_space_js__WEBPACK_IMPORTED_MODULE_2__/* .readFreeMemory */ .kJ)();
    const needed = bytes + clusterOverhead;
    if (free !== undefined && free >= needed)
        return _free_space_js__WEBPACK_IMPORTED_MODULE_2__/* .memoryDirectory */ .fx;
    const why = free === undefined
        ? 'this system has no memory file system, and a scratch server on a disk would hold the plaintext'
        : `its plaintext must stay in memory, where ${(0,_units_js__WEBPACK_IMPORTED_MODULE_10__/* .formatBytes */ .z3)(free)} are free of the ${(0,_units_js__WEBPACK_IMPORTED_MODULE_10__/* .formatBytes */ .z3)(needed)} needed`;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .BackupError */ .h(free === undefined ? 'PGB_ENCRYPT' : 'PGB_DISK', {
        what: 'An encrypted backup cannot be restored here for `verify: restore`',
        why,
        whatToDo: 'Name a scratch server in "verify-url", or use `verify: decode`',
    });
}
/** The error where no server is installed that could be started. */
function refuseMissing(client, isCluster) {
    const other = isCluster ? 'back up with "databases"' : 'name a scratch server in "verify-url"';
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .BackupError */ .h('PGB_VERIFY', {
        what: 'There is no scratch server for `verify: restore`',
        why: `no PostgreSQL server (initdb and postgres) of version ${client.major} or newer is installed here`,
        whatToDo: `Install it in an earlier step, as in "sudo apt-get install -y postgresql-${client.major}", or ${other}`,
    });
}


/***/ }),

/***/ 45552:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   l: () => (/* binding */ isUncontained)
/* harmony export */ });
/** PURE. Whether a server is ours, and nothing contains it. */
function isUncontained({ isThrowAway, isContained, }) {
    return isThrowAway && !isContained;
}


/***/ }),

/***/ 94847:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AX: () => (/* binding */ withoutServer),
/* harmony export */   c9: () => (/* binding */ findServerPrograms),
/* harmony export */   tc: () => (/* binding */ makeServerEnvironment)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _postgres_connection_tool_environment_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(99868);
/* harmony import */ var _postgres_client_locations_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(79003);
/* harmony import */ var _process_find_executable_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(88731);
/* harmony import */ var _process_pipeline_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(67260);






/** First major version whose texts of numbers all later ones share (PostgreSQL 12: shortest-precise output). */
const firstSteadyMajor = 12;
/**
 * Finds the programs of a server that can take the client's dumps: the same major version, else the next newer one.
 * @returns undefined where none is installed
 */
async function findServerPrograms(client, run) {
    const environment = makeServerEnvironment(run);
    const places = (0,_postgres_client_locations_js__WEBPACK_IMPORTED_MODULE_3__/* .listClientDirectories */ .B)({
        platform: process.platform,
        environment,
        path: run.environment['PATH'] ?? '',
        root: '/',
        list: listDirectory,
    });
    const directories = [...new Set([(0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(client.pgDump), ...places])];
    const found = await Promise.all(directories.map((directory) => inspectDirectory(directory, environment, run)));
    return found
        .filter((programs) => programs !== undefined)
        .filter(({ major }) => major === client.major || (major > client.major && client.major >= firstSteadyMajor))
        .sort((left, right) => left.major - right.major)[0];
}
/** The environment of a throw-away server: nothing of it names another server. */
function makeServerEnvironment(run) {
    return { ...(0,_postgres_connection_tool_environment_js__WEBPACK_IMPORTED_MODULE_2__/* .selectToolEnvironment */ .C)(withoutServer(run.environment)), LC_ALL: 'C' };
}
/** PURE. An environment without libpq's variables, so that the source's password cannot go to another server. */
function withoutServer(environment) {
    return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^PG/i.test(name)));
}
async function inspectDirectory(directory, environment, { signal }) {
    const [initdb, postgres] = ['initdb', 'postgres'].map((name) => (0,_process_find_executable_js__WEBPACK_IMPORTED_MODULE_4__/* .findExecutable */ .o)(name, directory));
    if (initdb === undefined || postgres === undefined)
        return undefined;
    const { failure, stdout } = await (0,_process_pipeline_js__WEBPACK_IMPORTED_MODULE_5__/* .runPipeline */ .a)([{ path: postgres, args: ['--version'] }], {
        environment,
        signal,
    });
    const major = /^postgres \(PostgreSQL\) (\d+)/m.exec(stdout)?.[1];
    if (failure !== undefined || major === undefined)
        return undefined;
    return { initdb: (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(initdb), postgres: (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(postgres), major: Number(major) };
}
function listDirectory(directory) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(directory);
    }
    catch {
        return [];
    }
}


/***/ }),

/***/ 21601:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ readDuration),
/* harmony export */   E: () => (/* binding */ parseDuration)
/* harmony export */ });
/* harmony import */ var _read_inputs_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(68215);

const units = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
/** A hundred years of days, so that every span can be reckoned with. */
const longest = 36_500 * 86_400_000;
/**
 * PURE. Reads a duration in the one grammar that all actions share: a whole number and a unit, as in `90s`, `15min`,
 * `26h`, `30d`.
 * @returns undefined for any other text
 */
function parseDuration(text) {
    const [, number = '', unit = ''] = /^([1-9]\d{0,8})(s|min|h|d)$/.exec(text) ?? [];
    const milliseconds = Number(number) * (units[unit] ?? NaN);
    return milliseconds <= longest ? { milliseconds, text } : undefined;
}
/**
 * An input that takes a duration, and has a default.
 * @throws BackupError PGB_INPUT
 */
function readDuration(name) {
    const duration = parseDuration((0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .readText */ .yR)(name) ?? '');
    if (duration !== undefined)
        return duration;
    throw (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)(name, 'it is not a duration', 'Write a number and a unit, as in 90s, 15min, 26h or 30d');
}


/***/ }),

/***/ 72177:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ readPercentage)
/* harmony export */ });
/* harmony import */ var _read_inputs_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(68215);

/**
 * An input that takes a share, as in `20%`.
 * @returns from 0 to 1; undefined when it is empty
 * @throws BackupError PGB_INPUT
 */
function readPercentage(name) {
    const text = (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .readText */ .yR)(name);
    if (text === undefined)
        return undefined;
    const [, number] = /^(\d{1,3}(?:\.\d{1,3})?)%$/.exec(text) ?? [];
    if (number !== undefined && Number(number) <= 100)
        return Number(number) / 100;
    throw (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)(name, 'it is not a percentage', 'Write a number from 0 to 100 with its sign, as in 20%');
}


/***/ }),

/***/ 54108:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $P: () => (/* binding */ selectDatabases),
/* harmony export */   Lx: () => (/* binding */ isClosed),
/* harmony export */   WJ: () => (/* binding */ parseDatabases),
/* harmony export */   ri: () => (/* binding */ parseDatabaseNames)
/* harmony export */ });
/* harmony import */ var _inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(68215);
/* harmony import */ var _hosting_services_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(59404);


/**
 * PURE. Reads the `databases` input: a JSON array of names, one name as a JSON string, or names separated by line ends
 * or commas.
 * @returns undefined when it is empty
 * @throws BackupError PGB_INPUT
 */
function parseDatabases(text) {
    if (text === undefined)
        return undefined;
    const { entries } = readEntries(text.trim());
    if (entries.length > 0 && entries.every((entry) => entry.startsWith('!'))) {
        throw (0,_inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('databases', 'it only excludes', 'Name what to back up first, as in "*, !scratch"');
    }
    return entries.length === 0 ? undefined : entries;
}
/**
 * PURE. Reads the same input where each entry is a database's own name, since a pattern would be content with whatever is
 * there: in a list `*`, `?` and a leading `!` are refused, and in JSON they are part of the name.
 * @returns undefined when it is empty
 * @throws BackupError PGB_INPUT
 */
function parseDatabaseNames(text) {
    if (text === undefined)
        return undefined;
    const { entries, isJson } = readEntries(text.trim());
    if (entries.length === 0) {
        throw (0,_inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('databases', 'it names none', 'Name databases, or leave it empty');
    }
    if (isJson || !entries.some((entry) => /^!|[*?]/.test(entry)))
        return entries;
    throw (0,_inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('databases', 'it holds a pattern, which would be content with whatever is there', 'Name each database; a name that itself holds *, ? or ! stands in JSON, as in ["shop*"]');
}
function readEntries(text) {
    if (text.startsWith('['))
        return { entries: parseJsonArray(text), isJson: true };
    const name = text.startsWith('"') ? readJson(text) : undefined;
    const isJson = typeof name === 'string' && name !== '';
    return { entries: isJson ? [name] : splitList(text), isJson };
}
function splitList(text) {
    return text
        .split(/[\r\n,]+/)
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '');
}
function parseJsonArray(text) {
    const entries = readJson(text);
    if (Array.isArray(entries) && entries.every((entry) => typeof entry === 'string' && entry !== '')) {
        return entries;
    }
    throw (0,_inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('databases', 'it begins like a JSON array of names but is none', 'Write ["shop", "blog"]');
}
function readJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
/**
 * PURE. The databases that the entries name. An entry that is a database's exact name means that database, whatever
 * characters it holds; else `*` and `?` match, and a leading `!` excludes. A pattern never matches a template, a
 * database that forbids connections, nor one that {@link isClosed}.
 */
function selectDatabases(entries, { databases, service }) {
    const names = new Set(databases.map(({ name }) => name));
    const isExclusion = (entry) => entry.startsWith('!') && !names.has(entry);
    const excluded = entries.filter(isExclusion).map((entry) => makeMatcher(entry.slice(1), names));
    const included = entries.filter((entry) => !isExclusion(entry));
    const isIncluded = new Set(included);
    const patterns = included.filter((entry) => !names.has(entry) && /[*?]/.test(entry));
    const matchers = patterns.map((pattern) => makeMatcher(pattern, names));
    const eligible = databases.filter(({ name }) => !excluded.some((matches) => matches(name)));
    const matched = eligible.filter(({ name, isTemplate, allowsConnections }) => !isIncluded.has(name) && !isTemplate && allowsConnections && matchers.some((matches) => matches(name)));
    const isMatched = new Set(matched);
    const passedOver = matched.filter((facts) => isClosed(facts, service)).map(({ name }) => name);
    const selected = eligible.filter((facts) => isIncluded.has(facts.name) || (isMatched.has(facts) && !isClosed(facts, service)));
    const missing = included.filter((entry) => !names.has(entry) && !patterns.includes(entry));
    return { names: selected.map(({ name }) => name), missing: [...new Set(missing)], passedOver };
}
/** PURE. Whether a database is the hosting service's own, or one that the connecting role may not connect to. */
function isClosed({ name, mayConnect }, service) {
    return !mayConnect || (0,_hosting_services_js__WEBPACK_IMPORTED_MODULE_1__/* .isServiceDatabase */ .Hx)(name, service);
}
function makeMatcher(entry, names) {
    if (names.has(entry))
        return (name) => name === entry;
    const source = entry.replace(/[\\^$.+()[\]{}|*?]/g, (character) => {
        if (character === '*')
            return '[^]*';
        return character === '?' ? '[^]' : `\\${character}`;
    });
    const pattern = new RegExp(`^${source}$`, 'u');
    return (name) => pattern.test(name);
}


/***/ }),

/***/ 6832:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ hideSystemIdentifier),
/* harmony export */   a: () => (/* binding */ idLength)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);

/** Bytes of a server's id: two servers never share one by chance. */
const idLength = 16;
/**
 * PURE. What stands for a server in the manifests of a repository. The identifier is the time of initdb, its microseconds
 * and a process id: it leads nobody to the server, and is hidden all the same.
 */
function hideSystemIdentifier(repository, identifier) {
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(`${repository}\0${identifier}`).digest('hex');
    return hash.slice(0, 2 * idLength);
}


/***/ }),

/***/ 6119:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ openFifo)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(77030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _pipeline_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(67260);



/**
 * Makes a named pipe and opens it for writing, without waiting for its reader; not to be had on Windows.
 * What was written reaches a reader only if it opens the pipe before the stream ends.
 * @param path must not exist yet
 * @throws Node's error when the pipe cannot be made
 */
async function openFifo(path, options) {
    await (0,_pipeline_js__WEBPACK_IMPORTED_MODULE_2__/* .runPipeline */ .a)([{ path: 'mkfifo', args: ['-m', '600', path] }], options);
    // Whoever opens it for both does not wait (fifo(7)).
    const fd = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.openSync)(path, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_RDWR | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NONBLOCK);
    return new node_net__WEBPACK_IMPORTED_MODULE_1__.Socket({ fd, readable: false, writable: true });
}


/***/ }),

/***/ 22518:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ withHeartbeat)
/* harmony export */ });
/* unused harmony export addPath */
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(58500);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_timers_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(68215);
/* harmony import */ var _node_error_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(99700);



const limitMilliseconds = 5_000;
const tries = 3;
const pauseMilliseconds = 1_000;
/** A cancelled step has no more: the runner's own patience ends soon. */
const lastLimitMilliseconds = 2_000;
/**
 * Tells a service that waits for signs of life, as Healthchecks.io and its like do, that the work begins (`…/start`) and
 * how it ended (the address itself, or `…/fail`). The signs carry nothing else. What goes wrong with them is a warning, and
 * the work waits for none but the last.
 * @param work tells whether all went well
 * @throws BackupError PGB_INPUT for an address that is none; what the work throws
 */
async function withHeartbeat(run, work) {
    const address = readHeartbeatUrl();
    if (address === undefined) {
        await work();
        return;
    }
    // Whoever knows it can pretend that all is well.
    const pieces = address.pathname.split('/').filter((piece) => piece.length >= 8);
    run.protect([(0,_inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .readText */ .yR)('heartbeat-url') ?? '', address.href, ...pieces, ...address.searchParams.values()]);
    const started = ping(address, '/start', run);
    try {
        const isGood = await work();
        await started;
        await ping(address, isGood ? '' : '/fail', run);
    }
    catch (error) {
        await (run.signal.aborted ? undefined : started);
        await ping(address, '/fail', run);
        throw error;
    }
}
/** PURE. The address with what is told at the end of its path, before its query. */
function addPath(address, end) {
    const url = new URL(address);
    if (end !== '')
        url.pathname = `${url.pathname.replace(/\/+$/, '')}${end}`;
    return url;
}
function readHeartbeatUrl() {
    const text = (0,_inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .readText */ .yR)('heartbeat-url');
    if (text === undefined)
        return undefined;
    const url = URL.parse(text.trim());
    if (url?.protocol === 'https:')
        return url;
    throw (0,_inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)('heartbeat-url', 'it is no https address', 'Copy it from the service, with https:// before it');
}
async function ping(address, end, { log, signal }) {
    const most = signal.aborted ? 1 : tries;
    let why = '';
    for (let attempt = 1; attempt <= most; attempt += 1) {
        const limit = signal.aborted ? lastLimitMilliseconds : limitMilliseconds;
        why = await send(addPath(address, end), limit);
        if (why === '')
            return;
        if (attempt < most)
            await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(pauseMilliseconds);
    }
    log.warning(`The heartbeat${end === '' ? '' : ` ${end}`} was not sent: ${why}.`, 'Heartbeat');
}
/** @returns why it did not arrive, without the address; empty when it did */
async function send(url, limit) {
    try {
        const { status, body } = await fetch(url, { signal: AbortSignal.timeout(limit), redirect: 'error' });
        await body?.cancel();
        return status < 300 ? '' : `the service answered with status ${status}`;
    }
    catch (error) {
        const { name, cause } = error instanceof Error ? error : { name: '', cause: undefined };
        if (name === 'TimeoutError')
            return `the service did not answer within ${limit / 1000} seconds`;
        const code = (0,_node_error_js__WEBPACK_IMPORTED_MODULE_2__/* .readNodeCode */ .W)(cause);
        return `the service was not reached${code === undefined ? '' : ` (${code})`}`;
    }
}


/***/ }),

/***/ 46715:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   l: () => (/* binding */ examineAll)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);
/* harmony import */ var _process_limiter_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7809);


/** Manifests that are read at once. */
const readers = 8;
/**
 * Reads the manifests of listed backups, some at once.
 * @throws the reason of the signal
 */
async function examineAll(store, listed, signal) {
    const atOnce = (0,_process_limiter_js__WEBPACK_IMPORTED_MODULE_1__/* .createLimiter */ .z)(readers);
    const results = await Promise.all(listed.map((backup) => atOnce(() => examine(store, backup, signal))));
    return {
        read: results.filter((backup) => 'manifest' in backup),
        unread: results.filter((backup) => 'why' in backup),
    };
}
async function examine(store, backup, signal) {
    try {
        return await store.examine(backup, signal);
    }
    catch (error) {
        signal.throwIfAborted();
        if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h)
            return { backup, why: error.explanation.why };
        throw error;
    }
}


/***/ })

};
