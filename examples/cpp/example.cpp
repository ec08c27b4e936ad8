// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
//
// Writes and reads 10,000 records of a Sedna table through Apache Thrift's own C++ library.
// Usage: sedna-example HOST:PORT, any daemon of an instance. Run it by run.sh, which generates gen-cpp.

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>
#include <thrift/transport/TSocket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "gen-cpp/Sedna.h"

namespace {

using apache::thrift::protocol::TBinaryProtocol;
using apache::thrift::transport::TFramedTransport;
using apache::thrift::transport::TSocket;
using Clock = std::chrono::steady_clock;

constexpr int kRecords = 10000;
constexpr int kBatch = 500;
// The last records are written and read by single calls, the others in batches.
constexpr int kSingles = 1000;
constexpr int kBatched = kRecords - kSingles;
// Epoch 0 asks the daemon to forward each call to where its key lives.
constexpr int64_t kRouteForMe = 0;
constexpr int kTableNotFound = 1001;
constexpr int kAttempts = 20;
constexpr int kConnectTimeoutMs = 5000;
constexpr int kCallTimeoutMs = 30000;
const char* const kNoSuchTable = "examples.no_such_table";

// Keys and values are bytes, not text: these hold zeros and bytes that are no UTF-8.
std::string keyOf(int i) {
  std::string key("key\x00\xff", 5);
  for (int shift = 24; shift >= 0; shift -= 8) {
    key.push_back(static_cast<char>(i >> shift));
  }
  return key;
}

std::string valueOf(int i) {
  std::string value(100, '\0');
  for (int j = 0; j < 100; ++j) {
    value[j] = static_cast<char>(i + 7 * j);
  }
  return value;
}

void check(bool ok, const std::string& message) {
  if (!ok) {
    throw std::runtime_error("mismatch: " + message);
  }
}

// Makes the call again while the daemon answers that only the moment is wrong.
void patiently(const std::function<void()>& call) {
  for (int attempt = 0;; ++attempt) {
    try {
      call();
      return;
    } catch (const sedna::SednaError& error) {
      if (error.category != sedna::ErrorCategory::RETRY || attempt == kAttempts - 1) {
        throw;
      }
      const int pauseMs =
          error.__isset.retryAfterMs ? error.retryAfterMs : std::min(50 << std::min(attempt, 5), 1000);
      std::this_thread::sleep_for(std::chrono::milliseconds(pauseMs));
    }
  }
}

// One run over one table.
class Example {
 public:
  Example(sedna::SednaClient& client, std::string table) : client_(client), table_(std::move(table)) {}

  void putBatches() {
    for (int first = 0; first < kBatched; first += kBatch) {
      std::vector<sedna::PutEntry> entries(kBatch);
      for (int at = 0; at < kBatch; ++at) {
        entries[at].__set_key(keyOf(first + at));
        entries[at].__set_value(valueOf(first + at));
      }
      const auto results = multiPut(entries);
      check(results.size() == entries.size(), std::to_string(results.size()) + " answers to a batch");
      for (int at = 0; at < kBatch; ++at) {
        // One entry may fail while the others do not.
        const auto result = results[at].__isset.error ? multiPut({entries[at]}).at(0) : results[at];
        checkWritten(first + at, result);
      }
    }
  }

  void putSingles() {
    for (int i = kBatched; i < kRecords; ++i) {
      sedna::WriteResult result;
      patiently([&] {
        client_.writeLatest(result, kRouteForMe, table_, keyOf(i), valueOf(i), sedna::WriteOptions());
      });
      checkWritten(i, result);
    }
  }

  void getBatches() {
    for (int first = 0; first < kBatched; first += kBatch) {
      std::vector<std::string> keys(kBatch);
      for (int at = 0; at < kBatch; ++at) {
        keys[at] = keyOf(first + at);
      }
      const auto results = multiGet(keys);
      check(results.size() == keys.size(), std::to_string(results.size()) + " answers to a batch");
      for (int at = 0; at < kBatch; ++at) {
        checkRead(first + at, results[at].__isset.error ? multiGet({keys[at]}).at(0) : results[at]);
      }
    }
  }

  void getSingles() {
    for (int i = kBatched; i < kRecords; ++i) {
      sedna::ReadResult result;
      patiently([&] { client_.readLatest(result, kRouteForMe, table_, keyOf(i)); });
      checkRead(i, result);
    }
  }

