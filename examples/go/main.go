// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0

// Writes and reads 10,000 records of a Sedna table through Apache Thrift's own Go library.
// Usage: sedna-example HOST:PORT, any daemon of an instance. Run it by run.sh, which generates gen-go.
package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/apache/thrift/lib/go/thrift"

	"sedna-example/gen-go/sedna"
)

const (
	records = 10000
	batch   = 500
	// The last records are written and read by single calls, the others in batches.
	singles = 1000
	// Epoch 0 asks the daemon to forward each call to where its key lives.
	routeForMe    = 0
	tableNotFound = 1001
	attempts      = 20
	callTimeout   = 30 * time.Second
)

// keyOf gives keys that are bytes, not text: these hold zeros and bytes that are no UTF-8.
func keyOf(i int) []byte {
	return binary.BigEndian.AppendUint32([]byte("key\x00\xff"), uint32(i))
}

func valueOf(i int) []byte {
	value := make([]byte, 100)
	for j := range value {
		value[j] = byte(i + 7*j)
	}
	return value
}

func mismatch(format string, args ...any) error {
	return fmt.Errorf("mismatch: "+format, args...)
}

// patiently makes the call again while the daemon answers that only the moment is wrong.
func patiently[T any](call func(context.Context) (T, error)) (T, error) {
	for attempt := 0; ; attempt++ {
		ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
		answer, err := call(ctx)
		cancel()
		var failure *sedna.SednaError
		if !errors.As(err, &failure) || failure.Category != sedna.ErrorCategory_RETRY || attempt == attempts-1 {
			return answer, err
		}
		pause := min(50*time.Millisecond<<attempt, time.Second)
		if failure.IsSetRetryAfterMs() {
			pause = time.Duration(failure.GetRetryAfterMs()) * time.Millisecond
		}
		time.Sleep(pause)
	}
}

// example is one run over one table.
type example struct {
	client *sedna.SednaClient
	table  string
}

func (e *example) multiPut(entries []*sedna.PutEntry) ([]*sedna.WriteResult_, error) {
	return patiently(func(ctx context.Context) ([]*sedna.WriteResult_, error) {
		results, err := e.client.MultiPut(ctx, routeForMe, e.table, entries, sedna.NewWriteOptions())
		if err == nil && len(entries) == 1 && len(results) == 1 && results[0].Error != nil {
			return nil, results[0].Error
		}
		return results, err
	})
}

func (e *example) putBatch(first int) error {
	entries := make([]*sedna.PutEntry, batch)
	for at := range entries {
		entries[at] = &sedna.PutEntry{Key: keyOf(first + at), Value: valueOf(first + at)}
	}
	results, err := e.multiPut(entries)
	if err != nil {
		return err
	}
	if len(results) != batch {
		return mismatch("%d answers to %d entries", len(results), batch)
	}
	for at, result := range results {
		if result.Error != nil { // this entry failed, the others did not have to
			again, err := e.multiPut(entries[at : at+1])
			if err != nil {
				return err
			}
			result = again[0]
		}
		if result.Status != sedna.WriteStatus_OK {
			return mismatch("put of key %d: status %v", first+at, result.Status)
		}
	}
	return nil
}

func (e *example) multiGet(keys [][]byte) ([]*sedna.ReadResult_, error) {
	return patiently(func(ctx context.Context) ([]*sedna.ReadResult_, error) {
		results, err := e.client.MultiGet(ctx, routeForMe, e.table, keys)
		if err == nil && len(keys) == 1 && len(results) == 1 && results[0].Error != nil {
			return nil, results[0].Error
		}
		return results, err
	})
}

func (e *example) getBatch(first int) error {
	keys := make([][]byte, batch)
	for at := range keys {
		keys[at] = keyOf(first + at)
	}
	results, err := e.multiGet(keys)
	if err != nil {
		return err
	}
	if len(results) != batch {
		return mismatch("%d answers to %d keys", len(results), batch)
	}
	for at, result := range results {
		if result.Error != nil {
			again, err := e.multiGet(keys[at : at+1])
			if err != nil {
				return err
			}
			result = again[0]
		}
		if err := checkValue(first+at, result); err != nil {
			return err
		}
	}
	return nil
}

func checkValue(i int, result *sedna.ReadResult_) error {
	if result.Value == nil {
		return mismatch("key %d is not there", i)
	}
	if !bytes.Equal(result.Value.Value, valueOf(i)) {
		return mismatch("value of key %d", i)
	}
	return nil
}

func (e *example) put(i int) error {
	result, err := patiently(func(ctx context.Context) (*sedna.WriteResult_, error) {
		return e.client.WriteLatest(ctx, routeForMe, e.table, keyOf(i), valueOf(i), sedna.NewWriteOptions())
	})
	if err == nil && result.Status != sedna.WriteStatus_OK {
		err = mismatch("put of key %d: status %v", i, result.Status)
	}
	return err
}

