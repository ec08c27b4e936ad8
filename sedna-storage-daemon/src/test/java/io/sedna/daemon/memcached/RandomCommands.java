// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import java.util.Random;

/**
 * Command sequences of a seed: right and wrong ones, over few keys so that they meet. A cas unique
 * is written as {@code <N>}, the N-th that the server has told, and put in by who sends it.
 */
final class RandomCommands {
  private static final String[] KEYS = {"a", "b", "c", "d", "key-5", "key/6"};
  private static final String[] BINARY_KEYS = {"Zm9v", "YQ==", "AAEC", "Zm9"};
  private static final String[] EXPTIMES = {"0", "0", "0", "1000", "100000", "-1", "2592001", "x"};

  /**
   * Numbers of more than 63 bits are left out: memcached 1.6.18 then looks for a minus sign beyond
   * the end of the item.
   */
  private static final String[] VALUES = {
    "", "0", "1", "9", "10", "99", "9223372036854775807", "abc", "5 x", "-3", "+7", "00012", "  4"
  };

  private static final String[] FLAGS = {"0", "0", "1", "4294967295", "4294967296", "-1", "f"};
  private static final String[] NUMBERS = {
    "0", "1", "7", "1000", "99999999999999999999", "-1", "n"
  };
  private static final String[] UNKNOWN = {
    "bogus",
    "SET a 0 0 1",
    "",
    " ",
    "get",
    "gets",
    "gat",
    "set a",
    "delete",
    "incr a",
    "touch a",
    "mg",
    "ms",
    "md",
    "ma",
    "me",
    "ms a",
    "verbosity",
    "cas a 0 0 1",
    "flush_all x",
    "flush_all 0 1",
    "delete a 1",
    "incr a 1 2 3",
    "verbosity 1",
    "version",
    "shutdown",
    "stats nothing"
  };

  private static final int LONGEST_LINE = 2048;

  private final Random random;

  RandomCommands(long seed) {
    this.random = new Random(seed);
  }

  private String pick(String[] from) {
    return from[random.nextInt(from.length)];
  }

  private String key() {
    return random.nextInt(60) == 0 ? "k".repeat(249 + random.nextInt(4)) : pick(KEYS);
  }

  private String noreply() {
    return random.nextInt(6) == 0 ? " noreply" : "";
  }

  /** A cas unique: one that was told, or none of them. */
  private String cas() {
    return random.nextInt(5) == 0 ? pick(NUMBERS) : "<" + random.nextInt(4) + ">";
  }

