// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
//
// Writes and reads 10,000 records of a Sedna table through Apache Thrift's own Node.js library.
// Usage: example.js HOST:PORT, any daemon of an instance. Run it by run.sh, which generates gen-nodejs.
'use strict';

const thrift = require('thrift');
const Sedna = require('./gen-nodejs/Sedna.js');
const types = require('./gen-nodejs/sedna_types.js');

const RECORDS = 10000;
const BATCH = 500;
// The last records are written and read by single calls, the others in batches.
const SINGLES = 1000;
// Epoch 0 asks the daemon to forward each call to where its key lives.
const ROUTE_FOR_ME = 0;
const TABLE_NOT_FOUND = 1001;
const ATTEMPTS = 20;
const CALL_TIMEOUT_MS = 30000;

/** Keys and values are bytes (Buffer), not text: these hold zeros and bytes that are no UTF-8. */
function keyOf(i) {
  const key = Buffer.from([0x6b, 0x65, 0x79, 0x00, 0xff, 0, 0, 0, 0]);
  key.writeUInt32BE(i, 5);
  return key;
}

function valueOf(i) {
  return Buffer.from(Array.from({ length: 100 }, (_, j) => (i + 7 * j) % 256));
}

function check(ok, message) {
  if (!ok) {
    throw new Error(`mismatch: ${message}`);
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A lost connection leaves Thrift's promises open for ever, so every call gets a limit. */
function limited(promise) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CALL_TIMEOUT_MS} ms`)), CALL_TIMEOUT_MS);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/** Makes the call again while the daemon answers that only the moment is wrong. */
async function patiently(call) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await limited(call());
    } catch (error) {
      const retry =
        error instanceof types.SednaError && error.category === types.ErrorCategory.RETRY && attempt < ATTEMPTS - 1;
      if (!retry) {
        throw error;
      }
      await pause(error.retryAfterMs || Math.min(50 * 2 ** attempt, 1000));
    }
  }
}

/** The answer for a single entry of a batch, whose error it throws. */
function one(results) {
  if (results[0].error) {
    throw results[0].error;
  }
  return results[0];
}

const range = (first, count) => Array.from({ length: count }, (_, i) => first + i);

async function putBatch(client, table, numbers) {
  const put = (entries) => client.multiPut(ROUTE_FOR_ME, table, entries, new types.WriteOptions());
  const entries = numbers.map((i) => new types.PutEntry({ key: keyOf(i), value: valueOf(i) }));
  const results = await patiently(() => put(entries));
  check(results.length === entries.length, `${results.length} answers to ${entries.length} entries`);
  for (const [at, first] of results.entries()) {
    // One entry may fail while the others do not.
    const result = first.error ? await patiently(async () => one(await put([entries[at]]))) : first;
    check(result.status === types.WriteStatus.OK, `put of key ${numbers[at]}: status ${result.status}`);
  }
}

async function getBatch(client, table, numbers) {
  const get = (keys) => client.multiGet(ROUTE_FOR_ME, table, keys);
  const keys = numbers.map(keyOf);
  const results = await patiently(() => get(keys));
  check(results.length === keys.length, `${results.length} answers to ${keys.length} keys`);
  for (const [at, first] of results.entries()) {
    const result = first.error ? await patiently(async () => one(await get([keys[at]]))) : first;
    checkValue(numbers[at], result);
  }
}

function checkValue(i, result) {
  check(result.value, `key ${i} is not there`);
  check(valueOf(i).equals(result.value.value), `value of key ${i}`);
}

/** Goes through the whole table by its cursor, the next hash; answers how many records came. */
async function scanAll(client, table) {
  const request = new types.ScanRequest({ maxRecords: 1000 });
  const expected = new Map(range(0, RECORDS).map((i) => [keyOf(i).toString('hex'), i]));
  for (;;) {
    const batch = await patiently(() => client.scan(ROUTE_FOR_ME, table, request));
    for (const record of batch.records) {
      const key = record.key.toString('hex');
      const i = expected.get(key);
      check(i !== undefined, `scan gave ${key}, unknown or a second time`);
      check(valueOf(i).equals(record.value), `scanned value of key ${i}`);
      expected.delete(key);
    }
    if (batch.done) {
      check(expected.size === 0, `scan left out ${expected.size} records`);
      return RECORDS;
    }
    // A 64-bit number, which JavaScript's own numbers cannot hold: Thrift's Int64, passed back as it came.
    request.startHash = batch.nextHash;
  }
}

async function seeTypedError(client) {
  try {
    await limited(client.readLatest(ROUTE_FOR_ME, 'examples.no_such_table', Buffer.from('key')));
  } catch (error) {
    check(error instanceof types.SednaError, `not a SednaError: ${error}`);
    console.log(`an unknown table answers: ${error.code} ${error.name}: ${error.message}`);
    check(error.code === TABLE_NOT_FOUND, `code ${error.code}`);
    check(error.name === 'TABLE_NOT_FOUND', `name ${error.name}`);
    check(error.category === types.ErrorCategory.USER_ERROR, `category ${error.category}`);
    check(error.message.includes('examples.no_such_table'), `message ${error.message}`);
    return error.name;
  }
  throw new Error('mismatch: an unknown table gave no error');
}

async function run(client) {
  const started = Date.now();
  const table = `examples.node_${process.pid}_${started}`;
  const { schema } = await patiently(() => client.createTable(new types.TableSchema({ name: table })));
  console.log(`created ${table}: N=${schema.replicas} R=${schema.readQuorum} W=${schema.writeQuorum}`);
  let scanned;
  let error;
  try {
    const batched = RECORDS - SINGLES;
    for (let first = 0; first < batched; first += BATCH) {
      await putBatch(client, table, range(first, BATCH));
    }
    for (const i of range(batched, SINGLES)) {
      const result = await patiently(() =>
        client.writeLatest(ROUTE_FOR_ME, table, keyOf(i), valueOf(i), new types.WriteOptions()),
      );
      check(result.status === types.WriteStatus.OK, `put of key ${i}: status ${result.status}`);
    }
    for (let first = 0; first < batched; first += BATCH) {
      await getBatch(client, table, range(first, BATCH));
    }
    for (const i of range(batched, SINGLES)) {
      checkValue(i, await patiently(() => client.readLatest(ROUTE_FOR_ME, table, keyOf(i))));
    }
    scanned = await scanAll(client, table);
    error = await seeTypedError(client);
  } finally {
    await patiently(() => client.dropTable(table));
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`ok records=${RECORDS} scanned=${scanned} error=${error} seconds=${seconds}`);
}

function main(address) {
  const colon = address.lastIndexOf(':');
  const connection = thrift.createConnection(address.slice(0, colon), Number(address.slice(colon + 1)), {
    transport: thrift.TFramedTransport,
    protocol: thrift.TBinaryProtocol,
  });
  const lost = new Promise((_, reject) => {
    connection.on('error', reject);
    connection.on('close', () => reject(new Error(`${address} closed the connection`)));
  });
  Promise.race([run(thrift.createClient(Sedna, connection)), lost]).then(
    () => process.exit(0),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
}

if (process.argv.length !== 3 || !process.argv[2].includes(':')) {
  console.error('usage: example.js HOST:PORT');
  process.exit(2);
}
main(process.argv[2]);
