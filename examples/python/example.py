# Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
"""Writes and reads 10,000 records of a Sedna table through Apache Thrift's own Python library.

Usage: example.py HOST:PORT, any daemon of an instance. Run it by run.sh, which generates gen-py.
"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "gen-py"))

from sedna import Sedna
from sedna.ttypes import (
    ErrorCategory,
    PutEntry,
    ScanRequest,
    SednaError,
    TableSchema,
    WriteOptions,
    WriteStatus,
)
from thrift.protocol import TBinaryProtocol
from thrift.transport import TSocket, TTransport

RECORDS = 10_000
BATCH = 500
# The last records are written and read by single calls, the others in batches.
SINGLES = 1_000
# Epoch 0 asks the daemon to forward each call to where its key lives.
ROUTE_FOR_ME = 0
TABLE_NOT_FOUND = 1001
ATTEMPTS = 20


def key_of(i):
    """Keys and values are bytes, not text: these hold zeros and bytes that are no UTF-8."""
    return b"key\x00\xff" + i.to_bytes(4, "big")


def value_of(i):
    return bytes((i + 7 * j) % 256 for j in range(100))


def check(ok, message):
    if not ok:
        sys.exit(f"mismatch: {message}")


def patiently(call):
    """Makes the call again while the daemon answers that only the moment is wrong."""
    for attempt in range(ATTEMPTS):
        try:
            return call()
        except SednaError as error:
            if error.category != ErrorCategory.RETRY or attempt == ATTEMPTS - 1:
                raise
            time.sleep((error.retryAfterMs or min(50 << attempt, 1000)) / 1000)


def one(results):
    """The answer for a single entry of a batch, whose error it raises."""
    if results[0].error is not None:
        raise results[0].error
    return results[0]


def put_batch(client, table, numbers):
    entries = [PutEntry(key=key_of(i), value=value_of(i)) for i in numbers]
    results = patiently(lambda: client.multiPut(ROUTE_FOR_ME, table, entries, WriteOptions()))
    check(len(results) == len(entries), f"{len(results)} answers to {len(entries)} entries")
    for entry, result in zip(entries, results):
        if result.error is not None:  # this entry failed, the others did not have to
            result = patiently(
                lambda entry=entry: one(
                    client.multiPut(ROUTE_FOR_ME, table, [entry], WriteOptions())
                )
            )
        check(result.status == WriteStatus.OK, f"put of {entry.key!r}: status {result.status}")


def get_batch(client, table, numbers):
    keys = [key_of(i) for i in numbers]
    results = patiently(lambda: client.multiGet(ROUTE_FOR_ME, table, keys))
    check(len(results) == len(keys), f"{len(results)} answers to {len(keys)} keys")
    for i, key, result in zip(numbers, keys, results):
        if result.error is not None:
            result = patiently(
                lambda key=key: one(client.multiGet(ROUTE_FOR_ME, table, [key]))
            )
        check(result.value is not None, f"key {i} is not there")
        check(result.value.value == value_of(i), f"value of key {i}")


def scan_all(client, table):
    """Goes through the whole table by its cursor, the next hash; answers how many records came."""
    request = ScanRequest(maxRecords=1000)
    expected = {key_of(i): i for i in range(RECORDS)}
    while True:
        batch = patiently(lambda: client.scan(ROUTE_FOR_ME, table, request))
        for record in batch.records:
            i = expected.pop(record.key, None)
            check(i is not None, f"scan gave {record.key!r}, unknown or a second time")
            check(record.value == value_of(i), f"scanned value of key {i}")
        if batch.done:
            check(not expected, f"scan left out {len(expected)} records")
            return RECORDS
        request.startHash = batch.nextHash


def see_typed_error(client):
    try:
        client.readLatest(ROUTE_FOR_ME, "examples.no_such_table", b"key")
    except SednaError as error:
        print(f"an unknown table answers: {error.code} {error.name}: {error.message}")
        check(error.code == TABLE_NOT_FOUND, f"code {error.code}")
        check(error.name == "TABLE_NOT_FOUND", f"name {error.name}")
        check(error.category == ErrorCategory.USER_ERROR, f"category {error.category}")
        check("examples.no_such_table" in error.message, f"message {error.message}")
        return error.name
    sys.exit("mismatch: an unknown table gave no error")


def main(address):
    host, port = address.rsplit(":", 1)
    socket = TSocket.TSocket(host, int(port))
    socket.setTimeout(30_000)
    transport = TTransport.TFramedTransport(socket)
    client = Sedna.Client(TBinaryProtocol.TBinaryProtocolAccelerated(transport))
    transport.open()
    started = time.monotonic()

    table = f"examples.python_{os.getpid()}_{int(time.time())}"
    schema = patiently(lambda: client.createTable(TableSchema(name=table))).schema
    print(f"created {table}: N={schema.replicas} R={schema.readQuorum} W={schema.writeQuorum}")
    try:
        batched = RECORDS - SINGLES
        for first in range(0, batched, BATCH):
            put_batch(client, table, range(first, first + BATCH))
        for i in range(batched, RECORDS):
            result = patiently(
                lambda: client.writeLatest(
                    ROUTE_FOR_ME, table, key_of(i), value_of(i), WriteOptions()
                )
            )
            check(result.status == WriteStatus.OK, f"put of key {i}: status {result.status}")
        for first in range(0, batched, BATCH):
            get_batch(client, table, range(first, first + BATCH))
        for i in range(batched, RECORDS):
            value = patiently(lambda: client.readLatest(ROUTE_FOR_ME, table, key_of(i))).value
            check(value is not None and value.value == value_of(i), f"value of key {i}")
        scanned = scan_all(client, table)
        error = see_typed_error(client)
    finally:
        patiently(lambda: client.dropTable(table))
    transport.close()
    seconds = time.monotonic() - started
    print(f"ok records={RECORDS} scanned={scanned} error={error} seconds={seconds:.1f}")


if __name__ == "__main__":
    if len(sys.argv) != 2 or ":" not in sys.argv[1]:
        sys.exit("usage: example.py HOST:PORT")
    main(sys.argv[1])