func (e *example) get(i int) error {
	result, err := patiently(func(ctx context.Context) (*sedna.ReadResult_, error) {
		return e.client.ReadLatest(ctx, routeForMe, e.table, keyOf(i))
	})
	if err != nil {
		return err
	}
	return checkValue(i, result)
}

// scanAll goes through the whole table by its cursor, the next hash; it answers how many records came.
func (e *example) scanAll() (int, error) {
	expected := make(map[string]int, records)
	for i := range records {
		expected[string(keyOf(i))] = i
	}
	request := sedna.NewScanRequest()
	request.MaxRecords = 1000
	for {
		result, err := patiently(func(ctx context.Context) (*sedna.ScanResult_, error) {
			return e.client.Scan(ctx, routeForMe, e.table, request)
		})
		if err != nil {
			return 0, err
		}
		for _, record := range result.Records {
			i, known := expected[string(record.Key)]
			if !known {
				return 0, mismatch("scan gave %x, unknown or a second time", record.Key)
			}
			if !bytes.Equal(record.Value, valueOf(i)) {
				return 0, mismatch("scanned value of key %d", i)
			}
			delete(expected, string(record.Key))
		}
		if result.Done {
			if len(expected) > 0 {
				return 0, mismatch("scan left out %d records", len(expected))
			}
			return records, nil
		}
		request.StartHash = result.NextHash
	}
}

func (e *example) seeTypedError() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	_, err := e.client.ReadLatest(ctx, routeForMe, "examples.no_such_table", []byte("key"))
	var failure *sedna.SednaError
	if !errors.As(err, &failure) {
		return "", mismatch("an unknown table gave no SednaError but %v", err)
	}
	fmt.Printf("an unknown table answers: %d %s: %s\n", failure.Code, failure.Name, failure.Message)
	if failure.Code != tableNotFound ||
		failure.Name != "TABLE_NOT_FOUND" ||
		failure.Category != sedna.ErrorCategory_USER_ERROR ||
		!strings.Contains(failure.Message, "examples.no_such_table") {
		return "", mismatch("error %v", failure)
	}
	return failure.Name, nil
}

func (e *example) writeReadScan() (scanned int, failure string, err error) {
	const batched = records - singles
	for first := 0; first < batched; first += batch {
		if err = e.putBatch(first); err != nil {
			return
		}
	}
	for i := batched; i < records; i++ {
		if err = e.put(i); err != nil {
			return
		}
	}
	for first := 0; first < batched; first += batch {
		if err = e.getBatch(first); err != nil {
			return
		}
	}
	for i := batched; i < records; i++ {
		if err = e.get(i); err != nil {
			return
		}
	}
	if scanned, err = e.scanAll(); err != nil {
		return
	}
	failure, err = e.seeTypedError()
	return
}

func run(address string) error {
	started := time.Now()
	configuration := &thrift.TConfiguration{ConnectTimeout: 5 * time.Second, SocketTimeout: callTimeout}
	transport := thrift.NewTFramedTransportConf(thrift.NewTSocketConf(address, configuration), configuration)
	if err := transport.Open(); err != nil {
		return err
	}
	defer transport.Close()
	protocol := thrift.NewTBinaryProtocolConf(transport, configuration)
	client := sedna.NewSednaClient(thrift.NewTStandardClient(protocol, protocol))

	schema := sedna.NewTableSchema()
	schema.Name = fmt.Sprintf("examples.go_%d_%d", os.Getpid(), started.Unix())
	info, err := patiently(func(ctx context.Context) (*sedna.TableInfo, error) {
		return client.CreateTable(ctx, schema)
	})
	if err != nil {
		return err
	}
	created := info.Schema
	fmt.Printf("created %s: N=%d R=%d W=%d\n",
		created.Name, created.GetReplicas(), created.GetReadQuorum(), created.GetWriteQuorum())

	e := &example{client: client, table: schema.Name}
	scanned, failure, err := e.writeReadScan()
	_, dropErr := patiently(func(ctx context.Context) (struct{}, error) {
		return struct{}{}, client.DropTable(ctx, schema.Name)
	})
	if err = errors.Join(err, dropErr); err != nil {
		return err
	}
	fmt.Printf("ok records=%d scanned=%d error=%s seconds=%.1f\n",
		records, scanned, failure, time.Since(started).Seconds())
	return nil
}

func main() {
	if len(os.Args) != 2 || !strings.Contains(os.Args[1], ":") {
		fmt.Fprintln(os.Stderr, "usage: sedna-example HOST:PORT")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
