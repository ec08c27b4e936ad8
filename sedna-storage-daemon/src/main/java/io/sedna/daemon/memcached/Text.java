// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import java.nio.charset.StandardCharsets;

/** What is said in this protocol, with the ends of lines where it is said in answers. */
final class Text {
  static final byte[] NOREPLY = word("noreply");
  static final byte[] ZERO = word("0");

  static final byte[] VALUE = word("VALUE ");
  static final byte[] END = line("END");
  static final byte[] STORED = line("STORED");
  static final byte[] NOT_STORED = line("NOT_STORED");
  static final byte[] EXISTS = line("EXISTS");
  static final byte[] NOT_FOUND = line("NOT_FOUND");
  static final byte[] DELETED = line("DELETED");
  static final byte[] TOUCHED = line("TOUCHED");
  static final byte[] OK = line("OK");
  static final byte[] RESET = line("RESET");
  static final byte[] ERROR = line("ERROR");
  static final byte[] MN = line("MN");
  static final byte[] EN = line("EN");

  /** The release whose protocol this is, for clients that choose by it what they may ask. */
  static final String RELEASE = "1.6.18";

  static final byte[] VERSION = line("VERSION " + RELEASE);

  static final byte[] BAD_FORMAT = line("CLIENT_ERROR bad command line format");
  static final byte[] BAD_LINE = line("CLIENT_ERROR bad command line");
  static final byte[] BAD_CHUNK = line("CLIENT_ERROR bad data chunk");
  static final byte[] BAD_DELETE =
      line("CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]");
  static final byte[] BAD_EXPTIME = line("CLIENT_ERROR invalid exptime argument");
  static final byte[] BAD_DELTA = line("CLIENT_ERROR invalid numeric delta argument");
  static final byte[] NOT_NUMERIC =
      line("CLIENT_ERROR cannot increment or decrement non-numeric value");
  static final byte[] LINE_TOO_LONG = line("CLIENT_ERROR line too long");
  static final byte[] TOO_LARGE = line("SERVER_ERROR object too large for cache");
  static final byte[] NO_MEMORY = line("SERVER_ERROR out of memory storing object");
  static final byte[] NO_MEMORY_DELTA = line("SERVER_ERROR out of memory");
  static final byte[] TOO_MANY_CONNECTIONS = line("ERROR Too many open connections");
  static final byte[] NO_SHUTDOWN = line("ERROR: shutdown not enabled");

  static final byte[] DUPLICATE_FLAG = line("CLIENT_ERROR duplicate flag");
  static final byte[] INVALID_FLAG = line("CLIENT_ERROR invalid flag");
  static final byte[] INVALID_OR_DUPLICATE_FLAG = line("CLIENT_ERROR invalid or duplicate flag");
  static final byte[] KEY_NOT_BASE64 = line("CLIENT_ERROR error decoding key");
  static final byte[] BAD_TOKEN = line("CLIENT_ERROR bad token in command line format");
  static final byte[] BAD_MODE_LENGTH = line("CLIENT_ERROR incorrect length for M token");
  static final byte[] BAD_MS_MODE = line("CLIENT_ERROR invalid mode for ms M token");
  static final byte[] BAD_MA_MODE = line("CLIENT_ERROR invalid mode for ma M token");
  static final byte[] BAD_INITIAL = line("CLIENT_ERROR invalid numeric initial value");
  static final byte[] BAD_META_DELTA = line("CLIENT_ERROR invalid numeric delta value");
  static final byte[] OPAQUE_TOO_LONG = line("CLIENT_ERROR opaque token too long");
  static final byte[] MG_FLAGS_TOO_LONG = line("CLIENT_ERROR options flags are too long");
  static final byte[] FLAGS_TOO_LONG = line("CLIENT_ERROR options flags too long");

  private Text() {}

  static byte[] word(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] line(String text) {
    return word(text + "\r\n");
  }
}