  // Goes through the whole table by its cursor, the next hash; answers how many records came.
  int scanAll() {
    std::unordered_map<std::string, int> expected;
    for (int i = 0; i < kRecords; ++i) {
      expected.emplace(keyOf(i), i);
    }
    sedna::ScanRequest request;
    request.__set_maxRecords(1000);
    for (;;) {
      sedna::ScanResult batch;
      patiently([&] { client_.scan(batch, kRouteForMe, table_, request); });
      for (const auto& record : batch.records) {
        const auto known = expected.find(record.key);
        check(known != expected.end(), "scan gave a key that is unknown or came a second time");
        check(record.value == valueOf(known->second),
              "scanned value of key " + std::to_string(known->second));
        expected.erase(known);
      }
      if (batch.done) {
        check(expected.empty(), "scan left out " + std::to_string(expected.size()) + " records");
        return kRecords;
      }
      request.__set_startHash(batch.nextHash);
    }
  }

  std::string seeTypedError() {
    try {
      sedna::ReadResult result;
      client_.readLatest(result, kRouteForMe, kNoSuchTable, "key");
    } catch (const sedna::SednaError& error) {
      std::cout << "an unknown table answers: " << error.code << ' ' << error.name << ": "
                << error.message << std::endl;
      check(error.code == kTableNotFound, "code " + std::to_string(error.code));
      check(error.name == "TABLE_NOT_FOUND", "name " + error.name);
      check(error.category == sedna::ErrorCategory::USER_ERROR, "category");
      check(error.message.find(kNoSuchTable) != std::string::npos, "message " + error.message);
      return error.name;
    }
    throw std::runtime_error("mismatch: an unknown table gave no error");
  }

 private:
  std::vector<sedna::WriteResult> multiPut(const std::vector<sedna::PutEntry>& entries) {
    std::vector<sedna::WriteResult> results;
    patiently([&] {
      client_.multiPut(results, kRouteForMe, table_, entries, sedna::WriteOptions());
      if (entries.size() == 1 && results.at(0).__isset.error) {
        throw results[0].error;
      }
    });
    return results;
  }

  std::vector<sedna::ReadResult> multiGet(const std::vector<std::string>& keys) {
    std::vector<sedna::ReadResult> results;
    patiently([&] {
      client_.multiGet(results, kRouteForMe, table_, keys);
      if (keys.size() == 1 && results.at(0).__isset.error) {
        throw results[0].error;
      }
    });
    return results;
  }

  static void checkWritten(int i, const sedna::WriteResult& result) {
    check(result.status == sedna::WriteStatus::OK, "put of key " + std::to_string(i));
  }

  static void checkRead(int i, const sedna::ReadResult& result) {
    check(result.__isset.value, "key " + std::to_string(i) + " is not there");
    check(result.value.value == valueOf(i), "value of key " + std::to_string(i));
  }

  sedna::SednaClient& client_;
  const std::string table_;
};

void run(const std::string& host, int port) {
  const auto started = Clock::now();
  const auto socket = std::make_shared<TSocket>(host, port);
  socket->setConnTimeout(kConnectTimeoutMs);
  socket->setRecvTimeout(kCallTimeoutMs);
  socket->setSendTimeout(kCallTimeoutMs);
  const auto transport = std::make_shared<TFramedTransport>(socket);
  sedna::SednaClient client(std::make_shared<TBinaryProtocol>(transport));
  transport->open();

  sedna::TableSchema schema;
  schema.name = "examples.cpp_" + std::to_string(getpid()) + "_" + std::to_string(std::time(nullptr));
  sedna::TableInfo info;
  patiently([&] { client.createTable(info, schema); });
  std::cout << "created " << schema.name << ": N=" << info.schema.replicas
            << " R=" << info.schema.readQuorum << " W=" << info.schema.writeQuorum << std::endl;
  const auto drop = [&] { patiently([&] { client.dropTable(schema.name); }); };

  int scanned = 0;
  std::string error;
  try {
    Example example(client, schema.name);
    example.putBatches();
    example.putSingles();
    example.getBatches();
    example.getSingles();
    scanned = example.scanAll();
    error = example.seeTypedError();
  } catch (const std::exception&) {
    try {
      drop();
    } catch (const std::exception& also) {
      std::cerr << "could not drop " << schema.name << ": " << also.what() << std::endl;
    }
    throw;
  }
  drop();
  transport->close();
  const std::chrono::duration<double> seconds = Clock::now() - started;
  std::printf("ok records=%d scanned=%d error=%s seconds=%.1f\n", kRecords, scanned, error.c_str(),
              seconds.count());
}

}  // namespace

int main(int argc, char** argv) {
  const std::string address = argc == 2 ? argv[1] : "";
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) {
    std::cerr << "usage: sedna-example HOST:PORT" << std::endl;
    return 2;
  }
  try {
    run(address.substr(0, colon), std::stoi(address.substr(colon + 1)));
    return 0;
  } catch (const sedna::SednaError& error) {
    std::cerr << error.code << ' ' << error.name << ": " << error.message << std::endl;
  } catch (const std::exception& error) {
    std::cerr << error.what() << std::endl;
  }
  return 1;
}
