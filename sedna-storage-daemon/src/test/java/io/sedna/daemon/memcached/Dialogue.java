// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A scripted conversation from a resource. Lines {@code > text} are sent and {@code < text}
 * expected, both with an end of line; {@code \xNN} is a byte, {@code {text*N}} is the text N times;
 * in what is expected {@code ${name}} stands for a number that is sent where it is used later;
 * {@code @ N} moves the clock by N milliseconds; {@code >| text} is sent without an end of line;
 * {@code !} expects the end of the connection.
 */
final class Dialogue {
  /** One exchange: what is sent, then what is expected. */
  record Turn(long waitMs, String send, String expect, boolean closes) {}

  private static final Pattern REPEATED = Pattern.compile("\\{([^*{}]+)\\*(\\d+)\\}");
  private static final Pattern HEX = Pattern.compile("\\\\x([0-9a-fA-F]{2})");
  private static final Pattern NAME = Pattern.compile("\\$\\{(\\w+)\\}");

  private final Map<String, String> names = new HashMap<>();

  private Dialogue() {}

  static Dialogue begin() {
    return new Dialogue();
  }

  static List<Turn> read(String resource) throws IOException {
    try (InputStream in = Dialogue.class.getResourceAsStream("/memcached/dialogues/" + resource)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static List<Turn> parse(String text) {
    var turns = new ArrayList<Turn>();
    var send = new StringBuilder();
    var expect = new StringBuilder();
    long waitMs = 0;
    boolean answered = false;
    boolean closes = false;
    for (String line : (text + "\n>\n").split("\n")) {
      boolean sends = line.startsWith(">") || line.startsWith("@");
      if (sends && (answered || closes)) {
        turns.add(new Turn(waitMs, send.toString(), expect.toString(), closes));
        send.setLength(0);
        expect.setLength(0);
        waitMs = 0;
        answered = false;
        closes = false;
      }
      if (line.startsWith("@ ")) {
        waitMs = Long.parseLong(line.substring(2));
      } else if (line.startsWith(">| ")) {
        send.append(bytes(line.substring(3)));
      } else if (line.startsWith("> ")) {
        send.append(bytes(line.substring(2))).append("\r\n");
      } else if (line.equals("> ") || line.equals(">")) {
        send.append("\r\n");
      } else if (line.startsWith("<")) {
        answered = true;
        if (line.length() > 1) {
          expect.append(bytes(line.substring(2))).append("\r\n");
        }
      } else if (line.equals("!")) {
        closes = true;
      }
    }
    return turns;
  }

  private static String bytes(String line) {
    String hex =
        HEX.matcher(line)
            .replaceAll(
                m ->
                    Matcher.quoteReplacement(
                        String.valueOf((char) Integer.parseInt(m.group(1), 16))));
    return REPEATED
        .matcher(hex)
        .replaceAll(m -> Matcher.quoteReplacement(m.group(1).repeat(Integer.parseInt(m.group(2)))));
  }

  /** What to send, with the numbers that have been met. */
  String request(Turn turn) {
    return NAME.matcher(turn.send()).replaceAll(m -> names.get(m.group(1)));
  }

  /** What is expected, with the numbers of the answer in the places of their names. */
  String expected(Turn turn, String answer) {
    var pattern = new StringBuilder();
    var found = new ArrayList<String>();
    Matcher matcher = NAME.matcher(turn.expect());
    int from = 0;
    while (matcher.find()) {
      pattern.append(Pattern.quote(turn.expect().substring(from, matcher.start())));
      pattern.append("(\\d+)");
      found.add(matcher.group(1));
      from = matcher.end();
    }
    pattern.append(Pattern.quote(turn.expect().substring(from)));
    Matcher whole = Pattern.compile(pattern.toString(), Pattern.DOTALL).matcher(answer);
    if (!whole.matches()) {
      return turn.expect();
    }
    for (int i = 0; i < found.size(); i++) {
      names.put(found.get(i), whole.group(i + 1));
    }
    return answer;
  }
}
