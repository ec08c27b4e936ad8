// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;

/**
 * Lines of memcached's text protocol with their data, right and wrong ones over few keys so that
 * they meet, mutated and joined. flush_all is never among them: it would take the canaries' items,
 * rightly.
 */
final class MemcachedInputs {
  private static final String FLUSH = "flush_all";
  private static final String[] KEYS = {"a", "b", "c", "d", "key-5", "key/6", "YQ==", "Zm9"};
  private static final String[] NUMBERS = {
    "0",
    "0",
    "1",
    "7",
    "-1",
    "2592001",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999",
    "n",
    ""
  };
  private static final String[] VALUES = {
    "", "0", "9", "99", "9223372036854775807", "18446744073709551615", "abc", "5 x", "-3", "00012"
  };
  private static final String[] ADMIN = {
    "",
    " ",
    "bogus",
    "get",
    "gets",
    "gat",
    "gat 1",
    "set a",
    "delete",
    "incr a",
    "touch a",
    "delete a 1",
    "incr a 1 2 3",
    "mg",
    "ms",
    "md",
    "ma",
    "me",
    "me a",
    "mn",
    "version",
    "verbosity",
    "verbosity 1",
    "shutdown",
    "stats",
    "stats nothing",
    "stats items",
    "stats slabs",
    "stats settings",
    "stats sizes",
    "stats conns",
    "stats reset",
    "stats cachedump 1 100",
    "stats detail on",
    "stats detail dump",
    "stats detail off",
    "lru_crawler metadump all",
    "slabs reassign 1 2",
    "cache_memlimit 64",
    "lru tune 1 2 3 4",
    "misbehave",
    "GET / HTTP/1.1\r\nHost: x",
    "\u0080\u0001\0\0",
    "\u0081\0\0\u0004"
  };
  private static final String[] META_FLAGS = {
    "b", "c", "f", "h", "k", "l", "q", "s", "t", "u", "v", "x", "I", "M", "!", "T", "N", "R"
  };
  private static final String[] META_NUMBERS = {"C", "D", "E", "F", "J", "N", "O", "R", "S", "T"};
  private static final String[] MODES = {"E", "A", "P", "R", "S", "I", "+", "D", "-", "Z", "AA"};

  private static final int LONGEST_KEY = 250;
  private static final int LARGEST_VALUE = 1_048_576;

  private final Random random;

  MemcachedInputs(Random random) {
    this.random = random;
  }

  /**
   * @param known inputs that are mutated too
   */
  byte[] next(List<byte[]> known) {
    var bytes = new ByteArrayOutputStream();
    for (int i = random.nextInt(6); i >= 0; i--) {
      byte[] part =
          !known.isEmpty() && random.nextInt(10) == 0
              ? known.get(random.nextInt(known.size()))
              : command().getBytes(ISO_8859_1);
      for (int mutations = Math.max(0, random.nextInt(5) - 1); mutations > 0; mutations--) {
        part = Mutations.mutated(part, random);
      }
      bytes.writeBytes(part);
    }
    return bytes.toString(ISO_8859_1).replace(FLUSH, "flush_non").getBytes(ISO_8859_1);
  }

  private String command() {
    return switch (random.nextInt(16)) {
      case 0, 1, 2 -> store(pick("set", "set", "add", "replace", "append", "prepend"), "");
      case 3 -> store("cas", " " + pick(NUMBERS));
      case 4, 5 -> fetch(pick("get", "gets"));
      case 6 -> fetch(pick("gat ", "gats ") + pick(NUMBERS));
      case 7 -> pick("incr ", "decr ") + key() + " " + pick(NUMBERS) + noreply() + end();
      case 8 -> "delete " + key() + pick("", "", " 0", " 1") + noreply() + end();
      case 9 -> "touch " + key() + " " + pick(NUMBERS) + noreply() + end();
      case 10 -> pick(ADMIN) + end();
      case 11, 12 -> "mg " + key() + flags() + end();
      case 13 -> metaSet();
      case 14 -> "md " + key() + flags() + end();
      default -> "ma " + key() + flags() + end();
    };
  }

  private String store(String command, String cas) {
    String value = value();
    return String.join(
            " ", command, key(), pick(NUMBERS), pick("0", "0", pick(NUMBERS)), length(value))
        + cas
        + noreply()
        + end()
        + value
        + "\r\n";
  }

  private String metaSet() {
    String value = value();
    return "ms " + key() + " " + length(value) + flags() + end() + value + "\r\n";
  }

  /** Mostly the right one. */
  private String length(String value) {
    return random.nextInt(25) == 0 ? pick(NUMBERS) : String.valueOf(value.length());
  }

  private String value() {
    return switch (random.nextInt(100)) {
      case 0 -> "v".repeat(LARGEST_VALUE - random.nextInt(200));
      case 1, 2, 3 -> "w".repeat(random.nextInt(100_000));
      default -> pick(VALUES);
    };
  }

  private String fetch(String command) {
    var line = new StringBuilder(command);
    int keys = random.nextInt(40) == 0 ? random.nextInt(300) : random.nextInt(5);
    for (int i = keys; i >= 0; i--) {
      line.append(' ').append(key());
    }
    return line + end();
  }

  private String flags() {
    var flags = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      flags.append(' ');
      switch (random.nextInt(5)) {
        case 0 -> flags.append(pick(META_NUMBERS)).append(pick(NUMBERS));
        case 1 -> flags.append('M').append(pick(MODES));
        default -> flags.append(pick(META_FLAGS));
      }
    }
    return flags.toString();
  }

  private String key() {
    return random.nextInt(60) == 0 ? "k".repeat(LONGEST_KEY - 2 + random.nextInt(5)) : pick(KEYS);
  }

  private String noreply() {
    return random.nextInt(6) == 0 ? " noreply" : "";
  }

  private String end() {
    return random.nextInt(5) == 0 ? "\n" : "\r\n";
  }

  private String pick(String... from) {
    return from[random.nextInt(from.length)];
  }
}
