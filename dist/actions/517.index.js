export const id = 517;
export const ids = [517];
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

/***/ 39517:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  check: () => (/* binding */ check)
});

// EXTERNAL MODULE: ./src/stores/store.ts
var store = __webpack_require__(34703);
// EXTERNAL MODULE: ./src/catalogue/copies.ts
var catalogue_copies = __webpack_require__(14580);
// EXTERNAL MODULE: ./src/archive/omissions.ts
var omissions = __webpack_require__(80352);
;// CONCATENATED MODULE: ./src/catalogue/find-copies.ts


const day = 86_400_000;
/** Milliseconds: what was backed up within this span is expected to have a backup. */
const remembered = 14 * day;
/**
 * PURE. The copies of each server that is expected to have some.
 * @param backups all there are, for what they tell of servers
 */
function findLines({ subject, copies }, backups, now) {
    const servers = groupByServer(copies).map(preferWhole);
    if (servers.length === 0)
        return [{ subject, copies: [], replaced: [] }];
    const remembers = (copies) => now.getTime() - newestOf(copies) <= remembered;
    const alive = servers.filter((server) => remembers(server) && !servers.some((other) => supersedes(other, server, backups)));
    const newest = servers.toSorted((a, b) => newestOf(b) - newestOf(a)).slice(0, 1);
    return (alive.length > 0 ? alive : newest).map((copies) => ({
        subject,
        copies,
        replaced: servers
            .filter((other) => remembers(other) && supersedes(copies, other, backups))
            .flatMap((other) => other.slice(0, 1)),
    }));
}
/**
 * PURE. What a restore could take for each subject, newest first: by a file of its own, or by that of the cluster that holds
 * it.
 * @param backups newest first
 */
function gatherCopies(backups) {
    const gathered = new Map();
    const note = (subject, backup, files) => {
        const [file, ...others] = files;
        // A restore refuses two files for one database.
        if (file === undefined || others.length > 0 || !(0,catalogue_copies/* isThere */.$B)(file, backup))
            return;
        const copies = gathered.get(subject);
        if (copies === undefined)
            gathered.set(subject, [{ backup, file }]);
        else
            copies.push({ backup, file });
    };
    for (const backup of backups) {
        const { files, plan } = backup.manifest;
        const bySubject = Map.groupBy(files, catalogue_copies/* nameSubject */.wu);
        // A restore reads what is beside a dump, too.
        if (bySubject.get(undefined)?.every((file) => (0,catalogue_copies/* isThere */.$B)(file, backup)) === false)
            continue;
        const cluster = bySubject.get(catalogue_copies/* theCluster */.gI) ?? [];
        const held = cluster.length > 0 ? plan.databases.map(catalogue_copies/* nameDatabase */.h3) : [];
        for (const subject of new Set([...bySubject.keys(), ...held]))
            if (subject !== undefined)
                note(subject, backup, bySubject.get(subject) ?? cluster);
    }
    return gathered;
}
/** PURE. A backup of a part counts only where there is no whole one of the same server. */
function preferWhole(copies) {
    const whole = copies.filter(({ backup }) => {
        const { objects, data } = (0,omissions/* readOmissions */.t)(backup.manifest.plan.options);
        return !objects && !data;
    });
    return whole.length > 0 ? whole : copies;
}
/** Copies of one server, newest first; those that do not say of which one together. */
function groupByServer(copies) {
    const groups = Map.groupBy(copies, ({ backup }) => backup.manifest.series?.server ?? '');
    return [...groups.values()];
}
/**
 * Whether a server took the other's place: in the same job, and only after the other's last backup. One that failed counts
 * as well, since it shows that somebody still backs up that server.
 */
function supersedes([copy], [other], backups) {
    const [newer, older] = [copy?.backup.manifest.series, other?.backup.manifest.series];
    if (!newer || !older || newer.server === older.server || !isSameJob(newer, older))
        return false;
    const timesOf = ({ server }) => backups
        .filter(({ manifest: { series } }) => series?.server === server && isSameJob(series, older))
        .map((backup) => (0,catalogue_copies/* timeOf */.nR)(backup).getTime());
    return Math.min(...timesOf(newer)) > Math.max(...timesOf(older));
}
function isSameJob(a, b) {
    return a.repository === b.repository && a.workflow === b.workflow && a.job === b.job;
}
function newestOf([copy]) {
    return copy === undefined ? -Infinity : (0,catalogue_copies/* timeOf */.nR)(copy.backup).getTime();
}

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
    const why = `none of the backups that were read (${describeFound(found, future)}) holds it whole`;
    const problem = {
        code: 'PGB_STALE',
        what: `There is no backup of ${subject}`,
        why,
        whatToDo: `Back it up, or correct "databases", which takes names alone and minds upper and lower case. ${lookForRun}`,
    };
    return { subject, wanted: [], replaced: [], copy: undefined, ageSeconds: undefined, problems: [problem] };
}
/** Nothing was found to judge. */
function refuseNothing(found, future) {
    return {
        code: 'PGB_STALE',
        what: 'There is no backup',
        why: `nothing was backed up within the last 14 days, as far as was read: ${describeFound(found, future)}`,
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
        whatToDo: 'Read the reason: what cannot be examined does not count as a backup. If it is none, leave it out by a narrower pattern in "path" or "artifact-name"',
    };
}
/** A store did not say what it holds. */
function refuseUnlisted(address, { what, why, whatToDo }) {
    return { code: 'PGB_UNKNOWN', what: `What ${address} holds is not known`, why: `${what}: ${why}`, whatToDo };
}
/**
 * So much lies in a place that not all of it is read.
 * @param age of the newest that is not read, in milliseconds
 */
function refuseCut(address, why, age) {
    return {
        code: 'PGB_UNKNOWN',
        what: `What ${address} holds was not read far enough back`,
        why: `${why}; what is left out begins ${(0,units/* formatAge */.nV)(age)} ago, and all of the last 14 days must be seen`,
        whatToDo: 'Check it in parts, by a narrower pattern in "path" or "artifact-name" or by "run-id", or let `keep` remove old backups',
    };
}

// EXTERNAL MODULE: ./src/catalogue/shrinkage.ts
var shrinkage = __webpack_require__(21597);
;// CONCATENATED MODULE: ./src/catalogue/judge.ts





/** PURE. Whether a restore could be made right now of everything, as far as was looked. */
function isGood({ verdicts, problems }) {
    return (verdicts.length > 0 && problems.length === 0 && verdicts.every((verdict) => verdict.problems.length === 0));
}
/**
 * PURE. Judges the newest whole copy of each database, in a file of its own or of the whole cluster. A finished file counts
 * in a backup of which others failed. Whatever is not known to be good is a problem.
 *
 * Servers are told apart, so that staging's backup proves nothing for production's database of the same name; a server that
 * took another's place in the same job answers for both.
 */