  /** A command with its data. */
  String next() {
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> store(new String[] {"set"}, "");
      case 3, 4 -> store(new String[] {"add", "replace", "append", "prepend"}, "");
      case 5 -> store(new String[] {"cas"}, " " + cas());
      case 6, 7 -> fetch(pick(new String[] {"get", "gets"}));
      case 8 -> fetch(pick(new String[] {"gat ", "gats "}) + pick(EXPTIMES));
      case 9 ->
          pick(new String[] {"incr ", "decr "}) + key() + " " + pick(NUMBERS) + noreply() + end();
      case 10 -> "delete " + key() + pick(new String[] {"", "", " 0"}) + noreply() + end();
      case 11 -> "touch " + key() + " " + pick(EXPTIMES) + noreply() + end();
      case 12 -> random.nextInt(8) == 0 ? "flush_all" + noreply() + end() : pick(UNKNOWN) + end();
      case 13, 14, 15 -> "mg " + metaKey("mg") + end();
      case 16, 17 -> metaSet();
      case 18 -> "md " + metaKey("md") + end();
      default -> "ma " + metaKey("ma") + end();
    };
  }

  private String end() {
    return random.nextInt(5) == 0 ? "\n" : "\r\n";
  }

  private String store(String[] commands, String cas) {
    String value = value();
    String length = String.valueOf(value.length());
    if (value.length() > LONGEST_LINE) {
      // Of a wrong command it would be a line, and too long for one.
      return pick(commands)
          + " a 0 0 "
          + length
          + (cas.isEmpty() ? "" : " 1")
          + "\r\n"
          + value
          + "\r\n";
    }
    if (random.nextInt(25) == 0) {
      // Too short, for what is too long takes the next command with it.
      length = pick(new String[] {"1", "3", "-1", "x", "4294967297"});
      value = "abcdefgh";
    }
    return pick(commands)
        + " "
        + key()
        + " "
        + pick(FLAGS)
        + " "
        + pick(EXPTIMES)
        + " "
        + length
        + cas
        + noreply()
        + end()
        + value
        + "\r\n";
  }

  private String value() {
    return random.nextInt(150) == 0 ? "v".repeat(1_048_480 + random.nextInt(60)) : pick(VALUES);
  }

  private String fetch(String command) {
    var line = new StringBuilder(command);
    for (int i = random.nextInt(5); i >= 0; i--) {
      line.append(' ').append(random.nextInt(30) == 0 ? " " : "").append(key());
    }
    return line + end();
  }

  private String metaKey(String command) {
    boolean binary = random.nextInt(6) == 0;
    var line = new StringBuilder(binary ? pick(BINARY_KEYS) : key());
    if (binary) {
      line.append(" b");
    }
    for (int i = random.nextInt(5); i > 0; i--) {
      String flag = flag(command);
      // memcached 1.6.18 shows a key that N made as it is and not in base64.
      if (!binary || !flag.startsWith("N")) {
        line.append(' ').append(flag);
      }
    }
    return line.toString();
  }

  private String flag(String command) {
    if (random.nextInt(40) == 0) {
      return pick(new String[] {"!", "z", "T", "Tx", "Nx", "q", "k", "P1"});
    }
    return switch (command) {
      case "mg" ->
          switch (random.nextInt(14)) {
            case 0 -> "N" + pick(EXPTIMES);
            case 1 -> "T" + pick(EXPTIMES);
            case 2 -> "R" + pick(new String[] {"0", "30", "5000", "200000"});
            case 3 -> "O" + random.nextInt(100);
            default -> pick(new String[] {"v", "s", "f", "k", "t", "c", "h", "u", "q", "l"});
          };
      case "ms" ->
          switch (random.nextInt(8)) {
            case 0 -> "T" + pick(EXPTIMES);
            case 1 -> "F" + pick(FLAGS);
            case 2 -> "C" + cas();
            case 3 -> "M" + pick(new String[] {"E", "A", "P", "R", "S", "Z"});
            case 4 -> "O" + random.nextInt(100);
            default -> pick(new String[] {"k", "c", "q", "I"});
          };
      case "md" ->
          switch (random.nextInt(6)) {
            case 0 -> "C" + cas();
            case 1 -> "T" + pick(EXPTIMES);
            case 2 -> "O" + random.nextInt(100);
            default -> pick(new String[] {"k", "I", "q"});
          };
      default ->
          switch (random.nextInt(9)) {
            case 0 -> "N" + pick(EXPTIMES);
            case 1 -> "J" + pick(NUMBERS);
            case 2 -> "D" + pick(NUMBERS);
            // No T: where a number becomes longer, memcached 1.6.18 gives the end to the old item.
            case 4 -> "M" + pick(new String[] {"I", "+", "D", "-", "Z"});
            case 5 -> "C" + cas();
            default -> pick(new String[] {"v", "t", "c", "k", "q"});
          };
    };
  }

  private String metaSet() {
    String value = value();
    if (value.length() > LONGEST_LINE) {
      return "ms a " + value.length() + " c\r\n" + value + "\r\n";
    }
    String[] words = ("x " + metaKey("ms")).split(" ", 3);
    return "ms "
        + words[1]
        + " "
        + (random.nextInt(30) == 0 ? "x" : String.valueOf(value.length()))
        + (words.length > 2 ? " " + words[2] : "")
        + end()
        + value
        + "\r\n";
  }
}