function judge(backups, unread, criteria, now) {
    const credible = (0,catalogue_copies/* sortNewestFirst */.BP)(backups).filter((backup) => isCredible(backup, now));
    const { server } = criteria;
    const subjects = criteria.databases?.map(catalogue_copies/* nameDatabase */.h3) ?? listRecent(credible, now);
    const copies = gatherCopies(credible);
    const listCopies = (subject) => copies.get(subject) ?? [];
    const lines = [
        ...[...new Set(subjects)].flatMap((subject) => findLines({ subject, copies: listCopies(subject) }, credible, now)),
        ...(server?.databases ?? []).map(catalogue_copies/* nameDatabase */.h3).map((subject) => {
            const own = listCopies(subject).filter(({ backup }) => server?.owns(backup.manifest.series));
            return { subject, copies: preferWhole(own), replaced: [] };
        }),
    ];
    const future = backups.length - credible.length;
    const verdicts = mergeVerdicts(lines.map((line) => judgeLine(line, criteria, now) ?? refuseMissing(line.subject, backups.length, future)));
    const none = verdicts.length === 0 ? [refuseNothing(backups.length, future)] : [];
    return { verdicts, problems: [...none, ...findUnknown(verdicts, unread)] };
}
/** One for each copy and for each that is missing: a file of the whole cluster answers for all that it is to hold. */
function mergeVerdicts(verdicts) {
    const merged = new Map();
    for (const verdict of verdicts) {
        const key = verdict.copy?.file ?? verdict.subject;
        const wanted = new Set([...(merged.get(key)?.wanted ?? []), ...verdict.wanted]);
        merged.set(key, { ...(merged.get(key) ?? verdict), wanted: [...wanted] });
    }
    return [...merged.values()];
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
        return [...(0,catalogue_copies/* listSubjects */.UV)(manifest), ...(all ? [catalogue_copies/* theCluster */.gI] : databases.map(catalogue_copies/* nameDatabase */.h3))];
    });
}
/** @returns undefined where there is no copy */
function judgeLine({ subject: asked, copies, replaced }, criteria, now) {
    const [copy] = copies;
    if (copy === undefined)
        return undefined;
    const subject = (0,catalogue_copies/* nameSubject */.wu)(copy.file) ?? asked;
    // What is measured against each other holds the same.
    const alike = copies.filter(({ file }) => file.kind === copy.file.kind);
    const age = Math.max(0, now.getTime() - (0,catalogue_copies/* timeOf */.nR)(copy.backup).getTime());
    const problems = [
        ...(age > criteria.maxAge.milliseconds ? [refuseStale(subject, copy, age, criteria.maxAge)] : []),
        ...findShrinkage(subject, alike, criteria.maxShrink),
        ...(criteria.requiresEncryption ? findPlaintext(subject, copy) : []),
    ];
    const database = (0,catalogue_copies/* databaseOf */.zJ)(asked);
    const wanted = database === null ? [] : [database];
    return { subject, wanted, copy, replaced, ageSeconds: Math.round(age / 1000), problems };
}
/** The baseline is the last one that did not alarm, or an emptied backup would be tomorrow's measure. */
function findShrinkage(subject, [copy, ...others], maxShrink) {
    if (copy === undefined)
        return [];
    const isAlarming = ({ backup, file }) => backup.manifest.alarm.includes(file.database ?? 'cluster');
    const options = ({ backup }) => backup.manifest.plan.options.toSorted().join('\n');
    // In two places lies the same backup, which is no measure of itself.
    const before = others.find((other) => (0,catalogue_copies/* timeOf */.nR)(other.backup) < (0,catalogue_copies/* timeOf */.nR)(copy.backup) && options(other) === options(copy) && !isAlarming(other));
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
// EXTERNAL MODULE: ./src/stores/open-store.ts + 23 modules
var open_store = __webpack_require__(38125);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/archive/manifest.ts
var manifest = __webpack_require__(49365);
// EXTERNAL MODULE: ./src/stores/artifact/artifact-store.ts + 2 modules
var artifact_store = __webpack_require__(711);
// EXTERNAL MODULE: ./src/stores/examine-all.ts
var examine_all = __webpack_require__(46715);
;// CONCATENATED MODULE: ./src/check/gather.ts









/**
 * Backups of one place that are looked at, the newest first. GitHub lets a job ask some thousand things in an hour; elsewhere
 * it is enough for 256 parts of a fleet in each of 14 nights, and memory for their manifests.
 */
const mostExamined = { artifacts: 1000, s3: 5000, directory: 5000 };
/** Lists the backups of all places and reads their manifests; what goes wrong is a finding too. */
async function gatherBackups(places, patience, run) {
    const found = [];
    for (const place of places)
        found.push(await gatherFrom(place, patience, run));
    return {
        backups: found.flatMap(({ backups }) => backups),
        stores: new Map(found.flatMap(({ stores }) => [...stores])),
        unread: found.flatMap(({ unread }) => unread),
        problems: found.flatMap(({ problems }) => problems),
    };
}
async function gatherFrom(place, patience, run) {
    const opened = await openPlace(place, run);
    const { query } = opened;
    const store = patience.with(opened.store);
    try {
        return await readNewest(store, query, mostExamined[place.kind], run);
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
/**
 * Reads what a store holds, the newest first; what is left out is a problem where it may matter.
 * @param most backups that are read
 * @throws BackupError where the store cannot be listed
 */
async function readNewest(store, query, most, { log, signal }) {
    const cuts = [];
    const onCut = (time) => {
        cuts.push({ what: 'it has more than are listed', time });
    };
    const listed = await store.list({ ...query, onCut }, signal);
    listed.sort((a, b) => b.storedAt.getTime() - a.storedAt.getTime());
    const next = listed[most];
    if (next !== undefined) {
        const what = `${listed.length} backups fit, of which the newest ${most} are read`;
        log.info(`${store.address}: ${what}`);
        cuts.unshift({ what, time: next.storedAt });
    }
    const cut = cuts.find(({ time }) => Date.now() - time.getTime() <= remembered);
    const { read, unread } = await (0,examine_all/* examineAll */.l)(store, listed.slice(0, most), signal);
    return {
        backups: read,
        stores: new Map(read.map((backup) => [backup, store])),
        unread,
        problems: cut === undefined ? [] : [refuseCut(store.address, cut.what, Date.now() - cut.time.getTime())],
    };
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
// EXTERNAL MODULE: ./src/postgres/hosting/services.ts
var services = __webpack_require__(59404);
;// CONCATENATED MODULE: ./src/check/passed-over.ts



/** PURE. All but templates. */
function listPassedOver({ databases, service, role }) {
    const explain = ({ name, allowsConnections }) => {
        if ((0,services/* isServiceDatabase */.Hx)(name, service))
            return { why: "the service's own", lacksRight: false };
        if (!allowsConnections)
            return { why: 'which allows no connections', lacksRight: false };
        return { why: `to which the role "${role}" may not connect`, lacksRight: true };
    };
    return databases
        .filter((facts) => !facts.isTemplate && (!facts.allowsConnections || (0,select_databases/* isClosed */.Lx)(facts, service)))
        .map((facts) => ({ name: facts.name, ...explain(facts) }));
}
/** PURE. Those of which no verdict tells, be it that they are named, or that another role has backed them up of late. */
function selectUnjudged(passedOver, verdicts, { owns }) {
    const own = verdicts.filter(({ copy }) => copy === undefined || owns(copy.backup.manifest.series));
    const judged = new Set(own.flatMap(({ subject, wanted }) => [(0,catalogue_copies/* databaseOf */.zJ)(subject), ...wanted]));
    return passedOver.filter(({ name }) => !judged.has(name));
}
/** PURE. What the check did not look at, in sentences without final stop. */
function describePassedOver(passedOver) {
    const groups = Map.groupBy(passedOver, ({ why }) => why);
    return [...groups].map(([why, of]) => `Not looked at: ${nameAll(of)}, ${why}`);
}
/** PURE. What somebody could do something about, in a sentence without final stop; undefined where there is none. */
function warnOfPassedOver(passedOver) {
    const [said] = describePassedOver(passedOver.filter(({ lacksRight }) => lacksRight));
    if (said === undefined)
        return undefined;
    return `${said}: a backup with \`databases: '*'\` and this role would not hold it. Grant it CONNECT, or name in "databases" what must have a backup`;
}
/** Names that are shown of those that share a reason. */
const shownNames = 20;
function nameAll(passedOver) {
    const names = passedOver.slice(0, shownNames).map(({ name }) => `"${name}"`);
    const rest = passedOver.length > shownNames ? ` and ${passedOver.length - shownNames} more` : '';
    return `${names.join(', ')}${rest}`;
}

;// CONCATENATED MODULE: ./src/check/list-expected.ts






/**
 * Asks a server for the databases that `databases: '*'` would back up, an empty `postgres` aside, and for those that it passes
 * over.
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
    const expected = {
        databases,
        owns: (series) => series === null ||
            // Where the server does not say which one it is, its address may be another one than that of the backup.
            systemIdentifier === undefined ||
            series.server === (0,server_id/* hideSystemIdentifier */.R)(series.repository, systemIdentifier),
    };
    return { expected, passedOver: listPassedOver(server.facts) };
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

// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(58500);
// EXTERNAL MODULE: ./src/postgres/failure/failure-kind.ts
var failure_kind = __webpack_require__(84171);
// EXTERNAL MODULE: ./src/stores/artifact/artifact-failure.ts
var artifact_failure = __webpack_require__(84556);
// EXTERNAL MODULE: ./src/stores/s3/s3-failure.ts + 2 modules
var s3_failure = __webpack_require__(87295);
;// CONCATENATED MODULE: ./src/stores/may-pass.ts



/** PURE. Whether a store has failed by what may pass, and has lasted longer than the store's own retries. */
function mayPass(error) {
    if (!(error instanceof errors/* BackupError */.h) || error.code === 'PGB_CANCELLED')
        return false;
    const { cause } = error;
    if (cause === undefined)
        return false;
    return cause instanceof s3_failure/* S3Refusal */.X ? cause.failure.transient : (0,artifact_failure/* explainTransferFailure */.Nf)(cause).transient;
}

;// CONCATENATED MODULE: ./src/check/patience.ts





/** Milliseconds that a check waits in all for what may pass: a service restarts, a limit of requests ends. */
const patienceMilliseconds = 600_000;
/** Milliseconds before the first further attempt, and between two at most; each pause is twice as long as the last. */
const [firstPause, longestPause] = [5_000, 60_000];
const realClock = {
    now: () => performance.now(),
    pause: async (milliseconds, signal) => {
        await (0,external_node_timers_promises_.setTimeout)(milliseconds, undefined, { signal }).catch(() => {
            throw signal.reason;
        });
    },
};
/**
 * Begins to run out with the first failure that a store's own retries did not get over. A store that has used it up is
 * not asked again: a thousand manifests would each wait for their own retries.
 */
function createPatience(log, clock = realClock) {
    let deadline;
    /** @returns milliseconds until the next attempt; undefined where none is left */
    const choosePause = (attempt) => {
        deadline ??= clock.now() + patienceMilliseconds;
        const left = deadline - clock.now();
        return left <= 0 ? undefined : Math.min(left, longestPause, firstPause * 2 ** attempt);
    };
    const insist = async (signal, work) => {
        for (let attempt = 0;; attempt += 1) {
            try {
                return await work();
            }
            catch (error) {
                signal.throwIfAborted();
                if (!(error instanceof errors/* BackupError */.h) || !((0,failure_kind/* mayServerReturn */.xN)(error) || mayPass(error)))
                    throw error;
                const milliseconds = choosePause(attempt);
                if (milliseconds === undefined)
                    throw error;
                const { what, why } = error.explanation;
                log.info(`${what}: ${why}. Trying again in ${(0,units/* formatSeconds */.Xo)(milliseconds / 1000)}`);
                await clock.pause(milliseconds, signal);
            }
        }
    };
    return {
        insist,
        with: (store) => {
            let spent;
            const insistOnce = async (signal, work) => {
                if (spent !== undefined)
                    throw spent;
                return insist(signal, work).catch((error) => {
                    if (error instanceof errors/* BackupError */.h && mayPass(error))
                        spent = error;
                    throw error;
                });
            };
            return {
                ...store,
                list: (query, signal) => insistOnce(signal, () => store.list(query, signal)),
                examine: (backup, signal) => insistOnce(signal, () => store.examine(backup, signal)),
                fetch: (backup, names, directory, signal) => insistOnce(signal, () => store.fetch(backup, names, directory, signal)),
            };
        },
    };
}

// EXTERNAL MODULE: ./src/archive/age/encryption.ts
var encryption = __webpack_require__(22953);
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
var pipeline = __webpack_require__(67260);
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
        return (0,postgres_psql/* quoteTool */.FM)(stderr.replace(/^.*(?:DETAIL|CONTEXT): .*$/gm, '')) ?? 'without a message';
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
            databases: (0,select_databases/* parseDatabaseNames */.ri)((0,read_inputs/* readText */.yR)('databases')),
            maxAge: (0,duration/* readDuration */.$)('max-age'),
            maxShrink: (0,percentage/* readPercentage */.P)('max-shrink') ?? 1,
            requiresEncryption: (0,read_inputs/* readFlag */.fG)('require-encryption'),
        },
        connection: readServer(),
        proof: await readProofInputs(),
        token: (0,read_inputs/* readText */.yR)('github-token'),
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

// EXTERNAL MODULE: ./src/archive/reading/readers.ts
var reading_readers = __webpack_require__(8093);
;// CONCATENATED MODULE: ./src/postgres/sql/identifier.ts
/** PURE. The name that an identifier stands for, as a dump writes it; its bytes come as characters. */
function readIdentifier(written) {
    const name = written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written;
    return Buffer.from(name, 'latin1').toString('utf8');
}

// EXTERNAL MODULE: ./src/postgres/sql/quote.ts
var quote = __webpack_require__(48920);
// EXTERNAL MODULE: ./src/restoring/restore-sql.ts + 3 modules
var restore_sql = __webpack_require__(33520);
;// CONCATENATED MODULE: ./src/drill/restore-roles.ts








/**
 * Restores the roles and tablespaces of a file of pg_dumpall as a restore would, into a server of our own that something
 * contains; tablespaces lie inside its own directory.
 * @throws BackupError PGB_RESTORE, or the code that fits what psql says
 */
async function restoreRoles(file, setting, { session, maintenance: database }) {
    const failing = 'The scratch server was not asked for its roles';
    const sql = 'select json_agg(rolname) from pg_catalog.pg_roles';
    const existingRoles = await (0,answer/* askJson */.ey)(session, { database, sql, failing }, (0,json_reader/* readArray */.oU)(answer/* readName */.MQ));
    const tablespaces = await listTablespaces(file, setting);
    await runAlone(tablespaces.map((name) => `CREATE TABLESPACE ${(0,quote/* quoteIdentifier */.C)(name)} LOCATION ''`), 'The tablespaces of the backup were not made on the scratch server', { session, maintenance: database });
    const { role } = setting.server.facts;
    const omit = { owners: false, existingRoles, existingTablespaces: tablespaces, ownRole: role };
    await (0,restore_sql/* restoreClusterFile */.Rh)(file, omit, setting, database);
}
/**
 * Drops all roles and tablespaces that were restored, so that those of one backup are not taken for another's. The
 * databases are gone by then.
 * @throws BackupError as runSql does
 */
async function dropRoles(scratch) {
    const { session, maintenance: database } = scratch;
    const failing = 'The roles of one backup were not dropped from the scratch server before those of the next';
    const sql = "select coalesce(json_agg(spcname), '[]') from pg_catalog.pg_tablespace where oid >= 16384";
    const tablespaces = await (0,answer/* askJson */.ey)(session, { database, sql, failing }, (0,json_reader/* readArray */.oU)(answer/* readName */.MQ));
    await runAlone(tablespaces.map((name) => `DROP TABLESPACE ${(0,quote/* quoteIdentifier */.C)(name)}`), failing, scratch);
    await (0,postgres_psql/* runSql */.Wt)(session, { database, sql: dropBlock, failing, kind: 'work' });
}
/** Oids from 16384 on are those of objects that were made after initdb (access/transam.h: FirstNormalObjectId). */
const dropBlock = `do $$
declare
  made constant text[] := array(select rolname::text from pg_catalog.pg_roles where oid >= 16384);
  restored text;
begin
  foreach restored in array made loop
    execute pg_catalog.format('drop owned by %I cascade', restored);
  end loop;
  foreach restored in array made loop
    execute pg_catalog.format('drop role %I', restored);
  end loop;
end $$`;
/** By a session that lets a tablespace lie in the server's own directory (PostgreSQL 10.22, 11.17, … 15). */
async function runAlone(statements, failing, { session, maintenance: database }) {
    if (statements.length === 0)
        return;
    const sql = 'SET allow_in_place_tablespaces TO on';
    await (0,postgres_psql/* runSql */.Wt)(session, { database, sql, failing, kind: 'alone', next: statements });
}
/** By the beginning of their lines; what else begins so gives a tablespace that nobody uses. */
async function listTablespaces(file, { readers, server, signal }) {
    const search = ['-n', '-e', 's/^CREATE TABLESPACE //p', '-e', '/^CREATE DATABASE /q'];
    const stages = [...(0,reading_readers/* listReaders */.T)(file, readers), { path: 'sed', args: search }];
    const { stdout } = await (0,pipeline/* runPipeline */.a)(stages, {
        environment: { ...server.connection.environment, LC_ALL: 'C' },
        signal,
        inputFile: file.path,
        onlyLastStageCounts: true,
    });
    const found = stdout.split('\n').map((line) => /^("(?:[^"]|"")+"|[^\s"';]+) /.exec(line)?.[1]);
    const names = found.filter((name) => name !== undefined);
    return [...new Set(names.map((name) => readIdentifier(Buffer.from(name, 'utf8').toString('latin1'))))];
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

;// CONCATENATED MODULE: ./src/check/proof/attempt.ts

/**
 * Does a part of the work, so that the others go on where it fails.
 * @returns the problem that ended it
 */
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

// EXTERNAL MODULE: ./src/archive/contents.ts
var contents = __webpack_require__(17690);
// EXTERNAL MODULE: ./src/archive/properties.ts
var properties = __webpack_require__(72989);
// EXTERNAL MODULE: ./src/archive/reading/decode.ts
var decode = __webpack_require__(44415);
// EXTERNAL MODULE: ./src/postgres/connection/tool-environment.ts
var tool_environment = __webpack_require__(99868);
// EXTERNAL MODULE: ./src/restoring/unpack.ts + 1 modules
var unpack = __webpack_require__(23732);
// EXTERNAL MODULE: ./src/archive/reading/check-key.ts + 2 modules
var check_key = __webpack_require__(49643);
// EXTERNAL MODULE: ./src/archive/reading/find-damage.ts
var find_damage = __webpack_require__(70266);
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







/** Bytes of a file, or of its content as far as it is known, from which programs that are fast with many bytes are worth their start. */
const largeSize = 16 * 1024 * 1024;
/**
 * Reads a fetched file to its end, by the same readers as a restore.
 * @param client reads archives; undefined where the file is none
 * @throws BackupError PGB_VERIFY, PGB_DISK
 */
async function decodeCopy({ file, readers, directory }, { backup }, { client, run }) {
    const source = describeSource({ file, readers });
    const setting = {
        directory,
        environment: (0,tool_environment/* selectToolEnvironment */.C)(run.environment),
        signal: run.signal,
        refuse: (why) => refuseCopy(file, backup, why),
    };
    if (file.kind === 'properties' || file.kind === 'contents') {
        return decodeJson(source, setting);
    }
    if (file.format === 'plain')
        return toCopy(await (0,decode/* decodePlain */.Lz)(source, setting));
    const { pgRestore } = client ?? refuseClient(file);
    if (file.format !== 'directory')
        return toCopy(await (0,decode/* decodeArchive */.Jx)(source, setting, pgRestore));
    const server = { connection: { environment: setting.environment } };
    const unpacked = await (0,unpack/* unpackDirectory */.q)(file, { server, readers, run, signal: run.signal });
    const copy = { ...source, directory: unpacked.path };
    return toCopy(await (0,decode/* decodeDirectory */.eT)(copy, setting, pgRestore).finally(unpacked.remove));
}
/**
 * Looks whether an archive that pg_restore can list by itself names its database; of the others only their tables tell.
 * @throws BackupError PGB_VERIFY
 */
async function checkArchiveName({ file, readers, directory }, { backup }, { pgRestore, run }) {
    if (file.format !== 'custom' && file.format !== 'tar')
        return;
    const environment = (0,tool_environment/* selectToolEnvironment */.C)(run.environment);
    const refuse = (why) => refuseCopy(file, backup, why);
    const setting = { directory, environment, signal: run.signal, refuse };
    await (0,decode/* listArchive */.d0)(describeSource({ file, readers }), setting, pgRestore);
}
function describeSource({ file, readers }) {
    const { compression } = file;
    return {
        file,
        path: file.path,
        decrypter: file.encryption === 'none' ? undefined : readers.decrypter,
        decompressor: compression.inside ? undefined : readers.decompressors.get(compression.method),
        isLarge: Math.max(file.size, file.uncompressedSize ?? 0) >= largeSize,
        written: undefined,
    };
}
function toCopy({ rows }) {
    return { rows: rows.total, contents: undefined };
}
async function decodeJson(source, setting) {
    const { stdout } = await (0,decode/* readCountedJson */.hJ)(source, setting);
    try {
        if (source.file.kind === 'contents')
            return { rows: null, contents: (0,contents/* parseContents */.OJ)(stdout) };
        (0,properties/* parseProperties */.$9)(stdout);
        return { rows: null, contents: undefined };
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
        await task({ scratch, server: scratch.restorer, jobs: inputs.jobs ?? run.cores, run });
    }
    finally {
        await scratch.stop();
    }
}
/** Bytes that a database may take: its SQL and as much again for its indexes; where nobody counted it, by its file. */
function measure({ size, uncompressedSize }) {
    return 2 * (uncompressedSize ?? 5 * size);
}

// EXTERNAL MODULE: ./src/restoring/properties/read-properties.ts
var read_properties = __webpack_require__(96221);
// EXTERNAL MODULE: ./src/restoring/cluster-parts.ts
var cluster_parts = __webpack_require__(3104);
// EXTERNAL MODULE: ./src/fingerprint/object-query.ts
var object_query = __webpack_require__(48952);
;// CONCATENATED MODULE: ./src/drill/read-health.ts



/** A column that takes its numbers from a sequence. */
const readFeed = (0,json_reader/* readObject */.Ag)({
    /** Qualified and quoted, as the table. */
    sequence: answer/* readText */.yR,
    table: answer/* readText */.yR,
    column: answer/* readText */.yR,
    /** A partitioned table, whose rows lie in its partitions. */
    isParent: json_reader/* readBoolean */.Vf,
    isDescending: json_reader/* readBoolean */.Vf,
    /** It begins anew at its end, so that no row is too far ahead of it. */
    cycles: json_reader/* readBoolean */.Vf,
    /** Whether the role may read both. */
    isReadable: json_reader/* readBoolean */.Vf,
});
const readCatalogs = (0,json_reader/* readObject */.Ag)({
    feeds: (0,json_reader/* readArray */.oU)(readFeed),
    /** Qualified and quoted. */
    invalidIndexes: (0,json_reader/* readArray */.oU)(answer/* readText */.yR),
    locale: (0,json_reader/* readObject */.Ag)({
        /** LC_COLLATE and LC_CTYPE. */
        collate: answer/* readText */.yR,
        ctype: answer/* readText */.yR,
        /** Of the provider `icu` or `builtin`. */
        locale: (0,json_reader/* readNullable */.Qx)(answer/* readText */.yR),
    }),
    /** Collations that columns have, and that are of another version than the server's library. */
    otherVersions: (0,json_reader/* readArray */.oU)(answer/* readText */.yR),
});
/** Numbers that a sequence gives next: a row far beyond them may be meant, such as one for "none". */
const watchedNumbers = 1000;
/** Feeds that one question asks for: their names stand in its command line. */
const batch = 50;
/**
 * Asks a restored database for sequences behind their columns, invalid indexes and its collations.
 * @param major of the server
 * @throws BackupError as askJson does
 */
async function readHealth(session, database, major) {
    const failing = 'The restored copy was not asked for its sequences and indexes';
    const catalogs = await (0,answer/* askJson */.ey)(session, { database, sql: makeCatalogQuery(major), failing }, readCatalogs);
    const judged = catalogs.feeds.filter(({ cycles, isReadable }) => isReadable && !cycles);
    const behind = [];
    for (let start = 0; start < judged.length; start += batch) {
        const feeds = judged.slice(start, start + batch);
        const sql = makeBehindQuery(feeds);
        const places = await (0,answer/* askJson */.ey)(session, { database, sql, failing, kind: 'work' }, (0,json_reader/* readArray */.oU)(json_reader/* readCount */._0));
        behind.push(...feeds.filter((_, place) => places.includes(place)));
    }
    return { ...catalogs, behind };
}
/**
 * PURE. A column is fed by the sequence that it owns, as `serial` and identity columns do, or by its default, where that
 * is the sequence's next number and nothing else.
 */
function makeCatalogQuery(major) {
    const plain = "pg_get_expr(adbin, adrelid) ~ '^nextval\\((''[^'']*'')+::regclass\\)$'";
    return `with ${object_query/* relations */.K}, fed(sequence, relation, number) as (
  select objid, refobjid, refobjsubid from pg_depend d
    where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass and refobjsubid > 0 and deptype in ('a', 'i')
    and not exists (select from pg_attrdef where adrelid = refobjid and adnum = refobjsubid and not ${plain})
  union select refobjid, adrelid, adnum from pg_attrdef a
    join pg_depend d on classid = 'pg_attrdef'::regclass and objid = a.oid and refclassid = 'pg_class'::regclass
    where ${plain}
), feed as (
  select s.oid as id, s.name as sequence, r.name as "table", quote_ident(attname) as "column", r.relkind = 'p' as "isParent",
    has_schema_privilege(s.relnamespace, 'USAGE') and has_sequence_privilege(s.oid, 'SELECT')
      and has_schema_privilege(r.relnamespace, 'USAGE') and has_table_privilege(r.oid, 'SELECT')
      and not row_security_active(r.oid) as "isReadable"
  from fed join relation s on s.oid = sequence and s.relkind = 'S'
    join relation r on r.oid = fed.relation and r.relkind in ('r', 'p')
    join pg_class c on c.oid = r.oid and coalesce(to_jsonb(c)->>'relispartition', 'false') = 'false'
    join pg_attribute a on attrelid = r.oid and attnum = number and atttypid in (20, 21, 23, 1700)
), known as (
  select sequence, "table", "column", "isParent", "isReadable",
    case when "isReadable" then (select increment < 0 from pg_sequence_parameters(id)) else false end as "isDescending",
    case when "isReadable" then (select cycle_option from pg_sequence_parameters(id)) else false end as cycles
  from feed
)
select json_build_object(
  'feeds', (select coalesce(json_agg(known order by sequence, "table"), '[]') from known),
  'invalidIndexes', (select coalesce(json_agg(i.name order by i.name), '[]') from pg_index x
    join relation r on r.oid = indrelid join relation i on i.oid = indexrelid where not (indisvalid and indisready)),
  'locale', (select json_build_object('collate', datcollate, 'ctype', datctype,
    'locale', coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale')) from pg_database d
    where datname = current_database()),
  'otherVersions', ${makeVersionQuery(major)})`;
}
/** Collations have versions since PostgreSQL 10 (pg_collation.collversion), databases since 15. */
function makeVersionQuery(major) {
    if (major < 10)
        return "'[]'::json";
    const ofDatabase = `union all select 'the default' from pg_database where datname = current_database()
    and datcollversion <> pg_database_collation_actual_version(oid)`;
    return `(select coalesce(json_agg(name), '[]') from (
    select distinct quote_ident(collname) as name from pg_collation c join pg_attribute on attcollation = c.oid
      join relation r on r.oid = attrelid where collversion <> pg_collation_actual_version(c.oid)
    ${major < 15 ? '' : ofDatabase}) other)`;
}
/** PURE. Gives the places of the feeds of which a row has one of the next numbers. */
function makeBehindQuery(feeds) {
    const questions = feeds.map(({ sequence, table, column, isParent, isDescending }, place) => `select ${place} as place from ${makeNext(sequence)} where exists (
        select from ${isParent ? '' : 'only '}${table} t
        where t.${column} ${isDescending ? 'between numbers.last and numbers.next' : 'between numbers.next and numbers.last'})`);
    return `select coalesce(json_agg(place), '[]') from (${questions.join('\nunion all ')}) behind`;
}
/** The first and last of the numbers that a sequence gives next, kept within what a bigint can be, as an index needs. */
function makeNext(sequence) {
    const clamp = (number) => `least(greatest(${number}, -9223372036854775808), 9223372036854775807)::bigint`;
    return `(select ${clamp('first')} as next, ${clamp(`first + ${watchedNumbers - 1} * increment`)} as last from (
      select increment::numeric as increment,
        case when is_called then last_value + increment::numeric else last_value::numeric end as first
      from ${sequence}, pg_sequence_parameters('${sequence.replaceAll("'", "''")}'::regclass)) stands) numbers`;
}

;// CONCATENATED MODULE: ./src/drill/judge-health.ts


/** Names that one sentence shows. */
const judge_health_shownNames = 3;
/**
 * PURE. Judges what a restored copy says of itself. A sequence behind its column makes inserts fail, and an invalid index
 * is used by no query. A copy has the collations of the machine that restores it, so they can be told apart and not
 * judged.
 * @param locale of the source; undefined where the backup does not tell
 */
function judgeHealth(health, locale) {
    const { feeds, behind, invalidIndexes, otherVersions } = health;
    const unreadable = feeds.filter(({ isReadable }) => !isReadable).length;
    return {
        faults: [
            ...list(behind.map(({ sequence, table, column }) => `${sequence} behind ${table}.${column}`), (names) => `of the next ${watchedNumbers} numbers of a sequence some are taken in its column, so that inserts fail: ${names}`),
            ...list(invalidIndexes, (names) => `indexes are invalid, so that nothing uses them: ${names}`),
        ],
        unseen: [
            ...(unreadable === 0
                ? []
                : [`${(0,units/* formatCount */.B4)(unreadable, 'sequence')} with its column, which the restoring role may not read`]),
            ...describeLocale(health, locale),
            ...list(otherVersions, (names) => `collations that are of another version than the library of the scratch server: ${names}`),
        ],
    };
}
function describeLocale({ locale: here }, locale) {
    if (locale === undefined)
        return ['The order of texts: the backup does not tell the locale of the database'];
    const names = [locale.locale ?? locale.collate, locale.ctype];
    const isSame = (locale.locale ?? null) === here.locale && (locale.collate ?? here.collate) === here.collate;
    if (isSame && (locale.ctype ?? here.ctype) === here.ctype)
        return [];
    const known = [...new Set(names)].filter((name) => name !== null).map((name) => `"${name}"`);
    return [
        `The order of texts: the copy was restored with the locale "${here.locale ?? here.collate}" instead of ${known.join(' and ')}`,
    ];
}
function list(names, describe) {
    if (names.length === 0)
        return [];
    const rest = names.length - judge_health_shownNames;
    return [describe(`${names.slice(0, judge_health_shownNames).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`)];
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
;// CONCATENATED MODULE: ./src/check/proof/judge-restored.ts
/**
 * PURE. Judges what a dump needs and did not find: roles that the backup should hold and does not, and extensions, of
 * which the machine may be guilty, so that nobody knows.
 */
function judgeParts({ owners, leftOut }, roles, { database, address }) {
    const missing = leftOut.filter(({ reason }) => reason === 'missing-role').flatMap((entry) => entry.roles);
    const strangers = [...new Set([...owners.map(({ role }) => role), ...missing])];
    const extensions = leftOut.filter(({ type, reason }) => type === 'EXTENSION' && reason === 'extension-missing');
    return {
        problems: [
            ...(roles === 'restored' && strangers.length > 0 ? [refuseRoles(strangers, database, address)] : []),
            ...(extensions.length > 0
                ? [
                    refuseExtensions(extensions.map(({ name }) => name), database, address),
                ]
                : []),
        ],
        unseen: unseenRoles[roles],
    };
}
const unseenRoles = {
    restored: [],
    absent: ['Roles, owners and privileges: the backup holds no roles (`globals: true` backs them up)'],
    unrestored: ['Roles, owners and privileges: the roles were read and not restored'],
};
/** Names that one sentence shows. */
const judge_restored_shownNames = 5;
function refuseRoles(roles, database, address) {
    return {
        code: 'PGB_VERIFY',
        what: `The backup ${address} lacks roles that "${database}" needs`,
        why: `things in it belong, or are granted, to ${showFirst(roles)}, and its file of roles does not make them`,
        whatToDo: 'Back up again with `globals: true`; a restore of this one gives those things to the restoring role',
    };
}
function refuseExtensions(extensions, database, address) {
    return {
        code: 'PGB_UNKNOWN',
        what: `"${database}" of ${address} was not restored whole`,
        why: `it needs the extensions ${showFirst(extensions)}, which the scratch server lacks`,
        whatToDo: 'Install them on the runner in an earlier step, or name a server that has them in "verify-url"; a restore needs them too',
    };
}
function showFirst(names) {
    const rest = names.length - judge_restored_shownNames;
    const shown = names.slice(0, judge_restored_shownNames).map((name) => `"${name}"`);
    return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

;// CONCATENATED MODULE: ./src/check/proof/restore-copy.ts











/**
 * Restores a fetched file into a scratch database as a restore would, compares the rows with those that the backup
 * counted, looks at what would fail later, and asks the user's checks of this database.
 * @throws BackupError PGB_RESTORE and others where it cannot be restored
 */
async function restoreCopy({ file, readers }, { backup, properties, roles }, checks, drill) {
    const { scratch, server, run } = drill;
    const target = file.database ?? '';
    const setting = makeSetting(file, readers, drill);
    return (0,scratch_database/* withScratchDatabase */.w)(makeFacts(properties), scratch, run, async (database, renew) => {
        const startedAt = performance.now();
        const known = await (0,ask_target/* readTarget */._)(server, database, { target, replaces: false });
        const to = { database, target, facts: known, transaction: undefined, renew };
        const report = await (0,restore_file/* restoreDatabaseFile */.O)(file, to, setting);
        const restoredAt = performance.now();
        const contents = await (0,row_counts/* readContents */.r)(server, database);
        const differences = findDifferences(file, report, contents);
        const health = judgeHealth(await readHealth(server, database, scratch.major), properties?.locale);
        // One that is there could not be given what only a superuser may own here.
        const owners = report.owners.filter(({ role }) => !known.answer.roles.includes(role));
        const place = { database: target, address: backup.address };
        const parts = judgeParts({ ...report, owners }, roles, place);
        const answers = [];
        const askedAt = performance.now();
        for (const check of checks.filter((check) => check.database === target)) {
            answers.push(await askCheck(check, server, database));
        }
        return {
            databases: [target],
            problems: [
                ...parts.problems,
                ...(differences.length === 0 ? [] : [refuseRows(file, backup, differences)]),
                ...refuseFaults(file, backup, health),
                ...answers.filter((answer) => answer !== undefined),
            ],
            restoreSeconds: (restoredAt - startedAt) / 1000,
            checksSeconds: (performance.now() - askedAt) / 1000,
            rows: sumKnown(contents),
            unseen: [...parts.unseen, ...listUnseen(file, report, server), ...health.unseen],
        };
    });
}
function makeFacts(properties) {
    const { encoding = 'UTF8', locale } = properties ?? {};
    const places = { collate: locale?.collate ?? 'C', ctype: locale?.ctype ?? 'C' };
    return { encoding, ...places, extensions: [], privilegedOwners: [] };
}
/** How a fetched file is restored. */
function makeSetting({ format }, readers, { server, jobs, run }) {
    // The source's tablespaces are not there.
    const options = format === 'plain' ? [] : ['--no-tablespaces'];
    const { signal } = run;
    return { server, readers, run, signal, options, noOwner: false, tableJobs: jobs, strict: false };
}
/** One sentence for each table, or for all together where the manifest tells no more. */
function findDifferences(file, report, contents) {
    const { rowCounts } = file.verification;
    // What the scratch server cannot be given is no fault of the backup; what is for missing roles holds no rows.
    const isWhole = !report.leftOut.some((entry) => (0,describe_left_out/* isLoss */.Q2)(entry) && entry.reason !== 'missing-role');
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
    const why = `"${file.database ?? ''}" was restored, but ${differences.slice(0, 3).join(', ')}${more}`;
    const { code, explanation } = refuseCopy(file, backup, why);
    return { code, ...explanation };
}
/** One problem for each fault, which the source has too. */
function refuseFaults({ name, database }, { address }, { faults }) {
    return faults.map((why) => ({
        code: 'PGB_VERIFY',
        what: `The file ${name} in ${address} brings back "${database ?? ''}" with a fault`,
        why,
        whatToDo: 'Correct it in the source, by setval() or REINDEX, and back up again; a restore of this file needs the same',
    }));
}
function listUnseen(file, report, { facts }) {
    const leftOut = (0,describe_left_out/* describeLeftOut */.l1)(file.database ?? '', report, { role: facts.role, service: facts.service });
    const isCounted = file.verification.rowCounts !== null || file.rows !== null;
    return [
        ...(isCounted ? [] : ['Rows: the backup did not count them']),
        ...(leftOut === undefined ? [] : [leftOut.replace(/\.$/, '')]),
    ];
}

;// CONCATENATED MODULE: ./src/check/proof/restore-cluster.ts






/**
 * Restores a fetched file of a whole cluster by its parts: the roles, and each database by itself, as a restore does on a
 * server that holds something.
 * @throws BackupError PGB_RESTORE and others where it cannot be restored
 */
async function restoreCluster({ file, readers, directory }, { backup, properties, wanted }, checks, drill) {
    const startedAt = performance.now();
    const names = await (0,cluster_parts/* listHeldDatabases */.ac)(file, { readers, run: drill.run });
    const roles = await restoreGlobals({ file: (0,cluster_parts/* takeGlobals */.EM)(file), readers, directory }, drill);
    const preparedSeconds = (performance.now() - startedAt) / 1000;
    const results = [];
    for (const name of names) {
        const fetched = { file: (0,cluster_parts/* takeDatabase */.pZ)(file, name).file, readers, directory };
        results.push(await restoreCopy(fetched, { backup, properties: properties.get(name), roles }, checks, drill));
    }
    const sum = (read) => results.reduce((total, result) => total + read(result), 0);
    return {
        databases: names,
        problems: [
            ...findLacking(file, names, { backup, wanted }),
            ...results.flatMap(({ problems }) => problems),
        ],
        restoreSeconds: sum(({ restoreSeconds }) => restoreSeconds) + preparedSeconds,
        checksSeconds: sum(({ checksSeconds }) => checksSeconds),
        rows: sum(({ rows }) => rows),
        unseen: [
            ...new Set(results.flatMap(({ unseen, databases }) => unseen.map((text) => `${databases.join('')}: ${text}`))),
            'What stands in "template1"',
        ],
    };
}
/** Databases that are not in the file though somebody expects them, or their rows were counted. */
function findLacking(file, held, { backup, wanted }) {
    // An empty one is not made anew by pg_dumpall.
    const expected = new Set([...wanted, ...backup.manifest.plan.databases].filter((name) => name !== 'postgres'));
    const lacking = [...expected].filter((name) => !held.includes(name)).map((name) => `the database "${name}"`);
    // What stands in it is counted, and not looked at.
    const endings = [...held, 'template1'].map((name) => ` in ${(0,quote/* quoteIdentifier */.C)(name)}`);
    const uncounted = file.verification.rowCounts?.find(({ table }) => !endings.some((ending) => table.endsWith(ending)));
    const missing = lacking.length > 0 || uncounted === undefined ? lacking : [`the table ${uncounted.table}`];
    if (missing.length === 0)
        return [];
    const more = missing.length > 3 ? `, and ${(0,units/* formatCount */.B4)(missing.length - 3, 'more')}` : '';
    const { code, explanation } = refuseCopy(file, backup, `it lacks ${missing.slice(0, 3).join(', ')}${more}`);
    return [{ code, ...explanation }];
}
/**
 * Restores the roles of a fetched file where something contains what they may do.
 * @throws BackupError PGB_RESTORE, or the code that fits what psql says
 */
async function restoreGlobals({ file, readers }, drill) {
    if (!drill.scratch.isContained)
        return 'unrestored';
    await restoreRoles(file, makeSetting(file, readers, drill), drill.scratch);
    return 'restored';
}

;// CONCATENATED MODULE: ./src/check/proof/prove-shared.ts





/** PURE. The files of a backup that a restore of each of its databases may need. */
function listShared({ manifest }) {
    return manifest.files.filter(({ kind }) => kind !== 'database' && kind !== 'cluster');
}
/** Proves what is no database: read to their end, and in a drill restored where they can be. */
async function proveShared(stored, setting) {
    const { inputs, client, run } = setting;
    const startedAt = performance.now();
    const problems = [];
    let properties = new Map();
    let roles = 'absent';
    const rows = new Map();
    for (const file of listShared(stored.backup)) {
        if (file.kind === 'globals')
            roles = 'unrestored';
        const problem = await attempt(run, () => withFetchedFile(file, stored, { ...inputs, run }, async (fetched) => {
            if (file.kind === 'globals') {
                roles = await proveGlobals(fetched, stored, setting);
                return;
            }
            const { contents } = await decodeCopy(fetched, stored, { client, run });
            for (const { name, rowCounts } of contents?.files ?? [])
                if (rowCounts !== null)
                    rows.set(name, rowCounts);
            if (file.kind === 'properties')
                properties = await (0,read_properties/* readProperties */.Q)(fetched.file, fetched.readers, run);
        }));
        if (problem !== undefined)
            problems.push(problem);
    }
    return { problems, properties, roles, rows, seconds: (performance.now() - startedAt) / 1000 };
}
async function proveGlobals(fetched, stored, { client, drill, run }) {
    if (drill?.scratch.isContained === true)
        return restoreGlobals(fetched, drill);
    await decodeCopy(fetched, stored, { client, run });
    return 'unrestored';
}

;// CONCATENATED MODULE: ./src/check/proof/proven.ts


/** PURE. Checks that nobody could ask, and a drill that took too long. */
function judgeDrill(verdicts, seconds, inputs) {
    const names = new Set(verdicts.flatMap(({ copy, restored }) => restored ?? [copy?.file.database ?? '']));
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
function listCopies(verdicts) {
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
    const copies = listCopies(unproven);
    let sharedSeconds = 0;
    const failure = await attempt(run, async () => {
        const client = await provideReader(copies, run, inputs);
        await withDrill(copies, { client, inputs, run }, async (drill) => {
            const setting = { inputs, client, drill, run };
            for (const [backup, verdicts] of groupByBackup(unproven)) {
                const store = stores.get(backup);
                if (store === undefined)
                    throw new Error(`the store of ${backup.address} is not known`);
                const names = [...listShared(backup), ...listCopies(verdicts).map(({ file }) => file)];
                const wanted = { names: names.map(({ name }) => name), run };
                await withStoredFiles(backup, store, wanted, async (stored) => {
                    const shared = await proveShared(stored, setting);
                    problems.push(...shared.problems);
                    sharedSeconds += shared.seconds;
                    for (const verdict of verdicts)
                        proven.set(verdict, await prove(verdict, stored, shared, setting));
                    if (drill?.scratch.isContained === true)
                        await dropRoles(drill.scratch);
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
async function prove(verdict, stored, shared, setting) {
    const { copy } = verdict;
    if (copy === undefined)
        return verdict;
    const { inputs, run } = setting;
    let proven = verdict;
    const startedAt = performance.now();
    const problem = await attempt(run, () => withFetchedFile(copy.file, stored, { ...inputs, run }, async (fetched) => {
        const fetchSeconds = secondsSince(startedAt);
        const known = { backup: copy.backup, shared, fetchSeconds };
        proven = await proveFetched(verdict, withRows(fetched, shared.rows), known, setting);
    }));
    return problem === undefined ? proven : { ...proven, problems: [...proven.problems, problem] };
}
/** An encrypted backup tells the rows of its tables to who has the key. */
function withRows(fetched, rows) {
    const { file } = fetched;
    const rowCounts = file.verification.rowCounts ?? rows.get(file.name) ?? null;
    return { ...fetched, file: { ...file, verification: { ...file.verification, rowCounts } } };
}
async function proveFetched(verdict, fetched, known, { inputs, client, drill, run }) {
    const { subject, wanted } = verdict;
    const { fetchSeconds, backup } = known;
    const fetchedIn = `${subject}: fetched from ${backup.address} in ${(0,units/* formatSeconds */.Xo)(fetchSeconds)}`;
    const startedAt = performance.now();
    if (drill === undefined) {
        const { rows } = await decodeCopy(fetched, known, { client, run });
        run.log.info(`${fetchedIn}, read to its end in ${(0,units/* formatSeconds */.Xo)(secondsSince(startedAt))}`);
        return { ...verdict, verified: 'decode', ...(rows === null ? {} : { rows }) };
    }
    const { shared } = known;
    const { pgRestore } = drill.server.client;
    await checkArchiveName(fetched, known, { pgRestore, run });
    const properties = shared.properties.get(fetched.file.database ?? '');
    const result = fetched.file.kind === 'cluster'
        ? await restoreCluster(fetched, { backup, properties: shared.properties, wanted }, inputs.checks, drill)
        : await restoreCopy(fetched, { backup, properties, roles: shared.roles }, inputs.checks, drill);
    const checks = inputs.checks.filter(({ database }) => result.databases.includes(database));
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
        restored: result.databases,
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

// EXTERNAL MODULE: ./src/catalogue/charts.ts
var catalogue_charts = __webpack_require__(74908);
// EXTERNAL MODULE: ./src/github/summary.ts
var summary = __webpack_require__(92935);
// EXTERNAL MODULE: ./src/catalogue/alarm.ts
var alarm = __webpack_require__(28168);
;// CONCATENATED MODULE: ./src/check/history.ts





/** Backups of which charts are drawn; a fleet has more, and each has its line in the table. */
const mostCharted = 3;
/** PURE. Finds them among all that were examined. */
function selectHistories(verdicts, all) {
    const judged = new Set(history_listCopies(verdicts).map(({ backup }) => backup));
    return new Map([...judged].map((backup) => [backup, selectHistory(backup, all)]));
}
function selectHistory(backup, all) {
    const series = (0,catalogue_copies/* seriesOf */.Lf)(backup.manifest);
    const earlier = all.filter((other) => (0,catalogue_copies/* timeOf */.nR)(other) < (0,catalogue_copies/* timeOf */.nR)(backup));
    return (0,catalogue_charts/* toHistory */.GQ)({ backups: series === undefined ? [] : (0,alarm/* selectPast */.z)(earlier, series), unseen: [] });
}
/** PURE. Charts of size and rows over the last backups of each series, in Markdown. */
function formatCharts(histories) {
    const charts = [...histories].flatMap(([backup, history]) => {
        const chart = (0,catalogue_charts/* formatHistory */.As)(backup.manifest, history);
        return chart === undefined ? [] : [{ backup, chart }];
    });
    if (charts.length === 1)
        return charts.map(({ chart }) => chart);
    return charts.slice(0, mostCharted).flatMap(({ backup, chart }) => [(0,summary/* formatWords */.Z3)(backup.address), chart]);
}
/** PURE. What the newest copies weigh together, and which took longest to make; undefined for less than two. */
function formatTotals(verdicts) {
    const copies = history_listCopies(verdicts);
    const [slowest] = copies.toSorted((a, b) => b.file.durationSeconds - a.file.durationSeconds);
    if (copies.length < 2 || slowest === undefined)
        return undefined;
    const size = copies.reduce((sum, { file }) => sum + file.size, 0);
    const { database, durationSeconds } = slowest.file;
    const name = database === null ? 'the cluster' : `"${database}"`;
    return `${(0,units/* formatBytes */.z3)(size)} in all; the slowest was ${name}, in ${(0,units/* formatSeconds */.Xo)(durationSeconds)}.`;
}
function history_listCopies(verdicts) {
    return verdicts.map(({ copy }) => copy).filter((copy) => copy !== undefined);
}

;// CONCATENATED MODULE: ./src/check/list-problems.ts

/**
 * PURE. All that is wrong. A wrong key is told once, though it opens none of many files; a file in the clear has a reason
 * of its own, which names it.
 */
function listProblems({ problems, verdicts }) {
    const all = [...problems, ...verdicts.flatMap((verdict) => verdict.problems)];
    const groups = Map.groupBy(all, (problem) => problem.code === 'PGB_ENCRYPT' ? `${problem.why}\n${problem.whatToDo}` : problem);
    return [...groups.values()].flatMap(([first, ...others]) => {
        if (first === undefined || others.length === 0)
            return first ?? [];
        return { ...first, what: `${first.what} (${(0,units/* formatCount */.B4)(others.length + 1, 'file')} in all)` };
    });
}

;// CONCATENATED MODULE: ./src/check/report.ts










/** Rows of the summary's table, and errors: GitHub shows a summary up to 1 MiB, and ten annotations of a step. */
const mostRows = 500;
const mostErrors = 20;
/** Says what the check found: outputs, summary, one error for each problem, and a last line. */
async function reportCheck(judgement, seen, run) {
    const { workflows, passedOver } = seen;
    const { verdicts } = judgement;
    const ages = verdicts.map(({ ageSeconds }) => ageSeconds).filter((age) => age !== undefined);
    (0,outputs/* setOutputs */.n)({
        databases: verdicts.map(describeVerdict),
        'restore-seconds': roundSeconds(judgement.restoreSeconds),
        'oldest-age': ages.length === 0 ? undefined : Math.max(...ages),
    });
    await (0,summary/* writeSummary */.Sy)(run.redact(formatCheck(judgement, seen)));
    for (const warning of listReplaced(verdicts))
        run.log.warning(warning, 'Server replaced');
    for (const warning of workflows.warnings)
        run.log.warning(warning, 'Workflow disabled');
    for (const remark of workflows.remarks)
        run.log.info(remark);
    const warning = warnOfPassedOver(passedOver);
    if (warning !== undefined)
        run.log.warning(`${warning}.`, 'Database not looked at');
    for (const sentence of describePassedOver(passedOver))
        run.log.info(sentence);
    const problems = listProblems(judgement);
    for (const problem of problems.slice(0, mostErrors))
        run.log.error(toError(problem));
    if (problems.length > mostErrors)
        run.log.info(`${problems.length - mostErrors} more problems of this kind`);
    for (const line of report_listUnseen(verdicts).flatMap((text) => text.split('\n')))
        run.log.info(line);
    run.log.info(formatConclusion(judgement));
}
const header = ['Database', 'Backup', 'Age', 'Size', 'Change', 'Verified', 'Rows', 'Verdict'];
/** PURE. The step summary of a check, in Markdown. */
function formatCheck(judgement, { workflows, backups, passedOver }) {
    const { verdicts } = judgement;
    const problems = listProblems(judgement);
    const histories = selectHistories(verdicts, backups);
    const rows = verdicts.slice(0, mostRows).map((verdict) => formatRow(verdict, histories));
    const totals = formatTotals(verdicts);
    const sections = [
        `### PostgreSQL backup check: ${isGood(judgement) ? 'good' : 'bad'}`,
        (0,summary/* formatWords */.Z3)(`${formatConclusion(judgement)}.`),
        ...(rows.length === 0 ? [] : [(0,summary/* formatTable */.ku)(header, rows)]),
        ...(verdicts.length > mostRows ? [`And ${verdicts.length - mostRows} more.`] : []),
        ...(totals === undefined ? [] : [(0,summary/* formatWords */.Z3)(totals)]),
        ...formatCharts(histories),
        ...[...listReplaced(verdicts), ...workflows.warnings, ...workflows.remarks].map(summary/* formatWords */.Z3),
        ...describePassedOver(passedOver).map((sentence) => (0,summary/* formatWords */.Z3)(`${sentence}.`)),
        ...report_listUnseen(verdicts),
        ...problems.slice(0, mostErrors).map((problem) => `- ${(0,summary/* formatWords */.Z3)(toError(problem).message)}`),
    ];
    return `${sections.join('\n\n')}\n`;
}
/** Servers that are not expected any more, since another one took their place: whether it is so only people know. */
function listReplaced(verdicts) {
    const replaced = verdicts.slice(0, mostRows).flatMap(({ replaced }) => replaced);
    const newest = [...new Set(replaced.map(({ backup }) => backup))];
    return newest.map(({ address, manifest }) => `The server of ${address} was taken for replaced by another one, which the same job backed up later (its last backup is of ${manifest.startedAt}). If that server is still in use, it is not backed up; give each server a job of its own.`);
}
/** What a drill did not look at. */
function report_listUnseen(verdicts) {
    if (!verdicts.some(({ verified }) => verified === 'restore'))
        return [];
    const own = verdicts
        .slice(0, mostRows)
        .flatMap(({ subject, unseen = [] }) => unseen.map((sentence) => ({ subject, sentence })));
    const lines = [...Map.groupBy(own, ({ sentence }) => sentence)].map(([sentence, of]) => {
        const subjects = of.slice(0, shownSubjects).map(({ subject }) => subject);
        const rest = of.length > shownSubjects ? ` and ${of.length - shownSubjects} more` : '';
        return `- ${(0,summary/* formatWords */.Z3)(`${subjects.join(', ')}${rest}: ${sentence}.`)}`;
    });
    return [`Not looked at: ${unseenByAll.join('; ')}.`, ...(lines.length === 0 ? [] : [lines.join('\n')])];
}
/** Databases that are named of those that share a sentence. */
const shownSubjects = 5;
const unseenByAll = [
    'passwords of roles, and where tablespaces lie',
    'contents of rows, large objects and definitions, beyond what the checks ask',
    'settings and privileges of the databases',
    'the version of the source’s collations, which no backup tells',
];
/** Tenths, which are exact enough for a plan. */
function roundSeconds(seconds) {
    return seconds === undefined ? undefined : Math.round(seconds * 10) / 10;
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
function formatRow(verdict, histories) {
    const { subject, copy, ageSeconds, problems, verified, restoreSeconds, rows } = verdict;
    const history = copy === undefined ? undefined : histories.get(copy.backup);
    const codes = [...new Set(problems.map(({ code }) => code))];
    return [
        (0,catalogue_copies/* databaseOf */.zJ)(subject) ?? subject,
        copy?.backup.address ?? 'none',
        ageSeconds === undefined ? '' : (0,units/* formatAge */.nV)(ageSeconds * 1000),
        copy === undefined ? '' : (0,units/* formatBytes */.z3)(copy.file.size),
        copy === undefined || history === undefined ? '' : (0,catalogue_charts/* formatChange */.eD)(copy.file, history),
        restoreSeconds === undefined ? (verified ?? '') : `${verified ?? ''}, ${(0,units/* formatSeconds */.Xo)(restoreSeconds)}`,
        copy === undefined ? '' : (0,units/* formatRows */.dZ)(rows ?? copy.file.rows),
        codes.length === 0 ? 'good' : codes.join(', '),
    ];
}

// EXTERNAL MODULE: ./src/stores/artifact/ask-api.ts
var ask_api = __webpack_require__(99145);
;// CONCATENATED MODULE: ./src/check/workflows.ts


/** Workflows that are asked about: each takes three questions. */
const mostWorkflows = 10;
/** The most that GitHub gives at once. */
const perPage = 100;
const readText = (0,json_reader/* readString */.E3)(/^[^]{0,1000}$/, 'a text');
const readWorkflow = (0,json_reader/* readFields */.qU)({
    id: json_reader/* readCount */._0,
    name: (0,json_reader/* readOptional */.T9)(readText),
    path: readText,
    state: readText,
});
const readRun = (0,json_reader/* readFields */.qU)({ id: json_reader/* readCount */._0 });
/** How GitHub calls runs that have begun or are about to. */
const statuses = ['queued', 'in_progress'];
/**
 * Asks GitHub about the workflows that made the newest backups, and says in the log where it does not tell: it is no part
 * of the judgement.
 * @param token undefined where nobody gave one
 * @throws the reason of the signal
 */
async function askWorkflows(verdicts, token, run) {
    if (token === undefined)
        return [];
    const news = [];
    for (const series of listSeries(verdicts).slice(0, mostWorkflows)) {
        try {
            const found = await askWorkflow(series, token, run);
            if (found !== undefined)
                news.push(found);
        }
        catch (error) {
            run.signal.throwIfAborted();
            const why = error instanceof Error ? error.message : String(error);
            run.log.info(`GitHub did not tell about the workflow ${series.workflow}: ${why}`);
            // The next one would get the same answer, or wait as long for none.
            break;
        }
    }
    return news;
}
/** PURE. Each workflow once. */
function listSeries(verdicts) {
    const known = verdicts.map(({ copy }) => copy?.backup.manifest.series ?? undefined);
    const series = known.filter((one) => one !== undefined);
    return [...new Map(series.map((one) => [`${one.repository} ${one.workflow}`, one])).values()];
}
async function askWorkflow({ repository, workflow }, token, { environment, signal }) {
    const { GITHUB_API_URL: apiUrl = 'https://api.github.com', GITHUB_SERVER_URL: server = 'https://github.com', GITHUB_RUN_ID: ownRun, } = environment;
    const [owner = '', name = ''] = repository.split('/');
    const access = { owner, name, token, apiUrl, signal };
    const found = await findWorkflow(access, workflow);
    if (found === undefined)
        return undefined;
    const underWay = [];
    for (const status of statuses) {
        for (const id of await askRuns(access, found.id, status)) {
            const address = `${server}/${repository}/actions/runs/${id}`;
            if (String(id) !== ownRun)
                underWay.push({ status, address });
        }
    }
    return { path: found.path, state: found.state, underWay };
}
/** By its path; by its name where the runner told no path. */
async function findWorkflow(access, workflow) {
    const reader = (0,json_reader/* readFields */.qU)({ workflows: (0,json_reader/* readArray */.oU)((0,ask_api/* readOrLeave */.TU)(readWorkflow)) });
    const answer = await (0,ask_api/* ask */.kA)(access, `/actions/workflows?per_page=${perPage}`, reader);
    if (!('value' in answer))
        throw new Error(`its API answered with status ${answer.refused}`);
    const known = answer.value.workflows.filter((one) => one !== undefined);
    return known.find(({ path }) => path === workflow) ?? known.find(({ name }) => name === workflow);
}
async function askRuns(access, workflow, status) {
    const reader = (0,json_reader/* readFields */.qU)({ workflow_runs: (0,json_reader/* readArray */.oU)(readRun) });
    const answer = await (0,ask_api/* ask */.kA)(access, `/actions/workflows/${workflow}/runs?status=${status}&per_page=5`, reader);
    return 'value' in answer ? answer.value.workflow_runs.map(({ id }) => id) : [];
}
/** PURE. A workflow that GitHub runs no more, and backups that are on their way. */
function describeWorkflows(news) {
    return {
        warnings: news
            .filter(({ state }) => state.startsWith('disabled'))
            .map(({ path, state }) => `The workflow ${path}, which made these backups, is disabled${whyDisabled[state] ?? ''}: nothing is backed up by it. Enable it on the Actions page of the repository.`),
        remarks: news.flatMap(({ path, underWay }) => underWay.map(({ status, address }) => `A run of ${path} ${status === 'queued' ? 'is queued' : 'is under way'}: ${address}.`)),
    };
}
const whyDisabled = {
    disabled_inactivity: ' by GitHub, since nothing happened in the repository for 60 days',
    disabled_manually: ' by hand',
    disabled_fork: ' as in every new fork',
};

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
    const patience = createPatience(run.log);
    run.log.startGroup('Looking for backups');
    const found = await gatherBackups(inputs.places, patience, run);
    run.log.info(`${(0,units/* formatCount */.B4)(found.backups.length, 'backup')} examined, ${found.unread.length} not readable`);
    run.log.endGroup();
    const asked = await askServer(inputs.connection, patience, run);
    const criteria = { ...inputs.criteria, server: asked.server?.expected };
    const judged = judge(found.backups, found.unread, criteria, new Date());
    // Where something could not be seen, nobody knows that there is nothing.
    const known = found.problems.length === 0 ? judged.problems : judged.problems.filter(({ code }) => code !== 'PGB_STALE');
    const seen = { ...judged, problems: [...asked.problems, ...found.problems, ...known] };
    run.log.startGroup('Reading the newest backups');
    const judgement = await proveCopies(seen, found.stores, inputs.proof, run);
    run.log.endGroup();
    const workflows = describeWorkflows(await askWorkflows(judgement.verdicts, inputs.token, run));
    const passedOver = asked.server && selectUnjudged(asked.server.passedOver, judgement.verdicts, asked.server.expected);
    await reportCheck(judgement, { workflows, backups: found.backups, passedOver: passedOver ?? [] }, run);
    (0,outputs/* setOutputs */.n)({ status: isGood(judgement) ? 'good' : 'bad' });
    return isGood(judgement);
}
/** A server that does not answer is a problem of its own, and the backups are judged all the same. */
async function askServer(connection, patience, run) {
    if (connection === undefined)
        return { server: undefined, problems: [] };
    try {
        const server = await patience.insist(run.signal, () => askForExpected(connection, run));
        return { server, problems: [] };
    }
    catch (error) {
        run.signal.throwIfAborted();
        if (!(error instanceof errors/* BackupError */.h))
            throw error;
        return { server: undefined, problems: [{ code: error.code, ...error.explanation }] };
    }
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
